"""A number that is to become another, by ones."""

from __future__ import annotations

from PIL import Image, ImageDraw

from cards.deck import text
from cards.table import SIDE, Game

MOST = 5


class NumberLine(Game):
    """Numbers are 0 to 5. Reaching the target is worth 1, not coming nearer -1; after 10 steps the time is up.

    Unlike in gym_cards a game never begins at its target.
    """

    ACTIONS = ("-", "+")
    RULES = (
        "The picture shows a target and a current number. Each action changes the current number by one: '+' up, '-' "
        "down. Make it equal to the target without a step in the wrong direction."
    )

    def deal(self) -> None:
        self.target, self.current = (int(n) for n in self.np_random.choice(MOST + 1, 2, replace=False))
        self.steps = 0

    def play(self, action: str) -> tuple[float, bool, bool]:
        before = abs(self.target - self.current)
        self.current = min(max(self.current + (1 if action == "+" else -1), 0), MOST)
        self.steps += 1
        left = abs(self.target - self.current)
        reward = 1.0 if left == 0 else 0.0 if left < before else -1.0
        return reward, left == 0, left > 0 and self.steps >= 2 * MOST

    def draw(self) -> Image.Image:
        image = Image.new("RGB", (SIDE, SIDE), "white")
        pen = ImageDraw.Draw(image)
        text(pen, f"Target: {self.target}", (30, 60), 42, "black")
        text(pen, f"Current: {self.current}", (30, 180), 42, "black")
        return image

    def best(self) -> str:
        return "+" if self.current < self.target else "-"
