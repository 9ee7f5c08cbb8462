"""What a step may say: the methods of `Hand`, with their arguments, as their signatures tell."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from handsight.hand.hand import Hand
from handsight.types import Point

Kind = Literal["text", "number", "truth", "place", "type"]

_KINDS: dict[Any, Kind] = {str: "text", float: "number", bool: "truth", Point: "place", Any: "type"}
_NO_STEPS = ("close", "see", "find")
POINTING = frozenset({"tap", "long_press", "double_click", "right_click", "drag", "type", "turn_on", "turn_off"})
"""What points at a place, so that an anchor may say what stood there; of `type` that is its field."""
TYPES: dict[str, Any] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "list[str]": list[str],
    "list[int]": list[int],
    "list[float]": list[float],
}
CHOICES = {"direction": ("down", "up", "left", "right")}
"""The words that arguments of these names take, and no others."""


@dataclass(frozen=True)
class Argument:
    """One argument of a verb, and the kinds of value that it takes."""

    name: str
    kinds: frozenset[Kind]
    required: bool


@dataclass(frozen=True)
class Verb:
    """A method of `Hand`: its first argument, the others, and whether it gives a value that can be kept."""

    name: str
    first: Argument
    others: Mapping[str, Argument]
    gives: bool


@cache
def verbs() -> dict[str, Verb]:
    """All verbs by name."""
    methods = inspect.getmembers(Hand, inspect.isfunction)
    found = [_verb(name, method) for name, method in methods if not name.startswith("_") and name not in _NO_STEPS]
    return {verb.name: verb for verb in found}


def _verb(name: str, method: Any) -> Verb:
    hints = get_type_hints(method)
    first, *others = [
        Argument(given.name, _kinds(hints[given.name]), given.default is given.empty)
        for given in list(inspect.signature(method).parameters.values())[1:]
    ]
    return Verb(name, first, {each.name: each for each in others}, hints["return"] in (str, bool, Any))


def _kinds(hint: Any) -> frozenset[Kind]:
    parts = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return frozenset(_KINDS[part] for part in parts if part in _KINDS)
