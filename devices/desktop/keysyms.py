"""What X11's keysyms mean: a letter, a key by its name, or a sign that waits for the next letter.

The numbers are those of X11's keysymdef.h. Older alphabets stand there in pages of 256, each in the order of an ISO
8859 part or a relative of it; all others by their Unicode number.
"""

from __future__ import annotations

import unicodedata

_UNICODE = 0x01000000
_PAGES = {
    **{0x1: "iso8859_2", 0x2: "iso8859_3", 0x3: "iso8859_4", 0x5: "iso8859_6", 0x6: "koi8_u", 0x7: "iso8859_7"},
    **{0xC: "iso8859_8", 0xD: "iso8859_11"},
}
_KEYPAD = {**{0xFFB0 + digit: str(digit) for digit in range(10)}, 0xFF80: " "}
_KEYPAD |= {0xFFAA: "*", 0xFFAB: "+", 0xFFAC: ",", 0xFFAD: "-", 0xFFAE: ".", 0xFFAF: "/", 0xFFBD: "="}
_NAMES = {
    **{0xFF08: "backspace", 0xFF09: "tab", 0xFF0D: "enter", 0xFF8D: "enter", 0xFF13: "pause", 0xFF1B: "esc"},
    **{0xFF50: "home", 0xFF51: "left", 0xFF52: "up", 0xFF53: "right", 0xFF54: "down", 0xFF55: "pageup"},
    **{0xFF56: "pagedown", 0xFF57: "end", 0xFF61: "printscreen", 0xFF63: "insert", 0xFF67: "apps", 0xFFFF: "delete"},
    **{0xFF95: "home", 0xFF96: "left", 0xFF97: "up", 0xFF98: "right", 0xFF99: "down", 0xFF9A: "pageup"},
    **{0xFF9B: "pagedown", 0xFF9C: "end", 0xFF9E: "insert", 0xFF9F: "delete", 0xFE20: "tab"},
    **{0xFFBE + number: f"f{number + 1}" for number in range(12)},
    **{0x1008FF11: "volumedown", 0x1008FF12: "volumemute", 0x1008FF13: "volumeup", 0x1008FF14: "playpause"},
}
_DEAD = {
    **{0xFE50: "\u0300", 0xFE51: "\u0301", 0xFE52: "\u0302", 0xFE53: "\u0303", 0xFE54: "\u0304", 0xFE55: "\u0306"},
    **{0xFE56: "\u0307", 0xFE57: "\u0308", 0xFE58: "\u030a", 0xFE59: "\u030b", 0xFE5A: "\u030c", 0xFE5B: "\u0327"},
    0xFE5C: "\u0328",
}
MODIFIERS = frozenset([*range(0xFFE1, 0xFFEF), *range(0xFE01, 0xFE10), 0xFF7E, 0xFF7F])
SUPER = (0xFFEB, 0xFFEC)


def letter(keysym: int) -> str:
    """The letter that a keysym is; empty where it is none."""
    if keysym in _KEYPAD:
        return _KEYPAD[keysym]
    if 0x20 <= keysym < 0x7F or 0xA0 <= keysym < 0x100:
        return chr(keysym)
    if keysym == 0x20AC:
        return "€"
    if _UNICODE + 0x100 <= keysym <= _UNICODE + 0x10FFFF:
        found = chr(keysym - _UNICODE)
        return found if unicodedata.category(found) not in ("Cc", "Cs", "Cn", "Co") else ""
    page, number = keysym >> 8, keysym & 0xFF
    if page in _PAGES and number >= 0xA0:
        return bytes([number]).decode(_PAGES[page], "ignore")
    return ""


def name(keysym: int) -> str:
    """What a key that writes no letter is called here; empty where it has no name."""
    return _NAMES.get(keysym, "")


def sign(keysym: int) -> str:
    """The combining sign of a dead key, which goes onto the next letter; empty for another key."""
    return _DEAD.get(keysym, "")


def joined(sign: str, letter: str) -> str:
    """A letter with the sign of a dead key; empty where Unicode has no such letter."""
    found = unicodedata.normalize("NFC", letter + sign)
    return found if len(found) == 1 else ""
