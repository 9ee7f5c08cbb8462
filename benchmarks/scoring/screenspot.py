"""ScreenSpot, ScreenSpot-v2 and ScreenSpot-Pro: whether the point that is meant lies in the element's box.

Defined by Cheng et al. 2024 (arXiv 2401.10935, SeeClick), Wu et al. 2024 (OS-Atlas, v2) and Li et al. 2025 (Pro).
"""

from __future__ import annotations

from collections.abc import Sequence

from scoring.acts import Area, Spot


def box_of(numbers: Sequence[float], *, corners: bool) -> Area:
    """The box as it is written, in pixels: [x, y, width, height] in v1 and v2, in Pro `corners` [x1, y1, x2, y2]."""
    first, second, third, fourth = numbers
    return Area(first, second, third - first, fourth - second) if corners else Area(first, second, third, fourth)


def score(box: Area, at: Spot | None) -> bool:
    """Whether a point in pixels lies in a box in pixels, the edges included; None, an unreadable reply, does not."""
    return at is not None and box.holds(at)
