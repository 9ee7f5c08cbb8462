"""Find what is meant by words: among what a device names first, which is certain, then in what can be read.

Each sense is asked only when the one before it says nothing, and all candidates are given: whoever gets several must
not guess between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from PIL.Image import Image

from handsight.errors import Ambiguous, NotFound
from handsight.sight import match
from handsight.sight.lines import Line
from handsight.sight.match import Match
from handsight.sight.shapes import field_for
from handsight.sight.switches import switch_for
from handsight.sight.targets import Target, Words, target
from handsight.types import Box, Element, Screen

Sense = Literal["tree", "text"]
Read = Callable[[Image], Sequence[Line]]

_MENTIONED = 6


@dataclass(frozen=True)
class Found:
    """Where something stands, in pixels of the screen, the words by which it was found, and by which sense."""

    box: Box
    text: str
    by: Sense
    element: Element | None = None


class Finder:
    """One screen, and what is on it; it is read, and its device asked, only when something is looked for."""

    def __init__(self, screen: Screen, read: Read | None, name_all: Callable[[], Sequence[Element]] = tuple) -> None:
        self.screen, self._read, self._name_all = screen, read, name_all

    @cached_property
    def elements(self) -> Sequence[Element]:
        """What the device names; nothing where it does not."""
        return self._name_all()

    @property
    def seen(self) -> Screen:
        """The screen, with what its device named, where it was asked for that."""
        return replace(self.screen, elements=tuple(self.elements)) if "elements" in vars(self) else self.screen

    @cached_property
    def lines(self) -> Sequence[Line]:
        """What can be read; nothing where no part that reads is installed."""
        return self._read(self.screen.image) if self._read else ()

    def all(self, what: str | Target, *, strict: bool = False) -> list[Found]:
        """Every candidate, as one reads, of the best kind of agreement there is. `strict` allows no wrong letter.

        Words that stand there as they are mean just that: "Second line" is no second "line" then.
        """
        as_it_is = self._named(Target((what,)), strict=True) if isinstance(what, str) else []
        wanted = meant(what)
        return as_it_is or self._named(wanted, strict=strict) or self._written(what, wanted, strict=strict)

    def one(self, what: str | Target) -> Found:
        """The one thing that is meant. Raises NotFound with what comes nearest, Ambiguous with all candidates."""
        found, wanted = self.all(what), meant(what)
        if not found:
            near = self.nearest(wanted)
            raise NotFound(f"there is no {wanted} on the screen" + (f"; nearest: {', '.join(near)}" if near else ""))
        if len(found) > 1:
            raise Ambiguous(f"there are {len(found)} candidates for {wanted}: {self._told(found)}", found)
        return found[0]

    def field(self, what: str | Target) -> Found:
        """The field that words name: by what it says itself, by the label before or above it."""
        wanted = meant(what)
        fields = [element for element in self.elements if element.role == "field"]
        named = [e for e in fields if match.find(_lines([e]), Target(wanted.names), self.screen.size[1])]
        if len(named) == 1:
            return Found(named[0].box, named[0].name, "tree", named[0])
        label = self.one(wanted)
        if label.element in fields:
            return label
        beside = [(e, gap) for e in fields if (gap := _gap(label.box, e.box)) is not None]
        if beside:
            element, _ = min(beside, key=lambda pair: pair[1])
            return Found(element.box, element.name, "tree", element)
        return Found(field_for(self.screen.image, label.box, self.lines) or label.box, label.text, label.by)

    def is_on(self, found: Found) -> bool | None:
        """Whether the switch, box or button that is found is on; None where nothing says so."""
        if found.element and found.element.checked is not None:
            return found.element.checked
        switch = switch_for(self.screen.image, found.box, self.lines)
        return switch.on if switch else None

    def value(self, found: Found) -> str | None:
        """What stands beside a label, else below it."""
        if found.element and found.element.role == "field":
            return found.element.text
        line = Line(found.text, found.box)
        for lines in ([Line(e.text, e.box) for e in self.elements if e.text], self.lines):
            others = [o for o in lines if o.box.center not in found.box]
            value = match.value(others, Match(line, found.box, found.text), "beside")
            if value is not None:
                return value
        return None

    def nearest(self, what: str | Target) -> list[str]:
        """The words on the screen that come closest."""
        lines = [*_lines(self.elements), *self.lines]
        return [f'"{words}"' for words in match.nearest_words(lines, meant(what))]

    def _written(self, what: str | Target, wanted: Target, *, strict: bool) -> list[Found]:
        height = self.screen.size[1]
        hits = match.find(self.lines, Target((what,)), height, strict=True) if isinstance(what, str) else []
        hits = hits or match.find(self.lines, wanted, height, strict=strict)
        return [Found(hit.box, hit.text, "text") for hit in hits]

    def _named(self, wanted: Target, *, strict: bool) -> list[Found]:
        """By what is written on an element; where that names none, by what is said of it."""
        height = self.screen.size[1]
        for lines in (_lines(self.elements), _lines(self.elements, described=True)):
            found = self._found(match.find(lines, wanted, height, strict=strict, titles=True))
            touched = [each for each in found if each.element and each.element.clickable]
            if found and not touched:
                found = self._found(match.find(lines, wanted, height, strict=strict))
            if found:
                return touched if len(touched) == 1 else found
        return []

    def _found(self, hits: Sequence[Match]) -> list[Found]:
        return [Found(e.box, hit.text, "tree", e) for hit in hits if (e := self._element(hit))]

    def _element(self, hit: Match) -> Element | None:
        return next((e for e in self.elements if e.box == hit.line.box), None)

    def _told(self, found: Sequence[Found]) -> str:
        told = [f'"{each.text}" at ({each.box.center.x:.0f}, {each.box.center.y:.0f})' for each in found[:_MENTIONED]]
        name = found[0].text
        return f'{", ".join(told)}; say which: the second "{name}", or "{name}" next to something'


def meant(what: str | Target) -> Target:
    """Read words that point at something: `Wi-Fi`, `the second Add`, `Delete next to Milk`, `"Save" button`."""
    if isinstance(what, Target):
        return what
    words = Words(what)
    return target(words, words.text)


def _lines(elements: Sequence[Element], *, described: bool = False) -> list[Line]:
    if described:
        return [Line(e.description, e.box) for e in elements if e.description]
    return [Line(e.name, e.box) for e in elements if e.name]


def _gap(label: Box, field: Box) -> float | None:
    """How far a field is from a label before it or above it; None where it is elsewhere."""
    if field.top < label.center.y < field.bottom and field.right > label.right:
        return max(0.0, field.left - label.right)
    if field.center.y > label.bottom and field.left < label.right and field.right > label.left:
        return max(0.0, field.top - label.bottom) * 3
    return None
