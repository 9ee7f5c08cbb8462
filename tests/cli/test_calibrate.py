"""`handsight doctor --calibrate` as it is typed, with a model of the user's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run

MINE = """
from handsight import Reply

CALL = '<tool_call>{"name": "mobile_use", "arguments": {"action": "click", "coordinate": [%d, %d]}}</tool_call>'


class Blind:
    name = "blind"

    def generate(self, prompt):
        return Reply(CALL % (500, 500))


class Silent:
    name = "silent"

    def generate(self, prompt):
        return Reply("I would rather not.")
"""


@pytest.fixture
def mine(folder: Path) -> Path:
    (folder / "models.py").write_text(MINE.replace("from handsight import", "from handsight.types import"), "utf-8")
    return folder


def test_a_model_that_points_at_the_middle_fails_and_nothing_is_stored(handsight: Run, mine: Path) -> None:
    before = sorted(path for path in mine.iterdir() if path.name != "__pycache__")
    ran = handsight("doctor", "--calibrate", "models:Blind")
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "nous: blind names no family that has a dialect of its own" in ran.stdout
    assert "Nothing can be said: under no convention" in ran.stdout
    assert "\x1b" not in ran.stdout
    assert sorted(path for path in mine.iterdir() if path.name != "__pycache__") == before


def test_replies_that_cannot_be_read_are_counted_and_the_first_is_shown(handsight: Run, mine: Path) -> None:
    ran = handsight("doctor", "--calibrate", "models:Silent", "--dialect", "autoglm", "--device-size", "720x1280")
    assert ran.returncode == 1
    assert "answers         0 of 12 can be read" in ran.stdout
    assert "unreadable      12, the first when asked for the red circle with the letter K:" in ran.stdout
    assert "it wrote: I would rather not." in ran.stdout
    assert "only 0 of 12 replies hold a place" in ran.stdout


def test_programs_are_told_in_json(handsight: Run, mine: Path) -> None:
    ran = handsight("doctor", "--calibrate", "models:Blind", "--json")
    told = json.loads(ran.stdout)
    assert (told["verdict"], told["asked"], told["readable"]) == ("unknown", 12, 12)
    assert told["answers"][0]["numbers"] == [500, 500]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--calibrate", "reader"), "reader has no convention to be measured"),
        (("--calibrate", "models:Blind", "--dialect", "klingon"), "no dialect is called 'klingon'"),
        (("--calibrate", "models:Blind", "--device-size", "huge"), "a size is written as 1080x2400"),
        (("--calibrate", "models:Blind", "--model", "reader"), "leave --model out"),
        (("--json",), "--json goes with --calibrate"),
        (("--dialect", "nous"), "--dialect goes with --model or --calibrate"),
        (("--calibrate", "nowhere"), "no model is called 'nowhere'"),
    ],
)
def test_wrong_words_end_in_one_sentence(handsight: Run, mine: Path, words: tuple[str, ...], said: str) -> None:
    ran = handsight("doctor", *words)
    assert ran.returncode == 2
    assert said in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr
