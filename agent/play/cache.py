"""Plans: what a model has done once is done again without it, place by place as in a replay, until something drifts.

A plan is a task file in a folder of its own. It is known by the task, by what kind of device it is for and by the app
in front at the beginning. Nothing is kept of a run in which a secret was typed or a risk was taken.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from handsight.errors import CheckFailed, Feedback, HandsightError, Stop, UserStopped
from handsight.hand.hand import Hand
from handsight.hand.opening import open_reader
from handsight.loop import Agent
from handsight.play.cases import cases_of
from handsight.play.keeping import keep
from handsight.play.recording import recorded
from handsight.play.replaying import Replay, look_over
from handsight.play.taskfile import TaskFile, TaskStep, read_task
from handsight.sight.finding import Read
from handsight.types import Outcome, Screen, Trajectory

_FILE = "plan.yaml"
_TIMEOUT_S = 4.0  # a model is there to go on: nobody has to be waited for as long as in a script


class Plans:
    """The plans in a folder: the user's own cache unless another one is named."""

    def __init__(self, folder: str | Path | None = None) -> None:
        self.folder = Path(folder) if folder else _users_cache()

    def find(self, key: str) -> TaskFile | None:
        """The plan of that key; None where there is none, or none that can be read."""
        try:
            task = read_task(self.folder / key / _FILE)
            look_over(task)
            return task
        except HandsightError:
            return None

    def store(self, key: str, run: Trajectory, read: Read | None) -> None:
        """Keep what was done, in place of what was known before, where it may be kept and can be done again."""
        if not _harmless(run):
            return
        made = recorded(run, read, Path(_FILE).stem)
        if made.left_out or made.file.secrets or not made.pictures:
            return
        with suppress(OSError, HandsightError):  # a plan is a convenience: a full disk is no reason to fail a run
            self.folder.mkdir(parents=True, exist_ok=True)
            part = Path(mkdtemp(prefix=f"{key}-", dir=self.folder))
            try:
                keep(made.file, made.pictures, part / _FILE)
                self.drop(key)
                part.rename(self.folder / key)
            finally:
                shutil.rmtree(part, ignore_errors=True)

    def drop(self, key: str) -> None:
        """Forget a plan."""
        shutil.rmtree(self.folder / key, ignore_errors=True)


@dataclass
class CachedAgent(Agent):
    """An agent that does again what it has done before, and asks its model from where that does not hold any more."""

    plans: Plans | None = None
    told: Callable[[str], None] = lambda words: None

    def run(self, task: str, trajectory: Trajectory | None = None) -> Trajectory:
        """Work on `task` until it has an outcome, by a plan as far as there is one. A saved trajectory is resumed."""
        if self.plans is None or (trajectory is not None and trajectory.steps):
            return super().run(task, trajectory)
        trajectory = trajectory or Trajectory(task)
        try:
            first = self.device.screenshot()
        except HandsightError:  # the first step meets it too, and tells of it as of any other
            return super().run(task, trajectory)
        key = plan_key(task, type(self.device).__name__, first)
        read = getattr(getattr(self.model, "ocr", None), "read", None) or open_reader()
        plan = self.plans.find(key)
        if plan is not None:
            self.told(f"replaying a plan of {len(plan.steps)} steps; the model is asked where it does not hold")
            if self._replayed(plan, trajectory, read):
                return trajectory
            self.plans.drop(key)
            self.told("the plan does not hold any more: the model goes on from here")
        super().run(task, trajectory)
        if trajectory.outcome and trajectory.outcome.ok:
            self.plans.store(key, trajectory, read)
        return trajectory

    def _replayed(self, plan: TaskFile, trajectory: Trajectory, read: Read | None) -> bool:
        """Whether the plan was carried out to its end, or the run was ended in it."""
        hand = Hand(self.device, self.tools, read, hooks=self.hooks, title=trajectory.task, timeout_s=_TIMEOUT_S)
        hand.steps.trajectory, hand.steps.policy, hand.stop = trajectory, self.policy, self.stop
        replay = Replay(hand, plan)
        try:
            for step, argument, named in _calls(plan):
                replay(step, argument, named)
        except (CheckFailed, Feedback):
            return False
        except Stop as stop:
            outcome = stop.outcome
        except KeyboardInterrupt:
            outcome = UserStopped().outcome
        else:
            outcome = self._verified(Outcome("claimed", "as it was before; no model was asked"))
            if not outcome.ok:
                return False
        hand.steps.finish(outcome)
        return True


def with_plans(agent: Agent, folder: str | Path | bool | None = None) -> CachedAgent:
    """The agent with plans, kept in a folder, else in the user's own cache."""
    parts = {each.name: getattr(agent, each.name) for each in fields(agent)}
    return CachedAgent(**parts, plans=Plans(None if isinstance(folder, bool) else folder))


def plan_key(task: str, device: str, first: Screen) -> str:
    """By what a plan is known: the task but for case and spaces, the kind of device, the app in front."""
    known = "\n".join((" ".join(task.casefold().split()), device, first.app))
    return hashlib.sha256(known.encode()).hexdigest()[:24]


def _calls(plan: TaskFile) -> Iterator[tuple[TaskStep, Any, dict[str, Any]]]:
    for case in cases_of(plan, {}):
        for planned in case.steps:
            argument, named = planned.call({})
            yield planned.step, argument, named


def _harmless(run: Trajectory) -> bool:
    """Whether a run may be kept: no risk was taken, nobody was asked, and nothing in it was read off a screen.

    What was typed has to stand in the task: all else may be a secret, and may be another thing the next time.
    """
    typed = [str(step.call.arguments["text"]) for step in run.steps if step.call and step.call.name == "type_text"]
    asked = any(step.call and step.call.name in ("ask_user", "answer") for step in run.steps)
    risky = any(step.verdict and (step.verdict.risk or step.verdict.asked) for step in run.steps)
    said = all(text in run.task for text in typed)
    return said and not asked and not risky and run.outcome is not None and run.outcome.answer is None


def _users_cache() -> Path:
    """Where programs keep what they can do without, on this system."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "handsight" / "plans"
