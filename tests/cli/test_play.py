"""`handsight play`: what a user reads of task files that pass, that fail, and that are wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from .conftest import Run
from .terminal import CTRL_C, Terminal

TOUCHES = """\
task: Touch ${what}
device: mine:Board
variables: {x: 10}
data: [{what: one}, {what: two}]
secrets: {pin: env:PIN}
timeout_s: 0
steps:
  - tap: [10, 20]
  - long_press: [30, 40]
    seconds: ${x}
"""
FAILS = "task: Fail\ndevice: mine:Board\ntimeout_s: 0\nsteps:\n  - tap: [1, 2]\n  - tap: Nothing\n  - tap: [3, 4]\n"


@pytest.fixture
def tasks(folder: Path) -> Path:
    """A folder with a task that passes and one that fails."""
    made = folder / "tasks"
    made.mkdir()
    (made / "a.yaml").write_text(TOUCHES)
    (made / "b.yaml").write_text(FAILS)
    return made


def touched(folder: Path) -> list[list[float]]:
    return [json.loads(line) for line in (folder / "board.log").read_text().splitlines()]


def test_each_result_is_a_line_and_the_exit_code_says_whether_all_passed(
    handsight: Run, folder: Path, tasks: Path
) -> None:
    ran = handsight("play", "tasks/a.yaml", "--set", "x=0.1", PIN="hunter2")
    assert (ran.returncode, ran.stderr) == (0, "")
    one, two, total = ran.stdout.splitlines()
    assert one.startswith("passed  Touch one (row 1: one)  ")
    assert two.startswith("passed  Touch two (row 2: two)  ")
    assert total.startswith("2 passed in ")
    assert touched(folder) == [[10, 20], [30, 40]] * 2
    assert len([*folder.glob("runs/*/report.html")]) == 2


def test_a_failure_says_where_and_why_and_goes_into_the_junit_file(handsight: Run, folder: Path, tasks: Path) -> None:
    ran = handsight("play", "tasks", "--junit", "result.xml", "--folder", "records", PIN="hunter2")
    assert (ran.returncode, ran.stderr) == (1, "")
    lines = ran.stdout.splitlines()
    assert lines[2].startswith("failed  Fail  ")
    assert lines[3].startswith(
        '        tasks/b.yaml, line 6: NotFound: tap "Nothing": there is no "Nothing" on the screen'
    )
    picture, report = (folder / line.strip() for line in lines[4:6])
    assert picture.name == "failed-002.png"
    assert picture.is_file()
    assert report.is_file()
    assert report.is_relative_to(folder / "records")
    assert lines[6].startswith("2 passed, 1 failed in ")
    assert touched(folder)[4:] == [[1, 2]]  # and what followed was left
    root = ElementTree.parse(folder / "result.xml").getroot()
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "1", "0")
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.get("type") == "NotFound"
    assert "tasks/b.yaml, line 6" in (failure.text or "")


def test_in_json_every_line_is_an_event(handsight: Run, tasks: Path) -> None:
    ran = handsight("play", "tasks", "--json", PIN="hunter2")
    events = [json.loads(line) for line in ran.stdout.splitlines()]
    case = ["start", "step", "step", "result"]
    assert [event["event"] for event in events] == [*case, *case, *case, "end"]
    assert events[1] | {"seconds": 0} == {
        "event": "step",
        "number": 1,
        "line": 8,
        "words": "tap [10, 20]",
        "seconds": 0,
        "problem": "",
    }
    result = events[11]
    assert (result["passed"], result["kind"], result["line"], result["name"]) == (False, "NotFound", 6, "Fail")
    assert events[-1] | {"seconds": 0} == {"event": "end", "passed": 2, "failed": 1, "seconds": 0}


MISTAKES: list[tuple[list[str], str]] = [
    ([], "Missing argument 'FILE...'"),
    (["none.yaml"], "the task file none.yaml cannot be read: No such file or directory"),
    (["tasks/a.yaml"], "tasks/a.yaml: the secret 'pin' is not there; set the environment variable PIN"),
    (["tasks/b.yaml", "--set", "x"], "--set is written as NAME=VALUE, such as --set item=milk, not 'x'"),
    (["tasks/b.yaml", "--set", "x=1"], "no variable of these files is called 'x'; there are: none"),
    (["tasks/b.yaml", "--junit", "none/r.xml"], "the result cannot be written to none/r.xml: name a file in a folder"),
    (["tasks/b.yaml", "--device", "virtual:nonsense"], "'nonsense' is none of these"),
    (["tasks/b.yaml", "--model", "nonsense"], "no model is called 'nonsense'"),
    (["mine.py"], "a task file ends in .yaml, .yml, .md, .markdown, unlike mine.py"),
]


@pytest.mark.parametrize(("words", "says"), MISTAKES, ids=[" ".join(words) or "nothing" for words, _ in MISTAKES])
def test_a_mistake_is_one_sentence_and_nothing_is_touched(
    words: list[str], says: str, handsight: Run, folder: Path, tasks: Path
) -> None:
    ran = handsight("play", *words)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("handsight: ")
    assert says in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert not (folder / "board.log").exists()
    assert not (folder / "runs").exists()


@pytest.fixture
def waiting(folder: Path, environment: dict[str, str]) -> Iterator[Terminal]:
    """A task on a terminal that waits for what never comes."""
    (folder / "wait.yaml").write_text(
        "task: Wait\ndevice: mine:Board\nsteps:\n  - tap: [1, 2]\n  - wait_for: Godot\n    timeout_s: 600\n"
    )
    words = ["play", "wait.yaml", "--junit", "result.xml"]
    with Terminal(words, folder, environment) as terminal:
        yield terminal


def test_on_a_terminal_the_steps_are_seen_and_ctrl_c_ends_them(waiting: Terminal, folder: Path) -> None:
    waiting.shows("Wait\n")
    waiting.shows("1  tap [1, 2]")
    waiting.shows('2  wait_for "Godot", timeout_s 600')
    waiting.types(CTRL_C)
    assert waiting.ends() == 130
    assert "handsight: stopped" in waiting.screen
    assert "Traceback" not in waiting.screen
    assert not (folder / "result.xml").exists()
    [record] = folder.glob("runs/*/run.jsonl")
    outcome = json.loads(record.read_text().splitlines()[-1])
    assert (outcome["event"], outcome["kind"]) == ("outcome", "stopped")
