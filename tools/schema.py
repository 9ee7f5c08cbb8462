"""From hints and docstring to a strict JSON schema, and from JSON back to the types that a function asks for."""

from __future__ import annotations

import inspect
import json
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import PydanticUserError, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from handsight.devices.base import Apps, Device, Glance, Keys, Touch
from handsight.errors import BadCall, BadTool
from handsight.types import Screen

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError as SchemaViolation

Schema = dict[str, Any]

_PROTOCOLS = (Device, Touch, Keys, Apps, Glance)
_SECTION = re.compile(r"(args|arguments|parameters|params|returns|yields|raises|examples?|notes?):?\s*$", re.I)
_SHOWN = 3


@dataclass(frozen=True)
class Signature:
    """What a function takes: `given` by the model, as JSON, and `injected` by the run, which the schema hides."""

    description: str
    parameters: Schema
    given: Mapping[str, TypeAdapter[Any]]
    injected: Mapping[str, tuple[type, ...]]

    def convert(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Turn JSON arguments that fit the schema into the hinted types. Raises BadCall where a type says no."""
        converted = {}
        for name, value in arguments.items():
            try:
                converted[name] = self.given[name].validate_python(value)
            except ValidationError as problem:
                said = [f"{_path([name, *error['loc']])}: {error['msg']}" for error in problem.errors()]
                raise BadCall(_few(said)) from problem
        return converted


def read(function: Callable[..., Any], name: str) -> Signature:
    """Read a function's hints and docstring. Raises BadTool naming the tool and the parameter that is at fault."""
    if not (inspect.isfunction(function) or inspect.ismethod(function)):
        raise BadTool(f"{name}: a tool is made from a function or a bound method, not from {function!r}")
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise BadTool(f"{name} is async, and tools are called plainly; write 'def', and asyncio.run(...) inside it")
    if inspect.isgeneratorfunction(function):
        raise BadTool(f"{name} is a generator; a tool returns its result at once, so return a list")
    description, help_of = _docstring(function, set(inspect.signature(function).parameters))
    properties: dict[str, Schema] = {}
    given: dict[str, TypeAdapter[Any]] = {}
    injected: dict[str, tuple[type, ...]] = {}
    required: list[str] = []
    for parameter in inspect.signature(function).parameters.values():
        hint = _hint(function, name, parameter)
        if needs := _injected(parameter.name, hint):
            injected[parameter.name] = needs
            continue
        given[parameter.name], schema = _argument(name, parameter.name, hint)
        described = _annotated_help(hint) or schema.get("description") or help_of.get(parameter.name)
        properties[parameter.name] = {**schema, "description": described} if described else schema
        if parameter.default is inspect.Parameter.empty:
            required.append(parameter.name)
        else:
            properties[parameter.name] |= _default(given[parameter.name], parameter.default)
    parameters: Schema = {"type": "object", "properties": properties, "required": required}
    return Signature(description, {**parameters, "additionalProperties": False}, given, injected)


def validator(schema: Schema) -> Draft202012Validator:
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
        raise BadTool(f"the schema is malformed: {_path(problem.absolute_path)}: {problem.message}") from problem
    except Unresolvable as problem:
        raise BadTool(f"the schema refers to what it does not hold: {problem}") from problem
    if schema.get("type") != "object":
        raise BadTool(f"the schema of a tool's arguments has type 'object', not {schema.get('type')!r}")
    return Draft202012Validator(schema, registry=Registry())


def violations(against: Draft202012Validator, arguments: Mapping[str, Any]) -> str:
    """Say in one line what is wrong with `arguments`, the worst first; empty when nothing is."""
    from jsonschema.exceptions import relevance

    try:
        json.dumps(arguments, allow_nan=False)
    except (TypeError, ValueError) as problem:
        return f"the arguments are not JSON: {problem}"
    found = sorted(against.iter_errors(dict(arguments)), key=relevance, reverse=True)
    return _few([f"{_path(error.absolute_path)}: {_words(error)}".removeprefix(": ") for error in found])


def _hint(function: Callable[..., Any], tool: str, parameter: inspect.Parameter) -> Any:
    where = f"{tool}: parameter {parameter.name!r}"
    if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
        raise BadTool(f"{where} cannot be given by name; spell each argument out, without *, ** or /")
    if parameter.annotation is parameter.empty:
        raise BadTool(f"{where} has no type hint, from which its schema is made; write '{parameter.name}: str'")
    alone = type("alone", (), {"__annotations__": {parameter.name: parameter.annotation}})
    try:
        return get_type_hints(alone, vars(inspect.getmodule(function) or object()), include_extras=True)[parameter.name]
    except (NameError, TypeError, SyntaxError, AttributeError) as problem:
        raise BadTool(f"{where} has a hint that cannot be read: {problem}") from problem


def _injected(name: str, hint: Any) -> tuple[type, ...]:
    """The types that the run's own object must satisfy; none when the model gives this argument."""
    if name == "screen" and hint is Screen:
        return (Screen,)
    if name != "device" or not isinstance(hint, type):
        return ()
    protocols = tuple(protocol for protocol in _PROTOCOLS if protocol in hint.__mro__)
    return protocols or ((hint,) if hasattr(hint, "screenshot") else ())


def _argument(tool: str, name: str, hint: Any) -> tuple[TypeAdapter[Any], Schema]:
    try:
        adapter = TypeAdapter(hint)
        return adapter, _tidy(adapter.json_schema())
    except RecursionError as problem:
        raise BadTool(
            f"{tool}: parameter {name!r}: {hint!r} contains itself, which no schema here can say"
        ) from problem
    except PydanticUserError as problem:
        aside = " (the run gives a Screen under the name 'screen', a device under 'device')" if hint is Screen else ""
        raise BadTool(f"{tool}: parameter {name!r}: {hint!r} has no JSON schema{aside}; use JSON types") from problem


def _annotated_help(hint: Any) -> str:
    extras = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((extra for extra in extras if isinstance(extra, str)), "")


def _default(adapter: TypeAdapter[Any], value: Any) -> Schema:
    """The default as the model may read it; one that is not of the hinted type stays the function's own affair."""
    try:
        with warnings.catch_warnings(action="error"):
            return {"default": adapter.dump_python(value, mode="json")}
    except (PydanticSerializationError, UserWarning):
        return {}


def _tidy(schema: Any, defs: Mapping[str, Any] | None = None) -> Any:
    """Write definitions out where they are used, drop titles, and let no object take what it does not name."""
    if isinstance(schema, list):
        return [_tidy(part, defs) for part in schema]
    if not isinstance(schema, dict):
        return schema
    defs = schema.get("$defs", {}) if defs is None else defs
    if "$ref" in schema:
        target = defs[schema["$ref"].removeprefix("#/$defs/")]
        return _tidy({**target, **{key: value for key, value in schema.items() if key != "$ref"}}, defs)
    tidied: Schema = {}
    for key, value in schema.items():
        if key == "properties":
            tidied[key] = {name: _tidy(part, defs) for name, part in value.items()}
        elif key in ("default", "const", "enum", "examples"):
            tidied[key] = value
        elif key not in ("title", "$defs", "discriminator"):
            tidied[key] = _tidy(value, defs)
    if "properties" in tidied:
        tidied.setdefault("additionalProperties", False)
    return tidied


def _docstring(function: Callable[..., Any], names: set[str]) -> tuple[str, dict[str, str]]:
    """Part a docstring into what the tool does and what each argument is: lines 'name: text', under 'Args:' or not."""
    about: list[str] = []
    help_of: dict[str, str] = {}
    current, section, indent = "", False, 0
    for line in (inspect.getdoc(function) or "").splitlines():
        depth = len(line) - len(line.lstrip())
        found = re.match(r"\s*(?::param\s+)?\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.+)", line)
        if found and found[1] in names:
            current, indent = found[1], depth
            help_of[current] = found[2].strip()
        elif current and line.strip() and depth > indent:
            help_of[current] += " " + line.strip()
        else:
            current = ""
            section = section or bool(_SECTION.match(line.strip()))
            if not section:
                about.append(line.strip())
    paragraphs = "\n".join(about).strip().split("\n\n")
    return "\n\n".join(" ".join(p.split()) for p in paragraphs if p.strip()), help_of


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


def _path(parts: Any) -> str:
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in parts).removeprefix(".")


def _words(error: SchemaViolation) -> str:
    said = list(dict.fromkeys(_words(part) for part in error.context or [])) or [error.message]
    return " or ".join(said)


def _few(said: list[str]) -> str:
    shown = [words if len(words) <= 300 else words[:297] + "..." for words in said[:_SHOWN]]
    return "; ".join([*shown, f"and {len(said) - _SHOWN} more"] if len(said) > _SHOWN else shown)
