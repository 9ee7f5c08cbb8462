"""A run on the terminal: one calm line per step, or one JSON event per line, and the questions to the user."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from handsight.errors import HandsightError, NeedsHuman
from handsight.record import record
from handsight.types import Step, Trajectory
from handsight.view import words

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

_ENDLESS = 100_000  # columns


class Show(Protocol):
    """What tells the user about a run. It is a hook as well."""

    def begin(self, task: str, folder: Path, device: str, model: str) -> None: ...

    def __call__(self, step: Step, trajectory: Trajectory) -> None: ...

    def paused(self) -> None:
        """Leave the terminal alone: somebody is about to be asked something."""

    def note(self, words: str) -> None:
        """Say something of the run as a whole."""

    def end(self, trajectory: Trajectory, report: Path | None) -> None: ...


def show(*, as_json: bool) -> Show:
    """What suits the output: JSON where it was asked for, else lines, with colour and a spinner on a terminal."""
    return JsonLines() if as_json else Lines(plain())


def plain() -> Console:
    """A console that shows text as it is; lines are as long as they are unless they are on a terminal."""
    from rich.console import Console

    piped = not sys.stdout.isatty()
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=piped, width=_ENDLESS if piped else None)


class Lines:
    """Numbers, thoughts, acts and times, for people. Plain when piped."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status: Status | None = None

    def begin(self, task: str, folder: Path, device: str, model: str) -> None:
        self._line(task, "bold")
        self._line(f"{device} · {model} · {folder}", "dim")
        self._wait("looking")

    def __call__(self, step: Step, trajectory: Trajectory) -> None:
        """Show the step once it is over, and until then what is being waited for."""
        if not step.over:
            said = words.call_in_words(step.call) if step.acting and step.call else "thinking"
            self._wait(f"{step.number}  {said}")
            return
        self.paused()
        if words.happened(step):
            self._step(step)
        if trajectory.outcome is None:
            self._wait(f"{step.number + 1}  looking")

    def paused(self) -> None:
        if self._status:
            self._status.stop()

    def note(self, words: str) -> None:
        self.paused()
        self._line(words, "dim")

    def end(self, trajectory: Trajectory, report: Path | None) -> None:
        self.paused()
        outcome = trajectory.outcome
        self._line("")
        said = words.outcome_in_words(trajectory)
        good = outcome is not None and outcome.ok
        self._line(": ".join(filter(None, (said, outcome.message if outcome else ""))), "green" if good else "yellow")
        if outcome and outcome.answer:
            self._line(outcome.answer, "bold")
        self._line(summary(trajectory), "dim")
        if report:
            self._line(f"report: {report}", "dim")

    def _step(self, step: Step) -> None:
        from rich.text import Text

        call = words.call_in_words(step.call) if step.call else "no call could be read" if step.reply else "no look"
        time = words.seconds_in_words(step.timing.get("total", 0))
        thought = step.call.thought if step.call and step.reply else ""  # of several calls, it stands by the first
        if step.call and step.call.name in ("finish", "answer"):  # the last line says the rest
            call, thought = step.call.name, ""
        call, thought = clean(call), clean(" ".join(thought.split()))
        room = self._console.width - len(call) - 16
        if self._console.is_terminal and len(thought) > room:
            thought = thought[: max(0, room - 1)] + "…" if room > 12 else ""
        line = Text.assemble(
            (f"{step.number:3}  ", "dim"), (f"{thought}  " if thought else ""), (call, "cyan"), (f"  {time}", "dim")
        )
        self._console.print(line)
        if step.screen and step.screen.remark:
            self._line(f"     {step.screen.remark}", "yellow")
        if step.problem:
            self._line(f"     {type(step.problem).__name__}: {step.problem}", "yellow")

    def _wait(self, said: str) -> None:
        from rich.text import Text

        if not self._console.is_terminal:
            return
        line = Text(clean(said), "dim", no_wrap=True, overflow="ellipsis")
        if self._status is None:
            self._status = self._console.status(line, spinner="dots")
        self._status.update(line)
        self._status.start()

    def _line(self, text: str, style: str = "") -> None:
        self._console.print(clean(text), style=style)


class JsonLines:
    """One JSON event per line on the standard output, and nothing else there."""

    def begin(self, task: str, folder: Path, device: str, model: str) -> None:
        self._write({"event": "start", "task": task, "folder": str(folder), "device": device, "model": model})

    def __call__(self, step: Step, trajectory: Trajectory) -> None:
        if step.over or step.acting:
            self._write({"event": "step" if step.over else "acting", **record(step)})

    def paused(self) -> None:
        """Nothing moves in JSON."""

    def note(self, words: str) -> None:
        self._write({"event": "note", "words": words})

    def end(self, trajectory: Trajectory, report: Path | None) -> None:
        outcome = trajectory.outcome
        self._write(
            {
                "event": "outcome",
                "kind": outcome.kind if outcome else None,
                "message": outcome.message if outcome else "",
                "answer": outcome.answer if outcome else None,
                "steps": len(trajectory.steps),
                "seconds": {phase: round(s, 6) for phase, s in words.total_phases(trajectory).items()},
                "report": str(report) if report else None,
            }
        )

    def _write(self, event: dict[str, Any]) -> None:
        unicode = (sys.stdout.encoding or "").lower().startswith("utf")
        print(json.dumps(event, ensure_ascii=not unicode), flush=True)


def summary(trajectory: Trajectory) -> str:
    """How many steps there were, how long one took, and where its time went."""
    count = sum(words.happened(step) for step in trajectory.steps)
    split = words.total_phases(trajectory)
    if not count:
        return "no step was taken"
    seconds = sum(split.values())
    whole, one = words.seconds_in_words(seconds), words.seconds_in_words(seconds / count)
    parts = ", ".join(f"{phase} {words.seconds_in_words(spent / count)}" for phase, spent in split.items())
    return f"{count} step{'s' if count > 1 else ''} in {whole}, on average {one}: {parts}"


def asking(show: Show) -> tuple[Callable[[str], bool] | None, Callable[[str], str] | None]:
    """How to ask the user for leave and for an answer: on the terminal, or not at all when nobody sits there."""
    if not sys.stdin.isatty():
        return None, None

    def ask(question: str) -> str:
        show.paused()
        print(clean(question), end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise NeedsHuman(f"nobody answered: {question}")
        return line.strip()

    return (
        lambda question: ask(f"Allow {question}? [y/N] ").casefold() in ("y", "yes"),
        lambda question: ask(f"{question}\n> "),
    )


def complain(problem: HandsightError | str) -> None:
    """Say in one line on the standard error what is wrong."""
    print(clean(f"handsight: {' '.join(str(problem).split())}"), file=sys.stderr)


def clean(text: str) -> str:
    """Text as it can be shown: a model's or a screen's words cannot steer the terminal.

    Spaces of other scripts and the joiners that make one sign of several stay as they are.
    """
    return "".join(c if _shows(c) else " " if c == "\t" else "\ufffd" for c in text)


def _shows(character: str) -> bool:
    return character.isprintable() or character in "\n\u200c\u200d" or unicodedata.category(character) == "Zs"
