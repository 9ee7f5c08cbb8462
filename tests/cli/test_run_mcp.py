"""Runs whose model calls the tools of MCP servers: a third-party one, and the tests' own."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handsight import ScriptedModel, open_agent
from handsight.errors import BadCall, ToolFailed, UnknownName
from handsight.store import load
from handsight.tools.mcp import open_mcp
from handsight.tools.registry import Tools
from handsight.types import ToolCall

from ..tools.test_mcp import BLANK, DONE, SERVER, Wall, said

Run = Callable[..., subprocess.CompletedProcess[str]]
BOARD = ("--device", "mine:Board")
TIME = Path(sys.executable).with_name("mcp-server-time")
CLOCK: dict[str, Any] = {"clock": {"command": str(TIME), "args": ["--local-timezone", "Europe/Berlin"]}}
needs_time = pytest.mark.skipif(not TIME.exists(), reason="needs a third-party server: pip install mcp-server-time")


def server(*tools: str) -> dict[str, Any]:
    return {"test": {"command": sys.executable, "args": [SERVER, "stdio", *tools]}}


def write(folder: Path, servers: dict[str, Any]) -> tuple[str, str]:
    (folder / "mcp.json").write_text(json.dumps({"mcpServers": servers}))
    return "--mcp", "mcp.json"


def script(folder: Path, *replies: str) -> tuple[str, str]:
    (folder / "script.txt").write_text("\n---\n".join(replies))
    return "--model", "scripted:script.txt"


@needs_time
def test_a_server_that_others_made_is_worked_as_it_is() -> None:
    with open_mcp({"mcpServers": CLOCK}) as found:
        tools = Tools(found)
        assert {tool.name for tool in found} == {"clock_get_current_time", "clock_convert_time"}
        assert all(tool.risky for tool in found)
        asked = {"source_timezone": "UTC", "time": "12:00", "target_timezone": "Asia/Tokyo"}
        told = tools.run(ToolCall("clock_convert_time", asked), Wall(), BLANK)
        assert json.loads(told.text)["time_difference"] == "+9.0h"
        with pytest.raises(ToolFailed, match="^clock: .*Nowhere/Land"):
            tools.run(ToolCall("clock_get_current_time", {"timezone": "Nowhere/Land"}), Wall(), BLANK)
        with pytest.raises(BadCall, match="'timezone' is a required property"):
            tools.check(ToolCall("clock_get_current_time"))


@needs_time
def test_the_reader_passes_on_what_it_reads_on_a_phone_to_that_server() -> None:
    task = (
        "open Settings, call clock_convert_time with source_timezone 'UTC', time '12:00', target_timezone 'Asia/Tokyo'"
    )
    with open_agent(device="virtual:720x1280", mcp={"mcpServers": CLOCK}, allow=["clock_convert_time"]) as agent:
        run = agent.run(task)
    assert run.outcome
    assert run.outcome.kind == "claimed", run.outcome.message
    (told,) = [step.result for step in run.steps if step.call and step.call.name == "clock_convert_time"]
    assert told
    assert json.loads(told.text)["target"]["datetime"].split("T")[1].startswith("21:00")


def test_a_run_on_the_command_line_calls_a_server_that_a_rule_allows(handsight: Run, folder: Path) -> None:
    add = said("test_add", a=2, b=40)
    words = ("run", "add", *BOARD, *script(folder, add, DONE), *write(folder, server("add")), "--run-folder", "r")
    ran = handsight(*words, "--allow", "test_add", "--json")
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    assert json.loads(ran.stdout.splitlines()[2])["result"]["text"] == "42"
    step = load(folder / "r").steps[0]
    assert step.verdict
    assert step.verdict.reason == "a rule allows exactly this"


def test_without_a_rule_a_person_is_needed(handsight: Run, folder: Path) -> None:
    add = said("test_add", a=2, b=40)
    ran = handsight("run", "add", *BOARD, *script(folder, add, DONE), *write(folder, server("add")))
    assert ran.returncode == 5
    assert "nobody is here to allow this: test_add" in ran.stdout


def test_a_server_that_crashes_is_told_to_the_model_and_the_run_goes_on(handsight: Run, folder: Path) -> None:
    tap = said("mobile_use", action="click", coordinate=[500, 500])
    replies = (said("test_crash"), tap, DONE)
    words = ("run", "go", *BOARD, *script(folder, *replies), *write(folder, server("crash")), "--allow", "test_crash")
    ran = handsight(*words)
    assert ran.returncode == 0, ran.stderr
    assert "ToolFailed: the MCP server test is gone, and with it its tools; its last words: the disk is" in ran.stdout
    assert (folder / "board.log").read_text() == "[50.0, 100.0]\n"


def test_a_run_that_is_taken_up_connects_to_its_servers_again(handsight: Run, folder: Path) -> None:
    add = said("test_add", a=2, b=40)
    options = (*BOARD, *write(folder, server("add")), "--allow", "test_add", "--run-folder", "r")
    ran = handsight("run", "add", *options, *script(folder, add, DONE), "--max-steps", "1")
    assert ran.returncode == 4
    ran = handsight("run", "--resume", "r", *script(folder, add, DONE))
    assert ran.returncode == 0, ran.stderr
    results = [step.result.text for step in load(folder / "r").steps if step.result]
    assert results[:2] == ["42", "42"]


@pytest.mark.parametrize(
    ("servers", "more", "says"),
    [
        ({"test": {"command": "no-such-program"}}, (), "'test' cannot be started: there is no program"),
        ({"test": {"command": "x", "env": {"A": "${NOT_THERE}"}}}, (), "refers to ${NOT_THERE}"),
        (server("add"), ("--allow", "test_fly"), "a rule names 'test_fly', which is no tool here"),
        (server("broken"), (), "cannot be used: test_broken: the schema is malformed"),
        ({}, (), "mcp.json names no MCP server"),
    ],
)
def test_what_cannot_be_had_is_one_sentence_before_anything_is_begun(
    handsight: Run, folder: Path, servers: dict[str, Any], more: tuple[str, ...], says: str
) -> None:
    ran = handsight("run", "go", *BOARD, "--model", "mine:Counting", *write(folder, servers), *more)
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr.startswith("handsight: ")
    assert says in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert not (folder / "runs").exists()


def test_a_rule_that_names_no_server_s_tool_is_refused_from_python_too() -> None:
    config = {"mcpServers": server("add")}
    with (
        pytest.raises(UnknownName, match="'test_fly', which is no tool here"),
        open_agent(Wall(), ScriptedModel([]), mcp=config, allow=["test_fly"]),
    ):
        pass


def test_the_tools_of_a_server_are_listed_and_tried_by_hand(handsight: Run, folder: Path) -> None:
    options = write(folder, server("add"))
    listed = handsight("tools", *options)
    assert listed.returncode == 0, listed.stderr
    assert "test_add(a: integer, b: integer)  · asks first" in listed.stdout
    assert handsight("tools", *options, "--try", "test_add", "a=2", "b=40").returncode == 5
    tried = handsight("tools", *options, "--try", "test_add", "a=2", "b=40", "--allow", "test_add")
    assert (tried.returncode, tried.stdout.strip()) == (0, "42")
