"""A screen of the virtual phone as a lesson needs it: the picture, each letter's place, and what can be touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from PIL import Image

from handsight.devices.virtual.kit.fonts import Fonts, line_box
from handsight.devices.virtual.kit.layout import Node
from handsight.devices.virtual.kit.paint import Canvas, Rect, overlap
from handsight.devices.virtual.phone import Phone
from handsight.media import resized
from handsight.models.mini.cells import CELL, TOKENS
from handsight.sizes import smart_resize
from handsight.types import Picture

Box = tuple[float, float, float, float]
_COVERS_PX = 24  # what is filled and no smaller hides the letters under it


@dataclass
class Run:
    """Letters written in one go: the text, its box, and the middle of each letter, in pixels."""

    text: str
    box: Box
    xs: tuple[float, ...]


@dataclass
class Thing:
    """Something with a name: what a tap on `area` does, and where the name, or the icon, itself is seen.

    `kind` is "text" for what only stands there, else "button", "icon", "row", "field" or "switch"; `on` is a switch's.
    `also` is what else the tree says of it.
    """

    label: str
    kind: str
    area: Box
    seen: Box
    on: bool | None = None
    focused: bool = False
    also: str = ""

    @property
    def middle(self) -> tuple[float, float]:
        """Where to touch it: the middle of its name."""
        return (self.seen[0] + self.seen[2]) / 2, (self.seen[1] + self.seen[3]) / 2


@dataclass
class View:
    """A screen at the size at which the model sees it; all places are pixels of that picture."""

    image: Image.Image
    runs: list[Run]
    things: list[Thing]
    scrolls: bool = False


class Noting(Canvas):
    """Draws, and notes what is written where; what is drawn over is forgotten."""

    def __init__(self, image: Image.Image, fonts: Fonts) -> None:
        self._writing: tuple[str, int, str] | None = None
        self.runs: list[Run] = []
        super().__init__(image, _Overheard(fonts, self))  # type: ignore[arg-type]

    def fill(self, box: Rect, color: Any) -> None:
        super().fill(box, color)
        self._cover(box)

    def corners(self, box: Rect, radii: tuple[int, ...], color: Any) -> None:
        super().corners(box, radii, color)
        self._cover(box)

    def _cover(self, box: Rect) -> None:
        """Forget what is written under a box, unless that is as thin as a line."""
        seen = overlap(self._clip, self._shift(box))
        if seen and min(seen[2] - seen[0], seen[3] - seen[1]) >= _COVERS_PX:
            self.runs = [run for run in self.runs if not _inside(_middle(run.box), seen)]

    def _stamp(self, what: Any, x: int, y: int, mask: Image.Image | None, part: Rect | None = None) -> None:
        super()._stamp(what, x, y, mask, part)
        if self._writing is None:
            return
        (text, size, weight), self._writing = self._writing, None
        left, top = x + self._x, y + self._y
        seen = overlap(self._clip, (left, top, left + (mask.width if mask else 0), top + line_box(size)))
        if seen is None or seen[3] - seen[1] < 0.8 * line_box(size):
            return
        ends = [left + self.fonts.width(text[:n], size, weight) for n in range(len(text) + 1)]
        xs = tuple((a + b) / 2 for a, b in zip(ends, ends[1:], strict=False))
        if seen[0] <= xs[0] and xs[-1] <= seen[2]:
            self.runs.append(Run(text, (ends[0], top + 0.12 * size, ends[-1], top + 1.18 * size), xs))


@dataclass
class _Overheard:
    """Fonts whose masks are heard of by the canvas that asks for them."""

    fonts: Fonts
    canvas: Noting

    def mask(self, text: str, size: int, weight: str = "regular") -> Image.Image:
        if text.strip():
            self.canvas._writing = (text, size, weight)
        return self.fonts.mask(text, size, weight)

    def width(self, text: str, size: int, weight: str = "regular") -> float:
        return self.fonts.width(text, size, weight)


@dataclass
class Eye:
    """Looks at one phone, which then draws on canvases that take notes."""

    phone: Phone
    _canvas: Noting | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.phone.stage.canvas = self._new_canvas  # type: ignore[assignment]

    def look(self) -> View:
        """The screen as it is."""
        self.phone.changed()
        frame = self.phone.frame()
        assert self._canvas
        tree = self.phone.tree()
        things = list(_things(tree, self._canvas.runs))
        scrolls = any(node.scrollable for node in tree.walk())
        return _shrunk(View(frame, self._canvas.runs, things, scrolls))

    def _new_canvas(self, image: Image.Image, fonts: Fonts) -> Canvas:
        self._canvas = Noting(image, fonts)
        return self._canvas


def sent_size(size: tuple[int, int]) -> tuple[int, int]:
    """The size in pixels at which the model sees a screen of that size."""
    height, width = smart_resize(size[1], size[0], CELL, 4 * CELL**2, TOKENS * CELL**2)
    return width, height


def _shrunk(view: View) -> View:
    size = sent_size(view.image.size)
    across, down = size[0] / view.image.width, size[1] / view.image.height

    def moved(box: Box) -> Box:
        return box[0] * across, box[1] * down, box[2] * across, box[3] * down

    runs = [Run(run.text, moved(run.box), tuple(x * across for x in run.xs)) for run in view.runs]
    things = [replace(thing, area=moved(thing.area), seen=moved(thing.seen)) for thing in view.things]
    return View(resized(Picture(view.image, size)), runs, things, view.scrolls)


def _things(tree: Node, runs: list[Run]) -> Iterator[Thing]:
    """What the tree names, as far as its name, or its icon, is really seen."""

    def walk(node: Node, *, within: bool) -> Iterator[Thing]:
        touchable = node.clickable and not within
        if touchable:
            yield from _touchable(node, runs)
        elif node.text and not within and not node.clickable and not node.password:
            found = _run(node.text, node.bounds, runs)
            if found:
                yield Thing(node.text, "text", node.bounds, found.box)
        for child in node.children:
            if child.clickable and within:
                yield from _touchable(child, runs)
            yield from walk(child, within=within or node.clickable)

    yield from walk(tree, within=False)


def _touchable(node: Node, runs: list[Run]) -> Iterator[Thing]:
    inner = list(_own(node))
    if node.cls.endswith("EditText"):
        names = [child.text for child in node.children if child.text] or [node.text]
        found = next((run for name in names if (run := _run(name, node.bounds, runs))), None)
        yield Thing(names[0], "field", node.bounds, found.box if found else node.bounds, focused=node.focused)
        return
    toggle = next((child for child in inner if child.checkable), None)
    kind = "switch" if toggle else "button" if node.cls.endswith("Button") else "row"
    for child in inner:
        found = _run(child.text, child.bounds, runs) if child.text else None
        if found:
            on = toggle.checked if toggle else None
            yield Thing(child.text, kind, node.bounds, found.box, on, also=node.description)
            return
    said = next((child.description for child in inner if child.description), "")
    if said and not runs_in(node.bounds, runs):
        yield Thing(said, "icon", node.bounds, node.bounds)


def _own(node: Node) -> Iterator[Node]:
    """A node and what is in it, but for what can be touched by itself."""
    yield node
    for child in node.children:
        if not child.clickable:
            yield from _own(child)


def _run(text: str, bounds: Rect, runs: list[Run]) -> Run | None:
    """The first line in which `text` is seen within `bounds`."""
    for run in runs:
        if _inside(_middle(run.box), bounds) and text.startswith(run.text.rstrip("… ")):
            return run
    return None


def runs_in(bounds: Rect, runs: list[Run]) -> list[Run]:
    """What is written within `bounds`."""
    return [run for run in runs if _inside(_middle(run.box), bounds)]


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _inside(point: tuple[float, float], box: Box) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]
