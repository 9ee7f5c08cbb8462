"""Replay a task file: as `play` does, with each place known by its anchor. And make such a file of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from handsight import store
from handsight.errors import BadTask
from handsight.hand.opening import open_reader
from handsight.play.keeping import clear, keep, mended
from handsight.play.playing import Played, Show, play
from handsight.play.pointing import point_out
from handsight.play.recording import Recorded, recorded
from handsight.play.replaying import Replay, Taken, look_over
from handsight.play.secrets import hidden, resolve
from handsight.play.taskfile import TaskFile, check_name, read_task

if TYPE_CHECKING:
    from handsight.devices.base import Device
    from handsight.hand.hand import Hand
    from handsight.models.base import Model
    from handsight.sight.finding import Read


@dataclass
class Replayed:
    """How each case of a file ended, how each step with an anchor was taken, and where the mended file is, if any."""

    played: list[Played] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    written: Path | None = None

    @property
    def passed(self) -> bool:
        return all(each.passed for each in self.played)


def replay(
    path: str | Path,
    device: str | Device | None = None,
    model: str | Model | None = None,
    *,
    out: str | Path | None = None,
    variables: Mapping[str, str] | None = None,
    folder: str | Path | None = None,
    show: Show | None = None,
    read: Read | None = None,
    stop: Event | None = None,
) -> Replayed:
    """Take the steps of a task file again, each place known by its anchor, without a model.

    A place that is nowhere to be found is pointed at by `model`, if there is one. `out`, which may be `path` itself, is
    where the file is written with what had to be adapted, once all of it has passed. Once `stop` is set, the next look
    raises UserStopped. Raises UsageError before any device is touched.
    """
    out = Path(out) if out else None
    if out:
        check_name(out)
    task = read_task(path)
    look_over(task)
    replays: list[Replay] = []

    def taking(hand: Hand, task: TaskFile) -> Replay:
        replays.append(Replay(hand, task, partial(point_out, hand.agent()) if hand.agent else None))
        return replays[-1]

    played = play(
        [path], device, model, variables=variables, folder=folder, show=show, read=read, taking=taking, stop=stop
    )
    secrets = [*resolve(task.secrets).values()]
    taken = [replace(each, said=hidden(each.said, secrets)) for made in replays for each in made.taken]
    done = Replayed(played, taken)
    if out and done.passed and any(each.places for each in done.taken):
        better, pictures = mended(replays[0].task, done.taken, out, secrets)
        done.written = keep(better, pictures, out)
        if out.resolve() == Path(path).resolve():
            clear(out, task, better)
    return done


def record_run(folder: Path, out: Path | None = None, read: Read | None = None) -> tuple[Path, Recorded]:
    """Write a task file of the run in a folder, and give its path. Raises BadRecord, BadTask."""
    run = store.load(folder)
    out = out or Path(f"{_named(run.task)}.yaml")
    check_new(out)
    said = store.about(folder)
    device = (said.get("said") or {}).get("device") or ("virtual" if said.get("device") == "virtual" else None)
    made = recorded(run, read or open_reader(), out.stem, device)
    if not made.file.steps:
        raise BadTask(f"nothing that was done in {folder} can be done again: {_without(made.left_out)}")
    return keep(made.file, made.pictures, out), made


def check_new(path: Path) -> None:
    """Raise BadTask where no new task file can stand, or the folder of its pictures is another's."""
    check_name(path)
    for there in (path, path.with_suffix("")):
        if there.exists():
            raise BadTask(f"{there} is there already; name another file with -o")


def _without(left_out: Sequence[str]) -> str:
    return f"left out are {', '.join(left_out)}" if left_out else "no step of it did anything"


def _named(task: str) -> str:
    words = [word for word in "".join(c if c.isalnum() else " " for c in task.casefold()).split()]
    return "-".join(words)[:40].strip("-") or "task"
