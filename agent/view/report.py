"""One HTML file that shows a run: every look, thought and act, with nothing to load from anywhere."""

from __future__ import annotations

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handsight.errors import BadRecord
from handsight.record import Event
from handsight.store import about, events, load
from handsight.types import Screen, Step, ToolCall, Trajectory
from handsight.view import words

if TYPE_CHECKING:
    from PIL.Image import Image

REPORT = "report.html"
MAX_SIDE_PX = 1200
FRAME_PX = (256, 160)  # a frame of the film strip, at twice the size at which it is shown


@dataclass(frozen=True)
class Shot:
    """A screenshot as the report holds it; width and height are those of the screen, for the marks.

    `frame` is the same for the film strip, small.
    """

    url: str
    frame: str
    width: int
    height: int


def write_report(folder: Path) -> Path:
    """Write `report.html` into a run's folder, also while it is going on, and give its path. Raises BadRecord."""
    return write_page(folder / REPORT, render(folder))


def write_page(path: Path, page: str) -> Path:
    """Write a page whole or not at all, and give its path. Raises BadRecord."""
    try:
        part = path.with_suffix(".part")
        part.write_text(page, "utf-8")
        part.replace(path)
    except OSError as problem:
        raise BadRecord(f"the report {path} cannot be written: {problem.strerror or problem}") from problem
    return path


def render(folder: Path) -> str:
    """The report of the run in `folder` as HTML. Raises BadRecord."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    trajectory = load(folder)
    steps = [step for step in trajectory.steps if words.happened(step)]
    with ThreadPoolExecutor() as threads:
        shots = list(threads.map(_shot, [step.screen for step in steps]))
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"seconds": words.seconds_in_words, "call": words.call_in_words, "hash": _hash}
    return environment.get_template(REPORT).render(
        about=about(folder),
        task=trajectory.task,
        outcome=trajectory.outcome,
        kind=trajectory.outcome.kind if trajectory.outcome else "unfinished",
        outcome_words=words.outcome_in_words(trajectory),
        error=_error(list(events(folder))),
        steps=[_view(step, shot, trajectory) for step, shot in zip(steps, shots, strict=True)],
        totals=words.total_phases(trajectory),
        tokens=sum(s.reply.prompt_tokens + s.reply.reply_tokens for s in steps if s.reply),
        longest=max([sum(words.phases(s.timing).values()) for s in steps], default=0) or 1,
    )


def _view(step: Step, shot: Shot | None, trajectory: Trajectory) -> dict[str, Any]:
    return {
        "step": step,
        "shot": shot,
        "marks": _marks(step.call, shot) if step.call and shot else [],
        "phases": words.phases(step.timing),
        "in_doubt": step.in_doubt and (trajectory.outcome is None or trajectory.outcome.kind == "stopped"),
    }


def _marks(call: ToolCall, shot: Shot) -> list[dict[str, Any]]:
    """What the call points at, for an SVG in screenshot pixels: points, and the way of a finger between two."""
    places = {key: value for key, value in call.arguments.items() if words.is_place(value)}
    on_screen = {k: p for k, p in places.items() if 0 <= p[0] <= shot.width and 0 <= p[1] <= shot.height}
    if {"start", "end"} <= on_screen.keys():
        return [{"kind": "path", "start": on_screen["start"], "end": on_screen["end"]}]
    return [{"kind": "point", "at": place} for place in on_screen.values()]


def _shot(screen: Screen | None) -> Shot | None:
    """The screenshot, small enough that fifty of them make a page and not a download; None where it is gone."""
    if screen is None:
        return None
    try:
        image = screen.image
    except OSError:  # the record outlived its picture: the report says so in its place
        return None
    width, height = image.size
    image.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX), reducing_gap=2.0)
    url = _url(image, quality=80)
    image.thumbnail(FRAME_PX, reducing_gap=2.0)
    return Shot(url, _url(image, quality=60), width, height)


def _url(image: Image, quality: int) -> str:
    data = BytesIO()
    image.save(data, "WEBP", quality=quality, method=2)
    return "data:image/webp;base64," + b64encode(data.getvalue()).decode()


def _hash(script: str) -> str:
    """What a Content-Security-Policy calls a script by, so that no other one runs."""
    return b64encode(sha256(script.encode()).digest()).decode()


def _error(happened: list[Event]) -> str:
    """Why the run broke off, if it did and has not been taken up since."""
    last = next((e for e in reversed(happened) if e["event"] in ("error", "resume", "outcome")), None)
    return last["message"] if last and last["event"] == "error" else ""
