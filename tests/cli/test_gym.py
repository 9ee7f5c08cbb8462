"""A game from the command line: it is played, recorded and reported as any run, and wrong words are one sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

STICK = '<tool_call>\n{"name": "act", "arguments": {"action": "stick"}}\n</tool_call>'
DONE = '<tool_call>\n{"name": "mobile_use", "arguments": {"action": "terminate", "status": "success"}}\n</tool_call>'


def handsight(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "handsight", *words], cwd=folder, capture_output=True, text=True, timeout=110
    )


def test_a_game_is_played_and_recorded(tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text(f"{STICK}\n---\n{STICK}\n---\n{DONE}", "utf-8")
    words = ["--device", "gym:Blackjack-v1,seed=3", "--model", "scripted:s.txt", "Win the hand", "--json"]
    ran = handsight(tmp_path, "run", *words)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    steps = [json.loads(line) for line in ran.stdout.splitlines()]
    assert steps[-1]["kind"] == "claimed"
    assert "The episode is over." in ran.stdout
    assert "the episode is over, and nothing was done" in ran.stdout
    (run,) = (tmp_path / "runs").iterdir()
    assert handsight(tmp_path, "report", str(run)).returncode == 0
    assert len(list(run.rglob("*.png"))) >= 2


@pytest.mark.parametrize(
    ("goal", "kind", "code"), [("goal=1", "verified", 0), ("goal=2", "failed", 1), ("", "claimed", 0)]
)
def test_a_claim_is_held_against_the_goal_that_is_named(goal: str, kind: str, code: int, tmp_path: Path) -> None:
    way = ["down", "down", "right", "right", "down", "right"]
    (tmp_path / "s.txt").write_text("\n---\n".join([*(STICK.replace("stick", word) for word in way), DONE]), "utf-8")
    device = f"gym:FrozenLake-v1,is_slippery=false,{goal}"
    ran = handsight(tmp_path, "run", "--device", device, "--model", "scripted:s.txt", "Walk to the present", "--json")
    assert (json.loads(ran.stdout.splitlines()[-1])["kind"], ran.returncode) == (kind, code)


def test_a_rule_may_forbid_the_act(tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text(f"{STICK}\n---\n{DONE}", "utf-8")
    words = ["--device", "gym:Blackjack-v1,seed=3", "--model", "scripted:s.txt", "--deny", "act", "Win", "--json"]
    ran = handsight(tmp_path, "run", *words)
    assert ran.returncode == 0
    assert "a rule forbids act" in ran.stdout


@pytest.mark.parametrize(
    ("device", "rule", "said"),
    [
        ("gym:", "act", "an environment is written as gym:FrozenLake-v1,seed=3"),
        ("gym:Blackjack-v1,fast", "act", "'fast' does not fit in"),
        ("gym:NoSuch-v1", "act", "there is no environment 'NoSuch-v1'"),
        ("gym:Blackjack-v1", "fly", "a rule names 'fly', which is no tool here"),
    ],
)
def test_wrong_words_end_with_one_sentence(device: str, rule: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text(DONE, "utf-8")
    words = ["--device", device, "--model", "scripted:s.txt", "--deny", rule, "Win"]
    ran = handsight(tmp_path, "run", *words)
    assert ran.returncode == 2, ran.stdout
    assert said in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert "Traceback" not in ran.stderr


def test_the_act_is_listed_and_can_be_tried_by_hand(tmp_path: Path) -> None:
    ran = handsight(tmp_path, "tools", "--device", "gym:FrozenLake-v1,seed=1", "--json")
    made = {tool["name"]: tool for tool in json.loads(ran.stdout)}
    assert made["act"]["parameters"]["properties"]["action"]["enum"] == ["left", "down", "right", "up"]
    ran = handsight(tmp_path, "devices")
    assert "gym:ID" in ran.stdout
