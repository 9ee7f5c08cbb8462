"""Work the desktop of this computer: its picture through mss, its mouse and keys through pyautogui.

X11, Windows and macOS by the rules of those two libraries; Wayland lets no program do either, and is refused by name.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from PIL import Image

from handsight.devices.base import Button, Direction, Watch
from handsight.devices.desktop import tree
from handsight.devices.desktop.display import FOUND_BY, Display
from handsight.devices.desktop.eye import Eye, open_eye
from handsight.devices.desktop.inputs import Inputs, Place, open_inputs
from handsight.devices.desktop.systems import prepare
from handsight.devices.desktop.views import Monitor, SystemWindow, View, X11Window
from handsight.devices.desktop.watching import watching
from handsight.devices.desktop.writing import ClipboardPen, Pen, X11Pen, check, write
from handsight.devices.pointing import from_desktop, on_desktop
from handsight.devices.settle import SETTLE, Settle, settle
from handsight.errors import NoDevice, TargetChanged
from handsight.types import Element, Point, Screen

_STIRRED_PX = 2  # by which the pointer is elsewhere than where we left it
_AT_REST_S = 1.0  # for which a mouse is not moved once its user has let go of it
_POLL_S = 0.05


def open_desktop(
    monitor: int = 1,
    *,
    window: str = "",
    pointer: bool = False,
    yielding: bool = False,
    paste: str = "",
    display: Display | None = None,
    numbers: Settle = SETTLE,
) -> DesktopDevice:
    """Open a monitor of this computer's desktop, counted from 1, or a window by its title, or part of it.

    `pointer` draws the pointer into the picture. `yielding` waits while the user moves the mouse. `paste` are the keys
    that paste, where they are not those that the program in front usually has. `display` is a private one to work.

    The libraries connect a process to one display for good: from then on DISPLAY names it to this process and what it
    starts, and another cannot be opened. Raises NoDevice when there is no display to work.
    """
    if display:
        os.environ.update({name: display.environ[name] for name in FOUND_BY})
        os.environ.pop("WAYLAND_DISPLAY", None)
    on_x11 = sys.platform.startswith("linux")
    if on_x11 and not os.environ.get("DISPLAY"):
        wayland = "WAYLAND_DISPLAY" in os.environ
        what = "a Wayland session, which lets no program see or work it" if wayland else "no DISPLAY"
        raise NoDevice(f"there is {what}; log in to an X11 session, or open a private display: handsight desktop")
    prepare(sys.platform)
    eye = open_eye()
    try:
        inputs = open_inputs()
        view: View = (X11Window if on_x11 else SystemWindow)(eye, window) if window else Monitor(eye, monitor)
    except BaseException:
        eye.close()
        raise
    return DesktopDevice(inputs, eye, view, pointer=pointer, yielding=yielding, paste=paste, numbers=numbers)


class DesktopDevice:
    """A part of the desktop, with the mouse and the keys. The pointer in the screen's corner is the user's stop."""

    name = "desktop"

    def __init__(
        self,
        inputs: Inputs,
        eye: Eye,
        view: View,
        *,
        pointer: bool = False,
        yielding: bool = False,
        paste: str = "",
        numbers: Settle = SETTLE,
    ) -> None:
        self._inputs, self._eye, self._view, self._numbers = inputs, eye, view, numbers
        self._shows_pointer, self._yielding = pointer, yielding
        on_x11 = sys.platform.startswith("linux")
        self._pen: Pen = X11Pen(inputs, paste) if on_x11 else ClipboardPen(inputs, self.screenshot, paste)
        self._before: Screen | None = None
        self._acted = False
        self._left: Place = inputs.pointer
        self._ends: list[Callable[[], None]] = [self._pen.close, view.close, eye.close]

    def screenshot(self) -> Screen:
        """What is worked, once the last act has settled."""
        self._before = settle(self._capture, self._before, acted=self._acted, numbers=self._numbers)
        self._acted = False
        return self._before

    def glance(self) -> Screen:
        """What is worked, as it is this moment."""
        began = time.monotonic()
        image = self._capture()
        return Screen(image, timing={"capture": time.monotonic() - began})

    def elements(self, on: Screen) -> tuple[Element, ...]:
        """What the programs in view name of what they show. Raises NoTree."""
        return tree.elements(on.size, self._view.area())

    def pointer(self, on: Screen) -> Point | None:
        """Where the pointer is, in pixels of a screenshot; None where it is elsewhere."""
        return from_desktop(self._inputs.pointer, on.size, self._view.area())

    def click(self, at: Point, on: Screen, button: Button = "left", count: int = 1, seconds: float = 0) -> None:
        """Click, `count` times in a row, or hold a button down."""
        self._act(lambda: self._inputs.click(self._place(at, on), button, count, seconds))

    def move_to(self, at: Point, on: Screen) -> None:
        """Move the pointer."""
        self._act(lambda: self._inputs.move(self._place(at, on)))

    def drag(self, start: Point, end: Point, seconds: float, on: Screen) -> None:
        """Drag with the left button, in many small steps."""
        self._act(lambda: self._inputs.drag(self._place(start, on), self._place(end, on), seconds))

    def scroll(self, direction: Direction, pixels: float, at: Point | None, on: Screen) -> None:
        """Turn the wheel at a place, or where the pointer is."""

        def turn() -> None:
            if at is not None:
                self._inputs.move(self._place(at, on))
            self._inputs.wheel(direction, pixels)

        self._act(turn)

    def type_text(self, text: str) -> None:
        """Type any text exactly where the focus is, or raise ToolFailed."""
        text = check(text)
        self._act(lambda: write(text, self._pen, self._inputs))

    def press(self, key: str, seconds: float = 0) -> None:
        """Press a key or a chord such as ctrl+s, or hold it down."""
        self._act(lambda: self._inputs.press(key, seconds))

    def watch(self) -> AbstractContextManager[Watch]:
        """See what a person does on what is worked. Raises UsageError on Windows and macOS."""
        return watching(self._view.area, tree.hides)

    def then(self, end: Callable[[], None]) -> DesktopDevice:
        """Have `end` done when this is closed, such as closing the private display that is worked."""
        self._ends.append(end)
        return self

    def close(self) -> None:
        while self._ends:
            self._ends.pop(0)()

    def _capture(self) -> Image.Image:
        return self._eye.grab(self._view.area(), self._inputs.pointer if self._shows_pointer else None)

    def _place(self, at: Point, on: Screen) -> Place:
        """Turn pixels of a screenshot into the desktop's points, none of which is where the user says stop."""
        return self._inputs.reachable(on_desktop(at, on.size, self._view.area()))

    def _act(self, act: Callable[[], object]) -> None:
        if self._yielding:
            self._yield()
        self._acted = True
        try:
            act()
        finally:
            self._left = self._inputs.pointer

    def _yield(self) -> None:
        """Wait while the user moves the mouse; then nothing is as it was seen, and TargetChanged says so."""
        here = self._inputs.pointer
        if max(abs(a - b) for a, b in zip(here, self._left, strict=True)) <= _STIRRED_PX:
            return
        since = time.monotonic()
        while time.monotonic() - since < _AT_REST_S:
            self._inputs.check()
            time.sleep(_POLL_S)
            now = self._inputs.pointer
            if now != here:
                here, since = now, time.monotonic()
        self._left = here
        raise TargetChanged("the user moved the mouse meanwhile; nothing was touched: look again")
