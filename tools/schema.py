"""From hints and docstring to a strict JSON schema, and from JSON back to the types that a function asks for."""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import PydanticUndefinedAnnotation, PydanticUserError, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, to_json
from pydantic_core import SchemaError as UnusableSchema

from handsight.devices.base import Apps, Device, Glance, Keys, Touch
from handsight.errors import BadCall, BadTool
from handsight.tools.validation import few, path
from handsight.types import Screen

Schema = dict[str, Any]

_PROTOCOLS = (Device, Touch, Keys, Apps, Glance)
_SECTION = re.compile(r"(:(returns?|raises)\b.*|(args|arguments|parameters|returns|raises|examples?|notes?):?)$", re.I)


@dataclass(frozen=True)
class Signature:
    """What a function takes: `given` by the model, as JSON, and `injected` by the run, which the schema hides.

    What stands in `parameters` and not in `given` reaches the function as the JSON that it is.
    """

    description: str
    parameters: Schema
    given: Mapping[str, TypeAdapter[Any]]
    injected: Mapping[str, tuple[type, ...]]

    def convert(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Turn JSON arguments that fit the schema into the hinted types. Raises BadCall where a type says no."""
        converted = dict(arguments)
        for name in filter(self.given.__contains__, arguments):
            try:
                converted[name] = self.given[name].validate_json(to_json(arguments[name]))  # strict types take JSON too
            except ValidationError as problem:
                said = [f"{path([name, *error['loc']])}: {error['msg']}" for error in problem.errors()]
                raise BadCall(few(said)) from problem
        return converted


def read(function: Callable[..., Any], name: str) -> Signature:
    """Read a function's hints and docstring. Raises BadTool naming the tool and the parameter that is at fault."""
    if not (inspect.isfunction(function) or inspect.ismethod(function)):
        raise BadTool(
            f"{name}: a tool is made from a function or a bound method, or from an object with methods under @tool, "
            f"and this is {function!r}"
        )
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
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
        described = _annotated_help(hint) or help_of.get(parameter.name) or schema.get("description")
        words = {"description": described} if described else {}
        properties[parameter.name] = {key: schema[key] for key in ("type",) if key in schema} | words | schema | words
        if parameter.default is inspect.Parameter.empty:
            required.append(parameter.name)
        else:
            properties[parameter.name] |= _default(given[parameter.name], parameter.default)
    parameters: Schema = {"type": "object", "properties": properties, "required": required}
    return Signature(description, {**parameters, "additionalProperties": False}, given, injected)


def injected_into(function: Callable[..., Any]) -> dict[str, tuple[type, ...]]:
    """Which of a function's parameters the run gives; the hints of the others are not looked at."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):  # as of some that are built in
        return {}
    asked = [parameter for name, parameter in parameters.items() if name in ("screen", "device")]
    hinted = [parameter for parameter in asked if parameter.annotation is not parameter.empty]
    needs = {parameter.name: _injected(parameter.name, _hint(function, "", parameter)) for parameter in hinted}
    return {name: need for name, need in needs.items() if need}


def _hint(function: Callable[..., Any], tool: str, parameter: inspect.Parameter) -> Any:
    where = f"{tool}: parameter {parameter.name!r}"
    if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
        raise BadTool(f"{where} cannot be given by name; spell each argument out, without *, ** or /")
    if parameter.annotation is parameter.empty and parameter.name == "self":
        raise BadTool(f"{where}: a method becomes a tool once it is bound: Tool.of(thing.{tool})")
    if parameter.annotation is parameter.empty:
        raise BadTool(f"{where} has no type hint, from which its schema is made; write '{parameter.name}: str'")
    alone = type("alone", (), {"__annotations__": {parameter.name: parameter.annotation}})
    known = inspect.unwrap(function).__globals__
    try:
        return get_type_hints(alone, known, include_extras=True)[parameter.name]
    except (NameError, TypeError, SyntaxError, AttributeError) as problem:
        raise BadTool(f"{where} has a hint that cannot be read where it is defined: {problem}") from problem


def _injected(name: str, hint: Any) -> tuple[type, ...]:
    """The types that the run's own object must satisfy; none when the model gives this argument."""
    if name == "screen" and hint is Screen:
        return (Screen,)
    if name != "device" or not isinstance(hint, type):
        return ()
    ours = tuple(protocol for protocol in _PROTOCOLS if protocol in hint.__mro__)
    theirs = hasattr(hint, "screenshot") or getattr(hint, "_is_runtime_protocol", False)
    return ours or ((hint,) if theirs else ())


def _argument(tool: str, name: str, hint: Any) -> tuple[TypeAdapter[Any], Schema]:
    try:
        adapter = TypeAdapter(hint)
        return adapter, _tidy(adapter.json_schema())
    except (PydanticUserError, PydanticUndefinedAnnotation, UnusableSchema, TypeError, BadTool) as problem:
        aside = "; the run gives a Screen as 'screen' and a device as 'device', under no other name"
        said = f"{str(problem).splitlines()[0]}{aside if hint in (Screen, *_PROTOCOLS) else ''}"
        raise BadTool(f"{tool}: parameter {name!r} has a hint without a JSON schema: {said}") from problem


def _annotated_help(hint: Any) -> str:
    extras = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((extra for extra in extras if isinstance(extra, str)), "")


def _default(adapter: TypeAdapter[Any], value: Any) -> Schema:
    """The default as the model may read it; one that is not of the hinted type stays the function's own affair."""
    try:
        with warnings.catch_warnings(action="error"):
            written = adapter.dump_python(value, mode="json")
        adapter.validate_json(to_json(written))
    except (PydanticSerializationError, ValidationError, UserWarning):
        return {}
    return {"default": written}


def _tidy(schema: Any, defs: Mapping[str, Any] | None = None, inside: tuple[str, ...] = ()) -> Any:
    """Write definitions out where they are used, drop titles, and let no object take what it does not name."""
    if isinstance(schema, list):
        return [_tidy(part, defs, inside) for part in schema]
    if not isinstance(schema, dict):
        return schema
    defs = schema.get("$defs", {}) if defs is None else defs
    if (reference := schema.get("$ref")) is not None:
        if reference in inside:
            raise BadTool("it contains itself")
        own_words = {key: value for key, value in schema.items() if key != "$ref"}
        return _tidy(defs[reference.removeprefix("#/$defs/")] | own_words, defs, (*inside, reference))
    tidied: Schema = {key: schema[key] for key in ("type", "description") if key in schema}
    for key, value in schema.items():
        if key == "properties":
            tidied[key] = {name: _tidy(part, defs, inside) for name, part in value.items()}
        elif key in ("default", "const", "enum", "examples"):
            tidied[key] = value
        elif key not in ("title", "$defs", "discriminator"):
            tidied[key] = _tidy(value, defs, inside)
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
