"""A call in its own thread: steps, questions, ends, and nobody who answers."""

import os
import subprocess
import sys
from collections.abc import Callable
from threading import Event
from typing import Any

import anyio
import pytest

from handsight.errors import NeedsHuman, ToolFailed, UserStopped
from handsight.serving import calls
from handsight.serving.calls import Call, Question, Told
from handsight.serving.served import Answer, Caller


def test_what_happens_comes_in_order_and_the_end_is_told_once() -> None:
    over: list[str] = []

    def work(caller: Caller) -> Answer:
        caller.hears(1, "tap")
        leave = caller.allows("Pay?")
        return Answer(f"{leave} {caller.answers('Which?')}")

    async def attend() -> None:
        call = Call(work, lambda: over.append("over"), can_ask=True)
        assert await call.next() == Told(1, "tap")
        question = await call.next()
        assert isinstance(question, Question)
        assert (question.wants, question.text) == ("leave", "Pay?")
        assert over == []
        call.reply(True)
        question = await call.next()
        assert isinstance(question, Question)
        assert (question.wants, question.text) == ("words", "Which?")
        call.reply("red")
        assert await call.next() == Answer("True red")
        await call.ended.wait()

    anyio.run(attend)
    assert over == ["over"]


@pytest.mark.parametrize("said", ["yes", 1, None, False])
def test_only_a_plain_yes_is_leave(said: Any) -> None:
    async def attend() -> None:
        call = Call(lambda caller: Answer(str(caller.allows("Pay?"))), lambda: None, can_ask=True)
        await call.next()
        call.reply(said)
        assert await call.next() == Answer("False")
        await call.ended.wait()

    anyio.run(attend)


def raised_by(work: Callable[[Caller], Answer], meanwhile: Callable[[Call], None] = lambda call: None) -> Exception:
    """What a call raises where it is waited for."""

    async def attend() -> Exception:
        call = Call(work, lambda: None, can_ask=True)
        try:
            while True:
                event = await call.next()
                assert isinstance(event, Question)
                meanwhile(call)
        except Exception as problem:
            await call.ended.wait()
            return problem

    return anyio.run(attend)


def test_what_the_work_raises_is_raised_where_it_is_waited_for() -> None:
    def work(caller: Caller) -> Answer:
        raise ToolFailed("out of paper")

    assert str(raised_by(work)) == "out of paper"


def test_a_question_that_nobody_answers_ends_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "PATIENCE_S", 0.1)
    problem = raised_by(lambda caller: Answer(str(caller.allows("Pay?"))))
    assert isinstance(problem, NeedsHuman)
    assert str(problem) == "nobody answered within 0.1 s: Pay?"


def test_no_words_are_no_answer() -> None:
    problem = raised_by(lambda caller: Answer(caller.answers("Which?")), lambda call: call.reply(None))
    assert isinstance(problem, NeedsHuman)
    assert str(problem) == "the user did not answer: Which?"


def test_a_call_that_nobody_waits_for_is_stopped_also_while_it_asks() -> None:
    problem = raised_by(lambda caller: Answer(str(caller.allows("Pay?"))), lambda call: call.end())
    assert isinstance(problem, UserStopped)


def test_work_that_goes_on_after_the_loop_is_over_harms_nobody() -> None:
    go, done = Event(), Event()

    def work(caller: Caller) -> Answer:
        go.wait()
        try:
            caller.hears(1, "late")
            return Answer("late")
        finally:
            done.set()

    async def leave() -> None:
        Call(work, lambda: None, can_ask=False)

    anyio.run(leave)
    go.set()
    assert done.wait(10)


WIRED = """
import os, subprocess, sys, anyio
from handsight.serving.wire import Wire

async def echo(wire):
    async for line in wire.lines():
        print("to nobody"); subprocess.run(["sh", "-c", "cat; echo from a child"])
        wire.out.write(f"{len(line)} {line[:9]}\\n"); wire.out.flush()
        if line == "stop": break

wire = Wire()
anyio.run(echo, wire)
wire.close()
"""


@pytest.mark.parametrize("last", ["", "stop\n"])
def test_a_wire_carries_its_lines_and_nothing_else(last: str) -> None:
    long = "x" * 1_000_000
    said = f"Grüße\n\n{long}\n{last}".encode()
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", WIRED],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(os.environ),
    ) as process:
        assert process.stdin
        process.stdin.write(said)
        process.stdin.flush()
        if last:  # it ends by itself, while the input is still open
            assert process.wait(30) == 0
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    lines = ["5 Grüße", "0 ", "1000000 xxxxxxxxx", *(["4 stop"] if last else [])]
    assert out.decode().splitlines() == lines
    assert sorted(err.decode().splitlines()) == sorted(["to nobody", "from a child"] * len(lines))
