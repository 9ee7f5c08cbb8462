"""`handsight mcp --http`: whoever knows the token works the device, and nobody else gets near it."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import httpx
import httpx2
import pytest
from mcp import Client, MCPError, types
from mcp.client.streamable_http import streamable_http_client

from handsight import ScriptedModel, open_agent
from handsight.devices.virtual import VirtualPhone
from handsight.errors import UsageError
from handsight.tools.mcp import open_mcp
from handsight.tools.registry import Tools
from handsight.types import ToolCall

from ..tools.test_mcp import BLANK, DONE, Wall, said
from .conftest import Eyes, picture, words

BOARD = ("--device", "mine:Board", "--model", "mine:Counting")
MODES = ("auto", "legacy")


@dataclass(frozen=True)
class Serving:
    """A `handsight mcp --http` that runs."""

    process: "subprocess.Popen[str]"
    address: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def config(self) -> dict[str, Any]:
        return {"mcpServers": {"phone": {"url": self.address, "headers": self.headers, "timeout": 60}}}


Start = Callable[..., AbstractContextManager[Serving]]


@pytest.fixture
def serving(folder: Path, environment: dict[str, str]) -> Start:
    """Start `handsight mcp --http 0` with these words."""

    @contextmanager
    def start(*options: str, **more: str) -> Iterator[Serving]:
        command = [sys.executable, "-m", "handsight", "mcp", "--http", "0", *options]
        with subprocess.Popen(
            command, cwd=folder, env={**environment, **more}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr
            first, second = process.stderr.readline(), process.stderr.readline()
            address = re.search(r"at (http://127\.0\.0\.1:\d+/mcp); Ctrl-C ends it", first)
            token = re.search(r"Authorization: Bearer (\S+)", second)
            assert address, first
            assert token, second
            try:
                yield Serving(process, address[1], token[1])
            finally:
                process.terminate()
                out, err = process.communicate(timeout=30)
        noted = [line for line in err.splitlines() if not line.startswith("requestState rejected")]
        assert (out, noted, process.returncode) == ("", [], 0)

    return start


@asynccontextmanager
async def client_of(server: Serving, mode: str = "auto", says: Any = None) -> AsyncIterator[Client]:
    async with httpx2.AsyncClient(headers=server.headers, timeout=60) as web:
        transport = streamable_http_client(server.address, http_client=web)
        async with Client(transport, mode=mode, elicitation_callback=says) as client:
            yield client


CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}


def post(server: Serving, **headers: str) -> httpx.Response:
    """Begin a session, as a client does, with these headers; one that is empty is left out."""
    all_of = {"Accept": "application/json, text/event-stream", **server.headers, **headers}
    return httpx.post(server.address, json=CALL, headers={k: v for k, v in all_of.items() if v}, timeout=30)


def test_only_the_right_token_the_right_host_and_no_foreign_page_get_in(serving: Start) -> None:
    with serving(*BOARD) as server:
        port = server.address.split(":")[2].removesuffix("/mcp")
        assert post(server).status_code == 200
        assert post(server, Host=f"localhost:{port}").status_code == 200
        assert post(server, Origin=f"http://127.0.0.1:{port}").status_code == 200

        for given in ("", "Bearer wrong", server.token, f"Basic {server.token}", f"Bearer {server.token}x"):
            refused = post(server, Authorization=given)
            assert refused.status_code == 401, given
            assert refused.headers["www-authenticate"] == "Bearer"
            said = refused.json()["error"]["message"]
            assert said.startswith("the token is wrong" if given else "a token is missing")
            assert "Authorization: Bearer TOKEN" in said
        for host in ("evil.example", f"evil.example:{port}", "127.0.0.1", "localhost:1", f"127.0.0.1:{port}.evil"):
            refused = post(server, Host=host)
            assert refused.status_code == 403, host
            assert "for another host" in refused.json()["error"]["message"]
        for origin in ("http://evil.example", "null", f"https://127.0.0.1:{port}", f"http://localhost:{port}.evil"):
            refused = post(server, Origin=origin)
            assert refused.status_code == 403, origin
            assert refused.json()["error"]["message"] == "pages of other sites may not call this server"
        for way in ("GET", "DELETE", "OPTIONS"):
            assert httpx.request(way, server.address).status_code == 401
        assert httpx.get(server.address.removesuffix("mcp")).status_code == 401


def test_it_listens_on_this_machine_alone(serving: Start) -> None:
    with serving(*BOARD) as server:
        port = int(server.address.split(":")[2].removesuffix("/mcp"))
        listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines() if " 0A " in line]
        assert f"0100007F:{port:04X}" in listening
        assert f"00000000:{port:04X}" not in listening


@pytest.mark.parametrize("mode", MODES)
def test_a_client_with_the_token_works_the_device(serving: Start, folder: Path, mode: str) -> None:
    told: list[float] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append(progress)

    async def work(server: Serving) -> None:
        async with client_of(server, mode) as client:
            shown = await client.call_tool("screenshot", {})
            middle = [picture(shown).width / 2, picture(shown).height / 2]
            assert words(await client.call_tool("tap", {"at": middle})) == "Tapped."
            done = await client.call_tool("run_task", {"task": "light it"}, progress_callback=hear)
            assert done.structured_content
            assert done.structured_content["kind"] == "claimed"

    with serving(*BOARD) as server:
        anyio.run(work, server)
    lines = (folder / "board.log").read_text().splitlines()
    assert lines[0] == "[50.0, 100.0]"
    assert len(lines) == 12
    assert told == [*map(float, range(1, 13))]


@pytest.mark.parametrize("mode", MODES)
def test_the_person_at_the_client_is_asked_over_http_too(
    serving: Start, till: tuple[VirtualPhone, str], mode: str
) -> None:
    phone, address = till
    asked: list[str] = []

    async def allow(context: Any, question: types.ElicitRequestParams) -> types.ElicitResult:
        asked.append(question.message)
        return types.ElicitResult(action="accept", content={"allow": True})

    async def work(server: Serving) -> None:
        async with client_of(server, mode, says=allow) as client:
            await client.call_tool("open_app", {"name": "Till"})
            assert words(await Eyes(client).tap("Pay now")) == "Tapped."

    with serving("--device", address) as server:
        anyio.run(work, server)
    assert asked == ["Allow tap 'Pay now' (pay)?"]
    assert phone.app("till").paid == 1


@pytest.mark.parametrize("mode", MODES)
def test_a_task_whose_client_cancels_is_stopped(serving: Start, folder: Path, mode: str) -> None:
    async def work(server: Serving) -> None:
        async with client_of(server, mode) as client:
            with anyio.CancelScope() as scope:

                async def hear(progress: float, total: float | None, message: str | None) -> None:
                    scope.cancel()

                await client.call_tool("run_task", {"task": "light it"}, progress_callback=hear)
        async with client_of(server, mode) as other:
            assert not (await other.call_tool("screenshot", {})).is_error

    with serving(*BOARD, PAUSE="0.3") as server:
        anyio.run(work, server)
    assert 1 <= len((folder / "board.log").read_text().splitlines()) < 12


def test_a_reply_cannot_be_forged_or_given_twice(serving: Start, till: tuple[VirtualPhone, str]) -> None:
    phone, address = till

    async def work(server: Serving) -> None:
        async def unused(context: Any, question: types.ElicitRequestParams) -> types.ElicitResult:
            raise AssertionError("this client replies by hand")

        async with client_of(server, says=unused) as client:
            await client.call_tool("open_app", {"name": "Till"})
            await Eyes(client).look()

            async def tap(at: list[float], **more: Any) -> Any:
                return await client.session.call_tool("tap", {"at": at}, allow_input_required=True, **more)

            place = [336.0, 500.0]
            for y in range(100, 1100, 60):  # until something asks
                question = await tap([place[0], float(y)])
                place = [place[0], float(y)]
                if isinstance(question, types.InputRequiredResult):
                    break
            assert isinstance(question, types.InputRequiredResult)
            yes = {"question": types.ElicitResult(action="accept", content={"allow": True})}
            for state, at in [("made up", place), (question.request_state, [1.0, 1.0])]:
                with pytest.raises(MCPError, match="Invalid or expired requestState"):
                    await tap(at, request_state=state, input_responses=yes)
            assert phone.app("till").paid == 0
            assert words(await tap(place, request_state=question.request_state, input_responses=yes)) == "Tapped."
            again = await tap(place, request_state=question.request_state, input_responses=yes)
            assert again.is_error
            assert words(again) == "that question is no longer open; call again"

    with serving("--device", address) as server:
        anyio.run(work, server)
    assert phone.app("till").paid == 1


def test_a_run_of_ours_works_a_device_that_another_of_ours_serves(serving: Start, folder: Path) -> None:
    with serving(*BOARD) as server:
        with open_mcp(server.config) as found:
            tools = Tools(found)
            assert tools["phone_screenshot"].risky
            shown = tools.run(ToolCall("phone_screenshot"), Wall(), BLANK)
            width, height = shown.pictures[0].size
            assert shown.text == f"The screen, {width}x{height} pixels, board."
        model = ScriptedModel([said("phone_run_task", task="light it"), DONE])
        with open_agent(Wall(), model, mcp=server.config, allow=["phone_run_task"]) as agent:
            run = agent.run("light the other one")
        assert run.steps[0].result
        assert run.steps[0].result.text.startswith("claimed")
        wrong = {"mcpServers": {"phone": {"url": server.address, "headers": {"Authorization": "Bearer x"}}}}
        with (
            pytest.raises(UsageError, match=r"'phone' at http.* answers 401: the token is wrong.*check its address"),
            open_mcp(wrong),
        ):
            pass
    assert len((folder / "board.log").read_text().splitlines()) == 12


def test_a_token_of_the_user_s_is_taken_and_not_printed(serving: Start) -> None:
    with serving(*BOARD, HANDSIGHT_MCP_TOKEN="correct horse battery") as server:
        assert server.token == "$HANDSIGHT_MCP_TOKEN"
        assert post(server, Authorization="Bearer correct horse battery").status_code == 200
        assert post(server).status_code == 401


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_while_a_client_has_a_task_carried_out(
    serving: Start, folder: Path, number: signal.Signals, mode: str
) -> None:
    async def work(server: Serving) -> None:
        async def hear(progress: float, total: float | None, message: str | None) -> None:
            server.process.send_signal(number)

        with suppress_group(), anyio.fail_after(30):
            async with client_of(server, mode) as client:
                await client.call_tool("run_task", {"task": "light it"}, progress_callback=hear)
        await anyio.to_thread.run_sync(server.process.wait)

    with serving(*BOARD, PAUSE="0.3") as server:
        anyio.run(work, server)
        assert server.process.returncode == 0
    assert 1 <= len((folder / "board.log").read_text().splitlines()) < 12


@contextmanager
def suppress_group() -> Iterator[None]:
    """Let a client notice that its server has gone, in whichever way it does."""
    try:
        yield
    except* (MCPError, httpx2.HTTPError):
        pass


@pytest.mark.parametrize(
    ("port", "token", "says"),
    [
        ("70000", None, "a port is a number from 0 to 65535, not 70000"),
        ("TAKEN", None, "cannot be listened on"),
        ("0", "short", "HANDSIGHT_MCP_TOKEN is too short"),
        ("0", "", "HANDSIGHT_MCP_TOKEN is too short"),
        ("0", "ä" * 30, "no plain text"),
    ],
)
def test_wrong_words_are_one_sentence(
    folder: Path, environment: dict[str, str], port: str, token: str | None, says: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1]) if port == "TAKEN" else port
        env = environment if token is None else {**environment, "HANDSIGHT_MCP_TOKEN": token}
        command = [sys.executable, "-m", "handsight", "mcp", *BOARD, "--http", port]
        ran = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 2
    assert ran.stderr.startswith("handsight: ")
    assert says in ran.stderr
    assert ran.stderr.count("\n") == 1
