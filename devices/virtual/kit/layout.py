"""Where things are: a tree of spots, made by widgets, drawn, hit by fingers, and read as a UI tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Concatenate, Literal, ParamSpec

from handsight.devices.virtual.kit.ids import resource_id
from handsight.devices.virtual.kit.paint import Canvas, Rect, overlap
from handsight.devices.virtual.kit.scroll import Scroll

if TYPE_CHECKING:
    from handsight.devices.virtual.kit.edit import Edit

P = ParamSpec("P")
Act = Callable[[], object]


@dataclass(eq=False)
class Spot:
    """A widget that knows its size. Its place is relative to its parent; its marks and children are relative to it.

    With `scroll_axis` its children stand in a content of `content` pixels, of which the spot is the window.
    """

    width: int
    height: int
    x: int = 0
    y: int = 0
    cls: str = "android.view.ViewGroup"
    text: str = ""
    description: str = ""
    resource_id: str = ""
    key: str = ""
    on_tap: Act | None = None
    on_long_press: Act | None = None
    on_slide: Callable[[float], object] | None = None  # told the share of the width at which the finger is, 0..1
    on_page: Callable[[int], object] | None = None  # a pager tells which page it came to rest on
    checkable: bool = False
    checked: bool = False
    selected: bool = False
    enabled: bool = True
    edit: Edit | None = None
    scroll_axis: Literal["", "x", "y"] = ""
    content: int = 0
    snap: int = 0
    stick_to_end: bool = False
    scroll: Scroll | None = None
    marks: list[Callable[[Canvas], None]] = field(default_factory=list)
    children: list[Spot] = field(default_factory=list)

    @property
    def box(self) -> Rect:
        """Where it is in its parent."""
        return self.x, self.y, self.x + self.width, self.y + self.height

    def mark(self, draw: Callable[Concatenate[Canvas, P], None], *args: P.args, **more: P.kwargs) -> None:
        """Note something to draw: a method of Canvas, or a subclass's of that name, and what it takes."""
        self.marks.append(lambda canvas: getattr(canvas, draw.__name__)(*args, **more))

    def draw(self, other: Spot, x: int, y: int) -> None:
        """Draw another spot as a part of this one: it is no node of its own, and nothing in it can be touched."""
        other.x, other.y = x, y
        self.marks.append(lambda canvas: paint(other, canvas, 0))

    def put(self, child: Spot, x: int, y: int) -> Spot:
        """Place a child."""
        child.x, child.y = x, y
        self.children.append(child)
        return child

    def shift(self, now: float) -> tuple[int, int]:
        """How far its children are moved by scrolling."""
        if self.scroll is None:
            return 0, 0
        offset = -round(self.scroll.at(now))
        return (offset, 0) if self.scroll_axis == "x" else (0, offset)

    def walk(self) -> Iterator[Spot]:
        """Itself and everything in it, in drawing order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Node:
    """Something that a UI tree names: what `uiautomator dump` prints. `bounds` are left, top, right, bottom."""

    text: str
    description: str
    resource_id: str
    cls: str
    bounds: Rect
    package: str
    checkable: bool = False
    checked: bool = False
    clickable: bool = False
    long_clickable: bool = False
    scrollable: bool = False
    focusable: bool = False
    focused: bool = False
    selected: bool = False
    enabled: bool = True
    password: bool = False
    children: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        """Itself and everything in it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Hit:
    """A spot under the finger, and where its top left corner is on the screen."""

    spot: Spot
    x: int
    y: int


def paint(spot: Spot, canvas: Canvas, now: float) -> None:
    """Draw a spot and all that is in it."""
    clip = (0, 0, spot.width, spot.height) if spot.scroll_axis else None
    with canvas.moved(spot.x, spot.y):
        for draw in spot.marks:
            draw(canvas)
        dx, dy = spot.shift(now)
        with canvas.moved(dx, dy, clip) as seen:
            for child in spot.children if seen else ():
                if canvas.sees(child.box):
                    paint(child, canvas, now)


def hits(spot: Spot, x: int, y: int, now: float, left: int = 0, top: int = 0) -> list[Hit]:
    """The spots under (x, y), the outermost first. What is drawn later lies on top."""
    left, top = left + spot.x, top + spot.y
    if not (left <= x < left + spot.width and top <= y < top + spot.height):
        return []
    dx, dy = spot.shift(now)
    for child in reversed(spot.children):
        inner = hits(child, x, y, now, left + dx, top + dy)
        if inner:
            return [Hit(spot, left, top), *inner]
    return [Hit(spot, left, top)]


def place_of(root: Spot, wanted: Spot, now: float) -> Rect | None:
    """Where a spot inside `root` is on the screen, unclipped."""

    def search(spot: Spot, left: int, top: int) -> Rect | None:
        left, top = left + spot.x, top + spot.y
        if spot is wanted:
            return left, top, left + spot.width, top + spot.height
        dx, dy = spot.shift(now)
        found = (search(child, left + dx, top + dy) for child in spot.children)
        return next((box for box in found if box), None)

    return search(root, 0, 0)


def read(spot: Spot, clip: Rect, package: str, focus: str, now: float, left: int = 0, top: int = 0) -> Node | None:
    """The spot as a node of the UI tree: only what is visible within `clip`."""
    left, top = left + spot.x, top + spot.y
    bounds = overlap(clip, (left, top, left + spot.width, top + spot.height))
    if bounds is None:
        return None
    dx, dy = spot.shift(now)
    inner = bounds if spot.scroll_axis else clip
    children = (read(child, inner, package, focus, now, left + dx, top + dy) for child in spot.children)
    edit = spot.edit
    clickable = spot.enabled and (spot.on_tap is not None or edit is not None)
    return Node(
        text=edit.shown if edit else spot.text,
        description=spot.description,
        resource_id=spot.resource_id
        or resource_id(package, edit.on_change if edit else spot.on_tap or spot.on_long_press),
        cls=spot.cls,
        bounds=bounds,
        package=package,
        checkable=spot.checkable,
        checked=spot.checked,
        clickable=clickable,
        long_clickable=spot.enabled and spot.on_long_press is not None,
        scrollable=spot.scroll is not None and spot.scroll.limit > 0,
        focusable=clickable,
        focused=bool(focus) and spot.key == focus,
        selected=spot.selected,
        enabled=spot.enabled,
        password=edit is not None and edit.password,
        children=tuple(child for child in children if child),
    )
