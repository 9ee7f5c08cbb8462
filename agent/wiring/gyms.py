"""A Gymnasium environment in words: "FrozenLake-v1,seed=3,actions=left|down|right|up,map_name=8x8"."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handsight.errors import UsageError
from handsight.plugins import importable

if TYPE_CHECKING:
    from handsight.devices.base import Device

_FORM = "gym:FrozenLake-v1,seed=3,goal=1,actions=left|down|right|up,map_name=8x8"


def open_environment(settings: dict[str, Any]) -> Device:
    """Make the environment with these settings; a module that registers it may stand in the current folder."""
    from handsight.devices.gym import open_gym

    with importable(Path.cwd()):
        return open_gym(**settings)


def gym_settings(words: str) -> dict[str, Any]:
    """Read the words as `open_gym` takes them; what it does not know are its options. Raises UsageError."""
    id, *options = (part.strip() for part in words.split(","))
    settings: dict[str, Any] = {"id": id}
    for option in filter(None, options):
        name, equals, value = (part.strip() for part in option.partition("="))
        if not equals or not name.isidentifier() or name == "id" or name in settings:
            raise UsageError(f"an environment is written as {_FORM}; {option!r} does not fit in")
        settings[name] = value.split("|") if name == "actions" else _value(value)
    seed, goal = settings.get("seed", 0), settings.get("goal", 0)
    if not id or type(seed) is not int or seed < 0 or type(goal) not in (int, float):
        raise UsageError(f"an environment is written as {_FORM}, with numbers as seed and goal; not {words!r}")
    return settings


def _value(word: str) -> Any:
    """JSON where it is some, else the word itself: 3, true, 8x8."""
    try:
        return json.loads(word.lower() if word.lower() in ("true", "false") else word)
    except ValueError:
        return word
