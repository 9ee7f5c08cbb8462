"""Of a changed picture only the changed bands are read; lone digits, and labels at a field, are read right."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from handsight.sight.bands import changed_bands, meets
from handsight.sight.lines import Line
from handsight.sight.ocr import Ocr
from handsight.types import Box

from .drawing import font


def pixels(height: int = 400, width: int = 64) -> np.ndarray:
    return np.full((height, width, 3), 255, np.uint8)


@pytest.mark.parametrize("width", [64, 63])  # rows of whole large numbers, and others
def test_the_rows_that_differ_make_bands_that_cut_no_line(width: int) -> None:
    old, new = pixels(width=width), pixels(width=width)
    new[200, 3] = 0
    assert changed_bands(old, new, ()) == [(176, 225)]
    assert changed_bands(old, new, (Line("over the edge", Box(0, 220, 40, 240)),)) == [(176, 248)]
    assert changed_bands(old, old.copy(), ()) == []


def test_a_band_that_grows_by_one_line_is_not_left_to_cut_another() -> None:
    old, new = pixels(), pixels()
    new[200, 3] = 0
    lines = (Line("a tall one", Box(0, 240, 40, 280)), Line("at its left", Box(40, 210, 64, 250)))
    assert changed_bands(old, new, lines) == [(176, 288)]
    at_the_end = Line("cut by the screen", Box(0, 390.5, 40, 400))
    new[390, 3] = 0
    assert changed_bands(old, new, (*lines, at_the_end)) == [(176, 288), (366, 400)]


def test_a_line_meets_the_bands_it_reaches_into() -> None:
    line = Line("a", Box(0, 10, 5, 20))
    assert [meets(line, band) for band in ((0, 10), (0, 11), (19, 30), (20, 30))] == [False, True, True, False]


def test_lines_far_apart_are_found_where_they_are(ocr: Ocr) -> None:
    image = Image.new("RGB", (1080, 2400), "white")
    draw = ImageDraw.Draw(image)
    for y, text in ((150, "Network"), (1200, "Battery"), (2300, "Save")):
        draw.text((100, y), text, font=font(48), fill="black")
    lines = ocr.read(image)
    assert [line.text for line in lines] == ["Network", "Battery", "Save"]
    for line, y in zip(lines, (150, 1200, 2300), strict=True):
        left, top, right, bottom = draw.textbbox((100, y), line.text, font=font(48))
        assert abs(line.box.center.y - (top + bottom) / 2) < 4
        assert abs(line.box.center.x - (left + right) / 2) < 12


def test_a_lone_digit_is_read(ocr: Ocr) -> None:
    image = Image.new("RGB", (800, 600), "#F4F4F4")
    draw = ImageDraw.Draw(image)
    keys = ["7", "8", "9", "4", "5", "6", "1", "2", "3"]
    for i, key in enumerate(keys):
        x, y = 100 + 70 * (i % 3), 100 + 45 * (i // 3)
        draw.rounded_rectangle((x, y, x + 60, y + 36), 5, outline="#B0B0B0", fill="#FFFFFF")
        draw.text((x + 26, y + 9), key, font=font(14), fill="#303030")
    assert [line.text for line in ocr.read(image)] == keys


def test_a_label_ends_where_the_field_below_it_begins(ocr: Ocr) -> None:
    image = Image.new("RGB", (800, 700), "white")
    draw = ImageDraw.Draw(image)
    draw.text((20, 97), "Email", font=font(14), fill="black")
    draw.rectangle((20, 112, 320, 133), outline="#707070")
    (line,) = ocr.read(image)
    assert line.text == "Email"
    assert line.box.bottom < 114
