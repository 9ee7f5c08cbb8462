"""Type by a keyboard app that takes broadcasts, and give the user's own keyboard back, even after a crash.

While another keyboard is chosen, a setting on the phone names the user's own: whoever opens the phone next finds it.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from handsight.devices.android import dumpsys
from handsight.devices.android.link import Link, Ran
from handsight.errors import ToolFailed

CHUNK = 1000  # characters of one broadcast: far from what a command line and Android's own messages may hold
MARK = "handsight_keyboard_of_user"  # in the namespace `global`
FLIP_S = 5.0
_POLL_S = 0.05
_SHOWN_S = 1.0
_CHOSEN = ("secure", "default_input_method")
_ID = re.compile(r"[\w.]+/[\w.$]+")


class NoKeyboard(ToolFailed):
    """No keyboard that takes broadcasts can be used on this phone."""


@dataclass(frozen=True)
class Keyboard:
    """A keyboard app by its input method's id, and what it listens to; `answers` if it says that it heard."""

    id: str
    name: str
    types: str
    extra: str
    clears: str
    answers: bool = False

    @property
    def package(self) -> str:
        return self.id.partition("/")[0]


KEYBOARDS = (
    Keyboard("com.android.adbkeyboard/.AdbIME", "ADBKeyBoard", "ADB_INPUT_B64", "msg", "ADB_CLEAR_TEXT"),
    Keyboard(
        "com.github.uiautomator/.AdbKeyboard",
        "uiautomator2's keyboard",
        "ADB_KEYBOARD_INPUT_TEXT",
        "text",
        "ADB_KEYBOARD_CLEAR_TEXT",
        answers=True,
    ),
)
_INSTALL = (
    "this needs a keyboard that takes text from adb: install ADBKeyBoard (`adb install ADBKeyboard.apk`, from"
    " github.com/senzhk/ADBKeyBoard), or uiautomator2's (`pip install uiautomator2`, then `uiautomator2 init`)"
)
_REFUSED = (
    "{} is installed, but this phone lets adb choose no keyboard: choose it by hand in the phone's settings for"
    " keyboards, or turn on 'USB debugging (Security settings)' (Xiaomi) or 'Disable permission monitoring' (Oppo,"
    " OnePlus) in its developer options"
)


def find(link: Link) -> Keyboard:
    """Give the keyboard that takes broadcasts: the chosen one, else one that is installed. Raises NoKeyboard."""
    chosen = _setting(link, *_CHOSEN)
    listed = chosen.split()
    if not any(keyboard.id in listed for keyboard in KEYBOARDS):
        ran = link.ask("ime", "list", "-a", "-s")
        if _denied(ran):  # which says nothing about what is installed
            packages = link.ask("pm", "list", "packages").stdout.split()
            there = [keyboard.name for keyboard in KEYBOARDS if f"package:{keyboard.package}" in packages]
            raise NoKeyboard(_REFUSED.format(there[0]) if there else _INSTALL)
        listed = ran.stdout.split()
    found = next((keyboard for keyboard in KEYBOARDS if keyboard.id in listed), None)
    if found is None:
        raise NoKeyboard(_INSTALL)
    return found


@contextmanager
def chosen(link: Link, keyboard: Keyboard) -> Iterator[None]:
    """Let `keyboard` be the one that types, and choose the user's own again at the end.

    It stays enabled. Raises ToolFailed when the phone refuses, or when it does not come up.
    """
    users = _setting(link, *_CHOSEN)
    if users == keyboard.id:
        yield
        return
    was_shown = dumpsys.input_method(link.ask("dumpsys", "input_method").stdout)[1]
    try:
        if _ID.fullmatch(users):
            _require(link.act("settings", "put", "global", MARK, users), keyboard)
        _require(link.act("ime", "enable", keyboard.id), keyboard)
        _require(link.act("ime", "set", keyboard.id), keyboard)
        _await(link, keyboard, shown=was_shown)
        yield
    finally:
        give_back(link)


def give_back(link: Link) -> None:
    """Choose the user's keyboard again, if a keyboard of ours still stands in its place."""
    users = _setting(link, "global", MARK)
    if not _ID.fullmatch(users):
        return
    ours = [keyboard.id for keyboard in KEYBOARDS]
    if _setting(link, *_CHOSEN) in ours:
        link.ask("ime", "set", users)
        if not _until(lambda: _setting(link, *_CHOSEN) not in ours, FLIP_S):
            return  # the mark stays, for the next time the phone is opened
    link.ask("settings", "delete", "global", MARK)


def send(link: Link, keyboard: Keyboard, text: str) -> None:
    """Broadcast `text` to the chosen keyboard, in pieces. Raises ToolFailed that says how much was sent before."""
    for start in range(0, len(text), CHUNK):
        encoded = base64.b64encode(text[start : start + CHUNK].encode()).decode()
        sent = f"the text after {start} characters of it"
        _broadcast(link, keyboard, sent, keyboard.types, "--es", keyboard.extra, encoded)


def clear(link: Link, keyboard: Keyboard) -> None:
    """Let the chosen keyboard empty the field."""
    _broadcast(link, keyboard, "that the field is to be emptied", keyboard.clears)


def _broadcast(link: Link, keyboard: Keyboard, what: str, action: str, *extras: str) -> None:
    """Send to this keyboard's package alone: others could listen to the same action."""
    ran = link.act("am", "broadcast", "-a", action, *extras, "-p", keyboard.package)
    result = re.search(r"Broadcast completed: result=(-?\d+)", ran.stdout)
    if ran.status or not result or (keyboard.answers and result[1] != "-1"):
        raise ToolFailed(f"{keyboard.name} did not hear {what}: tap the field, and look at it")


def _await(link: Link, keyboard: Keyboard, *, shown: bool) -> None:
    """Wait until the keyboard is chosen and connected, and shown where one was shown before."""

    def state() -> tuple[str, bool]:
        return dumpsys.input_method(link.ask("dumpsys", "input_method").stdout)

    up = _until(lambda: _setting(link, *_CHOSEN) == keyboard.id, FLIP_S)
    if not up or not _until(lambda: state()[0] in ("", keyboard.id), FLIP_S):
        raise ToolFailed(f"{keyboard.name} was chosen and did not come up; nothing was typed: tap a text field first")
    if shown:  # some versions listen only once they are seen; a phone with hardware keys may show none
        _until(lambda: state()[1], _SHOWN_S)


def _until(holds: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True


def _setting(link: Link, space: str, key: str) -> str:
    value = link.ask("settings", "get", space, key).stdout.strip()
    return "" if value == "null" else value


def _denied(ran: Ran) -> bool:
    return "SecurityException" in f"{ran.stdout}\n{ran.stderr}"


def _require(ran: Ran, keyboard: Keyboard) -> None:
    if _denied(ran):
        raise NoKeyboard(f"nothing was typed: {_REFUSED.format(keyboard.name)}")
    said = f"{ran.stderr}\n{ran.stdout}"
    if ran.status or "cannot be" in said:  # older phones exit with 0
        raise ToolFailed(f"{keyboard.name} cannot be chosen, and nothing was typed: {dumpsys.gist(said)}")
