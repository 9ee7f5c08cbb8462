"""One hand against a dealer who draws to 17, from an endless deck: no splitting, no doubling, no prize for 21 dealt."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from PIL import Image

from cards.deck import Card, cloth, deal, lay, text
from cards.table import Game

_CHANCES = {value: (4 if value == 10 else 1) / 13 for value in range(1, 11)}
Hand = tuple[int, bool]
"""A sum in which aces count 1, and whether there is one."""


class Blackjack(Game):
    """The rules of Gymnasium's Blackjack-v1: 1 for a hand that is won, 0 for a draw, -1 for one that is lost."""

    ACTIONS = ("stand", "hit")
    RULES = (
        "One hand of blackjack. The picture shows one card of the dealer's and all of yours. 'hit' takes a card, "
        "'stand' ends your turn: then the dealer draws up to 17 or more. Above 21 is lost at once, else the higher sum "
        "wins; pictures count 10, an ace 1 or 11."
    )

    def deal(self) -> None:
        self.player, self.dealer = ([deal(self.np_random) for _ in range(2)] for _ in range(2))
        self.over = False

    def play(self, action: str) -> tuple[float, bool, bool]:
        if action == "hit":
            self.player.append(deal(self.np_random))
            self.over = total(hand(self.player)) > 21
            return -1.0 if self.over else 0.0, self.over, False
        self.over = True
        while total(hand(self.dealer)) < 17:
            self.dealer.append(deal(self.np_random))
        mine, theirs = total(hand(self.player)), total(hand(self.dealer))
        return float(mine > theirs or theirs > 21) - float(mine < theirs <= 21), True, False

    def draw(self) -> Image.Image:
        image, pen = cloth()
        text(pen, "Dealer", (8, 4), 20)
        lay(pen, self.dealer if self.over else [self.dealer[0], None], (8, 32), 70)
        text(pen, "Player", (8, 150), 20)
        lay(pen, self.player, (8, 178), 70)
        return image

    def best(self) -> str:
        mine, theirs = hand(self.player), hand(self.dealer[:1])
        return "hit" if chance_of_hitting(mine, theirs) > chance_of_standing(mine, theirs) else "stand"


def hand(cards: Sequence[Card]) -> Hand:
    return sum(card.value for card in cards), any(card.value == 1 for card in cards)


def total(held: Hand) -> int:
    """What a hand counts, an ace 11 where that does not go over 21."""
    plain, ace = held
    return plain + 10 if ace and plain <= 11 else plain


def _with(held: Hand, value: int) -> Hand:
    return held[0] + value, held[1] or value == 1


@cache
def dealers(held: Hand) -> dict[int, float]:
    """How likely a dealer who holds this ends with each total; 22 stands for all above 21."""
    if total(held) >= 17:
        return {min(total(held), 22): 1.0}
    ends: dict[int, float] = {}
    for value, chance in _CHANCES.items():
        for end, then in dealers(_with(held, value)).items():
            ends[end] = ends.get(end, 0.0) + chance * then
    return ends


@cache
def chance_of_standing(mine: Hand, theirs: Hand) -> float:
    """How likely the hand is won, not drawn, against a dealer who shows `theirs`, when no card is taken any more."""
    return sum(chance for end, chance in dealers(theirs).items() if end == 22 or end < total(mine) <= 21)


@cache
def chance_of_hitting(mine: Hand, theirs: Hand) -> float:
    """The same when a card is taken, and after that what is best."""
    return sum(chance * chance_of_winning(_with(mine, value), theirs) for value, chance in _CHANCES.items())


def chance_of_winning(mine: Hand, theirs: Hand) -> float:
    """The most that can be reached from here."""
    if total(mine) > 21:
        return 0.0
    return max(chance_of_standing(mine, theirs), chance_of_hitting(mine, theirs))


def ceiling() -> float:
    """How often the best player wins, over all hands."""
    return sum(
        _CHANCES[one]
        * _CHANCES[other]
        * _CHANCES[shown]
        * chance_of_winning(_with((one, one == 1), other), (shown, shown == 1))
        for one in _CHANCES
        for other in _CHANCES
        for shown in _CHANCES
    )
