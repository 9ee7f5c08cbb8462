"""The file that names MCP servers: what it may hold, and what is said about what it may not."""

import json
from pathlib import Path
from typing import Any

import pytest

from handsight.errors import UsageError
from handsight.tools.mcp_config import Server, read_servers


def one(**entry: Any) -> Server:
    (server,) = read_servers({"mcpServers": {"shop": entry}})
    return server


def test_a_command_and_an_address_are_read_in_the_form_that_others_use(tmp_path: Path) -> None:
    file = tmp_path / "mcp.json"
    file.write_text(
        json.dumps(
            {
                "mcpServers": {
                    "time": {"command": "time-server", "args": ["--utc"], "env": {"LANG": "C"}, "cwd": "/tmp"},
                    "shop": {"type": "http", "url": "https://shop.example/mcp", "headers": {"X-Key": "1"}},
                    "old": {"command": "gone", "disabled": True},
                }
            }
        )
    )
    time, shop = read_servers(file)
    assert (time.name, time.command, time.args, time.env, time.cwd) == (
        "time",
        "time-server",
        ("--utc",),
        {"LANG": "C"},
        "/tmp",
    )
    assert (shop.url, shop.headers) == ("https://shop.example/mcp", {"X-Key": "1"})
    assert (time.trust, time.without, time.timeout_s) == (False, frozenset(), 60.0)


def test_a_reference_stands_for_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "s3cret")
    monkeypatch.delenv("NOT_THERE", raising=False)
    shop = one(url="https://${NOT_THERE:-shop.example}/mcp", headers={"Authorization": "Bearer ${KEY}"})
    assert shop.url == "https://shop.example/mcp"
    assert shop.headers == {"Authorization": "Bearer s3cret"}
    assert "s3cret" not in repr(shop)
    assert one(command="x", args=["$KEY", "${KEY}${KEY}"], env={"A": "${NOT_THERE:-}"}) == Server(
        "shop", "x", ("$KEY", "s3crets3cret"), {"A": ""}
    )
    with pytest.raises(UsageError, match=r"'shop': env: A refers to \$\{NOT_THERE\}, which the environment does not"):
        one(command="x", env={"A": "${NOT_THERE}"})


def test_trust_is_for_all_tools_or_for_some_by_name() -> None:
    assert one(command="x", trust=True).trust is True
    assert one(command="x", trust=["look"]).trust == frozenset({"look"})
    assert one(command="x", disabledTools=["wipe"]).without == frozenset({"wipe"})


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({}, 'either a "command", which is run, or a "url"'),
        ([], 'either a "command"'),
        ({"command": "x", "url": "http://x"}, 'either a "command"'),
        ({"command": " "}, "an empty command"),
        ({"command": ["x"]}, "command is a text"),
        ({"command": "x", "args": "--utc"}, "args is a list of texts"),
        ({"command": "x", "args": [1]}, "args is a list of texts"),
        ({"command": "x", "env": ["A=1"]}, "env is an object"),
        ({"command": "x", "env": {"A": 1}}, "env: A is a text"),
        ({"command": "x", "trust": "yes"}, "trust is a list"),
        ({"command": "x", "timeout": "long"}, "timeout 'long'"),
        ({"command": "x", "timeout": 0}, "timeout 0"),
        ({"command": "x", "timeout": float("nan")}, "timeout nan"),
        ({"command": "x", "timeout": True}, "timeout True"),
        ({"command": "x", "type": "http"}, "the type 'http'; with a command it is stdio"),
        ({"url": "http://x", "type": "sse"}, "the type 'sse'; with a url it is http"),
        ({"url": "shop.example"}, "begins with http://"),
        ({"url": "ftp://shop.example"}, "begins with http://"),
    ],
)
def test_what_is_wrong_is_said_with_the_server_s_name(entry: Any, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_servers({"mcpServers": {"shop": entry}})
    assert says in str(refused.value)
    assert "'shop'" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("config", [{}, {"mcpServers": {}}, {"mcpServers": []}, {"servers": {"a": {}}}])
def test_a_config_without_servers_says_how_one_is_written(config: Any) -> None:
    with pytest.raises(UsageError, match="names no MCP server; it is written"):
        read_servers(config)


def test_a_file_that_is_not_there_or_no_json_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"mcp\.json cannot be read as JSON"):
        read_servers(tmp_path / "mcp.json")
    (tmp_path / "mcp.json").write_text("{")
    with pytest.raises(UsageError, match=r"mcp\.json cannot be read as JSON"):
        read_servers(str(tmp_path / "mcp.json"))
    (tmp_path / "mcp.json").write_text("[1]")
    with pytest.raises(UsageError, match="names no MCP server"):
        read_servers(tmp_path / "mcp.json")


@pytest.mark.parametrize("name", ["", "a b", "x" * 41, "ä", "a/b"])
def test_a_server_s_name_is_plain(name: str) -> None:
    with pytest.raises(UsageError, match="needs another name"):
        read_servers({"mcpServers": {name: {"command": "x"}}})
