"""An icon is found at any size and in either theme, surely or not at all; a button's ground and a dialog are seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageOps

from handsight.errors import BadMedia, UsageError
from handsight.sight.pictures import find_picture, ground, opened, panel
from handsight.types import Box

from .drawing import font

SIZE = (720, 1280)
Draw = Callable[[ImageDraw.ImageDraw, float, float, float, str], None]


def cart(pen: ImageDraw.ImageDraw, x: float, y: float, s: float, ink: str) -> None:
    way = [(0.05, 0.15), (0.2, 0.15), (0.35, 0.65), (0.8, 0.65), (0.95, 0.28), (0.25, 0.28)]
    pen.line([(x + a * s, y + b * s) for a, b in way], ink, round(s / 12), "curve")
    for a in (0.42, 0.75):
        pen.ellipse((x + (a - 0.07) * s, y + 0.75 * s, x + (a + 0.07) * s, y + 0.89 * s), ink)


def bell(pen: ImageDraw.ImageDraw, x: float, y: float, s: float, ink: str) -> None:
    pen.arc((x + 0.2 * s, y + 0.1 * s, x + 0.8 * s, y + 0.7 * s), 180, 360, ink, round(s / 12))
    pen.line(
        [(x + a * s, y + b * s) for a, b in ((0.2, 0.4), (0.2, 0.75), (0.8, 0.75), (0.8, 0.4))], ink, round(s / 12)
    )
    pen.ellipse((x + 0.42 * s, y + 0.8 * s, x + 0.58 * s, y + 0.93 * s), ink)


def clock(pen: ImageDraw.ImageDraw, x: float, y: float, s: float, ink: str) -> None:
    pen.ellipse((x + 0.1 * s, y + 0.1 * s, x + 0.9 * s, y + 0.9 * s), outline=ink, width=round(s / 12))
    pen.line([(x + a * s, y + b * s) for a, b in ((0.5, 0.25), (0.5, 0.52), (0.7, 0.65))], ink, round(s / 12))


def page(*icons: tuple[Draw, float, float, float], paper: str = "#F4F4F8", ink: str = "#303848") -> Image.Image:
    """A page with words and icons, drawn at four times its size."""
    big = Image.new("RGB", (SIZE[0] * 4, SIZE[1] * 4), paper)
    pen = ImageDraw.Draw(big)
    for row in range(9):
        pen.text((480, 520 + 480 * row), f"Row {row} of the list", ink, font(140))
    for draw, x, y, size in icons:
        draw(pen, 4 * x, 4 * y, 4 * size, ink)
    return big.resize(SIZE, Image.Resampling.BOX)


def icon(draw: Draw, size: int, **look: str) -> Image.Image:
    return page((draw, 500, 300, size), **look).crop((496, 296, 504 + size, 304 + size))


@pytest.fixture(scope="module")
def shop() -> Image.Image:
    return page((cart, 600, 40, 64), (bell, 500, 40, 64), (clock, 40, 640, 64))


@pytest.mark.parametrize("size", [32, 40, 48, 64, 80, 96, 128])
def test_an_icon_is_found_whatever_its_size_was_where_it_was_cut_out(shop: Image.Image, size: int) -> None:
    [(box, score)] = find_picture(shop, icon(cart, size))
    assert abs(box.center.x - 632) < 1.5
    assert abs(box.center.y - 72) < 1.5
    assert abs(box.width - 64 * (size + 8) / size) < 4
    assert score > 0.93


def test_at_its_own_size_it_is_found_to_a_fraction_of_a_pixel(shop: Image.Image) -> None:
    [(box, score)] = find_picture(shop, shop.crop((490, 30, 570, 110)))
    assert score > 0.999
    for found, cut in zip((box.left, box.top, box.right, box.bottom), (490, 30, 570, 110), strict=True):
        assert abs(found - cut) < 0.1


def test_between_two_pixels_the_place_is_between_them(shop: Image.Image) -> None:
    moved = shop.transform(shop.size, Image.Transform.AFFINE, (1, 0, -0.5, 0, 1, -0.25), Image.Resampling.BICUBIC)
    [(box, _)] = find_picture(moved, shop.crop((490, 30, 570, 110)))
    assert abs(box.left - 490.5) < 0.15
    assert abs(box.top - 30.25) < 0.15


@pytest.mark.parametrize("draw", [cart, bell, clock])
@pytest.mark.parametrize("size", [44, 64, 100])
def test_the_other_theme_does_not_matter(draw: Draw, size: int) -> None:
    dark = page((cart, 600, 40, 64), (bell, 500, 40, 64), (clock, 40, 640, 64), paper="#101014", ink="#E8E8F0")
    places = {cart: (632, 72), bell: (532, 72), clock: (72, 672)}
    [(box, _)] = find_picture(dark, icon(draw, size))
    assert (abs(box.center.x - places[draw][0]) < 2, abs(box.center.y - places[draw][1]) < 2) == (True, True)


@pytest.mark.parametrize("size", [40, 64, 90])
def test_another_icon_is_none_of_it(size: int) -> None:
    assert find_picture(page((bell, 500, 40, 64), (clock, 40, 640, 64)), icon(cart, size)) == []
    assert find_picture(page((cart, 500, 40, 64), (clock, 40, 640, 64)), icon(bell, size)) == []


def test_twins_are_all_given() -> None:
    rows = page(*((bell, 620, 100 + 120 * row, 56) for row in range(4)))
    for size in (40, 56, 72):
        hits = find_picture(rows, icon(bell, size))
        assert sorted(round(box.center.y / 120) for box, _ in hits) == [1, 2, 3, 4]


@pytest.mark.parametrize("ink", ["black", "white"])
def test_what_is_see_through_is_put_on_a_ground_from_which_it_stands_out(shop: Image.Image, ink: str) -> None:
    cut = Image.new("RGBA", (288, 288), (0, 0, 0, 0))
    cart(ImageDraw.Draw(cut), 16, 16, 256, ink)
    [(box, _)] = find_picture(shop, cut.resize((72, 72), Image.Resampling.BOX))
    assert (round(box.center.x / 8), round(box.center.y / 8)) == (79, 9)


def test_a_picture_with_nothing_on_it_is_refused(shop: Image.Image) -> None:
    for nothing in (Image.new("RGB", (64, 64), "#F4F4F8"), shop.crop((600, 40, 604, 44))):
        with pytest.raises(UsageError, match="hardly anything on it"):
            find_picture(shop, nothing)
    assert find_picture(shop, page((cart, 10, 10, 640)).resize((2000, 3000))) == []


def test_a_picture_is_read_from_its_file_or_said_to_be_none(shop: Image.Image, tmp_path: Path) -> None:
    shop.crop((490, 30, 570, 110)).save(tmp_path / "bell.png")
    assert len(find_picture(shop, opened(tmp_path / "bell.png"))) == 1
    (tmp_path / "words.png").write_text("no picture")
    Image.new("P", (8, 8)).save(tmp_path / "palette.bmp")
    damaged = bytearray((tmp_path / "palette.bmp").read_bytes())
    damaged[46:50] = b"\xff\xff\xff\x7f"  # the number of its colours
    (tmp_path / "palette.bmp").write_bytes(damaged)
    told = {"words.png": "it is no picture", "none.png": "No such file", "palette.bmp": "damaged"}
    for bad, reason in told.items():
        with pytest.raises(BadMedia, match=f"{bad} cannot be read: .*{reason}"):
            opened(tmp_path / bad)


def buttons(*styles: str) -> tuple[Image.Image, list[Box]]:
    """Buttons one below another, and where their words are."""
    picture = Image.new("RGB", SIZE, "#F4F4F8")
    pen, words = ImageDraw.Draw(picture), []
    for row, style in enumerate(styles):
        y = 100 + 120 * row
        if style == "filled":
            pen.rounded_rectangle((200, y, 420, y + 64), 32, "#2657CB")
        elif style == "outlined":
            pen.rounded_rectangle((200, y, 420, y + 64), 32, outline="#808080", width=2)
        pen.text((270, y + 16), "Save", "white" if style == "filled" else "#2657CB", font(30))
        words.append(Box(*map(float, pen.textbbox((270, y + 16), "Save", font(30)))))
    return picture, words


def test_a_button_has_a_ground_filled_or_in_an_outline_and_a_line_of_a_page_has_none() -> None:
    picture, words = buttons("filled", "outlined", "text")
    for box in words[:2]:
        found = ground(picture, box)
        assert found
        assert (abs(found.left - 200) < 5, abs(found.right - 420) < 5, abs(found.height - 64) < 6) == (True,) * 3
    assert ground(picture, words[2]) is None


def dialog(picture: Image.Image, fill: str, ink: str, dim: float = 0.45) -> tuple[Image.Image, Box]:
    shown = Image.blend(picture, Image.new("RGB", picture.size), dim)
    pen = ImageDraw.Draw(shown)
    pen.rounded_rectangle((80, 500, 640, 800), 40, fill)
    pen.text((120, 540), "Keep them?", ink, font(40))
    return shown, Box(*map(float, pen.textbbox((120, 540), "Keep them?", font(40))))


@pytest.mark.parametrize(
    ("paper", "ink", "fill"), [("#F4F4F8", "#202020", "#FFFFFF"), ("#101014", "#E8E8F0", "#2B2930")]
)
def test_a_dialog_is_a_panel_beside_which_all_is_dimmed(paper: str, ink: str, fill: str) -> None:
    below = page((cart, 600, 40, 64), paper=paper, ink=ink)
    behind = Box(120, 130, 320, 165)
    shown, words = dialog(below, fill, ink)
    found = panel(shown, [behind, words])
    assert found
    for edge, true in zip((found.left, found.top, found.right, found.bottom), (80, 500, 640, 800), strict=True):
        assert abs(edge - true) <= 8
    assert panel(below, [behind]) is None
    undimmed, words = dialog(below, fill, ink, dim=0)
    assert panel(undimmed, [behind, words]) is None


def test_a_page_with_a_card_on_it_shows_no_dialog() -> None:
    card = page((cart, 600, 40, 64), paper="#E4E4EA")
    ImageDraw.Draw(card).rounded_rectangle((80, 500, 640, 800), 40, "white")
    ImageDraw.Draw(card).text((120, 540), "Keep them?", "black", font(40))
    assert panel(card, [Box(120, 130, 320, 165), Box(120, 545, 330, 590)]) is None
    assert panel(ImageOps.invert(card), [Box(120, 130, 320, 165), Box(120, 545, 330, 590)]) is None
