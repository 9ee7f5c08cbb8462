"""The options that several commands share, and how their exit codes are told."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

ENDS = """\b
Exit codes:
  0    done: the model says so, or a check verified it
  1    failed, or an error such as a lost phone
  2    what was asked for cannot be carried out as it is
  3    stuck: the same without effect, again and again
  4    out of budget: steps, seconds or tokens
  5    a person has to decide, and nobody is there to ask
  130  stopped by Ctrl-C"""

Device = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(help="virtual, desktop, a serial, host:port or pkg.module:Class; left out, the one phone there is."),
]
Model = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        help="reader, server:URL#NAME, scripted:FILE, a checkpoint or pkg.module:Class.", show_default="reader"
    ),
]
Dialect = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(help="How the model is asked, where its name does not tell."),
]
ScreenTokens = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(help="The most tokens that a picture or a screen may cost.", show_default="1280"),
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
