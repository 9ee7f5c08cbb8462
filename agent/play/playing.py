"""Play task files: everything is read and checked first, then each case is played on its device and recorded."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from handsight import wiring
from handsight.errors import BadTask, DeviceError, HandsightError, ModelError, UserStopped
from handsight.hand.opening import open_hand, open_reader
from handsight.play.cases import Case, Planned, cases_of, device_of
from handsight.play.data import text_of
from handsight.play.secrets import hidden, resolve
from handsight.play.taking import Take, by_words
from handsight.play.taskfile import TaskFile, each_step, find_tasks, read_task
from handsight.store import new_folder
from handsight.view.report import REPORT

if TYPE_CHECKING:
    from handsight.devices.base import Device
    from handsight.hand.hand import Hand
    from handsight.models.base import Model
    from handsight.sight.finding import Read

_ASKS = ("ask", "run")


@dataclass(frozen=True)
class Played:
    """How a case ended; `broken` says that the device or the model failed, and no step or check."""

    path: Path
    name: str
    seconds: float
    folder: Path | None = None
    problem: str = ""
    kind: str = ""
    line: int = 0
    broken: bool = False
    pictures: tuple[Path, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.kind

    @property
    def report(self) -> Path | None:
        return self.folder / REPORT if self.folder else None


class Show(Protocol):
    """What is told while cases are played. No secret is in what it hears."""

    def begin(self, case: Case, device: str, folder: Path) -> None: ...

    def step(self, number: int, line: int, words: str) -> None:
        """A step begins."""

    def stepped(self, number: int, line: int, words: str, seconds: float, problem: str) -> None:
        """It is over; `problem` is empty where it was done."""

    def end(self, played: Played) -> None: ...


def play(
    files: Iterable[str | Path],
    device: str | Device | None = None,
    model: str | Model | None = None,
    *,
    variables: Mapping[str, str] | None = None,
    folder: str | Path | None = None,
    show: Show | None = None,
    read: Read | None = None,
    taking: Callable[[Hand, TaskFile], Take] = by_words,
    stop: threading.Event | None = None,
) -> list[Played]:
    """Play task files, and those in folders, and tell how each case ended.

    `device` is used in place of the files' own, `variables` in place of theirs; each case is recorded in a folder of
    its own under `folder`, else under `runs`. `read` gives the lines of text in a picture; left out, they are read by
    OCR where that is installed. `taking` makes what takes the steps of a case. Once `stop` is set, the next look raises
    UserStopped. Raises BadTask and other UsageErrors before any device is touched.
    """
    tasks = [read_task(path) for path in find_tasks(files)]
    given = dict(variables or {})
    for name in given:
        if not any(name in task.variables for task in tasks):
            known = ", ".join(sorted({each for task in tasks for each in task.variables})) or "none"
            raise BadTask(f"no variable of these files is called {name!r}; there are: {known}")
    playing = _Playing(given, Path(folder or "runs"), show, read, taking, stop or threading.Event(), model is not None)
    cases = [(task, cases_of(task, given)) for task in tasks]
    for task in tasks:
        playing.check(task, device)
    with ExitStack() as opened:
        if isinstance(model, str):
            model = wiring.open_model(model)
            opened.callback(wiring.close, model)
        playing.model = model
        return [played for task, those in cases for played in playing.file(task, those, device)]


@dataclass
class _Playing:
    """Plays one file after the other; what reads screens, and the model, serve them all."""

    given: Mapping[str, str]
    folder: Path
    show: Show | None
    read: Read | None
    taking: Callable[[Hand, TaskFile], Take]
    stop: threading.Event
    asks: bool
    model: Model | None = None
    secrets: dict[Path | None, dict[str, str]] = field(default_factory=dict)

    def check(self, task: TaskFile, device: str | Device | None) -> None:
        """Raise UsageError for what would turn out to be missing half-way."""
        asking = next((s for s in (*each_step(task.steps), *each_step(task.after)) if s.verb in _ASKS), None)
        if asking and not self.asks:
            raise BadTask(f"{task.path}, line {asking.line}: `{asking.verb}` needs a model; name one with --model")
        try:
            self.secrets[task.path] = resolve(task.secrets)
        except BadTask as problem:
            raise BadTask(f"{task.path}: {problem}") from problem
        words = device_of(task, self.given) if device is None else device
        if words is None or isinstance(words, str):
            wiring.device_opener(words)

    def file(self, task: TaskFile, cases: Sequence[Case], device: str | Device | None) -> list[Played]:
        """Play all cases of a file on one device, one after the other as they leave it."""
        words = device_of(task, self.given) if device is None else device
        with ExitStack() as opened:
            try:
                held: Device = wiring.device_opener(words)() if words is None or isinstance(words, str) else words
            except DeviceError as problem:
                return [
                    self._ended(_failed(Played(_path(case), case.name, 0), problem, str(problem))) for case in cases
                ]
            if held is not words:
                opened.callback(held.close)
            self.read = self.read or open_reader()
            return [self._ended(self._case(case, held)) for case in cases]

    def _case(self, case: Case, device: Device) -> Played:
        folder = new_folder(f"{case.task.path.stem if case.task.path else ''} {case.name}", self.folder)
        secrets = self.secrets[case.task.path]
        if self.show:
            self.show.begin(case, device.name, folder)
        begun, taking = time.perf_counter(), _Taking(secrets, self.show)
        problem: HandsightError | None = None
        try:
            with open_hand(
                device,
                self.model,
                folder=folder,
                title=case.name,
                timeout_s=case.task.timeout_s,
                read=self.read,
                secrets=[*secrets.values()],
            ) as hand:
                take = self.taking(hand, case.task)
                hand.stop = self.stop
                try:
                    taking.all(case.steps, take)
                except HandsightError:
                    with suppress(HandsightError):  # the first one tells
                        _Taking(secrets, self.show, taking.number).all(case.after, take)
                    raise
                taking.all(case.after, take)
        except HandsightError as raised:
            if self.stop.is_set():
                raise UserStopped from raised
            if not taking.number:
                raise  # the record cannot be written
            problem = raised
        played = Played(_path(case), case.name, time.perf_counter() - begun, folder)
        if problem is None:
            return played
        pictures = tuple(sorted(folder.glob("failed-*.png")))
        told = taking.hidden(f"{taking.words}: {problem}")
        return _failed(replace(played, line=taking.line, pictures=pictures), problem, told)

    def _ended(self, played: Played) -> Played:
        if self.show:
            self.show.end(played)
        return played


class _Taking:
    """Takes the steps of one case, and knows the one it is at."""

    def __init__(self, secrets: Mapping[str, str], show: Show | None, number: int = 0) -> None:
        self.number, self.line, self.words = number, 0, ""
        self._secrets, self._show = secrets, show
        self._kept: dict[str, str] = {}

    def all(self, steps: Sequence[Planned], take: Take) -> None:
        """Take steps in order. Raises HandsightError."""
        for planned in steps:
            self.number += 1
            self.line, self.words = planned.step.line, self.hidden(planned.words(self._kept))
            if self._show:
                self._show.step(self.number, self.line, self.words)
            begun, problem = time.perf_counter(), ""
            try:
                self._take(planned, take)
            except HandsightError as raised:
                problem = self.hidden(f"{type(raised).__name__}: {raised}")
                raise
            finally:
                if self._show:
                    spent = time.perf_counter() - begun
                    self._show.stepped(self.number, self.line, self.words, spent, problem)

    def hidden(self, text: str) -> str:
        """The text without any secret."""
        return hidden(text, self._secrets.values())

    def _take(self, planned: Planned, take: Take) -> None:
        argument, named = planned.call({**self._kept, **self._secrets})
        gave = take(planned.step, argument, named)
        if planned.step.keep:
            self._kept[planned.step.keep] = text_of(gave)


def _failed(played: Played, problem: HandsightError, told: str) -> Played:
    broken = isinstance(problem, (DeviceError, ModelError))
    return replace(played, problem=told, kind=type(problem).__name__, broken=broken)


def _path(case: Case) -> Path:
    return case.task.path or Path()
