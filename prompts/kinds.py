"""The kinds of arguments that the actions of a model take: how each is written, mended, and turned into ours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from handsight.errors import BadCall, UnknownName
from handsight.prompts.forms.literal import read_number
from handsight.prompts.places import SHAPES, read_place, whole
from handsight.prompts.space import Space

Schema = dict[str, Any]
_DURATION = re.compile(r"\s*([0-9.]+)\s*(?:s|sec|secs|second|seconds|秒)?\s*", re.IGNORECASE)


def _same(value: Any) -> Any:
    return value


def _kept(value: Any, space: Space) -> Any:
    return value


@dataclass(frozen=True)
class Kind:
    """A kind of argument: its JSON schema, and what it is in words for the model.

    `mend` gives the value that is meant, if only one can be, else the value as it is for the schema to refuse. `ours`
    and `theirs` turn a value that the schema takes into ours, and ours into what the model would write; `theirs` raises
    UnknownName for a value that the model has no word for. `total` says that there is none.
    """

    schema: Schema
    shape: str
    mend: Callable[[Any], Any] = _same
    ours: Callable[[Any, Space], Any] = _kept
    theirs: Callable[[Any, Space], Any] = _kept
    total: bool = True

    @property
    def is_place(self) -> bool:
        return self.schema == _POINT

    def strict(self, edge: tuple[int, int]) -> Schema:
        """The schema of what a model is to write, places being whole numbers up to `edge`."""
        return whole("point", edge) if self.is_place else self.schema

    @property
    def loose(self) -> Schema:
        """The schema as it is printed for a model."""
        return {key: part for key, part in self.schema.items() if key in ("type", "enum")}


def cased(value: Any, words: Iterable[str]) -> Any:
    """The one of `words` that differs from `value` in case and spaces at most."""
    bare = value.strip().casefold() if isinstance(value, str) else None
    return next((word for word in words if word.casefold() == bare), value)


def _place(value: Any) -> Any:
    try:
        return read_place(value, "point", "it")
    except BadCall:
        return value


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _number(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    number = read_number(found[1]) if (found := _DURATION.fullmatch(value)) else None
    return value if number is None else number


_POINT: Schema = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
PLACE = Kind(
    _POINT,
    SHAPES["point"],
    _place,
    lambda value, space: space.to_pixels(value),
    lambda value, space: space.to_model(value),
)
TEXT = Kind({"type": "string"}, "a text", _text)
NUMBER = Kind({"type": "number"}, "a number of seconds", _number)
DURATION = Kind(  # AutoGLM's "2 seconds"
    NUMBER.schema, NUMBER.shape, _number, theirs=lambda value, space: f"{value:g} seconds"
)


def choice(words: Mapping[str, Any], *, total: bool = False) -> Kind:
    """One of some words, each of which stands for a value of ours; `total` says that ours are no others."""
    names = {_name(value): word for word, value in words.items()}

    def theirs(value: Any, space: Space) -> str:
        if _name(value) not in names:
            raise UnknownName(f"{value!r} is none of {', '.join(map(str, words.values()))}")
        return names[_name(value)]

    several = [*words]
    shape = f"{', '.join(several[:-1])} or {several[-1]}" if len(several) == 2 else f"one of {', '.join(several)}"
    return Kind(
        {"type": "string", "enum": several},
        shape,
        lambda value: cased(value, words),
        lambda value, space: words[value],
        theirs,
        total,
    )


def _name(value: Any) -> str:
    return json.dumps(value)
