"""Where each widget puts what it holds, in numbers: at 2 pixels per dp, in a width that is easy to reckon with."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PIL import Image, ImageChops

from handsight.devices.virtual.kit import (
    Bubble,
    Button,
    Card,
    Checkbox,
    Chip,
    Column,
    Divider,
    Grid,
    Group,
    IconButton,
    Line,
    Pager,
    Picture,
    Row,
    Slider,
    Space,
    Switch,
    Tabs,
    Text,
    Widget,
    Wrap,
    radios,
)
from handsight.devices.virtual.kit.fonts import system_fonts
from handsight.devices.virtual.kit.layout import Spot, paint
from handsight.devices.virtual.kit.paint import Canvas, fitted
from handsight.devices.virtual.kit.theme import LIGHT, Look


@dataclass
class Box(Widget):
    """Something of a known size, which grows if it may."""

    wide: int = 0  # 0: its share of what is left
    high: int = 40
    grow: bool = False
    inset: bool = True

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        return Spot(min(self.wide or width, width), max(self.high, height), text="box")

    def natural(self, look: Look) -> int | None:
        return self.wide or None


def look(font_scale: float = 1.0) -> Look:
    return Look(LIGHT, system_fonts(), 2.0, font_scale)


def boxes(spot: Spot) -> list[tuple[int, int, int, int]]:
    """The places of the children: left, top, width, height."""
    return [(child.x, child.y, child.width, child.height) for child in spot.children]


def placed(widget: Widget, width: int = 600, height: int = 0) -> Spot:
    return widget.place(look(), width, height)


def inner(spot: Spot, text: str) -> Spot:
    return next(found for found in spot.walk() if text in (found.text, found.description))


# Columns


def test_a_column_puts_its_widgets_below_one_another_with_gaps_and_margins() -> None:
    spot = placed(Column([Box(), Box(high=10), Box()], margin=16, gap=8))
    assert boxes(spot) == [(32, 0, 536, 40), (32, 56, 536, 10), (32, 82, 536, 40)]
    assert (spot.width, spot.height) == (600, 122)


def test_rows_reach_from_edge_to_edge_and_touch_one_another() -> None:
    spot = placed(Column([Box(inset=False), Box(inset=False), Box()], margin=16, edge=4, gap=8))
    assert boxes(spot) == [(8, 0, 584, 40), (8, 40, 584, 40), (32, 96, 536, 40)]


@pytest.mark.parametrize(
    ("growing", "height", "tops", "heights"),
    [
        ((False, False), 400, [0, 56], [40, 40]),
        ((True, False), 400, [0, 360], [344, 40]),
        ((False, True), 400, [0, 56], [40, 344]),
        ((True, True), 400, [0, 208], [192, 192]),
        ((True, True), 401, [0, 208], [192, 193]),
        ((True, True), 60, [0, 56], [40, 40]),
    ],
)
def test_what_grows_shares_the_height_that_is_left(
    growing: tuple[bool, ...], height: int, tops: list[int], heights: list[int]
) -> None:
    spot = placed(Column([Box(grow=grow) for grow in growing]), height=height)
    assert [child.y for child in spot.children] == tops
    assert [child.height for child in spot.children] == heights
    assert spot.height == max(height, tops[-1] + heights[-1])


def test_an_empty_column_takes_no_room() -> None:
    assert placed(Column([])).height == 0
    assert placed(Column([]), height=90).height == 90


# Lines


def test_a_line_gives_each_what_it_wants_and_shares_the_rest() -> None:
    spot = placed(Line([Box(100), Box(), Box(60, high=80), Box()], gap=8))
    assert boxes(spot) == [(0, 20, 100, 40), (116, 20, 196, 40), (328, 0, 60, 80), (404, 20, 196, 40)]
    assert spot.height == 80


@pytest.mark.parametrize(("align", "lefts"), [("left", [0, 116]), ("center", [192, 308]), ("right", [384, 500])])
def test_a_line_that_shares_nothing_stands_where_it_is_aligned(align: str, lefts: list[int]) -> None:
    spot = placed(Line([Box(100), Box(100)], gap=8, align=align))  # type: ignore[arg-type]
    assert [child.x for child in spot.children] == lefts


def test_a_line_wants_what_its_parts_want_together() -> None:
    assert Line([Box(100), Box(60)], gap=8).natural(look()) == 176
    assert Line([Box(100), Box()]).natural(look()) is None
    assert Line([]).natural(look()) == 0


# Grids and wraps


@pytest.mark.parametrize(
    ("count", "columns", "places", "height"),
    [
        (4, 2, [(0, 0), (308, 0), (0, 56), (308, 56)], 96),
        (5, 3, [(0, 0), (205, 0), (410, 0), (0, 56), (205, 56)], 96),
        (1, 4, [(0, 0)], 40),
        (0, 3, [], 0),
    ],
)
def test_a_grid_has_equal_cells(count: int, columns: int, places: list[tuple[int, int]], height: int) -> None:
    spot = placed(Grid([Box()] * count, columns, gap=8))
    assert [(child.x, child.y) for child in spot.children] == places
    assert len({(child.width, child.height) for child in spot.children}) <= 1
    assert spot.height == height


def test_the_highest_cell_of_a_grid_makes_all_as_high() -> None:
    spot = placed(Grid([Box(), Box(high=90), Box()], 2, gap=8))
    assert [child.height for child in spot.children] == [90, 90, 90]
    assert spot.height == 196


def test_a_grid_fills_the_height_that_it_is_given() -> None:
    spot = placed(Grid([Box()] * 4, 2, gap=8), height=416)
    assert [child.height for child in spot.children] == [200] * 4


@pytest.mark.parametrize(
    ("widths", "places"),
    [
        ([100, 100, 100], [(0, 0), (116, 0), (232, 0)]),
        ([300, 284, 1], [(0, 0), (316, 0), (0, 56)]),
        ([300, 285], [(0, 0), (0, 56)]),
        ([900, 10], [(0, 0), (0, 56)]),
        ([592, 592, 10], [(0, 0), (0, 56), (0, 112)]),
    ],
)
def test_a_wrap_begins_a_new_line_where_the_next_does_not_fit(widths: list[int], places: list[tuple[int, int]]) -> None:
    spot = placed(Wrap([Box(width) for width in widths], gap=8))
    assert [(child.x, child.y) for child in spot.children] == places
    assert all(child.x + child.width <= 600 for child in spot.children)
    assert spot.height == places[-1][1] + 40


# Groups, cards, rows


def test_a_group_is_inset_under_its_heading_with_a_hair_between_its_rows() -> None:
    spot = placed(Group([Box(inset=False), Box(inset=False)], "Title"))
    head, first, second = boxes(spot)
    assert head == (56, 24, 488, 40)
    assert first == (32, 80, 536, 40)
    assert second == (32, 124, 536, 40)
    assert spot.height == second[1] + 40 + 4 + 12
    assert placed(Group([Box()])).children[0].y == 16


def test_a_card_holds_its_widgets_off_its_edges() -> None:
    spot = placed(Card([Box(), Box()], key="card"))
    (column,) = spot.children
    assert (column.x, column.y) == (0, 32)
    assert boxes(column) == [(32, 0, 536, 40), (32, 56, 536, 40)]
    assert (spot.height, spot.key) == (160, "card")


@pytest.mark.parametrize(
    ("row", "height"),
    [
        (Row("Title"), 112),
        (Row("Title", "Subtitle"), 144),
        (Row("Title", icon="wifi"), 112),
        (Row("W " * 100), 144),
        (Row("Title", "W " * 400, lines=2), 176),
        (Row("Title", "W " * 400, lines=5), 296),
    ],
)
def test_a_row_is_as_high_as_a_finger_needs_or_as_its_lines(row: Row, height: int) -> None:
    assert placed(row).height == height


def test_a_row_puts_icon_title_and_value_in_their_places() -> None:
    plain, icon, tinted = (
        placed(Row("Title", **more)) for more in ({}, {"icon": "wifi"}, {"icon": "A", "tint": "#123456"})
    )
    assert [inner(spot, "Title").x for spot in (plain, icon, tinted)] == [32, 112, 144]
    with_value = placed(Row("Title", value="On"))
    value = inner(with_value, "On")
    assert value.x + value.width == 568
    assert inner(with_value, "Title").width == 536 - value.width - 24
    assert (value.y + value.height / 2) == with_value.height / 2


def test_a_long_value_takes_no_more_than_half_of_the_row() -> None:
    spot = placed(Row("Title", value="value " * 30))
    assert inner(spot, "Title").width >= 200
    assert next(child for child in spot.children if child.text.startswith("value")).width <= 268


@pytest.mark.parametrize("kind", [Switch, Checkbox])
def test_a_toggle_stands_at_the_end_of_its_row(kind: type) -> None:
    spot = placed(kind("On?", True, print))
    toggle = next(found for found in spot.walk() if found.checkable)
    assert toggle.x + toggle.width == 568
    assert toggle.cls == f"android.widget.{'Switch' if kind is Switch else 'CheckBox'}"
    assert (toggle.width, toggle.height) == ((104, 64) if kind is Switch else (44, 44))


def test_radio_rows_are_one_per_option_with_one_chosen() -> None:
    told: list[object] = []
    rows = radios({1: "One", 2: "Two", 3: "Three"}, 2, told.append)
    spots = [placed(row) for row in rows]
    marks = [next(found.checked for found in spot.walk() if found.checkable) for spot in spots]
    assert marks == [False, True, False]
    for spot in spots:
        assert spot.on_tap
        spot.on_tap()
    assert told == [1, 2, 3]


# Buttons, chips, tabs


@pytest.mark.parametrize("style", ["filled", "tonal", "outlined", "text", "danger", "raised", "#123456"])
@pytest.mark.parametrize("icon", ["", "add"])
def test_a_button_wants_room_for_its_words_and_its_icon(style: str, icon: str) -> None:
    button = Button("Save", print, style=style, icon=icon)
    words = int(system_fonts().width("Save", 28, "medium")) + 2
    assert button.natural(look()) == words + (48 if style == "text" else 96) + (52 if icon else 0)
    assert button.place(look(), 300).height == 96
    assert Button("Save", print, big=True).place(look(), 300).height == 128


def test_an_icon_button_is_square_and_has_words() -> None:
    button = IconButton("add", print, "Add")
    assert button.natural(look()) == 96
    spot = button.place(look(), 96)
    assert (spot.width, spot.height, spot.text, spot.description) == (96, 96, "", "Add")


def test_tabs_share_the_width_and_tell_their_numbers() -> None:
    told: list[int] = []
    spot = placed(Tabs(["One", "Two", "Three"], 1, told.append))
    assert boxes(spot) == [(0, 0, 200, 96), (200, 0, 200, 96), (400, 0, 200, 96)]
    assert [tab.selected for tab in spot.children] == [False, True, False]
    for tab in spot.children:
        assert tab.on_tap
        tab.on_tap()
    assert told == [0, 1, 2]
    assert placed(Tabs(["One"], 0, told.append, ["home"])).height == 160


def test_a_chip_is_as_wide_as_its_word_and_says_whether_it_is_on() -> None:
    chip = Chip("All", print, on=True)
    words = int(system_fonts().width("All", 28, "medium")) + 2
    assert chip.natural(look()) == words + 64
    spot = chip.place(look(), chip.natural(look()) or 0)
    assert (spot.height, spot.selected, inner(spot, "All").x) == (72, True, 24)


# Sliders and pagers


def slider(value: float, told: list[float], **more: float) -> Spot:
    spot = placed(Slider("Volume", value, told.append, **more))  # type: ignore[arg-type]
    return next(found for found in spot.walk() if found.on_slide)


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.001, 1), (0.25, 64.5), (0.5, 128), (0.999, 255), (1.0, 255)])
def test_a_slider_tells_the_value_under_the_finger(share: float, value: float) -> None:
    told: list[float] = []
    track = slider(77, told, low=1, high=255, step=0.5)
    assert track.on_slide
    track.on_slide(share)
    assert told == [pytest.approx(value, abs=0.5)]
    assert told[0] % 0.5 == 0


@pytest.mark.parametrize(("low", "high", "step"), [(0, 7, 1), (1, 255, 1), (0, 1, 0.1), (-5, 5, 2), (0, 9, 3)])
def test_a_slider_never_leaves_its_range_and_is_silent_where_nothing_changes(
    low: float, high: float, step: float
) -> None:
    told: list[float] = []
    for n in range(101):
        track = slider(low, told, low=low, high=high, step=step)
        assert track.on_slide
        track.on_slide(n / 100)
    assert all(low < value <= high for value in told)
    assert told == sorted(told)
    assert max(told) == high


@pytest.mark.parametrize("value", [-100, 0, 50, 100, 900])
def test_a_value_beyond_the_range_is_drawn_at_its_end(value: float) -> None:
    told: list[float] = []
    assert slider(value, told).text == f"{value:g}"
    assert told == []


def test_a_pager_is_as_wide_as_all_its_pages() -> None:
    spot = placed(Pager([[Box()], [Box(high=90)], [Box()]]))
    assert (spot.content, spot.snap, spot.scroll_axis) == (1800, 600, "x")
    assert [page.x for page in spot.children] == [0, 600, 1200]
    assert spot.height == 90


# Texts, bubbles, pictures


@pytest.mark.parametrize(("align", "side"), [("left", 0), ("right", 2), ("center", 1)])
def test_text_is_drawn_where_it_is_aligned(align: str, side: int) -> None:
    canvas = Canvas(Image.new("RGB", (600, 48), LIGHT.background), system_fonts())
    paint(placed(Text("Hello", align=align)), canvas, 0)  # type: ignore[arg-type]
    ground = Image.new("RGB", (600, 48), LIGHT.background)
    left, _, right, _ = ImageChops.difference(canvas.image, ground).getbbox() or (0, 0, 0, 0)
    middle = (left + right) / 2
    assert right - left < 120
    assert [middle < 100, 250 < middle < 350, middle > 500][side]


def test_lines_of_text_are_as_high_as_their_style_says() -> None:
    heights = {style: placed(Text("Text", style=style)).height for style in ("display", "headline", "body", "caption")}
    assert heights == {"display": 116, "headline": 80, "body": 48, "caption": 32}
    assert placed(Text("one\ntwo\nthree")).height == 144
    assert placed(Text("word " * 300, lines=2)).height == 96
    assert Text("Text").place(look(1.5), 600).height == 72


def test_bubbles_stand_on_their_own_sides_and_leave_room_for_the_other() -> None:
    mine, theirs = placed(Bubble("Hello", mine=True)), placed(Bubble("Hello"))
    assert inner(theirs, "Hello").x == 28
    assert inner(mine, "Hello").x + inner(mine, "Hello").width == 572
    long = inner(placed(Bubble("word " * 60)), "word " * 60)
    assert long.width <= 600 * 0.78
    noted = placed(Bubble("Hello", note="09:41"))
    assert inner(noted, "09:41").y > inner(noted, "Hello").y + inner(noted, "Hello").height
    assert noted.height > theirs.height


def test_spaces_and_dividers_have_the_height_they_are_given() -> None:
    assert placed(Space(7)).height == 14
    assert placed(Space(7), height=50).height == 50
    assert placed(Divider()).height == 2


@pytest.mark.parametrize(
    ("size", "most", "height"),
    [((400, 100), 240, 150), ((100, 400), 240, 480), ((600, 300), 240, 300), ((6, 3), 10, 20)],
)
def test_a_picture_is_as_large_as_its_room_allows(size: tuple[int, int], most: float, height: int) -> None:
    assert placed(Picture(Image.new("RGB", size), height=most)).height == height


def test_a_picture_is_fitted_once_for_each_size_and_never_mistaken_for_another() -> None:
    red, blue = Image.new("RGB", (40, 40), (255, 0, 0)), Image.new("RGB", (40, 40), (0, 0, 255))
    assert fitted(red, (40, 40)) is red
    assert fitted(red, (20, 20)) is fitted(red, (20, 20))
    assert fitted(blue, (20, 20)).getpixel((5, 5)) == (0, 0, 255)
    for side in range(1, 130):  # more than are kept
        assert fitted(red, (side, 2)).size == (side, 2)
    assert fitted(red, (20, 20)).getpixel((5, 5)) == (255, 0, 0)
