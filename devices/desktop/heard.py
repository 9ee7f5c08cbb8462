"""What is done to an X11 display, by the server's own word: each button, key and movement, wherever the focus is.

By the extension RECORD, which copies what the devices send; what programs send one another is not among it.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from Xlib import X, error
from Xlib.ext import record
from Xlib.protocol import rq

from handsight.devices.desktop.x11 import connect
from handsight.errors import DeviceLost, NoDevice

_KINDS = {
    **{X.KeyPress: "key", X.KeyRelease: "key up", X.ButtonPress: "press", X.ButtonRelease: "release"},
    X.MotionNotify: "move",
}
_SHIFT, _LOCK, _NUM_LOCK, _LEVEL_3 = X.ShiftMask, X.LockMask, X.Mod2Mask, X.Mod5Mask
_GONE = (error.ConnectionClosedError, OSError)
_JOIN_S = 5.0


@dataclass(frozen=True)
class Input:
    """One movement, button or key: `number` is the button's or the keysym; `plain` that of the key without any other.

    `held` names the keys held meanwhile that make a chord: "ctrl", "alt", "win", "shift".
    """

    kind: str
    at: float
    x: int
    y: int
    number: int = 0
    plain: int = 0
    held: tuple[str, ...] = ()


class Ear:
    """Hears a display from `start` to `stop`; what it hears, and at last what went wrong, comes in `heard`."""

    def __init__(self) -> None:
        self.heard: SimpleQueue[Input | DeviceLost] = SimpleQueue()
        self._control, self._data = connect(), connect()
        if not self._data.has_extension("RECORD"):
            self._close()
            raise NoDevice("this X server has no RECORD extension, so nobody can be watched on it")
        ranges: dict[str, Any] = dict.fromkeys(("core_requests", "core_replies", "delivered_events", "errors"), (0, 0))
        ranges |= {"ext_requests": (0, 0, 0, 0), "ext_replies": (0, 0, 0, 0)}
        ranges |= {"device_events": (X.KeyPress, X.MotionNotify), "client_started": False, "client_died": False}
        self._context = self._data.record_create_context(0, [record.AllClients], [ranges])
        self._ready, self._over = threading.Event(), False
        self._thread = threading.Thread(target=self._listen, name="X11 RECORD", daemon=True)

    def start(self) -> None:
        """Begin, and wait until the server does."""
        self._thread.start()
        if not self._ready.wait(_JOIN_S):
            raise NoDevice("the X server does not begin to tell what is done to it")

    def stop(self) -> None:
        self._over = True
        with suppress(*_GONE):
            self._control.record_disable_context(self._context)
            self._control.flush()
        self._thread.join(_JOIN_S)
        self._close()

    def _close(self) -> None:
        for server in (self._control, self._data):
            with suppress(*_GONE):  # then it is closed already
                server.close()

    def _listen(self) -> None:
        try:
            with suppress(*_GONE):
                self._data.record_enable_context(self._context, self._told)
                self._data.record_free_context(self._context)
        finally:  # whatever ends it, nobody must believe that they are still heard
            if not self._over:
                self.heard.put(DeviceLost("the display was closed"))

    def _told(self, reply: Any) -> None:
        if reply.category == record.StartOfData:
            self._ready.set()
        if reply.category != record.FromServer or reply.client_swapped:
            return
        data = reply.data
        while data:
            event, data = rq.EventField(None).parse_binary_value(data, self._data.display, None, None)
            if event.type in _KINDS:
                self.heard.put(self._input(event))

    def _input(self, event: Any) -> Input:
        kind, state, number, plain = _KINDS[event.type], event.state, event.detail, 0
        if kind in ("key", "key up"):
            number, plain = self._keysyms(event.detail, state)
        marks = {"ctrl": X.ControlMask, "alt": X.Mod1Mask, "win": X.Mod4Mask, "shift": _SHIFT}
        held = tuple(name for name, mask in marks.items() if state & mask)
        return Input(kind, time.monotonic(), event.root_x, event.root_y, number, plain, held)

    def _keysyms(self, code: int, state: int) -> tuple[int, int]:
        """What a key means with those that are held, and without them: by columns of the server's own table."""
        group = 2 * ((state >> 13) & 1)
        shifted = bool(state & _SHIFT)
        third = 4 if state & _LEVEL_3 and self._at(code, 4) else 0
        plain = self._at(code, group) or self._at(code, 0)
        found = self._at(code, (third or group) + shifted) or self._at(code, third or group) or plain
        if state & _LOCK and chr(min(found, 0xFF)).isalpha() and found < 0x100:
            found = ord(chr(found).upper()) if not shifted else ord(chr(found).lower())
        if state & _NUM_LOCK and 0xFF95 <= plain <= 0xFF9F:
            found = self._at(code, int(not shifted)) or found
        return found, plain

    def _at(self, code: int, column: int) -> int:
        return int(self._data.keycode_to_keysym(code, column))
