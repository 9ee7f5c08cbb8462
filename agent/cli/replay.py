"""`handsight replay`: recorded steps taken again without a model, and in words what had to be another way."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from handsight.cli.options import Device, Json, Set, setting

if TYPE_CHECKING:
    from handsight.play.again import Replayed

ENDS = """\b
Exit codes:
  0    every step was taken
  1    it stopped: what was recorded is not there, or a check failed
  2    the file, a variable, a secret, a device or a model is not as it has to be; nothing was touched
  130  stopped by Ctrl-C"""


def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A recorded task file.", show_default=False)],
    device: Device = None,
    model: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Who points at what is not found any more; else it stops there.", show_default="none"),
    ] = None,
    set_: Set = [],  # noqa: B006
    repair: Annotated[bool, typer.Option("--repair", help="Write what was adapted back into FILE.")] = False,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("-o", "--out", help="Write the file with what was adapted here.", metavar="FILE"),
    ] = None,
    folder: Annotated[Path, typer.Option(help="Where to record what is done.")] = Path("runs"),
    as_json: Json = False,
) -> int:
    """Take recorded steps again without a model: each place is known again before it is touched."""
    from handsight.cli.interrupt import until_stopped
    from handsight.cli.replayed import JsonReplay, ReplayLines
    from handsight.play.again import replay as replay_file

    if repair and out:
        raise typer.BadParameter("--repair writes into FILE itself, -o into another file: say one of them")
    show = JsonReplay() if as_json else ReplayLines()
    begun = time.perf_counter()

    def work(stop: Event) -> Replayed:
        return replay_file(
            file,
            device,
            model,
            out=file if repair else out,
            variables=dict(map(setting, set_)),
            folder=folder,
            show=show,
            stop=stop,
        )

    done = until_stopped(work, show.rest)
    if done is None:
        return 130
    show.tell(done, time.perf_counter() - begun, asked=repair or out is not None)
    return 0 if done.passed else 1
