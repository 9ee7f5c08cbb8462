"""One HTML file that shows a run: the table, and a strip of pictures for each episode whose pictures were kept."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from handsight import journal
from handsight.types import ToolCall
from handsight.view.report import write_page
from handsight.view.words import call_in_words, is_place, seconds_in_words
from scoring.tables import rate
from wob.films import WIDE_PX
from wob.tables import SUCCESS, Rewards


def films_of(out: Path) -> Path:
    """The folder beside a file of results that its pictures are in."""
    return out.with_suffix(".films")


def read(out: Path) -> tuple[Mapping[str, Any], Rewards, list[Mapping[str, Any]]]:
    """The results in `out`: what was run, the counts, and the episodes."""
    begin, *events = journal.read(out)
    tally, cases = Rewards(), dict[str, Mapping[str, Any]]()
    for event in events:
        if event["event"] == "case" and cases.setdefault(event["id"], event) is event:
            tally.add(event)
    return begin, tally, [*cases.values()]


def write_report(out: Path, note: str = "") -> Path:
    """Write the report of the results in `out` beside them, and give its path. `note` says what kind of run it was."""
    return write_page(out.with_suffix(".html"), render(out, note))


def render(out: Path, note: str = "") -> str:
    """The report as HTML."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    begin, tally, cases = read(out)
    filmed = sorted((case for case in cases if case["last"]), key=_order)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["seconds"] = seconds_in_words
    return environment.get_template("report.html").render(
        begin=begin,
        note=note,
        total=tally.total,
        rows=[_row(task, tally) for task in tally.tasks],
        rate=rate(tally.total.hits.get(SUCCESS, 0), tally.total.cases),
        wide=WIDE_PX,
        films=[
            (task, [_film(case, films_of(out)) for case in strip])
            for task, strip in groupby(filmed, lambda case: case["tags"]["task"])
        ],
    )


def _order(case: Mapping[str, Any]) -> tuple[str, int]:
    task, _, seed = case["id"].partition("#")
    return task, int(seed)


def _row(task: str, tally: Rewards) -> dict[str, Any]:
    counts, rewards = tally.tasks[task], tally.rewards[task]
    success, interval = rate(counts.hits[SUCCESS], counts.cases)
    mean = f"{sum(rewards) / len(rewards):.2f}"
    return {"task": task, "episodes": counts.cases, "success": success, "interval": interval, "reward": mean}


def _film(case: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    frames = [_frame(step["picture"], step["call"], step["problem"], folder) for step in case["steps"]]
    return {**case, "frames": [*frames, _frame(case["last"], None, "", folder)]}


def _frame(
    picture: Mapping[str, Any] | None, call: Mapping[str, Any] | None, problem: str, folder: Path
) -> dict[str, Any]:
    """A picture, what was done on it in words, and the places to mark in it: one, or the two ends of a way."""
    made = ToolCall(call["name"], call["arguments"]) if call else None
    places = [value for value in made.arguments.values() if is_place(value)] if made else []
    return {
        "url": _url(folder / picture["file"]) if picture else "",
        "size": picture["size"] if picture else (1, 1),
        "words": call_in_words(made) if made else "",
        "problem": problem,
        "places": places,
    }


def _url(path: Path) -> str:
    try:
        return "data:image/webp;base64," + b64encode(path.read_bytes()).decode()
    except OSError:  # the results outlived the picture: the report says so in its place
        return ""
