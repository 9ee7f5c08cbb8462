"""Find the switch or check box that belongs to a label, and read whether it is on.

What all switches share is used, and nothing else: a flat round-ended shape at the row's end with a thumb at one side of
it. The thumb shows as an arc that bulges towards the middle; the empty side has none. Colour decides only where no arc
can be seen. A check box or radio button is on when something stands inside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageOps

from handsight.sight.lines import Line
from handsight.sight.shapes import Shape, among_words, holds_words, shapes
from handsight.types import Box

_TALL = 32
_ANGLES = [
    (math.cos(math.radians(a)), math.sin(math.radians(a))) for a in (0, 70, -70, 42, -42, 14, -14, 56, -56, 28, -28)
]


@dataclass(frozen=True)
class Switch:
    """A switch, check box or radio button; `on` is None when its look does not say."""

    box: Box
    kind: Literal["switch", "box"]
    on: bool | None


def switch_for(image: Image.Image, label: Box, lines: Sequence[Line]) -> Switch | None:
    """The switch of the row in which `label` stands: at its end, else in front of it."""
    tall = label.height
    top, bottom = label.top - 2 * tall, label.bottom + 3.5 * tall
    # OCR may take a part of the switch for a letter of the label, so the zones begin within the label.
    after = shapes(image, Box(label.right - tall, top, image.width, bottom), label)
    before = shapes(image, Box(label.left - 4.5 * tall, top, label.left + tall / 2, bottom), label)
    others = [line for line in lines if line.box != label]
    candidates = [(0.0, _kind(shape, tall, lines), shape) for shape in after]
    candidates += [(0.6, _kind(shape, tall, lines), shape) for shape in before]
    best: tuple[float, Literal["switch", "box"], Shape] | None = None
    for penalty, kind, shape in candidates:
        down = (shape.box.center.y - label.center.y) / tall
        if kind is None or not -0.8 < down < 2.0 or _belongs_to_another(shape.box, label, others):
            continue
        if kind == "box" and is_on(image, shape.box, kind) is None:
            continue
        away = max(shape.box.left - label.right, label.left - shape.box.right, 0) / image.width
        cost = penalty + abs(down - 0.2) + away + (0.5 if kind == "box" else 0.0)
        if best is None or cost < best[0]:
            best = (cost, kind, shape)
    if best is None:
        return None
    _, kind, shape = best
    return Switch(shape.box, kind, is_on(image, shape.box, kind))


def is_on(image: Image.Image, box: Box, kind: Literal["switch", "box"]) -> bool | None:
    """Read the state of the switch or check box at `box`."""
    edges = (math.floor(box.left), math.floor(box.top), math.ceil(box.right), math.ceil(box.bottom))
    crop = image.crop(edges).convert("RGB")
    if kind == "box":
        x, y = max(0, edges[0] - 3), (edges[1] + edges[3]) // 2
        beside = image.crop((x, y, x + 1, y + 1)).convert("RGB")
        return _is_marked(crop, beside.tobytes())
    ratio = crop.width / crop.height
    pill = crop.resize((round(_TALL * ratio), _TALL), Image.Resampling.LANCZOS)
    left, right = _height(pill, 0.28), _height(pill, 0.72)
    if max(left, right) > 1.25 * min(left, right):
        return right > left  # an old Android's thumb stands out over its track
    left, right = _thumb(pill), _thumb(ImageOps.mirror(pill))
    if max(left, right) >= 6 and max(left, right) >= 1.6 * min(left, right):
        return right > left
    return _coloured(pill)


def _kind(shape: Shape, tall: float, lines: Sequence[Line]) -> Literal["switch", "box"] | None:
    high = shape.box.height / tall
    if high < 0.4 or among_words(shape.box, lines):
        return None
    if (
        1.3 <= shape.ratio <= 2.9
        and high <= 2.5
        and shape.fill > 0.65
        and shape.skew < 0.12
        and not holds_words(shape.box, lines)
    ):
        return "switch"
    if 0.82 <= shape.ratio <= 1.22 and high <= 1.6 and shape.fill > 0.7:
        return "box"
    return None


def _belongs_to_another(box: Box, label: Box, lines: Sequence[Line]) -> bool:
    """Whether another line of about the label's size stands on the shape's own row, and the label does not."""
    if abs(box.center.y - label.center.y) < 0.6 * label.height:
        return False
    return any(
        abs(line.box.center.y - box.center.y) < 0.35 * label.height
        and line.box.height > 0.92 * label.height
        and line.box.left < label.right
        and line.box.right > label.left
        for line in lines
    )


def _height(pill: Image.Image, share: float) -> float:
    """From where to where one column stands out from the corner, at a share of the width."""
    pixels, width = pill.tobytes(), pill.width
    paper, x = _at(pixels, width, 0, 0), round(share * (width - 1))
    column = [_at(pixels, width, x, y) for y in range(pill.height)]
    inked = [y for y, p in enumerate(column) if max(abs(a - b) for a, b in zip(p, paper, strict=True)) > 12]
    return inked[-1] - inked[0] + 1 if inked else 0


def _thumb(pill: Image.Image) -> float:
    """How clearly a disc sits in the left half: the contrast across its right-hand arc, where that is weakest."""
    pixels = pill.tobytes()
    width, height = pill.size
    best = 0.0
    for radius in range(5, height // 2 + 1):
        for center in range(radius - 1, int(width * 0.46)):
            arc = _arc(pixels, width, height, center, radius, best)
            best = max(best, arc)
    return best


def _arc(pixels: bytes, width: int, height: int, center: int, radius: int, enough: float) -> float:
    """The contrast across the arc, its weakest fifth left out; 0 as soon as it cannot be more than `enough`."""
    middle, near, far = (height - 1) / 2, radius - 1.6, radius + 1.6
    across, weak = [], 0
    for cosine, sine in _ANGLES:
        x, y = center + far * cosine, middle + far * sine
        if not (0 <= y <= height - 1 and x <= width - 1):
            continue
        inside, outside = _at(pixels, width, center + near * cosine, middle + near * sine), _at(pixels, width, x, y)
        across.append(max(abs(a - b) for a, b in zip(inside, outside, strict=True)))
        weak += across[-1] <= enough
        if weak > 2:
            return 0
    return float(sorted(across)[len(across) // 5]) if len(across) > 5 else 0


def _at(pixels: bytes, width: int, x: float, y: float) -> bytes:
    start = 3 * (max(0, round(y)) * width + max(0, round(x)))
    return pixels[start : start + 3]


def _coloured(pill: Image.Image) -> bool | None:
    """Colour means on; grey says nothing."""
    width, height = pill.size
    inner = pill.crop((width // 6, height // 4, width - width // 6, height - height // 4))
    pixels = list(zip(*[iter(inner.tobytes())] * 3, strict=True))
    vivid = sum(max(p) - min(p) > 60 for p in pixels)
    return True if vivid > 0.2 * len(pixels) else None


def _is_marked(crop: Image.Image, paper: bytes) -> bool | None:
    """Whether a tick, a dot or a fill stands inside a box or ring; None for a plain disc, such as an unread mark."""
    whole = crop.resize((24, 24), Image.Resampling.LANCZOS)
    spread = max(high - low for low, high in whole.crop((6, 6, 18, 18)).getextrema())  # type: ignore[misc]
    if spread > 48:
        return True
    pixels = whole.tobytes()
    middle = _at(pixels, 24, 12, 12)
    if max(middle) - min(middle) > 70:
        return True
    rim = [_at(pixels, 24, x, 12) for x in range(6)]
    outlined = any(
        not min(a, b) - 30 < p < max(a, b) + 30 for pixel in rim for p, a, b in zip(pixel, paper, middle, strict=True)
    )
    return False if outlined else None
