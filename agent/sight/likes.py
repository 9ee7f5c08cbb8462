"""Things by what they are and look like: those a device says are of a kind, else what looks so; those of a colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PIL.Image import Image

from handsight.sight.colours import of_colour
from handsight.sight.found import Found
from handsight.sight.kinds import is_of_kind
from handsight.sight.lines import Line
from handsight.sight.order import aside_or_below, distinct, near
from handsight.sight.shapes import among_words, field_for, holds_words, shapes
from handsight.sight.switches import switch_for
from handsight.sight.targets import Target
from handsight.types import Box, Element, Screen

SWITCHES: dict[str, Literal["switch", "box"]] = {"switch": "switch", "checkbox": "box", "radio button": "box"}
"""The kinds that are on or off, and how they look."""


def named(kind: str, elements: Sequence[Element]) -> list[Found]:
    """What a device says is of a kind."""
    return distinct(Found(e.box, e.name or kind, "tree", e) for e in elements if is_of_kind(e, kind))


def fields_of(label: Box, fields: Sequence[Element]) -> list[Found]:
    """The field nearest to a label that is before or above it; several where they are as near."""
    beside = [(gap, e) for e in fields if (gap := aside_or_below(label, e.box)) is not None]
    least = min((gap for gap, _ in beside), default=0.0)
    return distinct(Found(e.box, e.name or "field", "tree", e) for gap, e in beside if gap < least + 1)


def pictured(kind: str, screen: Screen, lines: Sequence[Line], anchors: Sequence[Box], relation: str) -> list[Found]:
    """What looks like one of a kind; near the anchors where only a neighbour shows what it is.

    Links, tabs, menus and sliders look too different from one another: only a device can name those.
    """
    if kind == "button":
        found = [(line, as_button(screen.image, line.box, lines)) for line in lines]
        return distinct(Found(box, line.text, "picture", None, line.score) for line, box in found if box)
    if kind in SWITCHES:
        rows = anchors if relation in ("beside", "left", "right") else ()
        return _switches(kind, screen, lines, rows or [line.box for line in lines])
    boxes: list[Box | None] = []
    if kind == "field":
        boxes = [field_for(screen.image, anchor, lines) for anchor in anchors]
    elif kind in ("icon", "image"):
        boxes = [box for anchor in anchors for box in _icons(screen, lines, anchor)]
    return distinct(Found(box, kind, "picture", None, None) for box in boxes if box)


def of_kind(found: Sequence[Found], kind: str, image: Image, lines: Sequence[Line]) -> list[Found]:
    """Those that are of a kind; of what is only read, the buttons."""
    if any(each.element for each in found):
        return [each for each in found if each.element and is_of_kind(each.element, kind)]
    return [each for each in found if as_button(image, each.box, lines)] if kind == "button" else []


def chosen(found: Sequence[Found], wanted: Target, anchors: Sequence[Found], image: Image) -> list[Found]:
    """Of several things those of the colour, at the place and with the number that are meant."""
    kept = list(found)
    if wanted.look and wanted.look.colour:
        kept = of_colour(image, kept, wanted.look.colour)
    if anchors:
        # A row that is itself the switch is its own neighbour, whichever side that is on.
        own = [each for each in kept if any(each.box == anchor.box for anchor in anchors)]
        aside = wanted.relation in ("beside", "left", "right") and wanted.look and wanted.look.kind in SWITCHES
        kept = (own if aside else []) or distinct(e for a in anchors for e in near(kept, a.box, wanted.relation))
    if wanted.ordinal:
        index = wanted.ordinal - 1 if wanted.ordinal > 0 else wanted.ordinal
        return [kept[index]] if -len(kept) <= index < len(kept) else []
    return kept


def as_button(image: Image, words: Box, lines: Sequence[Line]) -> Box | None:
    """The button that bears some words: a ground of their own, not much more than they are, and they in its middle.

    A card or a row bears other words as well; what stands in a field begins at its left.
    """
    from handsight.sight.pictures import ground

    box = ground(image, words)
    if box is None or box.height > 4.5 * words.height:
        return None
    if any(each.box.center in box and each.box.center not in words for each in lines):
        return None
    return box if abs(words.center.x - box.center.x) < 1.2 * words.height else None


def _switches(kind: str, screen: Screen, lines: Sequence[Line], rows: Sequence[Box]) -> list[Found]:
    shape = "switch" if kind == "switch" else "box"
    switches = [switch_for(screen.image, row, lines) for row in rows]
    return distinct(Found(each.box, kind, "picture", None, None) for each in switches if each and each.kind == shape)


def _icons(screen: Screen, lines: Sequence[Line], label: Box) -> list[Box]:
    """Signs in the row of some words, or just above or below them."""
    tall = label.height
    zone = Box(0, label.top - 4 * tall, screen.size[0], label.bottom + 4 * tall)
    return [
        shape.box
        for shape in shapes(screen.image, zone, label)
        if 0.4 < shape.ratio < 2.5
        and 0.45 * tall < shape.box.height < 5 * tall
        and not holds_words(shape.box, lines)
        and not among_words(shape.box, lines)
    ]
