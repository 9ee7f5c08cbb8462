"""The floor: what a page gives to somebody who clicks anywhere."""

from __future__ import annotations

from random import Random

from handsight.types import ToolCall
from wob.plain import Player


class Clicker(Player):
    """Clicks at places drawn evenly over the screen, the same ones again for the same seed. It never ends by itself."""

    name = "random"

    def __init__(self, seed: str) -> None:
        self._chance = Random(seed)

    def next(self, size: tuple[int, int]) -> ToolCall:
        return ToolCall("click", {"at": [self._chance.randrange(side) for side in size]})
