"""A function becomes a tool, a call is checked, and only then the function runs."""

import functools
import json
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from PIL import Image
from pydantic import BaseModel, Field, field_validator

from handsight.devices.base import Device, Touch
from handsight.errors import BadCall, BadTool, Denied, DeviceLost, Finished, NotFound, ToolFailed
from handsight.tools.registry import Tool, Tools, marked, tool
from handsight.types import Outcome, Picture, Point, Screen, ToolCall, ToolResult

SCREEN = Screen(Image.new("RGB", (4, 3)))


class Window:
    """A device that can be looked at and nothing else."""

    name = "window"

    def screenshot(self) -> Screen:
        return SCREEN

    def close(self) -> None: ...


WINDOW = Window()


def run(function: Tool | Callable[..., Any], /, **arguments: Any) -> ToolResult:
    """Check and run a function as a model's call would."""
    tools = Tools([function])
    (only,) = tools
    call = ToolCall(only.name, arguments)
    tools.check(call)
    return tools.run(call, WINDOW, SCREEN)


@tool
def add(a: int, b: Annotated[int, "the second number"] = 1) -> int:
    """Add two numbers.

    Args:
        a: the first number
    """
    return a + b


def test_ten_lines_of_the_users_own_are_a_tool() -> None:
    expenses: list[tuple[float, str]] = []

    @tool
    def log_expense(amount: float, what: Annotated[str, "what was bought"]) -> str:
        """Write down an expense.

        amount: in euros
        """
        expenses.append((amount, what))
        return f"{len(expenses)} so far"

    (made,) = Tools([log_expense])
    assert (made.name, made.description, made.risky) == ("log_expense", "Write down an expense.", False)
    assert made.parameters["properties"]["amount"] == {"type": "number", "description": "in euros"}
    assert run(log_expense, amount=3, what="tea").text == "1 so far"
    assert expenses == [(3.0, "tea")]


def test_a_marked_function_stays_a_plain_function() -> None:
    assert add(1, b=2) == 3
    assert add.__name__ == "add"


def test_what_is_marked_can_be_told_from_what_is_not() -> None:
    made = marked(add)
    assert made is not None
    assert (made.name, made.function) == ("add", add)
    assert Tools([add])["add"] is made
    assert marked(run) is None
    assert marked(3) is None


def test_a_tool_can_be_named_and_marked_risky() -> None:
    @tool(name="pay_bill", risky=True)
    def pay(amount: int) -> None:
        """Pay."""

    (made,) = Tools([pay])
    assert (made.name, made.risky) == ("pay_bill", True)


def test_a_decorator_around_a_marked_function_is_not_bypassed() -> None:
    @tool(name="sum", risky=True)
    def add_up(a: int, b: int = 2) -> int:
        return a + b

    @functools.wraps(add_up)
    def twice(*args: Any, **named: Any) -> int:
        return 2 * add_up(*args, **named)

    (made,) = Tools([twice])
    assert (made.name, made.risky) == ("sum", True)
    assert run(twice, a=40).text == "84"


def test_a_bound_method_is_a_tool_without_self() -> None:
    class Counter:
        total = 0

        def count(self, by: int) -> int:
            """Count up."""
            self.total += by
            return self.total

    counter = Counter()
    made = Tool.of(counter.count, risky=True)
    assert (list(made.parameters["properties"]), made.risky) == (["by"], True)
    assert run(made, by=2).text == "2"
    assert run(counter.count, by=2).text == "4"


def test_tools_are_found_by_name_and_kept_in_order() -> None:
    def zoo() -> None: ...

    tools = Tools([zoo, add])
    assert [t.name for t in tools] == ["zoo", "add"]
    assert len(tools) == 2
    assert "add" in tools
    assert "sub" not in tools
    assert tools["add"].function is add
    assert len(Tools()) == 0


def test_two_tools_of_one_name_are_refused() -> None:
    with pytest.raises(BadTool, match="two tools are called 'add'"):
        Tools([add, Tool("add", "", {"type": "object"}, print)])


@pytest.mark.parametrize("name", ["", "1st", "pay-bill", "a b", "a" * 65, "naïve", "x\n"])
def test_a_name_that_models_cannot_call_is_refused(name: str) -> None:
    with pytest.raises(BadTool, match="a tool's name is letters, digits and _"):
        Tool(name, "", {"type": "object"}, print)


# -- a schema of one's own


def test_a_schema_of_ones_own_gets_the_arguments_as_json() -> None:
    schema = {
        "type": "object",
        "properties": {"at": {"$ref": "#/$defs/place"}},
        "additionalProperties": False,
        "$defs": {"place": {"type": "array", "format": "point"}},
    }
    given: list[dict[str, Any]] = []
    made = Tool("look", "Look.", schema, lambda **arguments: given.append(arguments))
    run(made, at=[1, 2])
    assert given == [{"at": [1, 2]}]
    with pytest.raises(BadCall, match="look: at: 3 is not of type 'array'"):
        run(made, at=3)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "objekt"}, "'objekt' is not valid under any of the given schemas"),
        ({"type": "object", "required": "a"}, "required: 'a' is not of type 'array'"),
        ({"type": "object", "properties": {"a": {"pattern": "("}}}, "properties.a.pattern: '(' is not a 'regex'"),
        ({"type": "object", "properties": {"a": {"$ref": "#/$defs/b"}}}, "the schema refers to what it does not hold"),
        ({"type": "object", "$ref": "http://127.0.0.1:9/schema.json"}, "the schema refers to what it does not hold"),
        ({"properties": {}}, "has type 'object'; this one is {'properties': {}}"),
        (True, "has type 'object'; this one is True"),
    ],
)
def test_a_malformed_schema_is_refused_in_the_validators_words(schema: Any, words: str) -> None:
    with pytest.raises(BadTool, match=f"^broken: .*{re.escape(words)}"):
        Tool("broken", "", schema, print)


# -- the check


def test_an_unknown_name_is_answered_with_the_near_ones() -> None:
    def take_away(a: int) -> None: ...

    tools = Tools([add, take_away])
    with pytest.raises(BadCall, match="there is no tool 'addd'; did you mean add"):
        tools.check(ToolCall("addd"))
    with pytest.raises(BadCall, match="there is no tool 'fly'; the tools are add, take_away"):
        tools.check(ToolCall("fly"))
    with pytest.raises(BadCall, match="the tools are none"):
        Tools().run(ToolCall("x" * 1000), WINDOW, SCREEN)


@dataclass
class Trip:
    days: list[int]
    to: str = ""


def test_what_is_wrong_is_said_by_its_place_all_of_it_and_shortly() -> None:
    def plan(trip: Trip, at: Point, name: str, level: int | None = None) -> None: ...

    good = {"trip": {"days": [1]}, "at": [1, 2], "name": "x"}
    for wrong, words in [
        ({}, "'trip' is a required property; 'at' is a required property; 'name' is a required property"),
        ({**good, "at": [1, "2"]}, "at[1]: '2' is not of type 'number'"),
        ({**good, "at": [1]}, "at: [1] is too short"),
        ({**good, "trip": {"days": [1, 2.5]}}, "trip.days[1]: 2.5 is not of type 'integer'"),
        (
            {**good, "trip": {"days": [], "by": "bus"}},
            "trip: Additional properties are not allowed ('by' was unexpected)",
        ),
        ({**good, "level": "high"}, "level: 'high' is not of type 'integer' or 'high' is not of type 'null'"),
        ({**good, "name": 1, "x": 1}, "Additional properties are not allowed ('x' was unexpected); name: 1 is not"),
        ({"at": 1, "x": 1, "y": 1}, "; and 1 more"),
        ({**good, "level": float("nan")}, "the arguments are not JSON: Out of range float values"),
        ({**good, "name": "\ud800"}, "the arguments are not JSON: "),
        ({**good, "name": WINDOW}, "the arguments are not JSON: "),
    ]:
        with pytest.raises(BadCall, match="^plan: ") as problem:
            run(plan, **wrong)
        assert words in str(problem.value)
    with pytest.raises(BadCall) as problem:
        run(plan, **{**good, "at": "x" * 5000})
    assert len(str(problem.value)) < 400
    assert str(problem.value).endswith("is not of type 'array'")


def test_arguments_may_be_any_mapping() -> None:
    tools = Tools([add])
    tools.check(ToolCall("add", MappingProxyType({"a": 1})))


def test_a_type_of_ones_own_may_refuse_what_the_schema_lets_through() -> None:
    class Even(BaseModel):
        number: int

        @field_validator("number")
        @classmethod
        def even(cls, number: int) -> int:
            if number % 2:
                raise ValueError("must be even")
            if not number:
                raise KeyError(number)
            return number

    ran = []

    def halve(even: Even) -> None:
        ran.append(even)

    with pytest.raises(BadCall, match=re.escape("halve: even.number: Value error, must be even")):
        run(halve, even={"number": 3})
    with pytest.raises(ToolFailed, match="KeyError: 0"):
        run(halve, even={"number": 0})
    assert not ran


def test_a_call_that_was_not_checked_is_checked_when_it_runs() -> None:
    with pytest.raises(BadCall, match="add: 'a' is a required property"):
        Tools([add]).run(ToolCall("add"), WINDOW, SCREEN)


patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
short = st.text("aü1 ", max_size=3)
leaves = st.none() | st.booleans() | st.integers(-9, 99) | st.floats(-9, 99) | short | st.just(10**30)
json_values = st.one_of(
    leaves, st.lists(leaves, max_size=3), st.dictionaries(st.sampled_from(["days", "to", "z"]), leaves | st.just([1]))
)


class Level(BaseModel):
    days: list[int]
    to: str | None = None


CORNER = Point(0.0, 0.0)
received: list[dict[str, Any]] = []


@tool
def anything(
    number: int = 0,
    real: Annotated[float, Field(ge=0, le=60)] = 1.0,
    text: str = "",
    flag: bool = False,
    names: list[str] | None = None,
    either: int | str = 0,
    table: dict[str, float] | None = None,
    trip: Trip | None = None,
    level: Level | None = None,
    at: Point = CORNER,
) -> None:
    received.append(dict(locals()))


IS: dict[str, Callable[[Any], bool]] = {
    "number": lambda v: type(v) is int,
    "real": lambda v: type(v) is float and 0 <= v <= 60,
    "text": lambda v: type(v) is str,
    "flag": lambda v: type(v) is bool,
    "names": lambda v: v is None or (type(v) is list and all(type(n) is str for n in v)),
    "either": lambda v: type(v) in (int, str),
    "table": lambda v: v is None or (type(v) is dict and all(type(n) is float for n in v.values())),
    "trip": lambda v: v is None or (type(v) is Trip and all(type(d) is int for d in v.days) and type(v.to) is str),
    "level": lambda v: v is None or (type(v) is Level and (v.to is None or type(v.to) is str)),
    "at": lambda v: type(v) is Point and type(v.x) is type(v.y) is float,
}


@patient
@given(st.dictionaries(st.sampled_from([*IS, "unknown"]), json_values, max_size=3))
def test_every_call_is_converted_to_its_hints_or_refused_and_never_half_run(arguments: dict[str, Any]) -> None:
    received.clear()
    if Draft202012Validator(Tools([anything])["anything"].parameters).is_valid(arguments):
        run(anything, **arguments)
        (got,) = received
        assert "unknown" not in arguments
        assert all(fits(got[name]) for name, fits in IS.items())
    else:
        with pytest.raises(BadCall) as problem:
            run(anything, **arguments)
        assert not received
        assert "\n" not in str(problem.value)
        assert any(name in str(problem.value) for name in arguments)


trips = st.fixed_dictionaries({"days": st.lists(st.integers()), "to": short})
valid = st.fixed_dictionaries(
    {},
    optional={
        "number": st.integers(),
        "real": st.floats(0, 60) | st.integers(0, 60),
        "text": st.text(st.characters(exclude_categories=["Cs"])),
        "flag": st.booleans(),
        "names": st.none() | st.lists(short),
        "either": st.integers() | short,
        "table": st.none() | st.dictionaries(short, st.floats(allow_nan=False, allow_infinity=False)),
        "trip": st.none() | trips,
        "level": st.none() | trips,
        "at": st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2),
    },
)


@patient
@given(valid)
def test_every_valid_call_reaches_the_function_with_its_values(arguments: dict[str, Any]) -> None:
    received.clear()
    run(anything, **json.loads(json.dumps(arguments)))
    (got,) = received
    for name, value in arguments.items():
        plain = getattr(got[name], "__dict__", got[name])
        assert (list(plain.values()) if name == "at" else plain) == value


# -- what the run gives


def test_screen_and_device_are_given_by_the_run_and_hidden_from_the_model() -> None:
    def look(screen: Screen, closely: bool, device: Device) -> str:
        return f"{screen.size} {closely} {device.name}"

    (made,) = Tools([look])
    assert list(made.parameters["properties"]) == made.parameters["required"] == ["closely"]
    assert run(look, closely=True).text == "(4, 3) True window"
    with pytest.raises(BadCall, match="'device' was unexpected"):
        run(look, closely=True, device="mine")


def test_a_device_is_given_only_where_it_can_do_what_the_tool_needs() -> None:
    def poke(device: Touch) -> None: ...

    def peek(device: Window) -> str:
        return device.name

    with pytest.raises(ToolFailed, match="poke needs a device with Touch; window has not got it"):
        run(poke)
    assert run(peek).text == "window"


def test_another_parameter_may_be_called_screen_or_device() -> None:
    def buy(device: str, screen: int) -> str:
        return f"{device} {screen}"

    assert run(buy, device="phone", screen=6).text == "phone 6"


# -- what comes back


class Shop(BaseModel):
    name: str
    open: bool = True


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "Done."),
        ("as it is\n", "as it is\n"),
        ("", ""),
        (True, "true"),
        (3, "3"),
        (2.5, "2.5"),
        ({"a": [1, "ü"]}, '{"a":[1,"ü"]}'),
        ((1, 2), "[1,2]"),
        (Trip([1], "Rome"), '{"days":[1],"to":"Rome"}'),
        ([Shop(name="Corner")], '[{"name":"Corner","open":true}]'),
        (Path("a/b"), '"a/b"'),
        ("\udcff", "?"),
    ],
)
def test_what_a_function_returns_becomes_text(value: Any, text: str) -> None:
    def give() -> Any:
        return value

    assert run(give).text == text


def test_pictures_come_back_as_pictures() -> None:
    image = Image.new("RGB", (2, 2))

    def one() -> Image.Image:
        return image

    def several() -> tuple[Any, ...]:
        return "two:", image, Picture(image, sent=(1, 1)), {"n": 2}

    def whole() -> ToolResult:
        return ToolResult("mine", (Picture(image),), seconds=99)

    assert run(one).pictures[0].image is image
    assert run(one).text == ""
    result = run(several)
    assert result.text == 'two:\n{"n":2}'
    assert [p.sent for p in result.pictures] == [None, (1, 1)]
    assert (run(whole).text, len(run(whole).pictures)) == ("mine", 1)
    assert run(whole).seconds < 99


def test_long_text_is_cut_and_says_so() -> None:
    def read_all() -> str:
        return "x" * 8100

    assert run(read_all).text == "x" * 8000 + "\n[100 more characters were left out]"


def test_what_is_no_result_is_a_failure_in_words() -> None:
    def opened() -> Any:
        return {"at": socket.socket}

    def circle() -> Any:
        made: list[Any] = []
        made.append(made)
        return made

    for function, kind in ((opened, "dict"), (circle, "list")):
        with pytest.raises(ToolFailed, match=f"{function.__name__} ran, but returned a {kind}: neither text, JSON nor"):
            run(function)


def test_a_result_that_breaks_while_it_is_read_is_a_failure_too() -> None:
    def halves() -> Any:
        return (6 // n for n in (3, 2, 1, 0))

    with pytest.raises(ToolFailed, match="ZeroDivisionError|neither text, JSON nor a picture"):
        run(halves)


def test_what_a_users_function_raises_is_told_to_the_model() -> None:
    def fail(how: str) -> None:
        if how == "long":
            raise ValueError("x" * 9000)
        {}[how]

    with pytest.raises(ToolFailed, match="^KeyError: 'now'$") as problem:
        run(fail, how="now")
    assert isinstance(problem.value.__cause__, KeyError)
    with pytest.raises(ToolFailed, match="left out"):
        run(fail, how="long")


@pytest.mark.parametrize(
    "error", [Finished(Outcome("claimed")), NotFound("x"), Denied("no"), DeviceLost("gone"), KeyboardInterrupt()]
)
def test_errors_with_a_meaning_of_their_own_pass_through(error: BaseException) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(type(error)) as raised:
        run(fail)
    assert raised.value is error


def test_a_bug_of_our_own_is_not_taken_for_the_models_mistake() -> None:
    def tap() -> None:
        raise ZeroDivisionError

    tap.__module__ = "handsight.tools.gestures"
    with pytest.raises(ZeroDivisionError):
        run(tap)
