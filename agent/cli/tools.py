"""`handsight tools`: what a run could call, and one call of it by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from handsight.cli.options import Mcp
from handsight.errors import BadCall, Denied, Stop, UsageError

if TYPE_CHECKING:
    from handsight.devices.base import Device
    from handsight.tools.registry import Tool
    from handsight.types import Screen, ToolResult

_GIVEN = re.compile(r"([^=/]+)=(.*)", re.DOTALL)
_KINDS = {"point": "place", "box": "box"}


def tools(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE|NAME=VALUE",
            help="A .py file, a module, an OpenAPI document; and the arguments of --try.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    attempt: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--try", help="Call this tool, without any model.", metavar="TOOL"),
    ] = None,
    device: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="What a tool that looks at a screen is given: virtual, desktop, a serial ..."),
    ] = None,
    mcp: Mcp = None,
    allow: Annotated[list[str], typer.Option(help="Do not ask about this tool.", metavar="TOOL")] = [],  # noqa: B006
    as_json: Annotated[bool, typer.Option("--json", help="JSON: the exact schemas, or the result.")] = False,
) -> int:
    """List what a run could call, or try it: handsight tools mine.py --try status number=LH123"""
    from handsight import wiring
    from handsight.tools.gestures import GESTURES, gestures_for
    from handsight.tools.registry import Tools
    from handsight.tools.session import session_tools

    given = [word for word in words if _GIVEN.fullmatch(word)]
    yours = wiring.load_tools(word for word in words if word not in given)
    open_device = wiring.device_opener(device) if device is not None else None
    if given and attempt is None:
        raise UsageError(f"{given[0]!r} is an argument of a call; say of which tool: --try TOOL")
    with ExitStack() as opened:
        yours += opened.enter_context(wiring.mcp_tools(mcp))
        held = open_device() if open_device else None
        if held:
            opened.callback(held.close)
        gestures = gestures_for(held) if held else Tools(one for several in GESTURES.values() for one in several)
        groups = {"yours": yours, "of every run": session_tools(), "of a device that can do it": list(gestures)}
        every = Tools(made for group in groups.values() for made in group)
        if attempt is None:
            _show(groups, as_json=as_json)
            return 0
        try:
            made = every[attempt]
            arguments = _arguments(made, given)
        except BadCall as problem:
            raise UsageError(str(problem)) from problem
        return _call(made, arguments, held, wiring.read_rules(allow, [], yours), as_json=as_json)


def in_words(made: Tool) -> str:
    """A tool as one line: `pay(euros: integer, how: "card" | "cash" = "card")`."""
    required = made.parameters.get("required", [])
    said = []
    for name, schema in made.parameters.get("properties", {}).items():
        default = f" = {_json(schema['default'])}" if isinstance(schema, dict) and "default" in schema else ""
        said.append(f"{name}{'' if name in required or default else '?'}: {_kind(schema)}{default}")
    return f"{made.name}({', '.join(said)})"


def _show(groups: Mapping[str, Iterable[Tool]], *, as_json: bool) -> None:
    from handsight.cli.console import clean, plain

    if as_json:
        each = [made for group in groups.values() for made in group]
        print(json.dumps([_described(made) for made in each], indent=2))
        return
    console = plain()
    for heading, group in groups.items():
        for number, made in enumerate(group):
            if number == 0:
                console.print(f"{heading}:", style="dim")
            notes = ["asks first"] * made.risky + ([f"at most {made.timeout_s:g} s"] if made.timeout_s else [])
            notes += [f"needs {needed}" for needed in _needs(made)]
            console.print(clean(f"  {in_words(made)}{'  · ' if notes else ''}{', '.join(notes)}"), style="bold")
            for line in filter(None, made.description.split("\n")):
                console.print(clean(f"      {line}"))


def _described(made: Tool) -> dict[str, Any]:
    return {
        "name": made.name,
        "description": made.description,
        "parameters": made.parameters,
        "risky": made.risky,
        "timeout_s": made.timeout_s,
        "needs": _needs(made),
    }


def _needs(made: Tool) -> list[str]:
    """What the run has to have for a tool, in words."""
    injected = made.signature.injected if made.signature else {}
    kinds = [
        kind.__name__ for kinds in injected.values() for kind in kinds if kind.__name__ not in ("Device", "Screen")
    ]
    return [f"a device with {kind}" for kind in kinds] or ["a device"] * bool(injected)


def _arguments(made: Tool, given: Sequence[str]) -> dict[str, Any]:
    """The arguments as they were typed: JSON where that fits the schema, else text. Raises BadCall, UsageError."""
    from handsight.tools.validation import validator, violations
    from handsight.types import ToolCall

    fits = validator({**made.parameters, "required": []})
    arguments: dict[str, Any] = {}
    for word in given:
        name, _, text = word.partition("=")
        if name in arguments:
            raise UsageError(f"{name} is given twice")
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        arguments[name] = text if violations(fits, {name: value}) and not violations(fits, {name: text}) else value
    try:
        made.check(ToolCall(made.name, arguments))
    except BadCall as problem:
        raise BadCall(f"{problem}; it is {in_words(made)}") from problem
    return arguments


def _call(made: Tool, arguments: dict[str, Any], device: Device | None, rules: Sequence[Any], *, as_json: bool) -> int:
    from handsight.cli.console import asking, clean, complain, show
    from handsight.cli.interrupt import ending
    from handsight.cli.run import EXIT_CODES
    from handsight.policy import Policy
    from handsight.types import Screen, ToolCall

    if device is None and made.signature and made.signature.injected:
        raise UsageError(f"{made.name} is given {' and '.join(made.signature.injected)}; name one: --device virtual")
    call = ToolCall(made.name, arguments)
    with ending():
        screen = device.screenshot() if device else Screen(Path("nowhere"))  # which nobody looks at
        policy = Policy(rules, frozenset([made.name] if made.risky else []), asking(show(as_json=as_json))[0])
        try:
            verdict = policy(call, screen)
            if not verdict.allowed:
                raise Denied(verdict.reason)
            _tell(made.run(call, device or _Nothing(), screen), as_json=as_json)
        except Stop as stop:
            if stop.outcome.ok:
                print(clean(stop.outcome.answer or stop.outcome.message))
            else:
                complain(stop)
            return EXIT_CODES[stop.outcome.kind]
    return 0


class _Nothing:
    """Stands where a tool asks for no device."""

    name = "no device"

    def screenshot(self) -> Screen:
        raise UsageError("there is no device; name one: --device virtual")

    def close(self) -> None: ...


def _tell(result: ToolResult, *, as_json: bool) -> None:
    from handsight.cli.console import clean

    sizes = [list(picture.image.size) for picture in result.pictures]
    if as_json:
        print(json.dumps({"text": result.text, "pictures": sizes, "seconds": round(result.seconds, 6)}))
        return
    said = [result.text] * bool(result.text) + [f"[a picture, {width}x{height}]" for width, height in sizes]
    print(clean("\n".join(said)))


def _kind(schema: Any) -> str:
    """A schema in few words: `"card" | "cash"`, `list of integer`, `place`."""
    if not isinstance(schema, dict):
        return "anything"
    if "enum" in schema or "const" in schema:
        return " | ".join(map(_json, schema.get("enum", [schema.get("const")])))
    if choices := [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
        return " | ".join(dict.fromkeys(map(_kind, choices)))
    kind = schema.get("type", "anything")
    if kind == "array" and schema.get("format") in _KINDS:
        return _KINDS[schema["format"]]
    if kind == "array":
        return f"list of {_kind(schema.get('items'))}"
    return " | ".join(kind) if isinstance(kind, list) else str(schema.get("format", kind) if kind == "string" else kind)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
