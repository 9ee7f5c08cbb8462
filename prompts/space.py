"""Where a model's numbers lie on the screenshot: the one place that knows.

Each family of models writes places in a space of its own: relative to an edge of 1000 (Qwen2-VL) or 999, or in pixels
of the resized picture it was shown. All three say one thing: which number the right and the bottom edge have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handsight.errors import BadCall

OVERSHOOT = 0.05


@dataclass(frozen=True)
class Space:
    """A model's numbers on one screenshot: its width and height are `size` in pixels, `edge` in those numbers."""

    size: tuple[int, int]
    edge: tuple[int, int] = (1000, 1000)

    @property
    def words(self) -> str:
        """The range, in words for the model."""
        right, bottom = self.edge
        return f"each from 0 to {right}" if right == bottom else f"x from 0 to {right}, y from 0 to {bottom}"

    def to_pixels(self, place: Sequence[float]) -> list[float]:
        """Turn x, y (or left, top, right, bottom) into pixels, a point always being on the screen.

        Models overshoot an edge a little: that is clamped. Numbers far outside are of some other space, and where they
        would lie is a guess: BadCall.
        """
        pixels = []
        for index, number in enumerate(place):
            edge, size = self.edge[index % 2], self.size[index % 2]
            if not -OVERSHOOT * edge <= number <= (1 + OVERSHOOT) * edge:
                raise BadCall(f"{list(place)} is not on the screen: places are [x, y], {self.words}")
            last = size if index >= 2 else size - 1  # right and bottom of a box are exclusive
            pixels.append(min(max(number * size / edge, 0.0), float(last)))
        return pixels

    def to_model(self, place: Sequence[float]) -> list[int]:
        """Turn pixels into the model's whole numbers; back in pixels, they are at most half such a number off."""
        return [
            min(max(round(pixel * self.edge[axis % 2] / self.size[axis % 2]), 0), self.edge[axis % 2])
            for axis, pixel in enumerate(place)
        ]


class AsWritten(Space):
    """The numbers as a model wrote them, wherever they lie: what is measured when its space is in question."""

    def to_pixels(self, place: Sequence[float]) -> list[float]:
        return list(place)
