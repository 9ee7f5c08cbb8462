"""The reader where there is a mouse: the same steps, in the words of `computer_use`."""

import pytest
from tests.models.reader.told import ACTIONS, MOUSE, UNCHANGED, Told


def told(task: str, *screen: str) -> Told:
    return Told(task, *screen, actions=MOUSE, hand="computer_use")


def test_it_clicks_what_a_step_names() -> None:
    said, call = told("click Save", "Save").asks()
    assert said.startswith("Step 1 of 1")
    assert (call["action"], len(call["coordinate"])) == ("left_click", 2)


@pytest.mark.parametrize(
    ("task", "action"),
    [
        ("double-click Notes", "double_click"),
        ("double click on Notes", "double_click"),
        ("双击 Notes", "double_click"),
        ("right-click Notes", "right_click"),
        ("right click Notes", "right_click"),
        ("右键单击 Notes", "right_click"),
    ],
)
def test_it_double_clicks_and_right_clicks(task: str, action: str) -> None:
    assert told(task, "Notes").asks()[1]["action"] == action


def test_an_and_may_stand_before_them() -> None:
    desk = told("click Files and double-click Notes and right click Copy", "Files", "Notes", "Copy")
    assert desk.asks()[1]["action"] == "left_click"
    desk.hears("Clicked.", "Files", "Notes", "Copy")
    assert desk.asks()[1]["action"] == "double_click"
    desk.hears("Clicked.", "Files", "Notes", "Copy")
    assert desk.asks()[1]["action"] == "right_click"


def test_a_phone_says_that_it_has_no_double_click() -> None:
    said, call = Told("double-click Notes", "Notes", actions=ACTIONS).asks()
    assert call == {"action": "terminate", "status": "failure"}
    assert "offers no double_click" in said


@pytest.mark.parametrize(
    ("way", "action", "pixels"),
    [("down", "scroll", -666), ("up", "scroll", 666), ("right", "hscroll", 333), ("left", "hscroll", -333)],
)
def test_it_scrolls_by_a_third_with_the_wheel(way: str, action: str, pixels: int) -> None:
    call = told(f"scroll {way}", "One", "Two").asks()[1]
    assert call == {"action": action, "pixels": pixels, "coordinate": [500, 500]}


def test_it_scrolls_down_and_then_up_for_what_is_out_of_sight() -> None:
    desk = told("click Licence", "One", "Two")
    assert desk.asks()[1]["pixels"] < 0
    desk.hears(UNCHANGED.replace("Tapped", "Scrolled down"), same=True)
    assert desk.asks()[1]["pixels"] > 0
    desk.hears("Scrolled up.", "Zero", "Licence")
    assert desk.asks()[1]["action"] == "left_click"


def test_keys_are_a_list() -> None:
    assert told("press ctrl+s", "x").asks()[1] == {"action": "key", "keys": ["ctrl", "s"]}
    assert told("press enter", "x").asks()[1] == {"action": "key", "keys": ["enter"]}


def test_it_types_into_the_field_it_clicked() -> None:
    desk = told('type "Ada" into Name', "Name")
    assert desk.asks()[1]["action"] == "left_click"
    desk.hears("Clicked.", "Name")
    assert desk.asks()[1] == {"action": "type", "text": "Ada"}
