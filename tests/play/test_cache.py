"""What has been done once is done again without the model, as far as it holds; risks and secrets are not kept."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handsight import Outcome, Screen, ScriptedModel, Step, ToolCall, Trajectory, Verdict, open_agent, open_device
from handsight.devices.android import VirtualAndroid
from handsight.errors import NeedsHuman
from handsight.models.reader import open_reader
from handsight.play.cache import CachedAgent, Plans, plan_key
from handsight.prompts.nous import NousDialect
from handsight.tools.registry import Tools
from handsight.types import Prompt, Reply, ToolResult

TASK = 'open Notes, tap "New note", type "Milk" in Title, tap Save'


class Counting:
    """The reader, which is asked or not."""

    name = "reader"

    def __init__(self) -> None:
        self._reader, self.asked = open_reader(), 0
        self.ocr = self._reader.ocr

    def generate(self, prompt: Prompt) -> Reply:
        self.asked += 1
        return self._reader.generate(prompt)


@pytest.fixture(scope="module")
def model() -> Counting:
    return Counting()


@pytest.fixture
def device(model: Counting) -> Iterator[VirtualAndroid]:
    model.asked = 0
    device = open_device("virtual")
    assert isinstance(device, VirtualAndroid)
    device.phone.settings["global"]["transition_animation_scale"] = "0"
    yield device
    device.close()


def called(**arguments: object) -> str:
    return f"<tool_call>\n{json.dumps({'name': 'mobile_use', 'arguments': arguments})}\n</tool_call>"


def notes(device: VirtualAndroid) -> list[str]:
    app: Any = device.phone.app("notes")
    return [note.title for note in app.notes if note.title == "Milk"]


def home(device: VirtualAndroid) -> None:
    device.phone.stop("org.handsight.notes")
    device.phone.key(3)


def run(device: VirtualAndroid, model: Counting, cache: Path, **more: Any) -> Trajectory:
    with open_agent(device, model, cache=cache, **more) as agent:
        return agent.run(TASK)


def test_the_second_time_the_model_is_not_asked(device: VirtualAndroid, model: Counting, tmp_path: Path) -> None:
    first = run(device, model, tmp_path)
    assert first.outcome
    assert first.outcome.kind == "claimed"
    asked = model.asked
    assert asked > 3
    assert len([*tmp_path.iterdir()]) == 1
    home(device)
    again = run(device, model, tmp_path)
    assert model.asked == asked
    assert again.outcome
    assert again.outcome.kind == "claimed"
    assert "no model was asked" in again.outcome.message
    assert notes(device) == ["Milk", "Milk"]
    home(device)
    checked = run(device, model, tmp_path, check=lambda: len(notes(device)) == 3)
    assert checked.outcome
    assert checked.outcome.kind == "verified"
    assert model.asked == asked
    with open_agent(device, model, cache=tmp_path) as agent:
        agent.stop.set()
        stopped = agent.run(TASK)
    assert stopped.outcome
    assert stopped.outcome.kind == "stopped"
    assert len(notes(device)) == 3


def test_a_screen_that_cannot_be_seen_at_first_ends_a_run_as_without_plans(model: Counting, tmp_path: Path) -> None:
    class Locked:
        """A device whose lock only its owner can open."""

        name, actions = "locked", ()

        def screenshot(self) -> Screen:
            raise NeedsHuman("the phone is locked")

        def close(self) -> None: ...

    agent = CachedAgent(Locked(), model, NousDialect(), Tools([]), plans=Plans(tmp_path))  # type: ignore[arg-type]
    outcome = agent.run(TASK).outcome
    assert outcome
    assert (outcome.kind, outcome.message) == ("needs_human", "the phone is locked")


def test_where_it_drifts_the_model_goes_on_and_the_plan_is_renewed(
    device: VirtualAndroid, model: Counting, tmp_path: Path
) -> None:
    run(device, model, tmp_path)
    home(device)
    (plan,) = tmp_path.glob("*/plan.yaml")
    text = plan.read_text()
    plan.write_text(text.replace("text: Save", "text: Keep").replace("- tap: Save", "- tap: Keep"))
    for patch in (plan.parent / "plan").iterdir():
        Image.new("RGB", (20, 20), "red").save(patch)
    goes_on = ScriptedModel(
        [called(action="click", coordinate=[913, 70]), called(action="terminate", status="success")]
    )
    with open_agent(device, goes_on, cache=tmp_path) as agent:
        drifted = agent.run(TASK)
    assert goes_on.left == 0
    assert drifted.outcome
    assert drifted.outcome.kind == "claimed"
    assert len(notes(device)) == 2
    assert any(step.problem for step in drifted.steps)
    assert "Keep" not in next(tmp_path.glob("*/plan.yaml")).read_text()


def test_a_plan_breaks_no_rule(device: VirtualAndroid, model: Counting, tmp_path: Path) -> None:
    run(device, model, tmp_path)
    home(device)
    denied = run(device, model, tmp_path, deny=["tap:Save"])
    assert denied.outcome
    assert not denied.outcome.ok
    assert len(notes(device)) == 1


def trajectory(*calls: ToolCall, task: str = "type hello", verdict: Verdict | None = None) -> Trajectory:
    made = Trajectory(task, outcome=Outcome("claimed"))
    image = Image.effect_noise((400, 800), 80).convert("RGB")
    for number, call in enumerate(calls, 1):
        made.steps.append(Step(number, Screen(image, "app"), call=call, verdict=verdict, result=ToolResult("ok")))
    return made


TAP, TYPE = ToolCall("tap", {"at": [100, 100]}), ToolCall("type_text", {"text": "hello"})


@pytest.mark.parametrize(
    ("done", "kept"),
    [
        (trajectory(TAP, TYPE), True),
        (trajectory(TAP, TYPE, task="log in"), False),
        (trajectory(TAP, verdict=Verdict("allow", "the user said yes", "pay", asked=True)), False),
        (trajectory(TAP, verdict=Verdict("allow", "a rule allows exactly this", "send")), False),
        (trajectory(TAP, ToolCall("answer", {"text": "three"})), False),
        (trajectory(TAP, ToolCall("ask_user", {"question": "which?"})), False),
        (trajectory(TAP, ToolCall("my_tool", {})), False),
        (trajectory(ToolCall("press", {"key": "back"})), False),
    ],
)
def test_only_what_is_harmless_and_can_be_done_again_is_kept(done: Trajectory, kept: bool, tmp_path: Path) -> None:
    plans = Plans(tmp_path / "plans")
    plans.store("key", done, None)
    assert (plans.find("key") is not None) is kept
    assert len([*tmp_path.glob("plans/*")]) == kept


def test_a_plan_that_is_damaged_is_none(tmp_path: Path) -> None:
    plans = Plans(tmp_path)
    plans.store("key", trajectory(TAP), None)
    assert plans.find("key")
    (tmp_path / "key" / "plan" / "001.png").unlink()
    assert plans.find("key") is None
    plans.drop("key")
    assert [*tmp_path.iterdir()] == []


def test_a_plan_is_known_by_task_device_and_app() -> None:
    image = Image.new("RGB", (9, 9))
    key = plan_key("Open  Settings", "VirtualAndroid", Screen(image, "home"))
    assert key == plan_key("open settings ", "VirtualAndroid", Screen(Image.new("RGB", (5, 5)), "home"))
    assert key != plan_key("open settings", "VirtualAndroid", Screen(image, "notes"))
    assert key != plan_key("open settings", "DesktopDevice", Screen(image, "home"))


def test_the_users_cache_is_where_this_system_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Plans().folder == tmp_path / "handsight" / "plans"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert Plans().folder == tmp_path / "local" / "handsight" / "plans"


def test_the_command_line_says_in_a_line_that_it_replays(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "handsight", "run", "--device", "virtual", "--cache", "plans", TASK]
    first = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert first.returncode == 0, first.stderr
    assert "replaying" not in first.stdout
    second = subprocess.run([*words, "--json"], cwd=tmp_path, capture_output=True, text=True, timeout=100)
    events = [json.loads(line) for line in second.stdout.splitlines()]
    notes = [event["words"] for event in events if event["event"] == "note"]
    assert len(notes) == 1
    assert notes[0].startswith("replaying a plan of ")
    assert events[-1]["kind"] == "claimed"
