"""Targets are found as people mean them, and what is not clear stays several."""

from __future__ import annotations

import pytest

from handsight.sight.lines import Line
from handsight.sight.match import find, loose, nearest_words, value
from handsight.sight.targets import Target
from handsight.types import Box

HEIGHT = 2400


def line(text: str, x: float, y: float, tall: float = 50) -> Line:
    return Line(text, Box(x, y, x + len(text) * tall / 2, y + tall))


def texts(lines: list[Line], *names: str, **more: object) -> list[str]:
    return [match.text for match in find(lines, Target(names, **more), HEIGHT)]  # type: ignore[arg-type]


PAGE = [
    line("Settings", 60, 180, 96),
    line("Network & internet", 180, 420),
    line("Mobile, Wi-Fi, hotspot", 180, 490, 37),
    line("Display", 180, 700),
    line("Dark theme, display size", 180, 770, 37),
    line("Battery: 83%", 180, 980),
]


def test_a_whole_line_beats_a_word_in_another() -> None:
    assert texts(PAGE, "Display") == ["Display"]
    assert texts(PAGE, "display") == ["Display"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Wi-Fi", "WiFi"),
        ("Network & internet", "Network&internet"),
        ("Illinois", "lllinois"),
        ("Sign in", "Signin"),
        ("OK", "0K"),
        ("“Quote”", '"Quote"'),
        ("Notifications", "Notificatlons"),
        ("Bluetooth", "Bluetoath"),
        ("ＷＬＡＮ", "WLAN"),
        ("设置", "设 置"),
        ("深色主题", "深色主题"),
    ],
)
def test_the_slips_of_ocr_do_not_hide_a_line(written: str, read: str) -> None:
    assert texts([line("Other", 0, 0), line(read, 0, 300)], written) == [read]


@pytest.mark.parametrize(
    ("written", "read"), [("Wi-Fi 5", "Wi-Fi 6"), ("Add", "Adds it"), ("Save", "Safe"), ("7:00", "7:30")]
)
def test_another_digit_or_a_short_other_word_is_another_thing(written: str, read: str) -> None:
    assert texts([line(read, 0, 300)], written) == []


def test_a_word_in_a_line_has_a_box_of_its_own() -> None:
    (match,) = find(PAGE, Target(("hotspot",)), HEIGHT)
    assert match.text == "hotspot"
    assert match.box.left > match.line.box.center.x
    assert match.box.right == match.line.box.right


def test_a_part_of_a_word_is_no_match_but_chinese_has_no_words() -> None:
    assert texts([line("Displays", 0, 300)], "play") == []
    assert texts([line("网络和互联网", 0, 300)], "互联网") == ["互联网"]


def test_a_name_that_wraps_or_was_read_in_pieces_is_found_whole() -> None:
    wrapped = [line("Digital Wellbeing &", 180, 420), line("parental controls", 180, 480)]
    (match,) = find(wrapped, Target(("Digital Wellbeing & parental controls",)), HEIGHT)
    assert match.box == Box(180, 420, max(w.box.right for w in wrapped), 530)
    assert texts([line("About", 180, 420), line("phone", 325, 420)], "About phone") == ["About phone"]


def test_the_name_without_its_kind_is_tried_after_the_name() -> None:
    assert texts([line("Sign in", 0, 300)], "Sign in button", "Sign in") == ["Sign in"]


def test_two_equal_rows_stay_two() -> None:
    shop = [
        line("Shop", 60, 180, 96),
        line("Milk", 60, 500),
        line("Add", 900, 500),
        line("Bread", 60, 700),
        line("Add", 900, 700),
    ]
    assert texts(shop, "Add") == ["Add", "Add"]
    second = find(shop, Target(("Add",), ordinal=2), HEIGHT)
    assert [match.box.top for match in second] == [700]
    assert find(shop, Target(("Add",), ordinal=-1), HEIGHT) == second
    assert find(shop, Target(("Add",), ordinal=3), HEIGHT) == []
    beside = find(shop, Target(("Add",), relation="beside", anchor="Milk"), HEIGHT)
    assert [match.box.top for match in beside] == [500]
    below = find(shop, Target(("Add",), relation="below", anchor="Bread"), HEIGHT)
    assert below == []
    above = find(shop, Target(("Add",), relation="above", anchor="Bread"), HEIGHT)
    assert [match.box.top for match in above] == [500]


def test_of_a_title_and_a_row_the_row_is_meant() -> None:
    page = [line("Display", 60, 180, 96), line("Brightness", 60, 500), line("Display", 60, 900)]
    (match,) = find(page, Target(("Display",)), HEIGHT)
    assert match.box.top == 900


def test_two_buttons_at_the_top_are_not_taken_for_a_title() -> None:
    page = [line("Milk", 60, 180), line("Add", 900, 180), line("Bread", 60, 300), line("Add", 900, 300)]
    assert texts(page, "Add") == ["Add", "Add"]


def test_in_a_grid_next_to_means_the_own_cell() -> None:
    grid = [line("Milk", 60, 500), line("Bread", 600, 500), line("Add", 60, 580), line("Add", 600, 580)]
    (match,) = find(grid, Target(("Add",), relation="beside", anchor="Bread"), HEIGHT)
    assert match.box.left == 600


@pytest.mark.parametrize(
    ("label", "relation", "read"),
    [
        ("Model", "beside", "Virtual 1"),
        ("Model", "below", "Hardware"),
        ("Battery", "beside", "83%"),
        ("Version", "beside", "15.2"),
        ("Version", "below", "15.2"),
        ("Total", "above", "12.00"),
    ],
)
def test_a_value_is_read_beside_its_label_or_else_below(label: str, relation: str, read: str) -> None:
    page = [
        line("Model", 60, 400), line("Virtual 1", 700, 400), line("Hardware", 60, 470), line("Battery: 83%", 60, 800),
        line("Version", 60, 1000), line("15.2", 60, 1060, 37), line("12.00", 60, 1400), line("Total", 60, 1460),
    ]  # fmt: skip
    (match,) = find(page, Target((label,)), HEIGHT)
    assert value(page, match, relation) == read


def test_a_label_alone_has_no_value() -> None:
    page = [line("Model", 60, 400), line("Far away", 60, 1900)]
    assert value(page, find(page, Target(("Model",)), HEIGHT)[0], "beside") is None


def test_what_comes_nearest_is_named() -> None:
    assert nearest_words(PAGE, Target(("Displya",))) == ["Display"]
    assert nearest_words(PAGE, Target(("Zebra crossing",))) == []


def test_a_strict_look_allows_no_wrong_letter() -> None:
    page = [line("Now connected", 60, 400)]
    assert find(page, Target(("Not connected",)), HEIGHT) != []
    assert find(page, Target(("Not connected",)), HEIGHT, strict=True) == []
    assert find(page, Target(("now connected",)), HEIGHT, strict=True) != []


def test_nor_in_the_neighbour_of_what_is_looked_for() -> None:
    page = [line("Order Marked", 60, 400), line("Paid", 700, 400)]
    beside = Target(("Paid",), 0, "beside", "Order Market")
    assert find(page, beside, HEIGHT) != []
    assert find(page, beside, HEIGHT, strict=True) == []


def test_the_caret_behind_a_typed_text_is_no_letter_of_it() -> None:
    page = [line("See you Sundayl", 60, 400), line("Addl", 60, 600)]
    assert [match.text for match in find(page, Target(("See you Sunday",)), HEIGHT, strict=True)] == ["See you Sundayl"]
    assert find(page, Target(("Add",)), HEIGHT, strict=True) == []


def test_loose_keeps_what_is_only_punctuation() -> None:
    assert loose("+") == "+"
    assert loose("Wi-Fi 1O") == loose("wifi lo")


def test_words_that_wrap_are_found_as_one_also_with_a_wrong_letter() -> None:
    page = [line("Turn off after", 60, 400), line("30 seconds", 60, 450), line("Turn off", 60, 700)]
    (match,) = find(page, Target(("Turn off after 30 seconds",)), HEIGHT)
    assert (match.box.top, match.box.bottom) == (400, page[1].box.bottom)
    (slip,) = find(page, Target(("Turn off atfer 30 seconds",)), HEIGHT)
    assert slip.box == match.box
    assert 0.9 < slip.likeness < 1
    assert find(page, Target(("Turn off atfer 30 seconds",)), HEIGHT, strict=True) == []
    assert find(page, Target(("Turn off after 80 seconds",)), HEIGHT) == []  # never a wrong digit


def test_how_like_the_words_are_is_said() -> None:
    page = [line("Display settings", 60, 400), line("Sound", 60, 600)]
    likeness = {
        name: find(page, Target((name,)), HEIGHT)[0].likeness
        for name in ("Sound", "sound", "Display", "Display setings")
    }
    assert likeness["Sound"] == likeness["sound"] == 1
    assert likeness["Display"] == 0.9
    assert 0.9 < likeness["Display setings"] < 1


def test_whole_lines_are_looked_at_as_such() -> None:
    page = [line("Press the button", 60, 400), line("Button", 60, 600)]
    assert [match.text for match in find(page, Target(("button",)), HEIGHT, whole=True)] == ["Button"]


@pytest.mark.parametrize(("read", "meant"), [("每週", "毎週"), ("奧克兰", "奥克兰"), ("内容", "內容")])
def test_chinese_and_japanese_forms_of_a_character_are_one(read: str, meant: str) -> None:
    (found,) = find([Line(read, Box(0, 0, 40, 20)), Line("毎月", Box(0, 40, 40, 60))], Target((meant,)), 800)
    assert found.text == read
