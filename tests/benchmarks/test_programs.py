"""The programs from end to end: right models, wrong ones, and runs that were cut, stopped and gone on with."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import function_calling
import grounding
import steps
from handsight.tools.registry import Tools
from handsight.types import Screen, ToolCall
from handsight.wiring import open_dialect
from scoring.acts import Act, Spot, call_of
from scoring.readers import aitw, aitz, android_control, cases, screenspot

from . import datasets
from .datasets import REFUSED, SIZE, Server, write_lines

ROOT = Path(__file__).parents[2]
CASES = ROOT / "benchmarks" / "cases" / "function_calling.jsonl"
NO_CALL = "I would rather not."

Serve = Callable[[Callable[[str], str]], Server]


def written(call: ToolCall, screen: Any, tools: Tools, dialect: str = "nous") -> str:
    """A reply as the dialect's model would write it."""
    return str(getattr(open_dialect(dialect), "write")(call, Screen(screen), tools))  # noqa: B009


def script(path: Path, replies: Sequence[str]) -> str:
    path.write_text("\n---\n".join(replies), "utf-8")
    return f"scripted:{path}"


def events(out: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines(keepends=True) if line.endswith("\n")]
    return [line for line in lines if line["event"] == "case"]


def rows(text: str) -> dict[str, list[str]]:
    """The rows of all tables by their first cell."""
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")
    ]
    return {row[0]: row[1:] for row in cells}


# Grounding


def read_elements(name: str, folder: Path) -> list[screenspot.Element]:
    datasets.screenspot_pro(folder) if name == "screenspot-pro" else datasets.screenspot(folder, name)
    return screenspot.read(name, folder)[1]


def tap_in(element: screenspot.Element, away: float = 0.0) -> str:
    box = element.box
    at = [box.left + box.width / 2, box.top + box.height / 2 + away]
    return written(ToolCall("tap", {"at": at}), element.picture, Tools([grounding.tap]))


@pytest.mark.parametrize("name", screenspot.NAMES)
@pytest.mark.parametrize(("away", "rate"), [(0.0, "100.0"), (150.0, "0.0")])
def test_grounding_gives_a_right_model_all_and_a_wrong_one_nothing(
    name: str, away: float, rate: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elements = read_elements(name, tmp_path)
    model = script(tmp_path / "replies.txt", [tap_in(one, away) for one in elements])
    out = tmp_path / "run.jsonl"
    assert grounding.main([name, str(tmp_path), "--model", model, "--out", str(out)]) == 0
    printed = rows(capsys.readouterr().out)
    assert {row[1] for first, row in printed.items() if row[0].isdigit()} == {rate}
    assert printed["all"][0] == str(len(elements))
    assert len(events(out)) == len(elements)


def test_grounding_counts_text_and_icon_on_each_platform(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    elements = read_elements("screenspot", tmp_path)
    replies = [tap_in(one, 0 if one.tags["kind"] == "text" else 150) for one in elements]
    replies[elements.index(next(one for one in elements if one.tags["platform"] == "web icon"))] = NO_CALL
    out = tmp_path / "run.jsonl"
    words = ["screenspot", str(tmp_path), "--model", script(tmp_path / "replies.txt", replies), "--out", str(out)]
    assert grounding.main(words) == 0
    text = capsys.readouterr().out
    printed = rows(text)
    assert printed["all"] == ["6", "50.0", "18.8 to 81.2", "1"]
    assert printed["text"] == ["3", "100.0", "43.9 to 100.0", "0"]
    assert printed["icon"] == ["3", "0.0", "0.0 to 56.1", "1"]
    assert printed["mobile text"][:2] == ["1", "100.0"]
    assert printed["web icon"] == ["1", "0.0", "0.0 to 79.3", "1"]
    assert "1 replies were in a wrong format and count as wrong:\n- screenspot_web#2: there is no call" in text
    wrong = next(event for event in events(out) if event["problem"])
    assert (wrong["reply"], wrong["calls"], wrong["scores"]) == (NO_CALL, [], {"in the box": False})


# Steps


def control(folder: Path) -> None:
    write_lines(folder / "test.jsonl", *(datasets.control_episode(folder, episode) for episode in (1, 2)))


def wild(folder: Path) -> None:
    made = [*datasets.aitw_episode("7"), *datasets.aitw_episode("8")]
    datasets.tfrecord(folder / "general" / "general-00000-of-00001", made)


def zoo(folder: Path) -> None:
    datasets.aitz_episode(folder, "GENERAL-1")
    datasets.aitz_episode(folder, "INSTALL-2")


SETS: list[tuple[list[str], Callable[[Path], None], Callable[[Path], Any]]] = [
    (["aitz"], zoo, aitz.read),
    (["aitw"], wild, aitw.read),
    (["android-control", "--scorer", "qwen"], control, android_control.read),
    (["android-control", "--scorer", "os-atlas", "--level", "low"], control, android_control.read),
]
NAMED = pytest.mark.parametrize(
    ("words", "make", "read"), SETS, ids=lambda value: "-".join(value) if isinstance(value, list) else ""
)


def true_reply(step: Any, act: Act | None = None) -> str:
    return written(call_of(act or step.truth, step.size), step.screen, steps.tools("android-control"))


def wrong_act(step: Any) -> Act:
    spot = Spot(0.95, 0.95)
    return Act("press", text="menu") if step.truth.kind in ("tap", "open", "long_press") else Act("tap", spot, spot)


@NAMED
def test_steps_give_a_model_that_does_what_was_done_all(
    words: list[str], make: Callable[[Path], None], read: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path / "data")
    model = script(tmp_path / "replies.txt", [true_reply(step) for step in read(tmp_path / "data").stream])
    assert (
        steps.main(
            [words[0], str(tmp_path / "data"), *words[1:], "--model", model, "--out", str(tmp_path / "run.jsonl")]
        )
        == 0
    )
    printed = rows(capsys.readouterr().out)
    for name in ("all", "tap", "type", "finish"):
        assert {value for value in printed[name][1::2][:-1]} == {"100.0"}
        assert printed[name][-1] == "0"
    assert printed["2"] == ["100.0", "34.2 to 100.0", "100.0", "100.0"]  # the episodes


@NAMED
def test_steps_give_a_model_that_does_something_else_nothing(
    words: list[str], make: Callable[[Path], None], read: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path / "data")
    stream = read(tmp_path / "data").stream
    model = script(tmp_path / "replies.txt", [true_reply(step, wrong_act(step)) for step in stream])
    assert (
        steps.main(
            [words[0], str(tmp_path / "data"), *words[1:], "--model", model, "--out", str(tmp_path / "run.jsonl")]
        )
        == 0
    )
    printed = rows(capsys.readouterr().out)
    assert printed["all"][-3] == "0.0"
    assert printed["all"][-1] == "0"
    assert printed["2"] == ["0.0", "0.0 to 65.8", "0.0", "0.0"]


def test_steps_count_a_reply_without_a_call_as_wrong_and_no_hit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    datasets.aitz_episode(tmp_path)
    replies = [true_reply(step) for step in aitz.read(tmp_path).stream]
    replies[2] = NO_CALL
    model = script(tmp_path / "replies.txt", replies)
    assert steps.main(["aitz", str(tmp_path), "--model", model, "--out", str(tmp_path / "run.jsonl")]) == 0
    printed = rows(capsys.readouterr().out)
    assert printed["all"] == ["5", "80.0", "37.6 to 96.4", "80.0", "37.6 to 96.4", "80.0", "37.6 to 96.4", "1"]
    assert printed["1"] == ["0.0", "0.0 to 79.3", "40.0", "80.0"]  # the episode: wrong at the third of five steps


def test_an_episode_that_was_not_asked_to_its_end_is_not_counted_as_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zoo(tmp_path)
    model = script(tmp_path / "replies.txt", [true_reply(step) for step in aitz.read(tmp_path).stream])
    words = ["aitz", str(tmp_path), "--model", model, "--out", str(tmp_path / "run.jsonl"), "--limit", "7"]
    assert steps.main(words) == 0
    text = capsys.readouterr().out
    assert rows(text)["all"][0] == "7"
    assert rows(text)["1"][0] == "100.0"
    assert "1 episodes of which not every step was asked are not counted as episodes." in text


def test_low_level_tells_the_step_in_words_and_history_none_no_steps_before(tmp_path: Path, serve: Serve) -> None:
    control(tmp_path / "data")
    server = serve(lambda text: NO_CALL)
    words = [
        "android-control",
        str(tmp_path / "data"),
        "--scorer",
        "qwen",
        "--model",
        server.words,
        "--dialect",
        "nous",
    ]
    assert steps.main([*words, "--level", "low", "--history", "none", "--out", str(tmp_path / "low.jsonl")]) == 0
    assert all(f"The next step is: Do step {number % 8}" in text for number, text in enumerate(server.asked))
    assert len(server.asked) == 16
    server.asked.clear()
    assert steps.main([*words, "--limit", "3", "--out", str(tmp_path / "high.jsonl")]) == 0
    assert "Set an alarm" in server.asked[0]
    assert "Set an alarm" not in server.asked[2]  # it stands at the begin of the conversation
    assert "The next step" not in "".join(server.asked)


# Function calling


def blank() -> Image.Image:
    return Image.new("RGB", SIZE)


@pytest.mark.parametrize("dialect", ["nous", "qwen_agent", "qwen35", "json"])
def test_function_calling_gives_a_right_model_all(
    dialect: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replies = [
        "\n".join(written(call, blank(), case.tools, dialect) for call in case.expected)
        for case in cases.read(CASES)[1]
    ]
    words = [str(CASES), "--model", script(tmp_path / "replies.txt", replies), "--out", str(tmp_path / "run.jsonl")]
    assert function_calling.main([*words, "--dialect", dialect]) == 0
    printed = rows(capsys.readouterr().out)
    assert [printed["all"][1], printed["all"][3], printed["all"][5]] == ["100.0", "100.0", "0"]
    assert printed["zh"][1] == printed["en"][3] == "100.0"


def test_function_calling_takes_several_calls_from_a_dialect_that_reads_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parent)
    shipped = cases.read(CASES)[1]
    replies = [
        json.dumps(
            [{"name": call.name, "arguments": dict(call.arguments)} for call in case.expected], ensure_ascii=False
        )
        for case in shipped
    ]
    words = [str(CASES), "--model", script(tmp_path / "replies.txt", replies), "--dialect", "plain:Plain"]
    assert function_calling.main([*words, "--out", str(tmp_path / "run.jsonl")]) == 0
    printed = rows(capsys.readouterr().out)
    assert [printed["all"][1], printed["all"][3], printed["all"][5]] == ["100.0", "100.0", "0"]


def test_function_calling_parts_a_wrong_function_a_wrong_argument_and_no_call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    path = write_lines(tmp_path / "cases.jsonl", *raw[:4])
    right, other, spelt, none = cases.read(path)[1]
    unlike = next(tool.name for tool in other.tools if tool.name != other.expected[0].name)
    replies = [
        written(right.expected[0], blank(), right.tools),
        written(ToolCall(unlike, {}), blank(), other.tools),
        written(ToolCall(spelt.expected[0].name, {**spelt.expected[0].arguments, "x": 1}), blank(), spelt.tools),
        NO_CALL,
    ]
    words = [str(path), "--model", script(tmp_path / "replies.txt", replies), "--out", str(tmp_path / "run.jsonl")]
    assert function_calling.main(words) == 0
    printed = rows(capsys.readouterr().out)
    assert printed["all"] == ["4", "50.0", "15.0 to 85.0", "25.0", "4.6 to 69.9", "1"]


# Going on


@pytest.fixture
def spots(tmp_path: Path, serve: Serve) -> tuple[list[str], Server]:
    """The words of a grounding run, and a server that answers rightly whatever order it is asked in."""
    by_task = {f"Tap: {one.instruction}": tap_in(one) for one in read_elements("screenspot", tmp_path)}
    server = serve(lambda text: next(reply for task, reply in by_task.items() if task in text))
    out = tmp_path / "run.jsonl"
    return ["screenspot", str(tmp_path), "--model", server.words, "--dialect", "nous", "--out", str(out)], server


def test_a_run_is_gone_on_with_wherever_its_file_was_cut(
    spots: tuple[list[str], Server], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words, server = spots
    out = tmp_path / "run.jsonl"
    assert grounding.main(words) == 0
    printed, whole = capsys.readouterr().out, out.read_bytes()
    ends = [at for at, byte in enumerate(whole) if byte == ord("\n")]
    cuts = sorted(
        {0, 5, ends[0] - 1, ends[0], *(end + shift for end in ends for shift in (-1, 0, 1, 9))} - {len(whole) + 8}
    )
    for cut in cuts:
        out.write_bytes(whole[:cut])
        server.asked.clear()
        assert grounding.main(words) == 0, cut
        assert capsys.readouterr().out == printed
        assert len(server.asked) == 6 - max(0, whole[:cut].count(b"\n") - 1)
        assert len({event["id"] for event in events(out)}) == len(events(out)) == 6


def test_a_finished_run_asks_nothing_and_says_the_same(
    spots: tuple[list[str], Server], capsys: pytest.CaptureFixture[str]
) -> None:
    words, server = spots
    assert grounding.main(words) == 0
    before = capsys.readouterr().out
    server.asked.clear()
    assert grounding.main(words) == 0
    assert (capsys.readouterr().out, server.asked) == (before, [])


def test_a_limited_run_can_be_gone_on_with_to_the_end(
    spots: tuple[list[str], Server], capsys: pytest.CaptureFixture[str]
) -> None:
    words, server = spots
    assert grounding.main([*words, "--limit", "2"]) == 0
    assert rows(capsys.readouterr().out)["all"][0] == "2"
    assert grounding.main(words) == 0
    assert rows(capsys.readouterr().out)["all"][0] == "6"
    assert len(server.asked) == 6


def test_several_at_once_answer_each_case_once(
    spots: tuple[list[str], Server], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words, server = spots
    assert grounding.main([*words, "--parallel", "4"]) == 0
    assert rows(capsys.readouterr().out)["all"][:2] == ["6", "100.0"]
    assert sorted(event["id"] for event in events(tmp_path / "run.jsonl")) == sorted(
        f"screenspot_{platform}#{number}" for platform in ("mobile", "desktop", "web") for number in (1, 2)
    )
    assert len(server.asked) == 6


@pytest.mark.parametrize("parallel", ["1", "3"])
def test_what_was_answered_before_a_model_failed_is_kept(
    parallel: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    spots: tuple[list[str], Server],
) -> None:
    words, server = spots
    reply, right = server.reply, threading.Event()

    def failing(text: str) -> str:
        if "desktop icon" in text and not right.is_set():
            raise RuntimeError("the server breaks")
        return reply(text)

    server.reply = failing
    server.quiet()
    assert grounding.main([*words, "--parallel", parallel]) == 1
    said = capsys.readouterr()
    assert "cannot be reached" in said.err
    assert len(said.err.splitlines()) == 1
    assert "It broke off; so far:" in said.out
    kept = len(events(tmp_path / "run.jsonl"))
    assert 1 <= kept < 6
    right.set()
    server.asked.clear()
    assert grounding.main(words) == 0
    assert rows(capsys.readouterr().out)["all"][:2] == ["6", "100.0"]
    assert len(server.asked) == 6 - kept


def test_a_case_that_the_server_refuses_is_named_and_can_be_left_out(
    spots: tuple[list[str], Server], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words, server = spots
    reply = server.reply
    server.reply = lambda text: REFUSED if "mobile icon" in text else reply(text)
    assert grounding.main(words) == 1
    said = capsys.readouterr()
    assert "does not take the request (400): not this one (at the case screenspot_mobile#2)" in said.err
    assert rows(said.out)["all"][0] == "3"
    assert grounding.main([*words, "--skip", "screenspot_mobile#2"]) == 0
    assert rows(capsys.readouterr().out)["all"][:2] == ["5", "100.0"]
    assert "screenspot_mobile#2" not in {event["id"] for event in events(tmp_path / "run.jsonl")}


def test_a_file_that_breaks_on_the_way_leaves_what_was_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    datasets.aitz_episode(tmp_path, "GENERAL-1")
    replies = [true_reply(step) for step in aitz.read(tmp_path).stream]
    datasets.aitz_episode(tmp_path, "GENERAL-2").write_text("broken")
    model, out = script(tmp_path / "replies.txt", replies), tmp_path / "run.jsonl"
    assert steps.main(["aitz", str(tmp_path), "--model", model, "--out", str(out)]) == 2
    assert "GENERAL-2.json is not JSON" in capsys.readouterr().err
    assert len(events(out)) == 5


@pytest.mark.parametrize("parallel", ["1", "2"])
def test_ctrl_c_leaves_a_file_that_is_gone_on_with(parallel: str, tmp_path: Path, serve: Serve) -> None:
    by_task = {f"Tap: {one.instruction}": tap_in(one) for one in read_elements("screenspot", tmp_path)}
    held, free = threading.Event(), threading.Event()

    def reply(text: str) -> str:
        if "web" in text and not free.is_set():
            held.set()
            free.wait(60)
        return next(reply for task, reply in by_task.items() if task in text)

    server = serve(reply)
    out = tmp_path / "run.jsonl"
    words = ["screenspot", str(tmp_path), "--model", server.words, "--dialect", "nous", "--out", str(out)]
    command = [sys.executable, str(ROOT / "benchmarks" / "grounding.py"), *words, "--parallel", parallel]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        try:
            assert held.wait(60)
            while len(events(out)) < 4:  # what came before the first that is held back
                assert program.poll() is None
            program.send_signal(signal.SIGINT)
            said, complained = program.communicate(timeout=60)
        finally:
            program.kill()
            free.set()
    assert program.returncode == 130
    assert complained == ""
    assert said.startswith("Stopped; so far:")
    assert said.endswith(f"The same command goes on from {out}.\n")
    assert len(events(out)) == 4
    assert grounding.main(words) == 0
    assert len(events(out)) == 6


def test_a_program_is_silent_but_for_its_tables_where_it_is_piped(tmp_path: Path) -> None:
    elements = read_elements("screenspot", tmp_path)
    model = script(tmp_path / "replies.txt", [tap_in(one) for one in elements])
    command = [sys.executable, "-W", "error", str(ROOT / "benchmarks" / "grounding.py"), "screenspot", str(tmp_path)]
    done = subprocess.run(
        [*command, "--model", model, "--out", str(tmp_path / "run.jsonl")], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [line for line in done.stdout.splitlines() if line and not line.startswith("|")] == []


def test_a_program_shows_on_a_terminal_how_far_it_is(tmp_path: Path) -> None:
    elements = read_elements("screenspot", tmp_path)
    model = script(tmp_path / "replies.txt", [tap_in(one) for one in elements])
    words = ["screenspot", str(tmp_path), "--model", model, "--out", str(tmp_path / "run.jsonl"), "--limit", "5"]
    terminal, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, str(ROOT / "benchmarks" / "grounding.py"), *words],
            stdout=subprocess.PIPE,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
            timeout=60,
        )
        shown = os.read(terminal, 100_000).decode()
    finally:
        os.close(terminal)
        os.close(theirs)
    assert done.returncode == 0
    assert "screenspot" in shown
    assert "5/5" in shown
    assert b"5/5" not in done.stdout


# What is refused


@pytest.fixture
def begun(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """A run of AndroidControl that was begun with the scorer `qwen`."""
    control(tmp_path / "data")
    model, out = script(tmp_path / "replies.txt", [NO_CALL]), tmp_path / "run.jsonl"
    words = ["android-control", str(tmp_path / "data"), "--model", model, "--out", str(out), "--limit", "1"]
    assert steps.main([*words, "--scorer", "qwen"]) == 0
    capsys.readouterr()
    return words


def other_model(folder: Path) -> list[str]:
    return ["--scorer", "qwen", "--model", script(folder / "other.txt", [NO_CALL])]


def other_data(folder: Path) -> list[str]:
    write_lines(folder / "data" / "more.jsonl", datasets.control_episode(folder / "data", 3))
    return ["--scorer", "qwen"]


def changed_case(folder: Path) -> list[str]:
    path = folder / "data" / "test.jsonl"
    path.write_text(path.read_text("utf-8").replace("Set an alarm", "Put an alarm"), "utf-8")
    return ["--scorer", "qwen"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda folder: ["--scorer", "os-atlas"], "holds another run: its settings is"),
        (lambda folder: ["--scorer", "qwen", "--level", "low"], "holds another run: its settings is"),
        (lambda folder: ["--scorer", "qwen", "--screen-tokens", "256"], "holds another run: its settings is"),
        (other_model, 'holds another run: its model is "replies.txt", not "other.txt"'),
        (other_data, "holds another run: its data is"),
        (changed_case, "the case test#1#0 is another one than when"),
        (
            lambda folder: ["--scorer", "qwen", "--out", str(folder / "data" / "run.jsonl")],
            "read as a part of the data",
        ),
    ],
)
def test_a_file_of_another_run_is_not_gone_on_with(
    begun: list[str],
    change: Callable[[Path], list[str]],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = events(tmp_path / "run.jsonl")
    assert steps.main([*begun, *change(tmp_path)]) == 2
    complaint = capsys.readouterr().err
    assert said in complaint
    assert len(complaint.splitlines()) == 1
    assert events(tmp_path / "run.jsonl") == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("my notes\n", "is no file of results"),
        ("my notes", "is no file of results"),
        ('{"event": "begin", "benchmark": "x"}\n', "holds another run: its benchmark is"),
        ("folder", "is a folder"),
    ],
)
def test_what_is_no_file_of_results_is_left_alone(
    content: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run.jsonl"
    if content == "folder":
        out.mkdir()
    else:
        out.write_text(content)
    model = script(tmp_path / "replies.txt", [NO_CALL])
    assert function_calling.main([str(CASES), "--model", model, "--out", str(out)]) == 2
    assert said in capsys.readouterr().err
    assert out.is_dir() or out.read_text() == content


def test_a_damaged_line_is_said_to_be(begun: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run.jsonl"
    whole = out.read_text("utf-8")
    for line in ("nonsense\n", "[1]\n", '{"event": "case"}\n'):
        out.write_text(whole + line, "utf-8")
        assert steps.main([*begun, "--scorer", "qwen"]) == 2
        assert "is damaged" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["aitz", ".", "--scorer", "qwen"], "--scorer and --level are for android-control"),
        (["aitz", ".", "--split", "x.json"], "--split is for aitw"),
        (["android-control", "."], "name one: --scorer os-atlas|qwen"),
        (["aitz", "nowhere"], "nowhere is no folder"),
    ],
)
def test_words_that_do_not_go_together_are_refused(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = script(tmp_path / "replies.txt", [NO_CALL])
    assert steps.main([*words, "--model", model, "--out", str(tmp_path / "run.jsonl")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "run.jsonl").exists()


def test_only_a_server_is_asked_several_things_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, out = script(tmp_path / "replies.txt", [NO_CALL]), tmp_path / "run.jsonl"
    assert function_calling.main([str(CASES), "--model", model, "--out", str(out), "--parallel", "2"]) == 2
    assert "--parallel asks a server" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["x.jsonl"], ["x.jsonl", "--model", "reader", "--out", "o", "--limit", "0"]])
def test_wrong_options_are_explained(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        function_calling.main(words)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_script_that_runs_out_ends_the_run_as_a_model_that_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, out = script(tmp_path / "replies.txt", [NO_CALL, NO_CALL]), tmp_path / "run.jsonl"
    assert function_calling.main([str(CASES), "--model", model, "--out", str(out)]) == 1
    said = capsys.readouterr()
    assert "the script has 2 replies" in said.err
    assert rows(said.out)["all"] == ["2", "0.0", "0.0 to 65.8", "0.0", "0.0 to 65.8", "2"]
    assert len(events(out)) == 2
