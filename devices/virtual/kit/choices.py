"""Things to choose with: switches, check boxes, radio buttons, sliders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from functools import partial
from typing import TypeVar

from handsight.devices.virtual.kit.layout import Act, Spot
from handsight.devices.virtual.kit.paint import Canvas
from handsight.devices.virtual.kit.theme import Look
from handsight.devices.virtual.kit.widgets import Row, Widget, text_spot

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
