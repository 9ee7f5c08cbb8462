"""What is played on the terminal: one calm line per step, and each result; or one JSON event per line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handsight.cli.console import clean, plain
from handsight.view.words import seconds_in_words

if TYPE_CHECKING:
    from rich.status import Status

    from handsight.play.cases import Case
    from handsight.play.playing import Played


class Lines:
    """The steps as they come on a terminal; the results alone where nobody watches."""

    def __init__(self) -> None:
        self._console = plain()
        self._live = self._console.is_terminal
        self._status: Status | None = None

    def begin(self, case: Case, device: str, folder: Path) -> None:
        if self._live:
            self._line(case.name, "bold")
            self._line(f"{device} · {folder}", "dim")

    def step(self, number: int, line: int, words: str) -> None:
        from rich.text import Text

        if self._live:
            said = Text(clean(f"{number:3}  {words}"), "dim", no_wrap=True, overflow="ellipsis")
            self._status = self._status or self._console.status(said, spinner="dots")
            self._status.update(said)
            self._status.start()

    def stepped(self, number: int, line: int, words: str, seconds: float, problem: str) -> None:
        from rich.text import Text

        self.rest()
        if self._live:
            time = seconds_in_words(seconds)
            room = self._console.width - len(time) - 9
            said = clean(" ".join(words.split()))
            said = said if len(said) <= room else said[: max(0, room - 1)] + "…"
            self._console.print(Text.assemble((f"{number:3}  ", "dim"), (said, "cyan"), (f"  {time}", "dim")))
            if problem:
                self._line(f"     {problem}", "yellow")

    def end(self, played: Played) -> None:
        self.rest()
        passed = "passed" if played.passed else "failed"
        line = f"{passed}  {played.name}  {seconds_in_words(played.seconds)}"
        self._line(line, "green" if played.passed else "yellow")
        if not played.passed:
            where = f"{played.path}, line {played.line}" if played.line else str(played.path)
            self._line(f"        {where}: {played.kind}: {played.problem}", "yellow")
            for path in (*played.pictures, *([played.report] if played.report else [])):
                self._line(f"        {path}", "dim")
        if self._live:
            self._line("")

    def rest(self) -> None:
        """Leave the terminal alone."""
        if self._status:
            self._status.stop()

    def sum_up(self, played: Sequence[Played], seconds: float) -> None:
        passed = sum(each.passed for each in played)
        failed = f", {len(played) - passed} failed" if passed < len(played) else ""
        self._line(f"{passed} passed{failed} in {seconds_in_words(seconds)}", "bold")

    def _line(self, text: str, style: str = "") -> None:
        self._console.print(clean(text), style=style)


class JsonLines:
    """One JSON event per line on the standard output, and nothing else there."""

    def begin(self, case: Case, device: str, folder: Path) -> None:
        self._write(event="start", file=str(case.task.path), name=case.name, device=device, folder=str(folder))

    def step(self, number: int, line: int, words: str) -> None: ...

    def stepped(self, number: int, line: int, words: str, seconds: float, problem: str) -> None:
        said = {"number": number, "line": line, "words": words, "seconds": round(seconds, 6), "problem": problem}
        self._write(event="step", **said)

    def end(self, played: Played) -> None:
        self._write(
            event="result",
            file=str(played.path),
            name=played.name,
            passed=played.passed,
            seconds=round(played.seconds, 6),
            kind=played.kind,
            problem=played.problem,
            line=played.line,
            pictures=[str(path) for path in played.pictures],
            report=str(played.report) if played.report else None,
        )

    def rest(self) -> None: ...

    def sum_up(self, played: Sequence[Played], seconds: float) -> None:
        passed = sum(each.passed for each in played)
        self._write(event="end", passed=passed, failed=len(played) - passed, seconds=round(seconds, 6))

    def _write(self, **event: Any) -> None:
        print(json.dumps(event), flush=True)
