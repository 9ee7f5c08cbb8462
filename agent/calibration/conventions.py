"""The conventions in which models write places: which numbers the corners of a picture have, and which comes first."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from handsight.calibration.asking import Answer, Pair, Shown

Kind = Literal["own", "relative", "sent", "original", "capped", "raised", "longest", "padded"]
Corners = tuple[float, float, float, float]
"""The numbers of the left, top, right and bottom edge."""

RELATIVE = (1000.0, 999.0, 1024.0, 100.0, 1.0)
PRICE = {"own": 0.0, "relative": 0.3, "sent": 0.3, "original": 0.4}
PRICE_OF_A_NUMBER = 0.6  # what a convention pays, in half targets, for each of its numbers that the answers gave it
PRICE_OF_A_SWAP = 0.3
WORST = 3.0  # half targets: an answer farther off than this speaks against a convention no more than one at this


@dataclass(frozen=True)
class Convention:
    """One way to write places.

    `own` is the dialect's; `relative` goes to `number` on both axes, `sent` and `original` are pixels of the picture as
    it was sent and of the screenshot. `capped` and `raised` are pixels of the picture brought to at most and at least
    `number` pixels in all, `longest` to a longer side of at most `number`. `padded` is relative to `number` on a
    square, the picture in its middle. `shift` is added to both numbers at the end, `free` counts what was measured.
    """

    kind: Kind
    number: float = 0.0
    swapped: bool = False
    shift: Pair = (0.0, 0.0)
    free: int = 0

    def corners(self, shown: Shown) -> Corners:
        """Which numbers a picture's edges have, before they are shifted or swapped."""
        return _CORNERS[self.kind](shown, self.number)

    def written(self, answer: Answer) -> Pair:
        """What a model that follows this would have written, had it hit the target's middle."""
        left, top, right, bottom = self.corners(answer.shown)
        across, down = answer.meant
        x, y = left + across * (right - left), top + down * (bottom - top)
        first, second = (y, x) if self.swapped else (x, y)
        return first + self.shift[0], second + self.shift[1]

    def place(self, answer: Answer) -> Pair:
        """Where the model's numbers lie, as parts of the screen's width and height."""
        assert answer.numbers
        first, second = answer.numbers[0] - self.shift[0], answer.numbers[1] - self.shift[1]
        x, y = (second, first) if self.swapped else (first, second)
        left, top, right, bottom = self.corners(answer.shown)
        return (x - left) / (right - left), (y - top) / (bottom - top)

    def miss(self, answer: Answer) -> float:
        """How far an answer is off the middle of its target, 1 being the target's edge."""
        parts = zip(self.place(answer), answer.meant, answer.half, strict=True)
        return max(abs(got - meant) / half for got, meant, half in parts)

    def pixels_off(self, answer: Answer) -> float:
        """How far an answer is off the middle of its target, in pixels of the screenshot."""
        parts = zip(self.place(answer), answer.meant, answer.shown.size, strict=True)
        return math.hypot(*((got - meant) * side for got, meant, side in parts))

    @property
    def price(self) -> float:
        shift = PRICE_OF_A_NUMBER * 2 if any(self.shift) else 0.0
        return PRICE.get(self.kind, 0.4) + PRICE_OF_A_NUMBER * self.free + PRICE_OF_A_SWAP * self.swapped + shift

    def turned(self) -> Convention:
        """The same, y before x."""
        return replace(self, swapped=not self.swapped)


def resized(shown: Shown, by: float) -> Corners:
    """The corners of the picture as it was sent, its sides `by` times as long."""
    width, height = shown.sent
    return 0.0, 0.0, by * width, by * height


def _scale(shown: Shown, pixels: float) -> float:
    return math.sqrt(pixels / (shown.sent[0] * shown.sent[1]))


def _padded(shown: Shown, number: float) -> Corners:
    width, height = shown.sent
    side = max(width, height)
    left, top = (side - width) / 2 / side * number, (side - height) / 2 / side * number
    return left, top, number - left, number - top


_CORNERS: dict[Kind, Callable[[Shown, float], Corners]] = {
    "own": lambda shown, number: (0.0, 0.0, *shown.edge),
    "relative": lambda shown, number: (0.0, 0.0, number, number),
    "sent": lambda shown, number: resized(shown, 1.0),
    "original": lambda shown, number: (0.0, 0.0, *shown.size),
    "capped": lambda shown, number: resized(shown, min(1.0, _scale(shown, number))),
    "raised": lambda shown, number: resized(shown, max(1.0, _scale(shown, number))),
    "longest": lambda shown, number: resized(shown, min(1.0, number / max(shown.sent))),
    "padded": _padded,
}
