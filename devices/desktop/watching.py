"""See what a person does on an X11 display: clicks, drags, the wheel, and text as the keyboard's layout has it.

What an input method composes is not known from its keys. A password is left out where the program names its field as
one: only AT-SPI tells.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from queue import Empty
from typing import TYPE_CHECKING

from handsight.devices.base import Button, Direction, Gesture, Share
from handsight.devices.desktop import keysyms
from handsight.devices.gestures import NOTCH_PX, Clicked, Mouse, Place, Turned
from handsight.errors import DeviceLost, UsageError
from handsight.types import MASKED

if TYPE_CHECKING:
    from handsight.devices.desktop.heard import Ear, Input

_STRAY_PX = 5.0
_BUTTONS: Mapping[int, Button] = {1: "left", 2: "middle", 3: "right"}
_WHEEL: Mapping[int, Direction] = {4: "up", 5: "down", 6: "left", 7: "right"}
_LONGEST_S = 10.0
_ENDS, _ENDS_S = "ctrl+c", 1.0
_CHORDS = ("ctrl", "alt", "win")
_COMPOSED = "text was composed, and its keys do not tell what came of it"
_BESIDE = "something was done beside what is recorded"


@contextmanager
def watching(area: Callable[[], Mapping[str, int]], secret: Callable[[], bool]) -> Iterator[DesktopWatch]:
    """Watch a part of the desktop for as long as this lasts. `secret` says whether a password field has the focus.

    Raises UsageError on Windows and macOS, NoDevice where the X server tells nothing.
    """
    if not sys.platform.startswith("linux"):
        raise UsageError("what a person does is recorded on Android phones and on X11 desktops, not on this system")
    from handsight.devices.desktop.heard import Ear

    ear = Ear()
    try:
        ear.start()
        yield DesktopWatch(ear, area, secret)
    finally:
        ear.stop()


class DesktopWatch:
    """Sees what a person does."""

    remark = "A password is left out where the program names its field as one; all else that is typed is recorded."

    def __init__(self, ear: Ear, area: Callable[[], Mapping[str, int]], secret: Callable[[], bool]) -> None:
        self._heard, self._area = ear.heard, area
        self._mouse = Mouse(_STRAY_PX)
        self._typed = Typed(secret)
        self._held: Gesture | None = None

    def begun(self) -> tuple[float, ...]:
        held = self._held.began if self._held else None
        return tuple(at for at in (self._mouse.began, self._typed.began, held) if at is not None)

    def take(self, timeout_s: float) -> list[Gesture]:
        return [*self._but_the_last(self._taken(timeout_s))]

    def finish(self) -> list[Gesture]:
        return [*self._but_the_last([*map(self._pointed, self._mouse.flush()), *self._typed.flush()])]

    def _but_the_last(self, told: list[Gesture]) -> Iterator[Gesture]:
        """Keep Ctrl-C back until something else is done: the last one is what ends the recording, in its terminal."""
        for gesture in told:
            if self._held:
                yield self._held
            self._held = gesture if gesture.arguments.get("key") == _ENDS else None
            if not self._held:
                yield gesture
        if self._held and time.monotonic() - self._held.ended > _ENDS_S:
            yield self._held
            self._held = None

    def _taken(self, timeout_s: float) -> list[Gesture]:
        told: list[Gesture] = []
        at_rest = timeout_s > 0
        try:
            heard = self._heard.get(timeout=timeout_s) if timeout_s else self._heard.get_nowait()
            while True:
                at_rest = False
                if isinstance(heard, DeviceLost):
                    self._heard.put(heard)  # it stays so
                    if told:
                        return told
                    raise heard
                told += self._done(heard)
                heard = self._heard.get_nowait()
        except Empty:
            if at_rest:
                self._typed.rest()
        return [*told, *map(self._pointed, self._mouse.due(time.monotonic()))]

    def _done(self, heard: Input) -> Iterator[Gesture]:
        place = (float(heard.x), float(heard.y))
        if heard.kind == "move":
            self._mouse.move(heard.at, place)
        elif heard.kind in ("key", "key up"):
            writes = self._typed.writes(heard)
            if heard.kind == "key" and heard.number not in keysyms.MODIFIERS:
                yield from map(self._pointed, self._mouse.flush())
            yield from self._typed.key(heard, writes=writes)
        elif heard.number in _BUTTONS:
            if heard.kind == "press":
                yield from self._typed.flush()
                yield from map(self._pointed, self._mouse.press(_BUTTONS[heard.number], heard.at, place))
            else:
                yield from map(self._pointed, self._mouse.release(_BUTTONS[heard.number], heard.at, place))
        elif heard.number in _WHEEL and heard.kind == "press":
            yield from self._typed.flush()
            yield from map(self._pointed, self._mouse.turn(_WHEEL[heard.number], heard.at, place))

    def _pointed(self, done: Clicked | Turned) -> Gesture:
        if isinstance(done, Turned):
            arguments = {"direction": done.direction, "pixels": done.notches * NOTCH_PX}
            return self._within(Gesture("scroll", arguments, {"at": self._share(done.place)}, done.began, done.ended))
        way, kind = done.way, done.way.kind(_STRAY_PX)
        if kind in ("short", "long"):
            more = {"button": done.button} if done.button != "left" else {}
            count = {"count": done.count} if done.count > 1 else {}
            held = {"seconds": round(min(way.seconds, _LONGEST_S), 2)} if kind == "long" and done.count == 1 else {}
            at = {"at": self._share(way.start)}
            return self._within(Gesture("click", {**more, **count, **held}, at, way.began, way.ended))
        if done.button != "left" or kind == "bent":
            words = "a drag that no tool makes: " + ("with another button" if kind != "bent" else "not a straight one")
            return Gesture("", began=way.began, ended=way.ended, words=words)
        places = {"start": self._share(way.start), "end": self._share(way.end)}
        seconds = round(min(max(way.seconds, 0.1), _LONGEST_S), 2)
        return self._within(Gesture("drag", {"seconds": seconds}, places, way.began, way.ended))

    def _share(self, place: Place) -> Share:
        """The middle of a point, as a share of what is shown."""
        area = self._area()
        return (place[0] + 0.5 - area["left"]) / area["width"], (place[1] + 0.5 - area["top"]) / area["height"]

    def _within(self, gesture: Gesture) -> Gesture:
        if all(0 <= share < 1 for place in gesture.places.values() for share in place):
            return gesture
        return Gesture("", began=gesture.began, ended=gesture.ended, words=_BESIDE)


class Typed:
    """Keys, as the text they write or the chords they are. `secret` says whether a password field has the focus."""

    def __init__(self, secret: Callable[[], bool]) -> None:
        self._secret = secret
        self.began: float | None = None
        self._ended = self._looked = 0.0
        self._text, self._sign = "", ""
        self._hidden = self._composed = False
        self._alone = 0  # the super key, for as long as it is held and nothing else was pressed

    def writes(self, heard: Input) -> bool:
        """Whether a key writes into what is being typed."""
        chord = any(name in heard.held for name in _CHORDS)
        return not chord and bool(keysyms.letter(heard.number) or keysyms.sign(heard.number))

    def key(self, heard: Input, *, writes: bool) -> Iterator[Gesture]:
        """Take a key that goes down or up."""
        if heard.kind == "key up":
            if heard.number in keysyms.SUPER and self._alone:
                yield from self.flush()
                yield Gesture("press", {"key": "win"}, began=heard.at, ended=heard.at)
            self._alone = 0
            return
        self._alone = heard.number if heard.number in keysyms.SUPER else 0
        if heard.number in keysyms.MODIFIERS:
            return
        called = keysyms.name(heard.number)
        chord = [name for name in heard.held if name in _CHORDS]
        if writes:
            self._begin(heard.at)
            self._write(heard.number)
        elif called == "backspace" and self._text and not chord and not self._sign:
            self._text, self._ended = self._text[:-1], heard.at
        elif name := called or (keysyms.letter(heard.plain).lower() if chord else ""):
            yield from self.flush()
            keys = [*chord, *(["shift"] if "shift" in heard.held else []), name]
            yield Gesture("press", {"key": "+".join(keys)}, began=heard.at, ended=heard.at)
        else:
            self._begin(heard.at)
            self._composed = True

    def rest(self) -> None:
        """Nobody types at the moment: see whether the focus has gone into a password field meanwhile."""
        if self.began is not None and self._looked < self._ended:
            self._hidden, self._looked = self._secret() or self._hidden, self._ended

    def flush(self) -> list[Gesture]:
        """What was typed, since something else is done now."""
        began, self.began = self.began, None
        if began is None:
            return []
        text, hidden = self._text, self._hidden
        composed = self._composed or bool(self._sign)
        self._text, self._sign, self._hidden, self._composed = "", "", False, False
        if hidden:
            return [Gesture("type_text", {"text": MASKED}, began=began, ended=self._ended)]
        if composed:
            return [Gesture("", began=began, ended=self._ended, words=_COMPOSED)]
        return [Gesture("type_text", {"text": text}, began=began, ended=self._ended)] if text else []

    def _begin(self, at: float) -> None:
        self._ended = at
        if self.began is None:
            self.began = at
            self._hidden, self._looked = self._secret(), at

    def _write(self, keysym: int) -> None:
        sign, self._sign = self._sign, ""
        if keysyms.sign(keysym):
            self._sign, self._composed = keysyms.sign(keysym), self._composed or bool(sign)
            return
        letter = keysyms.letter(keysym)
        whole = keysyms.joined(sign, letter) if sign else letter
        self._composed = self._composed or not whole
        self._text += whole
