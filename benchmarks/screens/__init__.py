"""Screens of which is known what is written where: what finding by words is measured on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PIL.Image import Image

from handsight.sight.match import plain
from handsight.types import Box, Element


@dataclass(frozen=True)
class Label:
    """A text that stands whole on a screen, and where."""

    text: str
    box: Box


@dataclass(frozen=True)
class Shot:
    """A picture with its labels; `others` are further texts in it, which may be twins of a label."""

    name: str
    tags: dict[str, str]
    image: Image
    labels: Sequence[Label]
    others: Sequence[str] = ()
    elements: Callable[[], Sequence[Element]] = field(default=tuple)

    def unique(self) -> tuple[list[Label], dict[str, list[Box]]]:
        """The labels of which there is one, and the places of those that are there more than once."""
        count = Counter(plain(text) for text in (*(label.text for label in self.labels), *self.others))
        twins: dict[str, list[Box]] = {}
        for label in self.labels:
            if count[plain(label.text)] > 1:
                twins.setdefault(label.text, []).append(label.box)
        return [label for label in self.labels if label.text not in twins], twins


def around(boxes: Sequence[Box]) -> Box:
    """The box that holds all of `boxes`."""
    return Box(min(b.left for b in boxes), min(b.top for b in boxes),
               max(b.right for b in boxes), max(b.bottom for b in boxes))  # fmt: skip
