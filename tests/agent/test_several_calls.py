"""Several calls in one reply: each is a step of its own, in order, until one fails."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handsight.errors import TargetChanged
from handsight.loop import Agent, Limits
from handsight.models.scripted import ScriptedModel
from handsight.policy import Policy, Rule
from handsight.prompts.nous import NousDialect
from handsight.store import Store, load, resume
from handsight.tools.gestures import gestures_for
from handsight.tools.registry import Tools, tool
from handsight.tools.session import session_tools
from handsight.types import Message, Point, Screen, Trajectory


@dataclass
class Board:
    """A device that shows a dot where it was touched; with `covers` a sheet falls over it at the first touch."""

    covers: bool = False
    name: str = "board"
    touched: list[tuple[int, int]] = field(default_factory=list)

    def glance(self) -> Screen:
        image = Image.new("RGB", (100, 200), "white" if self.covers and self.touched else "black")
        for place in self.touched:
            image.putpixel(place, (255, 255, 255))
        return Screen(image, "board")

    def screenshot(self) -> Screen:
        return self.glance()

    def tap(self, at: Point, on: Screen) -> None:
        self.touched.append((round(at.x), round(at.y)))

    def long_press(self, at: Point, seconds: float, on: Screen) -> None: ...

    def swipe(self, start: Point, end: Point, seconds: float, on: Screen) -> None: ...

    def close(self) -> None: ...


def call(name: str, **arguments: Any) -> str:
    return f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>\n"


def tap(x: int, y: int) -> str:
    return call("mobile_use", action="click", coordinate=[x, y])


DONE = "It is lit.\n" + call("mobile_use", action="terminate", status="success")


def agent(board: Board, *script: str, tools: tuple[Any, ...] = (), **more: Any) -> Agent:
    every = Tools([*gestures_for(board), *session_tools(), *tools])
    return Agent(board, ScriptedModel(script), NousDialect(), every, **more)


def text(message: Message) -> str:
    return "".join(part for part in message.parts if isinstance(part, str))


def told(agent: Agent) -> str:
    assert isinstance(agent.model, ScriptedModel)
    return text(agent.model.prompts[-1].messages[-1])


def test_the_calls_of_a_reply_are_carried_out_in_order_and_the_model_is_asked_once() -> None:
    board = Board()
    a = agent(board, "Two at once.\n" + tap(200, 200) + tap(800, 800), DONE)
    run = a.run("light both")
    assert board.touched == [(20, 40), (80, 160)]
    assert isinstance(a.model, ScriptedModel)
    assert len(a.model.prompts) == 2
    assert [bool(step.reply) for step in run.steps] == [True, False, True]
    assert [len(step.rest) for step in run.steps] == [1, 0, 0]
    assert told(a).count("Tapped.") == 2
    assert run.outcome
    assert run.outcome.kind == "claimed"


def test_the_first_that_fails_is_the_last_and_the_model_hears_how_many_were_left() -> None:
    board = Board()
    a = agent(board, call("ghost") + tap(500, 500), tap(100, 100) + call("count") * 2 + tap(1, 1), DONE, tools=(count,))
    a.run("task")
    assert board.touched == [(10, 20)], "nothing is touched after what failed"
    assert isinstance(a.model, ScriptedModel)
    assert "ghost" in text(a.model.prompts[1].messages[-1])
    assert "Error: ValueError: nothing to count" in told(a)
    assert "The 2 calls after it in your reply were not carried out." in told(a)


@tool
def count() -> str:
    """Count."""
    raise ValueError("nothing to count")


def test_a_place_was_decided_on_the_screen_that_the_reply_answers() -> None:
    board = Board(covers=True)
    a = agent(board, tap(200, 200) + tap(800, 800), DONE)
    run = a.run("light both")
    assert board.touched == [(20, 40)], "what fell over the second target is not touched"
    assert isinstance(run.steps[1].problem, TargetChanged)
    assert "Tapped." in told(a)
    assert "the screen changed there" in told(a)


def test_each_call_is_checked_and_asked_for_by_itself() -> None:
    board = Board()
    a = agent(board, tap(200, 200) + call("count"), DONE, tools=(count,), policy=Policy([Rule("deny", "count")]))
    run = a.run("task")
    assert [step.verdict.decision for step in run.steps if step.verdict] == ["allow", "deny", "allow"]
    assert "forbids" in told(a)


def test_what_ends_the_task_ends_it_whatever_follows() -> None:
    board = Board()
    run = agent(board, DONE + tap(1, 1)).run("task")
    assert board.touched == []
    assert run.outcome
    assert run.outcome.kind == "claimed"


def test_limits_count_each_of_them() -> None:
    board = Board()
    run = agent(board, tap(100, 100) * 5, limits=Limits(steps=3)).run("task")
    assert len(board.touched) == 3
    assert run.outcome
    assert run.outcome.kind == "budget"


class Killed(BaseException):
    """What no code of ours catches."""


@pytest.mark.parametrize("when", ["acting", "over"])
def test_a_run_that_was_killed_between_them_goes_on_with_the_next(tmp_path: Path, when: str) -> None:
    board = Board()
    script = tap(200, 200) + tap(500, 500) + tap(800, 800)

    def kill(step: Any, trajectory: Trajectory) -> None:
        if step.number == 2 and getattr(step, when):
            raise Killed

    with Store.create(tmp_path / "run", "light all") as store, pytest.raises(Killed):
        agent(board, script, hooks=(store, kill)).run("light all")
    stored = load(tmp_path / "run")
    assert [len(step.rest) for step in stored.steps] == [2, 1]
    trajectory, in_doubt = resume(tmp_path / "run")
    a = agent(board, DONE)
    with Store.reopen(tmp_path / "run") as store:
        run = Agent(board, a.model, a.dialect, a.tools, hooks=(store,)).run("light all", trajectory)
    assert run.outcome
    assert run.outcome.kind == "claimed"
    if when == "acting":  # in doubt: the model looks again before anything else
        assert in_doubt
        assert board.touched == [(20, 40)]
        assert "may or may not" in told(a)
    else:
        assert in_doubt is None
        assert board.touched == [(20, 40), (50, 100), (80, 160)], "none twice, none left out"
