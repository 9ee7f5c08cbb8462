"""The phone's input methods: its own keyboard, and keyboards that type what a broadcast brings."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handsight.devices.virtual.keys import ENTER
from handsight.errors import UsageError

if TYPE_CHECKING:
    from handsight.devices.virtual.phone import Phone

OWN = "org.handsight.keyboard/.Keyboard"
_CHOSEN, _ENABLED = "default_input_method", "enabled_input_methods"
_FIRST_ACTION, _LAST_ACTION = 2, 7  # the editor actions go, search, send, next, done, previous
_HEARD, _UNHEARD = (-1, "success"), (0, "")


@dataclass(frozen=True)
class Keyboard:
    """A keyboard that listens: its id, what each broadcast means to it, and whether it answers that it heard one."""

    id: str
    meanings: Mapping[str, tuple[str, str]]  # by the broadcast's action: what to do, and the extra to do it with
    answers: bool = False

    @property
    def package(self) -> str:
        return self.id.partition("/")[0]


KEYBOARDS = {
    "adbkeyboard": Keyboard(
        "com.android.adbkeyboard/.AdbIME",
        {
            "ADB_INPUT_TEXT": ("text", "msg"),
            "ADB_INPUT_B64": ("base64", "msg"),
            "ADB_INPUT_CHARS": ("chars", "chars"),
            "ADB_INPUT_CODE": ("key", "code"),
            "ADB_EDITOR_CODE": ("action", "code"),
            "ADB_CLEAR_TEXT": ("clear", ""),
        },
    ),
    "uiautomator2": Keyboard(
        "com.github.uiautomator/.AdbKeyboard",
        {
            "ADB_KEYBOARD_INPUT_TEXT": ("base64", "text"),
            "ADB_KEYBOARD_EDITOR_CODE": ("action", "code"),
            "ADB_KEYBOARD_CLEAR_TEXT": ("clear", ""),
        },
        answers=True,
    ),
}


class InputMethods:
    """The input methods of one phone, and what goes wrong with them where it is told to.

    `late_s` is how long it takes until a choice takes effect, `refused` that adb may choose none, `lost` how many
    broadcasts go unheard from now on, `most` how many characters of one broadcast a keyboard takes.
    """

    def __init__(self, phone: Phone, ime: str) -> None:
        """`ime` names the keyboard that is installed beside the phone's own: one of KEYBOARDS, or "none"."""
        if ime != "none" and ime not in KEYBOARDS:
            raise UsageError(f"a virtual phone has the keyboard {', '.join(KEYBOARDS)} or none, not {ime!r}")
        self.ids = [OWN, *(keyboard.id for name, keyboard in KEYBOARDS.items() if name == ime)]
        self.late_s, self.refused, self.lost = 0.0, False, 0
        self.most: int | None = None
        self._phone = phone

    @property
    def packages(self) -> list[str]:
        """The packages of those that were installed beside the phone's own."""
        return [name.partition("/")[0] for name in self.ids[1:]]

    @property
    def enabled(self) -> list[str]:
        """The ids of those that may be chosen."""
        return [name for name in self._phone.settings["secure"].get(_ENABLED, self._phone.ime).split(":") if name]

    @enabled.setter
    def enabled(self, ids: list[str]) -> None:
        self._phone.settings["secure"][_ENABLED] = ":".join(ids)

    def choose(self, name: str) -> None:
        """Make it the one that types, now or a while later."""
        if self.late_s:
            self._phone.later.after(self.late_s, lambda: self._take(name))
        else:
            self._take(name)

    def _take(self, name: str) -> None:
        self._phone.settings["secure"][_CHOSEN] = name

    def hear(self, action: str, extras: Mapping[str, str], package: str = "") -> tuple[int, str]:
        """Let the chosen one hear a broadcast; gives the code and the data that come back to who sent it."""
        keyboard = next((k for k in KEYBOARDS.values() if k.id == self._phone.ime), None)
        if keyboard is None or action not in keyboard.meanings or package not in ("", keyboard.package):
            return _UNHEARD
        if self.lost:
            self.lost -= 1
            return _UNHEARD
        what, extra = keyboard.meanings[action]
        done = self._do(what, extras.get(extra, ""))
        return _HEARD if done and keyboard.answers else _UNHEARD

    def _do(self, what: str, value: str) -> bool:
        """Do it in the field that has the focus; what makes no sense is only logged on a phone, and does nothing."""
        phone = self._phone
        if what == "clear":
            phone.edit(lambda edit, cursor: edit.clear())
        elif what in ("key", "action"):
            code = int(value) if value.isdecimal() else 0
            if what == "action":
                code = ENTER if _FIRST_ACTION <= code <= _LAST_ACTION else 0
            phone.key(code)
        else:
            try:
                text = _decoded(what, value)
            except (ValueError, OverflowError):  # not base64, not UTF-8, no numbers
                return False
            phone.text(text[: self.most])
        return phone.stage.edit() is not None


def _decoded(what: str, value: str) -> str:
    if what == "base64":
        return base64.b64decode(value).decode("utf-8")
    return "".join(chr(int(code)) for code in value.split(",")) if what == "chars" else value
