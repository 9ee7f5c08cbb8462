"""Hold arguments against a JSON schema, and say in few words what is wrong with them.

jsonschema is imported when the first call is checked: it costs as much as the rest of this package.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from handsight.errors import BadTool

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_SHOWN = 3
_LONG = 120  # so that three and the name of a tool stay under 500 characters


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """Compile a schema; nothing it refers to is ever fetched. Raises BadTool in the validator's words."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError
    from referencing import Registry
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    try:
        Draft202012Validator.check_schema(schema)
        resolver = Registry().with_resource("", DRAFT202012.create_resource(schema)).resolver()
        for reference in _references(schema):
            resolver.lookup(reference)
    except SchemaError as problem:
        raise BadTool(f"the schema is malformed: {path(problem.absolute_path)}: {problem.message}") from problem
    except Unresolvable as problem:
        raise BadTool(f"the schema refers to what it does not hold: {problem}") from problem
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise BadTool(f"the schema of a tool's arguments has type 'object'; this one is {str(schema)[:_LONG]}")
    return Draft202012Validator(schema, registry=Registry())


def violations(against: Draft202012Validator, arguments: dict[str, Any]) -> str:
    """Say in one line what is wrong with `arguments`, the worst first; empty when nothing is."""
    from jsonschema.exceptions import relevance

    try:
        json.dumps(arguments, allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError) as problem:
        return f"the arguments are not JSON: {problem}"
    found = sorted(against.iter_errors(arguments), key=relevance, reverse=True)
    return few([f"{path(error.absolute_path)}: {_words(error)}".removeprefix(": ") for error in found])


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            else:
                yield from _references(value)
    elif isinstance(schema, list):
        for part in schema:
            yield from _references(part)


def path(parts: Iterable[Any]) -> str:
    """Write a place in JSON: `at[0]`, `trip.days[2]`."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in parts).removeprefix(".")


def _words(error: ValidationError) -> str:
    """The validator's words; of alternatives, those that came nearest."""
    tried = error.context or []
    near = [part for part in tried if part.relative_path or part.validator not in ("type", "const")] or tried
    said = [f"{path(part.relative_path)}: {_words(part)}".removeprefix(": ") for part in near]
    return " or ".join(dict.fromkeys(said)) or error.message


def few(said: list[str]) -> str:
    """Join complaints, the first few in full."""
    half = _LONG // 2
    shown = [s if len(s) <= _LONG else f"{s[:half]} ... {s[-half:]}" for s in said[:_SHOWN]]
    return "; ".join([*shown, f"and {len(said) - _SHOWN} more"] if len(said) > _SHOWN else shown)
