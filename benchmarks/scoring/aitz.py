"""Android in the Zoo: type accuracy, exact match, and what comes of them for whole episodes.

Defined by Zhang et al. 2024 (arXiv 2403.02713, IMNearth/CoAT). The scorer published there never fills in the place of
a true click, so a click is held here against what the paper and later re-runs of it do: the boxes, then the distance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scoring.acts import Act, Area, Spot, direction
from scoring.texts import contains_either_way, likeness

NEAR = 0.14
SCALE = 1.2
ALIKE = 0.8

_TYPES = {"tap": "click", "swipe": "scroll", "type": "type", "press": "press", "finish": "stop"}


def action_type(act: Act) -> str | None:
    """click, scroll, type, press or stop; None for an act that the data set does not know."""
    return _TYPES.get(act.kind)


def score(truth: Act, predicted: Act | None, boxes: Iterable[Area] = ()) -> dict[str, bool]:
    """`hit`: one of the five acts came; `type`: of the right type; `exact`: and right.

    A click is right if a box scaled 1.2 times that holds the true place holds it as well, else if it is at most 0.14 of
    the screen from the true place. A scroll is right if the finger goes the same way, a text if either is part of the
    other (lower case, spaces around it aside) or they are alike by more than 0.8, a press if the button is the same; a
    stop always, whether as done or as impossible.
    """
    hit = predicted is not None and action_type(predicted) is not None
    kind = predicted is not None and hit and action_type(predicted) == action_type(truth)
    return {"hit": hit, "type": kind, "exact": predicted is not None and kind and _right(truth, predicted, boxes)}


def _right(truth: Act, predicted: Act, boxes: Iterable[Area]) -> bool:
    if truth.kind == "tap":
        assert truth.way
        assert predicted.way
        return _clicks_match(truth.way[1], predicted.way[1], boxes)
    if truth.kind == "swipe":
        assert truth.way
        assert predicted.way
        return direction(*truth.way) == direction(*predicted.way)
    if truth.kind == "type":
        true, given = truth.text.lower().strip(), predicted.text.lower().strip()
        return contains_either_way(true, given) or likeness(true, given) > ALIKE
    return truth.kind == "finish" or truth.text.lower() == predicted.text.lower()


def _clicks_match(true: Spot, given: Spot, boxes: Iterable[Area]) -> bool:
    grown = (box.scaled(SCALE) for box in boxes)
    return any(box.holds(true) and box.holds(given) for box in grown) or true.distance(given) <= NEAR


@dataclass(frozen=True)
class Episode:
    """What came of one episode: all steps right; how far until the first wrong one; how many right anywhere."""

    success: bool
    progress: float
    share: float


def episode(exact: Sequence[bool]) -> Episode:
    """Judge the steps of one episode, in order. `progress` is the longest right beginning, as a share of all steps."""
    if not exact:
        raise ValueError("an episode has at least one step")
    prefix = exact.index(False) if False in exact else len(exact)
    return Episode(all(exact), prefix / len(exact), sum(exact) / len(exact))
