"""The shipped examples of devices run, and end verified; the template is what the README says it is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

import handsight.devices.examples
from handsight import Outcome, ScriptedModel, open_agent
from handsight.devices.base import Acts, Device, Keys, Touch
from handsight.devices.examples import blackjack, cartpole, grid, reacher, template
from handsight.errors import BadCall
from handsight.tools.gestures import gestures_for
from handsight.tools.registry import Tools
from handsight.types import ToolCall

FOLDER = Path(handsight.devices.examples.__file__).parent
GAMES = {"blackjack": blackjack, "grid": grid, "cartpole": cartpole}


def says(name: str, **arguments: Any) -> str:
    return f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"


DONE = says("mobile_use", action="terminate", status="success")


@pytest.fixture(autouse=True)
def no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples read the command line, which here is the tests' own."""
    monkeypatch.setattr(sys, "argv", ["example"])


@pytest.mark.parametrize("name", GAMES)
def test_a_game_ends_verified(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    main: Any = GAMES[name].main  # type: ignore[attr-defined]
    outcome: Outcome = main()
    assert outcome.kind == "verified"
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"verified {outcome.message}"
    assert "Reward 1" in lines[-3]


def test_a_robot_s_arm_reaches_its_target_and_its_place_verifies_that(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("mujoco", reason="needs MuJoCo: pip install 'gymnasium[mujoco]'")
    assert reacher.main().kind == "verified"
    assert "'success': True" in capsys.readouterr().out


def test_a_hand_that_is_lost_is_not_verified(capsys: pytest.CaptureFixture[str]) -> None:
    assert blackjack.main(seed=0).kind == "failed"
    assert "Reward -1, -1 in all. The episode is over." in capsys.readouterr().out


def test_a_game_is_a_program_that_takes_a_model(tmp_path: Path) -> None:
    script = tmp_path / "replies.txt"
    script.write_text(f"{says('act', action='stick')}\n---\n{DONE}", "utf-8")
    words = [sys.executable, "-m", "handsight.devices.examples.blackjack", f"scripted:{script}"]
    ran = subprocess.run(words, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert ran.stdout.splitlines()[0].startswith("1 {'action': 'stick'} Reward ")
    assert len(ran.stdout.splitlines()) == 3
    assert ran.stderr == ""


def test_the_template_has_forty_lines_or_so() -> None:
    lines = (FOLDER / "template.py").read_text("utf-8").splitlines()
    assert 30 <= len([line for line in lines if line.strip()]) <= 45


def test_the_template_is_a_device_with_acts_and_nothing_else() -> None:
    crane = template.Crane()
    assert isinstance(crane, Device)
    assert isinstance(crane, Acts)
    assert not isinstance(crane, (Touch, Keys))
    made = {tool.name: tool for tool in gestures_for(crane)}
    assert list(made) == ["move", "grip", "let_go"]
    place = made["move"].parameters["properties"]["place"]
    assert (place["minimum"], place["maximum"]) == (0, 9)
    assert place["type"] == "integer"
    with pytest.raises(BadCall):
        Tools(gestures_for(crane)).check(ToolCall("move", {"place": 10}))


def test_the_template_shows_what_it_did() -> None:
    crane = template.Crane()
    before = crane.screenshot().source
    crane.move(6)
    over = crane.screenshot().source
    crane.grip()
    held = crane.screenshot().source
    for one, other in ((before, over), (over, held)):
        assert isinstance(one, Image.Image)
        assert isinstance(other, Image.Image)
        assert ImageChops.difference(one, other).getbbox()


def test_a_model_works_a_copy_of_the_template_and_reads_what_it_did_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "crane_" + tmp_path.name.replace("-", "_")
    shutil.copy(FOLDER / "template.py", tmp_path / f"{name}.py")
    monkeypatch.chdir(tmp_path)
    script = [says("grip"), says("move", place=6), says("grip"), says("move", place=2), says("let_go"), DONE]
    with open_agent(f"{name}:Crane", ScriptedModel(script)) as agent:
        crane: Any = agent.device
        agent.check = lambda: (crane.ball, crane.holds) == (2, False)
        run = agent.run("Bring the ball to place 2")
    assert run.outcome
    assert run.outcome.kind == "verified"
    assert str(run.steps[0].problem) == "nothing lies under the crane"
    assert [step.result.text for step in run.steps if step.result] == [
        "It is over 6.",
        "It holds the ball.",
        "It is over 2.",
        "Done.",
    ]


def test_the_reader_works_the_crane_as_the_template_says(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    shutil.copy(FOLDER / "template.py", tmp_path / "crane.py")
    said = (FOLDER / "template.py").read_text("utf-8").split('handsight run --device crane:Crane "')[1].split('"')[0]
    words = [sys.executable, "-m", "handsight", "run", "--device", "crane:Crane", said, "--json"]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, timeout=110)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1])["kind"] == "claimed"
