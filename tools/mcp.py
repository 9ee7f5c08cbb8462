"""Servers of the Model Context Protocol: what they offer becomes tools of ours.

The protocol's library is asynchronous, and a run is not: the library lives in one thread beside the run's.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    ExitStack,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from handsight.errors import BadTool, ExtraMissing, ToolFailed, UsageError
from handsight.tools.mcp_config import Server, read_servers
from handsight.tools.mcp_data import make_tool, read_result
from handsight.tools.registry import Tool
from handsight.types import ToolResult

try:
    import anyio
    import httpx2
    from anyio.from_thread import BlockingPortal, start_blocking_portal
    from mcp import Client, StdioServerParameters, stdio_client, types
    from mcp.client.streamable_http import streamable_http_client
except ImportError as problem:
    raise ExtraMissing("mcp", "working with MCP servers") from problem

if TYPE_CHECKING:
    from mcp.client import Transport

T = TypeVar("T")

_PAGES = 20
_EVENT_BYTES = 32 * 1024 * 1024  # one message, which may hold pictures

logging.getLogger("mcp").addHandler(logging.NullHandler())  # what matters is raised; the rest would mark the terminal


@contextmanager
def open_mcp(config: str | Path | Mapping[str, Any]) -> Iterator[list[Tool]]:
    """Connect to the servers of a config, a file or what it holds, and give their tools, named `server_tool`.

    A tool asks before it is called, unless a rule allows it, or the config trusts it and the server does not call it
    destructive. Raises UsageError where a server cannot be reached, BadTool for a tool that cannot be used.
    """
    servers = read_servers(config)
    with start_blocking_portal(name="mcp") as portal, ExitStack() as opened:
        tools: dict[str, Tool] = {}
        for server in servers:
            for made in opened.enter_context(_connection(server, portal)):
                if made.name in tools:
                    raise BadTool(f"two MCP tools are called {made.name!r}; give a server another name in the config")
                tools[made.name] = made
        yield [*tools.values()]


@contextmanager
def _connection(server: Server, portal: BlockingPortal) -> Iterator[list[Tool]]:
    with TemporaryDirectory(prefix="handsight-mcp-") as folder, ExitStack() as opened:
        said = _Said(Path(folder) / "stderr")
        try:
            complaints = opened.enter_context(said.errors.open("w", encoding="utf-8"))
            entering = portal.wrap_async_context_manager(_connected(server, _transport(server, complaints, said)))
            client, offered = entering.__enter__()
        except Exception as problem:  # whatever the library raises, the user is told which server it was
            raise UsageError(_unreached(server, problem, said)) from problem
        opened.callback(_leave, entering)
        reach = _Reach(server, client, portal, said)
        yield [reach.tool(each) for each in offered if each.name not in server.without]


def _leave(entered: AbstractContextManager[Any]) -> None:
    with suppress(Exception):  # what broke a connection was told when one of its tools was called
        entered.__exit__(None, None, None)


@asynccontextmanager
async def _connected(
    server: Server, transport: AbstractAsyncContextManager[Any]
) -> AsyncIterator[tuple[Client, list[types.Tool]]]:
    """A client of the server, and the tools it lists. The time-out ends once both are there."""
    with anyio.fail_after(server.timeout_s) as scope:
        async with Client(transport, read_timeout_seconds=server.timeout_s) as client:
            offered: list[types.Tool] = []
            cursor: str | None = None
            for _ in range(_PAGES):
                page = await client.list_tools(cursor=cursor)
                offered += page.tools
                cursor = page.next_cursor
                if cursor is None:
                    break
            else:
                raise ValueError(f"it lists its tools on more than {_PAGES} pages")
            scope.deadline = float("inf")
            yield client, offered


class _Said:
    """What tells, beside the protocol, why a server fails: its standard error, and the last HTTP status it gave."""

    def __init__(self, errors: Path) -> None:
        self.errors = errors
        self.status = 0

    async def note(self, response: httpx2.Response) -> None:
        self.status = response.status_code

    @property
    def last_words(self) -> str:
        """The last line on its standard error, to be put behind a message."""
        lines = [line.strip() for line in self.errors.read_text("utf-8", "replace").splitlines() if line.strip()]
        return f"; its last words: {lines[-1][:300]}" if lines else ""


def _transport(server: Server, complaints: TextIO, said: _Said) -> Transport:
    if server.command:
        args, env = list(server.args), dict(server.env)
        return stdio_client(
            StdioServerParameters(command=server.command, args=args, env=env, cwd=server.cwd), complaints
        )

    @asynccontextmanager
    async def over_http() -> AsyncIterator[Any]:
        patience = httpx2.Timeout(min(30.0, server.timeout_s), read=max(300.0, server.timeout_s))
        hooks = {"response": [said.note]}
        async with (
            httpx2.AsyncClient(headers=dict(server.headers), timeout=patience, event_hooks=hooks) as web,
            streamable_http_client(server.url, http_client=web, max_sse_event_size=_EVENT_BYTES) as streams,
        ):
            yield streams

    return over_http()


class _Reach:
    """Calls the tools of one server from the run's thread."""

    def __init__(self, server: Server, client: Client, portal: BlockingPortal, said: _Said) -> None:
        self._server, self._client, self._portal, self._said = server, client, portal, said

    def tool(self, offered: types.Tool) -> Tool:
        def call(**arguments: Any) -> ToolResult:
            return self.call(offered.name, arguments)

        return make_tool(self._server, offered.model_dump(mode="json", by_alias=True, exclude_none=True), call)

    def call(self, name: str, arguments: dict[str, Any]) -> ToolResult:
        """Raises ToolFailed in the server's words, or in ours where it says nothing."""
        server = self._server
        try:
            result = self._waited(lambda: self._client.call_tool(name, arguments))
        except Exception as problem:  # the library's own errors are of many kinds, and so are a server's mistakes
            raise ToolFailed(f"the MCP server {server.name} {self._reason(_innermost(problem))}") from problem
        return read_result(server, result.model_dump(mode="json", by_alias=True, exclude_none=True))

    def _reason(self, found: BaseException) -> str:
        code = getattr(found, "code", None)
        if isinstance(found, TimeoutError) or code == types.REQUEST_TIMEOUT:
            return f"did not answer in {self._server.timeout_s:g} s"
        if isinstance(found, anyio.ClosedResourceError) or code == types.CONNECTION_CLOSED:
            return f"is gone, and with it its tools{self._said.last_words}"
        return f"did not carry it out: {_words(found)}"

    def _waited(self, work: Callable[[], Awaitable[T]]) -> T:
        """What comes of `work` in the other thread; whatever ends the waiting, such as Ctrl-C, ends the work."""
        future = self._portal.start_task_soon(work)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise


def _unreached(server: Server, problem: Exception, said: _Said) -> str:
    found, who = _innermost(problem), f"the MCP server {server.name!r}"
    if isinstance(found, FileNotFoundError) and server.command:
        lacking = f"no program {server.command!r}" + (f", or no folder {server.cwd!r}" if server.cwd else "")
        return f"{who} cannot be started: there is {lacking}"
    if isinstance(found, TimeoutError):
        return f"{who} did not answer in {server.timeout_s:g} s{said.last_words}"
    if said.status >= 400:
        return f"{who} at {server.url} answers {said.status}: {_words(found)}; check its address and its headers"
    where = f" at {server.url}" if server.url else ""
    return f"{who}{where} cannot be reached: {_words(found)}{said.last_words}"


def _innermost(problem: BaseException) -> BaseException:
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    return problem


def _words(problem: BaseException) -> str:
    return " ".join(str(problem).split())[:300] or type(problem).__name__
