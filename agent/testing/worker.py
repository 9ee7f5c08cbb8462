"""What tests share, and what they do not: a worker keeps what reads and thinks, each test has a device of its own.

A virtual phone is open in a twentieth of a second and a private display in a tenth, each with a server of its own, so
nothing is wiped between tests and nothing can be left over. What reads a screen takes longer to load, and is kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from handsight import wiring
from handsight.devices.base import Device
from handsight.errors import UsageError
from handsight.hand.hand import Hand
from handsight.hand.opening import open_hand, open_reader
from handsight.models.base import Model
from handsight.plugins import brought
from handsight.sight.finding import Read
from handsight.testing.folders import Folders
from handsight.view.failure import picture_of
from handsight.view.report import REPORT, write_report

ATTACHED = "phone"
_OF_ITS_OWN = ("virtual", "private", "gym")  # a new one each time it is opened


@dataclass
class Opened:
    """A hand that a test works with, and where its record stands; `over` once the test is."""

    hand: Hand
    folder: Path
    over: bool = False

    def fail(self, raised: BaseException) -> None:
        """End the record with what broke the test off, and the screen as it is now, unless that is over."""
        if not self.over:
            self.hand.close(raised if isinstance(raised, Exception) else AssertionError(str(raised)))
            write_report(self.folder)

    @property
    def report(self) -> Path:
        return self.folder / REPORT

    @property
    def picture(self) -> Path | None:
        """The screen at the failure, if it could be seen."""
        failed = next((step for step in reversed(self.hand.trajectory.steps) if step.problem), None)
        path = picture_of(failed, self.folder) if failed else None
        return path if path and path.is_file() else None


class Worker:
    """A process that runs tests, one of `workers`."""

    def __init__(self, folders: Folders, model: str | None = None, workers: int = 1) -> None:
        self._folders, self._words, self._workers = folders, model, workers
        self._ends = ExitStack()

    @contextmanager
    def hand(self, test: str, device: str | Device, secrets: Sequence[str] = ()) -> Iterator[Opened]:
        """A hand for a test. Raises HandsightError."""
        words = None if device == ATTACHED else device
        if words is None or isinstance(words, str):
            check_alone(words, self._workers)
        folder = self._folders.new(test)
        with ExitStack() as opened:
            opened.callback(_restore_environment())
            model = opened.enter_context(self._thinking())
            hand = opened.enter_context(
                open_hand(words, model, folder=folder, title=test, read=self._read, secrets=secrets)
            )
            _go_home(hand.device)
            held = Opened(hand, folder)
            try:
                yield held
            finally:
                held.over = True

    def close(self) -> None:
        """Let go of the model."""
        self._ends.close()

    @cached_property
    def _read(self) -> Read | None:
        return open_reader()

    @cached_property
    def _model(self) -> Model | None:
        if self._words is None:
            return None
        model = wiring.open_model(self._words)
        self._ends.callback(wiring.close, model)
        return model

    @contextmanager
    def _thinking(self) -> Iterator[Model | None]:
        """The model; prepared replies begin anew with each test, whatever the order of tests."""
        if self._words is None or not self._words.startswith("scripted:"):
            yield self._model
            return
        model = wiring.open_model(self._words)
        try:
            yield model
        finally:
            wiring.close(model)


def check_alone(words: str | None, workers: int) -> None:
    """Raise UsageError where several workers would touch one and the same device."""
    kind = words and words.partition(":")[0]
    if workers > 1 and kind not in _OF_ITS_OWN and (kind == "desktop" or not brought("handsight.devices", words)):
        raise UsageError(
            f"{workers} workers would touch one and the same device, {words or 'the phone that is attached'}: run the"
            " tests without -n, or use --handsight-device virtual"
        )


def _go_home(device: Device) -> None:
    """A phone that is not new begins at its home screen at least."""
    from handsight.devices.android import AndroidDevice, VirtualAndroid

    if isinstance(device, AndroidDevice) and not isinstance(device, VirtualAndroid):
        device.press("home")


def _restore_environment() -> Callable[[], None]:
    """What puts back how this process finds its display: a private one takes that over for as long as it is open."""
    from handsight.devices.desktop.display import FOUND_BY

    before = {name: os.environ.get(name) for name in (*FOUND_BY, "WAYLAND_DISPLAY")}

    def restore() -> None:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

    return restore
