"""Pasting on X11: the text is offered just as long as it takes the program to fetch it, so nothing has to be guessed.

Who pastes asks whoever owns the clipboard. We own it, see the text being asked for, and give back what was there.
"""

from __future__ import annotations

import select
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

from Xlib import X, Xatom
from Xlib.protocol.event import SelectionNotify

from handsight.devices.desktop.x11 import connect
from handsight.errors import InputRefused, ToolFailed

_ASKED_S = 3.0  # for a program to ask for what it is to paste
_QUIET_S = 0.1  # after which it will not ask again
_TOOL_S = 5.0
_POLL_S = 0.01
_KEPT = ("UTF8_STRING", "image/png", "STRING", "image/jpeg", "text/uri-list")  # in which form the old content is kept


def paste(text: str, selection: str, press: Callable[[], None]) -> None:
    """Have `press` paste `text` from a selection, "CLIPBOARD" or "PRIMARY". Raises ToolFailed if nobody fetches it."""
    server = connect()
    try:
        offer = _Offer(server, text, selection)
        before = _saved(selection) if offer.owned else None
        offer.begin()
        try:
            press()
            taken = offer.serve()
        finally:
            offer.end()
            if before:
                _give_back(server, selection, *before)
    finally:
        server.close()
    if not taken:
        raise ToolFailed("no field took the text; click it first")


class _Offer:
    """A text that is offered to whoever pastes."""

    def __init__(self, server: Any, text: str, selection: str) -> None:
        self._server, self._data = server, text.encode()
        self._selection = server.intern_atom(selection)
        self._targets, self._utf8 = server.intern_atom("TARGETS"), server.intern_atom("UTF8_STRING")
        self._texts = (self._utf8, server.intern_atom("text/plain;charset=utf-8"), server.intern_atom("TEXT"))
        self._window = server.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)

    @property
    def owned(self) -> bool:
        """Whether somebody has something there already."""
        return bool(self._server.get_selection_owner(self._selection))

    def begin(self) -> None:
        """Become the owner, and let those ask who always do, such as a keeper of old clipboards."""
        self._window.set_selection_owner(self._selection, X.CurrentTime)
        self._server.sync()
        for event in self._events(0.0):
            self._answer(event)

    def serve(self) -> bool:
        """Answer until the text was fetched and nobody asks any more; whether it was."""
        fetched = False
        until = time.monotonic() + _ASKED_S
        while time.monotonic() < until:
            for event in self._events(_QUIET_S if fetched else _ASKED_S):
                if self._answer(event):
                    fetched = True
                until = time.monotonic() + (_QUIET_S if fetched else _ASKED_S)
        return fetched

    def end(self) -> None:
        """Own nothing any more, as goes with the window."""
        self._window.destroy()
        self._server.sync()

    def _events(self, seconds: float) -> Iterator[Any]:
        """What happens within so many seconds; those that come together come together."""
        if not self._server.pending_events():
            select.select([self._server], [], [], seconds)
        while self._server.pending_events():
            yield self._server.next_event()

    def _answer(self, event: Any) -> bool:
        """Answer a request; whether it was one for the text."""
        if event.type != X.SelectionRequest:
            return False
        place = event.property or event.target
        is_text = event.target in self._texts
        if event.target == self._targets:
            event.requestor.change_property(place, Xatom.ATOM, 32, [self._targets, *self._texts])
        elif is_text:
            event.requestor.change_property(place, self._utf8, 8, self._data)
        else:
            place = X.NONE
        told = SelectionNotify(
            time=event.time, requestor=event.requestor, selection=event.selection, target=event.target, property=place
        )
        event.requestor.send_event(told)
        self._server.flush()
        return is_text


def _saved(selection: str) -> tuple[str, bytes] | None:
    """What a selection holds, in the first form that can be given back; None where that is nothing."""
    if not shutil.which("xclip"):
        raise ToolFailed(
            "this text is typed through the clipboard, and what is in it can only be given back with xclip: "
            "apt install xclip"
        )
    forms = _xclip(selection, "-o", "-t", "TARGETS").decode("ascii", "replace").split()
    form = next((form for form in _KEPT if form in forms), None)
    return (form, _xclip(selection, "-o", "-t", form)) if form else None


def _give_back(server: Any, selection: str, form: str, content: bytes) -> None:
    """Put a content back, and see that it is there: the program that holds it becomes the owner in its own time."""
    _xclip(selection, "-i", "-t", form, content=content)
    until = time.monotonic() + _TOOL_S
    while not server.get_selection_owner(server.intern_atom(selection)):
        if time.monotonic() > until:
            raise InputRefused("what was in the clipboard before the text was typed could not be given back")
        time.sleep(_POLL_S)


def _xclip(selection: str, *options: str, content: bytes | None = None) -> bytes:
    command = ["xclip", "-selection", selection.lower(), *options]
    given: dict[str, Any] = {"stdin": subprocess.DEVNULL} if content is None else {"input": content}
    out = subprocess.PIPE if content is None else subprocess.DEVNULL  # it stays behind to serve, and holds its output
    try:
        ran = subprocess.run(command, stdout=out, stderr=subprocess.DEVNULL, timeout=_TOOL_S, **given)
    except subprocess.TimeoutExpired as problem:
        raise ToolFailed("the program that owns the clipboard does not answer") from problem
    return ran.stdout or b""
