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
_UNSEEN_SCALES = (0.85, 0.95, 1.05, 1.15)
_HUES, _UNSEEN_HUES = (-0.05, 0.75), (0.75, 0.95)  # violet and pink are kept
FONTS = (
    "Roboto-Regular", "Roboto-Medium", "Roboto-Light", "Roboto-Bold", "RobotoCondensed-Regular", "DejaVuSans",
    "DejaVuSans-Bold", "DejaVuSansCondensed", "DejaVuSansMono", "DejaVuSerif", "DejaVuSerifCondensed",
    "LiberationSans-Regular", "LiberationSansNarrow-Regular", "LiberationSerif-Regular", "LiberationMono-Regular",
    "NotoSans-Regular", "NotoSansMono-Regular", "OpenSans-Regular", "Lato-Regular", "Ubuntu-R", "DroidSans",
    "NimbusSans-Regular", "NimbusSansNarrow-Regular", "NimbusRoman-Regular", "P052-Roman", "C059-Roman",
    "URWGothic-Book", "URWBookman-Light",
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
    """The fonts of this system that a phone may be drawn in."""
    found: dict[str, Path] = {}
    for folder in font_folders():
        for root, _, names in os.walk(folder):
            for name in names:
                if name.endswith((".ttf", ".otf")) and Path(name).stem in FONTS:
                    found.setdefault(name, Path(root) / name)
    return tuple(found[name] for name in sorted(found))


@cache
def fonts_of(path: Path | None) -> Fonts:
    """The fonts with that one for Latin letters, or the phone's own; made once."""
    return OneFont(path) if path else Fonts()


def random_phone(
    random: Random,
    apps: Sequence[App] | None = None,
    *,
    language: str | None = None,
    font: Path | None = None,
    unseen: bool = False,
) -> Phone:
    """A phone of any kind, whose clock stands still and whose pages change at once.

    An `unseen` one has a density and colours that are kept for the report card.
    """
    still = StillClock()
    size = random.choices(SIZES, _SHARES)[0]
    scale = random.choice(_UNSEEN_SCALES) if unseen else random.choices((1.0, 0.9, 1.1, 1.2), (75, 8, 12, 5))[0]
    density = round(420 * size[0] / 1080 * scale)
    files = font_files()
    path = random.choice(files) if files and random.random() < 0.35 else None
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
    if unseen or random.random() < 0.35:
        hue = random.uniform(*(_UNSEEN_HUES if unseen else _HUES)) % 1
        phone.themes = (tinted(LIGHT, random, hue), tinted(DARK, random, hue))
    return phone


def tinted(theme: Theme, random: Random, hue: float) -> Theme:
    """The theme in colours of another hue, as light and as dark as it was."""
    strength = random.random() * 0.5

    def colored(level: Color, saturation: float) -> Color:
        red, green, blue = colorsys.hls_to_rgb(hue, sum(level) / 765, saturation)
        return round(red * 255), round(green * 255), round(blue * 255)

    return replace(
        theme,
        background=colored(theme.background, 0.5 * strength),
        card=colored(theme.card, 0.5 * strength) if random.random() < 0.5 else theme.card,
        raised=colored(theme.raised, 0.5 * strength),
        primary=colored(theme.primary, 1.6 * strength),
        tonal=colored(theme.tonal, 1.2 * strength),
    )
