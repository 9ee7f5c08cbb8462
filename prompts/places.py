"""Places inside arguments: find them by the schema's "format", mend how they are written, and convert them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from handsight.errors import BadCall
from handsight.prompts.forms.literal import read_number

SHAPES = {"point": "[x, y]", "box": "[left, top, right, bottom]"}
_CORNERS = (("x", "y"), ("left", "top", "right", "bottom"), ("x1", "y1", "x2", "y2"))
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "object": dict,
    "array": list,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
}
_WRAPPING = re.compile(r"<\|?/?[a-z_]{1,20}\|?>|[()\[\]（）]")
_MAX_CHARS = 100
_WORDS = ("description", "title", "default", "examples")
_NAMED = ("properties", "$defs")

Place = Callable[[Any, str, str], list[Any]]
"""Converts one place: the value, "point" or "box", and the name of the argument for messages."""


def numbers(value: Any) -> list[int | float] | None:
    """The numbers of a place, if it is only written in an unusual way: as text, nested once, or under names."""
    if isinstance(value, str):
        if len(value) > _MAX_CHARS:
            return None
        value = re.split(r"\s*[,，]\s*|\s+", _WRAPPING.sub(" ", value).strip())
    if isinstance(value, dict):
        value = next(([value[key] for key in corners] for corners in _CORNERS if set(corners) == set(value)), None)
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    if not isinstance(value, list) or len(value) > 4:
        return None
    found = [_number(part) for part in value]
    return [number for number in found if number is not None] if None not in found else None


def _number(value: Any) -> int | float | None:
    if isinstance(value, str):
        return read_number(value.strip())
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def read_place(value: Any, form: str, name: str) -> list[int | float]:
    """The 2 numbers of a point or the 4 of a box, in the model's space. Raises BadCall.

    A box given for a point is its middle.
    """
    found = numbers(value)
    if found is not None:
        is_box = len(found) == 4 and found[0] <= found[2] and found[1] <= found[3]
        if form == "point" and is_box:
            return [(found[0] + found[2]) / 2, (found[1] + found[3]) / 2]
        if (form == "point" and len(found) == 2) or (form == "box" and is_box):
            return found
    raise BadCall(f"{name} is {SHAPES[form]}, not {' '.join(str(value)[:80].split())}")


def described(schema: Any, words: str) -> Any:
    """The schema as it is printed for a model: a place says in its description which numbers it takes."""
    if isinstance(schema, list):
        return [described(part, words) for part in schema]
    if not isinstance(schema, dict):
        return schema
    form = _form(schema)
    if form is None:
        return {key: described(part, words) for key, part in schema.items()}
    said = ": ".join(part for part in (schema.get("description"), f"{SHAPES[form]}, {words}") if part)
    plain = {key: part for key, part in schema.items() if key not in ("format", "default", "minItems", "maxItems")}
    return {**plain, "description": said}


def bounded(schema: Any, edge: tuple[int, int]) -> Any:
    """The schema with each place as whole numbers from 0 to `edge`, and without the words that only explain."""
    if isinstance(schema, list):
        return [bounded(part, edge) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if form := _form(schema):
        return whole(form, edge)
    return {
        key: {name: bounded(one, edge) for name, one in part.items()} if key in _NAMED else bounded(part, edge)
        for key, part in schema.items()
        if key not in _WORDS
    }


def whole(form: str, edge: tuple[int, int]) -> dict[str, Any]:
    """The schema of a place in a model's own whole numbers."""
    numbers = [{"type": "integer", "minimum": 0, "maximum": last} for last in edge * (1 if form == "point" else 2)]
    return {"type": "array", "prefixItems": numbers, "items": False, "minItems": len(numbers)}


def convert(value: Any, schema: Any, place: Place, name: str = "", root: Any = None) -> Any:
    """A copy of `value` in which `place` has turned every place that `schema` marks."""
    root = schema if root is None else root
    if isinstance(schema, Mapping) and "$ref" in schema:
        schema = root.get("$defs", {}).get(str(schema["$ref"]).removeprefix("#/$defs/"))
    if not isinstance(schema, Mapping) or value is None:
        return value
    if form := _form(schema):
        return place(value, form, name)
    if branches := [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
        return _convert_any(value, branches, place, name, root)
    if isinstance(value, dict):
        known, other = schema.get("properties", {}), schema.get("additionalProperties")
        return {key: convert(part, known.get(key, other), place, key, root) for key, part in value.items()}
    if isinstance(value, list):
        first, other = schema.get("prefixItems", []), schema.get("items")
        schemas = [*first[: len(value)], *[other] * (len(value) - len(first))]
        return [convert(part, each, place, name, root) for part, each in zip(value, schemas, strict=True)]
    return value


def _convert_any(value: Any, branches: list[Any], place: Place, name: str, root: Any) -> Any:
    """Convert by the branch that `value` is written for; a place written in an unusual way comes last."""

    def rank(branch: Any) -> int:
        if form := _form(branch):
            flat = isinstance(value, list) and not any(isinstance(part, (list, dict)) for part in value)
            return 0 if flat and len(value) == len(SHAPES[form].split()) else 2
        kind = branch.get("type") if isinstance(branch, Mapping) else None
        return 1 if not isinstance(kind, str) or isinstance(value, _TYPES.get(kind, ())) else 3

    problem: BadCall | None = None
    for branch in sorted(branches, key=rank):
        try:
            if rank(branch) < 3:
                return convert(value, branch, place, name, root)
        except BadCall as refused:
            problem = problem or refused
    if problem:
        raise problem
    return value


def _form(schema: Any) -> str | None:
    form = schema.get("format") if isinstance(schema, Mapping) and schema.get("type") == "array" else None
    return form if form in SHAPES else None
