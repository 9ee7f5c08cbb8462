"""From hints and docstring to a strict schema; what has no schema is refused when the tool is made."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, Optional
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from handsight.errors import BadCall, BadTool
from handsight.tools.gestures import GESTURES
from handsight.tools.registry import Tool, Tools, tool
from handsight.tools.session import session_tools
from handsight.types import Box, Point, Screen, ToolCall


def schema_of(hint: Any) -> Any:
    """The schema of one parameter with that hint."""

    def function(value: Any) -> None: ...

    function.__annotations__["value"] = hint
    return Tool.of(function).parameters["properties"]["value"]


class Color(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Stop:
    place: Point
    minutes: int = 5


class Trip(BaseModel):
    """A way to go."""

    stops: list[Stop]
    title: Annotated[str, Field(description="what it is called", max_length=20)] = ""


class Options(TypedDict, total=False):
    loud: bool


NUMBER = {"type": "number"}
POINT = {"type": "array", "format": "point", "items": NUMBER, "minItems": 2, "maxItems": 2}
BOX = {"type": "array", "format": "box", "items": NUMBER, "minItems": 4, "maxItems": 4}
STOP = {
    "type": "object",
    "properties": {"place": POINT, "minutes": {"type": "integer", "default": 5}},
    "required": ["place"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("hint", "schema"),
    [
        (str, {"type": "string"}),
        (int, {"type": "integer"}),
        (float, {"type": "number"}),
        (bool, {"type": "boolean"}),
        (None, {"type": "null"}),
        (Any, {}),
        (Literal["up", "down"], {"type": "string", "enum": ["up", "down"]}),
        (Literal[1], {"type": "integer", "const": 1}),
        (Color, {"type": "string", "enum": ["red", "blue"]}),
        (list[int], {"type": "array", "items": {"type": "integer"}}),
        (list, {"type": "array", "items": {}}),
        (dict[str, bool], {"type": "object", "additionalProperties": {"type": "boolean"}}),
        (Optional[int], {"anyOf": [{"type": "integer"}, {"type": "null"}]}),  # noqa: UP045 - users still write it
        (int | str, {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
        (Annotated[int, Field(ge=0, le=9)], {"type": "integer", "minimum": 0, "maximum": 9}),
        (
            Annotated[int, Field(description="how many"), "the last word"],
            {"type": "integer", "description": "the last word"},
        ),
        (date, {"type": "string", "format": "date"}),
        (Point, POINT),
        (Box, BOX),
        (list[Point], {"type": "array", "items": POINT}),
        (Point | None, {"anyOf": [POINT, {"type": "null"}]}),
        (Stop, STOP),
        (
            Trip,
            {
                "type": "object",
                "description": "A way to go.",
                "properties": {
                    "stops": {"type": "array", "items": STOP},
                    "title": {"type": "string", "description": "what it is called", "maxLength": 20, "default": ""},
                },
                "required": ["stops"],
                "additionalProperties": False,
            },
        ),
        (Options, {"type": "object", "properties": {"loud": {"type": "boolean"}}, "additionalProperties": False}),
    ],
)
def test_a_hint_becomes_its_schema(hint: Any, schema: Any) -> None:
    assert schema_of(hint) == schema


def test_the_whole_schema_is_strict_and_names_what_must_be_given() -> None:
    def book(trip: Trip, *, when: date, seats: int = 1, how: Literal["bus", "train"] = "bus") -> None: ...

    assert Tool.of(book).parameters == {
        "type": "object",
        "properties": {
            "trip": schema_of(Trip),
            "when": {"type": "string", "format": "date"},
            "seats": {"type": "integer", "default": 1},
            "how": {"type": "string", "enum": ["bus", "train"], "default": "bus"},
        },
        "required": ["trip", "when"],
        "additionalProperties": False,
    }


def test_the_tools_of_every_run_are_the_recorded_ones() -> None:
    """The model's vocabulary changes only on purpose: after a change, look at the difference and record it anew."""
    tools = [*(Tool.of(g) for gestures in GESTURES.values() for g in gestures), *session_tools()]
    recorded = Path(__file__).parents[1] / "golden" / "tools" / "canonical.json"
    made = [{"name": t.name, "description": t.description, "parameters": t.parameters} for t in tools]
    assert made == json.loads(recorded.read_text(encoding="utf-8"))


def test_defaults_are_shown_where_they_are_json_of_the_hinted_type() -> None:
    corner = Point(1, 2)
    missing: Any = object()
    nothing: Any = None

    def go(at: Point = corner, color: Color = Color.RED, n: int = nothing, name: str = missing) -> Any:
        return at, color, n, name

    properties = Tool.of(go).parameters["properties"]
    assert properties["at"]["default"] == [1, 2]
    assert properties["color"]["default"] == "red"
    assert "default" not in properties["n"]
    assert "default" not in properties["name"]
    assert Tool.of(go).parameters["required"] == []


# -- docstrings


def google(a: int, b: int, c: Annotated[int, "from the hint"], d: int) -> None:
    """Do the thing
    in two lines.

    And more: it is careful.

    Args:
        a: the first
            and its second line
        b (int): the second: with a colon
        c: from the docstring

    Returns:
        a: nothing of the kind
    """


def plain(a: int, b: int, c: int, d: int) -> None:
    """Do the thing in two lines.

    And more: it is careful.
    a: the first and its second line
    b: the second: with a colon
    c: from the hint
    """


def sphinx(a: int, b: int, c: int, d: int) -> None:
    """Do the thing in two lines.

    And more: it is careful.

    :param a: the first
        and its second line
    :param b: the second: with a colon
    :param c: from the hint
    :returns: nothing
    """


@pytest.mark.parametrize("function", [plain, sphinx])
def test_arguments_are_described_in_the_usual_ways(function: Callable[..., None]) -> None:
    made = Tool.of(function)
    assert made.description == "Do the thing in two lines.\n\nAnd more: it is careful."
    said = {name: schema.get("description") for name, schema in made.parameters["properties"].items()}
    assert said == {
        "a": "the first and its second line",
        "b": "the second: with a colon",
        "c": "from the hint",
        "d": None,
    }


def test_a_google_docstring_ends_at_its_sections_and_a_hint_outweighs_it() -> None:
    made = Tool.of(google)
    assert made.description == "Do the thing in two lines.\n\nAnd more: it is careful."
    assert made.parameters["properties"]["b"]["description"] == "the second: with a colon"
    assert made.parameters["properties"]["c"]["description"] == "from the hint"


def test_a_function_without_words_has_none() -> None:
    def quiet(a: int) -> None: ...

    assert Tool.of(quiet).description == ""


# -- what cannot be a tool


async def streamed(a: int) -> AsyncIterator[int]:
    yield a


def generated(a: int) -> Iterator[int]:
    yield a


def bare(a, b: int = 1) -> None: ...  # type: ignore[no-untyped-def]


def scattered(*numbers: int) -> None: ...


def open_ended(**named: int) -> None: ...


def by_place(a: int, /) -> None: ...


def called_back(a: Callable[[int], int]) -> None: ...


def plugged(a: socket.socket) -> None: ...


def misnamed(page: Screen) -> None: ...


def unknown(a: "Nowhere") -> None: ...  # type: ignore[name-defined]  # noqa: F821


@dataclass
class Tree:
    branches: "list[Tree]" = field(default_factory=list)


def endless(a: Tree) -> None: ...


class Thing:
    def method(self, a: int) -> None: ...

    def __call__(self, a: int) -> None: ...


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (streamed, "streamed is a generator"),
        (generated, "generated is a generator"),
        (bare, "bare: parameter 'a' has no type hint"),
        (scattered, "scattered: parameter 'numbers' cannot be given by name"),
        (open_ended, "open_ended: parameter 'named' cannot be given by name"),
        (by_place, "by_place: parameter 'a' cannot be given by name"),
        (called_back, "called_back: parameter 'a' has a hint without a JSON schema"),
        (plugged, "plugged: parameter 'a' has a hint without a JSON schema: Unable to generate"),
        (misnamed, "misnamed: parameter 'page' has a hint without a JSON schema"),
        (misnamed, "the run gives a Screen as 'screen' and a device as 'device'"),
        (unknown, "unknown: parameter 'a' has a hint that cannot be read where it is defined: name 'Nowhere'"),
        (endless, "endless: parameter 'a' has a hint without a JSON schema: it contains itself"),
        (Thing(), "a tool is made from a function or a bound method"),
        (lambda: 1, "a tool's name is letters, digits and _, at most 64; this one is '<lambda>'"),
        (print, "print: a tool is made from a function or a bound method"),
        (Thing, "Thing: a tool is made from a function or a bound method"),
    ],
)
def test_what_cannot_be_a_tool_is_refused_by_name(function: Any, words: str) -> None:
    for make in (tool, Tool.of, lambda f: Tools([f])):
        with pytest.raises(BadTool, match=re.escape(words)) as problem:
            make(function)
        assert "\n" not in str(problem.value)


def test_a_method_is_refused_until_it_is_bound() -> None:
    words = "method: parameter 'self': a method becomes a tool once it is bound: Tool.of(thing.method)"
    for make in (Tool.of, lambda f: Tools([f])):
        with pytest.raises(BadTool, match=re.escape(words)):
            make(Thing.method)


def test_a_bound_method_cannot_be_marked() -> None:
    with pytest.raises(BadTool, match=re.escape("method is a bound method, which cannot be marked; use Tool.of(...)")):
        tool(Thing().method)


# -- conversion


def test_places_reach_the_function_as_places_however_deep() -> None:
    got: list[Any] = []

    def go(trip: Trip, boxes: dict[str, Box], at: Point | None = None) -> None:
        got.extend([trip.stops[0].place, boxes["a"], at])

    tools = Tools([go])
    arguments = {"trip": {"stops": [{"place": [1, 2.5]}]}, "boxes": {"a": [1, 2, 3, 4]}, "at": [3, 4]}
    tools["go"].function(**(tools["go"].signature or pytest.fail("it has hints")).convert(arguments))
    assert got == [Point(1.0, 2.5), Box(1.0, 2.0, 3.0, 4.0), Point(3.0, 4.0)]


class Strict(BaseModel):
    """A model that takes nothing but the very type."""

    model_config = ConfigDict(strict=True)
    day: date
    at: tuple[int, str]
    who: set[str] = set()


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"]
    tricks: list[str] = []


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]


@pytest.mark.parametrize(
    ("hint", "given", "value"),
    [
        (Color, "blue", Color.BLUE),
        (Literal["up", 1], 1, 1),
        (date, "2026-03-01", date(2026, 3, 1)),
        (datetime, "2026-03-01T10:30:00+01:00", datetime(2026, 3, 1, 10, 30, tzinfo=timezone(timedelta(hours=1)))),
        (time, "10:30", time(10, 30)),
        (timedelta, "PT90M", timedelta(minutes=90)),
        (Decimal, "12.50", Decimal("12.50")),
        (UUID, "12345678-1234-5678-1234-567812345678", UUID("12345678-1234-5678-1234-567812345678")),
        (Optional[date], None, None),  # noqa: UP045 - users still write it
        (date | None, "2026-03-01", date(2026, 3, 1)),
        (int | str, "7", "7"),
        (int | str, 7, 7),
        (list[Color], ["red"], [Color.RED]),
        (dict[str, Stop], {"a": {"place": [1, 2]}}, {"a": Stop(Point(1, 2))}),
        (tuple[int, str], [1, "a"], (1, "a")),
        (set[int], [1, 2], {1, 2}),
        (Options, {"loud": True}, {"loud": True}),
        (Trip, {"stops": []}, Trip(stops=[])),
        (list[Trip] | None, [{"stops": []}], [Trip(stops=[])]),
        (
            Strict,
            {"day": "2026-03-01", "at": [1, "a"], "who": ["x"]},
            Strict(day=date(2026, 3, 1), at=(1, "a"), who={"x"}),
        ),
        (Pet, {"kind": "dog", "tricks": ["sit"]}, Dog(kind="dog", tricks=["sit"])),
        (Annotated[list[Pet], "all of them"], [{"kind": "cat"}], [Cat(kind="cat")]),
    ],
)
def test_a_value_reaches_the_function_as_the_type_of_its_hint(hint: Any, given: Any, value: Any) -> None:
    got: list[Any] = []

    def take(value: Any) -> None:
        got.append(value)

    take.__annotations__["value"] = hint
    tools = Tools([take])
    call = ToolCall("take", json.loads(json.dumps({"value": given})))
    tools.check(call)
    device: Any = None
    screen: Any = None
    tools.run(call, device, screen)
    assert got == [value]
    assert type(got[0]) is type(value)


def test_what_only_the_type_can_refuse_is_a_bad_call_too() -> None:
    def on(day: date, color: Color = Color.RED) -> None: ...

    tools = Tools([on])
    tools.check(ToolCall("on", {"day": "2026-01-31", "color": "blue"}))
    with pytest.raises(BadCall, match="on: day: Input should be a valid date"):
        tools.check(ToolCall("on", {"day": "2026-01-32"}))
    with pytest.raises(BadCall, match="on: color: 'green' is not one of"):
        tools.check(ToolCall("on", {"day": "2026-01-31", "color": "green"}))


# -- the cost, and the types


def test_importing_the_registry_brings_pydantic_and_pillow_and_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import handsight.tools.registry; print(*set(sys.modules) - before)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    tops = {name.split(".")[0] for name in run.stdout.split() if not name.startswith("_")}
    assert tops - sys.stdlib_module_names <= {
        *("handsight", "pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"),
        *("PIL", "defusedxml"),
    }


USER_CODE = """
from handsight.tools.registry import tool

@tool
def add(a: int, b: int = 1) -> int:
    return a + b

@tool(name="sub", risky=True)
def subtract(a: int, b: int) -> int:
    return a - b

class Shelf:
    @tool(timeout_s=3)
    async def find(self, title: str) -> bool:
        return bool(title)

    @tool
    @staticmethod
    def rules() -> str:
        return "Be quiet."

reveal_type(add)
reveal_type(subtract)
add("one")
reveal_type(Shelf().find)
reveal_type(Shelf.rules())
"""


def test_a_type_checker_sees_a_marked_function_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    api = pytest.importorskip("mypy.api")
    (tmp_path / "mine.py").write_text(USER_CODE)
    monkeypatch.setenv("MYPYPATH", os.pathsep.join([str(tmp_path), os.environ.get("MYPYPATH", "")]).rstrip(os.pathsep))
    modules = ["-m", "mine", "-m", "handsight.tools.registry"]
    said, _, _ = api.run(["--strict", "--config-file=", "--follow-imports=skip", f"--cache-dir={tmp_path}", *modules])
    if "Can't find package" in said or "Cannot find implementation or library stub" in said:
        pytest.skip("handsight is not installed where mypy looks")
    lines = [line.replace("builtins.", "").partition(": ")[2] for line in said.splitlines() if "mine.py" in line]
    assert lines[:2] == [
        'note: Revealed type is "def (a: int, b: int =) -> int"',
        'note: Revealed type is "def (a: int, b: int) -> int"',
    ]
    assert lines[2].startswith('error: Argument 1 to "add" has incompatible type "str"')
    assert lines[3] == 'note: Revealed type is "def (title: str) -> typing.Coroutine[Any, Any, bool]"'
    assert lines[4] == 'note: Revealed type is "str"'
    assert len(lines) == 5
