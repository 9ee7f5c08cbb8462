"""`handsight play`: task files on their devices, and their result."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from handsight.cli.options import Device, Json, Set, setting

if TYPE_CHECKING:
    from handsight.play.playing import Played

ENDS = """\b
Exit codes:
  0    all passed
  1    some failed
  2    a file, a variable, a secret, a device or a model is not as it has to be; nothing was touched
  130  stopped by Ctrl-C"""


def play(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Task files, and folders of them.", show_default=False)
    ],
    device: Device = None,
    model: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Who answers `ask` and carries out `run`, as for handsight run.", show_default="none"),
    ] = None,
    set_: Set = [],  # noqa: B006
    junit: Annotated[
        Path | None, typer.Option(help="Write the result as JUnit XML.", metavar="FILE.xml", show_default=False)
    ] = None,
    folder: Annotated[Path, typer.Option(help="Where to record what is played, each case in a folder.")] = Path("runs"),
    as_json: Json = False,
) -> int:
    """Play task files: steps, checks and data in YAML or Markdown, each on its own device unless one is said."""
    from handsight.cli.interrupt import until_stopped
    from handsight.cli.results import JsonLines, Lines
    from handsight.play.junit import check_junit, write_junit
    from handsight.play.playing import play as play_all

    variables = dict(setting(words) for words in set_)
    if junit:
        check_junit(junit)
    show = JsonLines() if as_json else Lines()
    begun = time.perf_counter()

    def work(stop: Event) -> list[Played]:
        return play_all(files, device, model, variables=variables, folder=folder, show=show, stop=stop)

    played = until_stopped(work, show.rest)
    if played is None:
        return 130
    if junit:
        write_junit(junit, played)
    show.sum_up(played, time.perf_counter() - begun)
    return 0 if all(each.passed for each in played) else 1
