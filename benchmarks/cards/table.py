"""What the games have in common: a picture of 300 by 300 is all that is seen, and an action has a name."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import gymnasium
import numpy as np
from gymnasium import spaces
from PIL import Image

SIDE = 300
Step = tuple[Any, float, bool, bool, dict[str, Any]]


class Game(gymnasium.Env[Any, Any]):
    """`ACTIONS` are the names of the actions, in order; `RULES` tells a player what the game is about.

    `reset` and `step` are Gymnasium's around `deal` and `play`.
    """

    ACTIONS: ClassVar[tuple[str, ...]]
    RULES: ClassVar[str]
    metadata = {"render_modes": ["rgb_array"], "render_fps": 1}
    render_mode = "rgb_array"

    def __init__(self, render_mode: str = "rgb_array") -> None:
        if render_mode != "rgb_array":
            raise ValueError(f"the games are drawn as 'rgb_array', not {render_mode!r}")
        self.action_space = spaces.Discrete(len(self.ACTIONS))
        self.observation_space = spaces.Box(0, 255, (SIDE, SIDE, 3), np.uint8)

    @abstractmethod
    def deal(self) -> None:
        """Begin anew, by `np_random` alone."""

    @abstractmethod
    def play(self, action: str) -> tuple[float, bool, bool]:
        """Take the action and give its reward, whether the game is over, and whether its time is up."""

    @abstractmethod
    def draw(self) -> Image.Image:
        """The picture of the game as it stands."""

    @abstractmethod
    def best(self) -> str:
        """An action after which success is as likely as it can be, by all that a player may know."""

    def get_action_meanings(self) -> list[str]:
        """The names of the actions, under the name that Atari games have for them."""
        return list(self.ACTIONS)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self.deal()
        return self.render(), {}

    def step(self, action: Any) -> Step:
        reward, over, cut = self.play(self.ACTIONS[int(action)])
        return self.render(), reward, over, cut, {}

    def render(self) -> Any:
        return np.asarray(self.draw())
