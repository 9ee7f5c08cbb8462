"""Find what is meant: among what a device names first, which is certain, then in what can be read and in shapes.

Each sense is asked only when the one before it says nothing, and all candidates are given: whoever gets several must
not guess between them. Words that stand on the screen as they are given mean just that; only then are they read as a
kind, a colour, a neighbour or a place within something.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from PIL.Image import Image

from handsight.errors import Ambiguous, NotFound, UsageError
from handsight.sight import match
from handsight.sight.containers import Container, boxes, container
from handsight.sight.found import Found as Found
from handsight.sight.found import Seen, listed, said
from handsight.sight.likes import SWITCHES, chosen, fields_of, named, of_kind, pictured
from handsight.sight.lines import Line, spoken
from handsight.sight.match import Match
from handsight.sight.order import distinct
from handsight.sight.shapes import field_for
from handsight.sight.switches import is_on, switch_for
from handsight.sight.targets import Target, literal, meant, parts
from handsight.types import Box, Element, Point, Screen

Read = Callable[[Image], Sequence[Line]]
Pointing = Callable[[Screen, str], Point | None]
"""Whoever points at what words mean, on a screen: in its pixels, None where it sees no such thing."""


class Finder:
    """One screen, and what is on it; it is read, and its device asked, only when something is looked for.

    `found` are the things that `one` and `field` gave. With `pointing`, `one` asks it for words that mean nothing else.
    """

    def __init__(self, screen: Screen, read: Read | None, name_all: Callable[[], Sequence[Element]] = tuple) -> None:
        self.screen, self._read, self._name_all = screen, read, name_all
        self.found: list[Found] = []
        self.pointing: Pointing | None = None

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

    def all(self, what: Seen | Target, *, strict: bool = False) -> list[Found]:
        """Every candidate, as one reads, of the best kind of agreement there is. `strict` allows no wrong letter."""
        if isinstance(what, (Path, Image)):
            return self._pictured(what)
        try:
            wanted = meant(what)
        except UsageError:  # words in quotes that are no target may be words of a line
            if isinstance(what, str) and self.stands(what):
                return self._by_words(what, literal(what), strict=True)
            raise
        found = self._by_words(what, wanted, strict=strict) or self._by_look(wanted, strict=strict)
        if found or not isinstance(what, str):
            return found
        inner, _ = self._within(what)
        return [each for part, words in inner for each in part.all(words, strict=strict)]

    def one(self, what: Seen | Target) -> Found:
        """The one thing that is meant. Raises NotFound with what comes nearest, Ambiguous with all candidates."""
        found = self._in_reach(self.all(what))
        if len(found) > 1:
            raise Ambiguous(f"there are {len(found)} candidates for {self._called(what)}: {listed(found)}", found)
        if not found and self.pointing and isinstance(what, str):
            at = self.pointing(self.screen, what)
            found = [Found(Box(at.x, at.y, at.x, at.y), what, "model", None, None)] if at else []
        if not found:
            raise NotFound(self._missing(what))
        self.found.append(found[0])
        return found[0]

    def field(self, what: str | Target) -> Found:
        """The field that words name: by what it says itself, by the label before or above it. Raises as `one` does."""
        wanted = meant(what)
        fields = [element for element in self.elements if element.role == "field"]
        names = () if wanted.bare else fields
        named = [e for e in names if match.find(spoken([e]), Target(wanted.names), self.screen.size[1])]
        if len(named) == 1:
            self.found.append(Found(named[0].box, named[0].name, "tree", named[0]))
            return self.found[-1]
        label = self.one(what)
        if label.element in fields or label.by == "model" or wanted.bare:
            return label
        beside = fields_of(label.box, fields)
        if len(beside) > 1:
            raise Ambiguous(f'there are {len(beside)} fields beside "{label.text}": {listed(beside)}', beside)
        if beside:
            return beside[0]
        box = field_for(self.screen.image, label.box, self.lines) or label.box
        return replace(label, box=box, element=None)

    def is_on(self, found: Found) -> bool | None:
        """Whether the switch, box or button that is found is on; None where nothing says so."""
        if found.element and found.element.checked is not None:
            return found.element.checked
        if found.by == "picture":  # the thing itself, and no label of it
            kind = SWITCHES.get(found.text)
            return is_on(self.screen.image, found.box, kind) if kind else None
        switch = switch_for(self.screen.image, found.box, self.lines)
        return switch.on if switch else None

    def value(self, found: Found) -> str | None:
        """What stands beside a label, else below it."""
        if found.element and found.element.role == "field":
            return found.element.text
        label = Match(Line(found.text, found.box), found.box, found.text)
        for lines in ([Line(e.text, e.box) for e in self.elements if e.text], self.lines):
            others = [o for o in lines if o.box.center not in found.box]
            if (value := match.value(others, label, "beside")) is not None:
                return value
        return None

    def stands(self, words: str) -> bool:
        """Whether there is a line of just these words."""
        lines = (spoken(self.elements), spoken(self.elements, described=True), self.lines)
        return any(match.find(each, Target((words,)), self.screen.size[1], whole=True) for each in lines)

    def nearest(self, what: str | Target) -> list[str]:
        """The words on the screen that come closest."""
        lines = [*spoken(self.elements), *self.lines]
        return [f'"{words}"' for words in match.nearest_words(lines, meant(what))]

    def _pictured(self, picture: Path | Image) -> list[Found]:
        from handsight.sight.pictures import find_picture, opened

        hits = find_picture(self.screen.image, opened(picture))
        return distinct(Found(box, said(picture), "picture", None, score) for box, score in hits)

    def _by_words(self, what: str | Target, wanted: Target, *, strict: bool) -> list[Found]:
        as_it_is = self._named(literal(what), strict=True, whole=wanted.bare) if isinstance(what, str) else []
        found = as_it_is or self._named(wanted, strict=strict, whole=wanted.bare)
        found = found or self._written(what, wanted, strict=strict)
        if len(found) > 1 and wanted.look and wanted.look.kind and not wanted.bare:
            return of_kind(found, wanted.look.kind, self.screen.image, self.lines) or found
        return found

    def _by_look(self, wanted: Target, *, strict: bool) -> list[Found]:
        """By kind and colour, where the words that say so are none on the screen."""
        look, image = wanted.look, self.screen.image
        if look is None or not (wanted.bare or look.colour):
            return []
        anchors = self.all(Target((wanted.anchor,)), strict=strict) if wanted.anchor else []
        if wanted.anchor and not anchors:
            return []
        if not wanted.bare:
            found = self._by_words(look.name, Target((look.name,)), strict=strict)
            fitting = of_kind(found, look.kind, image, self.lines) if look.kind else []
            return chosen(fitting or found, wanted, anchors, image)
        told = chosen(named(look.kind, self.elements), wanted, anchors, image)
        return told or chosen(self._pictured_kind(wanted), wanted, anchors, image)

    def _pictured_kind(self, wanted: Target) -> list[Found]:
        """By shapes, next to words as they were read: an element is as large as its whole row."""
        look, lines = wanted.look, self.lines
        if look is None or not lines:
            return []
        if over := self._dialog:
            lines = [line for line in lines if line.box.center in over]
        anchors = self._written(wanted.anchor, Target((wanted.anchor,)), strict=False) if wanted.anchor else []
        return pictured(look.kind, self.screen, lines, [each.box for each in anchors], wanted.relation)

    @cached_property
    def _dialog(self) -> Box | None:
        """A panel that a phone shows over a dimmed page, which cannot be touched then. Desktops have no such custom."""
        from handsight.sight.pictures import panel

        width, height = self.screen.size
        return panel(self.screen.image, [line.box for line in self.lines]) if height > width else None

    def _in_reach(self, found: list[Found]) -> list[Found]:
        """Of several that were read those on a dialog, if one is shown; a device tells of no others anyway."""
        if len(found) < 2 or not all(each.by == "text" for each in found) or self._dialog is None:
            return found
        return [each for each in found if each.box.center in self._dialog] or found

    def _within(self, what: str) -> tuple[list[tuple[Finder, str]], Container | None]:
        """Where words say in what it stands: each part of the screen that this may be, and what is named in it."""
        named = parts(what)
        if named is None:
            return [], None
        words, holder = named[0], container(named[1])
        inner = [self._part(box) for box in boxes(holder, self.screen.image, self.elements, self.lines)]
        return [(part, words) for part in inner], holder

    def _part(self, box: Box) -> Finder:
        """The same screen, and of what is on it only what stands in a box, and not in a dialog over it."""
        part = Finder(self.screen, None)
        over = [e.box for e in self.elements if e.role == "dialog" and e.box != box and e.box.center in box]
        part.elements = [e for e in self.elements if e.box.center in box and not any(e.box.center in o for o in over)]
        part.lines = [o for o in self.lines if o.box.center in box and not any(o.box.center in b for b in over)]
        return part

    def _written(self, what: str | Target, wanted: Target, *, strict: bool) -> list[Found]:
        height = self.screen.size[1]
        hits: list[Match] = []
        if isinstance(what, str):
            hits = match.find(self.lines, literal(what), height, strict=True, whole=wanted.bare)
        hits = hits or match.find(self.lines, wanted, height, strict=strict, whole=wanted.bare)
        return [Found(hit.box, hit.text, "text", None, hit.likeness * hit.line.score) for hit in hits]

    def _named(self, wanted: Target, *, strict: bool, whole: bool = False) -> list[Found]:
        """By what is written on an element; where that names none, by what is said of it."""
        height = self.screen.size[1]
        for lines in (spoken(self.elements), spoken(self.elements, described=True)):
            found = self._found(match.find(lines, wanted, height, strict=strict, titles=True, whole=whole))
            touched = [each for each in found if each.element and each.element.clickable]
            if found and not touched:
                found = self._found(match.find(lines, wanted, height, strict=strict, whole=whole))
            if found:
                return touched if len(touched) == 1 else found
        return []

    def _found(self, hits: Sequence[Match]) -> list[Found]:
        by_box = {element.box: element for element in reversed(self.elements)}
        return [Found(e.box, hit.text, "tree", e, hit.likeness) for hit in hits if (e := by_box.get(hit.line.box))]

    def _called(self, what: Seen | Target) -> str:
        if isinstance(what, (Path, Image)):
            return said(what)
        return f'"{what}"' if isinstance(what, str) and parts(what) else str(meant(what))

    def _missing(self, what: Seen | Target) -> str:
        if isinstance(what, (Path, Image)):
            return f"{said(what)} is not on the screen"
        inner, holder = self._within(what) if isinstance(what, str) else ([], None)
        if holder and holder.said and not inner:
            return f"there is no {holder} on the screen, for {what!r}"
        if inner:
            return f"there is no {meant(inner[0][1])} in the {holder}"
        near_it = [] if meant(what).bare else self.nearest(what)
        return f"there is no {meant(what)} on the screen" + (f"; nearest: {', '.join(near_it)}" if near_it else "")
