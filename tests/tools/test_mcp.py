"""MCP servers as real processes: their tools are called like any other, and what they say changes no rule."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handsight import ScriptedModel, open_agent
from handsight.errors import BadCall, BadTool, ToolFailed, UsageError
from handsight.policy import Policy, Rule
from handsight.tools.mcp import open_mcp
from handsight.tools.mcp_data import tool_name
from handsight.tools.registry import Tool, Tools
from handsight.types import Screen, ToolCall, ToolResult

SERVER = str(Path(__file__).with_name("mcp_server.py"))
SILENT = "import threading; threading.Event().wait()"
BLANK = Screen(Image.new("RGB", (10, 20)))


class Wall:
    """A device that nothing can be done with."""

    name = "wall"

    def screenshot(self) -> Screen:
        return BLANK

    def close(self) -> None:
        pass


def entry(*tools: str, **more: Any) -> dict[str, Any]:
    return {"command": sys.executable, "args": [SERVER, "stdio", *tools], **more}


def config(*tools: str, **more: Any) -> dict[str, Any]:
    return {"mcpServers": {"test": entry(*tools, **more)}}


@contextmanager
def served_over_http(*tools: str) -> Iterator[dict[str, Any]]:
    """Run the server on a port, and give its config."""
    command = [sys.executable, SERVER, "http", *tools]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        port = process.stdout.readline().strip()
        try:
            yield {"mcpServers": {"test": {"url": f"http://127.0.0.1:{port}/mcp"}}}
        finally:
            process.terminate()


@pytest.fixture(scope="module", params=["stdio", "http"])
def tools(request: pytest.FixtureRequest) -> Iterator[Tools]:
    """The good tools of one server, over either way."""
    if request.param == "stdio":
        with open_mcp(config()) as found:
            yield Tools(found)
        return
    with served_over_http() as over_http, open_mcp(over_http) as found:
        yield Tools(found)


def call(tools: Tools, name: str, /, **arguments: Any) -> ToolResult:
    wanted = ToolCall(f"test_{name}", arguments)
    tools.check(wanted)
    return tools.run(wanted, Wall(), BLANK)


def test_a_server_s_tools_come_with_their_own_schemas_and_words(tools: Tools) -> None:
    assert len(tools) == 17  # from two pages
    add = tools["test_add"]
    assert add.parameters == {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "required": ["a", "b"],
        "additionalProperties": False,
    }
    assert add.description == "A tool of the server test, which says of it: Add two numbers."
    assert tools["test_picture"].description == "A tool of the server test."
    assert tools["test_nothing"].parameters["properties"] == {"a": {"default": None}}
    assert len(tools["test_long"].description) < 1100


def test_a_call_is_checked_here_and_carried_out_there(tools: Tools) -> None:
    result = call(tools, "add", a=2, b=40)
    assert (result.text, result.pictures) == ("42", ())
    assert result.seconds > 0
    with pytest.raises(BadCall, match=r"test_add: a: 'two' is not of type 'integer'"):
        call(tools, "add", a="two", b=40)
    with pytest.raises(BadCall, match="'b' is a required property"):
        call(tools, "add", a=2)


def test_pictures_words_and_json_come_as_a_result(tools: Tools) -> None:
    picture = call(tools, "picture")
    assert picture.text == "Here it is."
    assert picture.pictures[0].image.getpixel((3, 3)) == (200, 10, 10)
    many = call(tools, "pictures")
    assert len(many.pictures) == 4
    assert many.text == "[2 more pictures were left out]"
    assert call(tools, "structured").text == '{"größe": [1, 2]}'
    assert call(tools, "resource").text == "held\n[memo: memo:2]\n[audio, left out]"
    assert call(tools, "nothing").text == "Done."
    assert call(tools, "long").text.endswith("[12000 more characters were left out]")


def test_what_fails_there_is_a_failure_here(tools: Tools) -> None:
    with pytest.raises(ToolFailed, match="^test: out of paper$"):
        call(tools, "fail")
    with pytest.raises(ToolFailed, match="^the MCP server test did not carry it out: not today$"):
        call(tools, "refuse")
    with pytest.raises(ToolFailed, match="a picture that cannot be read"):
        call(tools, "torn_picture")


def test_a_server_cannot_ask_the_user_by_itself(tools: Tools) -> None:
    with pytest.raises(ToolFailed, match="did not carry it out: Elicitation not supported"):
        call(tools, "ask")


def test_a_call_that_hangs_ends_in_time_and_the_server_goes_on() -> None:
    with served_over_http("hang", "add") as there:  # it runs already, so connecting takes no time
        there["mcpServers"]["test"]["timeout"] = 4
        with open_mcp(there) as found:
            tools = Tools(found)
            with pytest.raises(ToolFailed, match=r"the MCP server test did not answer in 4 s"):
                call(tools, "hang")
            assert call(tools, "add", a=1, b=1).text == "2"


def test_ctrl_c_breaks_a_call_off() -> None:
    with open_mcp(config("hang", "add")) as found:
        tools = Tools(found)
        pressed = threading.Timer(0.3, signal.pthread_kill, [threading.get_ident(), signal.SIGINT])
        pressed.start()
        with pytest.raises(KeyboardInterrupt):
            call(tools, "hang")
        pressed.join()
        assert call(tools, "add", a=1, b=1).text == "2"


def test_a_server_that_dies_is_one_clear_failure_and_the_others_stay() -> None:
    two = {"mcpServers": {"test": entry("crash", "add"), "other": entry("add")}}
    with open_mcp(two) as found:
        tools = Tools(found)
        gone = "^the MCP server test is gone, and with it its tools; its last words: the disk is on fire$"
        for name in ("crash", "add"):
            with pytest.raises(ToolFailed, match=gone):
                call(tools, name, **({"a": 1, "b": 1} if name == "add" else {}))
        assert tools.run(ToolCall("other_add", {"a": 1, "b": 1}), Wall(), BLANK).text == "2"


def test_a_server_on_the_net_that_dies_is_one_clear_failure() -> None:
    with served_over_http("crash", "add") as over_http, open_mcp(over_http) as found:
        tools = Tools(found)
        for name in ("crash", "add"):
            with pytest.raises(ToolFailed, match="the MCP server test is gone"):
                call(tools, name, **({"a": 1, "b": 1} if name == "add" else {}))


def processes() -> set[int]:
    """The children of this process that run the server."""
    listed = [path.read_text().split() for path in Path(f"/proc/{os.getpid()}/task").glob("*/children")]
    return {int(pid) for pids in listed for pid in pids if SERVER in Path(f"/proc/{pid}/cmdline").read_text()}


def test_the_process_ends_with_the_run() -> None:
    before = processes()
    with suppress(KeyboardInterrupt), open_mcp(config("hang")):
        (ours,) = processes() - before
        raise KeyboardInterrupt
    assert not Path(f"/proc/{ours}").exists()


def test_only_the_variables_that_are_named_reach_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "s3cret")
    with open_mcp(config("variable", env={"CITY": "Berlin"})) as found:
        tools = Tools(found)
        assert call(tools, "variable", name="OPENAI_API_KEY").text == "not there"
        assert call(tools, "variable", name="CITY").text == "Berlin"


def test_two_servers_may_have_tools_of_one_name() -> None:
    with open_mcp({"mcpServers": {"a": entry("add"), "b-c": entry("add")}}) as found:
        assert [tool.name for tool in found] == ["a_add", "b_c_add"]
        Tools(found)


def test_names_that_would_be_taken_for_one_another_are_refused() -> None:
    with (
        pytest.raises(BadTool, match="two MCP tools are called 'a_b_add'; give a server another name"),
        open_mcp({"mcpServers": {"a-b": entry("add"), "a.b": entry("add")}}),
    ):
        pass


def test_a_name_is_letters_digits_and_underscores_and_stays_apart_when_cut() -> None:
    assert tool_name("my.server", "do-it now!") == "my_server_do_it_now_"
    assert tool_name("7up", "x") == "_7up_x"
    long = [tool_name("s", "x" * 70 + end) for end in "ab"]
    assert len({*long}) == 2
    assert {len(name) for name in long} == {64}
    Tool(long[0], "", {"type": "object"}, print)


def test_a_tool_that_would_be_taken_for_a_gesture_is_refused() -> None:
    from handsight.tools.mcp_config import Server
    from handsight.tools.mcp_data import make_tool

    for server, tool in (("open", "app"), ("ask", "user"), ("mobile", "use"), ("long", "press")):
        with pytest.raises(BadTool, match=f"would be taken for our {server}_{tool}; give the server another name"):
            make_tool(Server(server, "x"), {"name": tool, "inputSchema": {"type": "object"}}, lambda: ToolResult())


def test_a_malformed_schema_is_said_and_the_tool_can_be_left_out() -> None:
    with (
        pytest.raises(BadTool, match=r"test_broken: the schema is malformed: properties\.a\.type.*disabledTools"),
        open_mcp(config("add", "broken")),
    ):
        pass
    with open_mcp(config("add", "broken", disabledTools=["broken"])) as (add,):
        assert add.name == "test_add"


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"command": "no-such-program"}, "'test' cannot be started: there is no program 'no-such-program'$"),
        ({"command": sys.executable, "cwd": "/nowhere"}, "or no folder '/nowhere'$"),
        ({"command": sys.executable, "args": ["-c", "exit('no way')"]}, "'test' cannot be reached.*words: no way$"),
        (
            {"command": sys.executable, "args": ["-c", SILENT], "timeout": 1},
            "did not answer in 1 s$",
        ),
        ({"command": "/etc"}, "'test' cannot be reached: .*denied"),
        ({"url": "http://127.0.0.1:9/mcp"}, "'test' at http://127.0.0.1:9/mcp cannot be reached"),
    ],
)
def test_a_server_that_cannot_be_reached_is_said_in_one_sentence(entry: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says) as refused, open_mcp({"mcpServers": {"test": entry}}):
        pass
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("trust", "asks"),
    [
        (False, {"add", "note", "wipe", "sly"}),
        (True, {"wipe"}),  # the server itself calls it destructive
        (["add", "note"], {"note", "wipe", "sly"}),  # the server does not call note read-only
    ],
)
def test_a_tool_asks_first_unless_the_user_trusts_it(trust: Any, asks: set[str]) -> None:
    with open_mcp(config("add", "note", "wipe", "sly", trust=trust)) as found:
        assert {tool.name.removeprefix("test_") for tool in found if tool.risky} == asks


def test_a_rule_allows_exactly_the_tool_it_names() -> None:
    with open_mcp(config("add", "note")) as found:
        risky = frozenset(tool.name for tool in found if tool.risky)
    policy = Policy([Rule.parse("allow", "test_add")], risky, ask=lambda question: False)
    assert policy(ToolCall("test_add", {"a": 1, "b": 2}), BLANK).allowed
    refused = policy(ToolCall("test_note", {"text": "x"}), BLANK)
    assert not refused.allowed
    assert refused.risk == "test_note is marked as risky"


def said(name: str, **arguments: Any) -> str:
    return f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"


DONE = said("mobile_use", action="terminate", status="success")


def test_what_a_server_says_is_data_to_the_model_and_to_the_policy() -> None:
    model = ScriptedModel([said("test_sly"), said("test_wipe"), DONE])
    asked: list[str] = []

    def ask(question: str) -> bool:
        asked.append(question)
        return "sly" in question

    with open_agent(Wall(), model, mcp=config("sly", "wipe"), ask=ask) as agent:
        run = agent.run("look")
    assert asked == ["test_sly {} (test_sly is marked as risky)", "test_wipe {} (test_wipe is marked as risky)"]
    assert "the user said no" in str(run.steps[1].problem)
    system = str(model.prompts[0].messages[0].parts[0])
    assert system.count("</tools>") == system.count("<tools>") == 1
    for prompt in model.prompts:
        for message in prompt.messages:
            words = "".join(part for part in message.parts if isinstance(part, str))
            assert "<|im_end|>" not in words
            assert "<|im_start|>" not in words


def test_a_model_calls_a_server_and_sees_its_picture() -> None:
    model = ScriptedModel([said("test_picture"), DONE])
    with open_agent(Wall(), model, mcp=config("picture"), allow=["test_picture"]) as agent:
        run = agent.run("look at the picture")
    assert run.outcome
    assert run.outcome.kind == "claimed"
    result = run.steps[0].result
    assert result
    assert result.pictures[0].size == (8, 4)
    assert any("Here it is." in str(part) for message in model.prompts[1].messages for part in message.parts)
