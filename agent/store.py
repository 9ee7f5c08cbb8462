"""A run's folder: append-only steps and screenshots; write, load, resume.

`run.jsonl` holds one event per line: "start", then for each step "acting" (on disk before anything is touched) and
"step" (when it is over), at last "outcome". Every line is flushed to the disk before the run goes on, and a screenshot
stands complete in the folder before a line names it, so a record cut at any byte still loads.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from handsight import errors
from handsight.errors import BadRecord
from handsight.types import Outcome, Reply, Screen, Step, ToolCall, ToolResult, Trajectory, Verdict

RECORD = "run.jsonl"
Event = dict[str, Any]


class Store:
    """Writes a run to its folder; call it as a hook. Texts in `secrets` are never written."""

    def __init__(self, folder: Path, file: BinaryIO, secrets: Sequence[str] = (), in_memory: int = 8) -> None:
        self.folder = folder
        self._file = file
        self._secrets = [json.dumps(s, ensure_ascii=False)[1:-1] for s in secrets if s]
        self._in_memory = in_memory
        self._seen: set[int] = set()

    @classmethod
    def create(cls, folder: Path, task: str, about: Event | None = None, secrets: Sequence[str] = ()) -> Store:
        """Begin the record of a run in a new or empty folder. Raises BadRecord when it cannot be written."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if (folder / RECORD).exists():
                raise BadRecord(f"{folder} already holds a run; resume it, or name another folder")
            store = cls(folder, (folder / RECORD).open("ab"), secrets)
        except OSError as problem:
            raise BadRecord(f"the run folder {folder} cannot be written: {problem.strerror or problem}") from problem
        store._write({"event": "start", "task": task, "time": _now(), **(about or {})})
        return store

    @classmethod
    def reopen(cls, folder: Path, secrets: Sequence[str] = ()) -> Store:
        """Go on with the record in `folder`; a line that was cut off is taken away first."""
        whole = _whole(folder)
        try:
            file = (folder / RECORD).open("r+b")
        except OSError as problem:
            raise BadRecord(f"the run folder {folder} cannot be written: {problem.strerror or problem}") from problem
        file.truncate(len(whole))
        file.seek(0, os.SEEK_END)
        return cls(folder, file, secrets)

    def __call__(self, step: Step, trajectory: Trajectory) -> None:
        """Record `step` as it stands, and the outcome once there is one."""
        over = not step.acting or step.result is not None or step.problem is not None or trajectory.outcome is not None
        if step.screen is not None and step.number not in self._seen:
            self._picture(step.number, step.screen)
            self._seen.add(step.number)
        self._write({"event": "step" if over else "acting", **_record(step)})
        if trajectory.outcome is not None:
            self._write({"event": "outcome", "time": _now(), **asdict(trajectory.outcome)})
        if over:
            self._let_go(trajectory.steps)

    def close(self) -> None:
        self._file.close()

    def _picture(self, number: int, screen: Screen) -> None:
        data = BytesIO()
        screen.image.save(data, "PNG", compress_level=1)
        _write_whole(self.folder / _picture_name(number), data.getvalue())

    def _let_go(self, steps: Sequence[Step]) -> None:
        """Hold only the last screenshots in memory; the older ones are read from the folder when asked for."""
        for step in steps[-self._in_memory - 2 : -self._in_memory]:
            step.prompt = None
            if step.screen is not None and not isinstance(step.screen.source, Path):
                step.screen = replace(step.screen, source=self.folder / _picture_name(step.number), moving=None)

    def _write(self, event: Event) -> None:
        line = json.dumps(event, ensure_ascii=False, default=str)
        for secret in self._secrets:
            line = line.replace(secret, "•••")
        self._file.write(line.encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def load(folder: Path) -> Trajectory:
    """Read a run back, as far as it was written. Raises BadRecord when there is no run in `folder`."""
    trajectory: Trajectory | None = None
    for event in events(folder):
        kind = event.get("event")
        if kind == "start" and trajectory is None:
            trajectory = Trajectory(event["task"])
        elif trajectory is None:
            break
        elif kind in ("acting", "step"):
            step = _step(event, folder)
            trajectory.steps[step.number - 1 :] = [step]
        elif kind == "outcome":
            trajectory.outcome = Outcome(event["kind"], event["message"], event["answer"])
    if trajectory is None:
        raise BadRecord(f"{folder} holds no run: {RECORD} does not begin with a task")
    return trajectory


def events(folder: Path) -> Iterable[Event]:
    """The events of a record, in order; a last line that was cut off is left out."""
    for line in _whole(folder).splitlines():
        try:
            event = json.loads(line)
        except ValueError as problem:
            raise BadRecord(f"{folder / RECORD} is damaged: {line[:60]!r} is not JSON") from problem
        yield event


def about(folder: Path) -> Event:
    """What the first event says of the run: task, time, device, model."""
    return next(iter(events(folder)), {})


def _whole(folder: Path) -> bytes:
    try:
        data = (folder / RECORD).read_bytes()
    except OSError as problem:
        raise BadRecord(f"{folder} holds no run: {RECORD} cannot be read ({problem.strerror})") from problem
    return data[: data.rfind(b"\n") + 1]


def _record(step: Step) -> Event:
    screen, problem = step.screen, step.problem
    return {
        "number": step.number,
        "screen": screen
        and {"picture": _picture_name(step.number), "app": screen.app, "settled": screen.settled},
        "reply": step.reply and asdict(step.reply),
        "call": step.call and asdict(step.call),
        "verdict": step.verdict and asdict(step.verdict),
        "acting": step.acting,
        "result": step.result and {"text": step.result.text, "seconds": step.result.seconds},
        "problem": problem and {"kind": type(problem).__name__, "message": str(problem)},
        "timing": {phase: round(seconds, 6) for phase, seconds in step.timing.items()},
    }


def _step(event: Event, folder: Path) -> Step:
    screen, result, problem = event["screen"], event["result"], event["problem"]
    step = Step(event["number"], acting=event["acting"])
    step.screen = screen and Screen(folder / screen["picture"], screen["app"], screen["settled"])
    step.reply = event["reply"] and Reply(**event["reply"])
    step.call = event["call"] and ToolCall(**event["call"])
    step.verdict = event["verdict"] and Verdict(**event["verdict"])
    step.result = result and ToolResult(result["text"], seconds=result["seconds"])
    step.problem = problem and _problem(problem["kind"], problem["message"])
    step.timing = event["timing"]
    return step


def _problem(kind: str, message: str) -> Exception:
    known = getattr(errors, kind, None)
    if isinstance(known, type) and issubclass(known, errors.Feedback):
        return known(message)
    return errors.Feedback(message)


def _picture_name(number: int) -> str:
    return f"{number:04}.png"


def _write_whole(path: Path, data: bytes) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S%z")
