"""Recording a phone's screen into a file; the recorder itself stands in for one that a real phone brings."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from PIL import Image

from handsight.devices.android import VirtualAndroid, open_virtual
from handsight.devices.android.screenrecord import screenrecord
from handsight.devices.virtual.shell.commands import COMMANDS
from handsight.devices.virtual.shell.commands.process import Process, Result
from handsight.errors import CaptureFailed, UsageError
from handsight.media import open_clip


@pytest.fixture(scope="module")
def device() -> Iterator[VirtualAndroid]:
    device = open_virtual()
    yield device
    device.close()


def recorded(args: list[str], process: Process) -> Result:
    """A recorder of red seconds, with the arguments of Android's."""
    flag, seconds, path = args
    assert flag == "--time-limit"
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 96, 160, "yuv420p"
        for _ in range(10 * int(seconds)):
            container.mux(stream.encode(av.VideoFrame.from_image(Image.new("RGB", (96, 160), "red"))))
        container.mux(stream.encode())
    process.phone.files.write(path, file.getvalue())
    return Result()


def left_behind(device: VirtualAndroid) -> str:
    return device.link.ask("ls", "/sdcard").stdout


def test_a_recording_comes_over_and_leaves_nothing_on_the_phone(
    device: VirtualAndroid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(COMMANDS, "screenrecord", recorded)
    screenrecord(device.link, 1.5, tmp_path / "screen.mp4")
    clip = open_clip(tmp_path / "screen.mp4")
    assert clip.seconds[-1] == pytest.approx(1.9)  # whole seconds, as the phone counts them
    assert clip.frames[0].image.getpixel((9, 9))[0] > 240
    assert "handsight" not in left_behind(device)


def test_a_recorder_that_fails_is_quoted(
    device: VirtualAndroid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(args: list[str], process: Process) -> Result:
        return Result(err="ERROR: unable to configure codec\n", code=1)

    monkeypatch.setitem(COMMANDS, "screenrecord", refuses)
    with pytest.raises(CaptureFailed, match="unable to configure codec; take single pictures"):
        screenrecord(device.link, 1, tmp_path / "screen.mp4")
    assert not (tmp_path / "screen.mp4").exists()


def test_an_empty_recording_is_no_recording(
    device: VirtualAndroid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def writes_nothing(args: list[str], process: Process) -> Result:
        process.phone.files.write(args[-1], b"")
        return Result()

    monkeypatch.setitem(COMMANDS, "screenrecord", writes_nothing)
    with pytest.raises(CaptureFailed, match="0 of 0 bytes"):
        screenrecord(device.link, 1, tmp_path / "screen.mp4")
    assert "handsight" not in left_behind(device)


def test_the_virtual_phone_says_that_it_has_no_recorder(device: VirtualAndroid, tmp_path: Path) -> None:
    with pytest.raises(CaptureFailed, match="not found; take single pictures"):
        screenrecord(device.link, 1, tmp_path / "screen.mp4")


@pytest.mark.parametrize("seconds", [0, -1, 181, float("nan"), float("inf")])
def test_a_phone_records_three_minutes_at_most(device: VirtualAndroid, tmp_path: Path, seconds: float) -> None:
    with pytest.raises(UsageError, match="from 1 to 180 seconds"):
        screenrecord(device.link, seconds, tmp_path / "screen.mp4")
