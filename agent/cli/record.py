"""`handsight record`: what you do with a device, or what was done in a run, as a task file that can be replayed."""

from __future__ import annotations

from itertools import chain, count
from pathlib import Path
from typing import Annotated, Optional

import typer

from handsight.cli.console import plain
from handsight.cli.options import Device


def record(
    device: Device = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("-o", "--out", help="Where to write it.", metavar="FILE", show_default="by its task"),
    ] = None,
    seconds: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(help="End after so many seconds.", show_default="at Ctrl-C"),
    ] = None,
    run_folder: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Where to record what you do.", show_default="runs/TIME_TASK"),
    ] = None,
    run: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--from", help="The folder of a run that is over, an agent's or a script's.", metavar="RUN"),
    ] = None,
) -> int:
    """Make a task file of what you do with an Android phone or an X11 desktop, until Ctrl-C; or of a run.

    Each place that was touched gets an anchor. Nothing is given to a model. Passwords are left out where their field
    says that it is one.
    """
    from handsight.cli.session import record_session
    from handsight.play.again import record_run

    if run is not None and (device, seconds, run_folder) != (None, None, None):
        raise typer.BadParameter("--from makes a file of a run that is over: only -o goes with it")
    if run is None:
        out = _free(out)
        if run_folder and run_folder.absolute() == out.absolute().with_suffix(""):
            raise typer.BadParameter(
                f"{run_folder} is where the pictures of {out} will stand: name another --run-folder"
            )
        run = record_session(device, title=out.stem, seconds=seconds, folder=run_folder)
    path, made = record_run(run, out)
    console = plain()
    for each in made.left_out:
        console.print(f"left out: {each}", style="yellow")
    for name, reference in made.file.secrets.items():
        console.print(f"{name} is a secret: {reference}", style="yellow")
    console.print(f"{len(made.file.steps)} steps: {path}")
    return 0


def _free(out: Path | None) -> Path:
    """Where the file will stand, known before anything is done for it. Raises BadTask."""
    from handsight.play.again import check_new

    if out is None:
        names = chain(["session"], (f"session-{number}" for number in count(2)))
        free = (name for name in names if not (Path(name).exists() or Path(f"{name}.yaml").exists()))
        return Path(f"{next(free)}.yaml")
    check_new(out)
    return out
