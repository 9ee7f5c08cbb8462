"""Answers in a form: the schema that a model is told, and the one value that can be read from what it wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from handsight.errors import UsageError
from handsight.types import Calls

_UNREAD = (ValueError, RecursionError)  # the latter for thousands of brackets
_FENCED = re.compile(r"```\w*\s*\n(.*?)\n\s*```", re.DOTALL)


class Form:
    """What an answer has to be: a type that pydantic knows, or a JSON schema. Raises UsageError for what is neither."""

    def __init__(self, wanted: Any) -> None:
        self._typed = not isinstance(wanted, Mapping)
        self._check, self.schema = _by_schema(wanted) if isinstance(wanted, Mapping) else _by_type(wanted)

    @property
    def calls(self) -> Calls:
        """How a model that can be held to it is. A type ignores keys that it does not name, so there it writes none."""
        return Calls.answer(_closed(self.schema) if self._typed else self.schema)

    @property
    def request(self) -> str:
        """How the model is asked for it."""
        schema = json.dumps(self.schema, ensure_ascii=False)
        return f"Answer with one JSON value and nothing else. It has to fit this JSON schema:\n{schema}"

    def read(self, text: str) -> Any:
        """The value in an answer. Raises ValueError in words for the model when there is none, or more than one."""
        written = list(_values(text.strip()))
        if not written:
            raise ValueError("no JSON can be read from the answer")
        fitting: list[tuple[str, Any]] = []
        problems = []
        for value in written:
            try:
                fitting.append((json.dumps(value, sort_keys=True), self._check(value)))
            except ValueError as problem:
                problems.append(str(problem))
        if not fitting:
            raise ValueError(problems[-1])
        if len({said for said, _ in fitting}) > 1:
            raise ValueError("the answer holds several values that fit, and one was asked for")
        return fitting[0][1]


def _values(text: str) -> Iterator[Any]:
    """The JSON values in a text: it as a whole, else what stands in fences, else objects and lists between words."""
    for candidates in ([text], _FENCED.findall(text)):
        found = []
        for candidate in candidates:
            try:
                found.append(_STRICT.decode(candidate.strip()))
            except _UNREAD:
                continue  # no JSON: the next way of reading may find some
        if found:
            yield from found
            return
    at = 0
    while begins := re.compile(r"[{\[]").search(text, at):
        try:
            value, at = _STRICT.raw_decode(text, begins.start())
            yield value
        except _UNREAD:
            at = begins.end()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("an object names a key twice")
    return value


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number in JSON")


_STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)


def _by_type(wanted: Any) -> tuple[Any, Mapping[str, Any]]:
    from pydantic import PydanticUserError, TypeAdapter, ValidationError

    try:
        adapter: TypeAdapter[Any] = TypeAdapter(wanted)
        schema = adapter.json_schema()
    except PydanticUserError as problem:
        raise UsageError(f"{wanted!r} is no type that an answer can have: {problem.message}") from problem

    def check(value: Any) -> Any:
        try:
            return adapter.validate_json(json.dumps(value))
        except ValidationError as problem:
            raise ValueError("; ".join(_place(e["loc"]) + e["msg"] for e in problem.errors())) from problem

    return check, schema


def _by_schema(schema: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as problem:
        raise UsageError(f"this is not a JSON schema: {problem.message}") from problem
    validator = Draft202012Validator(schema)

    def check(value: Any) -> Any:
        problems = [_place(error.absolute_path) + error.message for error in validator.iter_errors(value)]
        if problems:
            raise ValueError("; ".join(problems))
        return value

    return check, schema


def _closed(schema: Any) -> Any:
    """A schema whose objects have the properties that it names and no other, unless it speaks of others."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    only = {"additionalProperties": False} if schema.get("type") == "object" and "properties" in schema else {}
    return only | {key: _closed(part) for key, part in schema.items()}


def _place(path: Any) -> str:
    where = ".".join(str(part) for part in path)
    return f"{where}: " if where else ""
