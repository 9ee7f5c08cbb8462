"""Work the desktop of this computer: its picture through mss, its mouse and keys through pyautogui.

X11, Windows and macOS by the rules of those two libraries; Wayland lets no program do either, and is refused by name.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any

from PIL import Image

from handsight.devices.desktop.display import Display
from handsight.devices.pointing import on_desktop
from handsight.devices.settle import SETTLE, Settle, settle
from handsight.errors import CaptureFailed, ExtraMissing, NoDevice, NotFound, ToolFailed, UserStopped
from handsight.types import Point, Screen

_KEYS = {"back": "alt+left", "home": "win", "menu": "apps", "recents": "alt+tab", "ctrl": "ctrl", "cmd": "command"}
_connected: str | None = None  # the display to which pyautogui connected when it was imported
_DRAG_S = 0.05  # time for a program to notice that a button went down before the pointer moves away


def open_desktop(monitor: int = 1, *, display: Display | None = None, numbers: Settle = SETTLE) -> DesktopDevice:
    """Open a monitor of this computer's desktop, counted from 1, or of a private `display`.

    The libraries connect a process to one display for good: from then on DISPLAY names it to this process and what
    it starts, and another cannot be opened. Raises NoDevice when there is no display to work.
    """
    global _connected
    wanted = display.name if display else os.environ.get("DISPLAY")
    if _connected not in (None, wanted):
        raise NoDevice(
            f"this process works the display {_connected}, and cannot work {wanted} as well: use another process"
        )
    if display:
        os.environ.update({name: display.environ[name] for name in ("DISPLAY", "XAUTHORITY")})
        os.environ.pop("WAYLAND_DISPLAY", None)
    wayland = "WAYLAND_DISPLAY" in os.environ
    if sys.platform.startswith("linux"):
        if not os.environ.get("DISPLAY"):
            what = "a Wayland session, which lets no program see or work it" if wayland else "no DISPLAY"
            raise NoDevice(f"there is {what}; log in to an X11 session, or open a private display: handsight desktop")
        if not Path(os.environ.get("XAUTHORITY", Path.home() / ".Xauthority")).exists():
            os.environ["XAUTHORITY"] = (
                os.devnull
            )  # a display without keys needs none, but pyautogui's Xlib wants a file
    try:
        import mss

        with redirect_stdout(StringIO()), warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", ResourceWarning
            )  # Xlib leaves its key file open, and remarks on an empty one
            import pyautogui
    except ImportError as problem:
        raise ExtraMissing("desktop", "working a desktop") from problem
    except (Exception, SystemExit) as problem:  # it connects on import, and ends the program without tkinter
        raise NoDevice(f"the display {os.environ.get('DISPLAY', '')} cannot be worked: {problem}") from problem
    _connected = wanted
    pyautogui.PAUSE = 0
    try:
        grabber = mss.MSS()
        monitors = grabber.monitors
    except mss.ScreenShotError as problem:
        raise NoDevice(f"the display {os.environ.get('DISPLAY', '')} cannot be seen: {problem}") from problem
    if not 1 <= monitor < len(monitors):
        raise NoDevice(f"there is no monitor {monitor}; there are {len(monitors) - 1}, counted from 1")
    return DesktopDevice(pyautogui, grabber, monitor, numbers=numbers)


class DesktopDevice:
    """One monitor, with the mouse and the keys. The pointer in the screen's corner is the user's stop."""

    name = "desktop"

    def __init__(self, hand: Any, eye: Any, monitor: int, *, numbers: Settle = SETTLE) -> None:
        self._hand, self._eye, self._monitor, self._numbers = hand, eye, monitor, numbers
        self._before: Screen | None = None
        self._acted = False

    def screenshot(self) -> Screen:
        """The monitor once the last act has settled."""
        self._before = settle(self._capture, self._before, acted=self._acted, numbers=self._numbers)
        self._acted = False
        return self._before

    def glance(self) -> Screen:
        """The monitor as it is this moment."""
        began = time.monotonic()
        image = self._capture()
        return Screen(image, timing={"capture": time.monotonic() - began})

    def tap(self, at: Point, on: Screen) -> None:
        """Click with the left button."""
        self._act(lambda: self._hand.click(*self._place(at, on)))

    def long_press(self, at: Point, seconds: float, on: Screen) -> None:
        """Hold the left button."""
        self._drag(at, at, seconds, on)

    def swipe(self, start: Point, end: Point, seconds: float, on: Screen) -> None:
        """Drag with the left button."""
        self._drag(start, end, seconds, on)

    def type_text(self, text: str) -> None:
        """Type ASCII by keys. What no key types for certain raises ToolFailed before anything is typed."""
        wrong_on_x11 = "<" if sys.platform.startswith("linux") else ""  # there `<` comes out as `>`
        if any(not (c.isascii() and (c.isprintable() or c in "\n\t")) or c in wrong_on_x11 for c in text):
            but = f" other than {wrong_on_x11!r}" if wrong_on_x11 else ""  # not what was asked for: it may be a secret
            raise ToolFailed(f"the keys of this desktop type only ASCII{but} for certain; nothing was typed")
        self._act(lambda: self._hand.write(text))

    def press(self, key: str) -> None:
        """Press a key or a chord such as ctrl+s."""
        keys = _KEYS.get(key.lower(), key.lower()).split("+")
        for name in keys:
            if name not in self._hand.KEYBOARD_KEYS:
                near = get_close_matches(name, self._hand.KEYBOARD_KEYS, n=3)
                raise NotFound(f"there is no key {name!r}" + (f"; did you mean {' or '.join(near)}?" if near else ""))
        self._act(lambda: self._hand.hotkey(*keys))

    def close(self) -> None:
        self._eye.close()

    def _capture(self) -> Image.Image:
        import mss

        try:
            shot = self._eye.grab(self._eye.monitors[self._monitor])
        except mss.ScreenShotError as problem:
            raise CaptureFailed(f"the monitor cannot be captured: {problem}") from problem
        return Image.frombytes("RGB", shot.size, bytes(shot.bgra), "raw", "BGRX")

    def _place(self, at: Point, on: Screen) -> tuple[int, int]:
        """Turn pixels of a screenshot into the desktop's points, none of which is where the user says stop."""
        area = self._eye.monitors[self._monitor]
        x, y = on_desktop(at, on.size, area)
        if (x, y) in self._hand.FAILSAFE_POINTS:  # the corner itself is the user's stop
            x += 1 if x == area["left"] else -1
        return x, y

    def _drag(self, start: Point, end: Point, seconds: float, on: Screen) -> None:
        def drag() -> None:
            self._hand.moveTo(*self._place(start, on))
            self._hand.mouseDown()
            try:
                time.sleep(_DRAG_S)
                self._hand.moveTo(*self._place(end, on), duration=seconds)
                if start == end:
                    time.sleep(seconds)
            finally:
                self._hand.mouseUp()

        self._act(drag)

    def _act(self, act: Callable[[], object]) -> None:
        self._acted = True
        try:
            act()
        except self._hand.FailSafeException as problem:
            raise UserStopped("the pointer was moved into a corner of the screen, which means stop") from problem
