"""What several apps show alike: a large round sign, a field to search with, an empty page, a moment in words."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from handsight.devices.virtual.kit import Field, Space, Text, Widget
from handsight.devices.virtual.kit.layout import Spot
from handsight.devices.virtual.kit.paint import Canvas
from handsight.devices.virtual.kit.theme import WHITE, Look, rgb

TINTS = ("#C2185B", "#7B1FA2", "#3949AB", "#1976D2", "#00838F", "#2E7D32", "#E65100", "#5D4037")


@dataclass
class Sign(Widget):
    """An icon, or a letter or two, in a disc in the middle of the line; without a tint the disc has the theme's."""

    icon: str
    tint: str = ""
    side: float = 112

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        radius, glyph = look.px(self.side / 2), look.px(self.side / 2)
        spot = Spot(width, 2 * radius)
        ground, ink = (rgb(self.tint), WHITE) if self.tint else (look.theme.tonal, look.theme.on_tonal)
        spot.mark(Canvas.disc, width // 2, radius, radius, ground)
        spot.mark(Canvas.icon, self.icon, width // 2 - glyph // 2, radius - glyph // 2, glyph, ink)
        return spot


def nothing(icon: str, text: str) -> list[Widget]:
    """Fill a page that has nothing to show."""
    return [Space(96), Sign(icon), Space(8), Text(text, align="center", faint=True)]


def search_field(hint: str, value: str, on_change: Callable[[str], object]) -> Field:
    """Make the field above a list that narrows it down."""
    return Field("", value, on_change, hint=hint, icon="search", key="search")


def tint(name: str) -> str:
    """The colour of a name, always the same."""
    return TINTS[zlib.crc32(name.encode()) % len(TINTS)]


def when(moment: datetime, now: datetime, language: str) -> str:
    """Say briefly when something was: the hour if it was today, else the day."""
    if moment.date() == now.date():
        return f"{moment:%H:%M}"
    if language in ("zh", "ja"):
        return f"{moment.month}月{moment.day}日"
    if language == "de":
        return f"{moment.day}.{moment.month}."
    return f"{moment.day} {moment:%b}"
