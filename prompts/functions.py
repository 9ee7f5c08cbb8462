"""Everything a model may call in one run: `mobile_use` for the gestures, a function of its own for each other tool."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from handsight.errors import BadCall, BadTool
from handsight.prompts import mobile_use
from handsight.prompts.mobile_use import MobileUse
from handsight.prompts.places import bounded, convert, described, read_place
from handsight.prompts.reply import Written
from handsight.prompts.space import Space
from handsight.tools.registry import Tool
from handsight.types import Calls, ToolCall


class Functions:
    """The tools of a run as functions, in the model's words and numbers."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        tools = tuple(tools)
        self.mobile = MobileUse(tools)
        self.own = {tool.name: tool for tool in tools if tool.name not in self.mobile.covered}
        if self.mobile.actions and mobile_use.NAME in self.own:
            raise BadTool(f"{mobile_use.NAME} is the name under which the gestures are offered; rename that tool")

    @property
    def names(self) -> list[str]:
        return [mobile_use.NAME] * bool(self.mobile.actions) + list(self.own)

    def printed(self, space_words: str) -> list[str]:
        """One line of JSON for each function."""
        specs = [self.mobile.printed(space_words)] if self.mobile.actions else []
        for tool in self.own.values():
            parameters = described(tool.parameters, space_words)
            specs.append({"name": tool.name, "description": tool.description, "parameters": parameters})
        return [json.dumps({"type": "function", "function": spec}, ensure_ascii=False) for spec in specs]

    def calls(self, edge: tuple[int, int]) -> Calls | None:
        """The form of one call, its places in whole numbers up to `edge`; None where there is nothing to call."""
        allowed = {mobile_use.NAME: self.mobile.strict(edge)} if self.mobile.actions else {}
        shared: dict[str, Any] = {}
        for name, tool in self.own.items():
            allowed[name] = _moved(bounded(tool.parameters, edge), name, shared)
        calls = [
            {
                "type": "object",
                "properties": {"name": {"const": name}, "arguments": arguments},
                "required": ["name", "arguments"],
                "additionalProperties": False,
            }
            for name, arguments in allowed.items()
        ]
        return Calls({"anyOf": calls} | ({"$defs": shared} if shared else {})) if calls else None

    def read(self, written: Written, space: Space) -> ToolCall:
        """Turn what the model wrote into a call whose places are pixels. Raises BadCall.

        Whether the arguments of a tool of the user's own are right is the tool's to say.
        """

        def place(value: Any, form: str, name: str) -> list[float]:
            return space.to_pixels(read_place(value, form, name))

        name, arguments = written.name, written.arguments
        if name in self.own:
            made = convert(arguments, self.own[name].parameters, place)
            return ToolCall(name, made, written.thought)
        if name in self.mobile.actions:  # the action in the place of the function: nothing else can be meant
            name, arguments = mobile_use.NAME, {**arguments, "action": name}
        if name == mobile_use.NAME and self.mobile.actions:
            return self.mobile.read(arguments, written.thought, space)
        raise BadCall(f"there is no function {name[:64]!r}; the functions are {', '.join(self.names) or 'none'}")

    def write(self, call: ToolCall, space: Space) -> str:
        """One line of JSON: `call` as the model would write it. Raises UnknownName when no tool takes it."""

        def place(value: Any, form: str, name: str) -> list[int]:
            return space.to_model(value)

        if call.name in self.own:
            name, made = call.name, convert(dict(call.arguments), self.own[call.name].parameters, place)
        else:
            name, made = mobile_use.NAME, self.mobile.write(call, space)
        return json.dumps({"name": name, "arguments": made}, ensure_ascii=False)


def _moved(schema: Any, name: str, shared: dict[str, Any]) -> Any:
    """A tool's schema as a part of a greater one: its definitions go to `shared`, each under the tool's name."""
    if isinstance(schema, list):
        return [_moved(part, name, shared) for part in schema]
    if not isinstance(schema, dict):
        return schema
    moved = {key: _moved(part, name, shared) for key, part in schema.items() if key != "$defs"}
    if isinstance(schema.get("$ref"), str):
        moved["$ref"] = schema["$ref"].replace("#/$defs/", f"#/$defs/{name}.")
    shared.update({f"{name}.{key}": _moved(part, name, shared) for key, part in schema.get("$defs", {}).items()})
    return moved
