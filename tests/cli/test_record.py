"""`handsight record`: a person works the device, Ctrl-C ends it, and what was done is a task file that replays."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from handsight.devices.virtual import VirtualPhone
from handsight.play.taskfile import TaskStep, read_task
from handsight.store import load

from .conftest import Run

NOTES = "org.handsight.notes"


@pytest.fixture
def phone() -> Iterator[VirtualPhone]:
    with VirtualPhone() as phone:
        phone.settings["global"]["transition_animation_scale"] = "0"
        yield phone


def place(phone: VirtualPhone, text: str) -> tuple[float, float]:
    with phone.lock:
        node = next(node for node in phone.tree().walk() if text in (node.text, node.description))
    left, top, right, bottom = node.bounds
    return (left + right) / 2, (top + bottom) / 2


class Recording:
    """`handsight record` in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def line(self, pattern: str) -> str:
        """The next line that holds this."""
        assert self.process.stdout
        for line in self.process.stdout:
            if re.search(pattern, line):
                return line
        raise AssertionError(f"it ended before it said {pattern}")

    def end(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        self.process.send_signal(number)
        out, _ = self.process.communicate(timeout=60)
        return self.process.returncode, out


@contextmanager
def recording(folder: Path, environment: dict[str, str], *words: str) -> Iterator[Recording]:
    command = [sys.executable, "-m", "handsight", "record", *words]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield Recording(process)
        finally:
            if process.poll() is None:
                process.kill()


def at_rest() -> None:
    """Go on as a person does, who looks first."""
    threading.Event().wait(1.5)


def test_a_session_becomes_a_file_that_does_the_same_on_another_phone(
    phone: VirtualPhone, folder: Path, environment: dict[str, str], handsight: Run
) -> None:
    me = phone.person
    with recording(folder, environment, "--device", phone.address, "-o", "milk.yaml", "--run-folder", "run") as session:
        session.line("Ctrl-C ends the recording")
        session.line("wait a second after typing")
        while not phone.hardware.listened:
            at_rest()
        at_rest()
        for what in ("Notes", "New note", "Title"):
            me.tap(*place(phone, what))
            assert f"tap {what}" in session.line("tap")
            at_rest()
        me.write("Milk")
        at_rest()
        me.press("back")
        session.line("press back")
        at_rest()
        code, said = session.end()
    assert code == 0, said
    assert re.search(r"\d steps: milk.yaml", said)
    assert "Milk" not in said
    task = read_task(folder / "milk.yaml")
    verbs = [step.verb for step in task.steps if isinstance(step, TaskStep)]
    assert verbs[:4] == ["tap", "tap", "type", "press"]
    assert (task.task, task.device) == ("milk", phone.address)
    assert [step.call.name for step in load(folder / "run").steps if step.call][-1] == "finish"
    with VirtualPhone(dark=True) as other:
        ran = handsight("replay", "milk.yaml", "--device", other.address)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "Milk" in str(other.state()["apps"][NOTES])


def test_a_phone_that_goes_away_leaves_what_was_done(
    phone: VirtualPhone, folder: Path, environment: dict[str, str], handsight: Run
) -> None:
    with recording(folder, environment, "--device", phone.address, "--run-folder", "run") as session:
        session.line("wait a second")
        while not phone.hardware.listened:
            at_rest()
        phone.person.tap(*place(phone, "Notes"))
        session.line("tap")
        phone.close()
        out, _ = session.process.communicate(timeout=60)
    assert session.process.returncode == 1
    assert "handsight record --from run" in out
    assert "Traceback" not in out
    assert [step.call.name for step in load(folder / "run").steps if step.call] == ["tap", "finish"]
    assert handsight("record", "--from", "run").returncode == 0
    step = read_task(folder / "session.yaml").steps[0]  # where the app was still seen, a check follows
    assert isinstance(step, TaskStep)
    assert step.verb == "tap"
    assert "Notes" in str(step.argument)


def test_it_ends_by_itself_after_so_many_seconds_and_says_that_nothing_was_done(
    phone: VirtualPhone, handsight: Run, folder: Path
) -> None:
    ran = handsight("record", "--device", phone.address, "--seconds", "1", "--run-folder", "run")
    assert (ran.returncode, "nothing was done" in ran.stderr) == (2, True)
    assert not (folder / "session.yaml").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--seconds", "0", "--device", "virtual"], "more than 0"),
        (["--from", "run", "--device", "virtual"], "only -o goes with it"),
        (["--device", "mine:Board"], "does not see what a person does"),
        (["-o", "mine.py"], "is written as YAML: name it mine.yaml"),
        (["-o", "there.yaml"], "is there already"),
        (["-o", "album.yaml"], "album is there already; name another file"),
        (["-o", "new.yaml", "--run-folder", "new"], "name another --run-folder"),
        (["--from", "nowhere"], "holds no run"),
    ],
)
def test_what_is_wrong_is_one_sentence_before_anything_is_recorded(
    handsight: Run, folder: Path, words: list[str], says: str
) -> None:
    (folder / "there.yaml").write_text("mine")
    (folder / "album").mkdir()
    ran = handsight("record", *words)
    assert (ran.returncode, ran.stdout) == (2, "") or "work it by hand" in ran.stdout
    assert ran.returncode == 2
    assert says in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1
    assert not (folder / "runs").exists()
    assert (folder / "there.yaml").read_text() == "mine"


def test_a_phone_in_a_browser_is_worked_by_a_person_and_recorded(
    folder: Path, environment: dict[str, str], handsight: Run
) -> None:
    command = [sys.executable, "-m", "handsight", "phone", "--size", "540x1200", "--show"]
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as kept:
        assert kept.stdout
        said = [kept.stdout.readline() for _ in range(5)]
        address = said[0].partition(" at ")[2].partition(";")[0]
        page = re.search(r"see and touch it: (http://127\.0\.0\.1:\d+/[\w-]+/)$", said[4])
        assert page
        assert f"handsight record --device {address}" in said[3]
        with recording(folder, environment, "--device", address, "--run-folder", "run") as session:
            session.line("wait a second")
            for _ in range(3):  # the first may come before the panel is listened to
                at_rest()
                for phase in ("down", "up"):
                    touch = json.dumps({"phase": phase, "x": 0.5, "y": 0.3}).encode()
                    with urllib.request.urlopen(f"{page[1]}touch", touch) as answer:
                        assert answer.status == 204
            session.line("tap")
            at_rest()
            assert session.end()[0] in (0, 2)  # what is there may lead nowhere
        step = load(folder / "run").steps[0]
        assert step.call
        assert step.call.arguments["at"] == pytest.approx([270, 360], abs=1)
        kept.send_signal(signal.SIGTERM)
        assert kept.wait(30) == 0
