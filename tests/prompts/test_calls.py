"""What a dialect allows a model to write: a schema that takes what `write` writes, and nothing that `read` refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any, Literal

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, Field

from handsight.prompts.forms.objects import read_calls
from handsight.prompts.forms.tagged import Tagged
from handsight.prompts.functions import Functions
from handsight.prompts.nous import NousDialect
from handsight.prompts.space import Space
from handsight.tools.registry import Tool, Tools
from handsight.types import Calls, Reply, Screen, ToolCall, Trajectory

FORM = Tagged()


class Guest(BaseModel):
    """Who comes."""

    name: Annotated[str, Field(max_length=20, description="the whole name")]
    age: int = 30


def invite(guest: Guest, description: str, how: Literal["mail", "phone"] = "mail") -> str:
    """Invite somebody.

    Args:
        description: what for
    """
    return f"{guest} {description} {how}"


# a schema of one's own, with a definition that contains itself under a name that another tool may use as well
TREE = {
    "$defs": {
        "Guest": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "friends": {"type": "array", "items": {"$ref": "#/$defs/Guest"}},
            },
            "required": ["name"],
            "additionalProperties": False,
        }
    },
    "type": "object",
    "properties": {"guest": {"$ref": "#/$defs/Guest"}},
    "required": ["guest"],
    "additionalProperties": False,
}


@pytest.fixture
def takes(tools: Tools) -> Callable[[Any], bool]:
    calls = FORM.calls(Functions([*tools, Tool.of(invite), Tool("greet", "Greet somebody.", TREE, print)]), (1000, 999))
    assert calls
    Draft202012Validator.check_schema(calls.schema)
    return Draft202012Validator(calls.schema).is_valid


def gesture(action: str, **fields: Any) -> dict[str, Any]:
    return {"name": "mobile_use", "arguments": {"action": action, **fields}}


@pytest.mark.parametrize(
    "call",
    [
        gesture("click", coordinate=[0, 0]),
        gesture("click", coordinate=[1000, 999]),
        gesture("long_press", coordinate=[5, 5], time=1.5),
        gesture("swipe", coordinate=[5, 5], coordinate2=[6, 6]),
        gesture("system_button", button="Back"),
        gesture("terminate", status="success"),
        {"name": "ask_user", "arguments": {"question": "Which one?"}},
        {"name": "mark", "arguments": {"where": [1, 2], "area": [1, 2, 3, 4], "sure": True}},
        {"name": "mark", "arguments": {"where": [1, 2], "area": None}},
        {"name": "take_stock", "arguments": {}},
        {"name": "invite", "arguments": {"guest": {"name": "Ann", "age": 3}, "description": "tea"}},
        {"name": "greet", "arguments": {"guest": {"name": "Ann", "friends": [{"name": "Bo"}]}}},
    ],
)
def test_a_call_as_it_is_meant_is_allowed(takes: Callable[[Any], bool], call: dict[str, Any]) -> None:
    assert takes(call)


@pytest.mark.parametrize(
    "call",
    [
        gesture("click"),
        gesture("click", coordinate=[1001, 0]),
        gesture("click", coordinate=[0, 1000]),
        gesture("click", coordinate=[0.5, 1]),
        gesture("click", coordinate=[1, 2, 3]),
        gesture("click", coordinate=[1]),
        gesture("click", coordinate=[1, 2], text="more"),
        gesture("terminate", status="done"),
        gesture("dance"),
        {"name": "mobile_use", "arguments": {}},
        {"name": "tap", "arguments": {"at": [1, 2]}},
        {"name": "mark", "arguments": {"where": [1, 2, 3, 4]}},
        {"name": "take_stock"},
        {"name": "take_stock", "arguments": {}, "id": 1},
        {"name": "invite", "arguments": {"guest": {"name": "A" * 21}, "description": "tea"}},
        {"name": "invite", "arguments": {"guest": {"name": "Ann", "friends": []}, "description": "tea"}},
        {"name": "greet", "arguments": {"guest": {"name": "Ann", "friends": [{}]}}},
        {"name": "invite", "arguments": {"guest": {"name": "Ann"}, "description": "tea", "how": "drum"}},
    ],
)
def test_anything_else_is_not(takes: Callable[[Any], bool], call: dict[str, Any]) -> None:
    assert not takes(call)


@pytest.mark.parametrize(
    "call",
    [
        ToolCall("tap", {"at": [12, 2399]}),
        ToolCall("swipe", {"start": [0, 0], "end": [1079, 2399]}),
        ToolCall("type_text", {"text": 'a "b"\n打'}),
        ToolCall("press", {"key": "home"}),
        ToolCall("finish", {"success": False, "message": "no"}),
        ToolCall("mark", {"where": [1, 2], "area": [0, 0, 1080, 2400], "sure": False}),
    ],
)
def test_what_the_dialect_writes_itself_is_allowed(takes: Callable[[Any], bool], tools: Tools, call: ToolCall) -> None:
    name, arguments = Functions(tools).write(call, Space((1080, 2400), (1000, 999)))
    assert takes({"name": name, "arguments": arguments})


def test_what_is_allowed_goes_with_each_prompt(tools: Tools, screen: Callable[[int, int], Screen]) -> None:
    trajectory = Trajectory("x")
    trajectory.add_step().screen = screen(108, 240)
    dialect = NousDialect()
    calls = dialect.render(trajectory, tools).calls
    assert calls == FORM.calls(Functions(tools), (1000, 1000))
    assert isinstance(calls, Calls)
    written = dialect.write(ToolCall("tap", {"at": [5, 5]}), screen(108, 240), tools)
    assert written.startswith(calls.opening)
    assert written.endswith(calls.closing)
    line = written.removeprefix(calls.opening).removesuffix(calls.closing)
    assert Draft202012Validator(calls.schema).is_valid(json.loads(line))
    assert [call.name for call in read_calls(Reply(written))] == ["mobile_use"]


def test_without_tools_no_call_is_allowed() -> None:
    assert FORM.calls(Functions([]), (1000, 1000)) is None
