"""The lock screen: the time, and how to get past it."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from PIL import Image

from handsight.devices.virtual.kit.pages import Page
from handsight.devices.virtual.kit.theme import mix, rgb
from handsight.devices.virtual.kit.widgets import Space, Text


@lru_cache(8)
def wallpaper(size: tuple[int, int], *, dark: bool) -> Image.Image:
    """The system's wallpaper: evening hills, drawn small and enlarged smoothly."""
    top, middle, low = (
        (rgb("#0B1026"), rgb("#1D2B53"), rgb("#3B3A66")) if dark else (rgb("#274690"), rgb("#576CA8"), rgb("#E08E79"))
    )
    column = Image.new("RGB", (1, 64))
    for y in range(64):
        share = y / 63
        color = mix(top, middle, share * 2) if share < 0.5 else mix(middle, low, share * 2 - 1)
        column.putpixel((0, y), color)
    return column.resize(size, Image.Resampling.BICUBIC)


def lock_page(now: datetime, size: tuple[int, int], hint: str, *, dark: bool) -> Page:
    """Build the lock screen."""
    return Page(
        "",
        [
            Space(72),
            Text(now.strftime("%H:%M"), style="display", align="center", color="#FFFFFF"),
            Text(now.strftime("%Y-%m-%d"), style="body", align="center", color="#FFFFFF"),
            Space(grow=True),
            Text(hint, style="small", align="center", color="#FFFFFF"),
            Space(16),
        ],
        bar=False,
        scrolls=False,
        wallpaper=wallpaper(size, dark=dark),
    )
