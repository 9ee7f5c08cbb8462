"""A process with a display, a browser and a device of its own: pyautogui works one display in a process."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from handsight import wiring
from handsight.devices.desktop import open_desktop
from handsight.devices.desktop.display import open_display
from handsight.devices.settle import Settle
from handsight.errors import HandsightError, UsageError
from handsight.loop import Limits
from handsight.models.base import Model
from handsight.wiring import check_task
from wob import episode, films, plain
from wob.browser import SIZE, open_browser
from wob.films import Job
from wob.floor import Clicker
from wob.oracle.player import Oracle

REACTS_S = 0.5  # a page in a browser on this machine shows within that what an act did, if it did anything
About = tuple[str, str]

PLAYERS: dict[str, Callable[[Job, episode.Wob, str], Model]] = {
    "oracle": lambda job, wob, query: Oracle(job.task, wob.page, query),
    "random": lambda job, wob, query: Clicker(job.id),
}


@dataclass(frozen=True)
class Settings:
    """What is the same for all episodes: the player in words, how it is asked, and the most steps."""

    model: str
    dialect: str | None
    steps: int
    seconds: float


def work(settings: Settings, pipe: Connection) -> None:
    """Run the jobs that come through `pipe` and send back what came of each, or the error that ends it all."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is heard by the process that hands out the jobs
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and it ends this one, browser and display included
    try:
        try:
            with _opened(settings) as (about, play):
                pipe.send(about)
                while True:
                    pipe.send(play(pipe.recv()))
        except HandsightError as problem:
            kind = UsageError if isinstance(problem, UsageError) else HandsightError
            pipe.send(kind(str(problem)))  # not as it is: some are made of more than their words, and cannot travel
    except (EOFError, BrokenPipeError):  # there are no more, or whoever asked is gone
        return


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[About, Callable[[Job], dict[str, Any]]]]:
    """Open all it takes, and give what the model and the dialect are called, and a function that runs a job."""
    with ExitStack() as opened:
        model = None
        if settings.model not in PLAYERS:
            model = wiring.open_model(settings.model)
            opened.callback(wiring.close, model)
        dialect = plain.DIALECT if model is None else settings.dialect
        spoken = wiring.open_dialect(dialect) if model is None else wiring.dialect_of(model, dialect)
        display = opened.enter_context(open_display(SIZE))
        profile = opened.enter_context(TemporaryDirectory(prefix="handsight-wob-", ignore_cleanup_errors=True))
        browser = open_browser(display, Path(profile))
        opened.callback(browser.close)
        device = open_desktop(display=display, numbers=Settle(react_s=REACTS_S))
        opened.callback(device.close)
        wob = episode.Wob(browser.page, device)

        def play(job: Job) -> dict[str, Any]:
            def player(query: str) -> Model:
                return model or PLAYERS[settings.model](job, wob, query)

            limits = Limits(steps=settings.steps, seconds=settings.seconds)
            came = episode.run(wob, job.task, job.seed, player, dialect, limits, partial(check_task, settings.model))
            return films.event(came, job)

        yield (settings.model if model is None else model.name, spoken.name), play
