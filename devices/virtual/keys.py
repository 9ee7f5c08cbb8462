"""What Android's key codes do on the virtual phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handsight.devices.virtual.phone import Phone

HOME, BACK, UP, DOWN, LEFT, RIGHT, CENTER = 3, 4, 19, 20, 21, 22, 23
VOLUME_UP, VOLUME_DOWN, POWER, TAB, SPACE, ENTER, DELETE, MENU = 24, 25, 26, 61, 62, 66, 67, 82
ESCAPE, FORWARD_DELETE, MOVE_HOME, MOVE_END, RECENTS, SLEEP, WAKE = 111, 112, 122, 123, 187, 223, 224

CHARACTERS = {
    **{7 + digit: str(digit) for digit in range(10)},
    **{29 + i: chr(ord("a") + i) for i in range(26)},
    SPACE: " ", 17: "*", 18: "#", 55: ",", 56: ".", 68: "`", 69: "-", 70: "=", 71: "[", 72: "]", 73: "\\", 74: ";",
    75: "'", 76: "/", 77: "@", 81: "+",
}  # fmt: skip


def press(phone: Phone, code: int) -> None:
    """Carry out a key on a phone that is awake; a key that means nothing there does nothing."""
    if code in (HOME, RECENTS, BACK):
        phone.press_button({HOME: "home", RECENTS: "recents", BACK: "back"}[code])
    elif code in (VOLUME_UP, VOLUME_DOWN):
        volumes = phone.settings["system"]
        now = int(phone.number("system", "volume_music", 0)) + (1 if code == VOLUME_UP else -1)
        volumes["volume_music"] = str(min(max(now, 0), 15))
    elif code == ESCAPE:
        phone.hide_keyboard()
    elif phone.stage.edit() is not None and _edit(phone, code):
        return
    elif code in (TAB, DOWN, RIGHT, UP, LEFT):
        _move_focus(phone, -1 if code in (UP, LEFT) else 1)
    elif code in (ENTER, CENTER, SPACE):
        spot = phone.stage.top.focused()
        if spot and spot.on_tap and spot.enabled:
            spot.on_tap()


def _edit(phone: Phone, code: int) -> bool:
    """Do what the key does in a text field; False where it does nothing there."""
    edit, memory = phone.stage.edit(), phone.stage.top.memory
    assert edit is not None
    at = min(memory.cursor, len(edit.value))
    if code == ENTER and not edit.multiline:
        if edit.on_done:
            edit.on_done()
        else:
            phone.hide_keyboard()
    elif code in CHARACTERS or code == ENTER or (code == TAB and edit.multiline):
        memory.cursor = edit.insert(at, {**CHARACTERS, ENTER: "\n", TAB: "\t"}[code])
    elif code in (DELETE, FORWARD_DELETE):
        memory.cursor = edit.delete(at, forward=code == FORWARD_DELETE)
    elif code in (LEFT, RIGHT):
        memory.cursor = edit.beside(at, forward=code == RIGHT)
    elif code in (MOVE_HOME, MOVE_END):
        start, end = edit.spans[edit.row_of(at)] if edit.multiline else (0, len(edit.value))
        memory.cursor = start if code == MOVE_HOME else end
    else:
        return False
    return True


def _move_focus(phone: Phone, step: int) -> None:
    """Put the focus on the next thing that can be tapped or edited."""
    window = phone.stage.top
    keys = [spot.key for spot in window.root.walk() if spot.enabled and (spot.on_tap or spot.edit)]
    if not keys:
        return
    now = window.memory.focus
    at = (keys.index(now) + step) % len(keys) if now in keys else (0 if step > 0 else len(keys) - 1)
    window.memory.focus = keys[at]
    field = window.field()
    if field and field.edit:
        window.memory.cursor = len(field.edit.value)
