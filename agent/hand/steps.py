"""The steps of a script: each looks, finds what it needs, acts, and is told to the hooks as an agent's are."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from handsight.devices.base import Device, Tree
from handsight.errors import Ambiguous, Denied, HandsightError, NotFound, NoTree, TargetChanged, UserStopped
from handsight.loop import Hook
from handsight.policy import Policy
from handsight.sight.finding import Finder, Found, Pointing, Read
from handsight.tools.registry import Tools
from handsight.types import Element, Outcome, Screen, Step, ToolCall, ToolResult, Trajectory

_POLL_S = 0.1
_TRIES = 5  # acts that a screen which changes all the time may turn away

Result = TypeVar("Result")


class Steps:
    """Takes one step after the other with a device, and keeps them in `trajectory`."""

    def __init__(
        self,
        device: Device,
        tools: Tools,
        read: Read | None,
        hooks: Sequence[Hook],
        title: str,
        timeout_s: float,
        pointing: Pointing | None = None,
    ) -> None:
        self.device, self.tools, self.timeout_s = device, tools, timeout_s
        self.policy: Policy | None = None  # a script's author is the user; whoever is not sets one
        self.trajectory = Trajectory(title)
        self._read, self._hooks, self._pointing = read, hooks, pointing
        self.stop = threading.Event()

    def look(self) -> Finder:
        """The screen as it is once the last act has settled, to find things on."""
        return self._finder(self.device.screenshot())

    def act(self, words: str, decide: Callable[[Finder], ToolCall]) -> None:
        """Find what is needed, for as long as it takes within the time-out, and do it once.

        A model that points is asked once, where the words name nothing on a screen that rests; at the latest when time
        is up. Until then it may only not be there yet, and it need not be asked for what the next look finds.
        """

        def acted(step: Step, finder: Finder) -> ToolResult:
            call = decide(finder)
            step.call = replace(call, thought="; ".join([words, *map(_how, finder.found)]))
            step.screen = finder.seen
            self.tools.check(step.call)
            if self.policy is not None:
                step.verdict = self.policy(step.call, step.screen)
                if not step.verdict.allowed:
                    raise Denied(step.verdict.reason)
            step.acting = True
            self._tell(step)  # on disk before the world changes
            return self.tools.run(step.call, self.device, finder.screen)

        self._step(acted, pointing=self._pointing)

    def find(
        self,
        call: ToolCall,
        looked: Callable[[Finder], Result],
        timeout_s: float | None = None,
        *,
        pointing: bool = False,
    ) -> Result:
        """Look until `looked` finds what it is after. `call` says in the record what was looked for.

        With `pointing` a model may say where it is, as in `act`; what is checked is never a model's word.
        """
        results: list[Result] = []

        def seen(step: Step, finder: Finder) -> ToolResult:
            step.call = call
            results.append(looked(finder))
            step.screen = finder.seen
            return ToolResult("" if results[0] is None else str(results[0]))

        self._step(seen, timeout_s, pointing=self._pointing if pointing else None)
        return results[0]

    def finish(self, outcome: Outcome, raised: BaseException | None = None) -> None:
        """End the script. What broke it off is shown with the screen as it is then, unless a step has told of it."""
        if self.trajectory.outcome is None:
            self.trajectory.outcome = outcome
            step = self.trajectory.add_step()
            step.call = ToolCall("finish", {"success": outcome.ok, "message": outcome.message})
            if isinstance(raised, Exception) and not self._told(raised):
                step.screen = self._last_look()
                step.call, step.problem = ToolCall("finish", {"success": False}), raised
            step.over = True
            self._tell(step)

    def _told(self, raised: Exception) -> bool:
        problems = [step.problem for step in self.trajectory.steps if step.problem]
        return any(problem in (raised, raised.__cause__) for problem in problems)

    def _last_look(self) -> Screen | None:
        try:
            return self.device.screenshot()
        except Exception:  # a device fails in ways of its own, and must not hide what the script failed of
            return None

    def _step(
        self,
        take: Callable[[Step, Finder], ToolResult],
        timeout_s: float | None = None,
        *,
        pointing: Pointing | None = None,
    ) -> None:
        step = self.trajectory.add_step()
        until = time.monotonic() + (self.timeout_s if timeout_s is None else timeout_s)
        turned_away, asking = 0, False
        try:
            while True:
                if self.stop.is_set():
                    raise UserStopped
                finder = self.look()
                if asking:
                    finder.pointing, pointing, asking = pointing, None, False
                step.screen = finder.screen
                try:
                    step.result = take(step, finder)
                    return
                except TargetChanged:
                    turned_away += 1
                    step.acting = False  # nothing was touched
                    if turned_away == _TRIES:
                        raise
                except (NotFound, Ambiguous) as problem:
                    over = time.monotonic() > until
                    asking = isinstance(problem, NotFound) and pointing is not None
                    asking = asking and (over or finder.screen.settled != "restless")
                    if step.acting or (over and not asking):
                        raise
                    if not asking:
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


def _how(found: Found) -> str:
    """By what it was found, for the record."""
    sure = "" if found.confidence is None else f" ({found.confidence:.2f})"
    return f"found by {found.by}{sure}"
