"""The rules of each system, by the functions that hold them: keys, wheels, and what Windows and macOS have to be told.

Windows and macOS are not run here: what they would be asked is, with stand-ins for their own libraries.
"""

from types import SimpleNamespace
from typing import Any

import pytest

from handsight.devices.desktop.hand import wheel_steps
from handsight.devices.desktop.keys import chord
from handsight.devices.desktop.systems import prepare
from handsight.errors import NoDevice, NotFound

X11 = ["ctrl", "alt", "altleft", "altright", "shift", "win", "enter", "esc", "home", "delete", "pageup", "pagedown"]
X11 += ["left", "up", "tab", "apps", "f5", "+", "a", "c", "T", "t", "space", "capslock", "-"]
MAC = [*X11, "command", "option", "optionright"]


@pytest.mark.parametrize(
    ("key", "keys"),
    [
        ("enter", ["enter"]),
        ("Home", ["home"]),
        ("ctrl+c", ["ctrl", "c"]),
        ("Control + Shift + T", ["ctrl", "shift", "T"]),
        ("ctrl+t", ["ctrl", "t"]),
        ("ctrl++", ["ctrl", "+"]),
        ("+", ["+"]),
        ("ctrl+plus", ["ctrl", "+"]),
        ("Page_Down", ["pagedown"]),
        ("page up", ["pageup"]),
        ("ArrowLeft", ["left"]),
        ("super", ["win"]),
        ("cmd+c", ["win", "c"]),
        ("Escape", ["esc"]),
        ("back", ["alt", "left"]),
        ("menu", ["apps"]),
        ("caps_lock", ["capslock"]),
        ("space", ["space"]),
    ],
)
def test_keys_go_by_the_names_that_people_and_models_give_them(key: str, keys: list[str]) -> None:
    assert chord(key, X11, "linux") == keys


@pytest.mark.parametrize(
    ("key", "keys"), [("cmd+c", ["command", "c"]), ("alt+f5", ["option", "f5"]), ("super", ["command"])]
)
def test_on_macos_they_are_its_own(key: str, keys: list[str]) -> None:
    assert chord(key, MAC, "darwin") == keys


@pytest.mark.parametrize("key", ["entre", "ctrl+entre", ""])
def test_a_key_there_is_not_is_refused_whole(key: str) -> None:
    with pytest.raises(NotFound, match="there is no key"):
        chord(key, X11, "linux")


@pytest.mark.parametrize(
    ("platform", "pixels", "steps"),
    [
        ("linux", 500, 5),
        ("linux", 149, 1),
        ("linux", 1, 1),
        ("win32", 500, 600),
        ("win32", 1, 120),
        ("darwin", 500, 50),
        ("darwin", 1, 1),
    ],
)
def test_a_wheel_counts_as_its_system_does(platform: str, pixels: float, steps: int) -> None:
    assert wheel_steps(pixels, platform) == steps


class Libraries:
    """A system's libraries by name, and what they were asked."""

    def __init__(self, **functions: Any) -> None:
        self.asked: list[str] = []
        self._functions = functions

    def __call__(self, name: str) -> SimpleNamespace:
        self.asked.append(name)
        return SimpleNamespace(**self._functions)


def test_windows_is_asked_for_true_pixels_of_each_monitor() -> None:
    contexts: list[Any] = []
    prepare("win32", Libraries(SetProcessDpiAwarenessContext=contexts.append))
    assert contexts[0].value in (2**64 - 4, 2**32 - 4)  # the handle that stands for "per monitor, version 2"


def test_an_older_windows_is_asked_in_its_own_way() -> None:
    aware: list[bool] = []
    prepare("win32", Libraries(SetProcessDPIAware=lambda: aware.append(True)))
    assert aware == [True]


@pytest.mark.parametrize(
    ("seen", "worked", "says"),
    [
        (False, False, "allow Screen Recording and Accessibility for your terminal"),
        (False, True, "allow Screen Recording for"),
        (True, False, "allow Accessibility for"),
    ],
)
def test_macos_says_what_has_to_be_allowed(seen: bool, worked: bool, says: str) -> None:
    libraries = Libraries(CGPreflightScreenCaptureAccess=lambda: seen, AXIsProcessTrusted=lambda: worked)
    with pytest.raises(NoDevice, match=says):
        prepare("darwin", libraries)


def test_macos_that_allows_both_and_x11_are_ready() -> None:
    prepare("darwin", Libraries(CGPreflightScreenCaptureAccess=lambda: True, AXIsProcessTrusted=lambda: True))
    untouched = Libraries()
    prepare("linux", untouched)
    assert untouched.asked == []
