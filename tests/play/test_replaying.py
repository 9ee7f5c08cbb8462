"""Each verb of a replay touches what was recorded, wherever it is by now, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handsight.errors import BadTask, CheckFailed, Denied, NotFound
from handsight.play.anchors import anchor_at, with_pictures
from handsight.play.keeping import clear, files, keep, mended
from handsight.play.replaying import Replay, look_over
from handsight.play.taskfile import Loop, TaskFile, TaskStep, read_task
from handsight.policy import Policy, Rule
from handsight.types import Element, Point, Screen, ToolCall

from .paper import Paper, hand_on, thing

SAVE, CANCEL = thing("Save", 100), thing("Cancel", 200)


class Recorder:
    """Makes steps with anchors of what stands on a page, and keeps their pictures in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0
        self.pictures: dict[str, Image.Image] = {}

    def anchor(self, paper: Paper, text: str) -> dict[str, Any]:
        self.count += 1
        screen = paper.screenshot()
        shown = next(each for each in paper.shown() if text in (each.text, each.id))
        elements = paper.shown() if paper.tree else ()
        made = anchor_at(shown.box.center, screen, paper.read(screen.image), elements)
        anchor, pictures = with_pictures(made, f"t/{self.count}")
        self.pictures |= pictures
        return anchor.plain()

    def step(self, verb: str, paper: Paper, text: str, to: str = "", argument: Any = None, **named: Any) -> TaskStep:
        to_anchor = self.anchor(paper, to) if to else None
        named |= {"to": to} if to else {}
        given = text if argument is None else argument
        return TaskStep(verb, given, named, anchor=self.anchor(paper, text), to_anchor=to_anchor)

    def task(self, *steps: TaskStep | Loop) -> TaskFile:
        return read_task(keep(TaskFile("A test", steps), self.pictures, self.folder / "t.yaml"))


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return Recorder(tmp_path)


def take(task: TaskFile, paper: Paper, **more: Any) -> Replay:
    replay = Replay(hand_on(paper), task, **more)
    for step in task.steps:
        assert isinstance(step, TaskStep)
        replay(step, step.argument, step.named)
    return replay


def hows(replay: Replay) -> list[str]:
    return [each.how for each in replay.taken]


@pytest.mark.parametrize("tree", [True, False])
def test_what_has_moved_is_touched_where_it_is_now(recorder: Recorder, tree: bool) -> None:
    task = recorder.task(recorder.step("tap", Paper([SAVE, CANCEL], tree=tree), "Save"))
    moved = Paper([thing("Save", 600), CANCEL], tree=tree)
    replay = take(task, moved)
    assert moved.done == [("tap", "Save")]
    assert hows(replay) == ["adapted"]
    assert "in place of 200, 125, known by text" in replay.taken[0].said
    same = Paper([SAVE, CANCEL], tree=tree)
    assert hows(take(task, same)) == ["as recorded"]
    assert same.done == [("tap", "Save")]


def test_a_long_press_lasts_as_long_as_it_did(recorder: Recorder) -> None:
    paper = Paper([SAVE])
    task = recorder.task(recorder.step("long_press", paper, "Save", seconds=2.0))
    take(task, paper)
    assert paper.done == [("long_press", "Save", 2.0)]


def test_both_ends_of_a_drag_are_known_again(recorder: Recorder) -> None:
    task = recorder.task(recorder.step("drag", Paper([SAVE, CANCEL]), "Save", "Cancel"))
    moved = Paper([thing("Save", 300), thing("Cancel", 500)])
    replay = take(task, moved)
    assert moved.done == [("swipe", "Save", "Cancel")]
    assert set(replay.taken[0].places) == {"anchor", "to_anchor"}


def test_text_goes_into_the_field_that_was_recorded(recorder: Recorder) -> None:
    field = thing("Title", 100, role="field", id="org.example:id/title")
    task = recorder.task(recorder.step("type", Paper([field]), "Title", argument="Milk", into="Title"))
    moved = Paper([thing("Note", 100, role="field"), thing("Title", 300, role="field", id="org.example:id/title")])
    take(task, moved)
    assert moved.done == [("tap", "Title"), ("type", "Milk")]


def test_steps_without_a_place_are_taken_as_they_are(recorder: Recorder) -> None:
    paper = Paper([SAVE])
    replay = take(recorder.task(TaskStep("press", "back"), TaskStep("check", "Save")), paper)
    assert paper.done == [("press", "back")]
    assert replay.taken == []


def switch(*, on: bool) -> Element:
    return thing("Wi-Fi", 100, role="switch", checked=on)


def test_a_switch_is_touched_only_where_it_stands_as_it_did(recorder: Recorder) -> None:
    task = recorder.task(recorder.step("turn_on", Paper([switch(on=False)]), "Wi-Fi"))
    off, on = Paper([switch(on=False)]), Paper([switch(on=True)])
    assert hows(take(task, off)) == ["as recorded"]
    assert off.done == [("tap", "Wi-Fi")]
    assert hows(take(task, on)) == ["already so"]
    assert on.done == []


class Late(Paper):
    """Shows a switch only at the third look, and it is on by then."""

    looks = 0

    def screenshot(self) -> Screen:
        self.looks += 1
        if self.looks == 3:
            self.things = [switch(on=True)]
        return super().screenshot()


def test_a_switch_that_comes_late_and_is_on_is_not_touched(recorder: Recorder) -> None:
    task = recorder.task(recorder.step("turn_on", Paper([switch(on=False)]), "Wi-Fi"))
    late = Late([thing("Loading", 300)])
    assert hows(take(task, late)) == ["already so"]
    assert late.done == []


def test_it_is_scrolled_until_the_place_of_the_next_step_shows(recorder: Recorder) -> None:
    rows = [thing(f"Row {name}", 60 * number + 20) for number, name in enumerate("ABCDEFGHIJKLMNOPQRST")]
    far = Paper(rows, tall=1260)
    far.scrolled = 400
    task = recorder.task(TaskStep("scroll_to", "Row R"), recorder.step("tap", far, "Row R"))
    for start, tall in ((0, 1260), (460, 1260)):
        paper = Paper(rows, tall=tall)
        paper.scrolled = start
        take(task, paper)
        assert paper.done[-1] == ("tap", "Row R")
    up = recorder.task(
        TaskStep("scroll_to", "Row A", {"direction": "down"}), recorder.step("tap", Paper(rows), "Row A")
    )
    bottom = Paper(rows, tall=1260)
    bottom.scrolled = 460
    take(up, bottom)  # there is nothing further down: it is looked for the other way
    assert bottom.done[-1] == ("tap", "Row A")


def test_a_scroll_at_the_end_of_a_loop_is_not_for_what_comes_after_it(recorder: Recorder) -> None:
    rows = [thing(f"Row {name}", 60 * number + 20) for number, name in enumerate("ABCDEFGHIJKLMNOPQRST")]
    paper = Paper(rows, tall=1260)
    scroll = TaskStep("scroll_to", "Row R")
    task = recorder.task(Loop([{"n": "1"}], (scroll,)), recorder.step("tap", Paper(rows), "Row A"))
    loop = task.steps[0]
    assert isinstance(loop, Loop)
    Replay(hand_on(paper), task)(loop.steps[0], "Row R", {})
    assert paper.scrolled > 0


def test_what_is_nowhere_is_looked_for_to_both_ends_and_then_said(recorder: Recorder) -> None:
    task = recorder.task(TaskStep("scroll_to", "Row X"), recorder.step("tap", Paper([thing("Row X", 100)]), "Row X"))
    paper = Paper([thing("Row Y", 100), thing("Row Z", 900)], tall=1200)
    with pytest.raises(CheckFailed, match="what was recorded has changed: 'Row X' is not there; nearest: 'Row"):
        take(task, paper)
    assert {act for act, *_ in paper.done} == {"swipe"}


def test_a_scroll_for_nothing_that_was_recorded_goes_by_its_words(recorder: Recorder) -> None:
    paper = Paper([thing("Row A", 100), thing("Row Z", 900)], tall=1200)
    take(recorder.task(TaskStep("scroll_to", "Row Z")), paper)
    assert paper.scrolled > 0


def test_the_model_points_where_nothing_is_found_and_the_act_stays_the_recorded_one(recorder: Recorder) -> None:
    task = recorder.task(recorder.step("long_press", Paper([SAVE]), "Save", seconds=2.0))
    asked: list[tuple[str, str]] = []

    def point_out(screen: Screen, verb: str, words: str) -> Point:
        asked.append((verb, words))
        return Point(200, 225)

    other = Paper([thing("Keep", 200)])
    replay = take(task, other, point_out=point_out)
    assert asked == [("long_press", "Save")]
    assert other.done == [("long_press", "Keep", 2.0)]
    assert hows(replay) == ["repaired"]
    assert replay.taken[0].places["anchor"][0] == Point(200, 225)


def test_a_model_that_sees_nothing_either_ends_it(recorder: Recorder) -> None:
    task = recorder.task(recorder.step("tap", Paper([SAVE]), "Save"))

    def point_out(screen: Screen, verb: str, words: str) -> Point:
        raise CheckFailed("the model does not point at it either")

    paper = Paper([thing("Keep", 200)])
    with pytest.raises(CheckFailed, match="either"):
        take(task, paper, point_out=point_out)
    assert paper.done == []


def test_what_became_risky_is_not_touched_with_a_model_or_without(recorder: Recorder) -> None:
    task = recorder.task(recorder.step("tap", Paper([thing("Next", 100, id="a:id/go")]), "Next"))
    paper = Paper([thing("Delete everything", 100, id="a:id/go")])
    with pytest.raises(CheckFailed, match=r"\(delete\): it is not touched"):
        take(task, paper)
    assert paper.done == []


def test_steps_that_are_not_the_users_own_words_heed_a_policy(recorder: Recorder) -> None:
    task = recorder.task(recorder.step("tap", Paper([SAVE]), "Save"))
    paper = Paper([SAVE])
    hand = hand_on(paper)
    hand.steps.policy = Policy([Rule("deny", "tap", "Save")], read=lambda screen, at: paper.touched(at))
    step = task.steps[0]
    assert isinstance(step, TaskStep)
    with pytest.raises(Denied, match="a rule forbids tap 'Save'"):
        Replay(hand, task)(step, step.argument, step.named)
    assert paper.done == []
    assert not hand.trajectory.steps[0].acting


def test_what_the_device_named_stands_in_the_record_of_a_script() -> None:
    for tree in (True, False):
        hand = hand_on(Paper([SAVE, CANCEL], tree=tree))
        hand.tap("Save")
        (step,) = hand.trajectory.steps
        assert step.screen
        assert [each.text for each in step.screen.elements] == (["Save", "Cancel"] if tree else [])


def test_a_hand_touches_what_finds_its_own_place() -> None:
    paper = Paper([SAVE, CANCEL])
    hand = hand_on(paper)
    hand.tap(lambda finder: finder.one("Cancel").box.center)
    hand.type("x", into=lambda finder: Point(200, 125))
    assert paper.done == [("tap", "Cancel"), ("tap", "Save"), ("type", "x")]
    assert hand.agent is None

    def nowhere(finder: object) -> Point:
        raise NotFound("it is nowhere")

    with pytest.raises(NotFound, match="it is nowhere"):
        hand.tap(nowhere)


def test_a_file_is_mended_beside_itself_or_elsewhere(recorder: Recorder, tmp_path: Path) -> None:
    first = recorder.step("tap", Paper([SAVE, CANCEL]), "Save")
    second = recorder.step("tap", Paper([SAVE, CANCEL]), "Cancel")
    task = recorder.task(first, Loop([{"n": "1"}], (second,)))
    before = {each.name for each in (tmp_path / "t").iterdir()}
    moved = Paper([thing("Save", 400), CANCEL])
    replay = Replay(hand_on(moved), task)
    loop = task.steps[1]
    assert isinstance(loop, Loop)
    for step in (task.steps[0], loop.steps[0]):
        assert isinstance(step, TaskStep)
        replay(step, step.argument, step.named)
    assert hows(replay) == ["adapted", "as recorded"]

    elsewhere = tmp_path / "other" / "u.yaml"
    elsewhere.parent.mkdir()
    better, pictures = mended(task, replay.taken, elsewhere)
    look_over(read_task(keep(better, pictures, elsewhere)))
    assert {each.name for each in (tmp_path / "t").iterdir()} == before
    assert hows(take_all(read_task(elsewhere), moved)) == ["as recorded", "as recorded"]

    path = tmp_path / "t.yaml"
    better, pictures = mended(task, replay.taken, path)
    keep(better, pictures, path)
    clear(path, task, better)
    assert files(read_task(path)) == {f"t/{each.name}" for each in (tmp_path / "t").iterdir()}


def test_a_picture_that_a_file_beside_it_knows_stays(recorder: Recorder, tmp_path: Path) -> None:
    task = recorder.task(recorder.step("tap", Paper([SAVE]), "Save"))
    replay = take_all(task, Paper([thing("Save", 400)]))
    path, copy = tmp_path / "t.yaml", tmp_path / "copy.yaml"
    copy.write_text(path.read_text())
    better, pictures = mended(task, replay.taken, path)
    clear(keep(better, pictures, path), task, better)
    look_over(read_task(copy))
    copy.unlink()
    clear(path, task, better)
    assert files(read_task(path)) == {f"t/{each.name}" for each in (tmp_path / "t").iterdir()}


def test_a_picture_that_is_beside_another_place_is_not_written_over(recorder: Recorder, tmp_path: Path) -> None:
    task = recorder.task(recorder.step("tap", Paper([SAVE]), "Save"))
    beside = tmp_path / "t" / "001-near.png"
    Image.new("RGB", (9, 9)).save(beside)  # of a step whose own place had nothing to show
    before = beside.read_bytes()
    better, pictures = mended(task, take_all(task, Paper([thing("Save", 400)])).taken, tmp_path / "t.yaml")
    keep(better, pictures, tmp_path / "t.yaml")
    assert beside.read_bytes() == before
    assert {Path(name).name for name in pictures} <= {"002.png", "002-near.png"}


def test_no_picture_of_another_file_is_written_over(recorder: Recorder, tmp_path: Path) -> None:
    task = recorder.task(recorder.step("tap", Paper([SAVE]), "Save"))
    picture = min((tmp_path / "t").iterdir())
    before = picture.read_bytes()
    assert keep(task, recorder.pictures, tmp_path / "again.yaml").exists()  # it is the same one
    with pytest.raises(BadTask, match=f"{picture.name} is there already, and shows something else"):
        keep(task, {f"t/{picture.name}": Image.new("RGB", (9, 9))}, tmp_path / "third.yaml")
    assert picture.read_bytes() == before
    assert not (tmp_path / "third.yaml").exists()


def test_no_secret_is_written_into_a_file_that_is_mended(recorder: Recorder, tmp_path: Path) -> None:
    task = recorder.task(recorder.step("tap", Paper([SAVE, CANCEL]), "Save"))
    taken = take_all(task, Paper([thing("Save", 400), CANCEL])).taken
    assert mended(task, taken, tmp_path / "t.yaml")[0] != task
    assert mended(task, taken, tmp_path / "t.yaml", ["Save"]) == (task, {})


def take_all(task: TaskFile, paper: Paper) -> Replay:
    replay = Replay(hand_on(paper), task)
    for step in task.steps:
        for each in step.steps if isinstance(step, Loop) else (step,):
            assert isinstance(each, TaskStep)
            replay(each, each.argument, each.named)
    return replay


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"patch": "t/none.png"}, "line 3: a picture of an anchor, .*none.png, cannot be read"),
        ({"patch": "t.yaml"}, "line 3: a picture of an anchor, .*t.yaml, cannot be read"),
        ({"screen": [0, 5]}, "line 3: an anchor is written as"),
    ],
)
def test_a_file_is_looked_over_before_anything_is_touched(
    recorder: Recorder, change: Mapping[str, Any], problem: str
) -> None:
    step = recorder.step("tap", Paper([SAVE]), "Save")
    assert step.anchor
    task = recorder.task(replace(step, anchor={**step.anchor, **change}))
    with pytest.raises(BadTask, match=problem):
        look_over(task)
    with pytest.raises(BadTask, match="holds no anchors"):
        look_over(recorder.task(TaskStep("tap", "Save")))


def test_the_record_of_a_replay_names_what_was_sought() -> None:
    hand = hand_on(Paper([SAVE]))
    hand.tap("Save")
    (step,) = hand.trajectory.steps
    assert step.call == ToolCall("tap", {"at": [200.0, 125.0]}, "tap Save; found by tree (1.00)")
