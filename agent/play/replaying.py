"""Take recorded steps again: each place is known by its anchor before it is touched, and a drift is never guessed away.

Where an anchor is nowhere to be found, the model points, if there is one, at what the step is about; its call counts
if it is of the same kind. Otherwise the replay stops there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from handsight.errors import Ambiguous, BadTask, CheckFailed, Feedback, NotFound, TargetChanged
from handsight.hand.hand import Hand
from handsight.play.anchors import Anchor
from handsight.play.locating import AS_IT_WAS, Located, locate, told
from handsight.play.taskfile import TaskFile, TaskStep, each_step, following
from handsight.sight.finding import Finder
from handsight.types import Point, Screen

if TYPE_CHECKING:
    from PIL.Image import Image

How = Literal["as recorded", "adapted", "already so", "repaired"]
PointOut = Callable[[Screen, str, str], Point]
"""Have a model point, on a screen, at what words name, for a verb. Raises CheckFailed."""

_MOST_SCROLLS = 30
_OTHER = {"down": "up", "up": "down", "left": "right", "right": "left"}


@dataclass(frozen=True)
class Taken:
    """How a step was taken, and where its places are now: of its anchor, of a drag's other end."""

    step: TaskStep
    how: How
    said: str = ""
    places: Mapping[str, tuple[Point, Finder]] = field(default_factory=dict)


class Pictures:
    """The pictures that stand beside a task file, each read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.read = cache(self._read)

    def _read(self, name: str) -> Image | None:
        from PIL import Image

        if not name:
            return None
        try:
            with Image.open(self.folder / name, formats=["PNG"]) as opened:
                return opened.convert("RGB")
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
            raise BadTask(f"a picture of an anchor, {self.folder / name}, cannot be read: {problem}") from problem


class Aimed:
    """Finds the place of an anchor on whatever screen it is shown, and remembers where that was."""

    def __init__(self, said: Mapping[str, Any], pictures: Pictures) -> None:
        self.anchor, self._pictures = Anchor.read(said), pictures
        self.found: Located | None = None
        self.finder: Finder | None = None

    def __call__(self, finder: Finder) -> Point:
        self.finder, self.found = finder, None
        self.found = locate(self.anchor, finder, self._pictures.read)
        if self.found.done:
            raise NotFound(f"{self} stands already as it is to be")
        return self.found.at

    def __str__(self) -> str:
        return told(self.anchor)

    def shows(self, finder: Finder) -> bool:
        """Whether it stands on a screen, as far as can be said quickly."""
        try:
            return bool(locate(self.anchor, finder, self._pictures.read, quickly=True))
        except NotFound:
            return False
        except Ambiguous:
            return True

    @property
    def otherwise(self) -> bool:
        """Whether it was found elsewhere, with other words or with another look than it was recorded."""
        if self.found is None or self.found.by == AS_IT_WAS:
            return False
        another_look = bool(self.anchor.patch) and "checked" not in self.anchor.element
        return another_look or not self.found.as_recorded(self.anchor)

    @property
    def done(self) -> bool:
        """Whether what was found is a switch that stands already as the step would have put it."""
        return self.found is not None and self.found.done


class Pointed:
    """Has the model find a place on whatever screen it is shown."""

    def __init__(self, aim: Aimed, verb: str, point_out: PointOut) -> None:
        self._aim, self._verb, self._point_out = aim, verb, point_out
        self.found: Point | None = None
        self.finder: Finder | None = None

    def __call__(self, finder: Finder) -> Point:
        self.finder = finder
        self.found = self._point_out(finder.screen, self._verb, self._aim.anchor.name or str(self._aim))
        return self.found

    def __str__(self) -> str:
        return str(self._aim)


def look_over(task: TaskFile) -> None:
    """Read all anchors and pictures of a task. Raises BadTask, with the line, where one is not as it has to be."""
    pictures = Pictures(task.path.parent if task.path else Path())
    anchored = [step for step in (*each_step(task.steps), *each_step(task.after)) if step.anchor]
    if not anchored:
        raise BadTask(f"{task.path} holds no anchors; by its words it is played with: handsight play")
    for step in anchored:
        try:
            for said in filter(None, (step.anchor, step.to_anchor)):
                anchor = Anchor.read(said)
                for name in (anchor.patch, anchor.near.patch if anchor.near else ""):
                    pictures.read(name)
        except BadTask as problem:
            raise BadTask(f"{task.path}, line {step.line}: {problem}") from problem


class Replay:
    """Takes the steps of a task file with a hand; `taken` says of each with an anchor how that went.

    Without `point_out` a step whose place is nowhere to be found ends the replay with CheckFailed.
    """

    def __init__(self, hand: Hand, task: TaskFile, point_out: PointOut | None = None) -> None:
        self.hand, self.task, self.taken = hand, task, list[Taken]()
        self._pictures = Pictures(task.path.parent if task.path else Path())
        self._point_out = point_out
        self._following = {**following(task.steps), **following(task.after)}

    def __call__(self, step: TaskStep, argument: Any, named: Mapping[str, Any]) -> Any:
        """Take one step, its variables filled in, and give what it gives."""
        if step.verb == "scroll_to":
            return self._scroll_to(step, argument, **named)
        if step.anchor is None:
            return getattr(self.hand, step.verb)(argument, **named)
        aims = {"anchor": Aimed(step.anchor, self._pictures)}
        if step.to_anchor is not None:
            aims["to_anchor"] = Aimed(step.to_anchor, self._pictures)
        aim = aims["anchor"]
        try:
            if not self._stands_already(aim):
                self._act(step, argument, named, aims)
                self.taken.append(_taken(step, aims))
                return None
        except (NotFound, Ambiguous, TargetChanged) as problem:
            if not aim.done:
                self._drifted(step, argument, named, aims, problem)
                return None
        self.taken.append(Taken(step, "already so"))
        return None

    def _act(
        self, step: TaskStep, argument: Any, named: Mapping[str, Any], aims: Mapping[str, Aimed | Pointed]
    ) -> None:
        aim, *other = aims.values()
        if step.verb == "type":
            self.hand.type(argument, **{**named, "into": aim})
        elif step.verb in ("turn_on", "turn_off"):
            self.hand.tap(aim)
        elif step.verb == "drag" and other:
            self.hand.drag(aim, **{**named, "to": other[0]})
        else:
            getattr(self.hand, step.verb)(aim, **named)

    def _drifted(
        self, step: TaskStep, argument: Any, named: Mapping[str, Any], aims: Mapping[str, Aimed], problem: Feedback
    ) -> None:
        """Have the model find what was not found."""
        if self._point_out is None:
            raise CheckFailed(f"what was recorded has changed: {problem}") from problem
        point_out = self._point_out
        helped = {key: each if each.found else Pointed(each, step.verb, point_out) for key, each in aims.items()}
        self._act(step, argument, named, helped)
        places = {
            key: (each.found, each.finder)
            for key, each in helped.items()
            if isinstance(each, Pointed) and each.found and each.finder
        }
        self.taken.append(Taken(step, "repaired", f"the model pointed at it, since {problem}", places))

    def _stands_already(self, aim: Aimed) -> bool:
        if "checked" not in aim.anchor.element:
            return False
        try:
            aim(self.hand.steps.look())
        except (NotFound, Ambiguous):  # it is waited for by the act itself
            return aim.done
        return False

    def _scroll_to(self, step: TaskStep, what: str, direction: str = "down") -> None:
        """Scroll until the place of the next step shows, which is what was scrolled for."""
        after = self._following.get(id(step))
        if after is None or after.anchor is None:
            return self.hand.scroll_to(what, direction)
        aim = Aimed(after.anchor, self._pictures)
        finder = self.hand.steps.look()
        for way, most in ((direction, _MOST_SCROLLS), (_OTHER.get(direction, "up"), 2 * _MOST_SCROLLS)):
            for _ in range(most):
                if aim.shows(finder):
                    return None
                self.hand.swipe(way)
                finder = self.hand.steps.look()
                if finder.screen.settled == "unchanged":
                    break
        return None  # the next step says what is wrong


def _taken(step: TaskStep, aims: Mapping[str, Aimed]) -> Taken:
    moved = [each for each in aims.values() if each.found and each.otherwise]
    if not moved:
        return Taken(step, "as recorded")
    places = {key: (each.found.at, each.finder) for key, each in aims.items() if each.found and each.finder}
    return Taken(step, "adapted", "; ".join(map(_changes, moved)), places)


def _changes(aim: Aimed) -> str:
    """What is another way than it was recorded, in words."""
    assert aim.found
    at, then, now = aim.found.at, aim.anchor.at, " ".join(aim.found.words.split())
    there = aim.found.as_recorded(aim.anchor)
    place = "looks another way" if there else f"at {at.x:.0f}, {at.y:.0f} in place of {then.x:.0f}, {then.y:.0f}"
    words = f", now says {now!r}" if aim.anchor.name and now and aim.anchor.name not in now else ""
    return f"{aim}: {place}{words}, known by {' and '.join(aim.found.by)}"
