"""The touch panel and the keys of the virtual phone, as a kernel tells of them: to `getevent`, and to nobody else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue

PANEL, KEYS = "/dev/input/event2", "/dev/input/event1"
PANEL_MOST = 32767  # on either axis: a panel counts in numbers of its own, not in the display's pixels
SLOTS = 10
_TOUCH_MAJOR, _PRESSURE = 40, 81


@dataclass(frozen=True)
class Told:
    """One event of the kernel: `value` is a number of 32 bits; `kind` and `code` are named as in Linux' own header."""

    at: float
    path: str
    kind: str
    code: str
    value: int


class Hardware:
    """Tells whoever listens what the panel and the keys feel. `clock` is the phone's."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._listeners: list[SimpleQueue[Told]] = []
        self._touches = 0

    @contextmanager
    def listening(self) -> Iterator[SimpleQueue[Told]]:
        """What happens from now on, for as long as this lasts."""
        told: SimpleQueue[Told] = SimpleQueue()
        with self._lock:
            self._listeners.append(told)
        try:
            yield told
        finally:
            with self._lock:
                self._listeners.remove(told)

    @property
    def listened(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    def down(self, x: float, y: float, finger: int = 0) -> None:
        """A finger touches the panel, at shares of its width and height as the phone is held upright."""
        self._touches = (self._touches + 1) & 0xFFFF
        first = [("EV_KEY", "BTN_TOUCH", 1)] if finger == 0 else []
        told = [("ABS_MT_SLOT", finger), ("ABS_MT_TRACKING_ID", self._touches), *_at(x, y)]
        told += [("ABS_MT_TOUCH_MAJOR", _TOUCH_MAJOR), ("ABS_MT_PRESSURE", _PRESSURE)]
        self._tell(PANEL, [*(("EV_ABS", code, value) for code, value in told), *first])

    def move(self, x: float, y: float, finger: int = 0) -> None:
        """It moves there."""
        self._tell(PANEL, [("EV_ABS", code, value) for code, value in [("ABS_MT_SLOT", finger), *_at(x, y)]])

    def up(self, finger: int = 0) -> None:
        """It leaves the panel."""
        last = [("EV_KEY", "BTN_TOUCH", 0)] if finger == 0 else []
        self._tell(PANEL, [("EV_ABS", "ABS_MT_SLOT", finger), ("EV_ABS", "ABS_MT_TRACKING_ID", 0xFFFFFFFF), *last])

    def key(self, code: str) -> None:
        """A key, such as KEY_VOLUMEUP, goes down and up."""
        for value in (1, 0):
            self._tell(KEYS, [("EV_KEY", code, value)])

    def _tell(self, path: str, events: list[tuple[str, str, int]]) -> None:
        now = self._clock()
        with self._lock:
            for kind, code, value in [*events, ("EV_SYN", "SYN_REPORT", 0)]:
                for told in self._listeners:
                    told.put(Told(now, path, kind, code, value))


def _at(x: float, y: float) -> list[tuple[str, int]]:
    return [
        (f"ABS_MT_POSITION_{axis}", min(max(0, int(share * (PANEL_MOST + 1))), PANEL_MOST))
        for axis, share in (("X", x), ("Y", y))
    ]
