"""Gestures go where they were aimed, while what they were aimed at is still there."""

import time
from typing import Any

import pytest
from PIL import Image

from handsight.errors import BadCall, DeviceLost, NotFound, TargetChanged
from handsight.tools.gestures import aim, gestures_for
from handsight.tools.registry import Tools
from handsight.types import Box, Point, Screen, ToolCall

SIZE = (400, 300)
NOT_THERE = [[-1, 10], [400, 10], [10, -0.5], [10, 300], [5000, 5000]]


class Paper:
    """A device of a user's own: a sheet that keeps the marks of a pen, and nothing else."""

    name = "paper"

    def __init__(self) -> None:
        self.sheet = Image.new("RGB", SIZE, "white")
        self.app = ""

    def screenshot(self) -> Screen:
        return Screen(self.sheet.copy(), app=self.app)

    def close(self) -> None: ...

    def tap(self, at: Point, on: Screen) -> None:
        self.paint(Box(at.x, at.y, at.x + 1, at.y + 1))

    def long_press(self, at: Point, seconds: float, on: Screen) -> None:
        self.paint(Box(at.x, at.y, at.x + 10 * seconds, at.y + 1))

    def swipe(self, start: Point, end: Point, seconds: float, on: Screen) -> None:
        self.paint(Box(start.x, start.y, end.x, start.y + 10 * seconds))

    def paint(self, box: Box, color: str = "black") -> None:
        self.sheet.paste(color, (round(box.left), round(box.top), round(box.right), round(box.bottom)))

    @property
    def marked(self) -> tuple[int, int, int, int] | None:
        """The box around all marks."""
        return self.sheet.convert("L").point(lambda light: 255 - light).getbbox()


class GlancedPaper(Paper):
    """Paper that can be looked at without waiting."""

    def glance(self) -> Screen:
        return self.screenshot()


class Typewriter:
    """A device that only takes text, and has apps by their names."""

    name = "typewriter"

    def __init__(self) -> None:
        self.text = ""

    def screenshot(self) -> Screen:
        return Screen(Image.new("RGB", SIZE))

    def close(self) -> None: ...

    def type_text(self, text: str) -> None:
        self.text += text

    def press(self, key: str) -> None:
        if key != "enter":
            raise NotFound(f"there is no key {key!r}; there is enter")
        self.text += "\n"

    def open_app(self, name: str) -> str:
        return f"app.{name.lower()}"


class Lost(Paper):
    """Paper that the wind took."""

    def glance(self) -> Screen:
        raise DeviceLost("the paper is gone")


def act(device: Any, name: str, screen: Screen | None = None, /, **arguments: Any) -> str:
    tools = Tools(gestures_for(device))
    call = ToolCall(name, arguments)
    tools.check(call)
    return tools.run(call, device, screen or device.screenshot()).text


def test_a_device_gives_the_gestures_that_it_can_do() -> None:
    assert [t.name for t in gestures_for(Paper())] == ["tap", "long_press", "swipe"]
    assert [t.name for t in gestures_for(Typewriter())] == ["type_text", "press", "open_app"]


@pytest.mark.parametrize("make", [Paper, GlancedPaper])
def test_touches_land_where_they_were_aimed(make: type[Paper]) -> None:
    for name, arguments, said, marked in [
        ("tap", {"at": [10, 20]}, "Tapped.", (10, 20, 11, 21)),
        ("tap", {"at": [399, 299.0]}, "Tapped.", (399, 299, 400, 300)),
        ("tap", {"at": [0, 0]}, "Tapped.", (0, 0, 1, 1)),
        ("long_press", {"at": [10, 20]}, "Pressed for 1 s.", (10, 20, 20, 21)),
        ("long_press", {"at": [10, 20], "seconds": 2.5}, "Pressed for 2.5 s.", (10, 20, 35, 21)),
        ("swipe", {"start": [10, 20], "end": [90, 20]}, "Swiped.", (10, 20, 90, 23)),
    ]:
        paper = make()
        assert act(paper, name, **arguments) == said
        assert paper.marked == marked


def test_a_place_off_the_screen_is_refused_and_nothing_is_touched() -> None:
    for place in NOT_THERE:
        for name, arguments in [
            ("tap", {"at": place}),
            ("long_press", {"at": place}),
            ("swipe", {"start": place, "end": [1, 1]}),
            ("swipe", {"start": [1, 1], "end": place}),
        ]:
            paper = GlancedPaper()
            with pytest.raises(BadCall, match="not on the screen"):
                act(paper, name, **arguments)
            assert paper.marked is None


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("tap", {"at": [50, 50]}), ("long_press", {"at": [50, 50]}), ("swipe", {"start": [50, 50], "end": [350, 250]})],
)
def test_a_target_that_changed_since_the_look_is_not_touched(name: str, arguments: dict[str, Any]) -> None:
    paper = GlancedPaper()
    seen = paper.screenshot()
    paper.paint(Box(0, 0, 150, 150), "red")
    before = paper.sheet.copy()
    with pytest.raises(TargetChanged, match="the screen changed there after you saw it; nothing was touched"):
        act(paper, name, seen, **arguments)
    assert paper.sheet.tobytes() == before.tobytes()
    assert act(paper, name, paper.screenshot(), **arguments)


def test_another_app_in_front_is_another_target() -> None:
    paper = GlancedPaper()
    paper.app = "app.mine"
    seen = paper.screenshot()
    paper.app = "app.yours"
    with pytest.raises(TargetChanged):
        act(paper, "tap", seen, at=[50, 50])


def test_a_change_elsewhere_does_not_stop_a_touch() -> None:
    paper = GlancedPaper()
    seen = paper.screenshot()
    paper.paint(Box(250, 150, 400, 300), "red")
    assert act(paper, "tap", seen, at=[50, 50]) == "Tapped."


def test_a_device_that_cannot_be_glanced_at_is_taken_at_its_word() -> None:
    paper = Paper()
    seen = paper.screenshot()
    paper.paint(Box(0, 0, 400, 300), "red")
    aim(paper, seen, Point(50, 50))


def test_a_device_that_is_lost_at_the_last_look_is_no_mistake_of_the_models() -> None:
    with pytest.raises(DeviceLost):
        act(Lost(), "tap", at=[5, 5])


def test_text_and_keys_reach_the_device_exactly() -> None:
    typewriter = Typewriter()
    assert act(typewriter, "type_text", text="Grüße, 你好 👍🏽 $(x) '\"\\n") == "Typed 22 characters."
    assert act(typewriter, "press", key="enter") == "Pressed enter."
    assert act(typewriter, "type_text", text="!") == "Typed 1 character."
    assert typewriter.text == "Grüße, 你好 👍🏽 $(x) '\"\\n\n!"
    with pytest.raises(NotFound, match="there is enter"):
        act(typewriter, "press", key="F13")


class Slate(Typewriter):
    """Can be wiped, and is hard to read."""

    remark = ""

    def type_text(self, text: str) -> str:  # type: ignore[override]
        super().type_text(text)
        return self.remark

    def clear_text(self) -> str:
        self.text = ""
        return self.remark


def test_a_field_is_emptied_where_the_device_can() -> None:
    assert "clear_text" not in [t.name for t in gestures_for(Typewriter())]
    slate = Slate()
    act(slate, "type_text", text="old")
    assert act(slate, "clear_text") == "Cleared."
    act(slate, "type_text", text="new")
    assert slate.text == "new"
    with pytest.raises(BadCall, match="text"):
        act(slate, "clear_text", text="old")


def test_what_the_device_remarks_is_told_to_the_model() -> None:
    slate = Slate()
    slate.remark = "It could not be read back."
    assert act(slate, "type_text", text="abc") == "Typed 3 characters. It could not be read back."
    assert act(slate, "clear_text") == "Cleared. It could not be read back."


def test_what_was_typed_is_not_repeated_for_it_may_be_a_secret() -> None:
    assert "hunter2" not in act(Typewriter(), "type_text", text="hunter2")


def test_an_app_is_opened_by_name_and_what_came_up_is_told() -> None:
    assert act(Typewriter(), "open_app", name="Clock") == "Opened Clock: app.clock came up."


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("tap", {}),
        ("tap", {"at": [1]}),
        ("tap", {"at": [1, 2, 3]}),
        ("tap", {"at": {"x": 1, "y": 2}}),
        ("tap", {"at": "1, 2"}),
        ("tap", {"at": [float("inf"), 2]}),
        ("tap", {"at": [1, 2], "seconds": 1}),
        ("long_press", {"at": [1, 2], "seconds": 0}),
        ("long_press", {"at": [1, 2], "seconds": 11}),
        ("swipe", {"start": [1, 2]}),
    ],
)
def test_a_malformed_touch_is_refused(name: str, arguments: dict[str, Any]) -> None:
    paper = Paper()
    with pytest.raises(BadCall):
        act(paper, name, **arguments)
    assert paper.marked is None


@pytest.mark.parametrize(("name", "argument"), [("type_text", "text"), ("press", "key"), ("open_app", "name")])
def test_nothing_is_not_typed_pressed_or_opened(name: str, argument: str) -> None:
    with pytest.raises(BadCall, match=argument):
        act(Typewriter(), name, **{argument: ""})


def test_a_touch_is_measured() -> None:
    paper = Paper()
    started = time.perf_counter()
    result = Tools(gestures_for(paper)).run(ToolCall("tap", {"at": [1, 1]}), paper, paper.screenshot())
    assert 0 < result.seconds <= time.perf_counter() - started
