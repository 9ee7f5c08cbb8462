"""What a person would say is on the screen, from what a tree says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsight.devices.android import VirtualAndroid, open_virtual, tree
from handsight.devices.android.elements import elements, role
from handsight.devices.base import Tree
from handsight.devices.pointing import on_display, on_screenshot
from handsight.devices.virtual.kit.layout import Node
from handsight.errors import NoTree, ScreenSecure
from handsight.types import Box, Element, Screen

from .playground import QUICK, WatchedPhone
from .writing import Office

SIZE = (100, 200)


def node(inner: str = "", bounds: str = "[0,0][100,50]", cls: str = "android.view.View", **said: object) -> str:
    more = "".join(f" {name.replace('_', '-')}='{str(value)}'" for name, value in said.items())
    return f"<node bounds='{bounds}' class='{cls}'{more}>{inner}</node>"


def seen(*nodes: str, display: tuple[int, int] | None = None) -> tuple[Element, ...]:
    return elements(tree.read(f"<hierarchy>{''.join(nodes)}</hierarchy>".encode()), SIZE, display)


def named(*nodes: str) -> list[tuple[str, str, str]]:
    return [(element.role, element.text, element.description) for element in seen(*nodes)]


TITLE = node(text="Wi-Fi", bounds="[5,5][50,20]", cls="android.widget.TextView")
SUBTITLE = node(text="Home", bounds="[5,20][50,40]", cls="android.widget.TextView")
SWITCH = node(checkable="true", checked="true", bounds="[70,5][95,45]", cls="android.widget.Switch")


def test_what_can_be_touched_takes_the_words_that_stand_on_it() -> None:
    assert named(node(TITLE + SUBTITLE, clickable="true")) == [("", "Wi-Fi", "Home")]
    assert named(node(node(TITLE) + node(SUBTITLE), clickable="true", content_desc="Network")) == [
        ("", "Wi-Fi", "Home, Network")
    ]


def test_a_row_with_a_switch_that_is_only_shown_is_the_switch() -> None:
    (row,) = seen(node(TITLE + SWITCH, clickable="true"))
    assert (row.role, row.text, row.checked, row.clickable) == ("switch", "Wi-Fi", True, True)
    assert row.box == Box(0, 0, 100, 50)


def test_a_switch_that_can_be_touched_stays_a_thing_by_itself() -> None:
    row, switch = seen(node(TITLE + SWITCH.replace("checkable", "clickable='true' checkable"), clickable="true"))
    assert (row.text, row.checked) == ("Wi-Fi", None)
    assert (switch.role, switch.checked, switch.box) == ("switch", True, Box(70, 5, 95, 45))


def test_what_is_told_twice_is_one_thing() -> None:
    inner = node(text="Save", clickable="true", resource_id="a:id/save", cls="android.widget.Button")
    assert seen(node(inner, clickable="true")) == (
        Element("Save", Box(0, 0, 100, 50), "button", id="a:id/save", clickable=True),
    )
    assert len(seen(TITLE, TITLE)) == 1


def test_the_ground_on_which_things_lie_is_no_thing() -> None:
    buttons = [node(text=t, clickable="true", bounds=f"[{x},0][{x + 20},20]") for t, x in (("A", 0), ("B", 50))]
    assert [e.text for e in seen(node("".join(buttons), clickable="true"))] == ["A", "B"]


def test_boxes_without_meaning_are_left_out() -> None:
    assert seen(node(node(node()))) == ()
    assert named(node(node(TITLE))) == [("text", "Wi-Fi", "")]


@pytest.mark.parametrize(
    "bounds", ["[0,0][0,0]", "[10,10][5,20]", "[0,250][100,300]", "[-50,0][0,20]", "[0,0][100,1]", "", "nonsense"]
)
def test_what_is_not_on_the_screen_is_left_out(bounds: str) -> None:
    assert seen(node(text="hidden", bounds=bounds)) == ()


def test_what_is_seen_in_part_has_the_box_of_that_part() -> None:
    assert seen(node(text="half", bounds="[-20,180][50,260]"))[0].box == Box(0, 180, 50, 200)


def test_what_is_scrolled_out_of_a_list_is_left_out() -> None:
    rows = node(text="in", bounds="[0,50][100,70]") + node(text="out", bounds="[0,150][100,170]")
    the_list = node(rows, scrollable="true", bounds="[0,40][100,140]", cls="androidx.recyclerview.widget.RecyclerView")
    found = seen(the_list)
    assert [(e.role, e.text, e.scrollable) for e in found] == [("list", "", True), ("", "in", False)]


def test_what_the_phone_says_is_not_visible_is_left_out() -> None:
    assert seen(node(TITLE, visible_to_user="false")) == ()


def test_of_a_password_nothing_is_kept() -> None:
    (field,) = seen(
        node(text="hunter2", content_desc="hunter2", password="true", clickable="true", cls="android.widget.EditText")
    )
    assert (field.text, field.description, field.role, field.password) == ("", "", "field", True)
    assert "hunter2" not in repr(field)


def test_states_are_told() -> None:
    (box,) = seen(node(text="x", checkable="true", enabled="false", focused="true", cls="android.widget.CheckBox"))
    assert (box.role, box.checked, box.enabled, box.focused) == ("checkbox", False, False, True)


def test_long_words_are_cut_and_lines_are_joined() -> None:
    (long,) = seen(node(text="a&#10;b " + "word " * 1000))
    assert long.text.startswith("a b word")
    assert len(long.text) == 300
    assert long.text.endswith("…")


def test_roles_are_plain_words_whoever_made_the_widget() -> None:
    classes = {
        "android.widget.Button": "button",
        "androidx.appcompat.widget.AppCompatImageButton": "button",
        "com.google.android.material.textfield.TextInputEditText": "field",
        "androidx.appcompat.widget.SwitchCompat": "",
        "android.widget.RadioButton": "radio button",
        "android.widget.ToggleButton": "switch",
        "androidx.core.widget.NestedScrollView": "list",
        "": "",
    }
    assert {cls: role(cls) for cls in classes} == classes


@given(st.integers(1, 3000), st.integers(1, 3000), st.data())
def test_a_box_on_a_screenshot_leads_back_into_the_node(width: int, height: int, data: st.DataObject) -> None:
    shown = data.draw(st.tuples(st.integers(1, 3000), st.integers(1, 3000)))
    inner = (width, height) if (width > height) == (shown[0] > shown[1]) else (height, width)
    left, top = data.draw(st.integers(0, inner[0] - 1)), data.draw(st.integers(0, inner[1] - 1))
    right, bottom = data.draw(st.integers(left + 1, inner[0])), data.draw(st.integers(top + 1, inner[1]))
    box = on_screenshot(Box(left, top, right, bottom), shown, (width, height))
    x, y = on_display(box.center, shown, (width, height))
    assert left <= x <= right
    assert top <= y <= bottom


@pytest.mark.parametrize(("shrink", "rotation"), [(1, 0), (1, 1), (2, 0), (2, 3)])
def test_a_tap_in_the_middle_of_an_element_hits_what_it_names(shrink: int, rotation: int) -> None:
    phone = WatchedPhone(shrink=shrink)
    phone.rotation = rotation
    device = open_virtual(phone, numbers=QUICK)
    try:
        assert isinstance(device, Tree)
        screen = device.screenshot()
        (row,) = [element for element in device.elements(screen) if element.text == "Row 1"]
        assert row.clickable
        device.tap(row.box.center, on=screen)
        assert "Sure?" in words(phone.tree())
        texts = [element.text for element in device.elements(device.screenshot())]
        assert {"Sure?", "Yes", "No"} <= set(texts)
    finally:
        device.close()


def test_a_screen_of_another_size_is_followed() -> None:
    phone = WatchedPhone()
    device = open_virtual(phone, numbers=QUICK)
    try:
        phone.override_size = (540, 1200)
        screen = device.screenshot()
        assert all(e.box.right <= screen.size[0] and e.box.bottom <= screen.size[1] for e in device.elements(screen))
    finally:
        device.close()


def test_a_tree_of_another_app_than_the_screenshot_names_nothing_on_it() -> None:
    device = open_virtual(WatchedPhone(), numbers=QUICK)
    try:
        screen = device.screenshot()
        device.phone.launch("org.example.vault")
        with pytest.raises(NoTree, match=r"of org\.example\.playground, and the phone's tree of org\.example\.vault"):
            device.elements(screen)
        with pytest.raises(ScreenSecure):
            device.screenshot()
        assert "the secret" in [e.text for e in device.elements(replace(screen, app="org.example.vault"))]
    finally:
        device.close()


@pytest.fixture
def office() -> Iterator[VirtualAndroid]:
    device = open_virtual(Office(), numbers=QUICK)
    yield device
    device.close()


def test_no_element_of_a_real_page_holds_a_typed_password(office: VirtualAndroid) -> None:
    assert isinstance(office.phone, Office)
    office.phone.offer("password", "hunter2")
    screen: Screen = office.screenshot()
    found = office.elements(screen)
    assert any(element.password and element.focused for element in found)
    assert not any("•" in element.text or "hunter2" in repr(element) for element in found)


def words(root: Node) -> set[str]:
    return {node.text for node in root.walk()}


@pytest.mark.parametrize(
    ("bounds", "box"),
    [
        ("[10,60][90,140]", Box(10, 60, 90, 140)),  # a dialog
        ("[0,120][100,200]", Box(0, 120, 100, 200)),  # a sheet
        ("[40,10][98,80]", Box(40, 10, 98, 80)),  # a menu
        ("[0,0][100,200]", None),
        ("[0,6][100,200]", None),  # below a status bar
        ("[0,0][100,120]", None),  # above a keyboard
    ],
)
def test_a_window_that_leaves_some_of_another_to_be_seen_is_a_dialog(bounds: str, box: Box | None) -> None:
    inner = node(text="Save", bounds="[42,70][60,78]", clickable="true")
    found = seen(node(inner, bounds=bounds))
    assert [e.box for e in found if e.role == "dialog"] == ([box] if box else [])
    assert [e.text for e in found if e.role != "dialog"] == ["Save"]
    assert all(not e.name and not e.clickable for e in found if e.role == "dialog")  # no mark and no rule knows it
