"""Where a model's numbers lie on the screenshot: the one place that knows.

Each family of models writes places in a space of its own: relative to an edge of 1000 (Qwen2-VL) or 999, or in pixels
of the resized picture it was shown. All three say one thing: which number the right and the bottom edge have.
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

    Equals the resizing of the Qwen-VL image processors, half to even included, so that none of them resizes it again.
    Raises UsageError for a picture that is empty or far longer than wide.
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
