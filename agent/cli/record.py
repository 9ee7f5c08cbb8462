"""`handsight record`: what was done in a run, as a task file that can be replayed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from handsight.cli.console import plain


def record(
    run: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--from", help="The folder of a run, an agent's or a script's.", metavar="RUN"),
    ] = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("-o", "--out", help="Where to write it.", metavar="FILE", show_default="TASK.yaml"),
    ] = None,
) -> int:
    """Make a task file of what was done, with an anchor for each place that was touched."""
    from handsight.play.again import record_run

    if run is None:
        raise typer.BadParameter("--from RUN says which run is to become a task file")
    path, made = record_run(run, out)
    console = plain()
    for each in made.left_out:
        console.print(f"left out: {each}: a hand has no such step", style="yellow")
    for name, reference in made.file.secrets.items():
        console.print(f"{name} is a secret: {reference}", style="yellow")
    console.print(f"{len(made.file.steps)} steps: {path}")
    return 0
