"""What a look for something gives: where it stands, by which sense it was found, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL.Image import Image

from handsight.types import Box, Element, Point

_MENTIONED = 6

Sense = Literal["tree", "text", "picture", "model"]
Seen = str | Path | Image
"""What a script looks for: words, or a picture of the thing, opened or as a file."""
What = Seen | Point
"""What a script points at: what it looks for, or a place."""


@dataclass(frozen=True)
class Found:
    """Where something stands, in pixels of the screen, the words by which it was found, and by which sense.

    `confidence` goes from 0 to 1: how like the words are to those looked for, times how surely they were read; of a
    picture, how it correlates. None where nobody can say: a model's place, which has no extent either.
    """

    box: Box
    text: str
    by: Sense
    element: Element | None = None
    confidence: float | None = 1.0

    def __str__(self) -> str:
        sure = "" if self.confidence is None else f", {self.confidence:.2f}"
        return f'"{self.text}" at ({self.box.center.x:.0f}, {self.box.center.y:.0f}), by {self.by}{sure}'


def said(what: What) -> str:
    """How it is put in a record and to people."""
    if isinstance(what, Point):
        return f"at {what.x:.0f}, {what.y:.0f}"
    if isinstance(what, Path):
        return f"the picture {what.name}"
    return what if isinstance(what, str) else f"a picture of {what.width}x{what.height}"


def quoted(what: What) -> str:
    """The same within a sentence: words stand in quotes."""
    return repr(what) if isinstance(what, str) else said(what)


def listed(found: Sequence[Found]) -> str:
    """Several candidates, and how to tell them apart."""
    told = [f'"{each.text}" at ({each.box.center.x:.0f}, {each.box.center.y:.0f})' for each in found[:_MENTIONED]]
    name = found[0].text
    if any(each.text != name for each in found):
        return f"{', '.join(told)}; say which: by its words, its number or its neighbour"
    return f'{", ".join(told)}; say which: the second "{name}", or "{name}" next to something'
