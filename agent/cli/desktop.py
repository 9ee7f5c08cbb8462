"""`handsight desktop`: a private display with a program on it, which is kept until Ctrl-C."""

from __future__ import annotations

import re
import shlex
import signal
import time
from types import FrameType
from typing import Annotated

import typer

from handsight.errors import DeviceLost, UsageError

_POLL_S = 0.2


def desktop(
    program: Annotated[
        list[str], typer.Argument(metavar="[PROGRAM]...", help="What to start on it.", show_default=False)
    ] = [],  # noqa: B006
    size: Annotated[str, typer.Option(help="Width x height in pixels.")] = "1920x1080",
    show: Annotated[bool, typer.Option("--show", help="Show it in a window on your own display.")] = False,
) -> None:
    """Open a private desktop for an agent, apart from your own, until Ctrl-C. Write -- before PROGRAM's options."""
    found = re.fullmatch(r"(\d{2,5})x(\d{2,5})", size)
    if not found:
        raise UsageError(f"a size is written as 1920x1080, not {size!r}")
    from handsight.devices.desktop import open_display
    from handsight.devices.desktop.display import FOUND_BY

    over: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        over.append(number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with open_display((int(found[1]), int(found[2])), shown=show) as display:
            if program:
                display.start(program)
            where = " ".join(f"{name}={shlex.quote(display.environ[name])}" for name in FOUND_BY)
            print(f"a private desktop of {size} at {display.name}; Ctrl-C ends it and what runs on it")
            print(f"  {where} handsight run --device desktop 'click Save'")
            print(f"  {where} xterm", flush=True)
            while not over:
                if not display.alive:
                    raise DeviceLost("the private desktop was closed")
                time.sleep(_POLL_S)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
