"""The fuzzer itself: it runs for every dialect, and it sees what it is there to see."""

import os
import re
import runpy
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from handsight.errors import BadReply
from handsight.families import DIALECTS
from handsight.types import Reply, ToolCall

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "fuzz.py"
REPLIES = os.environ.get("HANDSIGHT_FUZZ", "300")


def ran(*words):
    command = [sys.executable, str(SCRIPT), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=110, stdin=subprocess.DEVNULL)


def test_mutated_replies_break_no_promise():
    done = ran("--replies", REPLIES, "--seconds", "90")
    assert (done.returncode, done.stderr) == (0, "")
    head, *rows = done.stdout.splitlines()
    assert re.split(r"\s{2,}", head) == ["dialect", "replies", "read", "put back", "broken", "slowest", "rate"]
    assert [row.split()[0] for row in rows] == [*DIALECTS]
    for row in rows:
        replies, read, refused, broken = (int(number.replace(",", "")) for number in row.split()[1:5])
        assert replies == read + refused
        assert min(read, refused) > 0, "both sides are reached"
        assert broken == 0


def test_an_unknown_dialect_is_a_usage_error():
    done = ran("klingon")
    assert done.returncode == 2
    assert "there is no dialect 'klingon'; the dialects are nous, " in done.stderr


def test_the_cost_of_a_sound_reply_is_printed_for_a_short_and_a_long_one():
    done = ran("nous", "native", "--cost")
    assert (done.returncode, done.stderr) == (0, "")
    head, *rows = done.stdout.splitlines()
    assert re.split(r"\s{2,}", head) == ["dialect", "short", "4 KB"]
    assert [row.split()[0] for row in rows] == ["nous", "native"]
    for row in rows:
        short, long = (float(number) for number in re.findall(r"([\d.]+) ms", row))
        assert short > 0
        assert long > 0


@pytest.mark.skipif(find_spec("atheris") is not None, reason="atheris is installed")
def test_without_atheris_one_sentence_says_what_to_install():
    done = ran("nous", "--guided")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "--guided needs atheris, which is not installed: pip install atheris\n"


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(SCRIPT))


def test_a_reply_is_the_same_for_the_same_seed(script):
    one, other = script["Fuzz"]("ui_tars"), script["Fuzz"]("ui_tars")
    assert [one.reply(n, "0") for n in range(50)] == [other.reply(n, "0") for n in range(50)]
    assert [one.reply(n, "0") for n in range(50)] != [one.reply(n, "1") for n in range(50)]


class Rogue:
    """A dialect that breaks each promise in turn."""

    def __init__(self, answers):
        self.answers = answers

    def parse(self, reply, screen, tools):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return (answer,)

    def write(self, call, screen, tools):
        return "anything"


@pytest.mark.parametrize(
    ("answers", "seen"),
    [
        ([KeyError("name")], "KeyError"),
        ([BadReply("two\nlines")], "a message of 2 lines"),
        ([BadReply("")], "a message of 0 lines"),
        ([BadReply("x" * 500)], "500 characters"),
        ([BadReply("half \ud83d")], "half a character"),
        ([ToolCall("tap", {})], "is refused"),
        ([ToolCall("tap", {"at": [5, 2400]})], "at of ToolCall(name='tap'"),
        ([ToolCall("type_text", {"text": text}) for text in "abc"], "is read again as"),
        ([ToolCall("type_text", {"text": "a"}), BadReply("no")], "is written, and then not read"),
    ],
)
def test_each_broken_promise_is_seen(script, answers, seen):
    fuzz = script["Fuzz"]("nous")
    fuzz.dialect, fuzz.read = Rogue(answers), script["AGAIN"] - 1
    fuzz.take(Reply("x"))
    (trouble,) = fuzz.troubles
    assert seen in trouble


def test_a_fine_call_is_no_trouble(script):
    fuzz = script["Fuzz"]("nous")
    fuzz.dialect, fuzz.read = Rogue([ToolCall("tap", {"at": [5, 7]})] * 3), script["AGAIN"] - 1
    fuzz.take(Reply("x"))
    assert fuzz.troubles == []
