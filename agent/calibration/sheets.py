"""Screens with targets at known places: each of another colour, shape and letter, so that a name means one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handsight.errors import UsageError
from handsight.types import Box, Screen

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

Size = tuple[int, int]

PHONE, DESKTOP, SMALL = (1080, 2400), (1920, 1080), (640, 480)
LEAST_SIDE, MOST_SIDE = 200, 8000
HALF = 0.05  # of the shorter side, from the middle of a target to its edge
COLORS = {"red": (220, 0, 0), "blue": (0, 60, 230), "green": (0, 150, 0), "orange": (255, 140, 0), "black": (0, 0, 0)}
PAPER = INK = (255, 255, 255)

# Across and down, as parts of the screen: corners, edges and the middle, few of them on one line.
_LAID_OUT = (
    (
        (0.08, 0.05, "K", "red", "circle"),
        (0.92, 0.28, "R", "blue", "square"),
        (0.47, 0.52, "7", "green", "triangle"),
        (0.07, 0.74, "M", "orange", "diamond"),
        (0.90, 0.95, "D", "black", "hexagon"),
    ),
    (
        (0.95, 0.08, "4", "green", "diamond"),
        (0.05, 0.90, "H", "red", "circle"),
        (0.33, 0.36, "W", "black", "hexagon"),
        (0.71, 0.67, "X", "blue", "square"),
    ),
    (
        (0.10, 0.12, "T", "orange", "square"),
        (0.91, 0.47, "9", "black", "circle"),
        (0.42, 0.90, "B", "red", "diamond"),
    ),
)
QUESTIONS = sum(map(len, _LAID_OUT))


@dataclass(frozen=True)
class Target:
    """Something to tap: what it looks like, and where it is in pixels of its screen."""

    letter: str
    color: str
    shape: str
    box: Box

    @property
    def words(self) -> str:
        kind = "digit" if self.letter.isdigit() else "letter"
        return f"the {self.color} {self.shape} with the {kind} {self.letter}"


@dataclass(frozen=True, eq=False)
class Sheet:
    """A screen, and the targets on it."""

    screen: Screen
    targets: tuple[Target, ...]


def draw_sheets(size: Size = PHONE) -> tuple[Sheet, ...]:
    """Draw a screen of that size, one of the other orientation, and a small one that costs few tokens.

    Raises UsageError for a size that no screen has.
    """
    if min(size) < LEAST_SIDE or max(size) > MOST_SIDE:
        raise UsageError(f"a screen's sides are {LEAST_SIDE} to {MOST_SIDE} pixels long, not {size[0]}x{size[1]}")
    other = DESKTOP if size[0] < size[1] else PHONE
    return tuple(_sheet(each, index) for index, each in enumerate((size, other, SMALL)))


def _sheet(size: Size, index: int) -> Sheet:
    from PIL import Image, ImageDraw

    half = round(HALF * min(size))
    image = Image.new("RGB", size, PAPER)
    drawing = ImageDraw.Draw(image)
    targets = []
    for across, down, letter, color, shape in _LAID_OUT[index]:
        middle = round(across * size[0]), round(down * size[1])
        # whole on the screen, however narrow that is
        x, y = (min(max(at, half), side - half) for at, side in zip(middle, size, strict=True))
        targets.append(Target(letter, color, shape, Box(x - half, y - half, x + half, y + half)))
        _draw(drawing, targets[-1])
    return Sheet(Screen(image), tuple(targets))


def _draw(drawing: ImageDraw, target: Target) -> None:
    from PIL import ImageFont

    box, middle = target.box, target.box.center
    half = box.width / 2
    _SHAPERS[target.shape](drawing, middle.x, middle.y, half - 1, COLORS[target.color])
    font = ImageFont.load_default(size=half)
    drawing.text((middle.x, middle.y), target.letter, fill=INK, font=font, anchor="mm")


def _circle(drawing: ImageDraw, x: float, y: float, half: float, color: tuple[int, int, int]) -> None:
    drawing.ellipse((x - half, y - half, x + half, y + half), fill=color)


def _polygon(*corners: tuple[float, float]) -> Callable[[ImageDraw, float, float, float, tuple[int, int, int]], None]:
    """A shape by its corners, in halves of its side from its middle; it touches all four sides of its box."""

    def draw(drawing: ImageDraw, x: float, y: float, half: float, color: tuple[int, int, int]) -> None:
        drawing.polygon([(x + right * half, y + down * half) for right, down in corners], fill=color)

    return draw


_SHAPERS = {
    "circle": _circle,
    "square": _polygon((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "triangle": _polygon((0, -1), (1, 1), (-1, 1)),
    "diamond": _polygon((0, -1), (1, 0), (0, 1), (-1, 0)),
    "hexagon": _polygon((0, -1), (1, -0.5), (1, 0.5), (0, 1), (-1, 0.5), (-1, -0.5)),
}
