"""MiniWoB++ in a real browser: started and scored over its DevTools socket, seen and worked only as a desktop is.

Each worker has an X display of its own with Chromium on it. The player sees screenshots of 640 x 880 pixels, a page's
160 x 220 points, and has mouse and keys. A success is a raw reward above zero; the pages' penalty for time is left out,
and so is their limit of time, since a model may think for longer.

    python benchmarks/miniwob.py --model server:URL#NAME --out RUN.jsonl
    python benchmarks/miniwob.py --model oracle --out RUN.jsonl     reads the DOM: it tries this harness, not an agent
    python benchmarks/miniwob.py --model random --out RUN.jsonl     clicks anywhere: the floor
    python benchmarks/miniwob.py --list

The report with its films is RUN.html. The same command goes on with a run that was cut.
"""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import version
from pathlib import Path

from handsight import __version__
from handsight.errors import HandsightError, UsageError
from handsight.wiring import is_checkpoint
from scoring.program import number, progress
from scoring.results import Results
from wob import tables, tasks
from wob.crew import Crew, open_crew
from wob.films import Job
from wob.oracle.player import PLAYS
from wob.report import films_of, read, write_report
from wob.worker import PLAYERS, Settings

NOTES = {
    "oracle": "The oracle reads the pages' DOM. It shows that display, browser, mouse, keys and scoring work together, "
    "and nothing about any agent.",
    "random": "Clicks at random places: the floor that an agent has to be held against.",
}


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="oracle, random, or as for handsight run: reader, server:URL#NAME, ...")
    parser.add_argument("--dialect", help="how the model is asked; left out, as its name says")
    parser.add_argument("--out", type=Path, help="the file of results; one that is there is gone on with")
    parser.add_argument("--task", action="append", default=[], metavar="NAME", help="only this task; may be repeated")
    parser.add_argument("--episodes", type=number, default=20, help="of each task, each from a seed (default: 20)")
    parser.add_argument("--first-seed", type=int, default=0, help="they count up from here (default: 0)")
    parser.add_argument("--steps", type=number, default=30, help="the most steps of an episode (default: 30)")
    parser.add_argument("--seconds", type=number, default=1800, help="the most seconds of an episode (default: 1800)")
    parser.add_argument("--parallel", type=number, default=1, help="so many browsers side by side (default: 1)")
    parser.add_argument("--films", type=int, default=1, help="keep the pictures of so many episodes of each task")
    parser.add_argument("--list", action="store_true", help="name the tasks, and say why some are left out")
    return parser


def main(words: list[str] | None = None) -> int:
    """Run it and give the exit code: 0 done, 1 something broke, 2 wrong words or files, 130 Ctrl-C."""
    parser = options()
    said = parser.parse_args(words)
    try:
        if said.list:
            for name in tasks.names():
                print(name + (f"  left out: {tasks.LEFT_OUT[name]}" if name in tasks.LEFT_OUT else ""))
            return 0
        return _carry_out(said)
    except HandsightError as problem:
        print(f"{parser.prog}: {' '.join(str(problem).split())}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:  # before anything was run
        return 130


def _carry_out(said: argparse.Namespace) -> int:
    jobs = _jobs(said)
    if jobs[0].pictures:
        films_of(said.out).mkdir(parents=True, exist_ok=True)
    settings = Settings(said.model, said.dialect, said.steps, said.seconds)
    word = ""
    try:
        with open_crew(settings, min(said.parallel, len(jobs))) as crew:
            _run(jobs, crew, said)
    except KeyboardInterrupt:
        word = "Stopped; so far:"
    except UsageError:
        raise
    except HandsightError:
        _end(said, "It broke off; so far:")
        raise
    _end(said, word)
    return 130 if word else 0


def _run(jobs: list[Job], crew: Crew, said: argparse.Namespace) -> None:
    model, dialect = crew.about
    about = {
        "benchmark": "miniwob",
        "data": f"miniwob {version('miniwob')}",
        "model": model,
        "dialect": dialect,
        "settings": {"steps": said.steps, "seconds": said.seconds},
        "handsight": __version__,
    }
    results = Results.open(said.out, about, tables.Rewards())
    try:
        left = [job for job in jobs if not results.held(job.id, job.mark)]
        with progress("miniwob", len(jobs)) as tell:
            tell(len(jobs) - len(left))
            for done, came in enumerate(crew.run(left), len(jobs) - len(left) + 1):
                results.add(came)
                tell(done)
    finally:
        results.close()


def _jobs(said: argparse.Namespace) -> list[Job]:
    """Every episode, the first seed of all tasks before the second, so that a part of a run is of all tasks."""
    if said.model is None or said.out is None:
        raise UsageError("name a player and the file of results: --model oracle --out RUN.jsonl")
    if said.parallel > 1 and is_checkpoint(said.model):
        raise UsageError(f"--parallel opens the model once for each browser, and {said.model} is in memory once")
    if said.dialect and said.model in PLAYERS:
        raise UsageError(f"--dialect is for language models; {said.model} is asked without words")
    wanted = tasks.chosen(said.task)
    if said.model == "oracle":
        if beyond := [task for task in said.task if task not in PLAYS]:
            raise UsageError(f"the oracle has no play for {', '.join(beyond)}; it has {len(PLAYS)} others")
        wanted = [task for task in wanted if task in PLAYS]
    return [
        Job(task, seed, films_of(said.out) if seed < said.first_seed + said.films else None)
        for seed in range(said.first_seed, said.first_seed + said.episodes)
        for task in wanted
    ]


def _end(said: argparse.Namespace, word: str) -> None:
    """Print the table of what the file holds by now, and write the report."""
    if not said.out.exists():
        return
    note = NOTES.get(said.model, "")
    for line in filter(None, (word, note)):
        print(f"{line}\n")
    for line in tables.report(read(said.out)[1]):
        print(line)
    print(f"\nThe films are in {write_report(said.out, note)}.")
    if word:
        print(f"The same command goes on from {said.out}.")


if __name__ == "__main__":
    sys.exit(main())
