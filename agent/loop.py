"""See, think, check, act."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event

from handsight.devices.base import Device
from handsight.errors import Denied, Feedback, LimitReached, Stop, Stuck, UserStopped
from handsight.models.base import Model
from handsight.policy import Policy
from handsight.prompts.base import Dialect
from handsight.tools.marks import Marks
from handsight.tools.registry import Tools
from handsight.types import Outcome, Screen, Step, ToolCall, Trajectory

Hook = Callable[[Step, Trajectory], None]
Check = Callable[[], bool]


@dataclass
class Limits:
    """When enough is enough. Seconds count from the begin of a run."""

    steps: int = 50
    seconds: float = 1800.0
    tokens: int = 2_000_000
    mistakes: int = 4
    repeats: int = 4
    _began: float = field(default_factory=time.monotonic, repr=False, compare=False)

    def begin(self) -> None:
        """Count the seconds from now on."""
        self._began = time.monotonic()

    def check(self, trajectory: Trajectory) -> None:
        """Raise LimitReached when a budget is used up, Stuck when the model gets nowhere."""
        done = trajectory.steps[:-1]
        if len(done) >= self.steps:
            raise LimitReached(f"the limit of {self.steps} steps is reached")
        if time.monotonic() - self._began > self.seconds:
            raise LimitReached(f"the limit of {self.seconds:.0f} s is reached")
        if sum(s.reply.prompt_tokens + s.reply.reply_tokens for s in done if s.reply) >= self.tokens:
            raise LimitReached(f"the limit of {self.tokens} tokens is reached")
        if len(done) >= self.mistakes and all(s.problem for s in done[-self.mistakes :]):
            raise Stuck(f"{self.mistakes} mistakes in a row, the last one: {done[-1].problem}")
        if len(done) >= self.repeats and _repeats(done[-self.repeats :]):
            raise Stuck(f"the same act {self.repeats} times without any effect: {done[-1].call}")


def _repeats(steps: Sequence[Step]) -> bool:
    first = steps[0].call
    return all(
        first and s.call and (s.call.name, s.call.arguments) == (first.name, first.arguments) for s in steps
    ) and all(s.screen and s.screen.settled == "unchanged" for s in steps[1:])


@dataclass
class Agent:
    """Works a device towards a task with a model.

    `check` says, after the model's claim, whether it is true. Set `stop`, from any thread, to end the run as "stopped"
    before the next look or act. With `marks` the model may name what it means by a number.
    """

    device: Device
    model: Model
    dialect: Dialect
    tools: Tools
    policy: Policy = field(default_factory=Policy)
    limits: Limits = field(default_factory=Limits)
    hooks: Sequence[Hook] = ()
    check: Check | None = None
    stop: Event = field(default_factory=Event)
    marks: Marks | None = None

    def run(self, task: str, trajectory: Trajectory | None = None) -> Trajectory:
        """Work on `task` until it has an outcome. Pass a saved trajectory to resume it.

        DeviceError and ModelError propagate once the step they broke is saved.
        """
        trajectory = trajectory or Trajectory(task)
        self.limits.begin()
        while trajectory.outcome is None:
            step = trajectory.add_step()
            try:
                self.take(step, trajectory)
            except Feedback as problem:  # the model's mistake: it reads this next step
                step.problem = problem
            except Stop as stop:  # finished, out of budget, or the user said stop
                trajectory.outcome = self._verified(stop.outcome)
            except KeyboardInterrupt:
                trajectory.outcome = UserStopped().outcome
            finally:  # a bug is not caught, but its step is still saved
                step.over = True
                self.tell(step, trajectory)
        return trajectory

    def take(self, step: Step, trajectory: Trajectory) -> None:
        """Take one step. Each line fills one field, so a saved step shows how far it got."""
        self._heed_stop()
        self.limits.check(trajectory)
        step.screen = self._look()
        self.tell(step, trajectory)  # seen: the record saves the screenshot while the model thinks
        calls = trajectory.left or self._ask(step, trajectory)
        step.call, step.rest = calls[0], calls[1:]
        self.tools.check(step.call)
        step.verdict = self.policy(step.call, step.screen)
        if not step.verdict.allowed:
            raise Denied(step.verdict.reason)
        step.acting = True
        self.tell(step, trajectory)  # on disk before the world changes: a crash leaves this act "in doubt"
        self._heed_stop(step)
        step.result = self.tools.run(step.call, self.device, trajectory.answered or step.screen)

    def _ask(self, step: Step, trajectory: Trajectory) -> tuple[ToolCall, ...]:
        """The calls of a new reply, at least one."""
        assert step.screen
        step.prompt = self.dialect.render(trajectory, self.tools)
        step.reply = self.model.generate(step.prompt)
        calls = self.dialect.parse(step.reply, step.screen, self.tools)
        return self.marks.all_meant(calls, step.screen) if self.marks else calls

    def _look(self) -> Screen:
        screen = self.device.screenshot()
        return self.marks.see(self.device, screen) if self.marks else screen

    def tell(self, step: Step, trajectory: Trajectory) -> None:
        """Call the hooks in order: record, console, live view."""
        for hook in self.hooks:
            hook(step, trajectory)

    def _heed_stop(self, step: Step | None = None) -> None:
        if self.stop.is_set():
            if step:
                step.acting = False  # nothing was touched
            raise UserStopped

    def _verified(self, outcome: Outcome) -> Outcome:
        """Hold the model's claim against the truth, where there is a check."""
        if outcome.kind != "claimed" or self.check is None:
            return outcome
        if self.check():
            return Outcome("verified", outcome.message, outcome.answer)
        return Outcome("failed", f"claimed, but the check says otherwise: {outcome.message}", outcome.answer)
