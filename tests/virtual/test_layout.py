"""Spots: drawn where they are placed, hit where they are drawn, read as they are seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from handsight.devices.virtual.kit.edit import Edit
from handsight.devices.virtual.kit.fonts import system_fonts
from handsight.devices.virtual.kit.layout import Spot, hits, paint, place_of, read
from handsight.devices.virtual.kit.paint import Canvas, overlap
from handsight.devices.virtual.kit.scroll import Scroll

RED = (255, 0, 0)
SCREEN = (0, 0, 100, 200)


def filled(width, height, **more):
    spot = Spot(width, height, **more)
    spot.mark(Canvas.fill, (0, 0, width, height), RED)
    return spot


def listed(count=10, *, axis="y"):
    """A list of red boxes, 20 by 20 with gaps of 10, in a window of 100 by 60 at (0, 40)."""
    root = Spot(100, 200)
    window = root.put(Spot(100, 60, scroll_axis=axis, content=count * 30, key="list"), 0, 40)
    window.scroll = Scroll()
    window.scroll.fit(60 if axis == "y" else 100, count * 30, 0)
    for i in range(count):
        child = filled(20, 20, text=str(i), on_tap=lambda: None)
        window.put(child, *((0, i * 30) if axis == "y" else (i * 30, 0)))
    return root, window


def picture_of(root):
    canvas = Canvas(Image.new("RGB", (100, 200)), system_fonts())
    paint(root, canvas, 0)
    return canvas.image


def test_marks_and_children_move_with_their_spot():
    root = Spot(100, 200)
    inner = root.put(Spot(50, 50), 10, 20)
    inner.put(filled(5, 6), 3, 4)
    assert picture_of(root).getbbox() == (13, 24, 18, 30)
    inner.x += 40
    assert picture_of(root).getbbox() == (53, 24, 58, 30)


def test_a_list_is_cut_to_its_window_and_moves_by_its_offset():
    root, window = listed()
    assert picture_of(root).getbbox() == (0, 40, 20, 90)
    window.scroll.jump(25)
    assert picture_of(root).getbbox() == (0, 45, 20, 95)
    window.scroll.jump(1000)
    assert picture_of(root).getbbox()[3] == 90


@pytest.mark.parametrize("axis", ["x", "y"])
def test_what_is_hit_is_what_is_drawn_there(axis):
    root, window = listed(axis=axis)
    for offset in (0, 25, 47):
        window.scroll.jump(offset)
        picture = picture_of(root)
        for x in range(0, 100, 7):
            for y in range(0, 200, 7):
                found = hits(root, x, y, 0)
                red = picture.getpixel((x, y)) == RED
                assert bool(found and found[-1].spot.on_tap) is red


def test_hits_go_from_the_outermost_inwards_and_say_where_each_spot_is():
    root, window = listed()
    window.scroll.jump(30)
    found = hits(root, 5, 45, 0)
    assert [hit.spot for hit in found[:2]] == [root, window]
    assert found[-1].spot.text == "1"
    assert (found[-1].x, found[-1].y) == (0, 40)
    assert hits(root, 100, 5, 0) == hits(root, -1, 5, 0) == []


def test_what_is_drawn_later_is_hit_first():
    root = Spot(100, 200)
    root.put(filled(50, 50, text="below"), 0, 0)
    root.put(filled(50, 50, text="above"), 25, 25)
    assert hits(root, 30, 30, 0)[-1].spot.text == "above"
    assert hits(root, 10, 10, 0)[-1].spot.text == "below"


def test_a_place_is_found_even_outside_the_window():
    root, window = listed()
    assert place_of(root, window.children[9], 0) == (0, 310, 20, 330)
    window.scroll.jump(60)
    assert place_of(root, window.children[9], 0) == (0, 250, 20, 270)
    assert place_of(root, Spot(1, 1), 0) is None


@given(st.integers(0, 400))
def test_the_tree_names_just_what_is_seen_and_cut_as_it_is_seen(offset):
    root, window = listed()
    window.scroll.jump(offset)
    node = read(root, SCREEN, "org.example", "", 0)
    shown = [inner for inner in node.walk() if inner.text]
    for inner in shown:
        assert overlap(inner.bounds, (0, 40, 100, 100)) == inner.bounds
    box = picture_of(root).getbbox()
    assert min(inner.bounds[1] for inner in shown) == box[1]
    assert max(inner.bounds[3] for inner in shown) == box[3]


def test_a_node_says_what_can_be_done_with_it():
    root = Spot(100, 200)
    root.put(Spot(10, 10, on_tap=print, on_long_press=print, text="both"), 0, 0)
    root.put(Spot(10, 10, on_tap=print, text="off", enabled=False), 0, 10)
    root.put(Spot(10, 10, checkable=True, checked=True, selected=True, text="box", resource_id="android:id/x"), 0, 20)
    root.put(Spot(10, 10, text="gone"), 0, 300)
    both, off, box = read(root, SCREEN, "org.example", "", 0).children
    assert (both.clickable, both.long_clickable, both.focusable, both.package) == (True, True, True, "org.example")
    assert (off.clickable, off.enabled) == (False, False)
    assert (box.checkable, box.checked, box.selected, box.clickable) == (True, True, True, False)
    assert box.resource_id == "android:id/x"


def test_only_a_list_with_more_than_it_shows_is_scrollable():
    for count, scrollable in ((1, False), (9, True)):
        root, _ = listed(count)
        node = read(root, SCREEN, "org.example", "", 0)
        assert any(inner.scrollable for inner in node.walk()) is scrollable


def test_nothing_seen_is_no_node():
    assert read(Spot(10, 10, x=500), SCREEN, "org.example", "", 0) is None


# Fields


def field(value, *, lines=None, kind="text", multiline=False, password=False):
    told = []
    edit = Edit(value, told.append, None, multiline, kind, password, "Hint", lines or [(0, len(value))],
                10, 5, 20, 25, "regular")  # fmt: skip
    return edit, told


def test_a_node_of_a_field_shows_its_value_its_hint_or_bullets():
    for edit, text in ((field("abc")[0], "abc"), (field("")[0], "Hint"), (field("abc", password=True)[0], "•••")):
        node = read(Spot(50, 20, edit=edit, key="f"), SCREEN, "org.example", "f", 0)
        assert (node.text, node.focused, node.clickable, node.password) == (text, True, True, edit.password)


@given(st.text(alphabet="aW你 .", max_size=20), st.integers(0, 20))
def test_a_tap_on_the_place_of_a_letter_finds_that_letter(value, index):
    edit, _ = field(value)
    index = min(index, len(value))
    x = 10 + round(system_fonts().width(value[:index], 20))
    assert edit.index_at(x, 10, system_fonts()) == index


def test_taps_beside_the_text_find_its_nearest_end():
    edit, _ = field("one\ntwo", lines=[(0, 3), (4, 7)], multiline=True)
    fonts = system_fonts()
    assert edit.index_at(-50, -50, fonts) == 0
    assert edit.index_at(900, 10, fonts) == 3
    assert edit.index_at(0, 35, fonts) == 4
    assert edit.index_at(900, 900, fonts) == 7


@pytest.mark.parametrize(("kind", "typed", "kept"), [
    ("text", "a1+\n", "a1+ "), ("number", "a1.5-x", "1.5-"), ("phone", "+49 (0)7a", "+49 (0)7"),
    ("email", "a@b", "a@b"),
])  # fmt: skip
def test_a_field_takes_what_its_kind_allows(kind, typed, kept):
    edit, told = field("", kind=kind)
    assert edit.insert(0, typed) == len(kept)
    assert told == [kept]


def test_deleting_at_an_edge_changes_nothing():
    edit, told = field("ab")
    assert edit.delete(0) == 0
    assert edit.delete(2, forward=True) == 2
    assert told == []
    assert edit.delete(2) == 1
    assert edit.delete(0, forward=True) == 0
    assert told == ["a", "b"]


def test_the_row_of_the_cursor_is_the_last_that_begins_before_it():
    edit, _ = field("one\ntwo\n", lines=[(0, 3), (4, 7), (8, 8)], multiline=True)
    assert [edit.row_of(at) for at in range(9)] == [0, 0, 0, 0, 1, 1, 1, 1, 2]
