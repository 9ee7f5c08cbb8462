"""Calls as JSON objects: between <tool_call> tags (the "nous" form of Qwen-Agent), or bare."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from handsight.prompts.conversation import plain
from handsight.prompts.forms.objects import EXPECTED, read_calls
from handsight.prompts.functions import Functions, Written
from handsight.prompts.wording import Language
from handsight.types import Calls, Reply


class Tagged:
    """One JSON object with name and arguments between tags; functions are listed one per line."""

    stop: tuple[str, ...] = ("<tool_response>",)
    holds = True
    opening, closing = "<tool_call>\n", "\n</tool_call>"
    expected = EXPECTED

    def listed(self, functions: Functions, specs: Sequence[dict[str, Any]], language: Language) -> str:
        lines = [json.dumps({"type": "function", "function": spec}, ensure_ascii=False) for spec in specs]
        return plain("\n".join(lines))

    def read(self, reply: Reply, functions: Functions) -> list[Written]:
        return read_calls(reply, functions.group, self.expected)

    def write(self, name: str, arguments: dict[str, Any], said: str) -> str:
        line = json.dumps({"name": name, "arguments": arguments}, ensure_ascii=False)
        return f"{said}\n{self.opening}{line}{self.closing}".lstrip("\n")

    def calls(self, functions: Functions, edge: tuple[int, int]) -> Calls | None:
        shared: dict[str, Any] = {}
        calls = [
            {
                "type": "object",
                "properties": {"name": {"const": name}, "arguments": _moved(arguments, name, shared)},
                "required": ["name", "arguments"],
                "additionalProperties": False,
            }
            for name, arguments in functions.strict(edge).items()
        ]
        schema = {"anyOf": calls} | ({"$defs": shared} if shared else {})
        return Calls(schema, self.opening, self.closing) if calls else None


class Bare(Tagged):
    """One JSON object at the end of the reply, for models that were never trained to call."""

    stop: tuple[str, ...] = ()
    opening, closing = "```json\n", "\n```"
    expected = 'end with one JSON object {"name": ..., "arguments": {...}}'

    def read(self, reply: Reply, functions: Functions) -> list[Written]:
        before, fence, _ = reply.text.partition(self.opening.strip())
        if not fence or "<think>" in before:
            return super().read(reply, functions)
        calls = super().read(replace(reply, text=reply.text[len(before) :]), functions)  # braces in words are words
        return [replace(call, thought=before.strip()) for call in calls]


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
