"""Calls, times and outcomes in words."""

from typing import get_args

import pytest

from handsight.types import Outcome, OutcomeKind, Reply, Step, ToolCall, Trajectory
from handsight.view import words


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (ToolCall("tap", {"at": [412.4, 980]}), "tap (412, 980)"),
        (ToolCall("long_press", {"at": [1, 2], "seconds": 1.5}), "long_press (1, 2) seconds=1.5"),
        (ToolCall("swipe", {"start": [1, 2], "end": [3, 4]}), "swipe (1, 2) → (3, 4)"),
        (ToolCall("type_text", {"text": 'say "hi"\n设置'}), 'type_text "say \\"hi\\"\\n设置"'),
        (ToolCall("press", {"key": "back"}), 'press "back"'),
        (ToolCall("finish", {"success": True, "message": "ok"}), 'finish success=true message="ok"'),
        (ToolCall("drag", {"from": [1, 2], "to": [3, 4]}), "drag from=(1, 2) to=(3, 4)"),
        (ToolCall("home"), "home"),
        (ToolCall("tap", {"at": None}), "tap null"),
    ],
)
def test_a_call_is_one_line(call: ToolCall, said: str) -> None:
    assert words.call_in_words(call) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 ms"),
        (0.0084, "8 ms"),
        (0.9996, "1.0 s"),
        (1.24, "1.2 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 0 s"),
        (185, "3 min 5 s"),
    ],
)
def test_a_time_is_short(seconds: float, said: str) -> None:
    assert words.seconds_in_words(seconds) == said


def test_every_outcome_has_words_of_its_own() -> None:
    answered = [Step(1, reply=Reply("finish"))]
    ends = [Outcome(kind) for kind in get_args(OutcomeKind)]
    said = {words.outcome_in_words(Trajectory("x", answered, end)) for end in [*ends, None]}
    assert len(said) == len(ends) + 1
    assert words.outcome_in_words(Trajectory("x", [Step(1)], Outcome("claimed"))) == "done"


def test_what_no_phase_accounts_for_is_other() -> None:
    split = words.phases({"settle": 1, "capture": 0.25, "render": 0.1, "model": 2, "total": 4})
    assert split == {"settle": 1, "capture": 0.25, "model": 2, "act": 0, "other": 0.75}
    assert words.phases({"settle": 1})["other"] == 0


def test_the_phases_of_a_run_add_up() -> None:
    run = Trajectory("t", [Step(1, timing={"model": 1.0, "total": 1.5}), Step(2, timing={"model": 2.0, "total": 2.0})])
    assert words.total_phases(run) == {"settle": 0, "capture": 0, "model": 3, "act": 0, "other": 0.5}
