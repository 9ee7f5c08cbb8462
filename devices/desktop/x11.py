"""What X11 knows of windows and of keys, asked through Xlib, which pyautogui brings along."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any

from Xlib import XK, X, display, error
from Xlib.ext import xtest
from Xlib.protocol.event import ClientMessage

from handsight.errors import NoDevice

_OTHER_LETTERS = X.LockMask | 0x6000  # caps lock, or another layout than the first, changes what keys type
_LATIN_1 = (*range(0x20, 0x7F), *range(0xA0, 0x100))


@dataclass(frozen=True)
class Stroke:
    """A key, with shift or without."""

    code: int
    shifted: bool


@dataclass(frozen=True)
class Window:
    """A window as its title bar names it; `id` is the server's."""

    title: str
    id: int


def connect() -> Any:
    """A connection to the X server that DISPLAY names. Raises NoDevice."""
    with warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.simplefilter(
            "ignore", ResourceWarning
        )  # Xlib leaves its file of cookies open, and remarks on a bare one
        try:
            return breakable(display.Display())
        except (error.DisplayError, error.XauthError, OSError) as problem:
            raise NoDevice(f"the display cannot be asked: {problem}") from problem


class _Breakable(display._BaseDisplay):  # type: ignore[misc]
    """A connection that is whole again after a signal broke off a wait, and closed once its server is gone."""

    def send_and_recv(self, *asked: Any, **named: Any) -> None:
        try:
            super().send_and_recv(*asked, **named)
        except BaseException as problem:
            self.send_active = self.recv_active = 0  # else whoever asks next leaves the waiting to what is over
            if isinstance(problem, TypeError) and isinstance(problem.__context__, OSError):
                self.close_internal("server")  # Xlib stumbled over the words of a broken pipe before it could
                raise self.socket_error from problem
            raise


def breakable(connection: Any) -> Any:
    """The connection, which can be asked on after a signal, such as Ctrl-C, has broken off a wait for the server.

    It belongs to one thread.
    """
    connection.display.__class__ = _Breakable
    return connection


class Server:
    """What the X server knows."""

    def __init__(self) -> None:
        self._display = connect()
        self._root = self._display.screen().root

    def windows(self) -> list[Window]:
        """The windows that the window manager has, those used last coming last."""
        stacked = self._property(self._root, "_NET_CLIENT_LIST_STACKING") or self._property(
            self._root, "_NET_CLIENT_LIST"
        )
        return [Window(title, each) for each in stacked or () if (title := self._title(each))]

    def area(self, window: Window) -> dict[str, int] | None:
        """Where a window's content lies on the desktop; None once it is closed or hidden."""
        opened = self._display.create_resource_object("window", window.id)
        try:
            if opened.get_attributes().map_state != X.IsViewable:
                return None
            size, corner = opened.get_geometry(), opened.translate_coords(self._root, 0, 0)
        except error.XError:
            return None
        return {"left": -corner.x, "top": -corner.y, "width": size.width, "height": size.height}

    def activate(self, window: Window) -> None:
        """Ask the window manager to bring a window to the front and give it the keys."""
        opened = self._display.create_resource_object("window", window.id)
        asked = ClientMessage(
            window=opened, client_type=self._display.intern_atom("_NET_ACTIVE_WINDOW"), data=(32, [2, 0, 0, 0, 0])
        )
        self._root.send_event(asked, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)
        self._display.sync()

    def focused(self) -> str:
        """The class of the program that has the keys, such as "XTerm"; "" where nobody says."""
        window: Any = self._display.get_input_focus().focus
        try:
            while hasattr(window, "get_wm_class"):
                if found := window.get_wm_class():
                    return str(found[1])
                window = window.query_tree().parent
        except error.XError:
            pass
        return ""

    def strokes(self, text: str) -> Sequence[Stroke] | None:
        """The keys that type exactly this as the keyboard is set now; None where some of it is on none of them."""
        if self._root.query_pointer().mask & _OTHER_LETTERS:
            return None
        found = [self._stroke(letter) for letter in text]
        return [stroke for stroke in found if stroke] if None not in found else None

    def strike(self, strokes: Sequence[Stroke]) -> None:
        """Press the keys one after the other."""
        shift = self._display.keysym_to_keycode(XK.string_to_keysym("Shift_L"))
        for stroke in strokes:
            for code in _around(stroke, shift):
                xtest.fake_input(self._display, X.KeyPress if code > 0 else X.KeyRelease, abs(code))
            self._display.sync()

    def close(self) -> None:
        self._display.close()

    def _stroke(self, letter: str) -> Stroke | None:
        if ord(letter) not in _LATIN_1:
            return None
        codes = sorted(self._display.keysym_to_keycodes(ord(letter)), key=lambda pair: pair[1])
        return Stroke(codes[0][0], codes[0][1] == 1) if codes and codes[0][1] <= 1 else None

    def _title(self, window: int) -> str:
        opened = self._display.create_resource_object("window", window)
        try:
            title = self._property(opened, "_NET_WM_NAME") or opened.get_wm_name() or ""
        except error.XError:  # it was closed meanwhile
            return ""
        return title.decode("utf-8", "replace") if isinstance(title, bytes) else str(title)

    def _property(self, window: Any, name: str) -> Any:
        found = window.get_full_property(self._display.intern_atom(name), X.AnyPropertyType)
        return found.value if found else None


def _around(stroke: Stroke, shift: int) -> Iterator[int]:
    """The codes to press, and below zero to let go."""
    yield from (shift, stroke.code, -stroke.code, -shift) if stroke.shifted else (stroke.code, -stroke.code)
