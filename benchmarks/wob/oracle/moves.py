"""Pages on which something is dragged: things, handles, lines, and over text."""

from __future__ import annotations

import json
from collections.abc import Iterator

from handsight.types import Point, ToolCall
from wob.browser import SCALE
from wob.oracle.sight import Lost, Node, Play, Sight, drag, press, scroll

_SUBMIT = "#subbtn"
_SLOWLY_S = 1.2  # a list makes room only where the pointer is seen to pass
_WAYS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


def box_into_box(see: Sight) -> Iterator[ToolCall]:
    yield drag(see.one("#draggableSmall"), see.one("#draggableLarge"))
    yield see.click(_SUBMIT)


def one_way(see: Sight) -> Iterator[ToolCall]:
    """The shape follows the pointer by its own rule, so it is taken far enough."""
    x, y = _WAYS[see.word(r"the \w+ (left|right|up|down)")]
    node = see.one("#area svg circle, #area svg rect, #area svg polygon")
    start = node.at(0.5, 0.6)
    yield drag(start, Point(start.x + 22 * SCALE * x, start.y + 22 * SCALE * y))
    yield see.click(_SUBMIT)


def shapes_into_boxes(see: Sight) -> Iterator[ToolCall]:
    """Each shape by its middle into the box for it, spread out so that the next one can be taken by its own."""
    kind = see.word(r"Drag all (.*?)(?: shapes)? into")
    named = {"rectangles": "rect", "circles": "circle", "triangles": "polygon"}.get(kind)
    left, *right = see.all("#shape-container")
    for index, node in enumerate(see.all("#area_svg > :not(#shape-container)")):
        wanted = node.tag == named if named else node.fill == kind
        if wanted or right:
            yield drag(node.at(0.5, 0.6), (left if wanted else right[0]).at(0.3 + 0.1 * index, 0.45))
    yield see.click(_SUBMIT)


def in_a_list(see: Sight) -> Iterator[ToolCall]:
    """Put an item to a place of a list that makes room below the pointer as it passes."""
    items = see.all("#sortable li")
    at = _index(items, see.word(r"Drag (\S+) "))
    to = _position(see.query, at, len(items))
    yield drag(items[at], items[to].at(0.5, 0.9 if to > at else 0.1), _SLOWLY_S)


def _position(query: str, at: int, count: int) -> int:
    if "up by one" in query or "down by one" in query:
        return at + (1 if "down" in query else -1)
    if "to the top" in query or "to the bottom" in query:
        return 0 if "top" in query else count - 1
    return int(query.split(" position")[0].split()[-1][0]) - 1


def in_a_grid(see: Sight) -> Iterator[ToolCall]:
    items = see.all("#sortable li")
    at = _index(items, see.word(r"Drag (\S+) "))
    where = see.word(r"Drag \S+ (.*)\.")
    if "by one" in where:
        to = at + {"up": -3, "down": 3, "left": -1, "right": 1}[where.split()[0]]
    else:
        row = next((index for index, name in enumerate(("top", "center", "bottom")) if where.split()[2] == name), 1)
        column = {"left": 0, "right": 2}.get(where.split()[-1], 1)
        to = 3 * row + column
    across = to % 3 - at % 3
    if across * (to - at) < 0:  # over a corner: from there the list takes the place before or after, by how it came
        end = items[to].at(0.1, 0.45)
    else:
        end = items[to].at(0.7, 0.7) if to > at else items[to].at(0.3, 0.3)
    yield drag(items[at], end, _SLOWLY_S)


def sorted_list(see: Sight) -> Iterator[ToolCall]:
    """Take the smallest that is left to its place, one after the other."""
    for place in range(4):
        items = see.all("#sortable li")
        numbers = [int(node.text) for node in items]
        at = numbers.index(min(numbers[place:]), place)
        if at != place:
            yield drag(items[at], items[place].at(0.5, 0.1), _SLOWLY_S)
    yield see.click(_SUBMIT)


def _index(items: list[Node], name: str) -> int:
    for index, item in enumerate(items):
        if item.text == name:
            return index
    raise Lost(f"the list has no {name}")


def resized(see: Sight) -> Iterator[ToolCall]:
    x, y = (1, 0) if "width" in see.query else (0, 1)
    by = 15 * SCALE * (1 if "larger" in see.query else -1)
    handle = see.one(".ui-resizable-se").middle
    yield drag(handle, Point(handle.x + by * x, handle.y + by * y))
    yield see.click("#submit")


def line(see: Sight) -> Iterator[ToolCall]:
    dot, area = see.one("#circ").middle, see.one("#area svg").box
    if "horizontal" in see.query:
        ends = Point(area.left + 20, dot.y), Point(min(area.right, 620) - 20, dot.y)
    else:
        ends = Point(dot.x, area.top + 20), Point(dot.x, area.bottom - 20)
    yield drag(*ends, _SLOWLY_S)
    yield see.click("#controls button")


def highlighted(see: Sight) -> Iterator[ToolCall]:
    """From before a paragraph's first letter to behind its last one."""
    number = {"1st": 0, "2nd": 1, "3rd": 2}.get(see.query.split("the ")[-1].split()[0], 0)
    ends = see.value(_ENDS % number)
    assert isinstance(ends, list)
    left, top, right, bottom = (SCALE * end for end in ends)
    yield drag(Point(left + 1, top), Point(right, bottom), _SLOWLY_S)
    yield see.click(_SUBMIT)


_ENDS = """(() => {
    const paragraphs = document.querySelectorAll('#randomText p');
    const within = document.createRange();
    within.selectNodeContents(paragraphs[%d] ?? document.querySelector('#randomText'));
    const lines = [...within.getClientRects()], last = lines[lines.length - 1];
    return [lines[0].left, (lines[0].top + lines[0].bottom) / 2, last.right, (last.top + last.bottom) / 2];
})()"""


def scrolled(see: Sight) -> Iterator[ToolCall]:
    way, end = ("down", _AT_END) if "bottom" in see.query else ("up", "e.scrollTop == 0")
    for _ in range(20):
        if see.value(f"(e => {end})(document.getElementById('text-area'))"):
            break
        yield scroll(way, see.one("#text-area"), 400)
    yield see.click(_SUBMIT)


_AT_END = "e.scrollTop + e.clientHeight >= e.scrollHeight - 2"


def agreement(see: Sight) -> Iterator[ToolCall]:
    """Name and buttons can be used only once the text was scrolled to its end."""
    if "Scroll" in see.query:
        for _ in range(20):
            if not see.value("document.getElementById('name').disabled"):
                break
            yield scroll("down", see.one("#text-area"), 600)
        name, button = see.quoted
        yield from see.enter("#name", name)
        yield see.click(f"#{button.lower()}")
    else:
        yield see.click("#cancel")


def styled(see: Sight) -> Iterator[ToolCall]:
    """Mark a word by dragging over it, with its comma, or everything by keys, and use the bar above."""
    what, *style = see.bold
    if what == "everything":
        yield see.click(".ql-editor p")
        yield press("ctrl+a")
    else:
        ends = see.value(_WORD % json.dumps(what))
        assert isinstance(ends, list)
        left, right, middle = (SCALE * end for end in ends)
        yield drag(Point(left + 1, middle), Point(right, middle), _SLOWLY_S)
    named = style[0].strip()
    if named in _STYLES:
        yield see.click(f".ql-{_STYLES[named]}")
    else:
        yield see.click(".ql-color .ql-picker-label")
        yield see.click(f".ql-picker-item[data-value='{_COLORS[named]}']")
    yield see.click(_SUBMIT)


_STYLES = {"bold": "bold", "italics": "italic", "underlined": "underline"}
_COLORS = {
    "red": "#e60000",
    "orange": "#ff9900",
    "yellow": "#ffff00",
    "green": "#008a00",
    "blue": "#0066cc",
    "purple": "#9933ff",
}
_WORD = """(word => {
    const text = document.querySelector('.ql-editor p').firstChild, within = document.createRange();
    within.setStart(text, text.data.indexOf(word));
    within.setEnd(text, text.data.indexOf(word) + word.length);
    const at = within.getBoundingClientRect();
    return [at.left, at.right, at.top + at.height / 2];
})(%s)"""


PLAYS: dict[str, Play] = {
    "drag-box": box_into_box,
    "drag-circle": one_way,
    "drag-items": in_a_list,
    "drag-items-grid": in_a_grid,
    "drag-shapes": shapes_into_boxes,
    "drag-shapes-2": shapes_into_boxes,
    "drag-single-shape": one_way,
    "drag-sort-numbers": sorted_list,
    "draw-line": line,
    "highlight-text": highlighted,
    "highlight-text-2": highlighted,
    "resize-textarea": resized,
    "scroll-text-2": scrolled,
    "sign-agreement": agreement,
    "text-editor": styled,
}
