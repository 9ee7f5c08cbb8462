"""`handsight doctor --calibrate`: ask a model to tap targets at known places, and say how it writes places."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from handsight.calibration import QUESTIONS, Answer, Report, Target, ask, draw_sheets, judge
from handsight.calibration.fit import Axis, Score
from handsight.calibration.verdict import precision
from handsight.cli.console import plain
from handsight.cli.fit import read_size
from handsight.cli.spoken import line, why
from handsight.errors import UsageError
from handsight.families import DIALECTS, Choice
from handsight.prompts.dialect import ChatDialect
from handsight.wiring import close, dialect_of, model_opener, open_dialect

MOST_SHOWN = 300  # characters of a reply that could not be read


def calibrate(words: str, dialect: str | None, screen_tokens: int, size: str, *, as_json: bool = False) -> int:
    """Ask, measure and print; the exit code is 0 where the dialect reads the model's places as they are meant."""
    if words == "reader" or words.startswith("scripted:"):
        raise UsageError(
            f"{words} has no convention to be measured: the reader measures places itself and writes them as its "
            "dialect has them, a script's replies are written beforehand; name a model that looks"
        )
    sheets = draw_sheets(read_size(size))
    model = model_opener(words)()
    try:
        spoken = dialect_of(model, dialect, screen_tokens)
        choice = why(model.name, getattr(model, "family", ""), dialect)
        with _progress(hidden=as_json) as tell:
            answers = ask(model, spoken, sheets, tell)
    finally:
        close(model)
    assert isinstance(spoken, ChatDialect)
    report = judge(answers, spoken, _others(screen_tokens))
    if as_json:
        print(json.dumps(as_object(report, choice), ensure_ascii=False))
    else:
        for said in told(report, choice):
            plain().print(said)
    return int(report.verdict != "right")


def _others(screen_tokens: int) -> dict[str, ChatDialect]:
    opened = {name: open_dialect(name, "", screen_tokens) for name in DIALECTS}
    return {name: dialect for name, dialect in opened.items() if isinstance(dialect, ChatDialect)}


def told(report: Report, choice: Choice) -> Iterator[str]:
    """The report in lines: what was asked and answered, and at the end what it means."""
    yield line("dialect", f"{choice.dialect}: {choice.why}")
    count = len(report.readable)
    hits = f"{report.as_is.hits} of them hit their target as {choice.dialect} reads them"
    sure = f", {precision(report.as_is)} off its middle as a rule" if report.as_is.hits else ""
    yield line("answers", f"{count} of {len(report.answers)} can be read; {hits}{sure}")
    for shown, axes in report.lines:
        yield line(_size(shown.size), f"sent as {_size(shown.sent)}; {_run(axes)}")
    if report.unreadable:
        first = report.unreadable[0]
        yield line("unreadable", f"{len(report.unreadable)}, the first when asked for {first.target.words}:")
        yield line("", first.problem)
        yield line("", f"it wrote: {_short(first.said)}")
    if report.tokens:
        yield line("tokens", report.tokens.said)
    yield ""
    yield from report.sentences


def as_object(report: Report, choice: Choice) -> dict[str, Any]:
    """The report as one JSON object."""
    return {
        "verdict": report.verdict,
        "said": " ".join(report.sentences),
        "dialect": choice.dialect,
        "why": choice.why,
        "asked": len(report.answers),
        "readable": len(report.readable),
        "as_is": _score(report.as_is),
        "found": _score(report.found) if report.found else None,
        "screens": [
            {"size": shown.size, "sent": shown.sent, "numbers": [asdict(axis) for axis in axes] if axes else None}
            for shown, axes in report.lines
        ],
        "tokens": asdict(report.tokens) if report.tokens else None,
        "answers": [_answer(answer) for answer in report.answers],
    }


def _score(score: Score) -> dict[str, Any]:
    measures = {"hits": score.hits, "pixels_off": score.pixels, "percent_off": score.percent}
    return {"convention": asdict(score.convention), **measures}


def _answer(answer: Answer) -> dict[str, Any]:
    middle = answer.target.box.center
    return {
        "screen": answer.shown.size,
        "target": answer.target.words,
        "at": [middle.x, middle.y],
        "numbers": answer.numbers,
        "problem": answer.problem,
        "prompt_tokens": answer.prompt_tokens,
    }


def _run(axes: tuple[Axis, Axis] | None) -> str:
    if axes is None:
        return "no line through its numbers"
    across, down = axes
    return (
        f"its numbers run from {across.start:.4g} to {across.end:.4g} across and from {down.start:.4g} to "
        f"{down.end:.4g} down"
    )


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}..."


@contextmanager
def _progress(*, hidden: bool) -> Iterator[Callable[[Target], object]]:
    """Tell on a terminal, and nowhere else, what is being asked."""
    console = plain()
    if hidden or not console.is_terminal:
        yield lambda target: None
        return
    from rich.progress import Progress

    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("", total=QUESTIONS)

        def tell(target: Target) -> None:
            progress.update(task, advance=1, description=target.words)

        yield tell
