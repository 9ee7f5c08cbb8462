"""Phones of every kind: size, density, theme, language, font, and what their owners have put on them."""

from __future__ import annotations

import colorsys
import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

from handsight.devices.virtual.apps import new_apps
from handsight.devices.virtual.kit import App
from handsight.devices.virtual.kit.fonts import Fonts, font_folders
from handsight.devices.virtual.kit.theme import DARK, LIGHT, Color, Theme
from handsight.devices.virtual.phone import Phone
from handsight.devices.virtual.timing import StillClock

SIZES = ((1080, 2400), (1080, 2340), (720, 1600), (1440, 3200), (1080, 1920), (720, 1280))
_SHARES = (60, 8, 12, 8, 6, 6)
SANS = (
    "Roboto-Regular", "Roboto-Medium", "RobotoCondensed-Regular", "DejaVuSans", "DejaVuSansCondensed",
    "LiberationSans-Regular", "NotoSans-Regular", "OpenSans-Regular", "Lato-Regular", "Ubuntu-R", "DroidSans",
)  # fmt: skip


class OneFont(Fonts):
    """Latin letters in one file's font, the others as ever."""

    def __init__(self, latin: Path) -> None:
        super().__init__()
        bold = latin.with_name(latin.name.replace("-Regular", "-Bold"))
        for weight in ("regular", "medium", "light", "bold"):
            heavy = weight in ("medium", "bold") and bold.exists()
            self._paths["latin", weight] = bold if heavy else latin


@cache
def font_files() -> tuple[Path, ...]:
    """The sans-serif fonts of this system that a phone may be drawn in."""
    found: dict[str, Path] = {}
    for folder in font_folders():
        for root, _, names in os.walk(folder):
            for name in names:
                if name.endswith(".ttf") and Path(name).stem in SANS:
                    found.setdefault(name, Path(root) / name)
    return tuple(found[name] for name in sorted(found))


@cache
def fonts_of(path: Path | None) -> Fonts:
    """The fonts with that one for Latin letters, or the phone's own; made once."""
    return OneFont(path) if path else Fonts()


def random_phone(
    random: Random, apps: Sequence[App] | None = None, *, language: str | None = None, font: Path | None = None
) -> Phone:
    """A phone of any kind, whose clock stands still and whose pages change at once."""
    still = StillClock()
    size = random.choices(SIZES, _SHARES)[0]
    density = round(420 * size[0] / 1080 * random.choices((1.0, 0.9, 1.1, 1.2), (75, 8, 12, 5))[0])
    files = font_files()
    path = random.choice(files) if files and random.random() < 0.3 else None
    phone = Phone(
        size=size,
        density=density,
        dark=random.random() < 0.4,
        language=language or random.choices(("en", "zh"), (78, 22))[0],
        apps=[*new_apps(None), *(apps or ())],
        fonts=fonts_of(font or path),
        clock=still,
        sleep=still.sleep,
        now=still.now,
    )
    phone.settings["global"]["transition_animation_scale"] = "0"
    if random.random() < 0.35:
        phone.themes = (tinted(LIGHT, random), tinted(DARK, random))
    return phone


def tinted(theme: Theme, random: Random) -> Theme:
    """The theme in other colours, as light and as dark as it was."""
    hue, strength = random.random(), random.random() * 0.5

    def colored(level: Color, most: float = 0.12) -> Color:
        light = sum(level) / 765
        share = strength * most / 0.12 * 0.12 if most <= 0.12 else strength
        red, green, blue = colorsys.hls_to_rgb(hue, light, min(1.0, share * (0.5 if most <= 0.12 else 1.6)))
        return round(red * 255), round(green * 255), round(blue * 255)

    return replace(
        theme,
        background=colored(theme.background),
        card=colored(theme.card) if random.random() < 0.5 else theme.card,
        raised=colored(theme.raised),
        primary=colored(theme.primary, 1.0),
        tonal=colored(theme.tonal, 1.0),
    )
