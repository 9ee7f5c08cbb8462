"""The soft keyboard: letters, signs, a number pad, and a thin strip for input methods without keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from handsight.devices.virtual.kit.layout import Spot
from handsight.devices.virtual.kit.paint import Canvas
from handsight.devices.virtual.kit.theme import Look
from handsight.devices.virtual.kit.widgets import text_spot

LETTERS = (
    tuple("qwertyuiop"),
    tuple("asdfghjkl"),
    ("shift", *"zxcvbnm", "backspace"),
    ("?123", ",", " ", ".", "enter"),
)
SIGNS = (tuple("1234567890"), tuple("@#$%&-+()/"), ("=<", *"*\"':;!?", "backspace"), ("ABC", ",", " ", ".", "enter"))
MORE = (tuple("~`|^_={}[]"), tuple("\\<>€£¥°…•§"), ("?123", *"«»¡¿÷×¶", "backspace"), ("ABC", ",", " ", ".", "enter"))
DIGITS = (("1", "2", "3", "-"), ("4", "5", "6", " "), ("7", "8", "9", "backspace"), (",", "0", ".", "enter"))
_WIDE = {" ": 4.2, "shift": 1.4, "backspace": 1.4, "enter": 1.6, "?123": 1.5, "ABC": 1.5, "=<": 1.4}
_ICONS = {"backspace": "backspace", "enter": "check", "shift": "shift"}


class Keyboard:
    """What the keyboard shows at the moment: which page of signs, and whether shift is on."""

    def __init__(self, press: Callable[[str], object]) -> None:
        """`press` is told a character, "backspace" or "enter"."""
        self._press = press
        self.page = "ABC"
        self.shift = False

    def reset(self) -> None:
        """Go back to small letters."""
        self.page, self.shift = "ABC", False

    def place(self, look: Look, width: int, most: int, *, kind: str, multiline: bool, keys: bool, name: str) -> Spot:
        """Lay it out, at most `most` pixels high. Without `keys` it is the strip of an input method that has none."""
        px, theme = look.px, look.theme
        spot = Spot(
            width, max(1, min(px(244) if keys else px(36), most)), cls="android.inputmethodservice.SoftInputWindow"
        )
        spot.mark(Canvas.fill, (0, 0, width, spot.height), theme.keyboard)
        if not keys:
            label = text_spot(look, name, "small", width, theme.faint, align="center", lines=1)
            spot.put(label, 0, (spot.height - label.height) // 2)
            return spot
        numeric = kind in ("number", "phone")
        rows = DIGITS if numeric else {"ABC": LETTERS, "?123": SIGNS, "=<": MORE}[self.page]
        line = (spot.height - px(12)) // len(rows)
        unit = (width - px(6)) / (4 if numeric else 10)
        for i, row in enumerate(rows):
            wide = [1.0 if numeric else _WIDE.get(name, 1.0) for name in row]
            stretch = min(1.0, (4 if numeric else 10) / sum(wide))
            x = (width - sum(wide) * unit * stretch) / 2
            for name, share in zip(row, wide, strict=True):
                left, right = round(x), round(x + share * unit * stretch)
                spot.put(self._key(look, name, right - left, line, multiline), left, px(6) + i * line)
                x += share * unit * stretch
        return spot

    def _key(self, look: Look, name: str, width: int, height: int, multiline: bool) -> Spot:
        px, theme = look.px, look.theme
        char = name.upper() if self.shift and len(name) == 1 else name
        spot = Spot(width, height, cls="android.inputmethodservice.Keyboard$Key", text="" if name in _ICONS else char,
                    description="space" if name == " " else char, on_tap=partial(self._hit, char))  # fmt: skip
        pad_x, pad_y = min(px(3), width // 4), min(px(4), height // 4)
        special = len(name) > 1
        ground, ink = (theme.tonal, theme.on_tonal) if special else (theme.key, theme.text)
        if name == "enter":
            ground, ink = theme.primary, theme.on_primary
        radius = px(24) if name in ("enter", "?123", "ABC") else px(8)
        spot.mark(Canvas.round, (pad_x, pad_y, width - pad_x, height - pad_y), radius, ground)
        if name in _ICONS:
            icon = "shift_on" if name == "shift" and self.shift else _ICONS[name]
            if name == "enter" and multiline:
                icon = "return"
            side = min(px(22), width, height)
            spot.mark(Canvas.icon, icon, (width - side) // 2, (height - side) // 2, side, ink)
            return spot
        size, _, weight = look.style("title" if not special else "label")
        size = max(4, min(round(size / look.font_scale), height // 2))
        mask = look.fonts.mask(char, size, weight)
        spot.mark(Canvas.text, (width - mask.width) // 2, (height - mask.height) // 2, char, size, weight, ink)
        return spot

    def _hit(self, name: str) -> None:
        if name == "shift":
            self.shift = not self.shift
        elif name in ("?123", "ABC", "=<"):
            self.page, self.shift = name, False
        else:
            self.shift = False
            self._press(name)
