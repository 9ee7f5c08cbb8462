"""A window onto the virtual phone, in a browser on this computer: it shows the screen, and takes a person's touches.

It listens on the loopback only, and whoever comes must know the token in its address.
"""

from __future__ import annotations

import hmac
import json
import math
import secrets
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from handsight.png import encode

if TYPE_CHECKING:
    from PIL.Image import Image

    from handsight.devices.virtual.served import VirtualPhone

_LOOPBACK = "127.0.0.1"
_PATIENCE_S, _POLL_S = 10.0, 0.02  # a picture that has not changed is waited for
_MOST_BYTES = 1000


class Window:
    """Open from the start until `close`. `address` is what a browser is given."""

    def __init__(self, phone: VirtualPhone) -> None:
        self.phone, self.token = phone, secrets.token_urlsafe(24)
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._picture: tuple[int, Image | None, bytes] = (0, None, b"")
        self._server = ThreadingHTTPServer((_LOOPBACK, 0), type("Bound", (_Answer,), {"window": self}))
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL_S,), name="window", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://{_LOOPBACK}:{self.port}/{self.token}/"

    def picture(self, since: int) -> tuple[int, bytes]:
        """The screen as PNG once it is another than number `since`, and its number; no bytes where it stays."""
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until and not self.closing.is_set():
            frame = self.phone.frame()
            with self._lock:
                number, image, data = self._picture
                if frame is not image:
                    number, data = number + 1, encode(frame)
                    self._picture = number, frame, data
            if number != since:
                return number, data
            self.closing.wait(_POLL_S)
        return since, b""

    def close(self) -> None:
        """Stop listening; safe to call twice."""
        if not self.closing.is_set():
            self.closing.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def __enter__(self) -> Window:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Answer(BaseHTTPRequestHandler):
    """Answers one request of the page."""

    window: Window
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        what, query = self._wanted()
        if what == "":
            self._send(200, files(__package__).joinpath("window.html").read_bytes(), "text/html; charset=utf-8")
        elif what == "screen":
            said = query.get("since", ["0"])[0]
            number, data = self.window.picture(int(said) if said.isdecimal() and len(said) < 10 else 0)
            self._send(200 if data else 204, data, "image/png", {"X-Number": str(number)})
        elif what is not None:
            self._send(404)

    def do_POST(self) -> None:
        what, _ = self._wanted()
        said = self._said() if what is not None else None
        person = self.window.phone.person
        status = 204
        match what, said:
            case None, _:  # refused already
                return
            case "touch", {"phase": ("down" | "move" | "up") as phase, "x": x, "y": y} if _share(x) and _share(y):
                width, height = self.window.phone.size
                person.touch(phase, min(x * width, width - 1), min(y * height, height - 1))
            case "key", {"key": ("power" | "volume_up" | "volume_down") as key}:
                person.press(key)
            case _:
                status = 400
        self._send(status)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is written to the terminal."""

    def _wanted(self) -> tuple[str | None, dict[str, list[str]]]:
        """What is asked for, where it may be; None once it has been refused: a page of another site knows no token."""
        url = urlsplit(self.path)
        _, token, *rest = [*url.path.split("/"), ""][:4]
        hosts = [f"{name}:{self.window.port}" for name in (_LOOPBACK, "localhost")]
        if self.headers.get("Host") in hosts and hmac.compare_digest(token.encode(), self.window.token.encode()):
            return (rest[0] if rest else ""), parse_qs(url.query)
        self.close_connection = True
        self._send(403)
        return None, {}

    def _said(self) -> Any:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _MOST_BYTES:
            self.close_connection = True
            return None
        with suppress(ValueError, RecursionError):
            return json.loads(self.rfile.read(int(length)))
        return None

    def _send(self, status: int, data: bytes = b"", kind: str = "", more: dict[str, str] | None = None) -> None:
        heads = {"Content-Type": kind, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", **(more or {})}
        with suppress(ConnectionError):  # whoever asked has gone
            self.send_response(status)
            for name, value in heads.items():
                if value:
                    self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)


def _share(value: object) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value) and 0 <= value <= 1
