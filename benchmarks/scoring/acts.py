"""What was done on a screen, in words and numbers that all step benchmarks share.

Places are shares of the screen, (x, y) from 0 to 1. A data set's own order of numbers and its own words for directions
end where it is read: here a swipe is the finger's way from `touch` to `lift`, and nothing else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

from handsight.types import ToolCall

TAP_AT_MOST = 0.04  # a finger that moved no further has tapped (Android in the Wild)
_STEEP = 0.9  # a swipe is vertical if it goes at least this much as far down or up as sideways (Android in the Zoo)


class Spot(NamedTuple):
    """A place on the screen, as shares of its width and height."""

    x: float
    y: float

    def distance(self, other: Spot) -> float:
        """Straight through the unit square: what is wide counts as much as what is tall."""
        return math.hypot(self.x - other.x, self.y - other.y)


class Area(NamedTuple):
    """A rectangle on the screen, as shares of its width and height; its edges belong to it."""

    left: float
    top: float
    width: float
    height: float

    def holds(self, spot: Spot) -> bool:
        across = self.left <= spot.x <= self.left + self.width
        return across and self.top <= spot.y <= self.top + self.height

    def scaled(self, factor: float) -> Area:
        """The area `factor` times as wide and as tall, about the same middle."""
        wider, taller = self.width * (factor - 1), self.height * (factor - 1)
        return Area(self.left - wider / 2, self.top - taller / 2, self.width + wider, self.height + taller)


@dataclass(frozen=True)
class Act:
    """One act: `kind` is tap, long_press, swipe, type, press, open, wait or finish.

    `text` is what is typed, the key or the app; `success` says how it was finished.
    """

    kind: str
    touch: Spot | None = None
    lift: Spot | None = None
    text: str = ""
    success: bool = True

    @property
    def way(self) -> tuple[Spot, Spot] | None:
        """Where the finger went down and up; None for an act without a finger."""
        return None if self.touch is None else (self.touch, self.lift or self.touch)


def from_points(touch: Spot, lift: Spot) -> Act:
    """The tap or the swipe that a touch and a lift are."""
    return Act("tap" if touch.distance(lift) <= TAP_AT_MOST else "swipe", touch, lift)


def direction(touch: Spot, lift: Spot) -> str:
    """Where the finger went: up, down, left or right. What is shown goes the same way, what is read the other one."""
    right, down = lift.x - touch.x, lift.y - touch.y
    if abs(down) >= _STEEP * abs(right):
        return "up" if down < 0 else "down"
    return "left" if right < 0 else "right"


_TEXTS = {"type_text": ("type", "text"), "press": ("press", "key"), "open_app": ("open", "name")}


def act_of(call: ToolCall, size: tuple[int, int]) -> Act | None:
    """What a call to one of our own tools does on a screen of `size`; None for a call of any other tool."""
    given = call.arguments
    if call.name in ("tap", "long_press"):
        spot = _spot(given["at"], size)
        return Act(call.name, spot, spot)
    if call.name == "swipe":
        return Act("swipe", _spot(given["start"], size), _spot(given["end"], size))
    if call.name in _TEXTS:
        kind, argument = _TEXTS[call.name]
        return Act(kind, text=str(given[argument]))
    if call.name == "wait":
        return Act("wait")
    return Act("finish", success=bool(given["success"])) if call.name == "finish" else None


def call_of(act: Act, size: tuple[int, int]) -> ToolCall:
    """The call that does `act`, its places in pixels of a screen of `size`."""
    if act.way and act.kind in ("tap", "long_press", "swipe"):
        start, end = (_pixels(spot, size) for spot in act.way)
        return ToolCall(act.kind, {"start": start, "end": end} if act.kind == "swipe" else {"at": end})
    for tool, (kind, argument) in _TEXTS.items():
        if act.kind == kind:
            return ToolCall(tool, {argument: act.text})
    if act.kind == "wait":
        return ToolCall("wait", {"seconds": 1})
    return ToolCall("finish", {"success": act.success, "message": ""})


def _spot(place: Any, size: tuple[int, int]) -> Spot:
    return Spot(place[0] / size[0], place[1] / size[1])


def _pixels(spot: Spot, size: tuple[int, int]) -> list[float]:
    return [min(max(share * whole, 0.0), whole - 1.0) for share, whole in zip(spot, size, strict=True)]
