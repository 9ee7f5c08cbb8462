"""Phones that are missing, many, locked up or mute, servers and parts that are not there: how a user is told.

Each is one sentence on the standard error that begins with `handsight: `, the right exit code, nothing on the output,
no folder and no process left behind.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from handsight.devices.android.adb import AdbServer, open_server
from handsight.devices.android.ports import free_port
from handsight.devices.virtual import VirtualPhone
from handsight.errors import DeviceUnauthorized

from ..devices.conftest import Peer, asks_for_ever, greets_as, listen, nobody, says_nothing  # noqa: F401 (fixtures)

Run = Callable[..., subprocess.CompletedProcess[str]]
Listen = Callable[[Peer], str]
Fails = Callable[..., str]
TASK = ("run", "light it", "--model", "mine:Counting")
BOARD = ("--device", "mine:Board")


@pytest.fixture(scope="module")
def server() -> Iterator[AdbServer]:
    """An adb server of these tests' own."""
    server = open_server(private=True)
    yield server
    server.close()


@pytest.fixture
def fails(handsight: Run, folder: Path, server: AdbServer) -> Iterator[Fails]:
    """Run what must fail, hold it to everything that holds for each failure, and give the sentence."""

    def fail(code: int, *words: str, **environment: object) -> str:
        before, mark = all_below(folder), f"HANDSIGHT_TEST={uuid.uuid4()}"
        ports = {"ANDROID_ADB_SERVER_PORT": server.port, mark.partition("=")[0]: mark.partition("=")[2]}
        ran = handsight(*words, **{**ports, **environment})
        assert ran.stderr.startswith("handsight: "), ran.stderr
        assert ran.stderr.count("\n") == 1, ran.stderr
        assert ran.stdout == ""
        assert ran.returncode == code
        assert all_below(folder) == before
        assert processes_with(mark) == []
        return ran.stderr.removeprefix("handsight: ").rstrip("\n")

    yield fail
    for phone in server.devices():
        server.forget(phone.serial)


def all_below(folder: Path) -> list[Path]:
    """Every file and folder, but for what Python writes itself."""
    return sorted(path for path in folder.rglob("*") if "__pycache__" not in path.parts)


def processes_with(mark: str) -> list[str]:
    """The command lines of the processes, on Linux, that inherited this variable."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:  # it is over, or not ours to look at
            continue
    return found


def without(library: str, folder: Path, environment: dict[str, str]) -> str:
    """A search path on which a library is not to be had."""
    (folder / "lean").mkdir()
    (folder / "lean" / f"{library}.py").write_text("raise ModuleNotFoundError\n")
    return os.pathsep.join((str(folder / "lean"), environment["PYTHONPATH"]))


def test_the_check_for_processes_left_behind_can_fail() -> None:
    with subprocess.Popen(["sleep", "60"], env={"MARK": "here"}) as process:
        assert processes_with("MARK=here") == ["sleep 60 "]
        process.kill()


def test_no_adb(fails: Fails) -> None:
    said = fails(1, *TASK, ADBUTILS_ADB_PATH="/nowhere/adb", ANDROID_ADB_SERVER_PORT=free_port())
    assert said == "/nowhere/adb cannot be run (No such file or directory): set ADBUTILS_ADB_PATH"


def test_an_adb_that_starts_no_server(fails: Fails, folder: Path) -> None:
    (folder / "adb").write_text("#!/bin/sh\necho the port is cursed >&2\necho and so are you >&2\nexit 3\n")
    (folder / "adb").chmod(0o755)
    port = free_port()
    said = fails(1, *TASK, ADBUTILS_ADB_PATH=folder / "adb", ANDROID_ADB_SERVER_PORT=port)
    assert "adb starts no server on port" in said
    assert "the port is cursed" in said
    assert "the port is cursed" in fails(1, *TASK, "--device", "virtual", ADBUTILS_ADB_PATH=folder / "adb")


def test_no_device(fails: Fails) -> None:
    said = fails(1, *TASK)
    assert said == "no phone is attached: connect one with USB debugging on, or use `--device virtual`"


def test_an_unknown_serial(fails: Fails) -> None:
    assert fails(2, *TASK, "--device", "R58M12ABCDE") == "no phone has the serial R58M12ABCDE; adb sees: none"
    assert "R58M12ABCDE" in fails(2, *TASK, ANDROID_SERIAL="R58M12ABCDE")


def test_an_unauthorized_phone_and_two_of_them(fails: Fails, listen: Listen) -> None:  # noqa: F811
    one, other = listen(asks_for_ever), listen(asks_for_ever)
    for address in (one, other):
        said = fails(1, *TASK, "--device", address)
        assert said == f"{address} has not allowed this computer: accept the dialog on its screen"
    said = fails(2, *TASK)
    assert said.startswith("several phones are attached, say which one by its serial: ")
    assert one in said
    assert other in said


def test_a_phone_that_has_gone_offline(fails: Fails, server: AdbServer) -> None:
    with VirtualPhone(size=(270, 600)) as phone:
        server.connect(address := phone.address)
    deadline = time.monotonic() + 30
    while [phone.state for phone in server.devices()] != ["offline"]:
        assert time.monotonic() < deadline
    assert fails(1, *TASK) == f"{address} is known and does not answer: unlock it and plug or connect it again"
    said = fails(1, *TASK, "--device", address)
    assert said.endswith(f"is the phone on, and does it listen at {address}?")
    assert "Connection refused" in said


def test_a_phone_that_is_not_up_yet(fails: Fails, listen: Listen) -> None:  # noqa: F811
    address = listen(greets_as(b"recovery::"))
    said = fails(1, *TASK, "--device", address)
    assert said == f"{address} is in the state 'recovery': wait until Android has started on it"


def test_a_silent_port(fails: Fails, listen: Listen) -> None:  # noqa: F811
    address = listen(says_nothing)
    said = fails(1, *TASK, "--device", address)
    assert said == f"{address} takes the call and says nothing: is that the adb port of a phone?"


def test_a_port_that_nobody_listens_at(fails: Fails, nobody: str) -> None:  # noqa: F811
    said = fails(1, *TASK, "--device", nobody)
    assert nobody in said
    assert "Connection refused" in said


def test_an_unreachable_server(fails: Fails, nobody: str) -> None:  # noqa: F811
    said = fails(1, "run", "light it", *BOARD, "--model", f"server:http://{nobody}/v1#qwen")
    assert said.startswith(f"http://{nobody}/v1 cannot be reached: ")
    assert "start a server there first, such as: vllm serve" in said


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ("run", "light it", "--model", "raeder", *BOARD),
            "no model is called 'raeder'; there are: reader, mini, server:",
        ),
        ((*TASK, "--device", "virtual:huge"), "'huge' is none of these"),
        (("run", " ", "--model", "mine:Counting", *BOARD), "the task is empty; say what is to be done, such as: "),
        ((*TASK, *BOARD, "--run-folder", "mine.py/run"), "the run folder mine.py/run cannot be written"),
        ((*TASK, *BOARD, "--run-folder", "/proc/run"), "the run folder /proc/run cannot be written"),
        ((*TASK, *BOARD, "--run-folder", "mine.py"), "mine.py already holds a run, or is a file"),
        ((*TASK, "--device", "virtual", "--apps", "broken"), "broken cannot be loaded: SyntaxError: "),
        ((*TASK, *BOARD, "--tools", "odd.py"), "odd.py cannot be loaded: "),
    ],
)
def test_words_that_cannot_be_carried_out(fails: Fails, folder: Path, words: tuple[str, ...], says: str) -> None:
    (folder / "broken.py").write_text("class App(:\n")
    (folder / "odd.py").write_text(
        "from handsight import tool\n\n"
        "@tool(schema={'type': 'object', 'properties': {'x': {'type': 'nonsense'}}})\n"
        "def odd(x: int) -> str:\n    'Do it.'\n    return ''\n"
    )
    assert says in fails(2, *words)


@pytest.mark.parametrize(
    ("extra", "library", "words"),
    [
        ("android", "adbutils", TASK),
        ("android", "adbutils", (*TASK, "--device", "virtual")),
        ("ocr", "rapidocr", ("run", "open Settings", *BOARD)),
        ("desktop", "mss", (*TASK, "--device", "desktop")),
        ("local", "torch", ("run", "light it", *BOARD, "--model", "local:.")),
    ],
)
def test_a_part_that_is_not_installed(
    fails: Fails, folder: Path, environment: dict[str, str], extra: str, library: str, words: tuple[str, ...]
) -> None:
    path = without(library, folder, environment)
    said = fails(2, *words, PYTHONPATH=path, DISPLAY=":99", PYTHONDONTWRITEBYTECODE=1)
    assert said.endswith(f" needs an optional part: pip install 'handsight[{extra}]'")


def test_lists_that_are_piped_are_whole_and_plain(
    handsight: Run,
    folder: Path,
    environment: dict[str, str],
    listen: Listen,  # noqa: F811
    server: AdbServer,
) -> None:
    address = listen(asks_for_ever)
    with pytest.raises(DeviceUnauthorized):
        server.pick(address)
    narrow = {"ANDROID_ADB_SERVER_PORT": server.port, "COLUMNS": 20, "PYTHONIOENCODING": "ascii", "TERM": "xterm"}
    listed = handsight("devices", **narrow)
    looked = handsight("doctor", **narrow, PYTHONPATH=without("torch", folder, environment))
    for ran in (listed, looked):
        assert (ran.returncode, ran.stderr) == (0, "")
        assert "\x1b" not in ran.stdout
        assert any(
            address in line and "unauthorized: accept the dialog on its screen" in line
            for line in ran.stdout.splitlines()
        )
    server.forget(address)


def test_json_is_json_whatever_the_terminal_can_show(handsight: Run, folder: Path) -> None:
    ran = handsight("run", "打开 设置", *BOARD, "--model", "mine:Counting", "--json", PYTHONIOENCODING="ascii")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout.splitlines()[0])["task"] == "打开 设置"


@pytest.mark.parametrize("command", ["run", "phone", "doctor"])
def test_the_help_of_a_command_imports_no_heavy_library(command: str) -> None:
    asked = [sys.executable, "-X", "importtime", "-m", "handsight", command, "--help"]
    ran = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert ran.stdout.startswith(f"Usage: handsight {command}")
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in ran.stderr.splitlines()}
    assert "handsight" in imported
    # typer itself takes pydantic for some kinds of options
    assert imported.isdisjoint({"rich", "httpx", "openai", "PIL", "jsonschema", "jinja2", "adbutils", "numpy"})


TOOL = """
from pathlib import Path
from handsight import tool

@tool
def note_down(what: str, times: int = 1) -> str:
    'Write something down, so many times.'
    Path("noted.txt").write_text(f"{what}\\n" * times)
    return f"{what} is noted"
"""


def test_a_tool_of_ones_own_in_ten_lines_is_called(handsight: Run, folder: Path) -> None:
    assert len(TOOL.splitlines()) <= 10
    (folder / "tools_of_mine.py").write_text(TOOL)
    task = "open Settings, call note_down with what = the text next to Display"
    ran = handsight("run", task, "--device", "virtual:540x1200", "--tools", "tools_of_mine.py", "--json")
    assert (ran.returncode, ran.stderr) == (0, "")
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    (called,) = [event for event in told if event["event"] == "step" and event["call"]["name"] == "note_down"]
    noted = (folder / "noted.txt").read_text()
    assert called["result"]["text"] == f"{noted.rstrip()} is noted"
    assert noted.strip()
