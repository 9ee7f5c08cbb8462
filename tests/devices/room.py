"""An environment of the tests' own: a room with a lamp, whose space of actions and whose pictures a test decides on."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces


class Room(gymnasium.Env[Any, Any]):
    """Brighter by 10 with each step; what was done is in `done`. The third step is worth 1 and ends the episode."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 1}
    observation_space = spaces.Discrete(1)

    def __init__(
        self, action_space: spaces.Space[Any] | None = None, drawn: Any = None, render_mode: str | None = "rgb_array"
    ) -> None:
        self.action_space = spaces.Discrete(2) if action_space is None else action_space
        self.render_mode = render_mode
        self.drawn = drawn
        self.done: list[Any] = []
        self.seeds: list[int | None] = []
        self.breaks_in = ""
        self.closed = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        super().reset(seed=seed)
        self._break("reset")
        self.seeds.append(seed)
        self.done = []
        return 0, {"lamp": "off"}

    def step(self, action: Any) -> tuple[int, float, bool, bool, dict[str, Any]]:
        self._break("step")
        self.done.append(action)
        last = len(self.done) == 3
        return 0, float(last), last, False, {"lamp": "on"}

    def render(self) -> Any:
        self._break("render")
        if self.drawn is not None:
            return self.drawn
        return np.full((30, 40, 3), 10 * len(self.done), np.uint8)

    def close(self) -> None:
        self.closed += 1

    def _break(self, deed: str) -> None:
        if self.breaks_in == deed:
            raise RuntimeError("the fuse\nhas blown")
