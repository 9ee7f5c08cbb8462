"""`handsight chat` with a model behind a server that streams: told as it comes, broken off, gone on with."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.cli.terminal import CTRL_C, Terminal

from handsight.talk.history import read


class Streaming(ThreadingHTTPServer):
    """Streams "One two", and after a question to wait nothing more until the other side has gone."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[list[Any]] = []
        self.gone = threading.Event()


class Handler(BaseHTTPRequestHandler):
    server: Streaming

    def do_GET(self) -> None:
        body = json.dumps({"object": "list", "data": [{"id": "m", "object": "model"}]}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        assert asked["stream"] is True
        self.server.asked.append(asked["messages"])
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for word in ("One ", "two ", "three"):
            self.tell({"delta": {"content": word}, "finish_reason": None})
        if "wait" in str(asked["messages"][-1]):
            assert self.rfile.read(1) == b""
            self.server.gone.set()
            return
        self.tell({"delta": {}, "finish_reason": "stop"})
        self.wfile.write(b"data: [DONE]\n\n")

    def tell(self, choice: dict[str, Any]) -> None:
        event = {"id": "1", "object": "chat.completion.chunk", "model": "m", "choices": [{"index": 0, **choice}]}
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def streaming() -> Iterator[Streaming]:
    server = Streaming()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_ctrl_c_breaks_off_what_a_server_streams_and_the_server_is_let_go(
    folder: Path, environment: dict[str, str], streaming: Streaming
) -> None:
    model = f"server:http://127.0.0.1:{streaming.server_port}#m"
    with Terminal(["chat", "--model", model, "--chat-folder", "chat"], folder, environment) as terminal:
        terminal.shows("> ")
        terminal.types("Please wait\n")
        terminal.shows("One two thre")
        terminal.types(CTRL_C)
        terminal.shows("(interrupted)")
        assert streaming.gone.wait(60), "the server still writes what nobody reads"
        terminal.types("Go on.\n")
        terminal.shows("One two three")
        terminal.types("/quit\n")
        assert terminal.ends() == 0
    past = read(folder / "chat")
    assert past.finishes == ("interrupted", "stop")
    half = past.messages[1].parts[0]
    assert half == "One two thre"  # the last letter is held back: an accent might have followed
    assert [message["content"] for message in streaming.asked[1][1:]] == ["Please wait", half, "Go on."]
