"""From a space of actions to the JSON schema of one action, and from its JSON to what the environment takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from handsight.errors import BadCall, ExtraMissing, UsageError

try:
    import numpy as np
    from gymnasium import Space, spaces
except ImportError as problem:
    raise ExtraMissing("gym", "working a Gymnasium environment") from problem

MOST_NUMBERS = 256
_KNOWN = "Discrete, Box, MultiDiscrete, MultiBinary, Text, Dict and Tuple"

Schema = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """How an action of one space is written: its JSON schema, and `read`, which turns JSON of it into the action."""

    schema: Schema
    read: Callable[[Any], Any]


def form_of(space: Space[Any], names: Sequence[str] = ()) -> Form:
    """The form of an action. With `names` a Discrete space is written by them, in order, else by its numbers.

    `read` raises BadCall for what the space does not hold. Raises UsageError where there is no strict schema: bounds
    that are infinite, names that do not go with the space, spaces of another kind.
    """
    form = _named(space, names) if names else _form(space)

    def read(value: Any) -> Any:
        action = form.read(value)
        if not space.contains(action):
            raise BadCall(f"action is one of {space}, not {str(value)[:80]}")
        return action

    return Form(form.schema, read)


def _named(space: Space[Any], names: Sequence[str]) -> Form:
    if not isinstance(space, spaces.Discrete):
        raise UsageError(f"only the actions of a Discrete space have names, and this is {space}; leave actions out")
    if len(names) != space.n or len(set(names)) != space.n or not all(names):
        raise UsageError(f"{space.n} actions take as many different names; these are {', '.join(names)}")
    return Form({"type": "string", "enum": list(names)}, lambda name: int(space.start) + names.index(name))


def _form(space: Space[Any]) -> Form:
    if isinstance(space, spaces.Discrete):
        first = int(space.start)
        return Form({"type": "integer", "minimum": first, "maximum": first + int(space.n) - 1}, int)
    if isinstance(space, spaces.Box):
        return _array(space, space.low, space.high)
    if isinstance(space, spaces.MultiDiscrete):
        return _array(space, np.asarray(space.start), np.asarray(space.start + space.nvec - 1))
    if isinstance(space, spaces.MultiBinary):
        ones = np.ones(space.shape, space.dtype)
        return _array(space, ones * 0, ones)
    if isinstance(space, spaces.Text):
        return Form({"type": "string", "minLength": space.min_length, "maxLength": space.max_length}, str)
    if isinstance(space, spaces.Dict):
        return _object({str(name): _form(part) for name, part in space.spaces.items()})
    if isinstance(space, spaces.Tuple):
        return _tuple([_form(part) for part in space.spaces])
    raise UsageError(f"an action is a {type(space).__name__}, for which there is no strict schema; {_KNOWN} have one")


def _array(space: Space[Any], low: Any, high: Any) -> Form:
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        raise UsageError(
            f"the numbers of an action have no finite bounds in {space}; put gymnasium.wrappers.RescaleAction or a "
            "wrapper of your own around it that gives them some"
        )
    if low.size > MOST_NUMBERS:
        raise UsageError(f"an action is {low.size} numbers, and a model is asked for at most {MOST_NUMBERS}")
    return Form(_bounded(low, high), lambda value: np.asarray(value, space.dtype).reshape(low.shape))


def _bounded(low: Any, high: Any) -> Schema:
    """The schema of an array with these bounds, nested as its shape is."""
    if low.ndim == 0:
        kind = "integer" if np.issubdtype(low.dtype, np.integer) else "number"
        return {"type": kind, "minimum": _plain(low), "maximum": _plain(high)}
    parts = [_bounded(one, other) for one, other in zip(low, high, strict=True)]
    size = {"minItems": len(parts), "maxItems": len(parts)}
    if parts and all(part == parts[0] for part in parts):
        return {"type": "array", "items": parts[0], **size}
    return {"type": "array", "prefixItems": parts, "items": False, **size}


def _plain(number: Any) -> int | float:
    """A number with as many decimals as tell it from its neighbours: 0.4, though a float32 is never quite that."""
    return int(number) if np.issubdtype(number.dtype, np.integer) else float(str(number[()]))


def _object(parts: dict[str, Form]) -> Form:
    properties = {name: part.schema for name, part in parts.items()}
    schema = {"type": "object", "properties": properties, "required": [*parts], "additionalProperties": False}
    return Form(schema, lambda value: {name: part.read(value[name]) for name, part in parts.items()})


def _tuple(parts: list[Form]) -> Form:
    size = {"minItems": len(parts), "maxItems": len(parts)}
    schema = {"type": "array", "prefixItems": [part.schema for part in parts], "items": False, **size}
    return Form(schema, lambda value: tuple(part.read(one) for part, one in zip(parts, value, strict=True)))
