"""A hand for scripts: it does what it is told to what stands on the screen, and waits for what comes of it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence

from handsight.devices.base import Device
from handsight.errors import CheckFailed, NotFound, Stop, UsageError, UserStopped
from handsight.hand.looking import Looking
from handsight.hand.steps import Steps
from handsight.loop import Agent, Hook
from handsight.models.base import Model
from handsight.sight.finding import Finder, Pointing, Read
from handsight.sight.found import Seen, What, quoted, said
from handsight.tools.registry import Tools
from handsight.types import Outcome, Point, Screen, ToolCall

_MOST_SCROLLS = 30
Aim = Callable[[Finder], Point]
"""What finds its own place on a screen; `str` of it says in words what it is after. Raises NotFound, Ambiguous."""
At = What | Aim
_WAY = {"down": (0.66, 0.33), "up": (0.33, 0.66), "right": (0.8, 0.2), "left": (0.2, 0.8)}  # of a finger, as shares


class Hand(Looking):
    """Works a device by what stands on its screen.

    Things are named as a person names them, `"Wi-Fi"`, `"the second Add"`, `"Delete next to Milk"`, `"OK in the
    dialog"`, `"the blue button below Total"`, or shown by a picture: a `Path` or a Pillow image. They are looked for
    in the device's own tree, then in what can be read, then by their looks, for `timeout_s` seconds; a model that
    points is asked once where all that finds nothing. Every call is a step of `trajectory`, like a step of an agent's:
    told to the hooks, in the record, in the report. What cannot be done raises a HandsightError: NotFound, Ambiguous
    (with all candidates), CheckFailed and those of the device.
    """

    def __init__(
        self,
        device: Device,
        tools: Tools,
        read: Read | None = None,
        *,
        hooks: Sequence[Hook] = (),
        model: Model | None = None,
        pointing: Pointing | None = None,
        agent: Callable[[], Agent] | None = None,
        title: str = "a script",
        timeout_s: float = 10.0,
    ) -> None:
        super().__init__(Steps(device, tools, read, hooks, title, timeout_s, pointing), model)
        self.device, self._tools, self._agent = device, tools, agent
        self._touch = "tap" if "tap" in tools else "click"

    @property
    def agent(self) -> Callable[[], Agent] | None:
        """What makes an agent for this hand's device; None where it was opened without a model."""
        return self._agent

    def tap(self, what: At) -> None:
        """Tap it, or click it with the left button."""
        self._point(self._touch, what)

    def long_press(self, what: At, seconds: float = 1.0) -> None:
        """Press it and hold."""
        if self._touch == "tap":
            self._point("long_press", what, seconds=seconds)
        else:
            self._point("click", what, seconds=seconds)

    def double_click(self, what: At) -> None:
        """Click it twice in a row, with a mouse."""
        self._point("click", what, count=2)

    def right_click(self, what: At) -> None:
        """Click it with the right button of a mouse."""
        self._point("click", what, button="right")

    def drag(self, what: At, *, to: At, seconds: float = 0.6) -> None:
        """Drag it to another thing."""

        def decide(finder: Finder) -> ToolCall:
            start, end = _at(what, finder), _at(to, finder)
            tool = "swipe" if "swipe" in self._tools else "drag"
            return ToolCall(tool, {"start": [start.x, start.y], "end": [end.x, end.y], "seconds": seconds})

        self._steps.act(f"drag {_said(what)} to {_said(to)}", decide)

    def swipe(self, direction: str) -> None:
        """Move the view down, up, left or right, by a third of the screen: "down" shows what is further down."""
        _check_direction(direction)
        self._steps.act(f"look further {direction}", lambda finder: self._scrolling(direction, finder.screen))

    def scroll_to(self, what: Seen, direction: str = "down") -> None:
        """Move the view until it shows; first in that direction, then back. Raises NotFound at both ends."""
        _check_direction(direction)
        other = {"down": "up", "up": "down", "left": "right", "right": "left"}[direction]
        if self._steps.look().all(what):
            return
        for way, most in ((direction, _MOST_SCROLLS), (other, 2 * _MOST_SCROLLS)):
            for _ in range(most):
                self.swipe(way)
                finder = self._steps.look()
                if finder.all(what):
                    return
                if finder.screen.settled == "unchanged":
                    break
        raise NotFound(f"there is no {quoted(what)}, however far it is scrolled")

    def type(self, text: str, *, into: str | Aim | None = None, clear: bool = False) -> None:
        """Type text, exactly; into a field that is named, else where the focus is. `clear` empties the field first."""
        if into is not None:
            self._steps.act(f"tap the field {into}", lambda finder: _call(self._touch, _field(into, finder)))
        if clear and "clear_text" in self._tools:
            self._steps.act("empty the field", lambda finder: ToolCall("clear_text", {}))
        elif clear:
            self.press("command+a" if sys.platform == "darwin" else "ctrl+a")
            self.press("backspace")
        self._steps.act("type", lambda finder: ToolCall("type_text", {"text": text}))

    def turn_on(self, what: str) -> None:
        """Turn its switch on, unless it is, and see that it is then."""
        self._turn(what, on=True)

    def turn_off(self, what: str) -> None:
        """Turn its switch off, unless it is, and see that it is then."""
        self._turn(what, on=False)

    def press(self, key: str) -> None:
        """Press a key or a chord: "enter", "back", "ctrl+s"."""
        self._steps.act(f"press {key}", lambda finder: ToolCall("press", {"key": key}))

    def open(self, app: str) -> None:
        """Open an app by its name."""
        self._steps.act(f"open {app}", lambda finder: ToolCall("open_app", {"name": app}))

    def run(self, goal: str) -> Outcome:
        """Have the model carry out a goal from here. Raises CheckFailed where it does not succeed."""
        if self._agent is None:
            raise UsageError("this hand was opened without a model; open it with model=...")
        agent, outcomes = self._agent(), list[Outcome]()
        agent.stop = self.stop

        def carried_out(finder: Finder) -> str:
            outcome = agent.run(goal).outcome
            assert outcome
            outcomes.append(outcome)
            if not outcome.ok:
                raise CheckFailed(f"{goal!r} ended as {outcome.kind}: {outcome.message}")
            return f"{outcome.kind}: {outcome.message}"

        self._steps.find(ToolCall("run", {"goal": goal}), carried_out)
        return outcomes[0]

    @property
    def stop(self) -> threading.Event:
        """Set it, in a signal or another thread, to end the script before its next look: that raises UserStopped."""
        return self._steps.stop

    @stop.setter
    def stop(self, event: threading.Event) -> None:
        self._steps.stop = event

    def close(self, raised: BaseException | None = None) -> None:
        """End the script; `raised` is what broke it off."""
        self._steps.finish(_outcome(raised), raised)

    def _point(self, tool: str, what: At, **more: object) -> None:
        words = f"{tool.replace('_', ' ')} {_said(what)}"
        self._steps.act(words, lambda finder: _call(tool, _at(what, finder), **more))

    def _turn(self, what: str, *, on: bool) -> None:
        if self.is_on(what) is not on:
            self.tap(what)
        self.check(what, on=on)

    def _scrolling(self, direction: str, screen: Screen) -> ToolCall:
        """By the wheel where there is one, else by a finger, slowly enough that nothing is flung past."""
        width, height = screen.size
        if "scroll" in self._tools:
            middle = [width / 2, height / 2]
            return ToolCall("scroll", {"direction": direction, "pixels": height / 3, "at": middle})
        start, end = _WAY[direction]
        across = direction in ("left", "right")
        way = [[width * share, height / 2] if across else [width / 2, height * share] for share in (start, end)]
        return ToolCall("swipe", {"start": way[0], "end": way[1]})


def _outcome(raised: BaseException | None) -> Outcome:
    """How a script ended: Ctrl-C stops it, and leaving it by `sys.exit()` is no failure."""
    if raised is None or (isinstance(raised, SystemExit) and not raised.code):
        return Outcome("claimed")
    if isinstance(raised, KeyboardInterrupt):
        return UserStopped().outcome
    return raised.outcome if isinstance(raised, Stop) else Outcome("failed", str(raised) or type(raised).__name__)


def _check_direction(direction: str) -> None:
    if direction not in _WAY:
        raise UsageError(f"a direction is down, up, left or right, not {direction!r}")


def _call(tool: str, at: Point, **more: object) -> ToolCall:
    return ToolCall(tool, {"at": [at.x, at.y], **more})


def _at(what: At, finder: Finder) -> Point:
    if isinstance(what, Point):
        return what
    return what(finder) if callable(what) else finder.one(what).box.center


def _field(what: str | Aim, finder: Finder) -> Point:
    return finder.field(what).box.center if isinstance(what, str) else what(finder)


def _said(what: At) -> str:
    return str(what) if callable(what) else said(what)
