"""Pictures of places: whether one is still what it was, how like it another place is, and where else it stands.

Likeness is correlation of brightness, from 0 to 1: light on dark counts as dark on light, so that a theme does not
matter. What stands elsewhere is searched for with OpenCV; where that is not installed, nothing is found elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PIL import ImageChops

from handsight.play.anchors import around
from handsight.types import Box, Point

if TYPE_CHECKING:
    from PIL.Image import Image

_BLOCK, _MOVED = 4, 12  # pixels; shades of 255 by which one block differs that shows something else
_SIDE = 48  # a picture is compared at this many pixels
_SHORT_SIDE = 540  # a screen is searched at this size
SURE = 0.8
"""How like a picture has to be to count as one sense."""


def unchanged(image: Image, patch: Image, at: Point) -> bool:
    """Whether the picture around a place is `patch`, down to a letter."""
    box = around(at, image.size)
    here = image.convert("RGB").crop((int(box.left), int(box.top), int(box.right), int(box.bottom)))
    if here.size != patch.size:
        return False
    difference = ImageChops.difference(here, patch.convert("RGB")).reduce(_BLOCK)
    return all(high <= _MOVED for _, high in difference.getextrema())  # type: ignore[misc]


def likeness(image: Image, patch: Image, at: Point, scale: float = 1.0) -> float:
    """How like the picture around a place is to `patch`, which was taken where everything was larger by 1 / `scale`."""
    wide, high = patch.width * scale, patch.height * scale
    left, top = round(at.x - wide / 2), round(at.y - high / 2)
    box = (left, top, left + round(wide), top + round(high))
    one, other = (each.convert("L").resize((_SIDE, _SIDE)).tobytes() for each in (image.crop(box), patch))
    count = _SIDE * _SIDE
    mean, mean_other = sum(one) / count, sum(other) / count
    spread = sum(v * v for v in one) / count - mean**2
    spread_other = sum(v * v for v in other) / count - mean_other**2
    if spread < 4 or spread_other < 4:  # a flat picture is like nothing
        return 0.0
    both = sum(a * b for a, b in zip(one, other, strict=True)) / count - mean * mean_other
    return float(abs(both) / (spread * spread_other) ** 0.5)


def seek(image: Image, patch: Image, scales: Sequence[float]) -> list[tuple[Box, float]]:
    """Where `patch` stands, with its likeness: the best place, and whatever else is nearly as like."""
    try:
        import cv2
        import numpy as np
    except ImportError:
        return []
    shrink = min(1.0, _SHORT_SIDE / min(image.size))
    screen = _brightness(image, shrink)
    found: list[tuple[Box, float]] = []
    for scale in scales:
        wanted = _brightness(patch, shrink * scale)
        if min(wanted.shape) < 8 or wanted.shape[0] > screen.shape[0] or wanted.shape[1] > screen.shape[1]:
            continue
        like = np.abs(cv2.matchTemplate(screen, wanted, cv2.TM_CCOEFF_NORMED))
        like[~np.isfinite(like)] = 0
        for _ in range(3):
            _, best, _, (left, top) = cv2.minMaxLoc(like)
            if best < SURE:
                break
            high, wide = wanted.shape
            box = Box(left / shrink, top / shrink, (left + wide) / shrink, (top + high) / shrink)
            found.append((box, float(best)))
            like[max(0, top - high // 2) : top + high // 2, max(0, left - wide // 2) : left + wide // 2] = 0
    found.sort(key=lambda each: -each[1])
    kept: list[tuple[Box, float]] = []
    for box, like in found:
        if like > found[0][1] - 0.1 and all(box.center not in other for other, _ in kept):
            kept.append((box, like))
    return kept


def _brightness(image: Image, scale: float):  # type: ignore[no-untyped-def]  # an array of OpenCV's
    import numpy as np

    small = image.convert("L").resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
    return np.asarray(small)
