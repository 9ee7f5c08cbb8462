"""Marks: which things get one, what each is called, where a tap on it goes, and that they can be read."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from handsight.marks import MOST, draw, listed, markable, place
from handsight.types import Box, Element, Point

PAGE = Image.new("RGB", (1080, 2400), "#F2F4F8")


def button(text: str, *edges: float, **more: object) -> Element:
    return Element(text, Box(*edges), "button", clickable=True, **more)  # type: ignore[arg-type]


def test_what_can_be_tapped_is_marked_as_one_reads() -> None:
    things = [
        button("low", 0, 500, 100, 600),
        Element("words", Box(0, 0, 100, 50), "text"),
        Element("list", Box(0, 0, 1000, 2000), "list", scrollable=True),
        button("off", 0, 60, 100, 90, enabled=False),
        button("right", 500, 100, 600, 200),
        Element("", Box(0, 100, 100, 200), "field"),
        Element("Wi-Fi", Box(0, 300, 100, 400), "switch", checked=False),
    ]
    assert [(e.text, e.role) for e in markable(things)] == [
        ("", "field"),
        ("right", "button"),
        ("Wi-Fi", "switch"),
        ("low", "button"),
    ]
    assert len(markable([button(str(n), 0, n, 50, n + 9) for n in range(200)])) == MOST


def test_a_mark_is_told_in_one_line_with_its_state() -> None:
    things = [
        button("Save", 0, 0, 9, 9),
        Element("", Box(0, 10, 9, 19), "button", "Go back", clickable=True),
        Element("Wi-Fi", Box(0, 20, 9, 29), "switch", checked=True),
        Element("", Box(0, 30, 9, 39), "field", password=True),
        Element("", Box(0, 40, 9, 49), id="com.a:id/fab", clickable=True),
        Element("", Box(0, 50, 9, 59), clickable=True),
        Element("a\nb " + "x" * 99, Box(0, 60, 9, 69), clickable=True),
    ]
    assert listed(things).splitlines() == [
        "Marks on this screenshot:",
        '1: button "Save"',
        '2: button "Go back"',
        '3: switch "Wi-Fi" (on)',
        "4: field (password)",
        "5: fab",
        "6: without a name",
        f'7: "a b {"x" * 43}…"',
    ]
    assert listed([]) == listed([Element("only words", Box(0, 0, 9, 9))]) == ""


def test_a_tap_goes_to_the_middle_or_to_where_nothing_covers_it() -> None:
    row, fab = button("Row", 0, 0, 100, 100), button("Add", 40, 40, 200, 200)
    assert place(row, [row]) == Point(50, 50)
    assert place(fab, [row, fab]) == Point(120, 120)
    at = place(row, [row, fab])
    assert at in row.box
    assert at not in fab.box
    ground = button("Page", 0, 0, 300, 300)
    assert place(row, [row, ground]) == Point(50, 50)  # it lies on the page, wherever the tree names that
    inner = button("Switch", 30, 30, 70, 70)
    assert place(row, [row, inner]) not in inner.box
    assert place(row, [row, button("left", 0, 0, 60, 100), button("right", 60, 0, 120, 100)]) == Point(50, 50)


@given(st.lists(st.tuples(*[st.integers(0, 300)] * 4), min_size=1, max_size=8))
def test_a_tap_always_goes_into_its_own_frame(edges: Sequence[tuple[int, int, int, int]]) -> None:
    things = [button("x", min(a, c), min(b, d), max(a, c) + 1, max(b, d) + 1) for a, b, c, d in edges]
    for thing in things:
        assert place(thing, things) in thing.box


def test_drawing_leaves_the_screenshot_as_it_is_and_changes_only_frames_and_tags() -> None:
    thing = button("Save", 200, 400, 800, 600)
    before = PAGE.copy()
    marked = draw(PAGE, [thing])
    assert ImageChops.difference(before, PAGE).getbbox() is None
    assert marked.size == PAGE.size
    assert ImageChops.difference(PAGE, marked).getbbox() == (200, 400, 800, 600)
    assert marked.getpixel((400, 500)) == PAGE.getpixel((400, 500))
    assert draw(PAGE, [thing]).tobytes() == marked.tobytes()


@pytest.mark.parametrize("size", [(1080, 2400), (2400, 1080), (320, 480), (40, 40)])
def test_marks_stay_on_the_picture(size: tuple[int, int]) -> None:
    width, height = size
    corners = [(0, 0), (width - 9, 0), (0, height - 9), (width - 9, height - 9)]
    things = [button("x", x, y, x + 9, y + 9) for x, y in corners]
    assert draw(Image.new("RGB", size), things).size == size


def test_a_box_lies_within_another_with_all_of_it() -> None:
    assert Box(1, 1, 9, 9).within(Box(1, 1, 9, 9))
    for left, top, right, bottom in ((2, 1, 9, 9), (1, 2, 9, 9), (1, 1, 8, 9), (1, 1, 9, 8)):
        assert not Box(1, 1, 9, 9).within(Box(left, top, right, bottom))


def test_tags_of_neighbours_do_not_cover_one_another() -> None:
    keys = [
        button(str(n), 100 * (n % 10), 1000 + 60 * (n // 10), 100 * (n % 10) + 60, 1040 + 60 * (n // 10))
        for n in range(30)
    ]
    marked = draw(PAGE, keys)
    white = marked.convert("L").point([255 if level > 252 else 0 for level in range(256)])
    assert all(white.crop((100 * n, 940, 100 * n + 100, 1160)).getbbox() for n in range(10))


def test_the_figures_of_all_marks_survive_the_size_at_which_a_screen_is_sent() -> None:
    """They are read by the reader's own eyes, which want letters twice as high."""
    ocr = pytest.importorskip("handsight.sight.ocr").Ocr()
    rows = [button("x", 100, 300 + 60 * n, 980, 350 + 60 * n) for n in range(30)]
    sent = draw(PAGE, rows).resize((672, 1493), Image.Resampling.HAMMING)
    tags = sent.crop((500, 150, 672, 1350)).resize((344, 2400))
    assert [line.text for line in ocr.read(tags)] == [str(number) for number in range(1, 31)]
