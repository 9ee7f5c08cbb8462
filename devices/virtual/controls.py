"""Things to work: switches, check boxes, radio buttons, sliders, buttons, chips, tabs, pagers, text fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import partial
from typing import TypeVar

from handsight.devices.virtual.layout import Act, Spot
from handsight.devices.virtual.paint import Canvas
from handsight.devices.virtual.theme import Color, Look, Theme, mix, rgb
from handsight.devices.virtual.widgets import Column, Row, Widget, text_spot, text_width

V = TypeVar("V")


@dataclass
class _Toggle(Widget):
    """The part of a row that shows whether it is on. The row takes the tap."""

    kind: str
    on: bool
    enabled: bool

    def natural(self, look: Look) -> int | None:
        return look.px(52 if self.kind == "Switch" else 22)

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        px, theme = look.px, look.theme
        names = {"Switch": "android:id/switch_widget", "CheckBox": "android:id/checkbox", "RadioButton": ""}
        spot = Spot(width, px(32 if self.kind == "Switch" else 22), cls=f"android.widget.{self.kind}",
                    resource_id=names[self.kind], checkable=True, checked=self.on, enabled=self.enabled)  # fmt: skip
        box, middle = (0, 0, spot.width, spot.height), spot.height // 2
        primary = theme.primary if self.enabled else theme.outline
        if self.kind == "Switch" and self.on:
            spot.mark(Canvas.round, box, middle, primary)
            spot.mark(Canvas.disc, spot.width - middle, middle, px(12), theme.on_primary)
            spot.mark(Canvas.icon, "check", spot.width - middle - px(8), middle - px(8), px(16), primary)
        elif self.kind == "Switch":
            spot.mark(Canvas.ring, box, middle, px(2), theme.outline, theme.raised)
            spot.mark(Canvas.disc, middle, middle, px(8), theme.faint if self.enabled else theme.outline)
        elif self.kind == "CheckBox" and self.on:
            spot.mark(Canvas.round, box, px(4), primary)
            spot.mark(Canvas.icon, "check", px(2), px(2), px(18), theme.on_primary)
        else:
            round_ = px(4) if self.kind == "CheckBox" else middle
            spot.mark(Canvas.ring, box, round_, px(2), primary if self.on else theme.faint, theme.card)
            if self.on:
                spot.mark(Canvas.disc, middle, middle, px(6), primary)
        return spot


@dataclass
class _ToggleRow(Widget):
    title: str
    on: bool
    on_change: Callable[[bool], object]
    subtitle: str = ""
    _: KW_ONLY
    icon: str = ""
    tint: str = ""
    enabled: bool = True
    key: str = ""
    inset = False
    kind = "Switch"

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        row = Row(
            self.title, self.subtitle, icon=self.icon, tint=self.tint, enabled=self.enabled, key=self.key,
            trailing=_Toggle(self.kind, self.on, self.enabled),
            on_tap=partial(self.on_change, not self.on) if self.enabled else None,
        )  # fmt: skip
        return row.place(look, width, height)


class Switch(_ToggleRow):
    """A row with a switch; `on_change` is told the new state."""


class Checkbox(_ToggleRow):
    """A row with a check box; `on_change` is told the new state."""

    kind = "CheckBox"


@dataclass
class Radio(Widget):
    """A row with a radio button."""

    title: str
    on: bool
    on_tap: Act
    subtitle: str = ""
    inset = False

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        toggle = _Toggle("RadioButton", self.on, enabled=True)
        return Row(self.title, self.subtitle, trailing=toggle, on_tap=self.on_tap).place(look, width, height)


def radios(options: Mapping[V, str], chosen: V, on_change: Callable[[V], object]) -> list[Radio]:
    """One radio row per option, a mapping of values to labels; `on_change` is told the value that was tapped."""
    return [Radio(label, value == chosen, partial(on_change, value)) for value, label in options.items()]


@dataclass
class Slider(Widget):
    """A value to drag, from `low` to `high`; `on_change` is told the new value."""

    title: str
    value: float
    on_change: Callable[[float], object]
    _: KW_ONLY
    low: float = 0
    high: float = 100
    step: float = 1
    icon: str = ""
    inset = False

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        px, theme = look.px, look.theme
        spot = Spot(width, 0, cls="android.widget.LinearLayout")
        left = px(16) + (px(40) if self.icon else 0)
        room = max(px(32), width - left - px(20))
        y = px(10)
        if self.title:
            y += spot.put(text_spot(look, self.title, "body", room, theme.text, lines=1), left, y).height
        if self.icon:
            spot.mark(Canvas.icon, self.icon, px(16), y + px(12), px(24), theme.faint)
        share = min(max((self.value - self.low) / (self.high - self.low), 0.0), 1.0)
        track = Spot(room, px(48), cls="android.widget.SeekBar", text=f"{self.value:g}", description=self.title,
                     on_slide=self._slide)  # fmt: skip
        handle, middle, half, gap = round(room * share), px(24), px(8), px(6)
        track.mark(Canvas.corners, (0, middle - half, handle - gap, middle + half), (half, px(2), px(2), half),
                   theme.primary)  # fmt: skip
        track.mark(Canvas.corners, (handle + gap, middle - half, room, middle + half), (px(2), half, half, px(2)),
                   theme.tonal)  # fmt: skip
        track.mark(Canvas.round, (handle - px(2), px(4), handle + px(2), px(44)), px(2), theme.primary)
        spot.put(track, left, y)
        spot.height = max(y + track.height + px(6), height)
        return spot

    def _slide(self, share: float) -> None:
        steps = round((self.high - self.low) * share / self.step)
        value = min(self.low + steps * self.step, self.high)
        if value != self.value:
            self.on_change(value)


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
            for draw in face.marks:
                spot.marks.append(_moved(draw, x + lead, (spot.height - face.height) // 2))
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


def _moved(draw: Callable[[Canvas], None], x: int, y: int) -> Callable[[Canvas], None]:
    def moved(canvas: Canvas) -> None:
        with canvas.moved(x, y):
            draw(canvas)

    return moved
