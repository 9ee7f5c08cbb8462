"""What a way of a finger, or of a pointer with its buttons, amounts to: from moments to gestures. Nothing here waits.

Places are in whatever a device counts; `slop` says how far in that a hand strays without meaning to.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from handsight.devices.base import Button, Direction

HOLD_S = 0.5
AGAIN_S = 0.4  # within which a second click belongs to the first
TURN_S = 0.5  # within which a wheel is still being turned
NOTCH_PX = 100
_MOST_POINTS = 5000
_MOST_CLICKS = 3
_BENT = 0.35  # of a stroke's length, that its way may lie beside the straight line

Place = tuple[float, float]


@dataclass
class Way:
    """Where something went, from down to up."""

    began: float
    start: Place
    ended: float = 0.0
    points: list[Place] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ended = self.began
        self.points = [self.start]

    def go(self, at: float, place: Place) -> None:
        self.ended = max(self.ended, at)
        if len(self.points) < _MOST_POINTS:
            self.points.append(place)
        else:
            self.points[-1] = place

    @property
    def end(self) -> Place:
        return self.points[-1]

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    def kind(self, slop: float) -> Literal["short", "long", "stroke", "bent"]:
        """A touch, one that was held, a stroke from start to end, or a way that no straight stroke stands for."""
        if max(math.dist(self.start, point) for point in self.points) <= slop:
            return "long" if self.seconds >= HOLD_S else "short"
        straight = math.dist(self.start, self.end)
        beside = max(_beside(point, self.start, self.end) for point in self.points)
        return "bent" if beside > max(slop, _BENT * straight) else "stroke"


def _beside(point: Place, start: Place, end: Place) -> float:
    """How far a point lies from the line between two others."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    share = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length if length else 0.0
    share = min(max(share, 0.0), 1.0)
    return math.dist(point, (start[0] + share * dx, start[1] + share * dy))


@dataclass(frozen=True)
class Contact:
    """One moment of a finger on a panel."""

    phase: Literal["down", "move", "up"]
    at: float
    place: Place
    finger: int = 0


class Fingers:
    """Follows the fingers on a panel until none is left on it."""

    def __init__(self) -> None:
        self.way: Way | None = None
        self._first = 0
        self._down: set[int] = set()
        self._several = False

    def feed(self, contact: Contact) -> tuple[Way, bool] | None:
        """Take a moment; where the last finger has left, the way of the first, and whether there were several."""
        if contact.phase == "down":
            if not self._down:
                self.way, self._first, self._several = Way(contact.at, contact.place), contact.finger, False
            self._several = self._several or bool(self._down - {contact.finger})
            self._down.add(contact.finger)
        if contact.finger not in self._down or self.way is None:
            return None  # its beginning was not seen
        if contact.finger == self._first:
            self.way.go(contact.at, contact.place)
        if contact.phase != "up":
            return None
        self._down.discard(contact.finger)
        if self._down:
            return None
        way, self.way = self.way, None
        way.ended = max(way.ended, contact.at)
        return way, self._several

    def lose(self) -> None:
        """Forget what was begun: moments were lost."""
        self.way = None
        self._down.clear()


@dataclass(frozen=True)
class Clicked:
    """A button went down and up, `count` times in one place."""

    button: Button
    way: Way
    count: int = 1


@dataclass(frozen=True)
class Turned:
    """The wheel was turned at a place."""

    direction: Direction
    place: Place
    began: float
    ended: float
    notches: int = 1


class Mouse:
    """Follows a pointer's buttons and its wheel. A click is kept back while another might make it a double click."""

    def __init__(self, slop: float) -> None:
        self._slop = slop
        self._down: tuple[Button, Way] | None = None
        self._kept: Clicked | Turned | None = None

    @property
    def began(self) -> float | None:
        """When the oldest thing began that was not given yet."""
        return _began(self._kept) if self._kept else self._down[1].began if self._down else None

    def press(self, button: Button, at: float, place: Place) -> Iterator[Clicked | Turned]:
        """A button goes down."""
        if self._down:
            return  # several at once: what the first one does counts
        kept = self._kept
        again = isinstance(kept, Clicked) and self._follows(kept, button, at, place)
        if kept and not again:
            yield from self.flush()
        self._down = (button, Way(at, place))

    def move(self, at: float, place: Place) -> None:
        """The pointer moves."""
        if self._down:
            self._down[1].go(at, place)

    def release(self, button: Button, at: float, place: Place) -> Iterator[Clicked | Turned]:
        """A button goes up."""
        if self._down is None or self._down[0] != button:
            return
        (_, way), self._down = self._down, None
        way.go(at, place)
        kept, self._kept = self._kept, None
        if way.kind(self._slop) in ("stroke", "bent"):
            if kept:
                yield kept
            yield Clicked(button, way)
        elif isinstance(kept, Clicked):
            kept.way.ended = at
            self._kept = Clicked(button, kept.way, kept.count + 1)
        else:
            self._kept = Clicked(button, way)

    def turn(self, direction: Direction, at: float, place: Place) -> Iterator[Clicked | Turned]:
        """The wheel turns by a notch."""
        kept = self._kept
        if isinstance(kept, Turned) and kept.direction == direction and at - kept.ended <= TURN_S:
            self._kept = Turned(direction, kept.place, kept.began, at, kept.notches + 1)
            return
        yield from self.flush()
        self._kept = Turned(direction, place, at, at)

    def due(self, now: float) -> Iterator[Clicked | Turned]:
        """What is certain by now."""
        if self._kept and not self._down and now - _ended(self._kept) > max(AGAIN_S, TURN_S):
            yield from self.flush()

    def flush(self) -> Iterator[Clicked | Turned]:
        """What was kept back."""
        kept, self._kept = self._kept, None
        if kept:
            yield kept

    def _follows(self, kept: Clicked, button: Button, at: float, place: Place) -> bool:
        near = math.dist(kept.way.start, place) <= self._slop
        return kept.button == button and kept.count < _MOST_CLICKS and near and at - kept.way.ended <= AGAIN_S


def _began(kept: Clicked | Turned) -> float:
    return kept.way.began if isinstance(kept, Clicked) else kept.began


def _ended(kept: Clicked | Turned) -> float:
    return kept.way.ended if isinstance(kept, Clicked) else kept.ended
