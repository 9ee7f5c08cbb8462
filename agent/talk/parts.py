"""Which of the things that a question is made of is text, and which names a picture or a video."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from handsight.types import Clip, Picture

Part = str | Picture | Clip

_ADDRESS = re.compile(r"(?:https?|file)://\S+|data:(?:image|video)/\S+", re.IGNORECASE)
_FILE = re.compile(
    r".+\.(?:png|apng|jpe?g|gif|webp|avif|bmp|tiff?|jp2|ppm|mp4|m4v|mov|mkv|webm|avi|ts|mpe?g|3gp|ogv|wmv|flv)",
    re.IGNORECASE,
)
_NAME_CHARACTERS = 255


def names_media(text: str) -> bool:
    """Whether a string as a whole is an address, or the name of a file that ends as pictures and videos do.

    With spaces in it, it is one only where there is such a file: "Describe a.png" is a sentence.
    """
    if _ADDRESS.fullmatch(text):
        return True
    if not _FILE.fullmatch(text):
        return False
    return not re.search(r"\s", text) or (len(text) <= _NAME_CHARACTERS and Path(text).expanduser().is_file())


def joined(sources: Iterable[Any], look: Callable[[Any], Picture | Clip]) -> tuple[Part, ...]:
    """The parts of one message: texts beside one another become one, and `look` opens all that is not text."""
    parts: list[Part] = []
    for source in sources:
        part = source if isinstance(source, str) and not names_media(source) else look(source)
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] = f"{parts[-1]}\n{part}"
        else:
            parts.append(part)
    return tuple(parts)
