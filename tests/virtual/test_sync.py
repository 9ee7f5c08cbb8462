"""Files pushed to and pulled from the phone by the real adb programs, and the raw service behind them."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.adbd.sync import serve_sync
from handsight.devices.virtual.files import VirtualFiles

from .judges import Attached


def test_megabytes_come_back_as_they_went(attached: Attached, phone: VirtualPhone, tmp_path: Path) -> None:
    data = os.urandom(3_000_001)
    (tmp_path / "there").write_bytes(data)
    assert attached("push", str(tmp_path / "there"), "/sdcard/Download/").returncode == 0
    assert phone.files.read("/sdcard/Download/there") == data
    assert attached("pull", "/sdcard/Download/there", str(tmp_path / "back")).returncode == 0
    assert (tmp_path / "back").read_bytes() == data


@pytest.mark.parametrize("size", [0, 1, 65536, 65537])
def test_the_edges_of_a_chunk_lose_nothing(attached: Attached, tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    (tmp_path / "there").write_bytes(data)
    attached("push", str(tmp_path / "there"), "/data/local/tmp/x")
    attached("pull", "/data/local/tmp/x", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == data


def test_a_folder_goes_and_comes_with_all_that_is_in_it(attached: Attached, tmp_path: Path) -> None:
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    (tmp_path / "tree" / "a.txt").write_text("a")
    (tmp_path / "tree" / "deep" / "b 中.txt").write_text("b")
    assert attached("push", str(tmp_path / "tree"), "/sdcard/").returncode == 0
    assert attached.shell("cat '/sdcard/tree/deep/b 中.txt'")[0] == "b"
    assert attached("pull", "/sdcard/tree", str(tmp_path / "back")).returncode == 0
    assert (tmp_path / "back" / "deep" / "b 中.txt").read_text() == "b"


def test_a_pulled_file_keeps_its_time(attached: Attached, phone: VirtualPhone, tmp_path: Path) -> None:
    phone.files.write("/sdcard/old", b"x", mtime=1_600_000_000)
    attached("pull", "-a", "/sdcard/old", str(tmp_path / "old"))
    assert int((tmp_path / "old").stat().st_mtime) == 1_600_000_000


def test_adb_lists_a_folder(attached: Attached, phone: VirtualPhone) -> None:
    phone.files.write("/sdcard/Download/new", b"12345")
    lines = attached("ls", "/sdcard/Download").stdout.decode().splitlines()
    mode, size, _, name = lines[-1].split()
    assert (int(mode, 16), int(size, 16), name) == (0o100660, 5, "new")


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["pull", "/sdcard/none", "{tmp}"], "No such file"),
        (["push", "{tmp}/file", "/system/bin/sh"], "Read-only file system"),
        (["push", "{tmp}/file", "/sdcard/Download/x/"], "Is a directory"),
    ],
)
def test_what_cannot_be_moved_says_why(
    attached: Attached, phone: VirtualPhone, tmp_path: Path, args: list[str], reason: str
) -> None:
    phone.files.mkdir("/sdcard/Download/x/file", parents=True)
    (tmp_path / "file").write_bytes(bytes(200_000))
    done = attached(*(arg.format(tmp=tmp_path) for arg in args))
    assert done.returncode == 1
    assert reason in (done.stdout + done.stderr).decode()
    assert attached.shell("echo still there")[0] == "still there\n"


class Tape:
    """A stream that was recorded: what the host said, and what it is told."""

    def __init__(self, *said: bytes) -> None:
        self.said, self.told = b"".join(said), b""

    def read(self, count: int) -> bytes:
        if len(self.said) < count:
            raise EOFError
        part, self.said = self.said[:count], self.said[count:]
        return part

    def write(self, data: bytes) -> None:
        self.told += data


def request(name: bytes, path: bytes) -> bytes:
    return name + struct.pack("<I", len(path)) + path


def answer(*said: bytes, files: VirtualFiles | None = None) -> bytes:
    tape = Tape(*said, request(b"QUIT", b""))
    serve_sync(tape, files or VirtualFiles(clock=lambda: 1))  # type: ignore[arg-type]
    return tape.told


def test_stat_of_what_is_not_there_is_zeros_in_version_1_and_a_reason_in_version_2() -> None:
    assert answer(request(b"STAT", b"/none")) == b"STAT" + bytes(12)
    told = answer(request(b"STA2", b"/none"))
    assert told[:8] == b"STA2" + struct.pack("<I", 2)
    assert len(told) == 72


def test_both_lists_end_with_done() -> None:
    for name, entry, size in ((b"LIST", b"DENT", 20), (b"LIS2", b"DNT2", 76)):
        told = answer(request(name, b"/sdcard"))
        assert told.count(entry) == 9
        assert told[-size:] == b"DONE" + bytes(size - 4)
        assert answer(request(name, b"/none")) == b"DONE" + bytes(size - 4)


def test_requests_follow_one_another() -> None:
    told = answer(request(b"STAT", b"/sdcard"), request(b"RECV", b"/none"), request(b"STAT", b"/none"))
    assert told.startswith(b"STAT\xf9\x41")
    assert b"FAIL" in told
    assert told.endswith(b"STAT" + bytes(12))


def test_a_chunk_that_is_too_long_and_a_word_nobody_knows_end_the_talk() -> None:
    assert b"FAIL" in answer(request(b"SEND", b"/sdcard/a,420"), b"DATA", struct.pack("<I", 1 << 31))
    assert b"FAIL" in answer(request(b"EVIL", b"/sdcard"))
    assert b"path too long" in answer(b"STAT" + struct.pack("<I", 1 << 30))


def test_a_file_larger_than_the_phone_is_refused_after_it_was_heard_out() -> None:
    files = VirtualFiles(capacity_bytes=10)
    chunks = [request(b"DATA", bytes(8)) for _ in range(3)]
    told = answer(request(b"SEND", b"/sdcard/a,33188"), *chunks, b"DONE" + bytes(4), files=files)
    assert told.startswith(b"FAIL")
    assert b"No space left" in told
    assert not files.exists("/sdcard/a")


def test_a_link_cannot_be_made() -> None:
    told = answer(request(b"SEND", b"/sdcard/a,41471"), request(b"DATA", b"/target"), b"DONE" + bytes(4))
    assert b"not permitted" in told
