"""What a person does to the virtual phone: it takes effect, and `getevent` tells of it with Android's own columns."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.hardware import PANEL_MOST, Told
from handsight.devices.virtual.shell.commands.getevent import line
from handsight.devices.virtual.shell.shell import Shell, run

from .judges import Pad


@contextmanager
def telling(phone: VirtualPhone, script: str) -> Iterator[Callable[[], str]]:
    """Run a script that tells what happens; gives what it has written, once it has ended."""
    written: list[bytes] = []
    hung_up = threading.Event()
    shell = Shell(phone, lambda fd, data: written.append(data), hung_up=hung_up)
    thread = threading.Thread(target=shell.run, args=(script,))
    thread.start()
    while not phone.hardware.listened and thread.is_alive():
        thread.join(0.01)

    def ended() -> str:
        if "-c" not in script:
            hung_up.set()
        thread.join()
        return b"".join(written).decode()

    yield ended
    ended()
    assert not phone.hardware.listened


def field(phone: VirtualPhone) -> tuple[float, float]:
    left, top, right, bottom = next(node for node in phone.tree().walk() if node.cls.endswith("EditText")).bounds
    return (left + right) / 2, (top + bottom) / 2


def test_a_tap_is_told_as_a_kernel_tells_it(phone: VirtualPhone) -> None:
    width, height = phone.size
    with telling(phone, "getevent -lt -c 8") as ended:
        phone.person.tap(width / 2, height / 4)
        lines = ended().splitlines()
    assert lines[:4] == [
        "add device 1: /dev/input/event1",
        '  name:     "gpio-keys"',
        "add device 2: /dev/input/event2",
        '  name:     "virtual_touchscreen"',
    ]
    told = [text.partition("] /dev/input/event2: ")[2].split() for text in lines[4:]]
    assert [word for word, *_ in told] == ["EV_ABS"] * 6 + ["EV_KEY", "EV_SYN"]
    assert told[2] == ["EV_ABS", "ABS_MT_POSITION_X", f"{(PANEL_MOST + 1) // 2:08x}"]
    assert told[3] == ["EV_ABS", "ABS_MT_POSITION_Y", f"{(PANEL_MOST + 1) // 4:08x}"]
    assert told[6] == ["EV_KEY", "BTN_TOUCH", "DOWN"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"timed": True, "named": True, "labelled": True},
            "[      12.345678] /dev/input/event2: EV_ABS       ABS_MT_TRACKING_ID   ffffffff            \n",
        ),
        (
            {"timed": False, "named": False, "labelled": True},
            "EV_ABS       ABS_MT_TRACKING_ID   ffffffff            \n",
        ),
        ({"timed": False, "named": True, "labelled": False}, "/dev/input/event2: 0003 0039 ffffffff\n"),
    ],
)
def test_the_columns_of_a_line_are_those_of_android(options: dict[str, bool], expected: str) -> None:
    event = Told(12.3456785, "/dev/input/event2", "EV_ABS", "ABS_MT_TRACKING_ID", 0xFFFFFFFF)
    assert line(event, **options) == expected


def test_the_panel_says_what_its_axes_count_to(phone: VirtualPhone) -> None:
    out, err, code = run("getevent -pl", phone)
    assert (err, code) == (b"", 0)
    assert f"                ABS_MT_POSITION_X     : value 0, min 0, max {PANEL_MOST}, fuzz 0" in out.decode()
    assert out.decode().endswith("  input props:\n    INPUT_PROP_DIRECT\n")
    assert b"0035  : value 0" in run("getevent -p /dev/input/event2", phone)[0]


@pytest.mark.parametrize("script", ["getevent -x", "getevent -l /dev/input/event9", "getevent -l a b"])
def test_what_getevent_does_not_understand_it_says_at_once(phone: VirtualPhone, script: str) -> None:
    out, err, code = run(script, phone)
    assert (out, code) == (b"", 1)
    assert err


def test_what_comes_through_input_is_not_told(phone: VirtualPhone) -> None:
    with telling(phone, "getevent -lq -c 1") as ended:
        run("input tap 500 500; input keyevent 24; input swipe 500 900 500 700 20", phone)
        phone.person.press("volume_up")
        assert ended().split()[1:3] == ["EV_KEY", "KEY_VOLUMEUP"]  # and nothing before it


def test_keys_are_told_and_take_effect(phone: VirtualPhone) -> None:
    phone.settings["system"]["volume_music"] = "5"
    with telling(phone, "getevent -lq -c 4") as ended:
        phone.person.press("volume_up")
        told = [text.split()[1:] for text in ended().splitlines()]
    assert told[0] == ["EV_KEY", "KEY_VOLUMEUP", "DOWN"]
    assert told[2] == ["EV_KEY", "KEY_VOLUMEUP", "UP"]
    assert phone.settings["system"]["volume_music"] == "6"


def test_a_person_writes_by_the_soft_keyboard(phone: VirtualPhone) -> None:
    phone.launch(Pad.package)
    phone.person.tap(*field(phone))
    phone.person.write("Hi you\b\bes.")
    assert phone.app("pad").state()["written"] == "Hi yes."
    with pytest.raises(KeyError):
        phone.person.write("世")


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_the_panel_does_not_turn_with_the_picture(phone: VirtualPhone, turns: int) -> None:
    phone.rotation = turns
    width, height = phone.size
    with telling(phone, "getevent -lq -c 4 /dev/input/event2") as ended:
        phone.person.tap(1, 1)  # the picture's own corner
        told = dict(text.split()[1:] for text in ended().splitlines())
    across, down = (int(told[f"ABS_MT_POSITION_{axis}"], 16) / PANEL_MOST for axis in "XY")
    corner = {0: (0, 0), 1: (1, 0), 2: (1, 1), 3: (0, 1)}[turns]
    assert (across, down) == pytest.approx(corner, abs=3 / min(width, height))


def test_two_fingers_have_a_slot_each(phone: VirtualPhone) -> None:
    with telling(phone, "getevent -lq -c 30") as ended:
        phone.person.pinch(500, 500, 100)
        told = [text.split()[2:] for text in ended().splitlines() if "SLOT" in text]
    assert [value for _, value in told] == [f"{slot:08x}" for slot in (0, 1, 0, 1, 1, 0)]
