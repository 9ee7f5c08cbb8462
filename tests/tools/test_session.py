"""The tools of every run: wait, finish, answer, ask."""

import os
import signal
import threading
from typing import Any

import pytest
from PIL import Image

from handsight.errors import BadCall, Finished, NeedsHuman
from handsight.tools.registry import Tools
from handsight.tools.session import session_tools
from handsight.types import Outcome, Screen, ToolCall, ToolResult

SCREEN = Screen(Image.new("RGB", (2, 2)))


class Blank:
    """A device that shows nothing."""

    name = "blank"

    def screenshot(self) -> Screen:
        return SCREEN

    def close(self) -> None: ...


def act(tools: Tools, name: str, /, **arguments: Any) -> ToolResult:
    call = ToolCall(name, arguments)
    tools.check(call)
    return tools.run(call, Blank(), SCREEN)


TOOLS = Tools(session_tools())


def test_every_run_has_the_same_tools_whether_somebody_can_be_asked_or_not() -> None:
    assert [t.name for t in TOOLS] == ["wait", "finish", "answer", "ask_user"]
    assert [t.parameters for t in session_tools(ask=str)] == [t.parameters for t in TOOLS]


def test_waiting_takes_as_long_as_was_asked_for() -> None:
    assert act(TOOLS, "wait", seconds=0).text == "Waited 0 s."
    result = act(TOOLS, "wait", seconds=0.02)
    assert result.text == "Waited 0.02 s."
    assert result.seconds >= 0.02


@pytest.mark.parametrize("seconds", [-1, 61, "5", None, float("inf"), True])
def test_waiting_without_end_is_refused(seconds: Any) -> None:
    with pytest.raises(BadCall, match="wait: "):
        act(TOOLS, "wait", seconds=seconds)


@pytest.mark.timeout(30)
def test_waiting_can_be_interrupted() -> None:
    def wait_until_ctrl_c() -> None:
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
        act(TOOLS, "wait", seconds=60)

    with pytest.raises(KeyboardInterrupt):
        wait_until_ctrl_c()


@pytest.mark.parametrize(("success", "kind"), [(True, "claimed"), (False, "failed")])
def test_finishing_is_a_claim_or_a_failure_in_the_models_words(success: bool, kind: Any) -> None:
    with pytest.raises(Finished) as stop:
        act(TOOLS, "finish", success=success, message="all done")
    assert stop.value.outcome == Outcome(kind, "all done")


@pytest.mark.parametrize("arguments", [{}, {"success": "true", "message": ""}, {"success": 1, "message": ""}])
def test_an_unclear_ending_does_not_end_the_run(arguments: dict[str, Any]) -> None:
    with pytest.raises(BadCall, match="finish: "):
        act(TOOLS, "finish", **arguments)


def test_an_answer_ends_the_run_with_it() -> None:
    with pytest.raises(Finished) as stop:
        act(TOOLS, "answer", text="42 °C")
    assert stop.value.outcome == Outcome("claimed", answer="42 °C")


def test_a_question_reaches_the_user_and_the_answer_the_model() -> None:
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return "the blue one"

    assert act(Tools(session_tools(ask)), "ask_user", question="Which one?").text == "the blue one"
    assert asked == ["Which one?"]


def test_a_question_that_nobody_hears_ends_the_run_for_a_human() -> None:
    with pytest.raises(NeedsHuman, match=r"nobody is here to answer: Which one\?") as stop:
        act(TOOLS, "ask_user", question="Which one?")
    assert stop.value.outcome.kind == "needs_human"
