"""Calls: one that was made, and the form in which a model is to make one or to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ToolCall:
    """One act the model asks for. `arguments` are plain JSON; places in them are [x, y] in screenshot pixels."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    thought: str = ""


@dataclass(frozen=True)
class FreeText:
    """Any text up to the next fixed text of a call."""


@dataclass(frozen=True)
class OneOf:
    """One of several fixed texts."""

    texts: tuple[str, ...]


Piece = str | Mapping[str, Any] | FreeText | OneOf | tuple[Any, ...]
"""A part of a call: fixed text, a JSON value by its schema, free text, a choice, or parts that may be left out."""


@dataclass(frozen=True)
class Calls:
    """The form of the call that a reply is to end with: one JSON object that `schema` takes, between two marks.

    Where a call is not JSON as a whole, it is one of `bodies`, each a sequence of pieces. A model that is held to it
    says at most `most_chars` before its call, besides what it thinks. Without marks the reply is one JSON value that
    `schema` takes, and nothing else.
    """

    schema: Mapping[str, Any] = field(default_factory=dict)
    opening: str = "<tool_call>\n"
    closing: str = "\n</tool_call>"
    most_chars: int = 600
    bodies: tuple[tuple[Piece, ...], ...] = ()

    @classmethod
    def answer(cls, schema: Mapping[str, Any]) -> Calls:
        """The form of an answer that is one JSON value as a whole."""
        return cls(schema, opening="", closing="", most_chars=0)

    @property
    def marked(self) -> bool:
        """Whether marks tell the JSON from the words around it."""
        return bool(self.opening.strip() and self.closing.strip())


@dataclass(frozen=True)
class NativeCall:
    """A call as a server's own tool calling carries it, beside the text: `arguments` are JSON that nobody has read."""

    id: str
    name: str
    arguments: str
