"""Work a Gymnasium environment: its picture is what `render` draws, its acts are its space of actions.

It moves on by acts alone, so there is nothing to wait for: the picture shows where the last one led.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from PIL import Image

from handsight.devices.base import Act
from handsight.devices.gym.spaces import Schema, form_of
from handsight.errors import CaptureFailed, DeviceLost, ExtraMissing, ToolFailed, UnknownName, UsageError
from handsight.types import Screen

try:
    import gymnasium
    import numpy as np
except ImportError as problem:
    raise ExtraMissing("gym", "working a Gymnasium environment") from problem

Env = gymnasium.Env[Any, Any]

# What the numbers mean in Gymnasium's own environments, which do not say it themselves.
NAMES = {
    "Blackjack": ("stick", "hit"),
    "CartPole": ("push left", "push right"),
    "CliffWalking": ("up", "right", "down", "left"),
    "FrozenLake": ("left", "down", "right", "up"),
    "LunarLander": ("nothing", "fire left engine", "fire main engine", "fire right engine"),
    "MountainCar": ("push left", "nothing", "push right"),
    "Taxi": ("south", "north", "east", "west", "pick up", "drop off"),
}
# Pygame, which draws many of them, greets on the standard output and asks for a display that it does not need here.
_QUIETLY = {"PYGAME_HIDE_SUPPORT_PROMPT": "1", "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}


def open_gym(
    id: str, *, actions: Sequence[str] = (), seed: int | None = None, goal: float | None = None, **options: Any
) -> GymDevice:
    """Make the environment of that id, with `options` of its own, and begin an episode.

    "module:Name-v0" imports the module first, which registers it. Raises UnknownName, UsageError and DeviceLost.
    """
    for name, value in _QUIETLY.items():
        os.environ.setdefault(name, value)
    if sys.platform == "linux" and not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        os.environ.setdefault("MUJOCO_GL", "egl")  # how MuJoCo draws without a display
    try:
        env = gymnasium.make(id, **{"render_mode": "rgb_array", **options})
    except gymnasium.error.DependencyNotInstalled as problem:
        raise UsageError(f"{id} needs what is not installed: {_words(problem)}") from problem
    except (gymnasium.error.Error, ImportError) as problem:
        raise UnknownName(f"there is no environment {id!r}: {_words(problem)}") from problem
    except Exception as problem:  # the maker's own code, and the user's options in it
        raise UsageError(f"{id} cannot be made with {options or 'no options'}: {_words(problem)}") from problem
    try:
        device = GymDevice(env, actions=actions, seed=seed, goal=goal)
        device.reset(seed)
    except BaseException:
        env.close()
        raise
    return device


class GymDevice:
    """An environment with the render mode "rgb_array". An episode begins with the first look, or with `reset`.

    `actions` names those of a Discrete space; left out, the environment is asked for them, and where it has none they
    are numbers. `seed` decides the first episode. `goal` is the least sum of rewards that counts as won, and then every
    claim is held against it; left out, an episode is won that ended with more than 0. No episode outlives its device: a
    run that is resumed begins a new one. Raises UsageError for an environment that cannot be worked so.
    """

    def __init__(
        self, env: Env, *, actions: Sequence[str] = (), seed: int | None = None, goal: float | None = None
    ) -> None:
        if not isinstance(env, gymnasium.Env):
            raise UsageError(f"an environment of Gymnasium is expected, not {type(env).__name__}")
        self.name = env.spec.id if env.spec else type(env.unwrapped).__name__
        if env.render_mode != "rgb_array":
            raise UsageError(f"{self.name} is made with render_mode='rgb_array', not {env.render_mode!r}")
        self.env, self.goal = env, goal
        self.judge = None if goal is None else self.won
        self.reward = self.total = 0.0
        self.terminated = self.truncated = False
        self.info: dict[str, Any] = {}
        self._seed, self._begun = seed, False
        self._form = form_of(env.action_space, actions or _names(env))

    @property
    def over(self) -> bool:
        """Whether the episode has ended, by itself or because its time was up."""
        return self.terminated or self.truncated

    def won(self) -> bool:
        """Whether the rewards reached the goal: a check for `Agent.check`."""
        return self.total >= self.goal if self.goal is not None else self.over and self.total > 0

    def reset(self, seed: int | None = None) -> None:
        """Begin an episode. This is the user's to do: no act of the model's leads out of one that has ended."""
        _, self.info = self._told("reset", lambda: self.env.reset(seed=seed))
        self.reward = self.total = 0.0
        self.terminated = self.truncated = False
        self._begun = True

    def screenshot(self) -> Screen:
        if not self._begun:
            self.reset(self._seed)
        started = time.perf_counter()
        drawn = self._told("render", self.env.render)
        if not isinstance(drawn, np.ndarray) or drawn.dtype != np.uint8 or drawn.ndim != 3 or drawn.shape[2] != 3:
            shape = f"{drawn.dtype} of shape {drawn.shape}" if isinstance(drawn, np.ndarray) else type(drawn).__name__
            raise CaptureFailed(f"{self.name} drew {shape}; a picture is uint8 of shape (height, width, 3)")
        picture = Image.fromarray(np.ascontiguousarray(drawn))
        # Never "unchanged": also an act that shows nothing uses up a turn, and its like may well do something.
        return Screen(picture, app=self.name, timing={"settle": 0.0, "capture": time.perf_counter() - started})

    def acts(self) -> list[Act]:
        about = f"Take one action in {self.name}. Nothing moves but by these; the picture shows where the last one led."
        schema: Schema = {"type": "object", "properties": {"action": self._form.schema}, "required": ["action"]}
        return [Act("act", about, schema | {"additionalProperties": False}, self._act)]

    def close(self) -> None:
        self.env.close()

    def _act(self, action: Any) -> str:
        if not self._begun:
            raise ToolFailed("no episode has begun; look first")
        if self.over:
            raise ToolFailed("the episode is over, and nothing was done: end the task")
        taken = self._form.read(action)
        _, reward, terminated, truncated, self.info = self._told("step", lambda: self.env.step(taken))
        self.reward, self.terminated, self.truncated = float(reward), bool(terminated), bool(truncated)
        self.total += self.reward
        end = " The episode is over." if self.terminated else " The episode was cut off: its time is up."
        return f"Reward {self.reward:g}, {self.total:g} in all.{end if self.over else ''}"

    def _told(self, deed: str, do: Callable[[], Any]) -> Any:
        """What `do` gives. An environment is foreign code: what it raises is no mistake of the model's."""
        try:
            return do()
        except gymnasium.error.DependencyNotInstalled as problem:
            raise UsageError(f"{self.name} needs what is not installed: {_words(problem)}") from problem
        except Exception as problem:
            raise DeviceLost(f"{self.name} broke in {deed}: {_words(problem)}") from problem


def _names(env: Env) -> Sequence[str]:
    """The names that an environment has for its actions, as Atari games do, or that are known of it."""
    meanings = getattr(env.unwrapped, "get_action_meanings", None)
    if meanings is not None:
        return [str(name).lower() for name in meanings()]
    return NAMES.get(env.spec.name, ()) if env.spec and env.spec.namespace is None else ()


def _words(problem: Exception) -> str:
    return f"{type(problem).__name__}: {' '.join(str(problem).split())[:300]}"
