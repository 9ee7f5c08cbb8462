"""An OpenAI-compatible server on loopback that looks: it resizes what it is sent, and counts tokens by what it sees."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

from PIL import Image
from tests.calibration.simulated import NAMED, Size, Write, middle, spoken

from handsight.prompts.dialect import ChatDialect

Sees = Callable[[Size], Size]


@contextmanager
def looking_server(dialect: ChatDialect, write: Write, sees: Sees, factor: int = 28) -> Iterator[tuple[str, list[Any]]]:
    """The words that name it as a model, and the sizes of the pictures that came in."""
    came: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            parts = [p for m in body["messages"] if isinstance(m["content"], list) for p in m["content"]]
            texts = [m["content"] for m in body["messages"] if isinstance(m["content"], str)]
            text = "".join([*texts, *(part["text"] for part in parts if part["type"] == "text")])
            (url,) = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
            image = Image.open(BytesIO(b64decode(url.partition(",")[2])))
            came.append(image.size)
            seen = sees(image.size)
            x, y = middle(image.resize(seen), NAMED.findall(text)[-1])
            said = spoken(dialect, write(x, y, seen, image.size)).text
            usage = {"prompt_tokens": len(text) // 4 + seen[0] * seen[1] // factor**2, "completion_tokens": 30}
            choice = {"index": 0, "message": {"role": "assistant", "content": said}, "finish_reason": "stop"}
            raw = json.dumps({"object": "chat.completion", "choices": [choice], "usage": usage}).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: Any) -> None: ...

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"server:http://127.0.0.1:{http.server_port}/v1", came
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
