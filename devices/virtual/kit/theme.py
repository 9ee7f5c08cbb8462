"""Colours, letter sizes, and what they come to in pixels on a given screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handsight.devices.virtual.kit.fonts import Fonts

Color = tuple[int, int, int]

WHITE: Color = (255, 255, 255)
BLACK: Color = (0, 0, 0)


def rgb(code: str) -> Color:
    """The colour of a code such as "#1A73E8"."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mix(below: Color, above: Color, share: float) -> Color:
    """The colour of `above` at an opacity of `share` on `below`."""
    r, g, b = (round(low + (high - low) * share) for low, high in zip(below, above, strict=True))
    return r, g, b


@dataclass(frozen=True)
class Theme:
    """The colours of everything on the screen."""

    dark: bool
    background: Color
    card: Color
    raised: Color
    text: Color
    faint: Color
    outline: Color
    primary: Color
    on_primary: Color
    tonal: Color
    on_tonal: Color
    danger: Color
    keyboard: Color
    key: Color


LIGHT = Theme(
    dark=False,
    background=rgb("#F1F3F9"),
    card=rgb("#FFFFFF"),
    raised=rgb("#FBFBFE"),
    text=rgb("#1A1C20"),
    faint=rgb("#5A5E68"),
    outline=rgb("#C3C6CF"),
    primary=rgb("#2A5BC7"),
    on_primary=rgb("#FFFFFF"),
    tonal=rgb("#D9E2FF"),
    on_tonal=rgb("#0A2A66"),
    danger=rgb("#B3261E"),
    keyboard=rgb("#E4E7EF"),
    key=rgb("#FDFDFF"),
)
DARK = Theme(
    dark=True,
    background=rgb("#101216"),
    card=rgb("#1D2026"),
    raised=rgb("#282B32"),
    text=rgb("#E4E5EB"),
    faint=rgb("#A9ADB8"),
    outline=rgb("#454953"),
    primary=rgb("#AEC6FF"),
    on_primary=rgb("#0B2C66"),
    tonal=rgb("#2B4478"),
    on_tonal=rgb("#D9E2FF"),
    danger=rgb("#F2B8B5"),
    keyboard=rgb("#191B20"),
    key=rgb("#363A43"),
)


@dataclass(frozen=True)
class Style:
    """A kind of text: size and line height in sp, and the weight."""

    size: float
    line: float
    weight: str = "regular"


STYLES = {
    "display": Style(48, 58, "light"),
    "headline": Style(32, 40),
    "title": Style(22, 28),
    "subtitle": Style(18, 26, "medium"),
    "body": Style(16, 24),
    "label": Style(14, 20, "medium"),
    "small": Style(14, 20),
    "caption": Style(12, 16),
}


@dataclass
class Look:
    """What a widget needs to know in order to be laid out."""

    theme: Theme
    fonts: Fonts
    scale: float  # pixels per dp
    font_scale: float = 1.0
    inset_top: int = 0  # pixels under the status bar
    go_back: Callable[[], None] | None = None  # what the app bar's arrow does; None draws no arrow
    go_back_words: str = "Navigate up"
    focus: str = ""  # the key of the field that is being edited
    cursor: int = 0

    def px(self, dp: float) -> int:
        """`dp` in pixels."""
        return round(dp * self.scale)

    def style(self, name: str) -> tuple[int, int, str]:
        """The letter size and line height in pixels, and the weight, of a kind of text."""
        style = STYLES[name]
        factor = self.scale * self.font_scale
        return max(4, round(style.size * factor)), max(5, round(style.line * factor)), style.weight
