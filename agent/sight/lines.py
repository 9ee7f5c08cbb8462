"""What reading a picture gives: lines of text and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handsight.types import Box, Element


@dataclass(frozen=True)
class Line:
    """A line of text, its box, and the x of the middle of each of its characters (empty when that is not known).

    `score` is how sure whoever read it was, from 0 to 1.
    """

    text: str
    box: Box
    xs: tuple[float, ...] = ()
    score: float = 1.0

    def span(self, start: int, end: int) -> Box:
        """The box of the characters from `start` to before `end`."""
        if (start, end) == (0, len(self.text)):
            return self.box
        xs = self.xs if len(self.xs) == len(self.text) else self._even()
        left = self.box.left if start == 0 else (xs[start - 1] + xs[start]) / 2
        right = self.box.right if end == len(xs) else (xs[end - 1] + xs[end]) / 2
        return Box(left, self.box.top, right, self.box.bottom)

    def _even(self) -> tuple[float, ...]:
        return tuple(self.box.left + self.box.width * (i + 0.5) / len(self.text) for i in range(len(self.text)))


def spoken(elements: Sequence[Element], *, described: bool = False) -> list[Line]:
    """The words by which a device names its elements as lines, or only what it says of them besides."""
    said = [(each.description if described else each.name, each.box) for each in elements]
    return [Line(words, box) for words, box in said if words]
