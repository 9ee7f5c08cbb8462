"""Read what `getevent -pl` and `getevent -lt` print: the touch panels that there are, and what is done to them.

Lines that are not of that form are passed over; they come from a program whose words differ between versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from handsight.devices.gestures import Contact, Place

DESCRIBE = ("getevent", "-pl")
TELL = ("getevent", "-lt")
_TIME = r"\[ *(\d{1,12})\.(\d{6})\] +|(\d{1,12})-(\d{1,6}): "  # Android of before 2013 has the latter
_EVENT = re.compile(rf"(?:{_TIME})?(/dev/input/\w{{1,40}}): (\w{{1,30}}) +(\w{{1,30}}) +(\w{{1,30}})\s*")
_AXIS = re.compile(r"(ABS_\w+) *: value -?\d+, min (-?\d{1,10}), max (-?\d{1,10}),")
_X, _Y = "ABS_MT_POSITION_X", "ABS_MT_POSITION_Y"
_MOST_FINGERS = 32


@dataclass(frozen=True)
class Event:
    """One event; `at` is the phone's time in seconds, and `value` signed, None where that is a word without meaning."""

    at: float
    path: str
    kind: str
    code: str
    value: int | None


def event(line: str) -> Event | None:
    """Read a line of `getevent -lt`; None for any other."""
    found = _EVENT.fullmatch(line)
    if not found:
        return None
    seconds, micros, old_seconds, old_micros, path, kind, code, value = found.groups()
    at = int(seconds or old_seconds or 0) + int(micros or old_micros or 0) / 1e6
    return Event(at, path, kind, code, _number(value))


def panels(described: str) -> dict[str, Panel]:
    """Read `getevent -pl`: the touch panels by path, each with the numbers that its axes count from and to."""
    found = {}
    for part in described.split("add device ")[1:]:
        path = re.match(r"\d+: (/dev/input/\w+)", part)
        axes = {name: (int(least), int(most)) for name, least, most in _AXIS.findall(part)}
        if not path or _X not in axes or _Y not in axes or "INPUT_PROP_POINTER" in part:
            continue
        if all(least < most for least, most in (axes[_X], axes[_Y])):
            found[path[1]] = Panel(axes[_X], axes[_Y], slots="ABS_MT_SLOT" in part or "ABS_MT_TRACKING_ID" in part)
    return found


@dataclass
class _Touch:
    """What is known of a finger since the last report."""

    down: bool = False
    told: bool = False
    place: dict[str, float] = field(default_factory=dict)


class Panel:
    """Follows a panel's fingers, by either of Linux' protocols for several of them.

    With `slots` a finger has a number for as long as it stays (protocol B), else all of them are listed in each report
    (protocol A). Places are shares of the panel.
    """

    def __init__(self, across: tuple[int, int], down: tuple[int, int], *, slots: bool = True) -> None:
        self._axes = {_X: across, _Y: down}
        self._by_slots = slots
        self._slot = 0
        self._listed = False  # whether the finger of this slot stands in the report that is coming in
        self._fingers: dict[int, _Touch] = {}
        self.lost = False

    def feed(self, event: Event) -> Iterator[Contact]:
        """Take an event, and give what it completes. `lost` says that the kernel has lost some."""
        if event.kind == "EV_SYN":
            if event.code == "SYN_DROPPED":
                self.lost = True
                for finger in self._fingers.values():
                    finger.down = finger.told = False
            elif event.code == "SYN_MT_REPORT" and not self._by_slots and self._listed:
                self._slot, self._listed = min(self._slot + 1, _MOST_FINGERS), False
            elif event.code == "SYN_REPORT":
                yield from self._report(event.at)
        elif event.kind == "EV_ABS" and event.value is not None:
            self._set(event.code, event.value)

    def _set(self, code: str, value: int) -> None:
        if code == "ABS_MT_SLOT" and self._by_slots:
            self._slot = min(max(value, 0), _MOST_FINGERS - 1)
        elif code == "ABS_MT_TRACKING_ID" and self._by_slots:
            finger = self._fingers.setdefault(self._slot, _Touch())
            finger.down = value >= 0
        elif code in self._axes and self._slot < _MOST_FINGERS:
            least, most = self._axes[code]
            finger = self._fingers.setdefault(self._slot, _Touch())
            self._listed = True
            finger.place[code] = min(max((value - least + 0.5) / (most - least + 1), 0.0), 1.0)
            finger.down = finger.down or not self._by_slots

    def _report(self, at: float) -> Iterator[Contact]:
        for number, finger in [*self._fingers.items()]:
            here: Place | None = (finger.place[_X], finger.place[_Y]) if len(finger.place) == len(self._axes) else None
            if here is None:
                continue
            gone = not finger.down or (not self._by_slots and number >= self._slot)
            if gone and finger.told:
                yield Contact("up", at, here, number)
            elif not gone:
                yield Contact("move" if finger.told else "down", at, here, number)
            finger.told = not gone
        if not self._by_slots:
            self._fingers = {number: finger for number, finger in self._fingers.items() if number < self._slot}
            self._slot, self._listed = 0, False


def _number(value: str) -> int | None:
    if value in ("UP", "DOWN", "REPEAT"):
        return ("UP", "DOWN", "REPEAT").index(value)
    if not re.fullmatch(r"[0-9a-f]{1,8}", value):
        return None
    number = int(value, 16)
    return number - (1 << 32) if number >= 1 << 31 else number
