"""Switches are found beside their label and read, whatever system drew them."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from handsight.sight.lines import Line
from handsight.sight.shapes import field_for
from handsight.sight.switches import switch_for
from handsight.types import Box

from .drawing import BACKGROUNDS, BOXES, SWITCHES, Style, row


def lines_of(texts: list[tuple[str, tuple[float, float, float, float]]]) -> list[Line]:
    return [Line(text, Box(*box)) for text, box in texts]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("on", [False, True], ids=["off", "on"])
@pytest.mark.parametrize("name", [*SWITCHES, *BOXES])
def test_a_switch_is_found_and_read(name: str, *, on: bool, dark: bool) -> None:
    style: Style = SWITCHES.get(name) or BOXES[name]
    for paper, density, subtitle in zip(BACKGROUNDS[dark], (1.0, 2.625), (False, True), strict=False):
        drawn = row(style, on=on, dark=dark, density=density, paper=paper, subtitle=subtitle, in_front=False)
        lines = lines_of(drawn.texts)
        found = switch_for(drawn.image, lines[0].box, lines)
        assert found, (paper, density)
        assert found.on is on, (paper, density)
        assert abs(found.box.center.x - drawn.switch[0]) < 2 * density
        assert abs(found.box.center.y - drawn.switch[1]) < 2 * density


@pytest.mark.parametrize("on", [False, True], ids=["off", "on"])
@pytest.mark.parametrize("name", list(BOXES))
def test_a_box_in_front_of_its_label_is_found_too(name: str, *, on: bool) -> None:
    for density in (1.0, 1.5, 2.625):
        drawn = row(BOXES[name], on=on, dark=False, density=density, paper="#FFFFFF", subtitle=False, in_front=True)
        lines = lines_of(drawn.texts)
        found = switch_for(drawn.image, lines[0].box, lines)
        assert found, density
        assert (found.on, found.kind) == (on, "box"), density
        assert abs(found.box.center.x - drawn.switch[0]) < 2 * density


def test_a_row_without_a_switch_has_none_even_if_its_neighbours_do() -> None:
    drawn = row(SWITCHES["android 14, purple"], on=True, dark=False, density=2, paper="#FFFFFF", subtitle=False,
                in_front=False)  # fmt: skip
    x, y = drawn.switch
    ImageDraw.Draw(drawn.image).rectangle([x - 80, y - 40, x + 80, y + 40], fill="#FFFFFF")
    lines = lines_of(drawn.texts)
    assert switch_for(drawn.image, lines[0].box, lines) is None


def test_an_unread_mark_and_a_pictogram_are_no_switches() -> None:
    image = Image.new("RGB", (720, 200), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((650, 86, 678, 114), fill="#5F6368")
    draw.rectangle((500, 80, 540, 112), fill="#1A73E8")  # a lorry: body, cabin, wheels
    draw.rectangle((536, 94, 560, 112), fill="#1A73E8")
    draw.ellipse((506, 104, 522, 120), fill="#1A73E8")
    draw.ellipse((540, 104, 556, 120), fill="#1A73E8")
    label = Line("Mum", Box(40, 80, 110, 120))
    assert switch_for(image, label.box, [label]) is None


def test_a_button_with_a_word_in_it_is_no_switch() -> None:
    image = Image.new("RGB", (720, 200), "white")
    ImageDraw.Draw(image).rounded_rectangle([560, 70, 680, 130], 30, fill="#6750A4")
    label, button = Line("Update", Box(40, 80, 150, 120)), Line("Get", Box(590, 85, 650, 115))
    assert switch_for(image, label.box, [label, button]) is None


def test_a_pill_of_one_grey_without_a_thumb_says_nothing() -> None:
    image = Image.new("RGB", (720, 200), "white")
    ImageDraw.Draw(image).rounded_rectangle([560, 70, 664, 130], 30, fill="#888888")
    label = Line("Update", Box(40, 80, 150, 120))
    found = switch_for(image, label.box, [label])
    assert found
    assert found.on is None


@pytest.mark.parametrize("below", [False, True], ids=["right of it", "below it"])
def test_an_empty_field_is_found_beside_its_label(*, below: bool) -> None:
    image = Image.new("RGB", (720, 300), "white")
    place = (40, 90, 640, 150) if below else (220, 35, 680, 95)
    ImageDraw.Draw(image).rectangle(place, outline="#888888", width=2)
    label = Line("Name", Box(40, 46, 130, 84))
    field = field_for(image, label.box, [label])
    assert field
    assert abs(field.center.x - (place[0] + place[2]) / 2) < 4
    assert abs(field.center.y - (place[1] + place[3]) / 2) < 4


def test_a_label_inside_its_field_is_tapped_itself() -> None:
    image = Image.new("RGB", (720, 300), "white")
    ImageDraw.Draw(image).rectangle((30, 35, 690, 95), outline="#888888", width=2)
    label = Line("Name", Box(50, 46, 140, 84))
    assert field_for(image, label.box, [label]) is None
