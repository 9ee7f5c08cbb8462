"""Recorded steps are taken again on a phone that has changed, and what cannot be known again is not touched."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from handsight import Prompt, Reply, ScriptedModel, open_device, open_hand
from handsight.devices.android import VirtualAndroid
from handsight.errors import BadTask
from handsight.play.again import Replayed, record_run, replay
from handsight.play.keeping import files
from handsight.play.taskfile import TaskFile, TaskStep, read_task, write_task
from handsight.sight.ocr import Ocr

from . import trip

RECORDED_ON = "virtual:1080x2400"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a script of twenty steps, recorded on a phone of 1080x2400, light, in English."""
    folder = tmp_path_factory.mktemp("recorded")
    device = open_device(RECORDED_ON)
    assert isinstance(device, VirtualAndroid)
    try:
        with open_hand(device, folder=folder / "run", title="A trip", read=Ocr().read) as hand:
            trip.script(hand)
        assert all(trip.done(device.phone).values())
    finally:
        device.close()
    path, made = record_run(folder / "run", folder / "trip.yaml")
    assert made.left_out == []
    assert len(read_task(path).steps) == 20
    return path


def copied(recorded: Path, folder: Path) -> Path:
    shutil.copytree(recorded.parent / "trip", folder / "trip")
    return Path(shutil.copy(recorded, folder / "trip.yaml"))


def shortened(recorded: Path, folder: Path, steps: slice, timeout_s: float = 1.0) -> Path:
    """A part of the file, that gives up soon."""
    task = read_task(copied(recorded, folder))
    return write_task(
        TaskFile(task.task, task.steps[steps], device="virtual", timeout_s=timeout_s), folder / "trip.yaml"
    )


def hows(done: Replayed) -> Counter[str]:
    return Counter(each.how for each in done.taken)


@pytest.fixture
def phone(request: pytest.FixtureRequest) -> Iterator[VirtualAndroid]:
    device = open_device(f"virtual:{request.param}")
    assert isinstance(device, VirtualAndroid)
    device.phone.settings["global"]["transition_animation_scale"] = "0"
    yield device
    device.close()


# What changed, and how many of the thirteen places are at the least found in another way than they were recorded.
HELD = {
    "1080x2400": 0,
    "1080x2400,dark": 5,  # a switch, and a place whose words nobody read, have no picture that could differ
    "720x1600": 13,
    "1080x2400,density=320": 13,
}


@pytest.mark.parametrize("phone", HELD, indirect=True)
def test_twenty_steps_hold_after_a_change_of_the_phone(
    phone: VirtualAndroid, recorded: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    done = replay(recorded, phone, folder=tmp_path)
    assert done.passed, done.played[0].problem
    assert trip.done(phone.phone) == dict.fromkeys(trip.done(phone.phone), True)
    change = request.node.callspec.params["phone"]
    assert hows(done)["as recorded"] + hows(done)["adapted"] == 13
    assert hows(done)["adapted"] >= HELD[change]
    assert hows(done)["adapted"] == 0 or HELD[change]


IN_CHINESE = {"30 seconds": "30 秒", "Accessibility": "无障碍", "Captions": "字幕", "Timer": "计时器"}


class Chinese(ScriptedModel):
    """Points at what the words are in Chinese, as a model would that knows both."""

    def __init__(self, phone: VirtualAndroid) -> None:
        super().__init__([])
        self.asked: list[str] = []
        self._phone = phone

    def generate(self, prompt: Prompt) -> Reply:
        said = "\n".join(str(part) for message in prompt.messages for part in message.parts)
        word = next(word for word in IN_CHINESE if f'tap "{word}"' in said)
        self.asked.append(word)
        nodes = self._phone.phone.tree().walk()
        left, top, right, bottom = next(node.bounds for node in nodes if node.text == IN_CHINESE[word])
        width, height = self._phone.phone.size
        x, y = round((left + right) / 2 / width * 1000), round((top + bottom) / 2 / height * 1000)
        return Reply(called(action="click", coordinate=[x, y]))


@pytest.mark.parametrize("phone", ["1080x2400,zh"], indirect=True)
def test_in_another_language_it_holds_by_ids_and_a_model_points_at_the_rest(
    phone: VirtualAndroid, recorded: Path, tmp_path: Path
) -> None:
    task = read_task(copied(recorded, tmp_path))
    write_task(TaskFile(task.task, task.steps, timeout_s=1.0), tmp_path / "trip.yaml")
    model = Chinese(phone)
    done = replay(tmp_path / "trip.yaml", phone, model, folder=tmp_path / "runs", out=tmp_path / "zh.yaml")
    assert done.passed, done.played[0].problem
    assert trip.done(phone.phone) == dict.fromkeys(trip.done(phone.phone), True)
    # A radio button and a tab share their ids with others, and what is scrolled to is out of its place.
    assert model.asked == ["30 seconds", "Timer"]
    assert hows(done) == {"adapted": 11, "repaired": 2}
    assert done.written == tmp_path / "zh.yaml"
    assert "设置" not in done.written.read_text()
    names = [s.anchor["text"] for s in read_task(done.written).steps if isinstance(s, TaskStep) and s.anchor]
    assert "30 秒" in names


@pytest.mark.parametrize("phone", ["1080x2400,dark"], indirect=True)
def test_a_file_that_was_repaired_holds_as_it_was_recorded(
    phone: VirtualAndroid, recorded: Path, tmp_path: Path
) -> None:
    path = shortened(recorded, tmp_path, slice(0, 4))
    path.write_text(path.read_text().replace("  - tap: Display", "  # where the screen is set up\n  - tap: Display"))
    first = replay(path, phone, folder=tmp_path / "runs", out=path)
    assert first.passed
    assert hows(first)["adapted"] == 2
    assert first.written == path
    assert "# where the screen is set up" in path.read_text()
    assert {str(each.relative_to(tmp_path)) for each in (tmp_path / "trip").iterdir()} >= files(read_task(path))
    phone.phone.stop("com.android.settings")
    second = replay(path, phone, folder=tmp_path / "runs", out=path)
    assert hows(second) == {"as recorded": 2, "already so": 1}  # the night light is on by now
    assert second.written is None


@pytest.mark.parametrize("phone", ["1080x2400"], indirect=True)
def test_what_is_not_there_ends_the_replay_with_what_was_expected_and_a_picture(
    phone: VirtualAndroid, recorded: Path, tmp_path: Path
) -> None:
    path = shortened(recorded, tmp_path, slice(1, 4), timeout_s=0.3)
    before = path.read_bytes()
    done = replay(path, phone, folder=tmp_path / "runs", out=path)  # it begins at the home screen
    (played,) = done.played
    assert not done.passed
    assert done.written is None
    assert path.read_bytes() == before
    assert "'Display' is not there" in played.problem
    assert played.line == read_task(path).steps[0].line
    assert [picture.name for picture in played.pictures] == ["failed-001.png"]
    assert phone.phone.foreground[0] != "com.android.settings"


def called(**arguments: object) -> str:
    return f"<tool_call>\n{json.dumps({'name': 'mobile_use', 'arguments': arguments})}\n</tool_call>"


@pytest.mark.parametrize("phone", ["1080x2400"], indirect=True)
def test_a_model_may_point_and_do_nothing_else(phone: VirtualAndroid, recorded: Path, tmp_path: Path) -> None:
    path = shortened(recorded, tmp_path, slice(1, 2), timeout_s=0.3)
    back = (
        '<tool_call>\n{"name": "mobile_use", "arguments": {"action": "system_button", "button": "Back"}}\n</tool_call>'
    )
    stubborn = ScriptedModel([back, "I see nothing.", back])
    done = replay(path, phone, stubborn, folder=tmp_path / "runs")
    assert "the model does not point at 'Display' either" in done.played[0].problem
    assert stubborn.left == 0
    helpful = ScriptedModel([back, called(action="click", coordinate=[500, 500])])
    assert hows(replay(path, phone, helpful, folder=tmp_path / "runs")) == {"repaired": 1}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: text.replace("trip/001.png", "trip/gone.png"), "line 5: a picture of an anchor, .*gone.png"),
        (lambda text: text.replace("at: [540, 1406], ", "", 1), "line 5: an anchor is written as"),
        (lambda text: text[: text.index("  - tap")], "holds no anchors"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_before_anything_is_opened(
    recorded: Path, tmp_path: Path, change: Callable[[str], str], problem: str
) -> None:
    path = copied(recorded, tmp_path)
    path.write_text(change(path.read_text()))
    with pytest.raises(BadTask, match=problem):
        replay(path, "no:such:device", folder=tmp_path / "runs")
    with pytest.raises(BadTask, match="is written as YAML"):
        replay(path, "virtual", folder=tmp_path / "runs", out=tmp_path / "x.md")
    assert not (tmp_path / "runs").exists()


def handsight(*words: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "handsight", *map(str, words)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100)


def test_a_run_of_an_agent_is_recorded_and_replayed_from_the_command_line(tmp_path: Path) -> None:
    task = 'open Notes, tap "New note", type "Milk" in Title, tap Save'
    run = ["run", "--device", "virtual", "--run-folder", "r", task]
    assert handsight(*run, folder=tmp_path).returncode == 0
    made = handsight("record", "--from", "r", "-o", "milk.yaml", folder=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    assert "steps: milk.yaml" in made.stdout
    assert handsight("record", "--from", "r", "-o", "milk.yaml", folder=tmp_path).returncode == 2
    again = handsight("replay", "milk.yaml", "--device", "virtual:720x1600,dark", "-o", "new.yaml", folder=tmp_path)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "written: new.yaml" in again.stdout
    told = handsight("replay", "new.yaml", "--device", "virtual:720x1600,dark", "--json", folder=tmp_path)
    events = [json.loads(line) for line in told.stdout.splitlines()]
    assert events[-1]["passed"]
    assert {event["how"] for event in events if event["event"] == "taken"} == {"as recorded"}


def test_a_replay_that_stops_has_the_exit_code_of_a_failure(recorded: Path, tmp_path: Path) -> None:
    path = shortened(recorded, tmp_path, slice(1, 3), timeout_s=0.3)
    ran = handsight("replay", path, "--repair", folder=tmp_path)
    assert ran.returncode == 1
    assert "'Display' is not there" in ran.stdout
    assert "not written, since it stopped before its end" in ran.stdout
    both = handsight("replay", path, "--repair", "-o", "x.yaml", folder=tmp_path)
    assert (both.returncode, both.stdout) == (2, "")
