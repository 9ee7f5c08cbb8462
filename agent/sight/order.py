"""How things on a screen stand to one another: what comes first, what is one place, what is next to what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from handsight.types import Box


class Placed(Protocol):
    """Whatever has a box on the screen."""

    @property
    def box(self) -> Box: ...


Thing = TypeVar("Thing", bound=Placed)


def distinct(things: Iterable[Thing]) -> list[Thing]:
    """In reading order, each place once."""
    kept: list[Thing] = []
    for thing in things:
        if all(thing.box.center not in other.box and other.box.center not in thing.box for other in kept):
            kept.append(thing)
    kept.sort(key=lambda each: each.box.center.y)
    ordered: list[Thing] = []
    while kept:
        row = [each for each in kept if overlap_y(each.box, kept[0].box) > 0.5]
        ordered += sorted(row, key=lambda each: each.box.left)
        kept = [each for each in kept if each not in row]
    return ordered


def near(things: Sequence[Thing], anchor: Box, relation: str) -> list[Thing]:
    """Those nearest to `anchor`, beside, left, right, below or above it; several where they are about as near."""

    def cost(thing: Thing) -> float:
        across = max(0.0, thing.box.left - anchor.right, anchor.left - thing.box.right)
        if relation in ("beside", "left", "right"):
            return across + 3 * abs(thing.box.center.y - anchor.center.y)
        return gap_y(thing.box, anchor) + across / 3

    # What bears the anchor, or is it, does not stand beside it.
    there = [each for each in things if anchor.center not in each.box and _is_there(each.box, anchor, relation)]
    least = min(map(cost, there), default=0.0)
    return [each for each in there if cost(each) <= least + anchor.height / 3]


def _is_there(box: Box, anchor: Box, relation: str) -> bool:
    if relation == "below":
        return box.center.y > anchor.bottom
    if relation == "above":
        return box.center.y < anchor.top
    if relation == "right":
        return box.center.x > anchor.center.x
    if relation == "left":
        return box.center.x < anchor.center.x
    return True


def follows(box: Box, before: Box) -> bool:
    """Whether words may go on from one box to another: in the same row, or in the line below."""
    beside = overlap_y(box, before) > 0.5 and 0 <= box.left - before.right < 1.5 * before.height
    under = (
        0 <= box.center.y - before.bottom < 1.2 * before.height and box.left < before.right and box.right > before.left
    )
    return beside or under


def aside_or_below(label: Box, field: Box) -> float | None:
    """How far a field is from a label before it or above it; None where it is elsewhere."""
    if field.top < label.center.y < field.bottom and field.right > label.right:
        return max(0.0, field.left - label.right)
    if field.center.y > label.bottom and field.left < label.right and field.right > label.left:
        return max(0.0, field.top - label.bottom) * 3
    return None


def overlap_y(a: Box, b: Box) -> float:
    """The share of the lower of two boxes that stands in the rows of the other."""
    return max(0.0, min(a.bottom, b.bottom) - max(a.top, b.top)) / max(1.0, min(a.height, b.height))


def gap_y(a: Box, b: Box) -> float:
    """The empty rows between two boxes."""
    return max(0.0, a.top - b.bottom, b.top - a.bottom)


def union(a: Box, b: Box) -> Box:
    """The smallest box that holds both."""
    return Box(min(a.left, b.left), min(a.top, b.top), max(a.right, b.right), max(a.bottom, b.bottom))
