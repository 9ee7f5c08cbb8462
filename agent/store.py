"""A run's folder: append-only steps and screenshots; write, load, resume.

`run.jsonl` holds one event per line: "start", then for each step "acting" (on disk before anything is touched) and
"step" (when it is over), at last "outcome". Every line is flushed to the disk before the run goes on, and a screenshot
stands complete in the folder before a line names it, so a record cut at any byte still loads.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, replace
from io import FileIO
from pathlib import Path
from typing import Any

from handsight.errors import BadRecord
from handsight.png import encode
from handsight.record import Event, picture_name, read_step, record
from handsight.types import Outcome, Screen, Step, ToolCall, Trajectory

RECORD = "run.jsonl"
RESUMABLE = frozenset({"stopped", "budget", "needs_human"})


class Store:
    """Writes a run to its folder; call it as a hook. Texts in `secrets` are never written."""

    def __init__(self, folder: Path, file: FileIO, secrets: Sequence[str] = (), in_memory: int = 8) -> None:
        self.folder = folder
        self._file = file
        self._secrets = sorted((s for s in secrets if s), key=len, reverse=True)
        self._in_memory = in_memory
        self._encoder = ThreadPoolExecutor(1, "screenshot")
        self._pictures: dict[int, Future[None]] = {}
        self._broken: BadRecord | None = None
        self._made: list[Path] = []

    @classmethod
    def create(cls, folder: Path, task: str, about: Event | None = None, secrets: Sequence[str] = ()) -> Store:
        """Begin the record of a run in a new or empty folder. Raises BadRecord when it cannot be written."""
        made = [path for path in (folder, *folder.parents) if not path.exists()]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            store = cls(folder, FileIO(folder / RECORD, "x"), secrets)
        except FileExistsError as problem:
            raise BadRecord(
                f"{folder} already holds a run, or is a file; resume it, or name another folder"
            ) from problem
        except OSError as problem:
            raise _unwritable(folder, problem) from problem
        store._made = [folder / RECORD, *made]
        try:
            store._write({"event": "start", "task": task, "time": _now(), **(about or {})})
        except BadRecord:
            store.discard()
            raise
        return store

    @classmethod
    def reopen(cls, folder: Path, secrets: Sequence[str] = ()) -> Store:
        """Go on with the record in `folder`; a line that was cut off is taken away first."""
        whole = _whole(folder)
        try:
            file = FileIO(folder / RECORD, "r+")
            file.truncate(len(whole))
            file.seek(0, os.SEEK_END)
        except OSError as problem:
            raise _unwritable(folder, problem) from problem
        store = cls(folder, file, secrets)
        store._write({"event": "resume", "time": _now()})
        return store

    def __call__(self, step: Step, trajectory: Trajectory) -> None:
        """Record `step` as it stands, and the outcome once there is one."""
        if step.screen is not None and step.number not in self._pictures:
            self._pictures[step.number] = self._encoder.submit(self._picture, step.number, step.screen)
        if not step.acting and not step.over:
            return  # only seen so far: its screenshot is saved while the model thinks
        self._await_picture(step.number)
        self._write({"event": "step" if step.over else "acting", **record(step)})
        if trajectory.outcome is not None:
            self._write({"event": "outcome", "time": _now(), **asdict(trajectory.outcome)})
        if step.over:
            self._let_go(trajectory.steps)

    def note(self, event: str, **more: Any) -> None:
        """Record something else about the run: "about" it, or the "error" that broke it off."""
        self._write({"event": event, "time": _now(), **more})

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; safe to call twice."""
        self._encoder.shutdown()
        self._file.close()

    def discard(self) -> None:
        """Take away what `create` made, where nothing has happened yet; a record that was reopened stays."""
        self.close()
        for path in self._made:
            if not path.is_dir():
                path.unlink(missing_ok=True)
            elif not any(path.iterdir()):
                path.rmdir()
        self._made.clear()

    def _picture(self, number: int, screen: Screen) -> None:
        path = self.folder / picture_name(number)
        part = path.with_suffix(".part")
        part.write_bytes(encode(screen.image))
        part.replace(path)

    def _await_picture(self, number: int) -> None:
        try:
            if number in self._pictures:
                self._pictures[number].result()
        except OSError as problem:
            self._broken = self._broken or _unwritable(self.folder, problem)

    def _let_go(self, steps: Sequence[Step]) -> None:
        """Hold only the last screenshots in memory; the older ones are read from the folder when asked for."""
        for step in steps[: -self._in_memory]:
            step.prompt = None
            if step.screen is not None and not isinstance(step.screen.source, Path):
                step.screen = replace(step.screen, source=self.folder / picture_name(step.number), moving=None)

    def _write(self, event: Event) -> None:
        """Append one line. After a failure nothing more is written: half a line may stand at the end."""
        if self._broken is not None:
            raise self._broken
        line = json.dumps(self._redacted(event), ensure_ascii=False, default=str)
        data = memoryview(line.encode("utf-8", "replace") + b"\n")
        try:
            while data:
                data = data[self._file.write(data) :]
            os.fsync(self._file.fileno())
        except OSError as problem:
            self._broken = _unwritable(self.folder, problem)
            raise self._broken from problem

    def _redacted(self, value: Any) -> Any:
        if isinstance(value, str):
            for secret in self._secrets:
                value = value.replace(secret, "•••")
            return value
        if isinstance(value, dict):
            return {self._redacted(key): self._redacted(inner) for key, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._redacted(inner) for inner in value]
        return value


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
    for line in _whole(folder).split(b"\n")[:-1]:
        try:
            event = json.loads(line)
        except ValueError as problem:
            raise BadRecord(f"{folder / RECORD} is damaged: {line[:60]!r} is not JSON") from problem
        yield event


def about(folder: Path) -> Event:
    """What is known of the run besides its steps: task, time, device, model."""
    known: Event = {}
    for event in events(folder):
        if event.get("event") in ("start", "about"):
            known = {**event, **known}
    return known


def _whole(folder: Path) -> bytes:
    try:
        data = (folder / RECORD).read_bytes()
    except OSError as problem:
        raise BadRecord(f"{folder} holds no run: {RECORD} cannot be read ({problem.strerror})") from problem
    return data[: data.rfind(b"\n") + 1]


def _unwritable(folder: Path, problem: OSError) -> BadRecord:
    return BadRecord(f"the run folder {folder} cannot be written: {problem.strerror or problem}")


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S%z")
