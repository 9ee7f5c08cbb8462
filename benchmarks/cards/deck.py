"""Playing cards, dealt from an endless deck and drawn without any file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from cards.table import SIDE

SUITS = "CDHS"
RANKS = ("A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K")
GREEN = (38, 96, 72)
_RED, _BLACK, _BACK = (190, 20, 30), (20, 20, 20), (60, 80, 150)


@dataclass(frozen=True)
class Card:
    """A card by its number, 1 (ace) to 13 (king), and its suit."""

    number: int
    suit: str

    @property
    def value(self) -> int:
        """What it counts: pictures 10, an ace 1."""
        return min(self.number, 10)

    @property
    def rank(self) -> str:
        return RANKS[self.number - 1]


def deal(random: Any, number: int | None = None, least: int = 1) -> Card:
    """A card of that number, or of any from `least` on."""
    number = int(random.integers(least, 14)) if number is None else number
    return Card(number, SUITS[int(random.integers(4))])


def cloth() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """An empty table, and a pen for it."""
    image = Image.new("RGB", (SIDE, SIDE), GREEN)
    return image, ImageDraw.Draw(image)


def lay(pen: ImageDraw.ImageDraw, cards: Sequence[Card | None], at: tuple[int, int], width: int) -> None:
    """Draw cards side by side from `at` on, closer where they would not fit; None is one face down."""
    left, top = at
    pace = min(width + 6, (SIDE - 2 * left - width) / max(1, len(cards) - 1))
    for number, card in enumerate(cards):
        _card(pen, card, round(left + number * pace), top, width)


def text(pen: ImageDraw.ImageDraw, words: str, at: tuple[int, int], size: int, color: Any = "white") -> None:
    """Write in Pillow's own font."""
    pen.text(at, words, color, ImageFont.load_default(size))


def _card(pen: ImageDraw.ImageDraw, card: Card | None, left: int, top: int, width: int) -> None:
    height = width * 7 // 5
    shape = (left, top, left + width, top + height)
    pen.rounded_rectangle(shape, width // 12, "white", _BLACK)
    if card is None:
        pen.rounded_rectangle((left + 4, top + 4, left + width - 4, top + height - 4), width // 12, _BACK)
        return
    color = _RED if card.suit in "DH" else _BLACK
    text(pen, card.rank, (left + width // 12, top + 1), width * 2 // 5, color)
    _suit(pen, card.suit, left + width * 0.5, top + height * 0.66, width * 0.24, color)


def _suit(pen: ImageDraw.ImageDraw, suit: str, x: float, y: float, r: float, color: Any) -> None:
    """The sign of a suit around x, y, about 2 r wide."""

    def disc(dx: float, dy: float, size: float) -> None:
        pen.ellipse((x + (dx - size) * r, y + (dy - size) * r, x + (dx + size) * r, y + (dy + size) * r), color)

    def shape(*corners: tuple[float, float]) -> None:
        pen.polygon([(x + dx * r, y + dy * r) for dx, dy in corners], color)

    if suit == "D":
        shape((0, -1.2), (0.9, 0), (0, 1.2), (-0.9, 0))
    elif suit == "H":
        disc(-0.48, -0.4, 0.52)
        disc(0.48, -0.4, 0.52)
        shape((-0.98, -0.2), (0.98, -0.2), (0, 1.1))
    elif suit == "S":
        disc(-0.46, 0.25, 0.5)
        disc(0.46, 0.25, 0.5)
        shape((-0.94, 0.1), (0.94, 0.1), (0, -1.1))
        shape((0, 0.3), (0.4, 1.1), (-0.4, 1.1))
    else:
        disc(0, -0.55, 0.48)
        disc(-0.52, 0.2, 0.48)
        disc(0.52, 0.2, 0.48)
        shape((0, -0.2), (0.4, 1.1), (-0.4, 1.1))
