"""What words mean on a screen: by what a device names first, then by what can be read, and never by a guess."""

from __future__ import annotations

import pytest
from PIL import Image

from handsight.errors import Ambiguous, NotFound, UsageError
from handsight.sight.finding import Finder
from handsight.sight.lines import Line
from handsight.types import Box, Element, Screen

SCREEN = Screen(Image.new("RGB", (400, 800), "white"))


def button(text: str, top: int, left: int = 20, **more: object) -> Element:
    return Element(text, Box(left, top, left + 80, top + 30), "button", clickable=True, **more)  # type: ignore[arg-type]


def label(text: str, top: int, left: int = 20) -> Element:
    return Element(text, Box(left, top, left + 80, top + 30), "text")


def line(text: str, top: int, left: int = 20) -> Line:
    return Line(text, Box(left, top, left + 10 * len(text), top + 20))


def finder(*elements: Element, lines: tuple[Line, ...] = ()) -> Finder:
    def read(image: Image.Image) -> tuple[Line, ...]:
        return lines

    return Finder(SCREEN, read, lambda: elements)


def test_what_a_device_names_is_taken_before_what_is_read_and_nothing_is_read_for_it() -> None:
    def read(image: Image.Image) -> tuple[Line, ...]:
        raise AssertionError("it was read all the same")

    found = Finder(SCREEN, read, lambda: (button("Save", 100),)).one("Save")
    assert (found.by, found.box, found.element and found.element.text) == ("tree", Box(20, 100, 100, 130), "Save")


def test_what_the_device_does_not_name_is_read() -> None:
    found = finder(button("Cancel", 100), lines=(line("Save", 200),)).one("Save")
    assert (found.by, found.box.top) == ("text", 200)


def test_no_part_that_reads_is_needed_where_the_device_names_it() -> None:
    assert Finder(SCREEN, None, lambda: (button("Save", 100),)).one("save").text == "Save"
    with pytest.raises(NotFound, match='there is no "Open" on the screen'):
        Finder(SCREEN, None).one("Open")


def test_what_is_written_counts_before_what_is_described() -> None:
    plus = button("+", 100, description="Add")
    add = button("Add", 200)
    assert finder(plus, add).one("Add").element == add
    assert finder(plus).one("Add").element == plus


def test_of_a_label_and_a_button_of_one_name_the_button_is_meant() -> None:
    assert finder(label("Delete", 100), button("Delete", 200)).one("Delete").box.top == 200


def test_several_are_an_error_that_lists_them_and_says_how_to_tell_them_apart() -> None:
    twins = finder(button("Add", 100), button("Add", 200))
    with pytest.raises(Ambiguous, match=r'2 candidates for "Add": "Add" at \(60, 115\), .*the second "Add"') as raised:
        twins.one("Add")
    assert [found.box.top for found in raised.value.candidates] == [100, 200]  # type: ignore[attr-defined]
    assert twins.one("the second Add").box.top == 200
    assert twins.one("last Add").box.top == 200


def test_a_neighbour_tells_twins_apart() -> None:
    rows = finder(label("Milk", 100), button("Delete", 100, 200), label("Eggs", 200), button("Delete", 200, 200))
    assert rows.one("Delete next to Eggs").box.top == 200
    assert rows.one("Delete next to Milk").box.top == 100


def test_words_that_stand_there_as_they_are_mean_just_that() -> None:
    read = finder(lines=(line("line", 10), line("line", 50), line("Second line: sure", 90)))
    assert read.one("Second line: sure").box.top == 90
    assert finder(button("Next to you", 10), button("you", 60)).one("Next to you").box.top == 10


def test_words_in_quotes_may_be_words_of_a_line() -> None:
    asks = line("“Packing for Lisbon” will be gone for good.", 40)
    assert finder(lines=(asks,)).one("“Packing for Lisbon” will be gone for good.").box == asks.box
    with pytest.raises(UsageError, match="Put them all in quotes"):
        finder(lines=(line("Packing", 40),)).one("“Packing for Lisbon” will be gone for good.")


def test_what_is_not_there_is_said_with_what_is_nearest() -> None:
    with pytest.raises(NotFound, match='there is no "Setings page" on the screen; nearest: "Settings'):
        finder(button("Settings pages", 10), lines=(line("Seating", 50),)).one('"Setings page"')


def test_of_two_fields_as_near_to_a_label_none_is_picked() -> None:
    def field(left: float) -> Element:
        return Element("", Box(left, 200, left + 400, 260), "field")

    heading = Element("Full name", Box(40, 120, 1000, 180), "text")
    first, last = field(40), field(500)
    with pytest.raises(Ambiguous, match=r'2 fields beside "Full name": .*the second "field"') as raised:
        finder(heading, last, first).field("Full name")
    assert [found.element for found in raised.value.candidates] == [first, last]
    assert finder(heading, first, last).field("the second field").element == last
    inner = Element("", Box(50, 205, 430, 255), "field")
    assert finder(heading, first, inner).field("Full name").element == first


def test_a_strict_look_allows_no_wrong_letter() -> None:
    read = finder(lines=(line("now connected", 10),))
    assert read.all("not connected")
    assert not read.all("not connected", strict=True)


@pytest.mark.parametrize(
    ("field", "found"),
    [
        (Element("", Box(150, 90, 390, 130), "field", "Name", clickable=True), True),  # it says its own name
        (Element("", Box(150, 90, 390, 130), "field", clickable=True), True),  # beside its label
        (Element("", Box(10, 140, 390, 180), "field", clickable=True), True),  # below it
    ],
)
def test_a_field_is_found_by_its_own_name_or_by_its_label(field: Element, found: bool) -> None:
    other = Element("", Box(150, 300, 390, 340), "field", "City", clickable=True)
    assert finder(label("Name", 95), field, other).field("Name").element == field


def test_a_value_stands_beside_its_label_or_below_it() -> None:
    screen = finder(label("Total", 100), label("12.50", 100, 200), label("Tax", 200), label("7 %", 240))
    assert screen.value(screen.one("Total")) == "12.50"
    assert screen.value(screen.one("Tax")) == "7 %"
    alone = finder(label("Total", 100))
    assert alone.value(alone.one("Total")) is None
    name = Element("Ada", Box(20, 10, 300, 40), "field", "Name")
    assert finder(name).value(finder(name).one("Name")) == "Ada"


def test_a_state_is_what_the_device_says_it_is() -> None:
    wifi = Element("Wi-Fi", Box(0, 0, 400, 60), "switch", checked=True, clickable=True)
    assert finder(wifi).is_on(finder(wifi).one("Wi-Fi")) is True
    assert finder(label("Wi-Fi", 10)).is_on(finder(label("Wi-Fi", 10)).one("Wi-Fi")) is None
