"""Calls as a server's own tool calling carries them, whole or piece by piece."""

from __future__ import annotations

import json
from typing import Any

from handsight.errors import UsageError
from handsight.types import NativeCall, Prompt


class Pieces:
    """Calls put together again from the pieces of a stream; `calls` are in the shape of those that come at once.

    A piece belongs to the call of its index. Some servers give all of them the same one, or none: there a new id, or a
    name without an index, begins the next call.
    """

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self._at: dict[Any, dict[str, Any]] = {}

    def add(self, pieces: Any) -> None:
        """Take the pieces in one chunk. Raises TypeError or AttributeError for what is none."""
        for piece in pieces or ():
            said = piece.get("function") or {}
            call = self._call(piece.get("index"), piece.get("id"), said.get("name"))
            call["id"] = piece.get("id") or call["id"]
            function = call["function"]
            if said.get("name") != function["name"]:  # else it is said again with every piece
                function["name"] += said.get("name") or ""
            function["arguments"] += _words(said.get("arguments"))

    def _call(self, index: Any, id: Any, name: Any) -> dict[str, Any]:
        known = self._at.get(index)
        other = known and ((id and known["id"] and id != known["id"]) or (index is None and name and not id))
        if known is None or other:
            known = {"id": "", "function": {"name": "", "arguments": ""}}
            self._at[index] = known
            self.calls.append(known)
        return known


def read_calls(written: Any, before: int = 0) -> tuple[NativeCall, ...]:
    """The calls in an answer; those without an id get one that counts on from the `before` calls made earlier.

    Their arguments are not read. Raises TypeError, LookupError or AttributeError for what has not the shape of calls.
    """
    calls = []
    for number, call in enumerate(written or (), before + 1):
        function = call["function"]
        name = function["name"]
        if not isinstance(name, str) or not name:
            raise TypeError("a call names no function")
        calls.append(
            NativeCall(str(call.get("id") or f"call_{number}"), name, _words(function.get("arguments")) or "{}")
        )
    return tuple(calls)


def refuse_native(prompt: Prompt, name: str) -> None:
    """Raise UsageError for a prompt with native calls, of which a model in this process knows nothing."""
    if prompt.functions or any(message.calls or message.answers for message in prompt.messages):
        raise UsageError(
            f"native calls are made by a server, and {name} runs in this process: choose a dialect that writes its "
            "calls as text"
        )


def _words(arguments: Any) -> str:
    """Arguments as text; some servers give the object itself."""
    if arguments is None or isinstance(arguments, str):
        return arguments or ""
    return json.dumps(arguments, ensure_ascii=False)
