"""Text fields: what their keys do to any text, where their cursor stands, and what can be read in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsight.devices.virtual.keys import DELETE, FORWARD_DELETE, LEFT, MOVE_END, MOVE_HOME, RIGHT
from handsight.devices.virtual.kit import App, Field, Page
from handsight.devices.virtual.kit.edit import stops
from handsight.devices.virtual.kit.fonts import system_fonts
from handsight.devices.virtual.kit.layout import Node, Spot
from handsight.devices.virtual.kit.theme import LIGHT, Look

from .conftest import Thumb

FAMILY, THUMB, FLAGS, ACCENT, KEYCAP, HEART = "👨‍👩‍👧", "👍🏽", "🇨🇳🇩🇪", "e\u0301", "1\ufe0f\u20e3", "❤\ufe0f"
ARABIC, HEBREW, CHINESE = "مرحبا بالعالم", "שלום עולם", "你好，世界"


class Form(App):
    """One field, as a test wants it."""

    package = "org.example.form"
    labels = {"en": "Form"}
    value = ""
    options: dict[str, object] = {}

    def main(self) -> Page:
        return Page("Form", [Field(value=self.value, on_change=self.set("value"), **self.options)])  # type: ignore[arg-type]


@pytest.fixture
def form() -> Callable[..., Thumb]:
    def show(value: str = "", **options: object) -> Thumb:
        hand = Thumb(apps=[Form], size=(270, 600))
        app = hand.phone.app("form")
        app.value, app.options = value, {"label": "Label"} | options  # type: ignore[attr-defined]
        hand.phone.launch(Form.package)
        hand.settle()
        return hand

    return show


def field_of(hand: Thumb) -> Node:
    return next(node for node in hand.nodes() if node.cls.endswith("EditText"))


def edit(hand: Thumb) -> None:
    left, top, right, bottom = field_of(hand).bounds
    hand.phone.tap(right - 2, bottom - 4)
    hand.settle()


def value(hand: Thumb) -> str:
    return str(hand.phone.app("form").state()["value"])


def cursor(hand: Thumb) -> int:
    return hand.phone.stage.top.memory.cursor


# What a cursor takes for one character


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", [0]),
        ("ab", [0, 1, 2]),
        (CHINESE, [0, 1, 2, 3, 4, 5]),
        (f"a{ACCENT}b", [0, 1, 3, 4]),
        (FAMILY, [0, 5]),
        (f"{FAMILY}{THUMB}", [0, 5, 7]),
        (FLAGS, [0, 2, 4]),
        (f"x{FLAGS}y", [0, 1, 3, 5, 6]),
        ("🇨", [0, 1]),
        (KEYCAP, [0, 3]),
        (HEART, [0, 2]),
        ("नि", [0, 2]),
        ("שָׁ", [0, 3]),
        ("a\nb", [0, 1, 2, 3]),
    ],
)
def test_a_cursor_stands_between_what_people_see_as_characters(text: str, places: list[int]) -> None:
    assert stops(text) == places


@given(st.text(max_size=30))
def test_cursor_places_begin_and_end_with_the_text_and_never_stand_twice(text: str) -> None:
    places = stops(text)
    assert places[0] == 0
    assert places[-1] == len(text)
    assert places == sorted(set(places))


@pytest.mark.parametrize("char", [FAMILY, THUMB, FLAGS[:2], ACCENT, KEYCAP, HEART, "你", "ß", "م", "a"])
def test_backspace_and_delete_take_a_whole_character(form: Callable[..., Thumb], char: str) -> None:
    hand = form(f"x{char}y")
    edit(hand)
    for code, left in ((LEFT, None), (DELETE, "xy")):
        hand.key(code)
        if left is not None:
            assert value(hand) == left
    assert cursor(hand) == 1
    hand = form(f"x{char}y")
    edit(hand)
    for code in (MOVE_HOME, RIGHT, FORWARD_DELETE):
        hand.key(code)
    assert (value(hand), cursor(hand)) == ("xy", 1)


@pytest.mark.parametrize("text", [ARABIC, HEBREW, CHINESE, f"{FAMILY} {THUMB}{FLAGS}", "Ωμέγα", "Привет", "ｆｕｌｌ"])
def test_text_of_any_script_is_kept_whole_and_in_its_order(form: Callable[..., Thumb], text: str) -> None:
    hand = form()
    edit(hand)
    hand.phone.text(text)
    assert value(hand) == text
    assert field_of(hand).text == text
    for char in reversed(range(len(stops(text)) - 1)):
        hand.phone.key(DELETE)
        assert value(hand) == text[: stops(text)[char]]


def test_arrows_walk_over_whole_characters_and_stop_at_the_ends(form: Callable[..., Thumb]) -> None:
    hand = form(f"a{FAMILY}你")
    edit(hand)
    seen = []
    for code in (LEFT, LEFT, LEFT, LEFT, RIGHT, RIGHT, RIGHT, RIGHT):
        hand.key(code)
        seen.append(cursor(hand))
    assert seen == [6, 1, 0, 0, 1, 6, 7, 7]


def test_keys_at_the_ends_change_nothing(form: Callable[..., Thumb]) -> None:
    hand = form("ab")
    edit(hand)
    hand.key(FORWARD_DELETE)
    hand.key(MOVE_HOME)
    hand.key(DELETE)
    assert (value(hand), cursor(hand)) == ("ab", 0)
    hand.key(MOVE_END)
    assert cursor(hand) == 2


def test_home_and_end_stay_on_the_line_of_the_cursor(form: Callable[..., Thumb]) -> None:
    hand = form("one\ntwo\nthree", lines=4)
    edit(hand)
    hand.phone.stage.top.memory.cursor = 5  # in "two"
    hand.phone.changed()
    hand.key(MOVE_HOME)
    assert cursor(hand) == 4
    hand.key(MOVE_END)
    assert cursor(hand) == 7
    hand.phone.text("!")
    assert value(hand) == "one\ntwo!\nthree"


def test_a_cursor_behind_a_text_that_shrank_comes_back_to_its_end(form: Callable[..., Thumb]) -> None:
    hand = form("a long text")
    edit(hand)
    hand.phone.app("form").value = "ab"  # type: ignore[attr-defined]
    hand.phone.changed()
    hand.phone.text("c")
    assert value(hand) == "abc"
    hand.phone.key(DELETE)
    assert value(hand) == "ab"


def test_a_long_line_moves_to_keep_its_cursor_in_view(form: Callable[..., Thumb]) -> None:
    hand = form("word " * 30)
    edit(hand)
    hand.key(MOVE_END)
    spot = hand.phone.stage.top.field()
    assert spot is not None
    assert spot.edit is not None
    assert spot.edit.shift > 0
    hand.key(MOVE_HOME)
    spot = hand.phone.stage.top.field()
    assert spot is not None
    assert spot.edit is not None
    assert spot.edit.shift == 0


def test_new_lines_become_spaces_where_there_is_one_line(form: Callable[..., Thumb]) -> None:
    one, many = form(), form(lines=3)
    for hand, kept in ((one, "a b"), (many, "a\nb")):
        edit(hand)
        hand.phone.text("a\nb")
        assert value(hand) == kept


# What is shown


def placed(focused: bool = False, **options: object) -> Spot:
    look = Look(LIGHT, system_fonts(), 2.0, focus="F" if focused else "")
    given = {"label": "Name", "value": "", "on_change": print, "key": "F"} | options
    return Field(**given).place(look, 600)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "focused", "texts"),
    [
        ({}, False, ["Name"]),
        ({}, True, ["Name"]),
        ({"hint": "First and last"}, False, ["Name"]),
        ({"hint": "First and last"}, True, ["First and last", "Name"]),
        ({"value": "Ada"}, False, ["Ada", "Name"]),
        ({"value": "Ada", "hint": "First and last"}, True, ["Ada", "Name"]),
        ({"value": "Ada", "plain": True}, False, ["Ada"]),
        ({"label": "", "hint": "Search"}, False, ["Search"]),
        ({"label": "", "hint": "Search"}, True, ["Search"]),
        ({"label": "", "hint": "Search", "value": "x"}, False, ["x"]),
        ({"value": "secret", "password": True}, False, ["••••••", "Name"]),
        ({"value": "x", "error": "Too short"}, False, ["x", "Name", "Too short"]),
    ],
)
def test_the_tree_names_what_is_drawn(options: dict[str, object], focused: bool, texts: list[str]) -> None:
    spot = placed(focused=focused, **options)
    assert spot.edit is not None
    inner = [child.text for child in spot.children if child.text]
    assert [spot.edit.shown, *inner] == texts


def test_an_error_makes_room_for_itself_below_the_frame() -> None:
    plain, wrong = placed(value="x"), placed(value="x", error="Too short")
    (error,) = [child for child in wrong.children if child.text == "Too short"]
    assert wrong.height > plain.height
    assert plain.height <= error.y
    assert error.y + error.height <= wrong.height


@pytest.mark.parametrize("text", ["a", "geheim", f"p{FAMILY}"])
def test_a_password_is_dots_to_the_eye_to_the_tree_and_to_the_length(form: Callable[..., Thumb], text: str) -> None:
    hand = form(password=True)
    edit(hand)
    hand.phone.text(text)
    assert field_of(hand).text == "•" * len(text)
    assert field_of(hand).password
    assert text not in [node.text for node in hand.nodes()]
    assert value(hand) == text


def test_more_lines_than_asked_for_make_the_field_higher(form: Callable[..., Thumb]) -> None:
    heights = [placed(value="x\n" * count, lines=3).height for count in (0, 2, 3, 6)]
    assert heights[0] == heights[1] < heights[2] < heights[3]
    line = Look(LIGHT, system_fonts(), 2.0).style("body")[1]
    assert heights[3] - heights[2] == 3 * line


def test_a_tap_puts_the_cursor_between_characters_never_into_one(form: Callable[..., Thumb]) -> None:
    hand = form(f"{FAMILY}{FAMILY}{FLAGS}")
    left, top, right, bottom = field_of(hand).bounds
    for x in range(left + 1, right, 7):
        hand.phone.tap(x, bottom - 4)
        assert cursor(hand) in stops(f"{FAMILY}{FAMILY}{FLAGS}")
