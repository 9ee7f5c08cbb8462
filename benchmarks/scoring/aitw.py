"""Android in the Wild: whether two acts match.

Defined by Rawles et al. 2023 (arXiv 2307.10088) and `android_in_the_wild/action_matching.py` of google-research.
"""

from __future__ import annotations

from collections.abc import Iterable

from scoring.acts import TAP_AT_MOST, Act, Area, Spot

NEAR = 0.14
GROWN = 1.4  # by which a box's sides grow: to 2.4 times

TYPE, DUAL_POINT, BACK, HOME, ENTER, COMPLETE, IMPOSSIBLE = 3, 4, 5, 6, 7, 10, 11
_KEYS = {"back": BACK, "home": HOME, "enter": ENTER}


def action_type(act: Act) -> int | None:
    """The data set's number for an act; None for one that it does not know."""
    if act.kind in ("tap", "swipe"):
        return DUAL_POINT
    if act.kind == "type":
        return TYPE
    if act.kind == "press":
        return _KEYS.get(act.text.lower())
    return (COMPLETE if act.success else IMPOSSIBLE) if act.kind == "finish" else None


def matches(truth: Act, predicted: Act | None, boxes: Iterable[Area] = ()) -> bool:
    """Whether `predicted` does what `truth` does.

    Two taps (touch and lift at most 0.04 apart) match if they are at most 0.14 of the screen apart, or both within one
    annotated box enlarged to 2.4 times. Two swipes match if both go mainly sideways or both up or down: up equals down.
    Anything else matches by its type: what is typed does not count.
    """
    if predicted is None or action_type(predicted) is None or action_type(truth) != action_type(predicted):
        return False
    if truth.way is None or predicted.way is None:
        return True
    taps = [touch.distance(lift) <= TAP_AT_MOST for touch, lift in (truth.way, predicted.way)]
    if all(taps):
        return taps_match(truth.way[0], predicted.way[0], boxes)
    return not any(taps) and _axis(*truth.way) == _axis(*predicted.way)


def taps_match(one: Spot, other: Spot, boxes: Iterable[Area]) -> bool:
    """Whether two touches mean the same place."""
    if one.distance(other) <= NEAR:
        return True
    return any(grown.holds(one) and grown.holds(other) for grown in map(enlarged, boxes))


def enlarged(box: Area) -> Area:
    """The box at 2.4 times its size, its top left corner kept on the screen, its sides at most the screen's.

    As in the official code right and bottom are not clamped: a box whose corner was moved reaches that much further.
    """
    taller, wider = GROWN * box.height, GROWN * box.width
    left, top = max(0.0, box.left - wider / 2), max(0.0, box.top - taller / 2)
    return Area(left, top, min(1.0, box.width + wider), min(1.0, box.height + taller))


def _axis(touch: Spot, lift: Spot) -> str:
    return "x" if abs(lift.x - touch.x) > abs(lift.y - touch.y) else "y"
