"""One episode: a page is started from a seed, a player works it, and the page says what that was worth."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from handsight import wiring
from handsight.devices.desktop import DesktopDevice
from handsight.errors import DeviceLost, UsageError, UserStopped
from handsight.loop import Limits
from handsight.models.base import Model
from handsight.policy import Policy
from handsight.types import Outcome, Point, Screen, Step, Trajectory
from wob import tasks
from wob.devtools import Page

START, QUERY = (17, 17, 17), (255, 255, 0)  # what a page shows in its corner before and while an episode runs
_CORNER, _NEAR = (8, 8), 40
_SHOWS_S = 10.0
_BEGIN = "core.EPISODE_MAX_TIME = 3600000; Math.seedrandom('{seed}'); core.startEpisodeReal()"
_READY = "new Promise(ready => { const look = () => WOB_TASK_READY ? ready(true) : setTimeout(look, 10); look(); })"
_QUERY = "document.getElementById('query').innerText"  # what stands there, and not what a page adds for who is blind
_ENDED = "the page has ended the episode"
_STATE = "[WOB_DONE_GLOBAL, WOB_RAW_REWARD_GLOBAL]"


@dataclass
class Episode:
    """What came of an episode. `reward` is the page's own, without its penalty for time; 0 where it did not end.

    `ended` is "done" where the page ended it, else how the run did, with `message` saying why. `last` is the screen
    after it.
    """

    task: str
    seed: int
    query: str
    reward: float
    ended: str
    message: str
    seconds: float
    steps: list[Step]
    last: Screen

    @property
    def success(self) -> bool:
        return self.reward > 0


class Wob:
    """A browser's tab and the device that sees and works it."""

    def __init__(self, page: Page, device: DesktopDevice) -> None:
        self.page = page
        self.device = device

    def begin(self, task: str, seed: int) -> str:
        """Start an episode and give its instruction, once it stands on the screen. The pointer waits below it."""
        before = self.device.glance()
        self.device.move_to(Point(before.size[0] / 2, before.size[1] - 8), before)
        self.page.open(tasks.address(task))
        self._see(START)
        self.page.value(_BEGIN.format(seed=seed))
        self.page.value(_READY)
        self._see(QUERY)
        return " ".join(str(self.page.value(_QUERY)).split())

    def state(self) -> tuple[bool, float]:
        """Whether the page has ended the episode, and its raw reward."""
        done, reward = self.page.value(_STATE)
        return bool(done), float(reward)

    def _see(self, color: tuple[int, int, int]) -> None:
        """Look until the page that was told to the browser is the one on the screen."""
        until = time.monotonic() + _SHOWS_S
        while time.monotonic() < until:
            seen = self.device.glance().image.getpixel(_CORNER)
            assert isinstance(seen, tuple)
            if all(abs(one - other) < _NEAR for one, other in zip(seen, color, strict=True)):
                return
            time.sleep(0.01)
        raise DeviceLost(f"the page does not come up on the display within {_SHOWS_S:.0f} s")


def run(
    wob: Wob,
    task: str,
    seed: int,
    player: Callable[[str], Model],
    dialect: str | None,
    limits: Limits,
    understands: Callable[[str], None],
) -> Episode:
    """Run an episode of `task`. `player` makes the model once the instruction is known.

    `understands` raises UsageError for an instruction that the model is known not to understand: a failure, not an
    error. DeviceError and ModelError are passed on: a browser or a server that is gone says nothing about a player.
    """
    began = time.monotonic()
    query = wob.begin(task, seed)
    trajectory = Trajectory(query)
    try:
        understands(query)
    except UsageError as problem:
        trajectory.outcome = Outcome("failed", str(problem))
    else:
        _play(wob, trajectory, player(query), dialect, limits)
    done, reward = wob.state()
    last = wob.device.glance() if done else wob.device.screenshot()
    if not done:  # the last act may have been on its way to the page when the steps were used up
        done, reward = wob.state()
    assert trajectory.outcome
    outcome = trajectory.outcome
    ended, message = ("done", "") if done else (str(outcome.kind), outcome.message)
    seconds = time.monotonic() - began
    return Episode(task, seed, query, reward if done else 0.0, ended, message, seconds, trajectory.steps, last)


def _play(wob: Wob, trajectory: Trajectory, model: Model, dialect: str | None, limits: Limits) -> None:
    def watch(step: Step, so_far: Trajectory) -> None:
        """End the run where the page has: it counts nothing any more, and a click would begin another episode."""
        if wob.state()[0]:
            agent.stop.set()
            if not step.over:
                raise UserStopped(_ENDED)

    with wiring.open_agent(wob.device, model, dialect=dialect, limits=limits, hooks=[watch]) as agent:
        agent.policy = Policy(ask=lambda question: True)  # nothing here is anybody's; and no act waits for an OCR
        agent.run(trajectory.task, trajectory)
