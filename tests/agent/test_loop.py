"""The loop: what reaches the device, what goes back to the model, how a run ends, and what is saved when."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handsight.errors import BadCall, DeviceLost, Finished, ModelError, NeedsHuman, ToolFailed
from handsight.loop import Agent, Limits
from handsight.models.scripted import ScriptedModel
from handsight.policy import Policy, Rule
from handsight.prompts.nous import NousDialect
from handsight.store import Store, load, resume
from handsight.tools.gestures import gestures_for
from handsight.tools.registry import Tools, tool
from handsight.tools.session import session_tools
from handsight.types import Message, Point, Screen, Step, Trajectory


@dataclass
class Board:
    """A device of a user's own: a board that lights up where it is touched."""

    name: str = "board"
    touched: list[tuple[int, int]] = field(default_factory=list)
    looks: int = 0
    lost_at_look: int = 0
    lost_at_touch: int = 0
    changes: bool = True

    def screenshot(self) -> Screen:
        self.looks += 1
        if self.looks == self.lost_at_look:
            raise DeviceLost("the board is gone")
        image = Image.new("RGB", (100, 200))
        for place in self.touched:
            image.putpixel(place, (255, 255, 255))
        moved = self.changes or self.looks == 1
        return Screen(image, "board", "quiet" if moved else "unchanged", {"settle": 0.1, "capture": 0.01})

    def tap(self, at: Point, on: Screen) -> None:
        if len(self.touched) + 1 == self.lost_at_touch:
            raise DeviceLost("the board is gone")
        self.touched.append((round(at.x), round(at.y)))

    def long_press(self, at: Point, seconds: float, on: Screen) -> None:
        raise ToolFailed("the board knows no long press")

    def swipe(self, start: Point, end: Point, seconds: float, on: Screen) -> None:
        raise ToolFailed("the board knows no swipe")

    def close(self) -> None:
        pass


def said(name: str, thought: str = "", **arguments: Any) -> str:
    return f"{thought}\n<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"


def tap(x: int, y: int, thought: str = "") -> str:
    return said("mobile_use", thought, action="click", coordinate=[x, y])


DONE = said("mobile_use", "It is lit.", action="terminate", status="success")
GIVE_UP = said("mobile_use", "It does not light.", action="terminate", status="failure")


def agent(board: Board, *script: Any, tools: tuple[Any, ...] = (), **more: Any) -> Agent:
    every = Tools([*gestures_for(board), *session_tools(), *tools])
    return Agent(board, ScriptedModel(script), NousDialect(), every, **more)


def text(message: Message) -> str:
    return "".join(part for part in message.parts if isinstance(part, str))


def last_words(agent: Agent) -> str:
    """What the model was told last."""
    assert isinstance(agent.model, ScriptedModel)
    return text(agent.model.prompts[-1].messages[-1])


def test_a_run_looks_thinks_acts_and_ends_with_the_models_claim() -> None:
    board = Board()
    run = agent(board, tap(500, 500, "I touch the middle."), DONE).run("light the middle")
    assert board.touched == [(50, 100)]
    assert run.outcome
    assert (run.outcome.kind, run.outcome.message) == ("claimed", "It is lit.")
    first, last = run.steps
    assert first.call
    assert (first.call.name, first.call.thought) == ("tap", "I touch the middle.")
    assert first.result
    assert first.verdict
    assert first.acting
    assert first.over
    assert last.call
    assert last.call.name == "finish"
    assert board.looks == 2


def test_the_time_of_a_step_is_split_into_its_phases() -> None:
    run = agent(Board(), tap(500, 500), DONE).run("task")
    for step in run.steps[:1]:
        assert step.timing.keys() >= {"settle", "capture", "render", "model", "act", "total"}
        assert step.timing["settle"] == 0.1
        assert 0 <= step.timing["model"] <= step.timing["total"]


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ("I would rather not.", "there is no call in the reply"),
        (said("mobile_use", action="click"), "coordinate"),
        (said("teleport", to="here"), "teleport"),
        (said("mobile_use", action="long_press", coordinate=[1, 1], time=1), "the board knows no long press"),
    ],
)
def test_a_mistake_is_told_to_the_model_and_nothing_is_touched(reply: str, told: str) -> None:
    board = Board()
    a = agent(board, reply, DONE)
    run = a.run("task")
    assert board.touched == []
    assert run.steps[0].problem
    assert told in last_words(a)
    assert run.outcome
    assert run.outcome.kind == "claimed"


def test_what_the_policy_denies_is_not_done_and_the_model_hears_why() -> None:
    board = Board()
    a = agent(board, tap(500, 500), DONE, policy=Policy([Rule("deny", "tap")]))
    run = a.run("task")
    assert board.touched == []
    assert run.steps[0].verdict
    assert not run.steps[0].verdict.allowed
    assert not run.steps[0].acting
    assert "a rule forbids tap" in last_words(a)


def test_what_a_tool_gives_back_is_what_the_model_reads_next() -> None:
    @tool
    def flight_status(flight: str) -> str:
        """Look a flight up."""
        return f"{flight} is on time"

    a = agent(Board(), said("flight_status", flight="LH 400"), DONE, tools=(flight_status,))
    a.run("task")
    assert "LH 400 is on time" in last_words(a)


def test_a_step_is_told_when_it_is_seen_before_it_acts_and_when_it_is_over() -> None:
    board = Board()
    told: list[tuple[int, bool, bool, int]] = []

    def hook(step: Step, trajectory: Trajectory) -> None:
        told.append((step.number, step.acting, step.over, len(board.touched)))

    agent(board, tap(500, 500), "nonsense", DONE, hooks=[hook]).run("task")
    assert told[:3] == [(1, False, False, 0), (1, True, False, 0), (1, True, True, 1)]
    assert told[3:5] == [(2, False, False, 1), (2, False, True, 1)]
    assert told[5:] == [(3, False, False, 1), (3, True, False, 1), (3, True, True, 1)]


def test_the_models_claim_is_verified_where_there_is_a_check() -> None:
    board = Board()
    run = agent(board, tap(500, 500), DONE, check=lambda: (50, 100) in board.touched).run("task")
    assert run.outcome
    assert (run.outcome.kind, run.outcome.message) == ("verified", "It is lit.")


def test_a_claim_that_is_not_true_has_failed() -> None:
    board = Board()
    run = agent(board, DONE, check=lambda: (50, 100) in board.touched).run("task")
    assert run.outcome
    assert run.outcome.kind == "failed"
    assert "the check says otherwise: It is lit." in run.outcome.message


def test_who_gives_up_has_failed_and_nothing_is_checked() -> None:
    def check() -> bool:
        raise AssertionError("nothing was claimed")

    run = agent(Board(), GIVE_UP, check=check).run("task")
    assert run.outcome
    assert (run.outcome.kind, run.outcome.message) == ("failed", "It does not light.")


def test_an_answer_is_part_of_the_outcome() -> None:
    run = agent(Board(), said("mobile_use", action="answer", text="42")).run("what is it?")
    assert run.outcome
    assert (run.outcome.kind, run.outcome.answer) == ("claimed", "42")


def test_a_run_ends_at_its_limit_of_steps() -> None:
    board = Board()
    run = agent(board, *[tap(n, n) for n in range(100, 900, 100)], limits=Limits(steps=3)).run("task")
    assert len(board.touched) == 3
    assert run.outcome
    assert (run.outcome.kind, run.outcome.message) == ("budget", "the limit of 3 steps is reached")


def test_a_run_ends_at_its_limit_of_seconds() -> None:
    run = agent(Board(), DONE, limits=Limits(seconds=-1)).run("task")
    assert run.outcome
    assert run.outcome.kind == "budget"


def test_seconds_count_from_the_begin_of_each_run() -> None:
    limits = Limits(seconds=0.2)
    time.sleep(0.25)
    assert agent(Board(), DONE, limits=limits).run("task").outcome.kind == "claimed"


def test_a_run_ends_at_its_limit_of_tokens() -> None:
    from handsight.types import Reply

    run = agent(Board(), Reply(tap(500, 500), 90, 10), DONE, limits=Limits(tokens=100)).run("task")
    assert run.outcome
    assert run.outcome.message == "the limit of 100 tokens is reached"


def test_mistake_after_mistake_is_stuck() -> None:
    run = agent(Board(), tap(500, 500), *["nonsense"] * 9, limits=Limits(mistakes=3)).run("task")
    assert run.outcome
    assert run.outcome.kind == "stuck"
    assert "3 mistakes in a row" in run.outcome.message
    assert sum(step.problem is not None for step in run.steps) == 3


def test_the_same_act_without_effect_is_stuck() -> None:
    board = Board(changes=False)
    run = agent(board, *[tap(500, 500)] * 9, limits=Limits(repeats=4)).run("task")
    assert run.outcome
    assert run.outcome.kind == "stuck"
    assert len(board.touched) == 4


def test_the_same_act_with_an_effect_is_not_stuck() -> None:
    board = Board()
    run = agent(board, *[tap(500, 500)] * 9, DONE, limits=Limits(repeats=4)).run("task")
    assert run.outcome
    assert run.outcome.kind == "claimed"
    assert len(board.touched) == 9


def test_other_acts_without_an_effect_are_not_stuck() -> None:
    run = agent(Board(changes=False), *[tap(n, n) for n in range(100, 900, 100)], DONE).run("task")
    assert run.outcome
    assert run.outcome.kind == "claimed"


@pytest.mark.parametrize(
    ("board", "script", "error"),
    [
        (Board(lost_at_look=2), [tap(500, 500), DONE], DeviceLost),
        (Board(lost_at_touch=2), [tap(500, 500), tap(600, 600)], DeviceLost),
        (Board(), [tap(500, 500), ModelError("no server at 8000")], ModelError),
        (Board(), [tap(500, 500), ZeroDivisionError("a bug")], ZeroDivisionError),
    ],
)
def test_an_error_comes_through_once_its_step_is_saved(
    tmp_path: Path, board: Board, script: list[Any], error: type[Exception]
) -> None:
    with Store.create(tmp_path, "task") as store, pytest.raises(error):
        agent(board, *script, hooks=[store]).run("task")
    saved = load(tmp_path)
    assert [(step.number, step.over) for step in saved.steps] == [(1, True), (2, True)]
    assert saved.outcome is None
    assert saved.steps[1].in_doubt == bool(board.lost_at_touch)


def test_only_a_person_may_decide_and_nobody_is_there() -> None:
    board = Board()
    run = agent(board, tap(500, 500, "Tap 'Pay now'")).run("task")
    assert board.touched == []
    assert run.outcome
    assert run.outcome.kind == "needs_human"
    assert "nobody is here to allow this: tap" in run.outcome.message


def interrupted() -> str:
    raise KeyboardInterrupt


def test_ctrl_c_while_the_model_thinks_ends_the_run_as_stopped_and_saved(tmp_path: Path) -> None:
    with Store.create(tmp_path, "task") as store:
        run = agent(Board(), tap(500, 500), lambda prompt: interrupted(), hooks=[store]).run("task")
    assert run.outcome
    assert run.outcome.kind == "stopped"
    saved = load(tmp_path)
    assert saved.outcome == run.outcome
    assert len(saved.steps) == 2


def stop_at(number: int, *, acting: bool) -> tuple[Callable[[Step, Trajectory], None], list[Agent]]:
    """A hook that says stop at one moment, as another thread or a signal would."""
    agents: list[Agent] = []

    def hook(step: Step, trajectory: Trajectory) -> None:
        if (step.number, step.acting, step.over) == (number, acting, False):
            agents[0].stop.set()

    return hook, agents


def test_stop_before_an_act_leaves_everything_untouched_and_not_in_doubt(tmp_path: Path) -> None:
    board = Board()
    hook, agents = stop_at(2, acting=True)
    with Store.create(tmp_path, "task") as store:
        agents.append(agent(board, tap(500, 500), tap(600, 600), DONE, hooks=[store, hook]))
        run = agents[0].run("task")
    assert run.outcome
    assert run.outcome.kind == "stopped"
    assert board.touched == [(50, 100)]
    trajectory, doubt = resume(tmp_path)
    assert doubt is None
    assert len(trajectory.steps) == 1


def test_stop_while_the_step_is_seen_takes_no_act() -> None:
    board = Board()
    hook, agents = stop_at(1, acting=False)
    agents.append(agent(board, tap(500, 500), hooks=[hook]))
    assert agents[0].run("task").outcome
    assert board.touched == []


def test_a_saved_run_goes_on_where_it_was(tmp_path: Path) -> None:
    board = Board()
    with Store.create(tmp_path, "task") as store, pytest.raises(ModelError):
        agent(board, tap(500, 500), hooks=[store]).run("task")
    trajectory, doubt = resume(tmp_path)
    assert doubt is None
    a = agent(board, tap(600, 600), DONE)
    run = a.run("task", trajectory)
    assert run is trajectory
    assert [step.number for step in run.steps] == [1, 2, 3]
    assert board.touched == [(50, 100), (60, 120)]
    assert isinstance(a.model, ScriptedModel)
    assert text(a.model.prompts[0].messages[2]) == tap(500, 500)  # what was said before the break is still said


def test_after_a_break_the_model_hears_that_an_act_is_in_doubt(tmp_path: Path) -> None:
    board = Board(lost_at_touch=1)
    with Store.create(tmp_path, "task") as store, pytest.raises(DeviceLost):
        agent(board, tap(500, 500), hooks=[store]).run("task")
    trajectory, doubt = resume(tmp_path)
    assert doubt
    assert doubt.name == "tap"
    a = agent(Board(), DONE, policy=Policy(doubt=doubt))
    a.run("task", trajectory)
    assert "may or may not have been carried out" in last_words(a)


def test_a_risky_act_in_doubt_is_not_repeated_without_asking(tmp_path: Path) -> None:
    pay = tap(500, 500, "Tap 'Pay now'")
    asked: list[str] = []

    def ask(question: str) -> bool:
        asked.append(question)
        return False

    allowed = [Rule("allow", "tap", "Pay now")]
    board = Board(lost_at_touch=1)
    policy = Policy(allowed, read=lambda screen, at: "Pay now")
    with Store.create(tmp_path, "task") as store, pytest.raises(DeviceLost):
        agent(board, pay, hooks=[store], policy=policy).run("task")
    trajectory, doubt = resume(tmp_path)
    again = Board()
    policy = Policy(allowed, ask=ask, read=lambda screen, at: "Pay now", doubt=doubt)
    agent(again, pay, DONE, policy=policy).run("task", trajectory)
    assert again.touched == []
    assert "may already have been done" in asked[0]


def test_a_bug_in_a_hook_comes_through() -> None:
    def hook(step: Step, trajectory: Trajectory) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        agent(Board(), DONE, hooks=[hook]).run("task")


def test_a_tool_may_end_the_run_or_ask_for_a_person() -> None:
    from handsight.types import Outcome

    @tool
    def enough() -> None:
        """End it."""
        raise Finished(Outcome("claimed", "enough"))

    @tool
    def someone() -> None:
        """Fetch somebody."""
        raise NeedsHuman("a person must look")

    def kind(name: str) -> str:
        outcome = agent(Board(), said(name), tools=(enough, someone)).run("task").outcome
        assert outcome
        return outcome.kind

    assert [kind("enough"), kind("someone")] == ["claimed", "needs_human"]


def test_a_call_that_fails_the_schema_never_reaches_the_policy() -> None:
    seen: list[str] = []

    class Watching(Policy):
        def __call__(self, call: Any, screen: Screen) -> Any:
            seen.append(call.name)
            return super().__call__(call, screen)

    run = agent(Board(), said("wait", seconds="long"), DONE, policy=Watching()).run("task")
    assert isinstance(run.steps[0].problem, BadCall)
    assert seen == ["finish"]
