"""Things to tap and to swipe: buttons, chips, tabs, pagers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import partial

from handsight.devices.virtual.kit.arrange import Column
from handsight.devices.virtual.kit.layout import Act, Spot
from handsight.devices.virtual.kit.paint import Canvas
from handsight.devices.virtual.kit.theme import Color, Look, Theme, mix, rgb
from handsight.devices.virtual.kit.widgets import Widget, text_spot, text_width


@dataclass
class Button(Widget):
    """A button. `style`: filled, tonal, outlined, text, danger, raised. `icon` stands before the label or alone."""

    text: str
    on_tap: Act
    _: KW_ONLY
    style: str = "filled"
    icon: str = ""
    enabled: bool = True
    big: bool = False
    grow: bool = False
    description: str = ""
    key: str = ""

    def natural(self, look: Look) -> int | None:
        if not self.text:
            return look.px(48)
        return text_width(look, self.text, self._face) + look.px(24 if self.style == "text" else 48) + self._lead(look)

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        px, theme = look.px, look.theme
        spot = Spot(width, max(px(64 if self.big else 48), height), cls="android.widget.Button", text=self.text,
                    description=self.description, on_tap=self.on_tap if self.enabled else None,
                    enabled=self.enabled, key=self.key)  # fmt: skip
        ground, ink = _paint_of(self.style, theme)
        if not self.enabled:
            ground, ink = (mix(theme.background, theme.outline, 0.5) if ground else None), theme.faint
        box = (0, px(2), width, spot.height - px(2))
        if self.style == "outlined":
            spot.mark(Canvas.ring, box, px(30), max(1, px(1)), theme.outline, theme.background)
        elif ground:
            spot.mark(Canvas.round, box, px(30), ground)
        lead = self._lead(look) if self.text else look.px(24)
        face = text_spot(look, self.text, self._face, min(text_width(look, self.text, self._face), width), ink, lines=1)
        x = (width - lead - (face.width if self.text else 0)) // 2
        if self.icon:
            side = px(18) if self.text else px(24)
            spot.mark(Canvas.icon, self.icon, x, (spot.height - side) // 2, side, ink)
        if self.text:
            spot.draw(face, x + lead, (spot.height - face.height) // 2)
        return spot

    @property
    def _face(self) -> str:
        return "title" if self.big else "label"

    def _lead(self, look: Look) -> int:
        return look.px(26) if self.icon else 0


def IconButton(icon: str, on_tap: Act, description: str, *, style: str = "text", enabled: bool = True) -> Button:
    """Make a button that is only an icon; `description` says in words what it does."""
    return Button("", on_tap, icon=icon, description=description, style=style, enabled=enabled)


@dataclass
class Chip(Widget):
    """A small choice: a filter, a label, a suggestion."""

    text: str
    on_tap: Act | None = None
    _: KW_ONLY
    on: bool = False

    def natural(self, look: Look) -> int | None:
        return text_width(look, self.text, "label") + look.px(32)

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        px, theme = look.px, look.theme
        spot = Spot(width, px(36), cls="android.widget.Button", on_tap=self.on_tap, selected=self.on)
        ground, ink = (theme.tonal, theme.on_tonal) if self.on else (theme.background, theme.faint)
        spot.mark(Canvas.ring, (0, 0, width, spot.height), px(10), max(1, px(1)), ground if self.on else theme.outline,
                  ground)  # fmt: skip
        face = text_spot(look, self.text, "label", max(1, width - px(24)), ink, lines=1, align="center")
        spot.put(face, px(12), (spot.height - face.height) // 2)
        return spot


@dataclass
class Tabs(Widget):
    """Labels beside one another, one of them chosen; `on_change` is told the number of the one that was tapped."""

    labels: Sequence[str]
    chosen: int
    on_change: Callable[[int], object]
    icons: Sequence[str] = ()
    inset = False

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        px, theme = look.px, look.theme
        spot = Spot(width, px(80) if self.icons else px(48))
        cell = width // max(1, len(self.labels))
        if not self.icons:
            spot.mark(Canvas.fill, (0, spot.height - (px(1) or 1), width, spot.height), theme.outline)
        for i, label in enumerate(self.labels):
            on = i == self.chosen
            tab = spot.put(Spot(cell, spot.height, cls="android.widget.FrameLayout", on_tap=partial(self.on_change, i),
                                selected=on, key=f"tab{i}"), i * cell, 0)  # fmt: skip
            ink = theme.primary if on else theme.faint
            face = text_spot(look, label, "label", cell, theme.text if on and self.icons else ink, lines=1,
                             align="center")  # fmt: skip
            if self.icons:
                if on:
                    tab.mark(
                        Canvas.round, (cell // 2 - px(32), px(12), cell // 2 + px(32), px(44)), px(16), theme.tonal
                    )
                ink = theme.on_tonal if on else theme.faint
                tab.mark(Canvas.icon, self.icons[i], cell // 2 - px(12), px(16), px(24), ink)
                tab.put(face, 0, px(48))
                continue
            tab.put(face, 0, (spot.height - face.height) // 2)
            if on:
                half = min(cell, text_width(look, label, "label")) // 2
                middle, bottom = cell // 2, spot.height
                tab.mark(
                    Canvas.corners, (middle - half, bottom - px(3), middle + half, bottom), (px(3), px(3), 0, 0), ink
                )
        return spot


@dataclass
class Pager(Widget):
    """Whole pages beside one another, to be swiped; `on_change` is told the page it came to rest on."""

    pages: Sequence[Sequence[Widget]]
    on_change: Callable[[int], object] | None = None
    _: KW_ONLY
    key: str = "pager"
    margin: float = 0
    inset = False
    grow = True

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        pages = [Column(page, margin=self.margin).place(look, width, height) for page in self.pages]
        spot = Spot(width, max([height, *(page.height for page in pages)]), scroll_axis="x", snap=width, key=self.key,
                    content=width * len(pages), on_page=self.on_change,
                    cls="androidx.viewpager.widget.ViewPager")  # fmt: skip
        for i, page in enumerate(pages):
            spot.put(page, i * width, 0)
        return spot


def _paint_of(style: str, theme: Theme) -> tuple[Color | None, Color]:
    known: dict[str, tuple[Color | None, Color]] = {
        "filled": (theme.primary, theme.on_primary),
        "tonal": (theme.tonal, theme.on_tonal),
        "raised": (theme.raised, theme.text),
        "danger": (theme.danger, theme.background),
        "outlined": (None, theme.primary),
        "text": (None, theme.primary),
    }
    return known[style] if style in known else (rgb(style), (255, 255, 255))
