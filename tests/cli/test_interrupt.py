"""Ctrl-C, at whatever instruction it comes, ends a run as stopped, with everything that happened in the record."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from PIL import Image

import handsight.journal
import handsight.loop
import handsight.store
from handsight.cli.interrupt import ending, stopping
from handsight.loop import Agent
from handsight.models.scripted import ScriptedModel
from handsight.prompts.nous import NousDialect
from handsight.store import Store, load, resume
from handsight.tools.gestures import gestures_for
from handsight.tools.registry import Tools
from handsight.tools.session import session_tools
from handsight.types import Point, Screen, Step, Trajectory

WATCHED = {  # by instruction, by line
    handsight.loop.__file__: True,
    handsight.store.__file__: False,
    handsight.journal.__file__: False,
}


@dataclass
class Light:
    """A device that counts how often it is touched."""

    name: str = "light"
    touched: list[Point] = field(default_factory=list)

    def screenshot(self) -> Screen:
        return Screen(Image.new("RGB", (10, 20)), "light")

    def tap(self, at: Point, on: Screen) -> None:
        self.touched.append(at)

    def long_press(self, at: Point, seconds: float, on: Screen) -> None:
        self.touched.append(at)

    def swipe(self, start: Point, end: Point, seconds: float, on: Screen) -> None:
        self.touched.append(start)

    def close(self) -> None:
        pass


def said(**arguments: Any) -> str:
    return f"<tool_call>\n{json.dumps({'name': 'mobile_use', 'arguments': arguments})}\n</tool_call>"


STRIDE = 17  # with 1, which takes a minute, it holds as well
SCRIPT = [said(action="click", coordinate=[500, 500]), "nonsense", said(action="terminate", status="success")]


def agent(light: Light, hooks: Any, script: Any = SCRIPT) -> Agent:
    tools = Tools([*gestures_for(light), *session_tools()])
    return Agent(light, ScriptedModel(script), NousDialect(), tools, hooks=hooks)


@contextmanager
def counting(signal_at: int = -1) -> Iterator[list[int]]:
    """Count the instructions of the loop and the lines of the store, and press Ctrl-C at one of them."""
    passed = [0]

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        finely = WATCHED.get(frame.f_code.co_filename)
        if finely is None:
            return None
        frame.f_trace_opcodes = finely
        if event == ("opcode" if finely else "line"):
            passed[0] += 1
            if passed[0] == signal_at:
                signal.raise_signal(signal.SIGINT)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield passed
    finally:
        sys.settrace(before)


def test_ctrl_c_at_any_instruction_ends_the_run_with_all_that_happened_in_the_record(tmp_path: Path) -> None:
    kinds = set()
    at = 1
    while True:
        light, folder = Light(), tmp_path / str(at)
        with Store.create(folder, "task") as store:
            a = agent(light, [store])
            with stopping(a), counting(at) as passed:
                run = a.run("task")
        if passed[0] < at:
            break
        assert run.outcome, at
        kinds.add(run.outcome.kind)
        saved = load(folder)
        assert saved.outcome == run.outcome, at
        done = sum(
            step.call is not None and step.call.name == "tap" and step.result is not None for step in saved.steps
        )
        doubt = any(step.in_doubt and step.call and step.call.name == "tap" for step in saved.steps)
        assert done <= len(light.touched) <= done + doubt, at
        if run.outcome.kind == "stopped":
            going_on, _ = resume(folder)
            assert all(step.result or step.problem or step.in_doubt for step in going_on.steps), at
        at += STRIDE
    assert at > 500
    assert kinds == {"stopped", "claimed"}


def test_a_second_ctrl_c_ends_the_program_wherever_it_is(tmp_path: Path) -> None:
    def hook(step: Step, trajectory: Trajectory) -> None:
        signal.raise_signal(signal.SIGINT)
        told.append("the first one waits until the record is written")
        signal.raise_signal(signal.SIGINT)
        told.append("never reached")

    told: list[str] = []
    a = agent(Light(), [hook])
    with stopping(a), pytest.raises(KeyboardInterrupt):
        a.run("task")
    assert told == ["the first one waits until the record is written"]


def test_ctrl_c_before_the_first_step_takes_none() -> None:
    light = Light()
    a = agent(light, [])
    with stopping(a):
        signal.raise_signal(signal.SIGINT)
        run = a.run("task")
    assert run.outcome
    assert run.outcome.kind == "stopped"
    assert light.touched == []


def test_sigterm_while_a_run_is_opened_ends_it_as_ctrl_c_does() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), ending():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_afterwards_ctrl_c_is_what_it_was() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with stopping(agent(Light(), [])):
        assert signal.getsignal(signal.SIGINT) is not before[0]
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("steps", [0, 1, 3])
def test_a_program_that_is_stopped_says_so_and_leaves_a_whole_record(
    folder: Path, environment: dict[str, str], number: int, steps: int
) -> None:
    command = [
        sys.executable,
        "-m",
        "handsight",
        "run",
        "light it",
        "--device",
        "mine:Board",
        "--model",
        "mine:Counting",
    ]
    command += ["--run-folder", "run", "--json"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**environment, "PAUSE": "0.02"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        events = [json.loads(process.stdout.readline())]
        while sum(event["event"] == "step" for event in events) < steps:
            events.append(json.loads(process.stdout.readline()))
        time.sleep(0.01 * steps)  # somewhere within the next step
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    events += [json.loads(line) for line in out.splitlines()]
    assert err == ""
    assert process.returncode == 130
    assert events[-1]["event"] == "outcome"
    assert events[-1]["kind"] == "stopped"
    assert (folder / events[-1]["report"]).is_file()
    saved = load(folder / "run")
    assert saved.outcome
    assert saved.outcome.kind == "stopped"
    touched = len((folder / "board.log").read_text().splitlines()) if (folder / "board.log").exists() else 0
    done = sum(step.result is not None for step in saved.steps)
    assert done <= touched <= done + any(step.in_doubt for step in saved.steps)
