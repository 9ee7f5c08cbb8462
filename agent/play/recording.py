"""From a run to a task file: what was done, step by step, with an anchor for each place that was touched.

What failed, what changed nothing and what only waited is left out; gestures become what a hand is told; a text that
the record does not hold becomes a secret by reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from handsight.play.anchors import Anchor, anchor_at, same_words, with_pictures
from handsight.play.names import literal
from handsight.play.taskfile import Loop, TaskFile, TaskStep
from handsight.sight.lines import Line
from handsight.types import MASKED, Element, Point, Screen, Step, ToolCall, Trajectory

if TYPE_CHECKING:
    from PIL.Image import Image

    from handsight.sight.finding import Read

_LOOKING = {"find", "is_on", "wait", "answer", "finish", "ask_user", "say", "move_to"}  # they change nothing
_SAID = {"wait_for": "what", "gone": "what", "read": "what", "ask": "question", "run": "goal"}
_POINTED = ("tap", "long_press", "click", "swipe", "drag", "scroll")
_SWITCHES = ("switch", "checkbox")
_DRAG_ROLES = ("slider",)
_SCROLLED = 0.15  # of the rows of a screen that change when a view moves, at the least
_SURELY_READ = 0.9


@dataclass
class Recorded:
    """A task file that is not written yet, its pictures by file name, and what could not be taken over, in words."""

    file: TaskFile
    pictures: Mapping[str, Image] = field(default_factory=dict)
    left_out: Sequence[str] = ()


def recorded(run: Trajectory, read: Read | None, folder: str, device: str | None = None) -> Recorded:
    """Make a task file of a run. `read` gives the lines on a picture; pictures are called after `folder`."""
    return _Recording(run, read, folder).made(device)


class _Recording:
    def __init__(self, run: Trajectory, read: Read | None, folder: str) -> None:
        self.run, self.read, self.folder = run, read, folder
        self.steps: list[TaskStep | Loop] = []
        self.pictures: dict[str, Image] = {}
        self.secrets: dict[str, str] = {}
        self.left_out: list[str] = []
        self.anchors, self.ended = 0, False
        self.field: TaskStep | None = None  # the tap on a field, into which something may be typed next

    def made(self, device: str | None) -> Recorded:
        for step, after in _done(self.run):
            assert step.call
            self._take(step, step.call, after)
            if step.call.name not in _LOOKING:
                self.ended = after is not None
        self._last_check()
        file = TaskFile(self.run.task, tuple(self.steps), device=device, secrets=self.secrets)
        return Recorded(file, self.pictures, self.left_out)

    def _take(self, step: Step, call: ToolCall, after: Screen | None) -> None:
        given = call.arguments
        if call.name in _LOOKING:
            return
        if "picture" in given or MASKED in str(given.get("reads")):
            self.left_out.append(f"step {step.number}, {call.name}: the record does not hold what was looked for")
        elif call.name in _SAID:
            self._add(call.name, literal(given[_SAID[call.name]]))
        elif call.name == "check":
            named = {n: literal(v) if n == "reads" else v for n, v in given.items() if n != "what"}
            self._add("check", literal(given["what"]), named)
        elif call.name == "press":
            self._add("press", given["key"])
        elif call.name == "open_app":
            self._add("open", literal(given["name"]))
        elif call.name == "type_text":
            self._type(step, str(given["text"]))
        elif call.name == "clear_text":
            self._add("type", "", {"clear": True})
        elif call.name == "scroll":
            self._add("swipe", given["direction"])
        elif call.name in ("swipe", "drag") and step.screen:
            self._move(step.screen, given, after, scrolls=call.name == "swipe")
        elif call.name in _POINTED and step.screen:
            verb, named = _pointing(call)
            anchor, element = self._anchor(Point(*given["at"]), step.screen)
            if verb == "tap" and element and element.role in _SWITCHES and anchor.name and element.checked is not None:
                verb = "turn_off" if element.checked else "turn_on"
            self._add(verb, _words(anchor), named, anchor)
            self.field = self._before() if verb == "tap" and element and element.role == "field" else None
        else:
            self.left_out.append(f"step {step.number}, {call.name}: a hand has no such step")

    def _type(self, step: Step, text: str) -> None:
        focused = [e for e in step.screen.elements if e.focused] if step.screen else []
        if MASKED in text or any(e.password for e in focused):
            name = f"secret{len(self.secrets) + 1}"
            self.secrets[name] = f"env:{name.upper()}"
            words = f"${{{name}}}"
        else:
            words = literal(text)
        named: dict[str, Any] = {}
        before = self._before()
        if before and before.verb == "type" and before.named.get("clear") and before.argument == "":
            self.steps.pop()
            named, before = {"clear": True}, self._before()
        if before is not None and before is self.field:
            self.steps[-1] = replace(before, verb="type", argument=words, named={"into": before.argument, **named})
        else:
            self._add("type", words, named)

    def _move(self, screen: Screen, given: Mapping[str, Any], after: Screen | None, *, scrolls: bool) -> None:
        start, end = Point(*given.get("start", given["end"])), Point(*given["end"])
        held = _at(screen.elements, start)
        if (
            scrolls
            and (not held or held.role not in _DRAG_ROLES)
            and (after is None or _rows_changed(screen, after) > _SCROLLED)
        ):
            x, y = end.x - start.x, end.y - start.y
            way = ("left" if x > 0 else "right") if abs(x) > abs(y) else ("up" if y > 0 else "down")
            self._add("swipe", way)
            return
        anchor, _ = self._anchor(start, screen)
        to, _ = self._anchor(end, screen)
        self._add("drag", _words(anchor), {"to": _words(to)}, anchor, to)

    def _add(
        self,
        verb: str,
        argument: Any,
        named: Mapping[str, Any] | None = None,
        anchor: Anchor | None = None,
        to: Anchor | None = None,
    ) -> None:
        if verb == "tap" and anchor and anchor.text:
            self._scrolled_to(anchor)
        said, to_said = anchor.plain() if anchor else None, to.plain() if to else None
        self.steps.append(TaskStep(verb, argument, named or {}, anchor=said, to_anchor=to_said))

    def _scrolled_to(self, anchor: Anchor) -> None:
        """Say what was scrolled for, where it is known: how far that is depends on the screen."""
        way = ""
        while (last := self._before()) and last.verb == "swipe" and last.argument in ([way] if way else ["down", "up"]):
            way = str(last.argument)
            self.steps.pop()
        if way:
            named = {} if way == "down" else {"direction": way}
            self.steps.append(TaskStep("scroll_to", literal(anchor.text), named))

    def _anchor(self, at: Point, screen: Screen) -> tuple[Anchor, Element | None]:
        made = anchor_at(at, screen, self._lines(screen), screen.elements)
        self.anchors += 1
        anchor, pictures = with_pictures(made, f"{self.folder}/{self.anchors:03}")
        self.pictures |= pictures
        return anchor, _at(screen.elements, at)

    def _lines(self, screen: Screen) -> Sequence[Line]:
        return self.read(screen.image) if self.read else ()

    def _before(self) -> TaskStep | None:
        last = self.steps[-1] if self.steps else None
        return last if isinstance(last, TaskStep) else None

    def _last_check(self) -> None:
        """Check for what stands on the last screen and stood on none before, where there is such a thing."""
        before = self._before()
        if before is None or before.verb == "check" or before.verb in _SAID or not self.ended:
            return  # what is last looks itself, or nobody looked once more after it
        shown = [step.screen for step in self.run.steps if step.screen]
        known: list[str] = []
        for screen in shown[:-1]:
            known += [*(e.text for e in screen.elements), *(line.text for line in self._lines(screen))]
        last = self._lines(shown[-1]) if len(shown) > 1 else ()
        typed = [str(step.argument) for step in self.steps if isinstance(step, TaskStep) and step.verb == "type"]
        new = [
            line
            for line in last
            if line.score > _SURELY_READ
            and _is_word(line.text)
            and not re.search(r"[^\w\s.,!?'’-]|\d", line.text)  # no clock, no sign that was read as a letter
            and not any(same_words(line.text, other) for other in known)
            and sum(same_words(line.text, other.text) for other in last) == 1
            and MASKED not in line.text
            and (not self.secrets or line.text not in typed)
        ]
        best = max(new, key=lambda line: line.box.height, default=None)
        if best:
            self.steps.append(TaskStep("check", literal(best.text)))


def _is_word(text: str) -> bool:
    """Whether words may well stand there, and no icon that was read as a letter or two: they take more letters."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= (2 if any(c > "\u2e80" for c in letters) else 4)


def _done(run: Trajectory) -> Iterator[tuple[Step, Screen | None]]:
    """The steps that did something, each with the screen after it."""
    for number, step in enumerate(run.steps):
        if step.call is None or step.problem is not None or step.result is None:
            continue
        after = next((later.screen for later in run.steps[number + 1 :] if later.screen), None)
        if step.call.name in _POINTED and after is not None and after.settled == "unchanged":
            continue
        yield step, after


def _pointing(call: ToolCall) -> tuple[str, dict[str, Any]]:
    """What a hand is told for a gesture at one place."""
    given = call.arguments
    if call.name == "long_press" or given.get("seconds"):
        return "long_press", {"seconds": given["seconds"]} if given.get("seconds", 1.0) != 1.0 else {}
    if call.name == "click" and given.get("button") == "right":
        return "right_click", {}
    return ("double_click" if given.get("count", 1) == 2 else "tap"), {}


def _words(anchor: Anchor) -> Any:
    """How a person would name the place; where it has no name, the place itself."""
    if not anchor.name:
        return [round(anchor.at.x), round(anchor.at.y)]
    near = anchor.near
    beside = near and not same_words(near.text, anchor.name) and abs(near.at.y - anchor.at.y) < 0.04 * anchor.screen[1]
    return literal(f'"{anchor.name}" next to "{near.text}"' if near and beside else anchor.name)


def _at(elements: Sequence[Element], at: Point) -> Element | None:
    return min((e for e in elements if at in e.box), key=lambda e: e.box.width * e.box.height, default=None)


def _rows_changed(before: Screen, after: Screen) -> float:
    """The share of rows between the first and the last that differ."""
    from PIL import ImageChops

    if before.size != after.size:
        return 1.0
    one, other = (screen.image.convert("L").reduce(8) for screen in (before, after))
    box = ImageChops.difference(one, other).point([0] * 13 + [255] * 243).getbbox()
    return (box[3] - box[1]) / one.height if box else 0.0
