"""Pictures of places: whether one is still what it was, how like it another place is, and where else it stands.

Likeness is correlation of brightness, from 0 to 1: light on dark counts as dark on light, so that a theme does not
matter. What stands elsewhere is searched for with OpenCV; where that is not installed, nothing is found elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PIL import ImageChops

from handsight.errors import ExtraMissing
from handsight.types import Box, Point

if TYPE_CHECKING:
    from PIL.Image import Image

_SHARE = 0.17  # of the screen's short side: the side of the picture of a place
_LEAST_PX, _MOST_PX, _MARGIN_PX = 48, 200, 6
_FLAT = 6  # shades of 255 by which a picture of nothing differs within itself
_BLOCK, _MOVED = 4, 12  # pixels; shades of 255 by which one block differs that shows something else
_DIFFERS = [0] * (_MOVED + 1) + [255] * (255 - _MOVED)
_SIDE = 48  # a picture is compared at this many pixels
_NEARLY = 0.1
SURE = 0.8
"""How like a picture has to be to count as one sense."""


def cut(image: Image, box: Box) -> Image | None:
    """The picture in a box; None where nothing is to be seen there."""
    picture = image.convert("RGB").crop((int(box.left), int(box.top), int(box.right), int(box.bottom)))
    low, high = picture.convert("L").getextrema()
    return picture if isinstance(low, int) and isinstance(high, int) and high - low > _FLAT else None


def around(at: Point, size: tuple[int, int]) -> Box:
    """The square of which an anchor keeps a picture, as far as it lies on the screen."""
    half = min(max(round(_SHARE * min(size)), _LEAST_PX), _MOST_PX) // 2
    left, top = max(0, int(at.x) - half), max(0, int(at.y) - half)
    return Box(left, top, min(size[0], int(at.x) + half), min(size[1], int(at.y) + half))


def strip(words: Box, size: tuple[int, int]) -> Box:
    """The part of a screen in which words stand, in whole pixels, as many on each side of its middle."""
    middle = whole(words.center)
    wide = min(int(words.width / 2) + _MARGIN_PX, int(middle.x), size[0] - int(middle.x))
    high = min(int(words.height / 2) + _MARGIN_PX, int(middle.y), size[1] - int(middle.y))
    return Box(middle.x - wide, middle.y - high, middle.x + wide, middle.y + high)


def whole(at: Point) -> Point:
    """The place as it stands in a file: its picture is of that pixel."""
    return Point(float(round(at.x)), float(round(at.y)))


def unchanged(image: Image, patch: Image, box: Box) -> bool:
    """Whether the picture in a box is `patch`, down to a letter."""
    here = image.convert("RGB").crop((int(box.left), int(box.top), int(box.right), int(box.bottom)))
    if here.size != patch.size:
        return False
    difference = ImageChops.difference(here, patch.convert("RGB")).reduce(_BLOCK)
    return difference.point(_DIFFERS * 3).getbbox() is None


def placed(patch: Image, at: Point) -> Box:
    """The box of a picture whose middle is at a place."""
    return Box(at.x - patch.width // 2, at.y - patch.height // 2, at.x + patch.width // 2, at.y + patch.height // 2)


def likeness(image: Image, patch: Image, at: Point, scale: float = 1.0) -> float:
    """How like the picture around a place is to `patch`, which was taken where everything was larger by 1 / `scale`."""
    wide, high = patch.width * scale, patch.height * scale
    left, top = round(at.x - wide / 2), round(at.y - high / 2)
    box = (left, top, left + max(1, round(wide)), top + max(1, round(high)))
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
        from handsight.sight.pictures import find_at
    except ExtraMissing:
        return []
    found = find_at(image, patch, scales, SURE)
    return [hit for hit in found if hit[1] > found[0][1] - _NEARLY]
