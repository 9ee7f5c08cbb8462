"""`handsight mcp`: a device for any program that speaks the Model Context Protocol."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from handsight.cli.options import Allow, Apps, Deny, Device, Dialect, Mcp, Model, ScreenCost, ToolFiles
from handsight.errors import UsageError

if TYPE_CHECKING:
    from handsight.serving import Served

TOKEN = "HANDSIGHT_MCP_TOKEN"
TOKENS = 1280
_SHORTEST = 16


def serve(
    device: Device = None,
    model: Model = None,
    dialect: Dialect = None,
    tools: ToolFiles = [],  # noqa: B006
    mcp: Mcp = None,
    allow: Allow = [],  # noqa: B006
    deny: Deny = [],  # noqa: B006
    apps: Apps = [],  # noqa: B006
    screen_tokens: ScreenCost = None,
    max_steps: Annotated[int, typer.Option(help="End a task after so many steps.")] = 50,
    max_seconds: Annotated[float, typer.Option(help="End a task after so many seconds.")] = 1800,
    record: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Record each task in a folder of its own in here.", metavar="FOLDER"),
    ] = None,
    http: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(
            help=f"Listen on this port of 127.0.0.1, 0 for a free one, with a token: {TOKEN}, or one that is made up.",
            metavar="PORT",
            show_default="stdin and stdout",
        ),
    ] = None,
) -> None:
    """Serve a device to MCP clients: screenshot, gestures, run_task and ask."""
    if max_steps < 1 or max_seconds <= 0:
        raise UsageError("a limit is a number above zero")
    said = Words(
        device,
        model or "reader",
        dialect,
        tools,
        mcp,
        allow,
        deny,
        apps,
        screen_tokens,
        max_steps,
        max_seconds,
        record,
    )
    with ExitStack() as opened:
        if http is None:
            over_stdio(said, opened)
        else:
            over_http(said, opened, http)


@dataclass(frozen=True)
class Words:
    """What a device is served with, as it was said on the command line."""

    device: str | None
    model: str
    dialect: str | None
    tools: list[str]
    mcp: str | None
    allow: list[str]
    deny: list[str]
    apps: list[str]
    screen_tokens: int | None
    max_steps: int
    max_seconds: float
    record: Path | None


def over_stdio(said: Words, opened: ExitStack) -> None:
    """Serve the program that started this one, until it closes the input or a signal comes."""
    import anyio

    from handsight.serving.server import serve_stdio
    from handsight.serving.wire import Wire

    if sys.stdin.isatty():
        print("handsight mcp: an MCP client starts this program and talks with it; Ctrl-C ends it", file=sys.stderr)
    ready = opened.enter_context(signals())
    wire = opened.enter_context(closing(Wire()))
    anyio.run(serve_stdio, open_served(said, opened), wire, ready)


def over_http(said: Words, opened: ExitStack, port: int) -> None:
    """Serve on a port, until a signal comes."""
    import anyio

    from handsight.serving.server import serve_http

    token = os.environ.get(TOKEN)
    if token is not None and (len(token) < _SHORTEST or not token.isascii() or not token.isprintable()):
        raise UsageError(f"{TOKEN} is too short or no plain text: a token has {_SHORTEST} characters or more")
    if not 0 <= port <= 65535:
        raise UsageError(f"a port is a number from 0 to 65535, not {port}")
    try:
        listening = opened.enter_context(socket.create_server(("127.0.0.1", port)))
    except OSError as problem:
        raise UsageError(f"port {port} cannot be listened on: {problem.strerror}; name another, or 0") from problem
    heed = opened.enter_context(signals())
    served = open_served(said, opened)
    made = token or secrets.token_urlsafe(32)

    def ready(end: Callable[[], None]) -> None:
        heed(end)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
        print(f"{served.agent.device.name} at {address}; Ctrl-C ends it", file=sys.stderr)
        print(f"  Authorization: Bearer {f'${TOKEN}' if token else made}", file=sys.stderr, flush=True)

    anyio.run(serve_http, served, listening, made, ready)


def open_served(said: Words, opened: ExitStack) -> Served:
    """Open what the words name: words first, then the model, the servers, and the device at last."""
    from handsight import wiring
    from handsight.cli.run import new_folder
    from handsight.loop import Limits
    from handsight.serving import Served
    from handsight.store import Store
    from handsight.tools.mcp_config import read_servers

    own: list[Any] = wiring.load_tools(said.tools)
    if said.mcp is None:
        wiring.read_rules(said.allow, said.deny, own, said.device)
    else:
        read_servers(said.mcp)
    open_device = wiring.device_opener(said.device, apps=said.apps)
    open_model = wiring.model_opener(said.model)
    if said.dialect:
        wiring.open_dialect(said.dialect)
    model = open_model()
    opened.callback(wiring.close, model)
    if hasattr(model, "reach"):
        model.reach()
    dialect = wiring.dialect_of(model, said.dialect, said.screen_tokens)
    own += opened.enter_context(wiring.mcp_tools(said.mcp))
    wiring.read_rules(said.allow, said.deny, own, said.device)
    device = open_device()
    opened.callback(device.close)
    limits = Limits(said.max_steps, said.max_seconds)
    agent = wiring.assemble(device, model, dialect, own, said.allow, said.deny, limits)
    tokens = said.screen_tokens or TOKENS
    served = Served(agent, asker(model, tokens), own, screen_tokens=tokens)
    served.check_task = lambda task: wiring.check_task(said.model, task)
    if parent := said.record:
        served.record = lambda task: Store.create(new_folder(task, parent), task)
    return served


def asker(model: Any, screen_tokens: int) -> Callable[[str, Any], str]:
    """How a question about a screen is answered; the reader reads out what stands there."""
    from handsight.cli.ask import can_read_out, read_out
    from handsight.models.reader import ReaderModel
    from handsight.models.reader.talk import CANNOT_TALK
    from handsight.talk import Chat

    def ask(question: str, screen: Any) -> str:
        chat = Chat(model, screen_tokens=screen_tokens)
        if not isinstance(model, ReaderModel):
            return chat.ask(chat.look(screen), question)
        if not can_read_out(question):
            raise UsageError(CANNOT_TALK)
        return read_out(model, [chat.look(screen)])

    return ask


@contextmanager
def signals() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Let Ctrl-C and SIGTERM interrupt, as long as things are opened, and then call what the event loop hands over."""
    import asyncio

    ways: list[tuple[asyncio.AbstractEventLoop, Callable[[], None]]] = []

    def ready(end: Callable[[], None]) -> None:
        ways.append((asyncio.get_running_loop(), end))

    def stop(number: int, frame: FrameType | None) -> None:
        if not ways:
            raise KeyboardInterrupt
        loop, end = ways[0]
        with suppress(RuntimeError):  # the loop is over, and all is being closed already
            loop.call_soon_threadsafe(end)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ready
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
