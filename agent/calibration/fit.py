"""Find the convention that a model's answers follow, whatever nonsense stands among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import median

from handsight.calibration.asking import Answer, Shown
from handsight.calibration.conventions import RELATIVE, WORST, Convention, Kind

LEAST_PART = 0.3  # of a side: nearer to the corner, a number says too little of a scale
RESIZED = 0.02  # by less than this a picture cannot be seen to have been resized


@dataclass(frozen=True)
class Score:
    """How well a convention fits: the answers that hit their target under it, and how far off those are.

    `pixels` is the median on the screenshot, `percent` that of the screen's diagonal; None where nothing was hit.
    """

    convention: Convention
    hits: int
    loss: float
    pixels: float | None
    percent: float | None


@dataclass(frozen=True)
class Axis:
    """The line that a model's numbers on one axis follow: from `start` at the one edge to `end` at the other."""

    start: float
    end: float


def score(convention: Convention, answers: Iterable[Answer]) -> Score:
    """Measure a convention on the answers that hold numbers."""
    misses = [(convention.miss(answer), answer) for answer in answers]
    hit = [answer for miss, answer in misses if miss <= 1]
    off = [convention.pixels_off(answer) for answer in hit]
    shares = [100 * pixels / sum(side**2 for side in a.shown.size) ** 0.5 for pixels, a in zip(off, hit, strict=True)]
    loss = sum(min(miss, WORST) for miss, _ in misses) + convention.price
    return Score(convention, len(hit), loss, median(off) if off else None, median(shares) if shares else None)


def best(answers: Sequence[Answer]) -> Score:
    """The convention with the least loss: of two that fit alike, the one with fewer measured numbers."""
    bases = [*_known(), *_measured(answers)]
    bases += [convention.turned() for convention in bases]
    found = min((score(base, answers) for base in bases), key=lambda one: one.loss)
    refined = (score(one, answers) for one in _refined(found.convention, answers))
    shifted = (
        score(one, answers) for base in bases if not base.free and base.number != 999 for one in _shifted(base, answers)
    )
    return min((found, *refined, *shifted), key=lambda one: one.loss)


def axes(answers: Iterable[Answer], convention: Convention) -> tuple[Axis, Axis] | None:
    """The lines that the numbers of one screen follow across and down, by the answers that hit under `convention`.

    The median of the slopes between every two; None where two places on each axis are not to be had.
    """
    hit = [answer for answer in answers if convention.miss(answer) <= 1]
    found = []
    for axis in (0, 1):
        written = 1 - axis if convention.swapped else axis
        points = [(a.meant[axis], a.numbers[written]) for a in hit if a.numbers]
        slopes = [(v - u) / (q - p) for (p, u), (q, v) in combinations(points, 2) if abs(q - p) > RESIZED]
        if not slopes:
            return None
        slope = median(slopes)
        start = median(number - slope * part for part, number in points)
        found.append(Axis(start, start + slope))
    return found[0], found[1]


def _known() -> Iterator[Convention]:
    yield Convention("own")
    yield from (Convention("relative", number) for number in RELATIVE)
    yield from (Convention("padded", number) for number in RELATIVE if number != 999)
    yield Convention("sent")
    yield Convention("original")


def _measured(answers: Iterable[Answer]) -> Iterator[Convention]:
    """A convention of each kind that has a number, by each number of each answer: one that is right gives it."""
    for answer in answers:
        yield from _by(answer, swapped=False)
        yield from _by(answer, swapped=True)


def _by(answer: Answer, *, swapped: bool) -> Iterator[Convention]:
    assert answer.numbers
    for axis, number in enumerate(reversed(answer.numbers) if swapped else answer.numbers):
        part = answer.meant[axis]
        if part < LEAST_PART or number <= 0:
            continue
        yield Convention("relative", number / part, free=1)
        by = number / part / answer.shown.sent[axis]
        yield from (Convention(kind, _number(kind, answer.shown, by), free=1) for kind in _kinds(by))


def _kinds(by: float) -> tuple[Kind, ...]:
    """What can have made a picture's sides `by` times as long."""
    if abs(by - 1) < RESIZED:
        return ()
    return ("capped", "longest") if by < 1 else ("raised",)


def _number(kind: Kind, shown: Shown, by: float) -> float:
    width, height = shown.sent
    return by * max(shown.sent) if kind == "longest" else by**2 * width * height


def _refined(convention: Convention, answers: Iterable[Answer]) -> Iterator[Convention]:
    """The same convention with the median of the numbers that all the answers hitting under it give."""
    if convention.free:
        hit = [answer for answer in answers if convention.miss(answer) <= 1]
        given = [c.number for a in hit for c in _by(a, swapped=convention.swapped) if c.kind == convention.kind]
        if given:
            yield replace(convention, number=median(given))


def _shifted(convention: Convention, answers: Sequence[Answer]) -> Iterator[Convention]:
    """The same convention, shifted by the median of how far the answers are off."""
    off = [
        (got[0] - meant[0], got[1] - meant[1])
        for answer in answers
        if (got := answer.numbers) and (meant := convention.written(answer))
    ]
    if off:
        yield replace(convention, shift=(median(x for x, _ in off), median(y for _, y in off)))
