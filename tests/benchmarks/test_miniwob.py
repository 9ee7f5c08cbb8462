"""MiniWoB++ from end to end, with a real browser on a real display: scored, filmed, cut and gone on with."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handsight.devices.base import Keys, Mouse
from handsight.tools.gestures import GESTURES
from handsight.tools.registry import Tools
from handsight.tools.session import session_tools
from handsight.types import Screen, ToolCall
from handsight.wiring import open_dialect
from wob.browser import SIZE

from .datasets import REFUSED, Server

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "miniwob.py"
INSTALLED = {found.name for found in distributions()}  # by these names: the program itself is a module called miniwob
NEEDS = "a real browser on a display of its own: apt-get install xvfb openbox chromium python3-tk"
pytestmark = [
    pytest.mark.skipif(not (shutil.which("Xvfb") and shutil.which("chromium") and find_spec("tkinter")), reason=NEEDS),
    pytest.mark.skipif(not {"miniwob", "websockets"} <= INSTALLED, reason="pip install '.[miniwob]'"),
]

Serve = Callable[[Callable[[str], str]], Server]


def command(out: Path, player: str, *more: object) -> list[str]:
    return [sys.executable, str(PROGRAM), "--model", player, "--out", str(out), *map(str, more)]


def tasks(*names: str) -> list[str]:
    return [word for name in names for word in ("--task", name)]


def run(out: Path, player: str, *more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(out, player, *more), capture_output=True, text=True, timeout=100)


def cases(out: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines(keepends=True) if line.endswith("\n")]
    return [line for line in lines if line["event"] == "case"]


def children(process: int) -> set[int]:
    """All that a process has started, and all that those have."""
    found, new = set[int](), {process}
    while new:
        listed = [
            Path(f"/proc/{parent}/task/{thread.name}/children")
            for parent in new
            for thread in Path(f"/proc/{parent}/task").glob("*")
        ]
        new = {int(word) for path in listed if path.exists() for word in path.read_text().split()} - found
        found |= new
    return found


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(so: Callable[[], bool], what: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < until, f"{what} in vain for {seconds} s"
        time.sleep(0.02)


def test_the_oracle_does_by_mouse_and_keys_what_the_pages_ask_for(tmp_path: Path) -> None:
    out = tmp_path / "run.jsonl"
    chosen = ("click-test-2", "login-user", "drag-box")
    ran = run(out, "oracle", "--episodes", 2, "--films", 1, "--parallel", 2, *tasks(*chosen))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "| all episodes | 6 | 100.0 | 61.0 to 100.0 | 1.00 |" in ran.stdout
    assert "| login-user | 2 | 100.0 | 34.2 to 100.0 | 1.00 | 5.0 |" in ran.stdout
    assert "nothing about any agent" in ran.stdout
    came = {case["id"]: case for case in cases(out)}
    assert len(came) == 6
    login = came["login-user#0"]
    assert [step["call"]["name"] for step in login["steps"]] == ["click", "type_text", "click", "type_text", "click"]
    assert login["steps"][1]["call"]["arguments"]["text"] in login["query"]
    assert login["ended"] == "done"
    assert came["login-user#1"]["query"] != login["query"]
    assert came["login-user#1"]["last"] is None
    pictures = sorted((tmp_path / "run.films").iterdir())
    assert len(pictures) == sum(
        len(came[f"{task}#0"]["steps"]) + 1 for task in ("click-test-2", "login-user", "drag-box")
    )
    page = (tmp_path / "run.html").read_text("utf-8")
    assert page.count("data:image/webp;base64,") == len(pictures)
    assert "nothing about any agent" in page
    assert "http" not in page.replace("http-equiv", "")


def test_a_run_that_was_killed_leaves_nothing_behind_and_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "run.jsonl"
    words = ["--episodes", 6, "--steps", 1, *tasks("click-test")]  # what the only act led to is waited for
    first = subprocess.Popen(command(out, "oracle", *words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: out.exists() and len(cases(out)) >= 2, "a run was waited for")
    started = children(first.pid)
    first.kill()
    first.wait()
    assert len(started) > 3
    wait_until(lambda: not any(map(alive, started)), "browser and display were waited for to end")
    with out.open("ab") as file:
        file.write(b'{"event": "case", "id": "click-te')
    before = cases(out)
    assert 2 <= len(before) < 6
    ran = run(out, "oracle", *words)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert cases(out)[: len(before)] == before
    assert [case["id"] for case in cases(out)] == [f"click-test#{seed}" for seed in range(6)]
    assert "| click-test | 6 | 100.0 | 61.0 to 100.0 | 1.00 |" in ran.stdout
    ran = run(out, "random", *words)
    assert ran.returncode == 2
    assert 'its model is "oracle", not "random"' in ran.stderr
    assert ran.stdout == ""


def test_ctrl_c_ends_a_run_that_the_same_command_goes_on_with(tmp_path: Path) -> None:
    out = tmp_path / "run.jsonl"
    process = subprocess.Popen(
        command(out, "random", "--episodes", 50, "--steps", 3, *tasks("click-button")),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_until(lambda: out.exists() and len(cases(out)) >= 1, "a run was waited for")
    started = children(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    said, problems = process.communicate(timeout=60)
    assert (process.returncode, problems) == (130, "")
    assert "Stopped; so far:" in said
    assert f"The same command goes on from {out}." in said
    wait_until(lambda: not any(map(alive, started)), "browser and display were waited for to end")


def test_a_model_behind_a_server_is_asked_as_in_any_run(tmp_path: Path, serve: Serve) -> None:
    """It does what the oracle did on the same seeds, in its own dialect, gives up once, and then refuses to answer."""
    run(tmp_path / "oracle.jsonl", "oracle", "--episodes", 1, *tasks("click-test", "focus-text"))
    dialect = open_dialect("nous")
    tools = Tools([*GESTURES[Mouse], *GESTURES[Keys], *session_tools()])
    screen = Screen(Image.new("RGB", SIZE))
    calls = [ToolCall(**step["call"]) for case in cases(tmp_path / "oracle.jsonl") for step in case["steps"]]
    replies = [getattr(dialect, "write")(call, screen, tools) for call in calls]  # noqa: B009
    giving_up = ToolCall("finish", {"success": True, "message": "It is done."})
    replies += [getattr(dialect, "write")(giving_up, screen, tools), REFUSED]  # noqa: B009
    server = serve(lambda text: replies[len(server.asked) - 1])
    out = tmp_path / "server.jsonl"
    ran = run(out, server.words, "--episodes", 1, *tasks("click-test", "focus-text", "click-button", "click-link"))
    assert ran.returncode == 1
    assert "not this one" in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert "It broke off; so far:" in ran.stdout
    assert [case["scores"]["success"] for case in cases(out)] == [True, True, False]
    failed = cases(out)[-1]
    assert (failed["reward"], failed["ended"], failed["message"]) == (0, "claimed", "It is done.")
    assert failed["query"] in server.asked[-2]
    begin = json.loads(out.read_text("utf-8").splitlines()[0])
    assert (begin["model"], begin["dialect"]) == ("oracle", "nous")


def test_the_reader_fails_at_what_it_does_not_understand_and_is_not_blamed_on_the_page(tmp_path: Path) -> None:
    out = tmp_path / "run.jsonl"
    ran = run(out, "reader", "--episodes", 1, *tasks("focus-text"))
    assert (ran.returncode, ran.stderr) == (0, "")
    (case,) = cases(out)
    assert (case["scores"]["success"], case["ended"], case["steps"]) == (False, "failed", [])
    assert "Focus into the textbox" in case["message"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--model", "oracle"], "name a player and the file of results"),
        (["--model", "oracle", "--out", "o", "--task", "click-tst"], "no task 'click-tst'; did you mean click-test"),
        (["--model", "oracle", "--out", "o", "--task", "chase-circle"], "the oracle has no play for chase-circle"),
        (["--model", "random", "--out", "o", "--dialect", "json"], "random is asked without words"),
        (["--model", "some/checkpoint", "--out", "o", "--parallel", "2"], "some/checkpoint is in memory once"),
        (["--model", "nobody", "--out", "o", "--task", "click-test"], "no model is called 'nobody'"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(words: list[str], said: str, tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, str(PROGRAM), *words], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_the_tasks_are_listed_with_those_left_out_and_why() -> None:
    ran = subprocess.run([sys.executable, str(PROGRAM), "--list"], capture_output=True, text=True, check=True)
    lines = ran.stdout.splitlines()
    assert len(lines) == 130
    assert sum("left out: " in line for line in lines) == 5
