"""What a client's calls do, without the protocol around them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PIL import Image

from handsight import ScriptedModel, tool
from handsight.errors import BadCall, BadTool, DeviceLost, NeedsHuman, UserStopped
from handsight.serving import Served
from handsight.store import Store, load
from handsight.types import Point, Screen
from handsight.wiring import assemble, open_dialect

from ..tools.test_mcp import DONE, said


@dataclass
class Glass:
    """A device of any size that keeps where it was touched, in the pixels of its own screen."""

    size: tuple[int, int] = (1080, 2400)
    name: str = "glass"
    touched: list[Point] = field(default_factory=list)
    looks: int = 0
    lost: bool = False

    def screenshot(self) -> Screen:
        if self.lost:
            raise DeviceLost("the cable is out")
        self.looks += 1
        return Screen(Image.new("RGB", self.size), f"look {self.looks}")

    def tap(self, at: Point, on: Screen) -> None:
        assert on.size == self.size
        self.touched.append(at)

    def long_press(self, at: Point, seconds: float, on: Screen) -> None:
        self.touched.append(at)

    def swipe(self, start: Point, end: Point, seconds: float, on: Screen) -> None:
        self.touched += [start, end]

    def close(self) -> None:
        pass


class Somebody:
    """A caller who says the same to every question."""

    def __init__(self, says: bool | str | None = None) -> None:
        self.says, self.can_ask = says, says is not None
        self.stop = Event()
        self.asked: list[str] = []
        self.heard: list[tuple[int, str]] = []

    def allows(self, question: str) -> bool:
        self.asked.append(question)
        return bool(self.says)

    def answers(self, question: str) -> str:
        self.asked.append(question)
        return str(self.says)

    def hears(self, steps: int, said: str) -> None:
        self.heard.append((steps, said))


def serve(device: Any, replies: Any = (), own: Any = (), **how: Any) -> Served:
    model = ScriptedModel(replies)
    agent = assemble(device, model, open_dialect(), own)
    return Served(agent, lambda question, screen: f"{question} {screen.app}", own, **how)


def corners(size: tuple[int, int]) -> Iterator[tuple[float, float]]:
    width, height = size
    yield from [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1), (width / 3, height / 7)]


@pytest.mark.parametrize("size", [(1080, 2400), (1920, 1080), (100, 200), (37, 1000)])
@pytest.mark.parametrize("tokens", [256, 1280])
def test_a_client_s_place_is_a_pixel_of_the_picture_it_was_sent(size: tuple[int, int], tokens: int) -> None:
    device = Glass(size)
    served = serve(device, screen_tokens=tokens)
    shown = served.call("screenshot", {}, Somebody())
    (image,) = shown.pictures
    assert shown.data
    assert (shown.data["width"], shown.data["height"]) == image.size
    assert image.width * image.height <= tokens * 28 * 28
    for x, y in corners(image.size):
        served.call("tap", {"at": [x, y]}, Somebody())
        there = device.touched[-1]
        assert 0 <= there.x < size[0]
        assert 0 <= there.y < size[1]
        assert abs(there.x * image.width / size[0] - x) <= 0.5
        assert abs(there.y * image.height / size[1] - y) <= 0.5


def test_a_place_needs_a_picture_it_was_taken_from() -> None:
    device = Glass()
    served = serve(device, [DONE])
    for name, arguments in [("tap", {"at": [1, 1]}), ("swipe", {"start": [1, 1], "end": [2, 2]})]:
        with pytest.raises(BadCall, match="take a screenshot first: (at|start) is in pixels of the last screenshot"):
            served.call(name, arguments, Somebody())
    served.call("screenshot", {}, Somebody())
    served.call("swipe", {"start": [1, 1], "end": [2, 2]}, Somebody())
    served.call("run_task", {"task": "x"}, Somebody())
    with pytest.raises(BadCall, match="take a screenshot first"):  # what it saw is no longer there
        served.call("tap", {"at": [1, 1]}, Somebody())
    assert len(device.touched) == 2


def test_what_a_device_cannot_do_is_not_offered() -> None:
    class Picture:
        name = "picture"

        def screenshot(self) -> Screen:
            return Screen(Image.new("RGB", (9, 9)))

        def close(self) -> None:
            pass

    assert [tool["name"] for tool in serve(Picture()).listed()] == ["screenshot", "run_task", "ask"]
    assert [tool["name"] for tool in serve(Glass()).listed()][3:] == ["tap", "long_press", "swipe"]


def test_what_only_this_device_can_do_is_offered_and_carried_out() -> None:
    class Car(Glass):
        def acts(self) -> list[Any]:
            return [self.park]

        def park(self, at: Point) -> str:
            """Park the car."""
            self.touched.append(at)
            return "It stands."

    car = Car((100, 200))
    served = serve(car)
    (park,) = [tool for tool in served.listed() if tool["name"] == "park"]
    assert "in pixels of the last screenshot you were sent" in park["parameters"]["properties"]["at"]["description"]
    served.call("screenshot", {}, Somebody())
    assert served.call("park", {"at": [50, 60]}, Somebody()).text == "It stands."
    assert len(car.touched) == 1


def test_a_tool_of_the_user_s_sees_the_screen_as_it_is_now_unless_it_is_given_a_place() -> None:
    @tool
    def app(screen: Screen) -> str:
        return screen.app

    @tool
    def app_at(at: Point, screen: Screen) -> str:
        return screen.app

    served = serve(Glass(), own=[app, app_at])
    served.call("screenshot", {}, Somebody())
    assert served.call("app", {}, Somebody()).text == "look 2"
    assert served.call("app_at", {"at": [1, 1]}, Somebody()).text == "look 1"


def test_a_tool_that_would_hide_one_of_ours_is_refused() -> None:
    @tool
    def screenshot() -> str:
        return "nothing"

    with pytest.raises(BadTool, match="two tools are called 'screenshot'"):
        serve(Glass(), own=[screenshot])


def test_a_risky_call_is_put_to_the_caller() -> None:
    done: list[str] = []

    @tool(risky=True)
    def launch() -> str:
        done.append("launched")
        return "gone"

    served = serve(Glass(), own=[launch])
    with pytest.raises(NeedsHuman, match="nobody is here to allow this: launch"):
        served.call("launch", {}, Somebody())
    yes = Somebody(True)
    assert served.call("launch", {}, yes).text == "gone"
    assert yes.asked == ["launch {} (launch is marked as risky)"]
    assert done == ["launched"]
    gone = Somebody(True)
    gone.stop.set()
    with pytest.raises(UserStopped):
        served.call("launch", {}, gone)
    assert done == ["launched"]


def test_a_task_is_told_of_asked_about_and_recorded(tmp_path: Path) -> None:
    question = '<tool_call>\n{"name": "ask_user", "arguments": {"question": "Which?"}}\n</tool_call>'
    replies = [said("mobile_use", action="click", coordinate=[500, 500]), question, DONE]
    device, caller = Glass(), Somebody("the red one")
    served = serve(device, replies, record=lambda task: Store.create(tmp_path / "run", task))
    done = served.call("run_task", {"task": "paint"}, caller)
    assert done.text.startswith("claimed")
    assert done.data == {
        "kind": "claimed",
        "message": done.data and done.data["message"],
        "answer": None,
        "steps": 3,
        "record": str(tmp_path / "run"),
    }
    assert caller.heard[0] == (1, "tap (540, 1200)")
    assert caller.asked == ["Which?"]
    kept = load(tmp_path / "run")
    assert kept.outcome
    assert kept.steps[1].result
    assert kept.steps[1].result.text == "the red one"


def test_each_task_begins_with_fresh_limits_and_ends_when_nobody_waits() -> None:
    click = said("mobile_use", action="click", coordinate=[500, 500])
    served = serve(Glass(), [click, click, DONE, click, DONE])
    served.agent.limits.steps = 2
    first = served.call("run_task", {"task": "x"}, Somebody())
    assert first.text.startswith("budget")
    assert served.call("run_task", {"task": "x"}, Somebody()).text.startswith("claimed")
    gone = Somebody()
    gone.stop.set()
    assert served.call("run_task", {"task": "x"}, gone).text.startswith("stopped")


def test_a_device_that_is_lost_is_said_and_stands_in_the_record(tmp_path: Path) -> None:
    device = Glass()
    served = serve(device, [DONE], record=lambda task: Store.create(tmp_path / "run", task))
    device.lost = True
    for name, arguments in [("screenshot", {}), ("ask", {"question": "What?"}), ("run_task", {"task": "x"})]:
        with pytest.raises(DeviceLost, match="the cable is out"):
            served.call(name, arguments, Somebody())
    assert "the cable is out" in (tmp_path / "run" / "run.jsonl").read_text()


def test_a_question_is_asked_about_the_screen_as_it_is_now() -> None:
    served = serve(Glass())
    served.call("screenshot", {}, Somebody())
    assert served.call("ask", {"question": "Where?"}, Somebody()).text == "Where? look 2"
    with pytest.raises(BadCall, match="ask: question: ''"):
        served.call("ask", {"question": ""}, Somebody())
