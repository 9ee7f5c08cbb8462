"""What people call a phone's keys, and what Android calls them."""

from __future__ import annotations

from difflib import get_close_matches
from string import ascii_lowercase, digits

from handsight.errors import NotFound

_KEYCODES = {
    **{letter: code for code, letter in enumerate(ascii_lowercase, 29)},
    **{digit: code for code, digit in enumerate(digits, 7)},
    "home": 3,
    "back": 4,
    "call": 5,
    "endcall": 6,
    "star": 17,
    "pound": 18,
    "dpad_up": 19,
    "dpad_down": 20,
    "dpad_left": 21,
    "dpad_right": 22,
    "dpad_center": 23,
    "volume_up": 24,
    "volume_down": 25,
    "power": 26,
    "camera": 27,
    "clear": 28,
    "tab": 61,
    "space": 62,
    "enter": 66,
    "del": 67,
    "menu": 82,
    "notification": 83,
    "search": 84,
    "media_play_pause": 85,
    "media_stop": 86,
    "media_next": 87,
    "media_previous": 88,
    "page_up": 92,
    "page_down": 93,
    "escape": 111,
    "forward_del": 112,
    "move_home": 122,
    "move_end": 123,
    "volume_mute": 164,
    "app_switch": 187,
    "assist": 219,
    "brightness_down": 220,
    "brightness_up": 221,
    "sleep": 223,
    "wakeup": 224,
    "cut": 277,
    "copy": 278,
    "paste": 279,
    "all_apps": 284,
}
_ALSO = {
    "return": "enter",
    "backspace": "del",
    "delete": "del",
    "forward_delete": "forward_del",
    "esc": "escape",
    "recents": "app_switch",
    "recent": "app_switch",
    "recent_apps": "app_switch",
    "overview": "app_switch",
    "volumeup": "volume_up",
    "volumedown": "volume_down",
    "mute": "volume_mute",
    "wake": "wakeup",
    "play": "media_play_pause",
    "pause": "media_play_pause",
    "pageup": "page_up",
    "pagedown": "page_down",
    "end": "move_end",
    "notifications": "notification",
    "up": "dpad_up",
    "down": "dpad_down",
    "left": "dpad_left",
    "right": "dpad_right",
    "center": "dpad_center",
    "lock": "sleep",
}


def keycode(name: str) -> int:
    """Give Android's number of a key: "back", "volume up", "KEYCODE_ENTER". Raises NotFound."""
    key = name.strip().lower().replace(" ", "_").replace("-", "_").removeprefix("keycode_")
    code = _KEYCODES.get(_ALSO.get(key, key))
    if code is None:
        near = get_close_matches(key, [*_KEYCODES, *_ALSO], n=4) or ["back", "home", "enter", "delete", "recents"]
        raise NotFound(f"there is no key {name!r}; there are {', '.join(near)}")
    return code
