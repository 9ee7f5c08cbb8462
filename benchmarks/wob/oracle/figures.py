"""Pages with drawn figures: shapes are told apart, counted, and places are found by geometry."""

from __future__ import annotations

import math
from collections.abc import Iterator

from handsight.types import Point, ToolCall
from wob.browser import SCALE
from wob.oracle.sight import Lost, Node, Play, Sight, click, first

_SHAPES = {"rect": "rectangle", "circle": "circle", "polygon": "triangle"}
_SUBMIT = "#subbtn"
_SHIFT = 2 * SCALE  # the pages draw a point that far right and below of where they were clicked


def shape(see: Sight) -> Iterator[ToolCall]:
    wanted = see.word(r"Click on an? (.*)")
    yield click(first(_matching(see, wanted), wanted))


def count(see: Sight) -> Iterator[ToolCall]:
    wanted = see.word(r"How many (.*)s are there")
    yield see.click("#count-buttons button", str(len(_matching(see, wanted))))


def _matching(see: Sight, words: str) -> list[Node]:
    """The shapes that "large red circle", "small item" or "5" names. In size they differ by the page's own two."""
    *marks, kind = words.split()
    found = []
    for node in see.all("#area_svg > *"):
        own = _SHAPES.get(node.tag, node.text)
        sort = "shape" if node.tag in _SHAPES else ("digit" if node.text.isdigit() else "letter")
        size = "large" if _size(node) > 15 * SCALE else "small"
        if kind in ("item", own, sort) and all(mark in (size, node.fill) for mark in marks):
            found.append(node)
    return found


def _size(node: Node) -> float:
    """Twenty or ten points: a letter's box is as high as its font's lines."""
    return node.box.height if node.tag in _SHAPES else node.box.height / 1.15


def identify(see: Sight) -> Iterator[ToolCall]:
    node = see.one("#area_svg > *")
    kind = _SHAPES.get(node.tag) or ("digit" if node.text.isdigit() else "letter")
    yield see.click(f"#area-buttons [data-type={kind}]")


def sides(see: Sight) -> Iterator[ToolCall]:
    """Of a drawn polygon: its middle is nearer to a side than to a corner, by the cosine of half a side's angle."""
    share = float(str(see.value(_NEAREST))) / _CORNERS
    number = min(range(3, 8), key=lambda count: abs(math.cos(math.pi / count) - share))
    yield see.click(f"#form button[data-sides='{number}']")


_CORNERS = 35  # how far they are from the middle
_NEAREST = """(canvas => {
    const drawn = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data, away = [];
    for (let turn = 0; turn < 720; turn++) {
        const dark = [];
        for (let r = 5; r < 45; r += 0.25) {
            const x = Math.floor(75 + r * Math.cos(turn * Math.PI / 360));
            const y = Math.floor(50 + r * Math.sin(turn * Math.PI / 360));
            if (drawn[4 * (y * canvas.width + x) + 3] > 128) dark.push(r);
        }
        if (dark.length) away.push(dark.reduce((sum, r) => sum + r, 0) / dark.length);
    }
    return away.sort((one, other) => one - other)[20];
})(document.getElementById('c'))"""


def grid(see: Sight) -> Iterator[ToolCall]:
    yield click(first((node for node in see.all("circle") if node.id == see.bold[0]), "such place"))


def ascending(see: Sight) -> Iterator[ToolCall]:
    """The numbers are covered after the first: where they stand is noted before."""
    for node in sorted(see.all("svg text"), key=lambda node: int(node.text)):
        yield click(node)


def middle_of_two(see: Sight) -> Iterator[ToolCall]:
    one, two = (node.middle for node in see.all(".black-circle"))
    yield _draw(Point((one.x + two.x) / 2, (one.y + two.y) / 2))
    yield see.click(_SUBMIT)


def center(see: Sight) -> Iterator[ToolCall]:
    yield _draw(see.one(".black-circle").middle)
    yield see.click(_SUBMIT)


def right_angle(see: Sight) -> Iterator[ToolCall]:
    vertex, other = see.one("#init-blue").middle, see.one("#init-black").middle
    turned = math.atan2(other.y - vertex.y, other.x - vertex.x)
    yield _draw(_away(see, vertex, (turned + math.pi / 2, turned - math.pi / 2)))
    yield see.click(_SUBMIT)


def bisected(see: Sight) -> Iterator[ToolCall]:
    vertex = see.one(".init-blue").middle
    arms = [math.atan2(node.middle.y - vertex.y, node.middle.x - vertex.x) for node in see.all(".init-black")]
    half = math.atan2(sum(map(math.sin, arms)), sum(map(math.cos, arms)))
    yield _draw(_away(see, vertex, (half,)))
    yield see.click(_SUBMIT)


def _draw(at: Point) -> ToolCall:
    """Click so that the point is drawn at a place."""
    return click(Point(at.x - _SHIFT, at.y - _SHIFT))


def _away(see: Sight, start: Point, directions: tuple[float, ...]) -> Point:
    """A place of the drawing as far from `start` as goes, in one of the directions."""
    area, bottom = see.one("#svg-grid").box, see.one(_SUBMIT).box.top  # the button lies over the drawing
    for distance in (60, 45, 35, 25, 18, 12, 8):
        for direction in directions:
            x = start.x + SCALE * distance * math.cos(direction)
            y = start.y + SCALE * distance * math.sin(direction)
            if area.left + 8 < x < area.right - 8 and area.top + 8 < y < bottom - 8 and x < 630:
                return Point(x, y)
    raise Lost("the drawing has no room in that direction")


PLAYS: dict[str, Play] = {
    "ascending-numbers": ascending,
    "bisect-angle": bisected,
    "circle-center": center,
    "click-shape": shape,
    "count-shape": count,
    "count-sides": sides,
    "find-midpoint": middle_of_two,
    "grid-coordinate": grid,
    "identify-shape": identify,
    "right-angle": right_angle,
}
