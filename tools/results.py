"""What a function returned, as text and pictures that a model can be shown."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

from pydantic_core import PydanticSerializationError, to_json

from handsight.errors import ToolFailed
from handsight.types import Picture, ToolResult

_MAX_CHARS = 8000


def result(value: Any, name: str) -> ToolResult:
    """Text as it is, pictures as pictures, and anything else as JSON. Raises ToolFailed where it is none of these."""
    if isinstance(value, ToolResult):
        return replace(value, text=capped(value.text))
    parts = value if isinstance(value, (list, tuple)) and any(map(_is_picture, value)) else [value]
    pictures = tuple(p if isinstance(p, Picture) else Picture(p) for p in parts if _is_picture(p))
    texts = [_text(part, name) for part in parts if not _is_picture(part)]
    return ToolResult(capped("\n".join(texts)), pictures)


def capped(text: str) -> str:
    """Text at a length that a model can be shown."""
    text = text.encode("utf-8", "replace").decode()  # a lone surrogate, as in the name of a file, could not be recorded
    left_out = len(text) - _MAX_CHARS
    return text if left_out <= 0 else f"{text[:_MAX_CHARS]}\n[{left_out} more characters were left out]"


def _text(value: Any, name: str) -> str:
    if value is None:
        return "Done."
    if isinstance(value, str):
        return value
    try:
        return to_json(value).decode()
    except PydanticSerializationError as problem:
        kind = type(value).__name__
        raise ToolFailed(f"{name} ran, but returned a {kind}: neither text, JSON nor a picture") from problem


def _is_picture(value: Any) -> bool:
    pil = sys.modules.get("PIL.Image")  # whoever made an image has imported it already
    return isinstance(value, Picture) or (pil is not None and isinstance(value, pil.Image))
