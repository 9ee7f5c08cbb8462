"""AndroidControl: two scorers are in use, and their numbers do not compare. Name the one you report.

`os_atlas`: Wu et al. 2024 (arXiv 2410.23218), followed by UI-TARS and others. `qwen`: the evaluation behind the report
of Qwen2.5-VL, with candidate boxes made from the accessibility tree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scoring.acts import Act, Area, direction
from scoring.texts import contains_either_way, word_f1

OS_ATLAS_NEAR = 0.14
OS_ATLAS_F1 = 0.5
QWEN_NEAR = 0.04
QWEN_SCALE = 1.2

_POINTED = ("tap", "long_press")


@dataclass(frozen=True)
class Option:
    """One way in which a step may be done: the act, and the boxes in which a touch counts as right."""

    act: Act
    boxes: tuple[Area, ...] = ()


def os_atlas(truth: Sequence[Option], predicted: Act | None) -> dict[str, bool]:
    """`type` and `exact` by OS-Atlas's rules, which know only the first option and no boxes.

    A click or a long press is exact within 0.14 of the screen from the true place, what is typed and the app that is
    opened with a word F1 above 0.5, a scroll in the finger's direction, a button if it is the same; else by type alone.
    """
    true = truth[0].act
    if predicted is None or predicted.kind != true.kind:
        return {"type": False, "exact": False}
    if true.way and predicted.way:
        near = true.way[0].distance(predicted.way[0]) <= OS_ATLAS_NEAR
        exact = direction(*true.way) == direction(*predicted.way) if true.kind == "swipe" else near
    elif true.kind in ("type", "open"):
        exact = word_f1(true.text, predicted.text) > OS_ATLAS_F1
    else:
        exact = true.kind != "press" or true.text.lower() == predicted.text.lower()
    return {"type": True, "exact": exact}


def qwen(truth: Sequence[Option], predicted: Act | None) -> dict[str, bool]:
    """`type` and `exact` by the Qwen team's rules: what fits any of the options is right.

    A click or a long press is exact within a candidate box scaled 1.2 times, or at most 0.04 of the screen from the
    true place. Any swipe is exact where a swipe is due. An app may also be opened by a click in a candidate box of its
    icon. A text is right if either is part of the other (lower case, spaces around it aside), a button if it is the
    same.
    """
    if predicted is None:
        return {"type": False, "exact": False}
    exact = any(_fits(option, predicted) for option in truth)
    return {"type": exact or any(option.act.kind == predicted.kind for option in truth), "exact": exact}


def _fits(option: Option, predicted: Act) -> bool:
    true = option.act
    if predicted.way and predicted.kind in _POINTED and (predicted.kind == true.kind or _opens(true, predicted)):
        spot = predicted.way[0]
        if any(box.scaled(QWEN_SCALE).holds(spot) for box in option.boxes):
            return True
        return true.way is not None and true.way[0].distance(spot) <= QWEN_NEAR
    if predicted.kind != true.kind:
        return False
    if true.kind in ("type", "open"):
        return contains_either_way(true.text, predicted.text)
    return true.kind != "press" or true.text.lower() == predicted.text.lower()


def _opens(true: Act, predicted: Act) -> bool:
    return true.kind == "open" and predicted.kind == "tap"


SCORERS: dict[str, Callable[[Sequence[Option], Act | None], dict[str, bool]]] = {"os-atlas": os_atlas, "qwen": qwen}
