"""A run becomes a task file: what was done and nothing else, in a hand's words."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from handsight import open_hand
from handsight.devices.android import open_virtual
from handsight.errors import BadTask, NotFound
from handsight.play.keeping import files, keep
from handsight.play.recording import Recorded, recorded
from handsight.play.taskfile import TaskStep, read_task
from handsight.sight.lines import Line
from handsight.store import load
from handsight.types import Box, Element, Outcome, Screen, Step, ToolCall, ToolResult, Trajectory

SIZE = (540, 1200)
FIELD = Element("Title", Box(20, 280, 520, 340), "field", id="org.example:id/title", clickable=True)
PASSWORD = Element("", Box(20, 480, 520, 540), "field", focused=True, password=True, clickable=True)
SLIDER = Element("Volume", Box(0, 580, 540, 620), "slider", id="org.example:id/volume", clickable=True)
SWITCH = Element("Wi-Fi", Box(0, 680, 540, 740), "switch", checked=False, clickable=True)


def screen(*words: str, settled: Any = "quiet", elements: Sequence[Element] = ()) -> Screen:
    """A screen with words down its left side; they are read by what is drawn, as a real one's are."""
    image = Image.new("RGB", SIZE, "white")
    for number, text in enumerate(words):
        ImageDraw.Draw(image).text((20, 40 + 100 * number), text, fill="black", font_size=24)
    image.info["words"] = words
    return Screen(image, settled=settled, elements=tuple(elements))


def read(image: Image.Image) -> list[Line]:
    words = image.info["words"]
    return [Line(text, Box(20, 40 + 100 * n, 20 + 14 * len(text), 70 + 100 * n)) for n, text in enumerate(words)]


def run(*done: tuple[ToolCall, Screen] | tuple[ToolCall, Screen, Exception], last: Screen | None = None) -> Trajectory:
    trajectory = Trajectory("Buy milk", outcome=Outcome("claimed"))
    for call, shown, *problem in done:
        step = trajectory.add_step()
        step.screen, step.call, step.over = shown, call, True
        step.problem = problem[0] if problem else None
        step.result = None if problem else ToolResult("Done.")
    if last:
        end = trajectory.add_step()
        end.screen, end.call, end.result = last, ToolCall("finish", {"success": True, "message": "done"}), ToolResult()
    return trajectory


def made(*done: Any, last: Screen | None = None) -> Recorded:
    return recorded(run(*done, last=last), read, "buy-milk")


def steps(*done: Any, last: Screen | None = None) -> list[tuple[str, Any, dict[str, Any]]]:
    found = made(*done, last=last).file.steps
    return [(step.verb, step.argument, dict(step.named)) for step in found if isinstance(step, TaskStep)]


def tap(x: float, y: float) -> ToolCall:
    return ToolCall("tap", {"at": [x, y]})


SWIPE = ToolCall("swipe", {"start": [270, 800], "end": [270, 400]})
A, B = screen("Notes", "Save", "Cancel"), screen("Other", "words", "there")


def test_a_place_is_named_by_what_stands_there() -> None:
    assert steps((tap(40, 155), A), (ToolCall("press", {"key": "back"}), B)) == [
        ("tap", "Save", {}),
        ("press", "back", {}),
    ]


def test_a_neighbour_that_is_the_same_words_read_again_is_named_by_nobody() -> None:
    button = Element("Save", Box(0, 120, 540, 190), "button", clickable=True)
    shown = screen("Notes", " Save", "Cancel", elements=[button])
    assert steps((tap(270, 155), shown)) == [("tap", "Save", {})]


def test_what_failed_and_what_changed_nothing_is_left_out() -> None:
    still = screen("Notes", "Save", "Cancel", settled="unchanged")
    done = steps(
        (tap(40, 155), A, NotFound("no")),
        (tap(40, 255), A),
        (tap(40, 155), still),
        (ToolCall("wait", {"seconds": 3}), B),
        (ToolCall("open_app", {"name": "Notes"}), B),
    )
    assert done == [("tap", "Save", {}), ("open", "Notes", {})]


def test_a_scroll_becomes_what_was_scrolled_for() -> None:
    assert steps((SWIPE, A), (SWIPE, B), (tap(40, 155), A)) == [("scroll_to", "Save", {}), ("tap", "Save", {})]
    up = ToolCall("swipe", {"start": [270, 400], "end": [270, 800]})
    assert steps((up, A), (tap(40, 155), B)) == [("scroll_to", "words", {"direction": "up"}), ("tap", "words", {})]
    assert steps((SWIPE, A), (ToolCall("press", {"key": "back"}), B))[0] == ("swipe", "down", {})
    wheel = ToolCall("scroll", {"direction": "down", "pixels": 300})
    assert steps((wheel, A), (tap(40, 155), B))[0] == ("scroll_to", "words", {})


def test_a_slider_is_dragged_and_not_scrolled() -> None:
    slid = ToolCall("swipe", {"start": [50, 600], "end": [400, 600]})
    found = made((slid, screen("Sound", elements=[SLIDER])), (ToolCall("press", {"key": "back"}), screen("Sound")))
    step = found.file.steps[0]
    assert isinstance(step, TaskStep)
    assert step.verb == "drag"
    assert step.anchor
    assert step.to_anchor
    assert step.to_anchor["element"]["part"] == [0.74, 0.5]


def test_what_is_typed_after_a_tap_on_a_field_goes_into_it() -> None:
    form = screen("Notes", elements=[FIELD])
    typed = ToolCall("type_text", {"text": "Milk ${x}"})
    assert steps((tap(270, 310), form), (typed, form)) == [("type", "Milk $${x}", {"into": "Title"})]
    assert steps((tap(40, 155), A), (typed, B)) == [("tap", "Save", {}), ("type", "Milk $${x}", {})]
    cleared = ToolCall("clear_text", {})
    assert steps((tap(270, 310), form), (cleared, form), (typed, form)) == [
        ("type", "Milk $${x}", {"into": "Title", "clear": True})
    ]


@pytest.mark.parametrize("text", ["•••", "hunter2"])
def test_a_secret_is_kept_by_reference(text: str, tmp_path: Path) -> None:
    shown = screen("Log in", elements=[PASSWORD] if text == "hunter2" else [])
    found = made((ToolCall("type_text", {"text": text}), shown))
    assert found.file.secrets == {"secret1": "env:SECRET1"}
    path = keep(found.file, found.pictures, tmp_path / "log-in.yaml")
    assert "hunter2" not in path.read_text()
    assert read_task(path).steps[0].argument == "${secret1}"  # type: ignore[union-attr]


def test_a_switch_is_said_to_be_turned_on() -> None:
    shown = screen("Network", elements=[SWITCH])
    assert steps((tap(270, 700), shown), (ToolCall("press", {"key": "back"}), shown))[0] == ("turn_on", "Wi-Fi", {})


@pytest.mark.parametrize(
    ("given", "verb"),
    [
        ({}, "tap"),
        ({"count": 2}, "double_click"),
        ({"button": "right"}, "right_click"),
        ({"seconds": 2.0}, "long_press"),
    ],
)
def test_the_clicks_of_a_mouse_have_their_own_words(given: dict[str, Any], verb: str) -> None:
    assert steps((ToolCall("click", {"at": [40, 155], **given}), A), (SWIPE, B))[0][:2] == (verb, "Save")


def test_a_script_keeps_its_checks() -> None:
    looks = [
        ToolCall("find", {"what": "Save"}),
        ToolCall("check", {"what": "Wi-Fi", "on": True}),
        ToolCall("wait_for", {"what": "Saved"}),
        ToolCall("read", {"what": "Total"}),
        ToolCall("run", {"goal": "buy it"}),
    ]
    assert steps(*((look, A) for look in looks)) == [
        ("check", "Wi-Fi", {"on": True}),
        ("wait_for", "Saved", {}),
        ("read", "Total", {}),
        ("run", "buy it", {}),
    ]


def test_every_look_of_a_script_can_be_recorded_or_is_told(tmp_path: Path) -> None:
    """As a hand really writes them, and not as somebody thinks that it does."""
    with (
        closing(open_virtual()) as phone,
        open_hand(phone, folder=tmp_path, secrets=["22 GB"], timeout_s=5) as hand,
    ):
        hand.open("Settings")
        hand.tap("Storage")
        hand.check("Images", reads="11 GB")
        hand.check("Apps", reads="22 GB")
        hand.press("back")
        hand.tap("Display")
        hand.check("Dark theme is off")
        hand.check("Dark theme", on=False)
        box = hand.find("Dark theme").box
        cut = hand.device.screenshot().image.crop((int(box.left), int(box.top), int(box.right), int(box.bottom)))
        hand.wait_for(cut)
    done = recorded(load(tmp_path), None, "looks")
    said = [(step.verb, step.argument, dict(step.named)) for step in done.file.steps if isinstance(step, TaskStep)]
    assert [each for each in said if each[0] in ("check", "wait_for")] == [
        ("check", "Images", {"reads": "11 GB"}),
        ("check", "Dark theme is off", {}),
        ("check", "Dark theme", {"on": False}),
    ]
    assert [words.split(": ")[1] for words in done.left_out] == ["the record does not hold what was looked for"] * 2


def test_what_is_new_on_the_last_screen_is_checked() -> None:
    last = screen("Notes", "Saved", "12:30", "3 notes")
    assert steps((tap(40, 155), A), last=last)[-1] == ("check", "Saved", {})
    assert steps((tap(40, 155), A), last=A)[-1] == ("tap", "Save", {})
    assert steps((tap(40, 155), A))[-1] == ("tap", "Save", {})


def test_an_icon_that_was_read_as_letters_is_not_checked() -> None:
    after = screen("Notes", "Tτ", "Ok")
    assert steps((tap(40, 155), A), last=after) == [("tap", "Save", {})]


def test_what_a_hand_cannot_do_is_told() -> None:
    assert made((ToolCall("storage_advice", {"used": "3 GB"}), A)).left_out == [
        "step 1, storage_advice: a hand has no such step"
    ]


def test_the_file_is_written_with_its_pictures_or_not_at_all(tmp_path: Path) -> None:
    found = made((tap(40, 155), A), (tap(40, 255), B))
    path = keep(found.file, found.pictures, tmp_path / "buy-milk.yaml")
    task = read_task(path)
    assert task.task == "Buy milk"
    assert files(task) == {str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*.png")} != set()
    (tmp_path / "other.yaml.part").mkdir()
    with pytest.raises(BadTask, match="cannot be written"):
        keep(found.file, {"other/1.png": Image.new("RGB", (9, 9))}, tmp_path / "other.yaml")
    assert not (tmp_path / "other").exists()


def test_a_step_of_a_run_that_broke_off_is_no_step() -> None:
    trajectory = run((tap(40, 155), A))
    trajectory.steps.append(Step(2, screen=B, call=tap(40, 155), acting=True))
    assert [step.verb for step in recorded(trajectory, read, "x").file.steps] == ["tap", "check"]  # type: ignore[union-attr]
