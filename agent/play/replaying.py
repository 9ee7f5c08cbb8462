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
from handsight.play.locating import Located, locate, told
from handsight.play.taskfile import TaskFile, TaskStep, each_step
from handsight.sight.finding import Finder
from handsight.types import Point

if TYPE_CHECKING:
    from PIL.Image import Image

How = Literal["as recorded", "adapted", "already so", "repaired"]
PointOut = Callable[[Hand, str, str], tuple[Point, Finder]]
"""Have a model do what a verb says to what words name, and give where it did, and on what. Raises CheckFailed."""

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
            with Image.open(self.folder / name) as opened:
                return opened.convert("RGB")
        except OSError as problem:
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
    def done(self) -> bool:
        """Whether what was found is a switch that stands already as the step would have put it."""
        return self.found is not None and self.found.done


class Replay:
    """Takes the steps of a task file with a hand; `taken` says of each with an anchor how that went.

    Without `point_out` a step whose place is nowhere to be found ends the replay with CheckFailed.
    """

    def __init__(self, hand: Hand, task: TaskFile, point_out: PointOut | None = None) -> None:
        self.hand, self.taken = hand, list[Taken]()
        self._pictures = Pictures(task.path.parent if task.path else Path())
        self._point_out = point_out
        steps = [*each_step(task.steps), *each_step(task.after)]
        self._following = {id(step): after for step, after in zip(steps, steps[1:], strict=False)}
        for step in steps:
            for said in filter(None, (step.anchor, step.to_anchor)):
                anchor = Anchor.read(said)  # all of them are looked over before anything is touched
                for name in (anchor.patch, anchor.near.patch if anchor.near else ""):
                    self._pictures.read(name)

    def __call__(self, step: TaskStep, argument: Any, named: Mapping[str, Any]) -> Any:
        """Take one step, its variables filled in, and give what it gives."""
        if step.verb == "scroll_to":
            return self._scroll_to(step, argument, **named)
        if step.anchor is None:
            return getattr(self.hand, step.verb)(argument, **named)
        aims = {"anchor": Aimed(step.anchor, self._pictures)}
        if step.to_anchor is not None:
            aims["to_anchor"] = Aimed(step.to_anchor, self._pictures)
        try:
            if self._stands_already(aims["anchor"]):
                self.taken.append(Taken(step, "already so"))
            else:
                self._act(step, argument, named, aims)
        except (NotFound, Ambiguous, TargetChanged) as problem:
            if aims["anchor"].done:
                self.taken.append(Taken(step, "already so"))
            else:
                self._drifted(step, argument, named, aims, problem)
        return None

    def _act(
        self, step: TaskStep, argument: Any, named: Mapping[str, Any], aims: Mapping[str, Aimed]
    ) -> None:
        method, (aim, *other) = getattr(self.hand, step.verb), aims.values()
        if step.verb == "type":
            method(argument, **{**named, "into": aim})
        elif step.verb == "drag" and other:
            method(aim, **{**named, "to": other[0]})
        else:
            method(aim, **named)
        moved = [each for each in aims.values() if each.found and each.found.moved]
        places = {key: (each.found.at, each.finder) for key, each in aims.items() if each.found and each.finder}
        said = "; ".join(_changes(each) for each in moved)
        self.taken.append(Taken(step, "adapted" if moved else "as recorded", said, places if moved else {}))

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

    def _drifted(
        self, step: TaskStep, argument: Any, named: Mapping[str, Any], aims: Mapping[str, Aimed], problem: Feedback
    ) -> None:
        aim = aims["anchor"]
        if self._point_out is None or step.verb == "drag":
            raise CheckFailed(f"{step.verb} {aim}: {problem}") from problem
        point, finder = self._point_out(self.hand, step.verb, str(aim))
        if step.verb == "type":
            self.hand.type(argument, **{name: value for name, value in named.items() if name != "into"})
        self.taken.append(Taken(step, "repaired", f"the model found it; {problem}", {"anchor": (point, finder)}))


def _changes(aim: Aimed) -> str:
    """What is another way than it was recorded, in words."""
    assert aim.found
    at, then, now = aim.found.at, aim.anchor.at, " ".join(aim.found.words.split())
    place = f"at {at.x:.0f}, {at.y:.0f} in place of {then.x:.0f}, {then.y:.0f}"
    words = f", now says {now!r}" if aim.anchor.name and now and aim.anchor.name not in now else ""
    return f"{aim}: {place}{words}, known by {' and '.join(aim.found.by)}"
