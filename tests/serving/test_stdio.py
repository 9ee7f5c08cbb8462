"""`handsight mcp` over its standard input and output, worked by the SDK's own client."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import MCPError, types

from handsight.devices.virtual import VirtualPhone
from handsight.store import load

from .conftest import Eyes, Opened, picture, words

Till = tuple[VirtualPhone, str]
MODES = ("auto", "legacy")
BOARD = ("--device", "mine:Board", "--model", "mine:Counting")
SCRIPTED = ("--device", "mine:Board", "--model", "scripted:script.txt")


def said(**arguments: Any) -> str:
    return f"<tool_call>\n{json.dumps({'name': 'mobile_use', 'arguments': arguments})}\n</tool_call>"


DONE = said(action="terminate", status="success")


@pytest.mark.parametrize("mode", MODES)
def test_a_client_looks_and_touches_and_the_phone_changes(opened: Opened, till: Till, mode: str) -> None:
    phone, address = till

    async def work() -> None:
        async with opened("--device", address, mode=mode) as client:
            listed = await client.list_tools()
            tools = {tool.name: tool for tool in listed.tools}
            assert [*tools] == [
                *("screenshot", "run_task", "ask", "tap", "long_press", "swipe"),
                *("type_text", "press", "clear_text", "open_app"),
            ]
            place = tools["tap"].input_schema["properties"]["at"]
            assert place["description"] == "where to tap: [x, y], in pixels of the last screenshot you were sent"
            assert tools["screenshot"].annotations
            assert tools["screenshot"].annotations.read_only_hint is True
            assert client.server_info
            assert client.server_info.name == "handsight"

            early = await client.call_tool("tap", {"at": [10, 10]})
            assert early.is_error
            assert words(early).startswith("take a screenshot first")

            assert words(await client.call_tool("open_app", {"name": "Till"})).startswith("Opened Till")
            eyes = Eyes(client)
            assert words(await eyes.tap("Add one")) == "Tapped."
            assert words(await eyes.tap("Words")) == "Tapped."
            assert words(await client.call_tool("type_text", {"text": "Hello"})) == "Typed 5 characters."

            shown = await client.call_tool("screenshot", {})
            assert shown.structured_content
            assert picture(shown).size == (shown.structured_content["width"], shown.structured_content["height"])
            assert words(shown).startswith(f"The screen, {picture(shown).width}x{picture(shown).height} pixels")

    anyio.run(work)
    assert (phone.app("till").count, phone.app("till").paid, phone.app("till").words) == (1, 0, "Hello")


def test_a_screenshot_costs_no_more_than_it_may(opened: Opened) -> None:
    async def work() -> None:
        async with opened("--device", "virtual:1080x2400", "--screen-tokens", "300") as client:
            first = picture(await client.call_tool("screenshot", {}))
            assert first.width * first.height <= 300 * 28 * 28
            assert abs(first.width / first.height - 1080 / 2400) < 0.03
            eyes = Eyes(client)
            await client.call_tool("swipe", {"start": [first.width / 2, first.height * 0.9], "end": [5, 5]})
            await client.call_tool("open_app", {"name": "Settings"})
            assert (await eyes.look()).tobytes() != first.tobytes()

    anyio.run(work)


@pytest.mark.parametrize("mode", MODES)
def test_a_risky_act_is_refused_where_nobody_can_be_asked(opened: Opened, till: Till, mode: str) -> None:
    phone, address = till

    async def work() -> None:
        async with opened("--device", address, mode=mode) as client:
            await client.call_tool("open_app", {"name": "Till"})
            refused = await Eyes(client).tap("Pay now")
            assert refused.is_error
            assert words(refused) == (
                "nobody is here to allow this: tap 'Pay now' (pay); "
                "a rule such as --allow 'tap:Pay now', given to handsight mcp, allows exactly that"
            )

    anyio.run(work)
    assert phone.app("till").paid == 0


def test_a_rule_allows_exactly_what_it_names(opened: Opened, till: Till) -> None:
    phone, address = till

    async def work() -> None:
        async with opened("--device", address, "--allow", "tap:Pay now", "--deny", "press") as client:
            await client.call_tool("open_app", {"name": "Till"})
            assert words(await Eyes(client).tap("Pay now")) == "Tapped."
            denied = await client.call_tool("press", {"key": "home"})
            assert denied.is_error
            assert words(denied) == "a rule forbids press 'home'"

    anyio.run(work)
    assert phone.app("till").paid == 1


@pytest.mark.parametrize("mode", MODES)
def test_the_person_at_the_client_decides_on_a_risky_act(opened: Opened, till: Till, mode: str) -> None:
    phone, address = till
    replies = [
        types.ElicitResult(action="accept", content={"allow": False}),
        types.ElicitResult(action="decline"),
        types.ElicitResult(action="cancel"),
        types.ElicitResult(action="accept", content={"allow": True}),
    ]
    asked: list[str] = []

    async def decide(context: Any, question: types.ElicitRequestParams) -> types.ElicitResult:
        asked.append(question.message)
        return replies[len(asked) - 1]

    async def work() -> None:
        async with opened("--device", address, mode=mode, says=decide) as client:
            await client.call_tool("open_app", {"name": "Till"})
            eyes = Eyes(client)
            for _ in replies[:-1]:
                refused = await eyes.tap("Pay now")
                assert refused.is_error
                assert words(refused) == "the user said no to tap 'Pay now' (pay)"
            assert phone.app("till").paid == 0
            assert words(await eyes.tap("Pay now")) == "Tapped."

    anyio.run(work)
    assert asked == ["Allow tap 'Pay now' (pay)?"] * 4
    assert phone.app("till").paid == 1


def test_what_changed_since_the_client_looked_is_not_touched(opened: Opened, till: Till) -> None:
    phone, address = till

    async def work() -> None:
        async with opened("--device", address) as client:
            await client.call_tool("open_app", {"name": "Till"})
            image = await Eyes(client).look()
            phone.press_button("home")
            late = await client.call_tool("tap", {"at": [image.width / 2, image.height / 2]})
            assert late.is_error
            assert words(late).startswith("the screen changed there after you saw it; nothing was touched")

    anyio.run(work)
    assert phone.app("till").count == 0


@pytest.mark.parametrize("mode", MODES)
def test_a_client_that_cannot_put_the_question_after_all_gets_a_no(opened: Opened, till: Till, mode: str) -> None:
    phone, address = till

    async def fails(context: Any, question: types.ElicitRequestParams) -> types.ErrorData:
        return types.ErrorData(code=types.INVALID_REQUEST, message="no screen to ask on")

    async def work() -> None:
        async with opened("--device", address, mode=mode, says=fails) as client:
            await client.call_tool("open_app", {"name": "Till"})
            if mode == "legacy":
                assert words(await Eyes(client).tap("Pay now")) == "the user said no to tap 'Pay now' (pay)"
            else:  # in the newer edition the client itself gives up, and the question stays open for a while
                with pytest.raises(MCPError, match="no screen to ask on"):
                    await Eyes(client).tap("Pay now")

    anyio.run(work)
    assert phone.app("till").paid == 0


@pytest.mark.parametrize("mode", MODES)
def test_a_task_is_carried_out_step_by_step(opened: Opened, folder: Path, mode: str) -> None:
    told: list[tuple[float, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, message))

    async def work() -> None:
        async with opened(*BOARD, "--record", "kept", mode=mode) as client:
            done = await client.call_tool("run_task", {"task": "light it"}, progress_callback=hear)
            assert not done.is_error
            assert done.structured_content
            assert done.structured_content["kind"] == "claimed"
            assert done.structured_content["steps"] == 13
            record = Path(done.structured_content["record"])
            assert record.parent == folder / "kept"
            assert len(load(record).steps) == 13
            late = await client.call_tool("tap", {"at": [1, 1]})
            assert words(late).startswith("take a screenshot first")

    anyio.run(work)
    assert len((folder / "board.log").read_text().splitlines()) == 12
    assert [progress for progress, _ in told] == [*map(float, range(1, 14))]
    assert told[0][1] == "tap (0, 100)"


@pytest.mark.parametrize("mode", MODES)
def test_a_task_that_is_cancelled_stops_and_the_next_call_is_taken(opened: Opened, folder: Path, mode: str) -> None:
    async def work() -> None:
        async with opened(*BOARD, mode=mode, PAUSE="0.3") as client:
            with anyio.CancelScope() as scope:

                async def hear(progress: float, total: float | None, message: str | None) -> None:
                    scope.cancel()

                await client.call_tool("run_task", {"task": "light it"}, progress_callback=hear)
            assert scope.cancelled_caught
            shown = await client.call_tool("screenshot", {})
            assert not shown.is_error
            lit = len((folder / "board.log").read_text().splitlines())
            assert 1 <= lit < 12
            assert len((folder / "board.log").read_text().splitlines()) == lit

    anyio.run(work)


@pytest.mark.parametrize("mode", MODES)
def test_a_run_asks_the_person_for_leave_and_for_words(opened: Opened, folder: Path, mode: str) -> None:
    question = '<tool_call>\n{"name": "ask_user", "arguments": {"question": "Which lamp?"}}\n</tool_call>'
    replies = ["Tap 'Pay now'.\n" + said(action="click", coordinate=[500, 500]), question, DONE]
    (folder / "script.txt").write_text("\n---\n".join(replies))
    asked: list[str] = []

    async def decide(context: Any, question: types.ElicitRequestParams) -> types.ElicitResult:
        asked.append(question.message)
        content: dict[str, Any] = {"answer": "the left one"} if "lamp" in question.message else {"allow": True}
        return types.ElicitResult(action="accept", content=content)

    async def work() -> None:
        async with opened(*SCRIPTED, "--record", "kept", mode=mode, says=decide) as client:
            done = await client.call_tool("run_task", {"task": "light it"})
            assert done.structured_content
            assert done.structured_content["kind"] == "claimed", words(done)
            steps = load(Path(done.structured_content["record"])).steps
            assert steps[1].result
            assert steps[1].result.text == "the left one"

    anyio.run(work)
    assert len(asked) == 2
    assert asked[0].startswith("Allow tap ")
    assert asked[1] == "Which lamp?"
    assert (folder / "board.log").exists()


def test_without_a_person_a_risky_step_ends_the_run(opened: Opened, folder: Path) -> None:
    (folder / "script.txt").write_text("Tap 'Pay now'.\n" + said(action="click", coordinate=[500, 500]))

    async def work() -> None:
        async with opened(*SCRIPTED) as client:
            done = await client.call_tool("run_task", {"task": "light it"})
            assert done.structured_content
            assert done.structured_content["kind"] == "needs_human"

    anyio.run(work)
    assert not (folder / "board.log").exists()


def test_calls_at_one_time_are_carried_out_one_after_another(opened: Opened, folder: Path) -> None:
    async def work() -> None:
        async with opened(*BOARD) as client, anyio.create_task_group() as tasks:
            await client.call_tool("screenshot", {})
            for number in range(8):
                tasks.start_soon(client.call_tool, "tap", {"at": [number * 5, 7]})

    anyio.run(work)
    assert len((folder / "board.log").read_text().splitlines()) == 8


def test_questions_about_the_screen_are_answered(opened: Opened, folder: Path) -> None:
    (folder / "script.txt").write_text("It is dark.")

    async def work() -> None:
        async with opened(*SCRIPTED) as client:
            assert words(await client.call_tool("ask", {"question": "Is it dark?"})) == "It is dark."
            lost = await client.call_tool("ask", {"question": "And now?"})
            assert lost.is_error
            assert words(lost).startswith("the script has 1 replies")
        async with opened("--device", "virtual:720x1280") as client:
            assert "Settings" in words(await client.call_tool("ask", {"question": "What does it say?"})).splitlines()
            cannot = await client.call_tool("ask", {"question": "Is it pretty?"})
            assert cannot.is_error
            assert "cannot answer questions" in words(cannot)
            unread = await client.call_tool("run_task", {"task": "make me happy"})
            assert unread.is_error

    anyio.run(work)


def test_what_is_wrong_with_a_call_is_said(opened: Opened) -> None:
    async def work() -> None:
        async with opened(*BOARD) as client:
            await client.call_tool("screenshot", {})
            for name, arguments, says in [
                ("fly", {}, "there is no tool 'fly'"),
                ("tap", {}, "tap: 'at' is a required property"),
                ("tap", {"at": [5]}, "at is [x, y], not [5]"),
                ("tap", {"at": [5000, 5]}, "is not on the screen"),
                ("tap", {"at": [5, 5], "hard": True}, "'hard' was unexpected"),
                ("screenshot", {"size": 3}, "'size' was unexpected"),
                ("run_task", {"task": ""}, "run_task: task: ''"),
                ("run_task", {}, "'task' is a required property"),
            ]:
                result = await client.call_tool(name, arguments)
                assert result.is_error, name
                assert says in words(result)
                assert "\n" not in words(result)

    anyio.run(work)


def test_a_user_s_own_tools_are_offered_as_well(opened: Opened, folder: Path) -> None:
    (folder / "lamp.py").write_text(
        "from handsight import Point, Screen, tool\n\n"
        "@tool\ndef dim(at: Point, screen: Screen, percent: int = 50) -> str:\n"
        "    '''Dim a lamp.'''\n    return f'{at} of {screen.size} to {percent}'\n\n"
        "@tool(risky=True)\ndef smash() -> str:\n    '''Smash it.'''\n    return 'gone'\n\n"
        "@tool\ndef noisy() -> str:\n    '''Print.'''\n    print('this is no protocol')\n    return 'printed'\n"
    )

    async def work() -> None:
        async with opened(*BOARD, "--tools", "lamp.py") as client:
            shown = picture(await client.call_tool("screenshot", {}))
            middle = [shown.width / 2, shown.height / 2]
            dimmed = await client.call_tool("dim", {"at": middle})
            assert words(dimmed) == "Point(x=50.0, y=100.0) of (100, 200) to 50"
            assert words(await client.call_tool("smash", {})).startswith("nobody is here to allow this: smash")
            assert words(await client.call_tool("noisy", {})) == "printed"

    anyio.run(work)
    assert "this is no protocol" in (folder / "stderr.log").read_text()


def initialize(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdin
    assert process.stdout
    params = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


@pytest.mark.parametrize("way", ["eof", signal.SIGTERM, signal.SIGINT])
def test_the_end_of_the_input_or_a_signal_ends_it_cleanly(
    folder: Path, environment: dict[str, str], way: str | signal.Signals
) -> None:
    (folder / "closing.py").write_text(
        "from mine import Board\n\nclass Closing(Board):\n"
        "    def close(self):\n        print('the device is closed', flush=True)\n"
    )
    command = [sys.executable, "-m", "handsight", "mcp", "--device", "closing:Closing", "--model", "mine:Counting"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert initialize(process)["result"]["serverInfo"]["name"] == "handsight"
        if isinstance(way, str):
            out, err = process.communicate(timeout=30)
        else:
            process.send_signal(way)
            assert process.wait(timeout=30) == 0  # while the input is still open
            out, err = process.communicate()
    assert process.returncode == 0
    assert out == ""
    assert err == "the device is closed\n"


def test_a_signal_ends_a_run_that_is_under_way(folder: Path, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "handsight", "mcp", *BOARD]
    env = {**environment, "PAUSE": "0.3"}
    with subprocess.Popen(
        command, cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        initialize(process)
        assert process.stdin
        assert process.stdout
        for message in (
            {"method": "notifications/initialized"},
            {
                "id": 2,
                "method": "tools/call",
                "params": {"name": "run_task", "arguments": {"task": "x"}, "_meta": {"progressToken": 7}},
            },
        ):
            process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["method"] == "notifications/progress"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        _, err = process.communicate()
    assert err == ""
    assert 1 <= len((folder / "board.log").read_text().splitlines()) < 12


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_a_device_is_opened_ends_it_and_what_was_opened_is_closed(
    folder: Path, environment: dict[str, str], number: signal.Signals
) -> None:
    (folder / "slow.py").write_text(
        "import sys, threading\nfrom mine import Board, Counting\n\n"
        "class Model(Counting):\n    def close(self):\n        print('the model is closed', file=sys.stderr)\n\n"
        "def device():\n    print('opening', file=sys.stderr, flush=True)\n    threading.Event().wait()\n"
    )
    command = [sys.executable, "-m", "handsight", "mcp", "--device", "slow:device", "--model", "slow:Model"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr
        assert process.stderr.readline() == "opening\n"
        process.send_signal(number)
        assert process.wait(timeout=30) == 130
        out, err = process.communicate()
    assert (out, err) == ("", "the model is closed\n")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--device", ""], "a device is virtual, desktop"),
        (["--model", "nonsense"], "no model is called 'nonsense'"),
        (["--device", "mine:Board", "--allow", "fly"], "a rule names 'fly'"),
        (["--device", "mine:Board", "--mcp", "none.json"], "none.json cannot be read"),
        (["--device", "mine:Board", "--max-steps", "0"], "a limit is a number above zero"),
        (["--tools", "mine"], "mine holds no tool"),
        (["--device", "mine:Board", "--dialect", "klingon"], "no dialect is called 'klingon'"),
    ],
)
def test_wrong_words_are_one_sentence_and_nothing_on_the_output(
    folder: Path, environment: dict[str, str], options: list[str], says: str
) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "handsight", "mcp", *options],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr.startswith("handsight: ")
    assert says in ran.stderr
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [("mcp", "--device", "mine:Board"), ("mcp", "--http", "0"), ("run", "x", "--mcp", "mcp.json", *BOARD)],
)
def test_without_the_optional_part_the_command_that_brings_it_is_said(
    folder: Path, environment: dict[str, str], words: tuple[str, ...]
) -> None:
    (folder / "lean").mkdir()
    for library in ("mcp", "uvicorn", "starlette", "httpx2"):
        (folder / "lean" / f"{library}.py").write_text("raise ModuleNotFoundError\n")
    (folder / "mcp.json").write_text('{"mcpServers": {"a": {"command": "a"}}}')
    env = {**environment, "PYTHONPATH": f"{folder / 'lean'}:{environment['PYTHONPATH']}"}
    command = [sys.executable, "-m", "handsight", *words]
    ran = subprocess.run(
        command, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr.startswith("handsight: ")
    assert ran.stderr.endswith("MCP servers needs an optional part: pip install 'handsight[mcp]'\n") or (
        ran.stderr.endswith("MCP clients needs an optional part: pip install 'handsight[mcp]'\n")
    )
