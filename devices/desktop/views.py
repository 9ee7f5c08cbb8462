"""Which part of the desktop is worked: a monitor, or the window of a program wherever it stands."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from handsight.devices.desktop.eye import Area, Eye
from handsight.errors import DeviceLost, NoDevice, UsageError


class View(Protocol):
    """A part of the desktop."""

    def area(self) -> Area:
        """Where it lies at this moment, in the desktop's points. Raises DeviceLost once it is gone."""
        ...

    def close(self) -> None: ...


class Monitor:
    """A whole monitor, counted from 1. Raises NoDevice for one that there is not."""

    def __init__(self, eye: Eye, number: int = 1) -> None:
        if not 1 <= number <= len(eye.monitors):
            raise NoDevice(f"there is no monitor {number}; there are {len(eye.monitors)}, counted from 1")
        self._area = eye.monitors[number - 1]

    def area(self) -> Area:
        return self._area

    def close(self) -> None:
        """Nothing is held."""


class X11Window:
    """A window on X11, brought to the front when it is opened. Raises NoDevice where no title or several are meant."""

    def __init__(self, eye: Eye, title: str) -> None:
        from handsight.devices.desktop.x11 import Server

        self._eye, self._server = eye, Server()
        windows = self._server.windows()
        try:
            self._window = windows[meant(title, [window.title for window in windows])]
        except NoDevice:
            self._server.close()
            raise
        self._server.activate(self._window)

    def area(self) -> Area:
        found = self._server.area(self._window)
        return within(found, self._eye.desktop, self._window.title)

    def close(self) -> None:
        self._server.close()


class SystemWindow:
    """A window on Windows, as pygetwindow tells of it, which pyautogui brings along."""

    def __init__(self, eye: Eye, title: str) -> None:
        self._eye = eye
        if sys.platform == "darwin":
            raise UsageError("a window can be chosen on X11 and Windows only; choose a monitor: desktop:1")
        import pygetwindow

        windows = [window for window in pygetwindow.getAllWindows() if window.title]
        self._window: Any = windows[meant(title, [window.title for window in windows])]
        self._window.activate()

    def area(self) -> Area:
        window = self._window
        found = None
        if window.width > 0 and not window.isMinimized:
            found = {"left": window.left, "top": window.top, "width": window.width, "height": window.height}
        return within(found, self._eye.desktop, window.title)

    def close(self) -> None:
        """Nothing is held."""


def meant(words: str, titles: Sequence[str]) -> int:
    """The one title that is or, failing that, holds these words, case aside. Raises NoDevice."""
    for fits in (
        lambda title: title.casefold() == words.casefold(),
        lambda title: words.casefold() in title.casefold(),
    ):
        found = [index for index, title in enumerate(titles) if fits(title)]
        if len(found) == 1:
            return found[0]
        if found:
            raise NoDevice(f"{len(found)} windows are called {words!r}: {_listed([titles[index] for index in found])}")
    raise NoDevice(f"there is no window {words!r}; there are: {_listed(titles) or 'none'}")


def within(found: Mapping[str, int] | None, desktop: Area, title: str) -> Area:
    """What of a window lies on the desktop, nothing else being shown. Raises DeviceLost."""
    if found is None:
        raise DeviceLost(f"the window {title!r} was closed or hidden")
    left, top = max(found["left"], desktop["left"]), max(found["top"], desktop["top"])
    right = min(found["left"] + found["width"], desktop["left"] + desktop["width"])
    bottom = min(found["top"] + found["height"], desktop["top"] + desktop["height"])
    if right <= left or bottom <= top:
        raise DeviceLost(f"the window {title!r} lies outside the screen")
    return {"left": left, "top": top, "width": right - left, "height": bottom - top}


def _listed(titles: Sequence[str]) -> str:
    return ", ".join(repr(title[:60]) for title in titles[:10])
