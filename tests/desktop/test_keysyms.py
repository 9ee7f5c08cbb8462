"""What the keysyms of keyboards in several scripts write."""

from __future__ import annotations

import pytest
from Xlib import XK

from handsight.devices.desktop.keysyms import MODIFIERS, joined, letter, name, sign


@pytest.mark.parametrize(
    ("keysym", "written"),
    [
        (XK.XK_a, "a"),
        (XK.XK_A, "A"),
        (XK.XK_space, " "),
        (XK.XK_less, "<"),
        (XK.XK_eacute, "é"),
        (XK.XK_KP_7, "7"),
        (XK.XK_KP_Add, "+"),
        (0x20AC, "€"),
        (0x1B3, "ł"),  # Polish
        (0x6C1, "а"),  # Russian
        (0x6A3, "ё"),
        (0x6A6, "і"),  # Ukrainian
        (0x7E1, "α"),  # Greek
        (0xCE0, "א"),  # Hebrew
        (0xDA1, "ก"),  # Thai
        (0x1004F60, "你"),
        (0x101F600, "😀"),
    ],
)
def test_a_letter_is_known_in_its_script(keysym: int, written: str) -> None:
    assert letter(keysym) == written


@pytest.mark.parametrize(
    "keysym", [0, XK.XK_Return, XK.XK_Shift_L, 0xFE51, 0xFF20, 0x1000000, 0x100D800, 0x2000000, 0xFFFF]
)
def test_what_writes_nothing_is_no_letter(keysym: int) -> None:
    assert letter(keysym) == ""


@pytest.mark.parametrize(
    ("keysym", "called"),
    [
        (XK.XK_Return, "enter"),
        (XK.XK_KP_Enter, "enter"),
        (XK.XK_BackSpace, "backspace"),
        (XK.XK_Page_Down, "pagedown"),
        (XK.XK_F5, "f5"),
        (XK.XK_KP_Left, "left"),
        (0xFE20, "tab"),  # with shift
        (XK.XK_a, ""),
    ],
)
def test_a_key_has_the_name_by_which_it_is_pressed(keysym: int, called: str) -> None:
    assert name(keysym) == called


def test_every_name_is_one_that_can_be_pressed(display: str) -> None:
    from handsight.devices.desktop.inputs import open_inputs
    from handsight.devices.desktop.keysyms import _NAMES

    assert {*_NAMES.values()} <= {*open_inputs()._gui.KEYBOARD_KEYS}


def test_a_dead_key_goes_onto_the_next_letter() -> None:
    assert joined(sign(0xFE51), "e") == "é"
    assert joined(sign(0xFE57), "U") == "Ü"
    assert joined(sign(0xFE5B), "c") == "ç"
    assert joined(sign(0xFE51), "q") == ""  # there is no such letter
    assert sign(XK.XK_e) == ""


def test_modifiers_are_no_keys_of_their_own() -> None:
    assert {XK.XK_Shift_L, XK.XK_Control_R, XK.XK_Alt_L, XK.XK_Super_L, XK.XK_Caps_Lock, 0xFE03} <= MODIFIERS
    assert XK.XK_Return not in MODIFIERS
