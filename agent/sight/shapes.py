"""Find the shapes beside a label: switches, check boxes, fields. Pixels only; no theme, colour or size is assumed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops

from handsight.sight.lines import Line
from handsight.types import Box

_UNIT = 20  # a zone is scaled so that the label is this many pixels high
_FAINT = 9  # a switch that is off may differ this little from its card


@dataclass(frozen=True)
class Shape:
    """One connected shape: its box on the picture, how much of it the rows span (a disc .79, a frame 1), and how far
    it is from being its own mirror image, top to bottom (a switch 0, a pictogram more)."""

    box: Box
    fill: float
    skew: float = 0

    @property
    def ratio(self) -> float:
        return self.box.width / self.box.height


def shapes(image: Image.Image, zone: Box, label: Box) -> list[Shape]:
    """The shapes that lie wholly within `zone` and stand out from what is most of it."""
    left, top = max(0, int(zone.left)), max(0, int(zone.top))
    right, bottom = min(image.width, int(zone.right)), min(image.height, int(zone.bottom))
    if right - left < 4 or bottom - top < 4:
        return []
    scale = min(1.0, _UNIT / label.height)
    crop = image.crop((left, top, right, bottom)).convert("RGB")
    small = crop.resize((max(4, round(crop.width * scale)), max(4, round(crop.height * scale))), Image.Resampling.BOX)
    mask = _standing_out(small)
    found = []
    for rows in _components(mask):
        x0, x1 = min(r[0] for r in rows.values()), max(r[1] for r in rows.values())
        y0, y1 = min(rows), max(rows) + 1
        at_edge = y0 == 0 or y1 == mask.height or (x0 == 0 and left > 0) or (x1 == mask.width and right < image.width)
        if at_edge or x1 - x0 < 4 or y1 - y0 < 4:
            continue
        fx, fy = crop.width / small.width, crop.height / small.height
        box = Box(left + x0 * fx, top + y0 * fy, left + x1 * fx, top + y1 * fy)
        area = (x1 - x0) * (y1 - y0)
        turned = [(rows[y], rows[y0 + y1 - 1 - y]) for y in rows if y0 + y1 - 1 - y in rows]
        skew = sum(abs(a - c) + abs(b - d) for (a, b), (c, d) in turned) / area
        found.append(Shape(box, sum(b - a for a, b in rows.values()) / area, skew))
    return [shape for shape in found if not any(_inside(shape.box, o, label.height) for o in found)]


def holds_words(box: Box, lines: Sequence[Line]) -> bool:
    """Whether text stands inside `box`: a button or a filled-in field, no switch. One letter may be a misread ring."""
    return any(len(line.text) > 1 and line.box.center in box for line in lines)


def among_words(box: Box, lines: Sequence[Line]) -> bool:
    """Whether `box` is a letter, or two that touch, of a line."""
    return any(len(line.text) > 1 and box.center in line.box and box.height < 0.85 * line.box.height for line in lines)


def field_for(image: Image.Image, label: Box, lines: Sequence[Line]) -> Box | None:
    """The empty box that `label` names: to its right or just below it; None when the label itself is to be tapped."""
    tall = label.height
    # OCR may take the field's edge for a letter of the label, so the zones begin within the label.
    beside = Box(label.right - tall, label.top - 1.5 * tall, image.width, label.bottom + 1.5 * tall)
    under = Box(label.left - 2 * tall, label.center.y, image.width, label.bottom + 5 * tall)
    for zone in (beside, under):
        fitting = [
            shape
            for shape in shapes(image, zone, label)
            if shape.ratio > 2.8 and shape.fill > 0.8 and 0.65 * tall < shape.box.height < 4 * tall
        ]
        if zone is beside:
            fitting = [shape for shape in fitting if shape.box.top < label.center.y < shape.box.bottom]
        else:
            fitting = [s for s in fitting if not _text_between(label, s.box, lines) and s.box.left < label.right]
        fitting = [shape for shape in fitting if not holds_words(shape.box, lines)]
        if fitting:
            return min(fitting, key=lambda s: s.box.top - label.bottom if zone is under else s.box.left).box
    return None


def _inside(inner: Box, outer: Shape, tall: float) -> bool:
    """Whether one shape is a part of another: a thumb, a dot in a ring, a pictogram on a disc. A card holds others."""
    if inner == outer.box or inner.center not in outer.box or inner.width >= outer.box.width:
        return False
    close = outer.box.width < 3.2 * inner.width and outer.box.height < 3.2 * inner.height
    return close or (0.6 < outer.ratio < 1.7 and outer.box.height < 4.5 * tall)


def _text_between(label: Box, box: Box, lines: Sequence[Line]) -> bool:
    return any(label.bottom <= line.box.center.y <= box.top and line.box.left < box.right for line in lines)


def _standing_out(image: Image.Image) -> Image.Image:
    """White where a pixel differs from the commonest colour."""
    counted = image.getcolors(image.width * image.height) or [(0, (0, 0, 0))]
    _, paper = max(counted, key=lambda one: one[0])
    assert isinstance(paper, tuple)
    difference = ImageChops.difference(image, Image.new("RGB", image.size, paper))
    red, green, blue = difference.split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return strongest.point(lambda v: 255 if v > _FAINT else 0)


def _components(mask: Image.Image) -> list[dict[int, tuple[int, int]]]:
    """Connected white parts: of each, the first and last column of every row."""
    parent: list[int] = []

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    data, width = mask.tobytes(), mask.width
    above: list[tuple[int, int, int]] = []
    runs: list[tuple[int, int, int, int]] = []
    for y in range(mask.height):
        here: list[tuple[int, int, int]] = []
        for run in re.finditer(rb"\xff+", data[y * width : (y + 1) * width]):
            start, end = run.span()
            touching = [part for a, b, part in above if a <= end and b >= start]
            if touching:
                part = root(touching[0])
                for other in touching[1:]:
                    parent[root(other)] = part
            else:
                part = len(parent)
                parent.append(part)
            here.append((start, end, part))
            runs.append((y, start, end, part))
        above = here
    joined: dict[int, dict[int, tuple[int, int]]] = {}
    for y, start, end, part in runs:
        rows = joined.setdefault(root(part), {})
        first, last = rows.get(y, (start, end))
        rows[y] = (min(first, start), max(last, end))
    return list(joined.values())
