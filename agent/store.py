"""A run's folder: append-only steps and screenshots; write, load, resume.

`run.jsonl` holds one event per line: "start", then for each step "acting" (on disk before anything is touched) and
"step" (when it is over), at last "outcome". Every line is flushed to the disk before the run goes on, and a screenshot
stands complete in the folder before a line names it, so a record cut at any byte still loads.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from handsight.errors import BadRecord
from handsight.journal import Journal, now, read, unwritable
from handsight.png import encode
from handsight.record import Event, marked_name, picture_name, read_step, record
from handsight.types import Outcome, Screen, Step, ToolCall, Trajectory

RECORD = "run.jsonl"
RESUMABLE = frozenset({"stopped", "budget", "needs_human"})


class Store:
    """Writes a run to its folder; call it as a hook. Texts in `secrets` are never written."""

    def __init__(self, journal: Journal, in_memory: int = 8) -> None:
        self.folder = journal.path.parent
        self._journal = journal
        self._in_memory = in_memory
        self._encoder = ThreadPoolExecutor(1, "screenshot")
        self._pictures: dict[int, Future[None]] = {}

    @classmethod
    def create(cls, folder: Path, task: str, about: Event | None = None, secrets: Sequence[str] = ()) -> Store:
        """Begin the record of a run in a new or empty folder. Raises BadRecord when it cannot be written."""
        first = {"event": "start", "task": task, "time": now(), **(about or {})}
        return cls(Journal.create(folder / RECORD, first, secrets))

    @classmethod
    def reopen(cls, folder: Path, secrets: Sequence[str] = ()) -> Store:
        """Go on with the record in `folder`; a line that was cut off is taken away first."""
        return cls(Journal.reopen(folder / RECORD, secrets))

    def __call__(self, step: Step, trajectory: Trajectory) -> None:
        """Record `step` as it stands, and the outcome once there is one."""
        if step.screen is not None and step.number not in self._pictures:
            self._pictures[step.number] = self._encoder.submit(self._picture, step.number, step.screen)
        if not step.acting and not step.over:
            return  # only seen so far: its screenshot is saved while the model thinks
        self._await_picture(step.number)
        self._journal.write({"event": "step" if step.over else "acting", **record(step)})
        if trajectory.outcome is not None:
            self._journal.write({"event": "outcome", "time": now(), **asdict(trajectory.outcome)})
        if step.over:
            self._let_go(trajectory.steps)

    def note(self, event: str, **more: Any) -> None:
        """Record something else about the run: "about" it, or the "error" that broke it off."""
        self._journal.write({"event": event, "time": now(), **more})

    def redacted(self, text: str) -> str:
        """A text as it may be written: without a secret."""
        return str(self._journal.redacted(text))

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; safe to call twice."""
        self._encoder.shutdown()
        self._journal.close()

    def discard(self) -> None:
        """Take away what `create` made, where nothing has happened yet; a record that was reopened stays."""
        self.close()
        self._journal.discard()

    def _picture(self, number: int, screen: Screen) -> None:
        pictures = {picture_name(number): screen.image, marked_name(number): screen.marked}
        for name, image in pictures.items():
            if image is None or isinstance(image, Path):
                continue
            part = (self.folder / name).with_suffix(".part")
            part.write_bytes(encode(image))
            part.replace(self.folder / name)

    def _await_picture(self, number: int) -> None:
        try:
            if number in self._pictures:
                self._pictures[number].result()
        except OSError as problem:
            self._journal.broken = self._journal.broken or unwritable(self._journal.path, problem)

    def _let_go(self, steps: Sequence[Step]) -> None:
        """Hold only the last screenshots in memory; the older ones are read from the folder when asked for."""
        for step in steps[: -self._in_memory]:
            step.prompt = None
            if step.screen is not None and not isinstance(step.screen.source, Path):
                marked = step.screen.marked and self.folder / marked_name(step.number)
                picture = self.folder / picture_name(step.number)
                step.screen = replace(step.screen, source=picture, moving=None, marked=marked)


def load(folder: Path) -> Trajectory:
    """Read a run back, as far as it was written. Raises BadRecord when there is no run in `folder`."""
    trajectory: Trajectory | None = None
    try:
        for event in events(folder):
            if trajectory is None:
                trajectory = Trajectory(event["task"])
            elif event["event"] in ("acting", "step"):
                step = read_step(event, folder)
                trajectory.steps[step.number - 1 :] = [step]
            elif event["event"] == "outcome":
                trajectory.outcome = Outcome(event["kind"], event["message"], event["answer"])
            elif event["event"] == "resume":
                trajectory.outcome = None
    except (KeyError, TypeError, AttributeError) as problem:
        raise BadRecord(
            f"{folder / RECORD} is damaged: an event is not as handsight writes it ({problem})"
        ) from problem
    if trajectory is None:
        raise BadRecord(f"{folder} holds no run: {RECORD} does not begin with a task")
    return trajectory


def resume(folder: Path) -> tuple[Trajectory, ToolCall | None]:
    """Read a run back so that it can go on, and the act that may or may not have been carried out, if there is one.

    A step that had not come to its act is taken again. Raises BadRecord when the run is over for good.
    """
    trajectory = load(folder)
    ended = trajectory.outcome
    if ended is not None and ended.kind not in RESUMABLE:
        raise BadRecord(f"the run in {folder} is over ({ended.kind}: {ended.message}); begin a new one")
    trajectory.outcome = None
    last = trajectory.steps[-1] if trajectory.steps else None
    if last is not None and last.result is None and last.problem is None:
        undone = ended is not None and ended.kind == "needs_human"
        if undone or not last.acting:
            trajectory.steps.pop()
    return trajectory, next((step.call for step in reversed(trajectory.steps) if step.in_doubt), None)


def events(folder: Path) -> Iterator[Event]:
    """The events of a record, in order; a last line that was cut off is left out."""
    return read(folder / RECORD)


def about(folder: Path) -> Event:
    """What is known of the run besides its steps: task, time, device, model."""
    known: Event = {}
    for event in events(folder):
        if event.get("event") in ("start", "about"):
            known = {**event, **known}
    return known


def new_folder(task: str, parent: Path = Path("runs")) -> Path:
    """A folder for a new run, named after the time and the task, under `parent`."""
    words = re.findall(r"\w+", task.casefold())
    name = f"{time.strftime('%Y-%m-%d_%H-%M-%S')}_{'-'.join(words)[:40].strip('-')}".rstrip("_")
    folder = parent / name
    number = 2
    while folder.exists():
        folder = parent / f"{name}_{number}"
        number += 1
    return folder
