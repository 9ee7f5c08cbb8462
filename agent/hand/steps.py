"""The steps of a script: each looks, finds what it needs, acts, and is told to the hooks as an agent's are."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from handsight.devices.base import Device, Tree
from handsight.errors import Ambiguous, Denied, HandsightError, NotFound, NoTree, TargetChanged
from handsight.loop import Hook
from handsight.policy import Policy
from handsight.sight.finding import Finder, Read
from handsight.tools.registry import Tools
from handsight.types import Element, Outcome, Screen, Step, ToolCall, ToolResult, Trajectory

_POLL_S = 0.1
_TRIES = 5  # acts that a screen which changes all the time may turn away

Result = TypeVar("Result")


class Steps:
    """Takes one step after the other with a device, and keeps them in `trajectory`."""

    def __init__(
        self, device: Device, tools: Tools, read: Read | None, hooks: Sequence[Hook], title: str, timeout_s: float
    ) -> None:
        self.device, self.tools, self.timeout_s = device, tools, timeout_s
        self.policy: Policy | None = None  # a script's author is the user; whoever is not sets one
        self.trajectory = Trajectory(title)
        self._read, self._hooks = read, hooks

    def look(self) -> Finder:
        """The screen as it is once the last act has settled, to find things on."""
        return self._finder(self.device.screenshot())

    def act(self, words: str, decide: Callable[[Finder], ToolCall]) -> None:
        """Find what is needed, for as long as it takes within the time-out, and do it once."""

        def acted(step: Step, finder: Finder) -> ToolResult:
            step.call = replace(decide(finder), thought=words)
            step.screen = finder.seen
            self.tools.check(step.call)
            if self.policy is not None:
                step.verdict = self.policy(step.call, step.screen)
                if not step.verdict.allowed:
                    raise Denied(step.verdict.reason)
            step.acting = True
            self._tell(step)  # on disk before the world changes
            return self.tools.run(step.call, self.device, finder.screen)

        self._step(acted)

    def find(self, call: ToolCall, looked: Callable[[Finder], Result], timeout_s: float | None = None) -> Result:
        """Look until `looked` finds what it is after. `call` says in the record what was looked for."""
        results: list[Result] = []

        def seen(step: Step, finder: Finder) -> ToolResult:
            step.call = call
            results.append(looked(finder))
            step.screen = finder.seen
            return ToolResult("" if results[0] is None else str(results[0]))

        self._step(seen, timeout_s)
        return results[0]

    def finish(self, outcome: Outcome) -> None:
        """End the script."""
        if self.trajectory.outcome is None:
            self.trajectory.outcome = outcome
            step = self.trajectory.add_step()
            step.call = ToolCall("finish", {"success": outcome.ok, "message": outcome.message})
            step.over = True
            self._tell(step)

    def _step(self, take: Callable[[Step, Finder], ToolResult], timeout_s: float | None = None) -> None:
        step = self.trajectory.add_step()
        until = time.monotonic() + (self.timeout_s if timeout_s is None else timeout_s)
        turned_away = 0
        try:
            while True:
                finder = self.look()
                step.screen = finder.screen
                try:
                    step.result = take(step, finder)
                    return
                except TargetChanged:
                    turned_away += 1
                    step.acting = False  # nothing was touched
                    if turned_away == _TRIES:
                        raise
                except (NotFound, Ambiguous):
                    if step.acting or time.monotonic() > until:
                        raise
                    time.sleep(_POLL_S)
        except HandsightError as problem:
            step.problem = problem
            raise
        finally:
            step.over = True
            self._tell(step)

    def _finder(self, screen: Screen) -> Finder:
        def name_all() -> tuple[Element, ...]:
            try:
                return self.device.elements(screen) if isinstance(self.device, Tree) else ()
            except NoTree:  # a second sense; the first one is there
                return ()

        return Finder(screen, self._read, name_all)

    def _tell(self, step: Step) -> None:
        for hook in self._hooks:
            hook(step, self.trajectory)
