"""Colours that can be read, icons that can be told apart, and a letter for every character."""

from __future__ import annotations

import itertools
from dataclasses import fields

import pytest
from PIL import ImageChops, ImageStat

from handsight.devices.virtual.apps import default_apps
from handsight.devices.virtual.apps.signs import TINTS, tint
from handsight.devices.virtual.kit.fonts import Fonts, line_box, system_fonts
from handsight.devices.virtual.kit.icons import ICONS, corner_mask, icon_mask
from handsight.devices.virtual.kit.theme import BLACK, DARK, LIGHT, STYLES, WHITE, Look, Theme, mix, rgb

from .test_every_page import contrast

THEMES = [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")]
READ_ON = {  # ink -> the grounds on which something writes with it
    "text": ("background", "card", "raised", "key", "keyboard"),
    "faint": ("background", "card", "raised", "keyboard"),
    "primary": ("background", "card", "raised"),
    "on_primary": ("primary",),
    "on_tonal": ("tonal",),
    "danger": ("background", "card"),
    "background": ("danger",),
}
PAIRS = [(ink, ground) for ink, grounds in READ_ON.items() for ground in grounds]


# Colours


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), PAIRS, ids=lambda name: str(name))
def test_every_ink_can_be_read_on_every_ground_it_is_used_on(theme: Theme, ink: str, ground: str) -> None:
    assert contrast(getattr(theme, ink), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_grounds_can_be_told_from_one_another_and_lines_from_grounds(theme: Theme) -> None:
    for a, b in (("background", "card"), ("keyboard", "key"), ("tonal", "card"), ("outline", "card")):
        assert getattr(theme, a) != getattr(theme, b)
    assert contrast(theme.outline, theme.card) > 1.3
    assert contrast(theme.text, theme.background) > contrast(theme.faint, theme.background)


def test_the_dark_theme_is_the_light_one_turned_around() -> None:
    for name in ("background", "card", "raised", "keyboard", "key"):
        assert sum(getattr(DARK, name)) < 250 < 600 < sum(getattr(LIGHT, name))
    for name in ("text", "faint"):
        assert sum(getattr(LIGHT, name)) < sum(getattr(DARK, name))
    assert {field.name for field in fields(Theme)} == set(vars(LIGHT)) == set(vars(DARK))


@pytest.mark.parametrize("color", sorted({*TINTS, *(app.color for app in default_apps())}))
def test_white_signs_can_be_seen_on_every_disc(color: str) -> None:
    assert contrast(WHITE, rgb(color)) >= 1.9


def test_the_colour_of_a_name_is_always_the_same_and_names_differ() -> None:
    names = ["Ada", "Ben", "Chloe", "Daniel", "Ella", "Finn", "Grace", "Hugo", "妈妈", "李娜", "王磊"]
    assert [tint(name) for name in names] == [tint(name) for name in names]
    assert len({tint(name) for name in names}) >= 5


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_mixing_goes_from_one_colour_to_the_other(share: float) -> None:
    assert mix(BLACK, WHITE, share) == (round(255 * share),) * 3
    assert mix(WHITE, BLACK, share) == (round(255 * (1 - share)),) * 3


# Sizes


@pytest.mark.parametrize("name", sorted(STYLES))
@pytest.mark.parametrize("scale", [0.5, 1.0, 2.625, 4.0])
@pytest.mark.parametrize("font_scale", [0.5, 1.0, 2.5])
def test_a_line_always_has_room_for_its_letters(name: str, scale: float, font_scale: float) -> None:
    size, line, weight = Look(LIGHT, system_fonts(), scale, font_scale).style(name)
    assert 4 <= size < line
    assert weight in ("regular", "medium", "bold", "light")


def test_styles_go_from_large_to_small() -> None:
    sizes = [STYLES[name].size for name in ("display", "headline", "title", "subtitle", "body", "label", "caption")]
    assert sizes == sorted(sizes, reverse=True)


# Icons


def test_every_icon_differs_from_every_other() -> None:
    alike = [
        (a, b)
        for a, b in itertools.combinations(sorted(ICONS), 2)
        if ImageStat.Stat(ImageChops.difference(icon_mask(a, 24), icon_mask(b, 24))).mean[0] < 3
    ]
    assert alike == []


@pytest.mark.parametrize("size", [8, 16, 24, 55, 120])
def test_an_icon_keeps_its_shape_at_any_size(size: int) -> None:
    for name in ICONS:
        small, large = icon_mask(name, size), icon_mask(name, 240)
        ink = [ImageStat.Stat(mask).mean[0] for mask in (small, large)]
        assert small.size == (size, size)
        assert ink[0] == pytest.approx(ink[1], rel=0.45, abs=3), name


def test_icons_stand_in_the_middle_of_their_squares() -> None:
    for name in ICONS:
        left, top, right, bottom = icon_mask(name, 96).getbbox() or (0, 0, 0, 0)
        assert abs((left + right) / 2 - 48) <= 14, name
        assert abs((top + bottom) / 2 - 48) <= 14, name
        assert max(right - left, bottom - top) >= 28, name


def test_every_icon_an_app_names_exists_or_is_a_letter() -> None:
    for app in default_apps():
        assert app.icon in ICONS or len(app.icon) == 1


@pytest.mark.parametrize("radius", [2, 5, 20, 77])
def test_a_disc_is_round_and_full(radius: int) -> None:
    mask = corner_mask(radius)
    assert mask.size == (2 * radius, 2 * radius)
    assert mask.getpixel((radius, radius)) == 255
    area = ImageStat.Stat(mask).mean[0] / 255
    assert area == pytest.approx(3.14159 / 4, abs=0.12 if radius < 3 else 0.02)
    for turned in (0, 1, 5):
        assert mask.tobytes() == mask.transpose(turned).tobytes()


# Letters


@pytest.mark.parametrize(
    "text",
    ["Settings", "设置", "Wi-Fi 设置", "Ωμέγα", "Привет", "→ ← ✓ ★ ●", "•••• 4242", "× · … ° “”", "¥ € £", "ÄÖÜ ß"],
)
def test_every_script_on_the_pages_is_drawn_with_ink(text: str) -> None:
    fonts = system_fonts()
    if "built in" in fonts.in_use.values():
        pytest.skip(f"needs the fonts that `make system` brings; in use: {fonts.in_use}")
    for char in text.replace(" ", ""):
        assert fonts.mask(char, 40).getbbox(), char
        assert fonts.width(char, 40) > 2, char
        assert fonts.mask(char, 40).tobytes() != fonts.mask("\uffff", 40).tobytes(), f"{char} is a box"


def test_a_mixed_text_is_as_wide_as_its_parts() -> None:
    fonts = system_fonts()
    for text in ("Wi-Fi设置", "a→b", "你好world"):
        assert fonts.width(text, 30) == pytest.approx(sum(fonts.width(char, 30) for char in text), rel=0.08)


@pytest.mark.parametrize("char", ["😀", "\u0001", "\ud800", "\uffff", "\U0010ffff", "\u200d"])
def test_what_no_font_has_is_drawn_without_complaint(char: str) -> None:
    mask = system_fonts().mask(f"a{char}b", 30)
    assert mask.height == line_box(30)
    assert mask.width >= system_fonts().width("ab", 30)


def test_folders_that_are_not_there_are_no_error(tmp_path) -> None:  # type: ignore[no-untyped-def]
    fonts = Fonts([tmp_path / "none", tmp_path])
    assert set(fonts.in_use.values()) == {"built in"}
    assert fonts.fit("some words to wrap", 20, "bold", 60, 2)[-1].endswith("…")


def test_many_masks_do_not_pile_up() -> None:
    fonts = Fonts()
    for number in range(1500):
        fonts.mask(f"number {number}", 12)
    assert len(fonts._masks) <= 600
    assert fonts.mask("number 1499", 12) is fonts.mask("number 1499", 12)


@pytest.mark.parametrize("lines", [1, 2, 3])
@pytest.mark.parametrize(
    "text", ["word " * 400, "无" * 900, "x" * 900, "a\nb\nc\nd\ne", "long " * 40 + "\n" + "tail " * 40]
)
def test_an_excerpt_fits_is_full_and_says_that_there_is_more(text: str, lines: int) -> None:
    fonts = system_fonts()
    rows = fonts.fit(text, 20, "regular", 200, lines)
    assert len(rows) == lines
    assert rows[-1].endswith("…")
    assert all(fonts.width(row, 20) <= 200 for row in rows)
    if "\n" not in text:
        assert fonts.width(rows[-1], 20) > 120, "the last line is filled"
