"""MCP servers as a file names them, in the form that other programs read as well:

{"mcpServers": {"time": {"command": "mcp-server-time", "args": ["--local-timezone", "UTC"]},
                "shop": {"url": "https://shop.example/mcp", "headers": {"Authorization": "Bearer ${SHOP_TOKEN}"}}}}
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handsight.errors import UsageError

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_REFERENCE = re.compile(r"\$\{(?P<name>\w+)(?::-(?P<otherwise>[^}]*))?\}")
_KINDS = {"command": ("stdio",), "url": ("http", "streamable-http", "streamableHttp")}


@dataclass(frozen=True)
class Server:
    """One server: a `command` to run, or a `url` where it listens.

    `trust` is True for all its tools, or names those that need not ask as long as the server calls them read-only.
    `without` names tools to leave out. A connection and a call may take `timeout_s` each.
    """

    name: str
    command: str = ""
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    cwd: str | None = None
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    trust: bool | frozenset[str] = False
    without: frozenset[str] = frozenset()
    timeout_s: float = 60.0


def read_servers(config: str | Path | Mapping[str, Any]) -> list[Server]:
    """The servers of a config, given as a file or as what such a file holds. Raises UsageError.

    `${NAME}` in a value stands for a variable of the environment, `${NAME:-other}` for one that may be missing.
    """
    if isinstance(config, Mapping):
        given, where = config, "the MCP config"
    else:
        given, where = _load(Path(config)), str(config)
    servers = given.get("mcpServers") if isinstance(given, Mapping) else None
    if not isinstance(servers, Mapping) or not servers:
        raise UsageError(f'{where} names no MCP server; it is written {{"mcpServers": {{"name": {{"command": ...}}}}}}')
    return [_server(str(name), entry) for name, entry in servers.items() if not _is_off(entry)]


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise UsageError(f"the MCP config {path} cannot be read as JSON: {problem}") from problem


def _is_off(entry: Any) -> bool:
    return isinstance(entry, Mapping) and entry.get("disabled") is True


def _server(name: str, entry: Any) -> Server:
    said = f"the MCP server {name!r}"
    if not _NAME.fullmatch(name):
        raise UsageError(f"{said} needs another name: letters, digits, _, - and ., at most 40")
    if not isinstance(entry, Mapping) or ("command" in entry) == ("url" in entry):
        raise UsageError(f'{said} has either a "command", which is run, or a "url", where it listens')
    way = "command" if "command" in entry else "url"
    if (kind := entry.get("type", _KINDS[way][0])) not in _KINDS[way]:
        raise UsageError(f"{said} has the type {kind!r}; with a {way} it is {' or '.join(_KINDS[way])}")
    trust = entry.get("trust", False)
    timeout = entry.get("timeout", Server.timeout_s)
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not timeout > 0:
        raise UsageError(f"{said} has the timeout {timeout!r}; it is a number of seconds above zero")
    server = Server(
        name,
        command=_text(entry.get("command", ""), f"{said}: command"),
        args=tuple(_text(arg, f"{said}: args") for arg in _listed(entry.get("args", []), f"{said}: args")),
        env=_texts(entry.get("env", {}), f"{said}: env"),
        cwd=_text(entry["cwd"], f"{said}: cwd") if "cwd" in entry else None,
        url=_text(entry.get("url", ""), f"{said}: url"),
        headers=_texts(entry.get("headers", {}), f"{said}: headers"),
        trust=trust if isinstance(trust, bool) else frozenset(_listed(trust, f"{said}: trust")),
        without=frozenset(_listed(entry.get("disabledTools", []), f"{said}: disabledTools")),
        timeout_s=float(timeout),
    )
    if way == "url" and not re.match(r"https?://[^/\s]", server.url):
        raise UsageError(f"{said} has the url {server.url!r}; it begins with http:// or https://")
    if way == "command" and not server.command.strip():
        raise UsageError(f"{said} has an empty command; name the program to run")
    return server


def _listed(value: Any, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise UsageError(f"{where} is a list of texts, not {str(value)[:80]!r}")
    return value


def _texts(value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise UsageError(f"{where} is an object of names and texts, not {str(value)[:80]!r}")
    return {str(name): _text(part, f"{where}: {name}") for name, part in value.items()}


def _text(value: Any, where: str) -> str:
    """A text, its references to the environment resolved."""
    if not isinstance(value, str):
        raise UsageError(f"{where} is a text, not {str(value)[:80]!r}")

    def resolved(found: re.Match[str]) -> str:
        there = os.environ.get(found["name"], found["otherwise"])
        if there is None:
            raise UsageError(f"{where} refers to ${{{found['name']}}}, which the environment does not hold; set it")
        return there

    return _REFERENCE.sub(resolved, value)
