"""What is printed at the end of a run: tables in Markdown, each rate with its interval."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scoring.intervals import wilson
from scoring.tally import ALL, Counts, Tally

_LISTED = 10


def report(tally: Tally, out: Path) -> Iterator[str]:
    """The lines of a report: a table for each kind of category, episodes, and the replies that could not be read."""
    if not tally.total.cases:
        yield "no case was answered"
        return
    for tag, groups in sorted(tally.groups.items()):
        if len(groups) > 1 or list(tally.groups) == [tag]:
            yield from _table(tag, tally.metrics, {name: groups[name] for name in sorted(groups)})
            yield ""
    yield from _table("", tally.metrics, {ALL: tally.total})
    yield from _episodes(tally)
    yield from _malformed(tally, out)


def rate(hits: int, trials: int) -> tuple[str, str]:
    """A rate in per cent, and its Wilson interval of 95 %."""
    low, high = wilson(hits, trials)
    return (f"{100 * hits / trials:.1f}" if trials else "-"), f"{100 * low:.1f} to {100 * high:.1f}"


def _table(title: str, metrics: tuple[str, ...], rows: dict[str, Counts]) -> Iterator[str]:
    heads = [part for metric in metrics for part in (f"{metric}, %", "95 %")]
    yield f"| {' | '.join([title, 'cases', *heads, 'wrong format'])} |"
    yield "|" + "---|" * (len(heads) + 3)
    for name, counts in rows.items():
        cells = [cell for metric in metrics for cell in rate(counts.hits.get(metric, 0), counts.cases)]
        yield f"| {' | '.join([name or '-', str(counts.cases), *cells, str(counts.malformed)])} |"


def _episodes(tally: Tally) -> Iterator[str]:
    whole, begun = tally.episodes()
    if not whole and not begun:
        return
    yield ""
    if whole:
        success, interval = rate(sum(one.success for one in whole), len(whole))
        yield "| episodes | all steps right, % | 95 % | until the first wrong step, % | right steps, % |"
        yield "|---|---|---|---|---|"
        means = [100 * sum(values) / len(whole) for values in zip(*((e.progress, e.share) for e in whole), strict=True)]
        yield f"| {len(whole)} | {success} | {interval} | {means[0]:.1f} | {means[1]:.1f} |"
    if begun:
        yield f"{begun} episodes of which not every step was asked are not counted as episodes."


def _malformed(tally: Tally, out: Path) -> Iterator[str]:
    if not tally.total.malformed:
        return
    yield ""
    yield f"{tally.total.malformed} replies were in a wrong format and count as wrong:"
    for case, problem in tally.malformed[:_LISTED]:
        yield f"- {case}: {' '.join(problem.split())[:160]}"
    if tally.total.malformed > _LISTED:
        yield f"- and {tally.total.malformed - _LISTED} more, in {out}"
