"""The label at a place: the words that stand there, or beside it in the same row."""

import pytest
from PIL import Image, ImageDraw, ImageFont

from handsight.models.reader import ReaderModel
from handsight.sight.labels import Labels, nearest
from handsight.sight.lines import Line
from handsight.types import Box, Point, Screen

LINES = (
    Line("Dark theme", Box(100, 100, 300, 130)),
    Line("Pay now", Box(400, 500, 520, 530)),
    Line("Cancel", Box(700, 500, 800, 530)),
)


@pytest.mark.parametrize(
    ("at", "label"),
    [
        (Point(450, 510), "Pay now"),  # on the words
        (Point(390, 545), "Pay now"),  # on the edge of the button around them
        (Point(980, 115), "Dark theme"),  # on the switch at the other end of the row
        (Point(640, 515), "Cancel"),  # between two: the nearer one
        (Point(450, 400), ""),  # nothing in this row
    ],
)
def test_the_nearest_words_in_the_row_are_the_label(at: Point, label: str) -> None:
    assert nearest(LINES, at) == label


def test_there_is_no_label_where_there_are_no_words() -> None:
    assert nearest((), Point(1, 1)) == ""


@pytest.mark.parametrize("shared", [True, False])
def test_a_label_is_read_off_the_screen_at_its_place(shared: bool) -> None:
    pytest.importorskip("rapidocr")
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (1080, 2400), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(48)
    for y, words in ((300, "Delete account"), (1200, "Pay now"), (2380, "Home")):
        draw.text((420, y - 24), words, "black", font=font)
    read = Labels(ReaderModel().ocr if shared else None)
    screen = Screen(image)
    assert read(screen, Point(500, 300)) == "Delete account"
    assert read(screen, Point(330, 1190)) == "Pay now"
    assert read(screen, Point(500, 800)) == ""


def test_on_a_wide_screen_only_what_stands_around_the_place_is_read() -> None:
    image = Image.new("RGB", (1920, 1080), "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(24)
    for x, words in ((300, "Delete"), (900, "Rename"), (1500, "Settings")):
        pen.text((x, 500), words, "black", font)
    read = Labels()
    assert [read(Screen(image), Point(x + 30, 512)) for x in (300, 900, 1500)] == ["Delete", "Rename", "Settings"]
    assert read(Screen(image), Point(1915, 512)) == ""
