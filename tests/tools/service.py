"""A web service on the loopback for the tests: it keeps what it was asked, and answers as it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class Asked:
    """One request as it came: the path as it was sent, with its query, unquoted by nobody."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Service:
    """Answers by path, without its query: a value as JSON, or (status, headers, body). `let_go` ends what is held."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    let_go: Event = field(default_factory=Event)


@contextmanager
def serving(answers: dict[str, Any] | None = None) -> Iterator[Service]:
    """A service that listens on 127.0.0.1 until the end."""
    service = Service(answers or {})

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("content-length", 0))
            sent = {name.lower(): value for name, value in self.headers.items()}
            service.asked.append(Asked(self.command, self.path, sent, self.rfile.read(length)))
            found = service.answers.get(self.path.partition("?")[0], (404, {}, b"nothing is here"))
            if not isinstance(found, tuple):
                found = (200, {"content-type": "application/json"}, json.dumps(found).encode())
            status, headers, body = found
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            pieces = body if isinstance(body, list) else [body]
            self.send_header("content-length", str(sum(len(p) for p in pieces if p is not None)))
            self.end_headers()
            for piece in pieces:
                if piece is None:
                    self.wfile.flush()
                    service.let_go.wait(60)
                else:
                    self.wfile.write(piece)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    server.block_on_close = False
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield service
    finally:
        service.let_go.set()
        server.shutdown()
        thread.join()
        server.server_close()
