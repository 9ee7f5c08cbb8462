"""A device brings acts of its own: they are tools like any other, in every dialect, under the same rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Annotated, Any

import pytest
from PIL import Image
from pydantic import Field

from handsight import ScriptedModel, open_agent, tool
from handsight.devices.base import Act, Acts
from handsight.errors import BadCall, BadTool, ToolFailed, UnknownName
from handsight.families import DIALECTS
from handsight.prompts.dialect import ChatDialect
from handsight.prompts.functions import Functions
from handsight.tools.gestures import acts_of, gestures_for
from handsight.tools.registry import Tools
from handsight.tools.session import session_tools
from handsight.types import Point, Reply, Screen, ToolCall, Trajectory
from handsight.wiring import assemble, open_dialect, read_rules

DOORS = {"type": "object", "properties": {"door": {"enum": ["front", "back"]}}, "required": ["door"]}


class Rover:
    """A device of a user's own, with an act of each kind: a function, a method under @tool, a schema."""

    name = "rover"

    def __init__(self) -> None:
        self.did: list[Any] = []

    def screenshot(self) -> Screen:
        return Screen(Image.new("RGB", (200, 100)))

    def close(self) -> None: ...

    def acts(self) -> Iterable[Act | Callable[..., Any]]:
        return [self.drive, self.honk, Act("open", "Open a door.", DOORS, self.door, risky=True)]

    def drive(self, to: Point, screen: Screen, speed: Annotated[float, Field(gt=0, le=3)] = 1.0) -> str:
        """Drive to a place.

        Args:
            to: the place, on the ground
        """
        self.did.append((to, screen.size, speed))
        return "It is there."

    @tool(name="sound_horn")
    def honk(self) -> None:
        """Sound the horn."""
        raise RuntimeError("the horn is broken")

    def door(self, **arguments: Any) -> str:
        self.did.append(arguments)
        return "Open."


class Toucher(Rover):
    """One that can be touched as well."""

    def tap(self, at: Point, on: Screen) -> None: ...

    def long_press(self, at: Point, seconds: float, on: Screen) -> None: ...

    def swipe(self, start: Point, end: Point, seconds: float, on: Screen) -> None: ...


def says(name: str, **arguments: Any) -> str:
    return f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"


def run(device: Rover, name: str, /, **arguments: Any) -> str:
    tools, call = Tools(gestures_for(device)), ToolCall(name, arguments)
    tools.check(call)
    return tools.run(call, device, device.screenshot()).text


def test_acts_are_offered_beside_the_gestures_of_what_the_device_satisfies() -> None:
    assert isinstance(Rover(), Acts)
    assert [tool.name for tool in gestures_for(Rover())] == ["drive", "sound_horn", "open"]
    assert [tool.name for tool in gestures_for(Toucher())][:3] == ["tap", "long_press", "swipe"]
    assert [tool.name for tool in acts_of(Toucher())] == ["drive", "sound_horn", "open"]
    assert [tool.risky for tool in acts_of(Rover())] == [False, False, True]


def test_an_act_gets_what_it_asks_for_and_its_answer_is_told() -> None:
    rover = Rover()
    assert run(rover, "drive", to=[20, 30], speed=2) == "It is there."
    assert run(rover, "open", door="back") == "Open."
    assert rover.did == [(Point(20, 30), (200, 100), 2.0), {"door": "back"}]


def test_an_act_is_held_to_its_schema() -> None:
    rover = Rover()
    for name, arguments in (("drive", {"to": [1]}), ("drive", {"to": [1, 1], "speed": 9}), ("open", {"door": "side"})):
        with pytest.raises(BadCall):
            run(rover, name, **arguments)
    assert rover.did == []


def test_what_an_act_raises_is_told_to_the_model() -> None:
    with pytest.raises(ToolFailed, match="RuntimeError: the horn is broken"):
        run(Rover(), "sound_horn")


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (Act("two words", "", DOORS, print), "a tool's name is letters, digits and _"),
        (Act("open", "", {"type": "array"}, print), "open: the schema of a tool's arguments has type 'object'"),
        (Act("press", "Press a door.", DOORS, print), "press is the name of a gesture; give that act of rover another"),
        (3, "a tool is made from a function"),
    ],
)
def test_an_act_that_can_be_no_tool_says_why(act: Any, said: str) -> None:
    class Broken(Rover):
        def acts(self) -> Iterable[Act | Callable[..., Any]]:
            return [act]

    with pytest.raises(BadTool, match=said):
        gestures_for(Broken())


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_every_dialect_offers_the_acts_and_no_gesture_that_the_device_has_not_got(name: str) -> None:
    tools = Tools([*gestures_for(Rover()), *session_tools()])
    dialect = open_dialect(name)
    assert isinstance(dialect, ChatDialect)
    functions = Functions(tools, dialect.vocabulary)
    assert {action.tool for action in functions.actions.offered} | functions.own.keys() == {t.name for t in tools}
    trajectory = Trajectory("Drive into the garage")
    screen = trajectory.add_step().screen = Rover().screenshot()
    prompt = dialect.render(trajectory, tools)
    told = "".join(part for m in prompt.messages for part in m.parts if isinstance(part, str)) + str(prompt.functions)
    for word in ("drive", "sound_horn", "open"):
        assert word in told
    whole = Functions(Tools([*gestures_for(Toucher()), *session_tools()]), dialect.vocabulary)
    for action in whole.actions.offered:
        if action.tool in ("tap", "long_press", "swipe"):
            assert f"{action.name}(" not in told
            assert f"'{action.name}'" not in told
            assert f'"{action.name}"' not in told
    place = dialect.space(screen).to_pixels([10, 10])
    for call in (ToolCall("drive", {"to": place}), ToolCall("sound_horn", {}), ToolCall("open", {"door": "front"})):
        assert dialect.parse(Reply(dialect.write(call, screen, tools)), screen, tools) == (call,)


def test_rules_know_the_acts_of_the_device_that_is_open() -> None:
    script = [says("drive", to=[500, 500]), says("open", door="front"), says("open", door="back")]
    end = says("mobile_use", action="terminate", status="success")
    with open_agent(Rover(), ScriptedModel([*script, end]), allow=["open"], deny=["drive"]) as agent:
        done = agent.run("Drive in")
        assert [bool(step.result) for step in done.steps] == [False, True, True, False]
        assert agent.device.did == [{"door": "front"}, {"door": "back"}]  # type: ignore[attr-defined]
    with open_agent(Rover(), ScriptedModel(script[1:])) as agent:
        done = agent.run("Drive in")
        assert done.outcome
        assert done.outcome.kind == "needs_human"
    with pytest.raises(UnknownName, match="a rule names 'fly', which is no tool here; there are: .*drive"):
        assemble(Rover(), ScriptedModel([]), open_dialect("nous"), allow=["fly"])


def test_a_rule_is_taken_as_it_is_while_it_is_not_known_which_acts_a_device_brings() -> None:
    (rule,) = read_rules(["fly"], [], device="gym:Cave-v0")
    assert rule.tool == "fly"
    assert read_rules(["fly"], [], device=f"{__name__}:Rover")
    for device in (None, "virtual", "desktop", "emulator-5554"):
        with pytest.raises(UnknownName, match="a rule names 'fly'"):
            read_rules(["fly"], [], device=device)


def test_two_acts_may_not_have_one_name() -> None:
    class Twice(Rover):
        def acts(self) -> Iterable[Act | Callable[..., Any]]:
            return [self.drive, Act("drive", "Drive.", DOORS, print)]

    with pytest.raises(BadTool, match="two tools are called 'drive'"):
        gestures_for(Twice())


def test_an_act_may_not_take_the_name_of_a_users_tool() -> None:
    @tool
    def drive() -> None:
        """Drive."""

    with pytest.raises(BadTool, match="two tools are called 'drive'"):
        assemble(Rover(), ScriptedModel([]), open_dialect("nous"), [drive])
