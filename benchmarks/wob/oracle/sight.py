"""A page's DOM as the oracle sees it, in pixels of the screenshot, and the calls it makes of that."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from handsight.types import Box, Point, ToolCall
from wob.browser import SCALE
from wob.devtools import Page

BOTTOM = 210 * SCALE  # where a task ends

Play = Callable[["Sight"], Iterator[ToolCall]]

_FIND = """(css => [...document.querySelectorAll(css)].map(e => {
    const lines = e.getClientRects(), at = lines.length > 1 ? lines[0] : e.getBoundingClientRect();
    return {text: (e.innerText ?? e.textContent).trim(), value: e.value ?? '', name: e.getAttribute('class') ?? '',
            id: e.id, tag: e.tagName.toLowerCase(), on: !!e.checked, fill: e.getAttribute('fill') ?? '',
            style: e.getAttribute('style') ?? '', box: [at.left, at.top, at.right, at.bottom],
            shown: at.width > 0 && at.height > 0 && getComputedStyle(e).visibility !== 'hidden'};
}))"""


class Lost(LookupError):
    """The page does not show what the oracle looks for."""


@dataclass(frozen=True)
class Node:
    """An element that has a place on the page."""

    text: str
    value: str
    name: str
    id: str
    tag: str
    on: bool
    fill: str
    style: str
    box: Box

    @property
    def middle(self) -> Point:
        return self.box.center

    def at(self, across: float, down: float) -> Point:
        """A place in it, from its left and upper edge, each a share of its size."""
        return Point(self.box.left + across * self.box.width, self.box.top + down * self.box.height)


Target = Node | Point
Found = TypeVar("Found")


class Sight:
    """What stands on the page now."""

    def __init__(self, page: Page, query: str) -> None:
        self._page = page
        self.query = query

    @property
    def quoted(self) -> list[str]:
        """What the instruction names between quotes."""
        return re.findall(r'"(.*?)"', self.query)

    @property
    def bold(self) -> list[str]:
        """What the instruction sets in bold."""
        return [str(text) for text in self.ask("[...document.querySelectorAll('#query .bold, #query b')]", "innerText")]

    def word(self, pattern: str) -> str:
        """The first group of a pattern in the instruction."""
        found = re.search(pattern, self.query)
        if not found:
            raise Lost(f"the instruction {self.query!r} is not of the form {pattern}")
        return found[1].strip()

    def ask(self, elements: str, member: str) -> list[object]:
        """A member of each of several elements, given as JavaScript."""
        asked: list[object] = self._page.value(f"{elements}.map(e => e.{member})")
        return asked

    def value(self, expression: str) -> object:
        """What JavaScript comes to on the page: to look, never to do."""
        return self._page.value(expression)

    def all(self, css: str, text: str | None = None) -> list[Node]:
        """Every element that shows, with exactly `text` if that is given."""
        found = self._page.value(f"{_FIND}({json.dumps(css)})")
        nodes = [
            Node(**{**one, "box": Box(*(SCALE * side for side in one["box"]))}) for one in found if one.pop("shown")
        ]
        return [node for node in nodes if text is None or node.text == text]

    def one(self, css: str, text: str | None = None, index: int = 0) -> Node:
        """One of them, the first by default. Raises Lost."""
        found = self.all(css, text)
        if len(found) <= index:
            raise Lost(f"the page shows {len(found)} of {css}" + (f" with {text!r}" if text is not None else ""))
        return found[index]

    def click(self, css: str, text: str | None = None, index: int = 0) -> ToolCall:
        return click(self.one(css, text, index))

    def reach(self, css: str, within: str, text: str | None = None, index: int = 0) -> Iterator[ToolCall]:
        """Scroll what has a part of the page to itself, until something can be clicked there, and click it."""
        for _ in range(20):
            middle, frame = self.one(css, text, index).middle, self.one(within).box
            if frame.top < middle.y < min(frame.bottom, BOTTOM):
                yield move(
                    middle
                )  # a picture that is another one under the pointer loads now, and not during the click
                yield click(middle)
                return
            yield scroll("up" if middle.y < frame.center.y else "down", Point(frame.center.x, frame.top + 100))
        raise Lost(f"{css} is not to be scrolled to")

    def enter(self, css: str, text: str, index: int = 0) -> Iterator[ToolCall]:
        """Put `text` into a field."""
        yield self.click(css, index=index)
        yield write(text)


def first(found: Iterable[Found], what: str) -> Found:
    """The first of those that fit. Raises Lost where none does; `what` was looked for."""
    for one in found:
        return one
    raise Lost(f"the page shows no {what}")


def click(at: Target, count: int = 1) -> ToolCall:
    return ToolCall("click", {"at": _place(at), **({"count": count} if count > 1 else {})})


def move(at: Target) -> ToolCall:
    return ToolCall("move_to", {"at": _place(at)})


def drag(start: Target, end: Target, seconds: float = 0.3) -> ToolCall:
    return ToolCall("drag", {"start": _place(start), "end": _place(end), "seconds": seconds})


def scroll(direction: str, at: Target, pixels: float = 1) -> ToolCall:
    """Turn the wheel, by one step at least."""
    return ToolCall("scroll", {"direction": direction, "pixels": pixels, "at": _place(at)})


def write(text: str) -> ToolCall:
    return ToolCall("type_text", {"text": text})


def press(key: str) -> ToolCall:
    return ToolCall("press", {"key": key})


def pause(seconds: float) -> ToolCall:
    return ToolCall("wait", {"seconds": seconds})


def _place(at: Target) -> list[float]:
    place = at.middle if isinstance(at, Node) else at
    return [place.x, place.y]
