"""What a person calls a colour, and which colours a thing on the screen has."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from typing import TypeVar

from PIL import Image

from handsight.sight.order import Placed
from handsight.types import Box

_WORDS = {
    "red": "red 红", "orange": "orange 橙 橘", "yellow": "yellow 黄", "green": "green 绿",
    "turquoise": "turquoise teal cyan 青", "blue": "blue 蓝", "purple": "purple violet 紫", "pink": "pink 粉",
    "brown": "brown 棕 褐", "white": "white 白", "black": "black 黑", "grey": "grey gray 灰",
}  # fmt: skip
COLOURS = {word: colour for colour, words in _WORDS.items() for word in words.split()}
# Where hues end, in degrees: neighbours overlap, since people do not agree there.
_HUES = (
    ("red", 0, 16), ("orange", 10, 45), ("yellow", 42, 68), ("green", 65, 178), ("turquoise", 155, 198),
    ("blue", 190, 252), ("purple", 245, 305), ("pink", 295, 348), ("red", 342, 360),
)  # fmt: skip
_STEP = 24
_EDGE = 160
_INK = 0.015  # of a thing's pixels: less is the fringe of its letters
_PALE = 16  # a fill that differs less from all around it is no fill

Thing = TypeVar("Thing", bound=Placed)
RGB = tuple[int, int, int]


def called(rgb: RGB) -> frozenset[str]:
    """The names that people give to a colour: one, or two on the border between them."""
    hue, light, _ = colorsys.rgb_to_hls(*(value / 255 for value in rgb))
    vivid = (max(rgb) - min(rgb)) / 255
    if light > 0.93 or (light > 0.87 and vivid < 0.06):
        return frozenset({"white"})
    if light < 0.1 or (light < 0.17 and vivid < 0.08):
        return frozenset({"black"})
    if vivid < 0.09:
        return frozenset({"grey"})
    degrees = hue * 360
    names = {name for name, start, end in _HUES if start <= degrees <= end}
    if names & {"red", "orange"} and light < 0.36 and vivid < 0.55:
        names = (names - {"orange"}) | {"brown"}
    if "red" in names and light > 0.72:
        names = {"pink"}
    if vivid < 0.16:
        names.add("grey")
    return frozenset(names)


def of_colour(image: Image.Image, things: Sequence[Thing], colour: str) -> list[Thing]:
    """Those that are filled with a colour; where none is, those with words or a sign of that colour on them."""
    seen = [(thing, *_seen(image, thing.box)) for thing in things]
    filled = [thing for thing, fill, _ in seen if fill and colour in called(fill)]
    return filled or [thing for thing, _, inks in seen if any(colour in called(ink) for ink in inks)]


def ink(image: Image.Image, box: Box) -> RGB:
    """The colour in which the words in a box are written."""
    clusters = _clusters(image.crop(_whole(box)).convert("RGB"))
    fill = clusters[0][1]
    return max((rgb for share, rgb in clusters if share > _INK), key=lambda rgb: _apart(rgb, fill), default=fill)


def _seen(image: Image.Image, box: Box) -> tuple[RGB | None, list[RGB]]:
    """The commonest colour of what stands in a box, None where it is that of all around it, and the others on it."""
    inner = image.crop(_whole(box)).convert("RGB")
    inner.thumbnail((_EDGE, _EDGE), Image.Resampling.NEAREST)  # no colours that are not there
    common = _clusters(inner)
    if not common:
        return None, []
    fill, beside = common[0][1], _around(image, box)
    inks = [rgb for share, rgb in common[1:] if share > _INK and _apart(rgb, fill) > 3 * _STEP]
    return (None if beside and _apart(fill, beside) < _PALE and not _neutral(fill) else fill), inks


def _clusters(image: Image.Image) -> list[tuple[float, RGB]]:
    """Its colours, shades that are close to one another as one, each with its share, the commonest first."""
    counted = image.getcolors(image.width * image.height) or []
    found: list[tuple[int, RGB]] = []
    for count, rgb in sorted(counted, key=lambda one: -one[0]):
        assert isinstance(rgb, tuple)
        near = next((i for i, (_, other) in enumerate(found) if _apart(rgb, other) < _STEP), None)
        if near is not None:
            found[near] = (found[near][0] + count, found[near][1])
        elif len(found) < 24:
            found.append((count, (rgb[0], rgb[1], rgb[2])))
    total = sum(count for count, _ in found)
    return sorted(((count / total, rgb) for count, rgb in found), key=lambda one: -one[0])


def _around(image: Image.Image, box: Box) -> RGB | None:
    """The commonest colour just outside a box: None where it fills the picture."""
    left, top, right, bottom = _whole(box)
    gap = 3
    rows = [y for y in (top - gap, bottom + gap) if 0 <= y < image.height]
    strips = [image.crop((left, y, right, y + 1)).convert("RGB") for y in rows]
    clusters = [one for strip in strips for one in _clusters(strip)[:1]]
    return max(clusters)[1] if clusters else None


def _whole(box: Box) -> tuple[int, int, int, int]:
    left, top = int(box.left), int(box.top)
    return left, top, max(left + 1, int(box.right)), max(top + 1, int(box.bottom))


def _neutral(rgb: Sequence[int]) -> bool:
    return max(rgb) - min(rgb) < 20


def _apart(a: Sequence[int], b: Sequence[int]) -> int:
    return max(abs(x - y) for x, y in zip(a, b, strict=True))
