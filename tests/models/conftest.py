"""A model server on loopback that answers as it is told to, and checkpoints of every family, small and random."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Answer:
    """One answer of the server. `drop` breaks the connection instead; `wait` holds the answer back until the end."""

    body: Any = None
    status: int = 200
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    wait: bool = False


@dataclass(frozen=True)
class Request:
    """One request as it came in. `connection` tells connections apart."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    connection: tuple[str, int]


class Server:
    """Gives its script in order, one answer to each request; `requests` holds what came in."""

    def __init__(self) -> None:
        self._script: list[Answer] = []
        self.requests: list[Request] = []
        self._over = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def gives(self, body: Any, **how: Any) -> None:
        """Add an answer with this body: text as it is, anything else as JSON."""
        self._script.append(Answer(body, **how))

    def says(self, text: str | None, finish: str = "stop", **message: Any) -> None:
        """Add a chat completion of the usual shape."""
        choice = {"index": 0, "message": {"role": "assistant", "content": text, **message}, "finish_reason": finish}
        usage = {"prompt_tokens": 1290, "completion_tokens": 23, "total_tokens": 1313}
        self.gives({"id": "1", "object": "chat.completion", "model": "m", "choices": [choice], "usage": usage})

    def refuses(self, status: int, message: str, **headers: str) -> None:
        """Add an error of the usual shape; header names are given with underscores."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        self.gives({"error": {"message": message, "type": "error"}}, status=status, headers=fields)

    def has(self, *names: str) -> None:
        """Add a list of models."""
        self.gives({"object": "list", "data": [{"id": name, "object": "model"} for name in names]})

    def close(self) -> None:
        self._over.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def _handler(server) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                size = int(self.headers.get("content-length") or 0)
                body = json.loads(self.rfile.read(size)) if size else None
                server.requests.append(
                    Request(
                        self.command,
                        self.path,
                        {k.lower(): v for k, v in self.headers.items()},
                        body,
                        self.client_address,
                    )
                )
                self._give(server._script.pop(0))

            do_GET = do_POST

            def _give(self, answer: Answer) -> None:
                self.close_connection = answer.drop or answer.wait
                if answer.drop:  # no lingering: the other side reads a reset, as when a server is killed
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
                if answer.wait:
                    server._over.wait()
                    return
                raw = answer.body.encode() if isinstance(answer.body, str) else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                fields = {"content-type": answer.kind, "content-length": str(len(raw)), **answer.headers}
                for name, value in fields.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: Any) -> None: ...

        return Handler


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


# torch is loaded by the tests that need it, and not by all that stand here


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a checkpoint of a family that knows bytes only: quick to load."""
    from .checkpoints import qwen_tokenizer, write_checkpoint

    return cache(lambda family: write_checkpoint(tmp_path_factory.mktemp(family), family, qwen_tokenizer(256)))


@pytest.fixture(scope="session")
def opened(checkpoint: Callable[[str], Path]) -> Callable[[str], Any]:
    """A model of a family, opened once."""
    from handsight.models.local import open_local

    return cache(lambda family: open_local(f"local:{checkpoint(family)}", device="cpu"))


@pytest.fixture(scope="session")
def qwen2(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A Qwen2-VL with the whole tokenizer: its ids are the real ones."""
    from handsight.models.local import open_local

    from .checkpoints import qwen_tokenizer, write_checkpoint

    return open_local(write_checkpoint(tmp_path_factory.mktemp("real"), "qwen2_vl", qwen_tokenizer()), device="cpu")
