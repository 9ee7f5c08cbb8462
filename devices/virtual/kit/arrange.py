"""Ways to arrange widgets: columns, lines, grids, and grounds to stand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from functools import partial

from handsight.devices.virtual.kit.layout import Act, Spot
from handsight.devices.virtual.kit.paint import Canvas
from handsight.devices.virtual.kit.theme import Look, rgb
from handsight.devices.virtual.kit.widgets import Align, Widget, text_spot


@dataclass
class Column(Widget):
    """Widgets below one another. `margin` (of rows: `edge`) and `gap` in dp."""

    children: Sequence[Widget]
    _: KW_ONLY
    margin: float = 0
    edge: float = 0
    gap: float = 8
    grow: bool = False

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        spot = Spot(width, 0)
        margins = [look.px(self.margin if child.inset else self.edge) for child in self.children]
        spots = [self._lay(*pair, look, width, 0) for pair in zip(self.children, margins, strict=True)]
        gaps = [
            look.px(self.gap) if (a.inset or b.inset) else 0
            for a, b in zip(self.children, self.children[1:], strict=False)
        ]
        left_over = height - sum(s.height for s in spots) - sum(gaps)
        growing = [i for i, child in enumerate(self.children) if child.grow]
        for n, i in enumerate(growing if left_over > 0 else ()):
            share = left_over // (len(growing) - n)
            left_over -= share
            spots[i] = self._lay(self.children[i], margins[i], look, width, spots[i].height + share)
        y = 0
        for margin, inner, gap in zip(margins, spots, [*gaps, 0], strict=False):
            spot.put(inner, margin, y)
            y += inner.height + gap
        spot.height = max(y, height)
        return spot

    @staticmethod
    def _lay(child: Widget, margin: int, look: Look, width: int, height: int) -> Spot:
        return child.place(look, max(1, width - 2 * margin), height)


@dataclass
class Line(Widget):
    """Widgets beside one another: each at the width it wants, and the others share what is left."""

    children: Sequence[Widget]
    _: KW_ONLY
    gap: float = 8
    align: Align = "left"
    grow: bool = False

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        gap = look.px(self.gap)
        wanted = [child.natural(look) for child in self.children]
        room = width - gap * (len(wanted) - 1) - sum(w for w in wanted if w is not None)
        sharing = wanted.count(None)
        widths = [max(1, room // sharing) if w is None else min(w, width) for w in wanted]
        spots = [child.place(look, w, height) for child, w in zip(self.children, widths, strict=True)]
        spot = Spot(width, max([height, *(s.height for s in spots)]))
        x = 0 if sharing or self.align == "left" else max(0, room) if self.align == "right" else max(0, room // 2)
        for inner in spots:
            spot.put(inner, x, (spot.height - inner.height) // 2)
            x += inner.width + gap
        return spot

    def natural(self, look: Look) -> int | None:
        widths = [child.natural(look) for child in self.children]
        if None in widths:
            return None
        return sum(w for w in widths if w is not None) + look.px(self.gap) * max(0, len(widths) - 1)


@dataclass
class Grid(Widget):
    """Widgets in columns of equal width, rows of equal height."""

    children: Sequence[Widget]
    columns: int
    _: KW_ONLY
    gap: float = 8
    grow: bool = False

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        gap, rows = look.px(self.gap), -(-len(self.children) // self.columns)
        cell = max(1, (width - gap * (self.columns - 1)) // self.columns)
        high = (height - gap * (rows - 1)) // rows if height and rows else 0
        spots = [child.place(look, cell) for child in self.children]
        high = max([high, *(spot.height for spot in spots)])
        spot = Spot(width, rows * high + gap * max(0, rows - 1))
        for i, (child, inner) in enumerate(zip(self.children, spots, strict=True)):
            row, column = divmod(i, self.columns)
            inner = inner if inner.height == high else child.place(look, cell, high)
            spot.put(inner, column * (cell + gap), row * (high + gap))
        return spot


@dataclass
class Wrap(Widget):
    """Widgets beside one another, on as many lines as they need."""

    children: Sequence[Widget]
    _: KW_ONLY
    gap: float = 8

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        spot, gap = Spot(width, 0), look.px(self.gap)
        x = y = high = 0
        for child in self.children:
            inner = child.place(look, min(child.natural(look) or width, width))
            if x and x + inner.width > width:
                x, y, high = 0, y + high + gap, 0
            spot.put(inner, x, y)
            x, high = x + inner.width + gap, max(high, inner.height)
        spot.height = y + high
        return spot


@dataclass
class Group(Widget):
    """Rows that belong together, as one rounded block, under a heading."""

    rows: Sequence[Widget]
    title: str = ""
    inset = False

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        spot, px, theme = Spot(width, px_top := look.px(8)), look.px, look.theme
        side, y = px(16), px_top
        if self.title:
            head = spot.put(text_spot(look, self.title, "label", width - 2 * px(28), theme.primary), px(28), y + px(4))
            y += head.height + px(12)
        for i, row in enumerate(self.rows):
            inner = row.place(look, max(1, width - 2 * side))
            upper = px(20) if i == 0 else px(4)
            lower = px(20) if i == len(self.rows) - 1 else px(4)
            box = (0, 0, inner.width, inner.height)
            radii = (upper, upper, lower, lower)
            inner.marks.insert(0, partial(Canvas.corners, box=box, radii=radii, color=theme.card))
            spot.put(inner, side, y)
            y += inner.height + px(2)
        spot.height = y + px(6)
        return spot


@dataclass
class Card(Widget):
    """Widgets on a raised, rounded ground; it can be tapped as a whole."""

    children: Sequence[Widget]
    _: KW_ONLY
    on_tap: Act | None = None
    on_long_press: Act | None = None
    color: str = ""
    key: str = ""

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        px = look.px
        inner = Column(self.children, margin=16).place(look, width, max(0, height - px(32)))
        spot = Spot(width, inner.height + px(32), key=self.key, on_tap=self.on_tap, on_long_press=self.on_long_press)
        color = rgb(self.color) if self.color else look.theme.card
        spot.mark(Canvas.round, (0, 0, width, spot.height), px(20), color)
        spot.put(inner, 0, px(16))
        return spot
