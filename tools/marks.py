"""Let a model name what it means by a mark on the screenshot, in place of aiming at it.

A mark is a model's own word for a place. It is turned into the tap that it means before the policy sees it, so that
policy, record and rules know of taps alone.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, cast

from pydantic import Field

from handsight.devices.base import Device, Mouse, Touch, Tree
from handsight.errors import BadCall, NoTree, UsageError
from handsight.marks import draw, markable, place
from handsight.tools.gestures import click, tap
from handsight.tools.registry import Tool, marked, tool
from handsight.types import Point, Screen, ToolCall

_LONG_S = 5.0


@tool(risky=True)  # run as it stands, no label of what it touches is known beforehand
def tap_mark(mark: Annotated[int, Field(ge=1)], device: Device, screen: Screen) -> str:
    """Tap or click what a numbered mark on the newest screenshot frames; surer than aiming at it.

    Args:
        mark: the number
    """
    at = _meant(mark, screen)
    return tap(at, device, screen) if isinstance(device, Touch) else click(at, cast(Mouse, device), screen)


class Marks:
    """Marks the screens of one run. Where a tree cannot be had, a screen stays as it is, and the model is told once."""

    def __init__(self, touch: str = "tap") -> None:
        made = marked(tap_mark)
        assert made
        self.tool: Tool = made
        self._touch = touch  # the tool that a mark stands for
        self._told = False
        self._restless = ""  # the app in which a tree was long waited for in vain

    @classmethod
    def on(cls, device: Device, model: str) -> Marks:
        """Marks for what a device shows to a model. Raises UsageError where there could be none, or none to any use."""
        if not isinstance(device, Tree) or not isinstance(device, (Touch, Mouse)):
            raise UsageError(f"marks need a device that names what it shows, such as a phone; {device.name} does not")
        if model == "reader":
            raise UsageError("the reader finds things by their words and would read the marks as well; leave them out")
        return cls("tap" if isinstance(device, Touch) else "click")

    def see(self, device: Device, screen: Screen) -> Screen:
        """The screen with what the device names on it, and the picture that a model is to see."""
        if not isinstance(device, Tree) or (self._restless and screen.app == self._restless):
            return screen
        began = time.monotonic()
        try:
            elements = device.elements(screen)
        except NoTree as absent:
            return self._without(screen, absent, time.monotonic() - began)
        self._restless = ""
        drawn = draw(screen.image, elements) if markable(elements) else None
        timing = {**screen.timing, "tree": time.monotonic() - began}
        return replace(screen, elements=elements, marked=drawn, timing=timing)

    def all_meant(self, calls: Sequence[ToolCall], screen: Screen) -> tuple[ToolCall, ...]:
        """The calls of a reply with the taps that marks stand for, up to the first mark that is not there."""
        meant = [self.meant(calls[0], screen)]
        for call in calls[1:]:
            try:
                meant.append(self.meant(call, screen))
            except BadCall:
                break
        return tuple(meant)

    def meant(self, call: ToolCall, screen: Screen) -> ToolCall:
        """The tap that a mark stands for; any other call as it is. Raises BadCall for a mark that is not there."""
        if call.name != self.tool.name:
            return call
        self.tool.check(call)
        at = _meant(call.arguments["mark"], screen)
        return ToolCall(self._touch, {"at": [at.x, at.y]}, call.thought)

    def _without(self, screen: Screen, absent: NoTree, seconds: float) -> Screen:
        if seconds > _LONG_S:
            self._restless = screen.app
        timing = {**screen.timing, "tree": seconds}
        if self._told:
            return replace(screen, timing=timing)
        self._told = True
        return replace(screen, timing=timing, remark=f"This screenshot has no marks, point at places instead: {absent}")


def _meant(mark: int, screen: Screen) -> Point:
    things = markable(screen.elements) if screen.marked is not None else []
    if not things:
        raise BadCall("the newest screenshot has no marks; point at a place instead")
    if not 1 <= mark <= len(things):
        raise BadCall(f"there is no mark {mark}; the marks of the newest screenshot are 1 to {len(things)}")
    return place(things[mark - 1], screen.elements)
