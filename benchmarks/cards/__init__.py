"""Four games as Gymnasium environments: NumberLine, Blackjack, EZPoint and Point24, known by their pictures alone.

They follow the rules of gym_cards (Zhai et al. 2024, arXiv 2405.10292, "Fine-Tuning Large Vision-Language Models as
Decision-Making Agents via Reinforcement Learning"), by which the Qwen2-VL report gives success rates. Drawing and code
are our own; where a rule differs, its module says so. In this folder: handsight run --device gym:cards:cards/Point24-v0
"""

from __future__ import annotations

import gymnasium

from cards.blackjack import Blackjack
from cards.numberline import NumberLine
from cards.points import EZPoint, Point24
from cards.table import Game

GAMES: dict[str, type[Game]] = {
    "numberline": NumberLine,
    "blackjack": Blackjack,
    "ezpoint": EZPoint,
    "point24": Point24,
}

for _game in GAMES.values():
    gymnasium.register(f"cards/{_game.__name__}-v0", f"{_game.__module__}:{_game.__name__}")
