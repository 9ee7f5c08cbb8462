"""The mouse and the keyboard of this computer, through pyautogui. Places are the desktop's own points."""

from __future__ import annotations

import importlib
import os
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from typing import Any

from handsight.devices.base import Button, Direction
from handsight.devices.desktop.keys import chord
from handsight.errors import ExtraMissing, InputRefused, NoDevice, UserStopped

Place = tuple[int, int]
_STEPS_PER_S = 50
_LEAST_STEPS = 10  # a drag that jumps is none to a program that watches the way
_DRAG_S = 0.05  # time for a program to notice that a button went down before the pointer moves away
_NOTCH_PX = 100  # what one notch of a wheel is to a browser on Windows; the others scroll by about as much
_LINE_PX = 10  # what macOS takes for a line
_opened: list[Inputs] = []  # the last one: pyautogui works one display, to which it connects when it is imported


def open_inputs() -> Inputs:
    """Connect to the display that DISPLAY names. Raises NoDevice, as the inputs of another display do from then on."""
    wanted = os.environ.get("DISPLAY")
    if _opened and _opened[0].display == wanted and _opened[0].connected:
        return _opened[0]
    if sys.platform.startswith("linux"):
        if not Path(os.environ.get("XAUTHORITY", Path.home() / ".Xauthority")).exists():
            os.environ["XAUTHORITY"] = os.devnull  # a display without keys needs none, but Xlib wants a file
    try:
        with redirect_stdout(StringIO()), warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", ResourceWarning
            )  # Xlib leaves its key file open, and remarks on an empty one
            import pyautogui

            if _opened:
                _opened.pop().disconnect()
                importlib.reload(pyautogui.platformModule)  # it connects anew
            if sys.platform.startswith("linux"):
                from handsight.devices.desktop.x11 import breakable

                breakable(pyautogui.platformModule._display)
    except ImportError as problem:
        raise ExtraMissing("desktop", "working a desktop") from problem
    except (Exception, SystemExit) as problem:  # it connects on import, and ends the program without tkinter
        raise NoDevice(f"the display {wanted or ''} cannot be worked: {problem}") from problem
    pyautogui.PAUSE = 0
    _opened[:] = [Inputs(pyautogui, wanted)]
    return _opened[0]


class Inputs:
    """Works the mouse and the keys. The pointer in a corner of the screen is the user's stop, looked at before each."""

    def __init__(self, gui: Any, display: str | None) -> None:
        self._gui, self.display = gui, display

    @property
    def connected(self) -> bool:
        """Whether the display is still the one that was connected to: its name may have gone over to another."""
        try:
            self._gui.position()
        except Exception:  # a broken pipe, and whatever Xlib makes of it
            return False
        return True

    def disconnect(self) -> None:
        with suppress(Exception):
            self._gui.platformModule._display.close()

    @property
    def pointer(self) -> Place:
        with self._heeding():
            x, y = self._gui.position()
        return int(x), int(y)

    def reachable(self, at: Place) -> Place:
        """The place, or the one beside it if it is where the user says stop."""
        x, y = at
        return (x + (1 if x <= 0 else -1), y) if (x, y) in self._gui.FAILSAFE_POINTS else (x, y)

    def check(self) -> None:
        """Raise UserStopped if the user moved the pointer into a corner."""
        with self._heeding():
            self._gui.failSafeCheck()

    def move(self, at: Place) -> None:
        with self._heeding():
            self._gui.moveTo(*at)

    def click(self, at: Place, button: Button, count: int, seconds: float) -> None:
        with self._heeding():
            self._gui.moveTo(*at)
            for _ in range(count):
                with self._pressed(button):
                    time.sleep(seconds)

    def drag(self, start: Place, end: Place, seconds: float) -> None:
        steps = max(_LEAST_STEPS, int(seconds * _STEPS_PER_S))
        with self._heeding():
            self._gui.moveTo(*start)
            with self._pressed("left"):
                time.sleep(_DRAG_S)
                for step in range(1, steps + 1):
                    self._gui.moveTo(*(round(a + (b - a) * step / steps) for a, b in zip(start, end, strict=True)))
                    time.sleep(seconds / steps)

    def wheel(self, direction: Direction, pixels: float) -> None:
        """Turn the wheel by about so many pixels, where the pointer is."""
        amount = wheel_steps(pixels, sys.platform) * (1 if direction in ("up", "right") else -1)
        with self._heeding():
            (self._gui.vscroll if direction in ("up", "down") else self._gui.hscroll)(amount)

    def press(self, key: str, seconds: float = 0) -> None:
        """Press a key or a chord, and hold it so long. Raises NotFound, with its neighbours, for one there is not."""
        names = chord(key, self._known, sys.platform)
        with self._heeding():
            self._gui.failSafeCheck()
            down: list[str] = []
            try:
                for name in names:
                    down.append(name)
                    self._gui.keyDown(name)
                time.sleep(seconds)
            finally:
                for name in reversed(down):
                    self._gui.platformModule._keyUp(name)  # let go even where the user says stop meanwhile

    def write(self, text: str) -> None:
        """Type printable ASCII as pyautogui does."""
        with self._heeding():
            self._gui.write(text)

    @property
    def _known(self) -> Sequence[str]:
        """The names of the keys that this system has: the library lets others fall silently."""
        mapping = self._gui.platformModule.keyboardMapping
        return [name for name in self._gui.KEYBOARD_KEYS if mapping.get(name) not in (None, 0)]

    @contextmanager
    def _pressed(self, button: Button) -> Iterator[None]:
        self._gui.mouseDown(button=button)
        try:
            yield
        finally:
            x, y = self._gui.position()
            self._gui.platformModule._mouseUp(x, y, button)

    @contextmanager
    def _heeding(self) -> Iterator[None]:
        if _opened != [self]:
            raise NoDevice(
                "this process has opened another display since; to work several at once, use several processes"
            )
        try:
            yield
        except self._gui.FailSafeException as problem:
            raise UserStopped("the pointer was moved into a corner of the screen, which means stop") from problem
        except OSError as problem:
            raise InputRefused(f"the system did not take the input: {problem}") from problem


def wheel_steps(pixels: float, platform: str) -> int:
    """So many pixels in what the wheel of a system counts: notches, 120 to a notch on Windows, lines on macOS."""
    if platform == "win32":
        return max(120, round(pixels * 120 / _NOTCH_PX))
    return max(1, round(pixels / (_LINE_PX if platform == "darwin" else _NOTCH_PX)))
