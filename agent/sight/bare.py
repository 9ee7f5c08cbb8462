"""Things that are named by their kind alone: what a device says is of that kind, else what looks like it."""

from __future__ import annotations

from collections.abc import Sequence

from handsight.sight.found import Found
from handsight.sight.kinds import is_of_kind
from handsight.sight.lines import Line
from handsight.sight.order import distinct
from handsight.sight.shapes import among_words, field_for, holds_words, shapes
from handsight.sight.switches import switch_for
from handsight.types import Box, Element, Screen


def seen(
    kind: str,
    screen: Screen,
    elements: Sequence[Element],
    lines: Sequence[Line],
    anchors: Sequence[Found],
    relation: str,
) -> list[Found]:
    """All of a kind on the screen; near the anchors, if there are any, where only a neighbour shows what it is.

    Links, tabs, menus and sliders look too different from one another: only a device can name those.
    """
    named = [each for each in elements if is_of_kind(each, kind)]
    if named:
        return distinct(Found(each.box, each.name or kind, "tree", each) for each in named)
    if kind == "button":
        return _buttons(screen, lines)
    if kind in ("switch", "checkbox", "radio button"):
        rows = [anchor.box for anchor in anchors] if relation in ("beside", "left", "right") else []
        return _switches(kind, screen, lines, rows or [line.box for line in lines])
    if kind == "field":
        found = [field_for(screen.image, anchor.box, lines) for anchor in anchors]
    elif kind in ("icon", "image"):
        found = [box for anchor in anchors for box in _icons(screen, lines, anchor.box)]
    else:
        found = []
    return distinct(Found(box, kind, "picture", None, None) for box in found if box)


def _buttons(screen: Screen, lines: Sequence[Line]) -> list[Found]:
    """Words on a ground of their own that is not much more than they are."""
    from handsight.sight.pictures import ground

    found = []
    for line in lines:
        box = ground(screen.image, line.box)
        if box and box.height < 4.5 * line.box.height and not _others(box, line, lines):
            found.append(Found(box, line.text, "picture", None, line.score))
    return distinct(found)


def _others(box: Box, line: Line, lines: Sequence[Line]) -> bool:
    """Whether other words stand on the same ground: a card or a row of a list, no button."""
    return any(each is not line and each.box.center in box for each in lines)


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
        and 0.6 * tall < shape.box.height < 5 * tall
        and not holds_words(shape.box, lines)
        and not among_words(shape.box, lines)
    ]
