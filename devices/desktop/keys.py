"""Keys by the names that people and models give them, as pyautogui calls them."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from handsight.errors import NotFound

_SAME = {
    "control": "ctrl",
    "cmd": "command",
    "meta": "win",
    "super": "win",
    "windows": "win",
    "opt": "option",
    "altgr": "altright",
    "escape": "esc",
    "del": "delete",
    "ins": "insert",
    "page_up": "pageup",
    "page_down": "pagedown",
    "arrowup": "up",
    "arrowdown": "down",
    "arrowleft": "left",
    "arrowright": "right",
    "arrow_up": "up",
    "arrow_down": "down",
    "arrow_left": "left",
    "arrow_right": "right",
    "caps_lock": "capslock",
    "volume_up": "volumeup",
    "volume_down": "volumedown",
    "menu": "apps",
    "plus": "+",
    "minus": "-",
    "comma": ",",
    "period": ".",
}
_CHORDS = {"back": "alt+left", "recents": "alt+tab"}  # what phones have buttons for
_MAC = {"win": "command", "alt": "option", "altright": "optionright"}
_OTHERS = {"command": "win", "option": "alt", "optionleft": "altleft", "optionright": "altright"}


def chord(key: str, known: Sequence[str], platform: str) -> list[str]:
    """The keys of a chord such as "ctrl+shift+t" or "ctrl++", under the names that this system has. Raises NotFound."""
    words = _parted(_CHORDS.get(key.strip().lower(), key))
    return [_named(word, known, platform) for word in words]


def _parted(key: str) -> list[str]:
    """The keys between the plus signs; a plus at the end is one itself."""
    bare = key.strip()
    if bare == "+" or bare.endswith("++"):
        return [*filter(None, bare.removesuffix("+").split("+")), "+"]
    return bare.split("+")


def _named(word: str, known: Sequence[str], platform: str) -> str:
    name = word.strip()
    name = name if len(name) == 1 else name.lower().replace(" ", "_")
    name = _SAME.get(name, name)
    name = (_MAC if platform == "darwin" else _OTHERS).get(name, name)
    if name in known:
        return name
    plain = name.replace("_", "").lower()
    if plain in known:
        return plain
    near = get_close_matches(plain, known, n=3)
    raise NotFound(f"there is no key {word.strip()!r} here" + (f"; did you mean {' or '.join(near)}?" if near else ""))
