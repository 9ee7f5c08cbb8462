"""Options that several commands have, with their help."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from handsight.errors import UsageError

Device = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        help="virtual, desktop, private:PROGRAM, gym:ID, a serial, host:port or pkg.module:Class; else the one phone."
    ),
]
Model = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        help="reader, mini, server:URL#NAME, scripted:FILE, a checkpoint or pkg.module:Class.", show_default="reader"
    ),
]
Dialect = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(help="How the model is asked: see the README's table; left out, its name tells."),
]
ToolFiles = Annotated[
    list[str], typer.Option(help="Your own tools: a .py file, a module, an OpenAPI document.", metavar="SOURCE")
]
Allow = Annotated[list[str], typer.Option(help="Allow without asking, such as 'tap:Pay now'.", metavar="RULE")]
Deny = Annotated[list[str], typer.Option(help="Forbid, such as 'open_app' or 'tap:Delete'.", metavar="RULE")]
ScreenTokens = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(help="The most tokens that a picture or a screen may cost.", show_default="1280"),
]
Spoken = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(help="Tell which dialect this model is spoken to in, and of a checkpoint the memory that it takes."),
]
Calibrate = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(help="Show this model targets at known places, and say how it writes places.", metavar="MODEL"),
]
ScreenCost = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(help="The most tokens that a screen may cost.", min=256, max=16384, show_default="1280"),
]
ScreenBudget = Annotated[int, typer.Option(help="The most tokens that a screen may cost.", min=256, max=16384)]
ScreenSize = Annotated[str, typer.Option("--size", "--device-size", help="Width x height of the screen in pixels.")]
MaxTokens = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(help="The most tokens that an answer may have.", show_default="1024"),
]
AllowPrivate = Annotated[bool, typer.Option("--allow-private", help="Fetch from this machine's own network as well.")]
Apps = Annotated[list[str], typer.Option(help="Modules with apps to install on a virtual phone.", metavar="MODULE")]
Json = Annotated[bool, typer.Option("--json", help="One JSON event per line on the output, and nothing else.")]
JsonObject = Annotated[bool, typer.Option("--json", help="One JSON object on the output, and nothing else.")]
Mcp = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(help="MCP servers whose tools may be called: a JSON file with mcpServers.", metavar="FILE"),
]
Set = Annotated[list[str], typer.Option("--set", help="Give a variable a value.", metavar="NAME=VALUE")]
Cached = Annotated[
    bool, typer.Option("--cached", help="Do again without the model what was done before, as far as it holds.")
]
Cache = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(help="The same, kept in this folder.", metavar="DIR", show_default="the user's cache"),
]


def setting(words: str) -> tuple[str, str]:
    """What `--set NAME=VALUE` says. Raises UsageError."""
    name, equals, value = words.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"--set is written as NAME=VALUE, such as --set item=milk, not {words!r}")
    return name.strip(), value
