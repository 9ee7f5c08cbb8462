"""Numbered marks on a screenshot, for models that name a thing better than they aim at it.

Mark 1 is the first of `markable(elements)`, so that the elements alone say what a mark means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from handsight.types import Box, Element, Point

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

MOST = 80
_COLORS = ("#D50000", "#2962FF", "#00796B", "#AA00FF", "#BF360C", "#263238")  # white figures are legible on each
_TOUCHED = ("field", "slider", "menu")
_MOST_CHARS = 48


def markable(elements: Iterable[Element]) -> list[Element]:
    """What gets a mark: what can be tapped, as one reads, at most MOST."""
    touched = [e for e in elements if e.enabled and (e.clickable or e.checked is not None or e.role in _TOUCHED)]
    return sorted(touched, key=lambda e: (e.box.top, e.box.left))[:MOST]


def place(element: Element, elements: Sequence[Element]) -> Point:
    """Where to tap to hit it: the middle, or another place of it that nothing drawn later covers."""
    box, later = element.box, elements[elements.index(element) + 1 :]
    over = [other.box for other in later if other.clickable and not box.within(other.box)]
    shares = (0.5, 0.25, 0.75, 0.1, 0.9)
    tries = [Point(box.left + box.width * x, box.top + box.height * y) for y in shares for x in shares]
    return next((at for at in tries if not any(at in each for each in over)), box.center)


def listed(elements: Iterable[Element]) -> str:
    """What the marks are, one a line: `3: switch "Wi-Fi" (on)`."""
    lines = [f"{number}: {_described(element)}" for number, element in enumerate(markable(elements), 1)]
    return "\n".join(["Marks on this screenshot:", *lines, ""]) if lines else ""


def _described(element: Element) -> str:
    name = " ".join(element.name.split())
    name = name if len(name) <= _MOST_CHARS else f"{name[: _MOST_CHARS - 1]}…"
    known_as = f'"{name}"' if name else element.id.rpartition("/")[2]
    state = {True: "(on)", False: "(off)", None: "(password)" if element.password else ""}[element.checked]
    return " ".join(filter(None, (element.role, known_as, state))) or "without a name"


def draw(image: Image, elements: Iterable[Element]) -> Image:
    """The picture with a frame around each marked thing, and its number on a tag."""
    from PIL import ImageDraw, ImageFont

    marked = image.convert("RGB").copy()
    unit = min(image.size)
    canvas, font = ImageDraw.Draw(marked), ImageFont.load_default(max(11, round(unit / 26)))
    width, gap = max(2, round(unit / 300)), max(2, round(unit / 180))
    bold = round(unit / 1000)  # thin figures are lost at the size at which a model is sent a screen
    things = markable(elements)
    taken: list[Box] = []
    for number, element in enumerate(things, 1):
        box, color = element.box, _COLORS[number % len(_COLORS)]
        edges = (box.left, box.top, max(box.left, box.right - 1), max(box.top, box.bottom - 1))
        canvas.rectangle(edges, outline=color, width=width)
        left, top, right, bottom = font.getbbox(str(number))
        tag = _tag(box, right - left + 2 * gap, bottom - top + 2 * gap, image.size, [*taken, *_others(element, things)])
        taken.append(tag)
        _write(canvas, tag, color)
        canvas.text(
            (tag.left + gap - left, tag.top + gap - top), str(number), fill="white", font=font, stroke_width=bold
        )
    return marked


def _write(canvas: ImageDraw, tag: Box, color: str) -> None:
    canvas.rectangle((tag.left, tag.top, tag.right - 1, tag.bottom - 1), fill=color)


def _others(element: Element, things: Iterable[Element]) -> Iterator[Box]:
    """What a tag should leave free: small things that lie elsewhere, or within."""
    yield from (other.box for other in things if other is not element and not element.box.within(other.box))


def _tag(box: Box, width: float, height: float, size: tuple[int, int], taken: Sequence[Box]) -> Box:
    """A place for a tag: at a corner of its frame, inside or on the edge, where it covers least of the others."""
    inside = [(x, y) for y in (box.top, box.bottom - height) for x in (box.right - width, box.left)]
    outside = [(x, y) for y in (box.top - height, box.bottom) for x in (box.right - width, box.left)]
    small = box.height < 2.5 * height and box.width < 3 * width  # a tag inside would hide it
    places = [
        (min(max(0.0, x), size[0] - width), min(max(0.0, y), size[1] - height))
        for x, y in (outside + inside if small else inside + outside)
    ]
    tags = [Box(x, y, x + width, y + height) for x, y in places]
    return min(tags, key=lambda tag: sum(_overlap(tag, each) for each in taken))


def _overlap(one: Box, other: Box) -> float:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(0.0, width) * max(0.0, height)
