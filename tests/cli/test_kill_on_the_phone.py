"""A run on a phone that lives on while the run is killed: it is taken up again, and the phone gets nothing twice."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from handsight.store import RECORD, about, events, load

from .ledger import ACTS

Run = Callable[..., subprocess.CompletedProcess[str]]
HERE = Path(__file__).parent
KEEP = ("run", "keep the ledger", "--model", "ledger:Keeper", "--run-folder", "run", "--json")
GO_ON = ("run", "--resume", "run", "--json")


@dataclass(frozen=True)
class Phone:
    """A `handsight phone` in a process of its own, and the file in which its app writes down what it gets."""

    process: subprocess.Popen[str]
    address: str
    ledger: Path

    def got(self) -> list[list[str]]:
        return [json.loads(line) for line in self.ledger.read_text().splitlines()] if self.ledger.exists() else []

    def acts(self) -> list[str]:
        return [act for act, *more in self.got() if not more]

    def words(self) -> list[str]:
        return [more[0] for _, *more in self.got() if more]


@contextmanager
def phone_at_work(folder: Path, *options: str) -> Iterator[Phone]:
    paths = os.pathsep.join([str(HERE), *(path for path in sys.path if path)])
    environment = {**os.environ, "PYTHONPATH": paths, "LEDGER": str(folder / "ledger.log")}
    command = [sys.executable, "-m", "handsight", "phone", "--size", "540x1200", "--apps", "ledger", *options]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        found = re.search(r" at (127\.0\.0\.1:\d+); Ctrl-C ends it$", process.stdout.readline())
        assert found
        yield Phone(process, found[1], folder / "ledger.log")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


@pytest.fixture
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    with phone_at_work(tmp_path_factory.mktemp("phone")) as phone:
        yield phone


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    paths = os.pathsep.join((str(HERE), environment["PYTHONPATH"]))
    # A signal may fall between a socket's making and its owner's taking it; the garbage collector closes it then.
    return {**environment, "PYTHONPATH": paths, "PYTHONWARNINGS": "error,ignore::ResourceWarning"}


Begin = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def begin(folder: Path, environment: dict[str, str]) -> Begin:
    """Start `handsight` with these words."""

    def start(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "handsight", *words]
        return subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    return start


def until(process: subprocess.Popen[str], event: str, tool: str = "") -> None:
    """Read what a run tells until it tells of that event, with a call of that tool."""
    assert process.stdout
    for line in process.stdout:
        told = json.loads(line)
        if told["event"] == event and tool in ("", (told.get("call") or {}).get("name")):
            return
    assert process.stderr
    raise AssertionError(f"the run ended before {event} {tool}: {process.stderr.read()}")


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL


def test_killed_again_and_again_with_acts_in_flight_the_phone_gets_each_act_once(
    phone: Phone, begin: Begin, handsight: Run, folder: Path
) -> None:
    chance = random.Random(7)
    moments = [
        ("tap", 0.0),
        ("long_press", chance.uniform(0.0, 0.4)),  # before it has taken effect
        ("swipe", chance.uniform(0.0, 0.3)),  # before the finger is up
        ("long_press", chance.uniform(0.6, 1.1)),  # after it has, before it is over
    ]
    words = (*KEEP, "--device", phone.address)
    doubts = 0
    for tool, later in moments:
        process = begin(*words)
        until(process, "acting", tool)
        time.sleep(later)  # the moment itself, not a wait for something
        kill(process)
        doubts += load(folder / "run").steps[-1].in_doubt
        words = GO_ON
    ran = handsight(*GO_ON)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert phone.acts() == list(ACTS)
    assert doubts >= 2
    saved = load(folder / "run")
    assert saved.outcome
    assert saved.outcome.kind == "claimed"
    assert [step.number for step in saved.steps] == list(range(1, len(saved.steps) + 1))
    assert sum(event["event"] == "resume" for event in events(folder / "run")) == len(moments)


def test_ctrl_c_during_an_act_saves_all_and_even_a_record_that_is_cut_then_goes_on(
    phone: Phone, begin: Begin, handsight: Run, folder: Path
) -> None:
    process = begin(*KEEP, "--device", phone.address)
    until(process, "acting", "long_press")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "")
    assert json.loads(out.splitlines()[-1])["kind"] == "stopped"
    saved = load(folder / "run")
    assert saved.outcome
    assert saved.outcome.kind == "stopped"
    record = (folder / "run" / RECORD).read_bytes()
    lines = record.splitlines(keepends=True)
    for cut in (0, 1, len(lines[-1]), len(lines[-1]) + 5):  # at the last line, and into the one before
        copy = folder / f"cut_{cut}"
        shutil.copytree(folder / "run", copy)
        (copy / RECORD).write_bytes(record[: len(record) - cut])
        assert load(copy).task == "keep the ledger"
    ran = handsight("run", "--resume", str(copy), "--json")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert phone.acts() == list(ACTS)


def test_two_phones_side_by_side_are_worked_at_once_without_cross_talk(
    phone: Phone, begin: Begin, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with phone_at_work(tmp_path_factory.mktemp("other"), "--dark") as other:
        words = [word for word in KEEP if word not in ("--run-folder", "run")]
        runs = [
            begin("run", *words, "--device", at.address, "--run-folder", name)
            for at, name in ((phone, "one"), (other, "two"))
        ]
        for run in runs:
            _, err = run.communicate(timeout=90)
            assert (run.returncode, err) == (0, "")
        assert phone.acts() == other.acts() == list(ACTS)
    for at, name in ((phone, "one"), (other, "two")):
        assert at.address in about(folder / name)["device"]
        assert {step.screen.app for step in load(folder / name).steps[1:] if step.screen} == {"org.example.ledger"}
        shown = [step.screen.image.getpixel((5, 600)) for step in load(folder / name).steps[1:] if step.screen]
        assert all((sum(color) < 300) == (name == "two") for color in shown)


LONG = "Dear diary, today I bought milk and honey, and then " * 7 + "I went home."


@pytest.mark.parametrize("text", ["milk and honey", LONG])
def test_text_that_was_being_typed_when_the_run_was_killed_is_not_doubled(
    phone: Phone, begin: Begin, handsight: Run, folder: Path, text: str
) -> None:
    task = f'open Ledger, type "{text}" into Words, tap "Add one"'
    process = begin("run", task, "--device", phone.address, "--run-folder", "run", "--json")
    until(process, "acting", "type_text")
    while text is LONG and not phone.words():  # it is typed in pieces: kill between two of them
        assert process.poll() is None
    kill(process)
    ran = handsight(*GO_ON)
    assert ran.stderr == ""
    outcome = json.loads(ran.stdout.splitlines()[-1])
    if ran.returncode == 0:
        assert phone.words()[-1] == text
        assert phone.acts() == ["tap"]
    else:  # what stands there in part is neither left as it is nor begun anew, but told
        assert outcome["kind"] == "failed"
        assert "the text may stand there in part: clear the field" in outcome["message"]
        assert text.startswith(phone.words()[-1])
        assert text is LONG
