"""Mend what a model wrote where only one thing can be meant: a name by its letters, a value by the type asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from handsight.prompts.forms.literal import read_number

_NEAR = 0.85  # of get_close_matches: a letter too many, too few or wrong in a word of six
_WORDS = {"true": True, "false": False}


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The one name that `word` can mean, whatever its case, hyphens and slips of the pen; None where none is."""
    by_bare: dict[str, list[str]] = {}
    for name in names:
        by_bare.setdefault(_bare(name), []).append(name)
    bare = _bare(word)
    near = [bare] if bare in by_bare else get_close_matches(bare, by_bare, n=2, cutoff=_NEAR)
    found = by_bare[near[0]] if len(near) == 1 else []
    return found[0] if len(found) == 1 else None


def mended(arguments: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a user's own tool, a number or a truth that is written as text being what its schema says.

    Only where the schema asks for that one type; all else is left for the schema to refuse.
    """
    schemas = parameters.get("properties", {})
    return {name: _scalar(value, schemas.get(name)) for name, value in arguments.items()}


def _scalar(value: Any, schema: Any) -> Any:
    kind = schema.get("type") if isinstance(schema, Mapping) else None
    if kind in ("number", "integer") and isinstance(value, str):
        number = read_number(value.strip())
        return value if number is None else number
    if kind == "boolean" and isinstance(value, str):
        return _WORDS.get(value.strip().casefold(), value)
    if kind == "string" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def _bare(word: str) -> str:
    return re.sub(r"[\W_]+", "", word).casefold()[:64]
