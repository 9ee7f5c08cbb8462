"""A thing is told by its kind and its colour, in English and Chinese, where its own words do not say which."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from handsight.errors import Ambiguous, NotFound
from handsight.sight.colours import called, ink, of_colour
from handsight.sight.finding import Finder
from handsight.sight.found import Found
from handsight.sight.kinds import Look, is_of_kind, look
from handsight.sight.lines import Line
from handsight.sight.targets import meant
from handsight.types import Box, Element, Screen

from .drawing import font

BLUE, RED, GREEN, GREY = "#2657CB", "#B3261E", "#43A047", "#808080"


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("blue button", Look("button", "blue", "")),
        ("blue Save button", Look("button", "blue", "Save")),
        ("Save button", Look("button", "", "Save")),
        ("grey switch", Look("switch", "grey", "")),
        ("gray toggle", Look("switch", "grey", "")),
        ("text field", Look("field", "", "")),
        ("Search field", Look("field", "", "Search")),
        ("red Delete", Look("", "red", "Delete")),
        ("blue-coloured link", Look("link", "blue", "")),
        ("tick box", Look("checkbox", "", "")),
        ("红色的删除按钮", Look("button", "red", "删除")),
        ("蓝色按钮", Look("button", "blue", "")),
        ("开关", Look("switch", "", "")),
    ],
)
def test_a_kind_and_a_colour_are_read_from_words(words: str, read: Look) -> None:
    assert look(words) == read


@pytest.mark.parametrize("words", ["Save", "Orange", "Lightswitch", "Redo", "greenhouse", "白菜", "Stab", ""])
def test_other_words_say_neither(words: str) -> None:
    assert look(words) is None


@pytest.mark.parametrize(
    ("rgb", "names"),
    [
        ((255, 0, 0), "red"), ((38, 87, 203), "blue"), ((67, 160, 71), "green"), ((251, 140, 0), "orange"),
        ((255, 235, 59), "yellow"), ((142, 36, 170), "purple"), ((233, 30, 99), "pink"), ((255, 182, 193), "pink"),
        ((0, 150, 160), "turquoise"), ((109, 76, 65), "brown"), ((245, 245, 250), "white"), ((20, 20, 24), "black"),
        ((120, 120, 125), "grey"), ((0, 0, 128), "blue"), ((200, 215, 255), "blue"),
    ],
)  # fmt: skip
def test_colours_have_the_names_that_people_give_them(rgb: tuple[int, int, int], names: str) -> None:
    assert set(names.split()) <= called(rgb)


def test_no_colour_has_a_far_name() -> None:
    assert called((255, 0, 0)).isdisjoint({"green", "blue", "purple", "yellow"})
    assert called((38, 87, 203)) == {"blue"}
    assert called((67, 160, 71)) == {"green"}


def test_on_a_border_both_names_are_right() -> None:
    assert {"red", "orange"} <= called((244, 68, 20))
    assert {"green", "turquoise"} <= called((0, 168, 140))


class Page:
    """Buttons drawn one beside another, with what a device would tell of them and what would be read."""

    def __init__(self, *buttons: tuple[str, str, str], paper: str = "#F4F4F8") -> None:
        self.image = Image.new("RGB", (720, 1280), paper)
        self._pen = ImageDraw.Draw(self.image)
        self.elements: list[Element] = []
        self.lines: list[Line] = []
        for number, (text, style, colour) in enumerate(buttons):
            self.button(text, style, colour, 40 + 220 * (number % 3), 300 + 140 * (number // 3))

    def button(self, text: str, style: str, colour: str, x: int, y: int) -> None:
        if style == "filled":
            self._pen.rounded_rectangle((x, y, x + 180, y + 64), 32, colour)
        elif style == "outlined":
            self._pen.rounded_rectangle((x, y, x + 180, y + 64), 32, outline=GREY, width=2)
        self.write(text, x + 90 - 8 * len(text), y + 16, "white" if style == "filled" else colour)
        self.elements.append(Element(text, Box(x, y, x + 181, y + 65), "button", clickable=True))

    def write(self, text: str, x: int, y: int, colour: str = "black") -> None:
        self._pen.text((x, y), text, colour, font(30))
        self.lines.append(Line(text, Box(*map(float, self._pen.textbbox((x, y), text, font(30))))))

    def finders(self) -> tuple[Finder, Finder]:
        """One that is told what is there, and one that only reads."""
        screen = Screen(self.image)
        labels = [
            Element(e.text, e.box, "text") for e in self.lines if all(e.box.center not in b.box for b in self.elements)
        ]
        return (
            Finder(screen, None, lambda: [*self.elements, *labels]),
            Finder(screen, lambda image: self.lines),
        )


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("the blue button", "Pay"),
        ("the red button", "Void"),
        ("the second button", "Void"),
        ("the last button", "Split"),
        ("蓝色按钮", "Pay"),
        ("第二个按钮", "Void"),
        ("the button right of Void", "Split"),
        ("the red Void button", "Void"),
        ("the Void button", "Void"),
        ("red Void", "Void"),
    ],
)
def test_a_button_is_told_by_its_colour_its_number_or_its_place(what: str, text: str) -> None:
    for finder in Page(("Pay", "filled", BLUE), ("Void", "filled", RED), ("Split", "outlined", GREEN)).finders():
        found = finder.one(what)
        assert found.text == text
        assert found.box.center.x == pytest.approx({"Pay": 130, "Void": 350, "Split": 570}[text], abs=12)


def test_where_none_is_filled_with_it_the_colour_of_the_words_counts() -> None:
    for finder in Page(("Pay", "filled", BLUE), ("Void", "filled", RED), ("Split", "outlined", GREEN)).finders():
        assert finder.one("the green button").text == "Split"


def test_what_has_another_colour_is_not_found() -> None:
    for finder in Page(("Pay", "filled", BLUE), ("Void", "filled", RED)).finders():
        with pytest.raises(NotFound, match='there is no green "Void" button on the screen; nearest: "Void"'):
            finder.one("the green Void button")
        with pytest.raises(NotFound, match="there is no yellow button on the screen$"):
            finder.one("the yellow button")


def test_several_of_a_colour_are_an_error_that_lists_them() -> None:
    page = Page(("Pay", "filled", BLUE), ("Void", "filled", RED), ("Save", "filled", BLUE))
    for finder in page.finders():
        with pytest.raises(
            Ambiguous, match='2 candidates for blue button: "Pay" at .*"Save" at .*its neighbour'
        ) as raised:
            finder.one("the blue button")
        assert [each.text for each in raised.value.candidates if isinstance(each, Found)] == ["Pay", "Save"]


def test_a_button_wider_than_its_words_is_one_as_well() -> None:
    page = Page(("Pay", "filled", BLUE))
    ImageDraw.Draw(page.image).rounded_rectangle((40, 700, 680, 780), 40, BLUE)
    page.write("Save", 330, 724, "white")
    _, reads = page.finders()
    assert [found.text for found in reads.all("the blue button")] == ["Pay", "Save"]


def test_what_begins_at_the_left_of_its_ground_or_shares_it_is_no_button() -> None:
    page = Page()
    pen = ImageDraw.Draw(page.image)
    pen.rounded_rectangle((40, 300, 680, 380), 20, outline=GREY, width=2)
    page.write("Search products", 70, 322, GREY)
    pen.rounded_rectangle((40, 500, 360, 590), 20, "white")
    page.write("Wi-Fi", 160, 502)
    page.write("Home", 160, 548, GREY)
    assert page.finders()[1].all("the first button") == []


def test_words_that_stand_there_are_meant_before_any_kind() -> None:
    told, reads = Page(("Pay", "filled", BLUE), ("Blue button", "outlined", RED)).finders()
    for finder in (told, reads):
        assert finder.one("blue button").text == "Blue button"
    page = Page(("Pay", "filled", BLUE))
    page.write("Press the first button you see", 40, 600)
    for finder in page.finders():
        assert finder.one("the first button").text == ("Pay")


def test_a_kind_tells_a_button_from_a_heading_of_the_same_words() -> None:
    page = Page(("Pay", "filled", BLUE))
    page.write("Pay", 500, 500)
    page.write("Pay", 500, 620)
    for finder in page.finders():
        assert finder.one("the Pay button").box.center.x == pytest.approx(130, abs=12)


@pytest.mark.parametrize(
    ("element", "kind", "is_one"),
    [
        (Element("Save", Box(0, 0, 9, 9), "button"), "button", True),
        (Element("Save", Box(0, 0, 9, 9), "button"), "icon", False),
        (Element("", Box(0, 0, 9, 9), "button", "Cart"), "icon", True),
        (Element("Wi-Fi", Box(0, 0, 9, 9), "", checked=False), "switch", True),
        (Element("Wi-Fi", Box(0, 0, 9, 9), "checkbox", checked=False), "switch", False),
        (Element("Name", Box(0, 0, 9, 9), "field"), "field", True),
        (Element("Name", Box(0, 0, 9, 9), "text"), "field", False),
    ],
)
def test_a_device_says_what_kind_a_thing_is(element: Element, kind: str, is_one: bool) -> None:
    assert is_of_kind(element, kind) is is_one


def test_a_row_that_is_the_switch_is_meant_by_the_switch_next_to_its_words() -> None:
    rows = [Element(n, Box(0, 100 * i, 700, 100 * i + 90), "switch", checked=True, clickable=True) for i, n in
            enumerate(("Wi-Fi", "Bluetooth"))]  # fmt: skip
    finder = Finder(Screen(Image.new("RGB", (720, 1280), "white")), None, lambda: rows)
    for what in ("the switch next to Bluetooth", "the switch right of Bluetooth", "Bluetooth旁边的开关"):
        assert finder.one(what).element == rows[1]
    assert finder.one("the first switch").element == rows[0]
    assert finder.is_on(finder.one("the switch next to Wi-Fi")) is True


def test_left_and_right_are_told_apart() -> None:
    page = Page(("Less", "outlined", BLUE), ("Volume", "text", "black"), ("More", "outlined", BLUE))
    for finder in page.finders():
        assert finder.one("the button left of Volume").text == "Less"
        assert finder.one("More to the right of Volume").text == "More"
        with pytest.raises(NotFound, match='no "More" left of "Volume"'):
            finder.one("More on the left of Volume")


def test_the_ink_of_words_is_their_colour_and_not_the_papers() -> None:
    page = Page()
    page.write("Appearance", 40, 40, BLUE)
    assert called(ink(page.image, page.lines[0].box)) == {"blue"}


def test_a_pale_fill_is_a_fill_and_the_pages_own_ground_is_none() -> None:
    page = Page(("All", "filled", "#D8E2FF"), ("Home", "outlined", GREY), paper="#F1F3F9")
    found = of_colour(page.image, [Found(e.box, e.text, "tree", e) for e in page.elements], "blue")
    assert [each.text for each in found] == ["All"]


def test_what_a_target_is_called_says_its_looks() -> None:
    assert str(meant("the blue button under Total")) == 'blue button below "Total"'
    assert str(meant('the second red "Add" button')) == 'number 2 red "Add" button'
    assert str(meant("the icon right of Inbox")) == 'icon right of "Inbox"'
    assert str(meant("Save button")) == '"Save"'
