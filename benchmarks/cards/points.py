"""Make a formula from the cards on the table, sign by sign, that is worth 12, or 24."""

from __future__ import annotations

from typing import ClassVar

from PIL import Image

from cards.deck import Card, cloth, deal, lay, text
from cards.formula import SIGNS, solution, value
from cards.table import Game

_NUMBERS = tuple(str(number) for number in range(1, 11))
_REFUSED = "_"  # takes up a place of the formula, as it does in gym_cards


class Points(Game):
    """ "=" ends it: 10 for a formula that takes each card once and is worth the target, else -1.

    A number that no card is left for is worth -1 and takes up a place; a step after more than `most` places ends the
    game with -1. What a formula is worth is computed exactly, by the rules in `cards.formula`; gym_cards lets Python
    evaluate it, and so also takes 1 2 for 12, 2**3 for 8, and floats that miss 24 by a hair.
    """

    TARGET: ClassVar[int]
    MOST: ClassVar[int]
    signs: ClassVar[tuple[str, ...]]
    cards: list[Card]

    def begin(self, cards: list[Card]) -> None:
        self.cards = cards
        self.formula: list[str] = []

    @property
    def numbers(self) -> list[int]:
        return [card.value for card in self.cards]

    def play(self, action: str) -> tuple[float, bool, bool]:
        if len(self.formula) > self.MOST:
            return -1.0, False, True
        if action == "=":
            return 10.0 if self.solved else -1.0, True, False
        if action in _NUMBERS and self.formula.count(action) >= self.numbers.count(int(action)):
            self.formula.append(_REFUSED)
            return -1.0, False, False
        self.formula.append(action)
        return 0.0, False, False

    @property
    def solved(self) -> bool:
        written = [sign for sign in self.formula if sign != _REFUSED]
        used = sorted(int(sign) for sign in written if sign in _NUMBERS)
        return used == sorted(self.numbers) and value(written) == self.TARGET

    def draw(self) -> Image.Image:
        image, pen = cloth()
        width = 60 if len(self.cards) > 2 else 110
        lay(pen, self.cards, (12, 20), width)
        text(pen, "Formula:", (12, 196), 20)
        signs = [sign for sign in self.formula if sign != _REFUSED]
        for line in range(0, len(signs), 11):
            text(pen, " ".join(signs[line : line + 11]), (12, 224 + 26 * (line // 11)), 20)
        return image

    def best(self) -> str:
        """The next sign of a solution; "=" where there is none any more, or none at all."""
        whole = solution(self.numbers, self.TARGET, self.signs)
        so_far = len(self.formula)
        if whole is None or tuple(self.formula) != whole[:so_far] or so_far == len(whole):
            return "="
        return whole[so_far]


class EZPoint(Points):
    """Two cards that make 12 by + or *. Cards are dealt so that they do."""

    ACTIONS = (*_NUMBERS, "+", "*", "=")
    TARGET, MOST, signs = 12, 5, ("+", "*")
    RULES = (
        "The picture shows two cards and a formula. Write a formula that takes the number of each card once and is "
        "worth 12, one number or sign with each action, and then '='. Pictures count 10, an ace 1."
    )

    def deal(self) -> None:
        first = deal(self.np_random, least=2)
        product = 12 % first.value == 0 and self.np_random.random() < 0.5
        second = deal(self.np_random, 12 // first.value if product else 12 - first.value)
        self.begin([first, second] if self.np_random.random() < 0.5 else [second, first])


class Point24(Points):
    """Four cards, any; not every four make 24."""

    ACTIONS = (*_NUMBERS, *SIGNS, "(", ")", "=")
    TARGET, MOST, signs = 24, 20, SIGNS
    RULES = (
        "The picture shows four cards and a formula. Write a formula that takes the number of each card once and is "
        "worth 24, one number or sign with each action, and then '='. There are + - * / and brackets. Pictures count "
        "10, an ace 1."
    )

    def deal(self) -> None:
        self.begin([deal(self.np_random) for _ in range(4)])
