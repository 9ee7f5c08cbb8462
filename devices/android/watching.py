"""See what a person does with a phone: `getevent` tells of its panel and its keys, the UI tree of what is written.

What another program does by `input` is not told there. Taps on the soft keyboard are what is written, not taps.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from handsight.devices.android import dumpsys, getevent
from handsight.devices.android.adb import LinkBroken
from handsight.devices.android.link import Link
from handsight.devices.android.swiping import system_key
from handsight.devices.android.written import Read, Writing
from handsight.devices.base import Gesture
from handsight.devices.gestures import HOLD_S, Contact, Fingers, Way
from handsight.errors import DeviceLost, NoDevice

KEYS = {
    **{"KEY_BACK": "back", "KEY_HOMEPAGE": "home", "KEY_APPSELECT": "app_switch", "KEY_MENU": "menu"},
    **{"KEY_VOLUMEUP": "volume_up", "KEY_VOLUMEDOWN": "volume_down", "KEY_MUTE": "volume_mute"},
    **{"KEY_POWER": "power", "KEY_SLEEP": "sleep", "KEY_WAKEUP": "wakeup", "KEY_CAMERA": "camera"},
    **{"KEY_SEARCH": "search", "KEY_PLAYPAUSE": "media_play_pause", "KEY_ENTER": "enter", "KEY_ESC": "escape"},
}
_STRAY = 0.02  # of the display's shorter side: what Android too takes for no movement
_LONGEST_S = 10.0
_LONGEST_LINE = 4096
_REOPEN_S = 0.2
_SHORT_S, _MOST_SHORT = 1.0, 5  # a stream that is over so soon; how often in a row it is opened again
_LATE_S = 5.0  # the most that an event is believed to have been under way
_SEVERAL = "a gesture of several fingers, which no tool makes"
_BENT = "a stroke that is not straight, which no tool makes"
_LOST = "the link broke, or the phone lost touches: what was done meanwhile is not recorded"


@dataclass(frozen=True)
class _Touch:
    """What a finger did, on which screen."""

    way: Way
    several: bool
    size: tuple[int, int]
    front: dumpsys.Front


@contextmanager
def watching(link: Link, front: Callable[[], dumpsys.Front], read: Read) -> Iterator[AndroidWatch]:
    """Watch for as long as this lasts. Raises NoDevice where adb may not see a touch panel."""
    said = link.ask(*getevent.DESCRIBE)
    panels = getevent.panels(said.stdout)
    if not panels:
        complaint = " ".join((said.stderr or said.stdout).split())[:200]
        raise NoDevice(f"adb is shown no touch panel of {link.serial}, so nobody can be watched: {complaint or 'none'}")
    watch = AndroidWatch(link, panels, front, read)
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()


class AndroidWatch:
    """Sees what a person does. A thread of its own reads the panel; the rest is done by whoever asks."""

    remark = "What is typed is read from its field: wait a second after typing. Passwords are left out."

    def __init__(
        self, link: Link, panels: dict[str, getevent.Panel], front: Callable[[], dumpsys.Front], read: Read
    ) -> None:
        self._link, self._panels, self._front = link, panels, front
        self._fingers = {path: Fingers() for path in panels}
        self._writing = Writing(read)
        self._queue: SimpleQueue[_Touch | Gesture | BaseException] = SimpleQueue()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="getevent", daemon=True)
        self._ahead = float("inf")  # of our clock to the phone's, at least
        self._screen: dict[str, tuple[dumpsys.Viewport, dumpsys.Front]] = {}
        self._open: dict[str, float] = {}

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def begun(self) -> tuple[float, ...]:
        writing = self._writing.began
        return (*self._open.copy().values(), *(() if writing is None else (writing,)))

    def take(self, timeout_s: float) -> list[Gesture]:
        told: list[Gesture] = []
        at_rest = timeout_s > 0
        for happened in self._drained(timeout_s):
            at_rest = False
            if isinstance(happened, BaseException):
                self._queue.put(happened)  # it stays so
                if told:
                    return told
                raise happened
            told += self._after_writing(happened) if isinstance(happened, Gesture) else self._touched(happened)
        keyboard = any(inset.kind == "ime" for inset in self._front().insets)
        if at_rest and keyboard and not self._open:
            self._writing.ready()
        self._writing.rest(time.monotonic())
        if self._writing.began is not None and not keyboard and not self._open:  # its last key put it away
            ended = time.monotonic()
            told += [*self._writing.end(), Gesture("press", {"key": "enter"}, began=ended, ended=ended)]
        return told

    def finish(self) -> list[Gesture]:
        return self._writing.end()

    def _drained(self, timeout_s: float) -> Iterator[_Touch | Gesture | BaseException]:
        try:
            yield self._queue.get(timeout=timeout_s)
            while True:
                yield self._queue.get_nowait()
        except Empty:
            return

    def _after_writing(self, gesture: Gesture) -> list[Gesture]:
        return [*self._writing.end(), gesture]

    def _touched(self, touch: _Touch) -> list[Gesture]:
        """What a touch was, in the light of what was where; one of the keyboard's keys is none of its own."""
        way, (wide, high), front = touch.way, touch.size, touch.front
        size = front.size or touch.size
        start, end = ((int(x * size[0] / wide), int(y * size[1] / high)) for x, y in (way.start, way.end))
        kind = way.kind(_STRAY * min(touch.size))
        key = system_key(start, end, front) if kind == "stroke" and not touch.several else ""
        over = [inset.kind for inset in front.insets if inset.holds(*start)]
        if "ime" in over and "navigationBars" not in over and not key:
            self._writing.key(way.began, way.ended)
            return []
        if key == "home" and way.seconds >= HOLD_S:
            key = "app_switch"
        (x1, y1), (x2, y2) = ((x / wide, y / high) for x, y in (way.start, way.end))
        at, stroke, seconds = {"at": (x1, y1)}, {"start": (x1, y1), "end": (x2, y2)}, round(way.seconds, 2)
        what: tuple[str, dict[str, Any], dict[str, tuple[float, float]], str]
        if touch.several or kind == "bent":
            what = "", {}, {}, _SEVERAL if touch.several else _BENT
        elif key:
            what = "press", {"key": key}, {}, ""
        elif kind == "short":
            what = "tap", {}, at, ""
        elif kind == "long":
            what = "long_press", {"seconds": min(seconds, _LONGEST_S)}, at, ""
        else:
            what = "swipe", {"seconds": min(max(seconds, 0.05), _LONGEST_S)}, stroke, ""
        tool, arguments, places, words = what
        return self._after_writing(Gesture(tool, arguments, places, way.began, way.ended, words))

    def _listen(self) -> None:
        """Read events until told to stop; where the link breaks, mend it and say that something may be missing."""
        short = 0
        try:
            while not self._over.is_set():
                began = time.monotonic()
                try:
                    self._read_lines()
                    short = short + 1 if time.monotonic() - began < _SHORT_S else 0
                except LinkBroken as broken:
                    if self._over.is_set():
                        return
                    self._link.mend(broken.since)
                if short == _MOST_SHORT:
                    raise DeviceLost(
                        f"{self._link.serial} does not tell what is done to it: `getevent -lt` ends at once"
                    )
                if not self._over.is_set():
                    self._lose()
                    self._over.wait(_REOPEN_S)
        except BaseException as problem:  # whatever ends it, nobody must believe that they are still seen
            self._queue.put(problem)

    def _read_lines(self) -> None:
        rest = b""
        for chunk in self._link.stream(*getevent.TELL, over=self._over):
            *lines, rest = (rest + chunk).split(b"\n")
            rest = rest[-_LONGEST_LINE:]
            for line in lines:
                event = getevent.event(line.decode("utf-8", "replace").rstrip("\r"))
                if event:
                    self._heard(event)

    def _heard(self, event: getevent.Event) -> None:
        if event.kind == "EV_KEY" and event.value == 0 and event.code in KEYS:
            now = self._time(event.at)
            self._queue.put(Gesture("press", {"key": KEYS[event.code]}, began=now, ended=now))
        panel = self._panels.get(event.path)
        if panel is None:
            return
        for contact in panel.feed(event):
            self._felt(event.path, contact)
        if panel.lost:
            panel.lost = False
            self._lose()

    def _felt(self, path: str, contact: Contact) -> None:
        at = self._time(contact.at)
        if contact.phase == "down" and path not in self._open:
            self._open[path] = at
            front = self._front()
            self._screen[path] = dumpsys.viewport(self._link.ask("dumpsys", "display").stdout), front
        if path not in self._screen:
            return
        viewport, front = self._screen[path]
        across, down = viewport.shown(*contact.place)
        left, top, right, bottom = viewport.frame
        size = (right - left, bottom - top) if right - left > 1 else (1000, 2000)
        place = (min(max(across, 0.0), 1.0) * size[0], min(max(down, 0.0), 1.0) * size[1])
        done = self._fingers[path].feed(Contact(contact.phase, at, place, contact.finger))
        if done:
            self._queue.put(_Touch(*done, size, front))
            self._open.pop(path, None)

    def _lose(self) -> None:
        for fingers in self._fingers.values():
            fingers.lose()
        self._open.clear()
        now = time.monotonic()
        self._queue.put(Gesture("", began=now, ended=now, words=_LOST))

    def _time(self, at: float) -> float:
        """An event's time by our clock: lines may come late, and never early."""
        now = time.monotonic()
        self._ahead = min(self._ahead, now - at)
        return max(now - _LATE_S, min(now, at + self._ahead))
