"""What `getevent` prints is read as it stands on real phones, and whatever else comes is passed over."""

from __future__ import annotations

import random

import pytest

from handsight.devices.android.getevent import Event, Panel, event, panels
from handsight.devices.gestures import Contact

PIXEL = """add device 1: /dev/input/event4
  name:     "gpio_keys"
  events:
    KEY (0001): KEY_VOLUMEUP
  input props:
    <none>
add device 2: /dev/input/event2
  name:     "fts_ts"
  events:
    KEY (0001): KEY_POWER             KEY_WAKEUP            BTN_TOOL_FINGER       BTN_TOUCH
    ABS (0003): ABS_X                 : value 0, min 0, max 1079, fuzz 0, flat 0, resolution 0
                ABS_MT_SLOT           : value 0, min 0, max 9, fuzz 0, flat 0, resolution 0
                ABS_MT_POSITION_X     : value 0, min 0, max 1079, fuzz 0, flat 0, resolution 0
                ABS_MT_POSITION_Y     : value 0, min 0, max 2399, fuzz 0, flat 0, resolution 0
                ABS_MT_TRACKING_ID    : value 0, min 0, max 65535, fuzz 0, flat 0, resolution 0
  input props:
    INPUT_PROP_DIRECT
add device 3: /dev/input/event7
  name:     "a touchpad"
  events:
    ABS (0003): ABS_MT_POSITION_X     : value 0, min 0, max 99, fuzz 0, flat 0, resolution 0
                ABS_MT_POSITION_Y     : value 0, min 0, max 99, fuzz 0, flat 0, resolution 0
  input props:
    INPUT_PROP_POINTER
add device 4: /dev/input/event8
  name:     "broken"
  events:
    ABS (0003): ABS_MT_POSITION_X     : value 0, min 0, max 0, fuzz 0, flat 0, resolution 0
                ABS_MT_POSITION_Y     : value 0, min 0, max 0, fuzz 0, flat 0, resolution 0
could not get driver version for /dev/input/mice, Not a typewriter
"""


def test_the_panels_are_those_that_are_touched_directly() -> None:
    assert [*panels(PIXEL)] == ["/dev/input/event2"]
    assert panels("") == {}
    assert panels("could not open /dev/input/event2, Permission denied\n") == {}


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (
            "[    1234.567890] /dev/input/event2: EV_ABS       ABS_MT_POSITION_X    000001f4            ",
            Event(1234.56789, "/dev/input/event2", "EV_ABS", "ABS_MT_POSITION_X", 500),
        ),
        (
            "1234-567890: /dev/input/event2: EV_ABS       ABS_MT_TRACKING_ID   ffffffff            ",
            Event(1234.56789, "/dev/input/event2", "EV_ABS", "ABS_MT_TRACKING_ID", -1),
        ),
        (
            "[       1.000001] /dev/input/event4: EV_KEY       KEY_VOLUMEUP         DOWN                ",
            Event(1.000001, "/dev/input/event4", "EV_KEY", "KEY_VOLUMEUP", 1),
        ),
        (
            "[       1.000001] /dev/input/event4: EV_ABS       ABS_MT_TOOL_TYPE     MT_TOOL_FINGER      ",
            Event(1.000001, "/dev/input/event4", "EV_ABS", "ABS_MT_TOOL_TYPE", None),
        ),
        ("add device 1: /dev/input/event4", None),
        ('  name:     "gpio_keys"', None),
        ("[ 1.5] /dev/input/event2: EV_ABS", None),
        ("", None),
    ],
)
def test_a_line_is_read_in_the_old_form_and_the_new(line: str, read: Event | None) -> None:
    found = event(line)
    assert found == read or (found and read and found.at == pytest.approx(read.at) and found.value == read.value)


def feed(panel: Panel, *told: tuple[str, int]) -> list[Contact]:
    kinds = {"SYN": "EV_SYN", "ABS": "EV_ABS", "BTN": "EV_KEY"}
    return [c for code, value in told for c in panel.feed(Event(1.0, "p", kinds[code[:3]], code, value))]


def phases(contacts: list[Contact]) -> list[tuple[str, int]]:
    return [(contact.phase, contact.finger) for contact in contacts]


def test_fingers_with_slots_are_told_apart() -> None:
    panel = panels(PIXEL)["/dev/input/event2"]
    down = feed(
        panel, ("ABS_MT_TRACKING_ID", 7), ("ABS_MT_POSITION_X", 540), ("ABS_MT_POSITION_Y", 0), ("SYN_REPORT", 0)
    )
    assert phases(down) == [("down", 0)]
    assert down[0].place == (pytest.approx(540.5 / 1080), pytest.approx(0.5 / 2400))
    both = feed(
        panel,
        ("ABS_MT_POSITION_Y", 2399), ("ABS_MT_SLOT", 1), ("ABS_MT_TRACKING_ID", 8), ("ABS_MT_POSITION_X", 0),
        ("ABS_MT_POSITION_Y", 1), ("SYN_REPORT", 0),
    )  # fmt: skip
    assert phases(both) == [("move", 0), ("down", 1)]
    assert both[0].place[1] == pytest.approx(2399.5 / 2400)
    gone = feed(panel, ("ABS_MT_SLOT", 0), ("ABS_MT_TRACKING_ID", -1), ("SYN_REPORT", 0), ("SYN_REPORT", 0))
    assert phases(gone) == [("up", 0), ("move", 1), ("move", 1)]
    again = feed(
        panel, ("ABS_MT_TRACKING_ID", 9), ("ABS_MT_POSITION_X", 3), ("SYN_REPORT", 0)
    )  # the same Y is not told
    assert phases(again) == [("down", 0), ("move", 1)]


def test_fingers_without_slots_are_told_by_their_order() -> None:
    panel = Panel((0, 99), (0, 99), slots=False)
    one = (("ABS_MT_POSITION_X", 10), ("ABS_MT_POSITION_Y", 20), ("SYN_MT_REPORT", 0))
    two = (("ABS_MT_POSITION_X", 90), ("ABS_MT_POSITION_Y", 90), ("SYN_MT_REPORT", 0))
    assert phases(feed(panel, *one, ("SYN_REPORT", 0))) == [("down", 0)]
    assert phases(feed(panel, *one, *two, ("SYN_REPORT", 0))) == [("move", 0), ("down", 1)]
    assert phases(feed(panel, *one, ("SYN_REPORT", 0))) == [("move", 0), ("up", 1)]
    assert phases(feed(panel, ("SYN_MT_REPORT", 0), ("SYN_REPORT", 0))) == [("up", 0)]  # none is left
    assert phases(feed(panel, ("SYN_REPORT", 0))) == []


def test_what_the_kernel_lost_is_said_and_begins_anew() -> None:
    panel = Panel((0, 99), (0, 99))
    feed(panel, ("ABS_MT_TRACKING_ID", 7), ("ABS_MT_POSITION_X", 5), ("ABS_MT_POSITION_Y", 5), ("SYN_REPORT", 0))
    assert feed(panel, ("SYN_DROPPED", 0), ("SYN_REPORT", 0)) == []
    assert panel.lost
    assert phases(feed(panel, ("ABS_MT_TRACKING_ID", 8), ("SYN_REPORT", 0))) == [("down", 0)]


def test_hostile_lines_give_events_within_bounds_or_none() -> None:
    chance = random.Random(3)
    words = [
        "[",
        "]",
        " ",
        "9" * 40,
        "0",
        ".",
        "/dev/input/event2",
        ":",
        "EV_ABS",
        "ABS_MT_SLOT",
        "ffffffff",
        "7fffffff",
    ]
    words += [
        "ABS_MT_POSITION_X",
        "ABS_MT_TRACKING_ID",
        "-1",
        "\x1b[2J",
        "\0",
        "é",
        "SYN_REPORT",
        "EV_SYN",
        "80000000",
        "7fffffff",
    ]
    panel = Panel((0, 99), (0, 99))
    for _ in range(30_000):
        line = "".join(chance.choice(words) for _ in range(chance.randrange(14)))
        found = event(line)
        if found:
            for contact in panel.feed(found):
                assert all(0 <= share <= 1 for share in contact.place)
    for slot in (-1, 31, 10**9, 2**31 - 1):
        feed(
            panel, ("ABS_MT_SLOT", slot), ("ABS_MT_TRACKING_ID", 1), ("ABS_MT_POSITION_X", -(2**31)), ("SYN_REPORT", 0)
        )
    assert len(panel._fingers) <= 32
    flood = Panel((0, 99), (0, 99), slots=False)
    for _ in range(1000):
        feed(flood, ("ABS_MT_POSITION_X", 1), ("ABS_MT_POSITION_Y", 1), ("SYN_MT_REPORT", 0))
    assert len(feed(flood, ("SYN_REPORT", 0))) == 32
