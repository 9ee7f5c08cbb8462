"""Somebody who has the virtual phone in hand: the panel and the keys feel it, and `getevent` tells of it.

What comes through `input` is not felt there, on a real phone neither.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from handsight.devices.virtual import keys
from handsight.devices.virtual.hardware import Hardware
from handsight.devices.virtual.touch import Finger, gesture

if TYPE_CHECKING:
    from handsight.devices.virtual.phone import Phone

_TAP_S = 0.06
_KEYS = {
    "volume_up": ("KEY_VOLUMEUP", keys.VOLUME_UP),
    "volume_down": ("KEY_VOLUMEDOWN", keys.VOLUME_DOWN),
    "power": ("KEY_POWER", keys.POWER),
    "back": ("KEY_BACK", keys.BACK),
    "home": ("KEY_HOMEPAGE", keys.HOME),
    "recents": ("KEY_APPSELECT", keys.RECENTS),
}


class Person:
    """Works the phone by hand. Places are pixels of its picture; each call takes as long as it does for a person."""

    def __init__(self, phone: Phone, hardware: Hardware) -> None:
        self._phone, self.hardware = phone, hardware
        self._finger: Finger | None = None

    def tap(self, x: float, y: float, seconds: float = _TAP_S) -> None:
        """Touch the screen, or hold the finger there."""
        self.swipe(x, y, x, y, seconds)

    def swipe(self, x1: float, y1: float, x2: float, y2: float, seconds: float = 0.3, rest: float = 0) -> None:
        """Move a finger; it rests at the end for the share `rest` of the time."""
        told: dict[str, Callable[[float, float], None]] = {"down": self.hardware.down, "move": self.hardware.move}

        def felt(phase: str, x: float, y: float) -> None:
            if phase == "up":
                self.hardware.up()
            else:
                told[phase](*self._upright(x, y))

        gesture(self._phone, x1, y1, x2, y2, seconds, rest=rest, felt=felt)

    def touch(self, phase: str, x: float, y: float) -> None:
        """One moment of a finger: "down", "move" or "up"; call it often while the finger is down, time counts too."""
        if phase != "down" and self._finger is None:
            return
        if phase == "up":
            self.hardware.up()
        else:
            (self.hardware.down if phase == "down" else self.hardware.move)(*self._upright(x, y))
        with self._phone._ready():
            if phase == "down":
                self._finger = Finger(self._phone, x, y)
            elif phase == "move" and self._finger and self._phone.awake:
                self._finger.move(x, y)
            elif self._finger:
                finger, self._finger = self._finger, None
                if self._phone.awake:
                    finger.up(x, y)

    def pinch(self, x: float, y: float, reach: float) -> None:
        """Put two fingers down and draw them apart; the phone makes nothing of it."""
        for finger in (0, 1):
            self.hardware.down(*self._upright(x, y + finger), finger)
        for finger in (0, 1):
            self.hardware.move(*self._upright(x, y + (reach if finger else -reach)), finger)
        for finger in (1, 0):
            self.hardware.up(finger)

    def press(self, key: str) -> None:
        """Press a key at the phone's side or below its screen: "volume_up", "power", "back"."""
        felt, code = _KEYS[key]
        self.hardware.key(felt)
        self._phone.key(code)

    def write(self, text: str) -> None:
        """Tap the keys of the soft keyboard, one after the other; "\\n" is the enter key, "\\b" deletes."""
        names = {" ": "space", "\n": "enter", "\b": "backspace"}
        for letter in text:
            shifted = letter.isalpha() and letter.isupper()
            for name in (["shift"] if shifted else []) + [names.get(letter, letter)]:
                self.tap(*self._key(name))

    def _key(self, name: str) -> tuple[float, float]:
        """Where a key of the soft keyboard is. Raises KeyError where it shows none of that name."""
        with self._phone.lock:
            self._phone.display.settle()
            keyboard = self._phone.stage.keyboard_spot
            for spot in keyboard.children if keyboard else ():
                if name in (spot.description, spot.text):
                    return spot.x + spot.width / 2, (keyboard.y if keyboard else 0) + spot.y + spot.height / 2
        raise KeyError(name)

    def _upright(self, x: float, y: float) -> tuple[float, float]:
        """The shares of the panel, which does not turn with the picture."""
        width, height = self._phone.size
        across, down = x / width, y / height
        turned = {0: (across, down), 1: (1 - down, across), 2: (1 - across, 1 - down), 3: (down, 1 - across)}
        return turned[self._phone.rotation]
