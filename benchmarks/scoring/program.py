"""What the three programs have in common: their options, the progress they show, and how they end."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from handsight import __version__
from handsight.errors import HandsightError, UsageError
from scoring.asking import Asker
from scoring.loop import Benchmark, Tell, run
from scoring.results import Results
from scoring.tables import report
from scoring.tally import Tally

Build = Callable[[argparse.Namespace], Benchmark]


def options(about: str | None) -> argparse.ArgumentParser:
    """A parser with the options that every program has."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--model", required=True, help="as for handsight run: server:URL#NAME, a checkpoint, scripted:FILE"
    )
    parser.add_argument("--dialect", help="how the model is asked; left out, as its name says")
    parser.add_argument("--screen-tokens", type=number, help="the most that a picture may cost")
    parser.add_argument(
        "--out", type=Path, required=True, help="the file of results; one that is there is gone on with"
    )
    parser.add_argument("--limit", type=number, help="only so many cases, from the first on")
    parser.add_argument("--parallel", type=number, default=1, help="so many questions at once, for servers")
    parser.add_argument("--skip", action="append", default=[], metavar="ID", help="leave out a case that is refused")
    return parser


def main(parser: argparse.ArgumentParser, build: Build, words: list[str] | None = None) -> int:
    """Run a benchmark and give the exit code: 0 done, 1 the model failed, 2 wrong words or files, 130 Ctrl-C."""
    said = parser.parse_args(words)
    try:
        return _carry_out(build(said), said)
    except HandsightError as problem:
        print(f"{parser.prog}: {' '.join(str(problem).split())}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:  # before anything was asked
        return 130


def _carry_out(benchmark: Benchmark, said: argparse.Namespace) -> int:
    if said.parallel > 1 and not said.model.startswith("server:"):
        raise UsageError(f"--parallel asks a server several things at once, and {said.model} answers one by one")
    with ExitStack() as opened:
        askers = [opened.enter_context(_asker(said)) for _ in range(said.parallel)]
        about = {
            "benchmark": benchmark.name,
            "data": benchmark.mark,
            "model": askers[0].model.name,
            "dialect": askers[0].dialect.name,
            "settings": {**benchmark.settings, "screen_tokens": said.screen_tokens},
            "handsight": __version__,
        }
        results = Results.open(said.out, about, Tally(benchmark.metrics, benchmark.exact))
        opened.callback(results.close)
        stopped = False
        try:
            known = [count for count in (benchmark.total, said.limit) if count is not None]
            with progress(benchmark.name, min(known) if benchmark.total is not None else None) as tell:
                run(benchmark, askers, results, said.limit, tell, said.skip)
        except KeyboardInterrupt:
            stopped = True
        except HandsightError:
            _end(results, "It broke off; so far:")
            raise
        _end(results, "Stopped; so far:" if stopped else "")
        return 130 if stopped else 0


@contextmanager
def _asker(said: argparse.Namespace) -> Iterator[Asker]:
    """One of them for each thread: models keep connections and caches that are one conversation's."""
    asker = Asker.open(said.model, said.dialect, said.screen_tokens)
    try:
        yield asker
    finally:
        asker.close()


def _end(results: Results, word: str) -> None:
    if word:
        print(f"{word}\n" if results.tally.total.cases else word)
    for line in report(results.tally, results.path):
        print(line)
    if word:
        print(f"\nThe same command goes on from {results.path}.")


@contextmanager
def progress(name: str, total: int | None) -> Iterator[Tell]:
    """Show on a terminal how far it is; piped, nothing."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as shown:
        task = shown.add_task(name, total=total)
        yield lambda done: shown.update(task, completed=done)


def number(word: str) -> int:
    """A whole number above zero, as the options take it."""
    given = int(word)
    if given < 1:
        raise argparse.ArgumentTypeError(f"a number above zero is expected, not {word}")
    return given
