"""What people call keys, against what Android calls them."""

from __future__ import annotations

import pytest

from handsight.devices.android.names import keycode
from handsight.errors import NotFound


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("back", 4),
        ("Home", 3),
        ("enter", 66),
        ("return", 66),
        ("recents", 187),
        ("delete", 67),
        ("tab", 61),
        ("space", 62),
        ("escape", 111),
        ("volume_up", 24),
        ("volume down", 25),
        ("Volume-Up", 24),
        ("power", 26),
        ("up", 19),
        ("dpad_center", 23),
        ("KEYCODE_DPAD_LEFT", 21),
        ("KEYCODE_A", 29),
        ("z", 54),
        ("0", 7),
        ("9", 16),
        ("keycode_wakeup", 224),
    ],
)
def test_keys_have_androids_numbers(name: str, code: int) -> None:
    assert keycode(name) == code


@pytest.mark.parametrize(("name", "near"), [("bakc", "back"), ("volume", "volume_up"), ("KEYCODE_ENTR", "enter")])
def test_an_unknown_key_names_near_ones(name: str, near: str) -> None:
    with pytest.raises(NotFound, match=near):
        keycode(name)


@pytest.mark.parametrize("name", ["", "ctrl+s", "KEYCODE_", "; reboot", "99999"])
def test_what_is_no_key_is_not_pressed(name: str) -> None:
    with pytest.raises(NotFound):
        keycode(name)
