"""What the numbers say: which convention the model follows, how sure that is, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from handsight.calibration.advice import advise
from handsight.calibration.asking import Answer, Shown
from handsight.calibration.conventions import Convention
from handsight.calibration.fit import Axis, Score, axes, best, score
from handsight.calibration.naming import named, own
from handsight.calibration.tokens import Counted, compare
from handsight.prompts.dialect import ChatDialect

Verdict = Literal["right", "wrong", "unknown"]
READABLE = 0.5  # of the questions: with fewer answers that hold a place nothing is said
HIT = 0.6  # of the answers that hold a place, for a convention to be that of the model
FEWEST = 5
BETTER = 0.5  # of how far off the hits are: another convention has to be this much nearer, or to hit two targets more


@dataclass(frozen=True)
class Report:
    """What came of a calibration.

    `as_is` is how well the dialect's own reading fits, `found` the best that there is; `lines` are those that the
    numbers follow on each screen, by `found`.
    """

    verdict: Verdict
    sentences: tuple[str, ...]
    answers: tuple[Answer, ...]
    as_is: Score
    found: Score | None
    lines: tuple[tuple[Shown, tuple[Axis, Axis] | None], ...]
    tokens: Counted | None

    @property
    def readable(self) -> tuple[Answer, ...]:
        return tuple(answer for answer in self.answers if answer.numbers)

    @property
    def unreadable(self) -> tuple[Answer, ...]:
        return tuple(answer for answer in self.answers if not answer.numbers)


def judge(answers: Iterable[Answer], dialect: ChatDialect, others: Mapping[str, ChatDialect]) -> Report:
    """Say what the answers mean; `others` are the dialects that could be spoken instead, by name."""
    answers = tuple(answers)
    readable = [answer for answer in answers if answer.numbers]
    as_is = score(Convention("own"), readable)
    found = best(readable) if readable else None
    tokens = compare(answers, dialect.factor)
    enough, needed = len(readable) >= READABLE * len(answers), max(FEWEST, HIT * len(readable))
    if found and as_is.hits >= needed and not _better(found, as_is):
        found = as_is
    if found is None or not enough or found.hits < needed:
        said = _nothing(answers, readable, found, enough=enough)
        return Report("unknown", said, answers, as_is, None, _lines(readable, None), tokens)
    lines = _lines(readable, found.convention)
    if found.convention == Convention("own"):
        said = (f"The model writes {named(found.convention, dialect)}, and {dialect.name} reads them so.",)
        return Report("right", said, answers, as_is, found, lines, tokens)
    said = (
        f"The model writes {named(found.convention, dialect)}; {dialect.name} reads {own(dialect)}.",
        f"Read so, {_hits(found, readable)}; read as they are now, {_hits(as_is, readable)}.",
        *advise(found.convention, dialect, others, [answer.shown for answer in readable]),
    )
    return Report("wrong", said, answers, as_is, found, lines, tokens)


def _better(found: Score, as_is: Score) -> bool:
    """Whether the best convention is more than the dialect's own with its numbers fitted to the noise."""
    nearer = found.pixels is not None and as_is.pixels is not None and found.pixels < BETTER * as_is.pixels
    return nearer or found.hits >= as_is.hits + 2


def _hits(one: Score, readable: Sequence[Answer]) -> str:
    said = f"{one.hits} of {len(readable)} answers hit their target"
    return said if one.pixels is None else f"{said}, {precision(one)} off its middle as a rule"


def precision(one: Score) -> str:
    """How far off the middle the hits are: on the screenshot, and of the screen."""
    return f"{one.pixels:.1f} pixels ({one.percent:.1f} % of the screen's diagonal)"


def _nothing(
    answers: Sequence[Answer], readable: Sequence[Answer], found: Score | None, *, enough: bool
) -> tuple[str, ...]:
    if not enough:
        return (
            f"Nothing can be said: only {len(readable)} of {len(answers)} replies hold a place that can be read.",
            "See whether the dialect is that of the model's family (--dialect), and whether the server passes pictures "
            "on at all.",
        )
    hits = found.hits if found else 0
    return (
        f"Nothing can be said: under no convention do more than {hits} of {len(readable)} answers hit their target.",
        "See whether the model sees the pictures at all, and whether it was trained to point at places on screens.",
    )


def _lines(
    readable: Sequence[Answer], convention: Convention | None
) -> tuple[tuple[Shown, tuple[Axis, Axis] | None], ...]:
    screens = dict.fromkeys(answer.shown for answer in readable)
    return tuple(
        (shown, axes([a for a in readable if a.shown == shown], convention) if convention else None)
        for shown in screens
    )
