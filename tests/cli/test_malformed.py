"""A model that writes for ever what cannot be read: it is told why each time, and the run ends as "stuck"."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
BABBLER = """
from pathlib import Path

from handsight.types import Reply


class Babbler:
    name = "babbler"

    def generate(self, prompt):
        with Path("asked.txt").open("a") as asked:
            print("ASKED", *(part for part in prompt.messages[-1].parts if isinstance(part, str)), file=asked)
        return Reply({reply!r})
"""


@pytest.mark.parametrize(
    ("dialect", "reply", "reason"),
    [
        (
            "nous",
            '<tool_call>\n{"name": "mobile_use", "arguments": {"action"\n</tool_call>',
            "a colon is missing after",
        ),
        (
            "nous",
            '<tool_call>{"name": "mobile_use", "arguments": {"action": "click"}}</tool_call>',
            "click needs coordin",
        ),
        ("ui_tars", "Thought: On.\nAction: click(start_box='(5", "the arguments of click cannot be read"),
        ("autoglm", '<think>On.</think><answer>do(action="Fly")</answer>', "action is one of Tap, Swipe"),
        (
            "qwen35",
            "<tool_call>\n<function=mobile_use>\n<parameter=action>\nclick",
            "the parameter 'action' has no end",
        ),
        ("json", "I have no idea.", "there is no call in the reply; end with one JSON object"),
    ],
)
def test_malformed_replies_for_ever_end_as_stuck(
    handsight: Run, folder: Path, dialect: str, reply: str, reason: str
) -> None:
    (folder / "babbler.py").write_text(BABBLER.format(reply=reply))
    words = ("run", "light it", "--device", "mine:Board", "--model", "babbler:Babbler", "--dialect", dialect)
    ran = handsight(*words, "--json", "--run-folder", "here")
    events = [json.loads(line) for line in ran.stdout.splitlines()]
    assert (ran.returncode, ran.stderr) == (3, "")
    assert events[-1]["kind"] == "stuck"
    assert events[-1]["message"].startswith("4 mistakes in a row, the last one: ")
    assert reason in events[-1]["message"]
    first, *again = (folder / "asked.txt").read_text().split("ASKED")[1:]
    assert reason not in first
    assert len(again) == 3
    assert all(reason in asked for asked in again), "each time with the reason"
    assert not (folder / "board.log").exists(), "nothing was touched"


def test_a_model_that_mends_its_ways_goes_on(handsight: Run, folder: Path) -> None:
    tap = "Thought: On.\nAction: click(start_box='(500,500)')"
    broken = "Thought: On.\nAction: click(start_box='(500,500'"
    done = "Thought: It is lit.\nAction: finished()"
    script = "\n---\n".join([broken, broken, broken, tap, broken, broken, broken, done])
    (folder / "script.txt").write_text(script)
    ran = handsight(
        *("run", "light it", "--device", "mine:Board", "--model", "scripted:script.txt", "--dialect", "ui_tars")
    )
    assert ran.returncode == 0
    assert "done, says the model: It is lit." in ran.stdout
    assert (folder / "board.log").read_text() == "[50.0, 100.0]\n"
