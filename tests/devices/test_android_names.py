"""What people call keys and apps, against what Android calls them."""

from __future__ import annotations

import pytest

from handsight.devices.android.names import keycode, package
from handsight.errors import NotFound

PIXEL = (
    "com.android.settings",
    "com.android.chrome",
    "com.google.android.GoogleCamera",
    "com.google.android.dialer",
    "com.google.android.apps.messaging",
    "com.google.android.deskclock",
    "com.google.android.calendar",
    "com.google.android.apps.photos",
    "com.google.android.gm",
    "com.google.android.apps.maps",
    "com.google.android.youtube",
    "com.google.android.calculator",
    "com.google.android.documentsui",
    "com.android.vending",
    "org.example.notes",
    "org.example.notes.beta",
    "org.other.shopping",
)


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


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Settings", "com.android.settings"),
        ("Chrome", "com.android.chrome"),
        ("google chrome", "com.android.chrome"),
        ("camera", "com.google.android.GoogleCamera"),
        ("Phone", "com.google.android.dialer"),
        ("Messages", "com.google.android.apps.messaging"),
        ("SMS", "com.google.android.apps.messaging"),
        ("Clock", "com.google.android.deskclock"),
        ("Calendar", "com.google.android.calendar"),
        ("Photos", "com.google.android.apps.photos"),
        ("Gmail", "com.google.android.gm"),
        ("Maps", "com.google.android.apps.maps"),
        ("YouTube", "com.google.android.youtube"),
        ("Files", "com.google.android.documentsui"),
        ("Calculator", "com.google.android.calculator"),
        ("play  store", "com.android.vending"),
        ("org.example.notes", "org.example.notes"),
        ("Shopping", "org.other.shopping"),
    ],
)
def test_apps_are_found_by_what_people_call_them(name: str, expected: str) -> None:
    assert package(name, PIXEL) == expected


def test_a_word_of_the_package_finds_an_app_that_no_table_knows() -> None:
    assert package("other", PIXEL) == "org.other.shopping"
    assert package("shop", PIXEL) == "org.other.shopping"


def test_a_word_that_fits_several_apps_opens_none() -> None:
    with pytest.raises(NotFound, match=r"org\.example\.notes, org\.example\.notes\.beta"):
        package("example", PIXEL)


def test_an_app_that_is_not_there_names_near_ones() -> None:
    with pytest.raises(NotFound, match=r"org\.other\.shopping"):
        package("shoping list", PIXEL)
    with pytest.raises(NotFound, match="none"):
        package("Contacts", ())


def test_a_known_app_that_is_not_installed_is_not_found() -> None:
    with pytest.raises(NotFound):
        package("Contacts", PIXEL)
