"""A run that was killed goes on, and nothing is done twice."""

import json
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from handsight.store import events, load

Run = Callable[..., subprocess.CompletedProcess[str]]
LIGHT = ("run", "light twelve", "--device", "mine:Board", "--model", "mine:Counting", "--run-folder", "run", "--json")
GO_ON = ("run", "--resume", "run", "--json")


def touches(folder: Path) -> list[float]:
    """Where the board was touched, from left to right."""
    return [json.loads(line)[0] for line in (folder / "board.log").read_text().splitlines()]


@pytest.mark.parametrize("moment", ["before 0", "after 1", "before 5", "after 12"])
def test_killed_at_an_act_the_run_goes_on_without_acting_twice(handsight: Run, folder: Path, moment: str) -> None:
    """Killed between the line that says an act begins and the one that says how it went: in doubt either way."""
    killed = handsight(*LIGHT, DIE=moment)
    assert killed.returncode == -signal.SIGKILL
    assert load(folder / "run").steps[-1].in_doubt
    ran = handsight(*GO_ON)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(set(touches(folder))) == len(touches(folder)) == 12
    saved = load(folder / "run")
    assert saved.outcome
    assert saved.outcome.kind == "claimed"
    assert [step.number for step in saved.steps] == list(range(1, len(saved.steps) + 1))


def test_killed_at_random_again_and_again_nothing_is_done_twice(folder: Path, environment: dict[str, str]) -> None:
    chance = random.Random(20)
    words, kills = LIGHT, 0
    while True:
        command = [sys.executable, "-m", "handsight", *words]
        env = {**environment, "PAUSE": "0.01"}
        with subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            for _ in range(chance.randrange(2, 9)):
                process.stdout.readline()
            if kills < 4:
                process.kill()
            process.stdout.read()
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
        kills += 1
        if load(folder / "run").outcome:  # it was killed while it tidied up
            break
        words = GO_ON
    assert len(set(touches(folder))) == len(touches(folder)) == 12
    assert sum(event["event"] == "resume" for event in events(folder / "run")) >= kills - 1
    assert kills >= 1


def test_a_run_goes_on_with_the_words_it_was_begun_with_unless_others_are_given(handsight: Run, folder: Path) -> None:
    assert handsight(*LIGHT, "--max-steps", "3").returncode == 4
    assert handsight(*GO_ON, "--max-steps", "4").returncode == 4
    assert len(touches(folder)) == 7
    (folder / "script.txt").write_text("no\n---\nno\n---\nno\n---\nno")
    assert handsight(*GO_ON, "--model", "scripted:script.txt").returncode == 3
    assert len(touches(folder)) == 7


def test_a_run_that_is_over_is_said_to_be_over_and_left_alone(handsight: Run, folder: Path) -> None:
    handsight(*LIGHT)
    before = (folder / "run" / "run.jsonl").read_bytes()
    ran = handsight(*GO_ON)
    assert ran.returncode == 2
    assert ran.stderr == "handsight: the run in run is over (claimed: Light 13.); begin a new one\n"
    assert (folder / "run" / "run.jsonl").read_bytes() == before


def test_a_run_whose_device_cannot_be_had_again_is_left_as_it_was(handsight: Run, folder: Path) -> None:
    handsight(*LIGHT, DIE="after 3")
    steps = len(load(folder / "run").steps)
    assert handsight(*GO_ON, "--device", "nowhere:Device").returncode == 2
    (folder / "gone.py").write_text(
        "from handsight.errors import NoDevice\ndef Gone():\n    raise NoDevice('it is gone')\n"
    )
    assert handsight(*GO_ON, "--device", "gone:Gone").stderr == "handsight: it is gone\n"
    assert len(load(folder / "run").steps) == steps
    assert handsight(*GO_ON).returncode == 0
    assert len(set(touches(folder))) == len(touches(folder)) == 12
