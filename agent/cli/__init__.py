"""The command line. Whatever a user gets wrong becomes one sentence here, and an exit code."""

from __future__ import annotations

import errno
import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handsight.errors import HandsightError


def main(arguments: list[str] | None = None) -> None:
    """Run `handsight`; every way out of the program leads through here."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows a question mark
    try:
        code = _outcome(arguments)
    except KeyboardInterrupt:  # so early that nothing was begun
        code = 130
    sys.exit(code)


def _outcome(arguments: list[str] | None) -> int:
    from typer import Exit
    from typer.main import get_command

    from handsight.cli.commands import WrongUsage, app
    from handsight.errors import HandsightError

    try:
        done = get_command(app).main(arguments, prog_name="handsight", standalone_mode=False)
        return done if isinstance(done, int) else 0
    except Exit as end:
        return end.exit_code
    except WrongUsage as problem:
        return _complain(problem.format_message(), 2)
    except HandsightError as problem:
        return _complain(problem, problem.exit_code)
    except KeyboardInterrupt:
        return _complain("stopped", 130)
    except BrokenPipeError:  # whoever read our output has gone, such as `| head`
        _print_nothing_more()
        return 1
    except OSError as problem:
        if problem.errno != errno.ENOSPC:
            raise
        _print_nothing_more()
        return _complain("there is no space left for what is written: make room, or write it elsewhere", 1)


def _print_nothing_more() -> None:
    """Let what is still to be printed go nowhere, so that nothing fails at the very end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(problem: HandsightError | str, exit_code: int) -> int:
    from handsight.cli.console import complain

    complain(problem)
    return exit_code
