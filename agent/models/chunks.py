"""What a model server says: a streamed answer put together again, and the words of an error."""

from __future__ import annotations

from typing import Any

from handsight.models.native import Pieces


class Chunks:
    """Collects what a server that speaks the OpenAI protocol sends piece by piece."""

    def __init__(self) -> None:
        self._message: dict[str, Any] = {}
        self._calls = Pieces()
        self._finish: str | None = None
        self._usage: Any = None
        self._odd: Any = None

    def add(self, chunk: Any) -> str:
        """Take one more chunk. Gives the text so far, without what the model thought."""
        try:
            self._usage = chunk.get("usage") or self._usage
            for choice in chunk.get("choices") or ():
                self._finish = choice.get("finish_reason") or self._finish
                delta = choice.get("delta") or {}
                self._calls.add(delta.get("tool_calls"))
                for name, piece in delta.items():
                    known = self._message.get(name)
                    joined = isinstance(known, str) and isinstance(piece, str) and name != "role"
                    if piece is not None:
                        self._message[name] = known + piece if joined else piece
        except (AttributeError, TypeError):
            self._odd = chunk
        text = self._message.get("content")
        return text if isinstance(text, str) else ""

    @property
    def answer(self) -> Any:
        """The answer in the shape of one that came at once; what came instead, where it is none or broke off."""
        if self._odd is not None:
            return self._odd
        if self._finish is None:
            return f"a stream that breaks off after {self._message.get('content', '')!r}"
        message = {"content": "", **self._message, "tool_calls": self._calls.calls}
        choice = {"message": message, "finish_reason": self._finish}
        return {"choices": [choice], "usage": self._usage}


def words_in(body: Any) -> str:
    """What a server says in an error, out of the shapes in use."""
    if isinstance(body, dict):
        body = body.get("message") or body.get("detail") or body.get("error") or body
    words = " ".join(str(body or "no words").split())
    return "a web page, not a model server's answer" if words.startswith("<") else words[:500]
