"""What stands in a dialog, a window or a section is told from what stands elsewhere under the same name."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from handsight.errors import Ambiguous, NotFound
from handsight.sight.containers import Container, container
from handsight.sight.finding import Finder
from handsight.sight.lines import Line
from handsight.sight.targets import parts
from handsight.types import Box, Element, Screen

from .drawing import font

BLUE = "#2657CB"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Save in the dialog", ("Save", "the dialog")),
        ("the second Add in the dialog", ("the second Add", "the dialog")),
        ("Delete next to Milk in the Cart section", ("Delete next to Milk", "the Cart section")),
        ("OK in the window Preferences", ("OK", "the window Preferences")),
        ("the OK button of the dialog", ("the OK button", "the dialog")),
        ("\"Sign in\" in 'Messages'", ('"Sign in"', '"Messages"')),
        ("对话框里的确定", ("确定", "对话框")),
        ("在设置窗口中的删除", ("删除", "设置窗口")),
    ],
)
def test_what_is_named_and_in_what_it_stands_are_read_apart(words: str, named: tuple[str, str]) -> None:
    assert parts(words) == named


@pytest.mark.parametrize("words", ["Save", "Indigo", "Terms of use", "Turn on", '"Log in to go on"', "Sign in"])
def test_other_words_name_no_container(words: str) -> None:
    assert parts(words) is None


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("the dialog", Container("dialog", "")),
        ("the pop-up", Container("dialog", "")),
        ("the window Preferences", Container("window", "Preferences")),
        ("the Preferences window", Container("window", "Preferences")),
        ('the dialog called "Keep them?"', Container("dialog", "Keep them?")),
        ("the Messages section", Container("section", "Messages")),
        ("the section Messages", Container("section", "Messages")),
        ("Messages", Container("section", "Messages", said=False)),
        ("对话框", Container("dialog", "")),
        ("消息部分", Container("section", "消息")),
    ],
)
def test_a_container_is_a_dialog_a_window_or_a_section(words: str, read: Container) -> None:
    assert container(words) == read


class Page:
    """A page that is drawn, its words and where they stand."""

    def __init__(self, size: tuple[int, int] = (720, 1280), paper: str = "#F4F4F8") -> None:
        self.image = Image.new("RGB", size, paper)
        self.lines: list[Line] = []

    def write(self, text: str, x: int, y: int, colour: str = "black", size: int = 30) -> Page:
        pen = ImageDraw.Draw(self.image)
        pen.text((x, y), text, colour, font(size, text))
        self.lines.append(Line(text, Box(*map(float, pen.textbbox((x, y), text, font(size, text))))))
        return self

    def over(self, box: tuple[int, int, int, int], fill: str = "white") -> Page:
        """Dim it, and lay a panel over it."""
        self.image = Image.blend(self.image, Image.new("RGB", self.image.size), 0.5)
        ImageDraw.Draw(self.image).rounded_rectangle(box, 40, fill)
        return self

    def finder(self, *elements: Element) -> Finder:
        return Finder(Screen(self.image), lambda image: self.lines, lambda: elements)


def sections() -> Page:
    page = Page()
    for row, (text, colour) in enumerate(
        [
            ("Mail", BLUE),
            ("Inbox", "black"),
            ("Rules", "black"),
            ("News", BLUE),
            ("Inbox", "black"),
            ("Sounds", "black"),
        ]
    ):
        page.write(text, 60 if colour == BLUE else 64, 200 + 100 * row, colour, 26 if colour == BLUE else 30)
    return page


@pytest.mark.parametrize(
    ("what", "top"),
    [("Inbox in Mail", 300), ("Inbox in the News section", 600), ("Inbox in 'News'", 600), ("News里的Inbox", 600)],
)
def test_a_section_is_what_stands_under_its_heading_until_the_next(what: str, top: int) -> None:
    found = sections().finder().one(what)
    assert found.by == "text"
    assert top < found.box.top < top + 30


def test_what_stands_in_another_section_is_not_found_there() -> None:
    with pytest.raises(NotFound, match='there is no "Rules" in the section "News"'):
        sections().finder().one("Rules in News")
    with pytest.raises(NotFound, match='there is no section "Chats" on the screen'):
        sections().finder().one("Inbox in the Chats section")
    assert not sections().finder().all("Sounds in Mail", strict=True)


def test_twins_in_one_section_stay_an_error() -> None:
    with pytest.raises(Ambiguous, match='2 candidates for "Add in Mail"'):
        sections().write("Add", 500, 300).write("Add", 500, 400).finder().one("Add in Mail")


def test_words_with_in_that_stand_there_mean_just_that() -> None:
    page = sections().write("Inbox in Mail", 60, 900)
    assert page.finder().one("Inbox in Mail").box.top > 850


def test_a_word_that_is_no_heading_holds_nothing() -> None:
    page = Page().write("Milk", 60, 200).write("in stock today", 300, 205, "#43A047").write("stock", 500, 500, size=40)
    page.write("Milk", 60, 700)
    assert page.finder().all("Milk in stock", strict=True) == []
    assert len(page.finder().all("Milk in the stock section")) == 1  # whoever says so is believed


def test_the_headings_of_a_device_are_known_by_being_set_alike() -> None:
    def row(text: str, top: int, role: str = "button") -> Element:
        return Element(text, Box(40, top, 680, top + 90), role, clickable=True)

    heads = [Element(name, Box(60, top, 660, top + 40), "text") for name, top in (("Mail", 200), ("News", 500))]
    told = Page().finder(heads[0], row("Inbox", 260), row("Rules", 360), heads[1], row("Inbox", 560))
    assert told.one("Inbox in Mail").box.top == 260
    assert told.one("Inbox in News").box.top == 560
    with pytest.raises(NotFound):
        told.one("Rules in News")


def asked() -> Page:
    page = Page().write("Rules", 60, 200).write("Save", 300, 1000).over((80, 500, 640, 800))
    return page.write("Keep them?", 120, 540).write("Cancel", 300, 720, BLUE).write("Save", 500, 720, BLUE)


@pytest.mark.parametrize(
    "what", ["Save in the dialog", "Save on the popup", "对话框里的Save", "Save in the dialog 'Keep them?'", "Save"]
)
def test_a_dialog_is_seen_over_a_dimmed_page_and_what_is_behind_it_is_out_of_reach(what: str) -> None:
    assert asked().finder().one(what).box.top == pytest.approx(725, abs=6)


def test_what_a_dialog_does_not_hold_is_said() -> None:
    with pytest.raises(NotFound, match='there is no "Rules" in the dialog'):
        asked().finder().one("Rules in the dialog")
    with pytest.raises(NotFound, match='there is no dialog "Other" on the screen, for'):
        asked().finder().one("Save in the dialog Other")
    with pytest.raises(NotFound, match="there is no dialog on the screen, for 'Save in the dialog'"):
        Page().write("Save", 60, 200).finder().one("Save in the dialog")


def test_the_dialogs_and_windows_that_a_device_names_are_known_by_their_titles() -> None:
    def ok(left: int) -> Element:
        return Element("OK", Box(left, 400, left + 80, 440), "button", clickable=True)

    windows = [
        Element("", Box(20, 20, 340, 460), "window", id="Preferences"),
        Element("", Box(360, 20, 680, 460), "dialog", id="Print"),
    ]
    told = Page((1280, 720)).finder(ok(100), ok(500), *windows)
    assert told.one("OK in the window Preferences").box.left == 100
    assert told.one("OK in the Print dialog").box.left == 500
    assert told.one("OK in the dialog").box.left == 500
    assert told.one("the second OK").box.left == 500
    with pytest.raises(Ambiguous):
        told.one("OK")


def test_a_field_in_a_dialog_is_meant_by_its_label_there() -> None:
    def field(top: int, name: str = "") -> Element:
        return Element("", Box(300, top, 600, top + 60), "field", name, clickable=True)

    label = Element("Name", Box(100, 600, 200, 640), "text")
    dialog = Element("", Box(80, 500, 640, 800), "dialog")
    told = Page().finder(field(100, "Name"), label, field(590), dialog)
    assert told.field("Name").box.top == 100
    assert told.field("Name in the dialog").box.top == 590
