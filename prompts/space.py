"""Where a model's numbers lie on the screenshot: the one place that knows.

Each family of models writes places in a space of its own: relative to an edge of 1000 (Qwen2-VL) or 999, or in pixels of
the resized picture it was shown. All three say the same thing: which number the right and the bottom edge have.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from handsight.errors import BadCall, UsageError

MAX_ASPECT = 200
OVERSHOOT = 0.05


def smart_resize(height: int, width: int, factor: int, min_pixels: int, max_pixels: int) -> tuple[int, int]:
    """Give the (height, width) at which a picture is shown: multiples of `factor` within the pixel bounds.

    Equals the resizing of the Qwen-VL image processors, half to even included, so that what is sent is not resized again.
    """
    if min(height, width) < 1 or max(height, width) > MAX_ASPECT * min(height, width):
        raise UsageError(f"a picture's sides may differ by a factor of {MAX_ASPECT}, this one is {width}x{height}")
    rows, columns = round(height / factor), round(width / factor)
    if rows * columns * factor**2 > max_pixels:
        shrink = math.sqrt(height * width / max_pixels)
        rows = max(1, math.floor(height / shrink / factor))
        columns = max(1, math.floor(width / shrink / factor))
    elif rows * columns * factor**2 < min_pixels:
        grow = math.sqrt(min_pixels / (height * width))
        rows, columns = math.ceil(height * grow / factor), math.ceil(width * grow / factor)
    return rows * factor, columns * factor


@dataclass(frozen=True)
class Space:
    """A model's numbers on one screenshot: `edge` is its number for the right and the bottom edge, `size` is in pixels."""

    size: tuple[int, int]
    edge: tuple[int, int] = (1000, 1000)

    @property
    def words(self) -> str:
        """The range, in words for the model."""
        right, bottom = self.edge
        return f"each from 0 to {right}" if right == bottom else f"x from 0 to {right}, y from 0 to {bottom}"

    def to_pixels(self, place: Sequence[float]) -> list[float]:
        """Turn x, y (or left, top, right, bottom) into pixels of the screenshot, inside of it.

        Models overshoot the edge a little: that is clamped. Numbers far outside are of some other space, and where they
        would lie is a guess: BadCall.
        """
        return [self._pixel(number, axis % 2, place) for axis, number in enumerate(place)]

    def to_model(self, place: Sequence[float]) -> list[int]:
        """Turn pixels into the model's whole numbers; back in pixels, they are at most half such a number off."""
        return [
            min(max(round(pixel * self.edge[axis % 2] / self.size[axis % 2]), 0), self.edge[axis % 2])
            for axis, pixel in enumerate(place)
        ]

    def _pixel(self, number: float, axis: int, place: Sequence[float]) -> float:
        edge, size = self.edge[axis], self.size[axis]
        if not -OVERSHOOT * edge <= number <= (1 + OVERSHOOT) * edge:
            raise BadCall(f"{list(place)} is not on the screen: places are [x, y], {self.words}")
        return min(max(number * size / edge, 0), size - 1)
