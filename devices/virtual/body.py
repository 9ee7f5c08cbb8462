"""What the phone is made of: its panel, its power, its clock and its settings."""

from __future__ import annotations

import math
import secrets
import threading
from collections.abc import Callable
from datetime import datetime

from handsight.devices.virtual.files import VirtualFiles
from handsight.devices.virtual.kit.fonts import Fonts, system_fonts
from handsight.devices.virtual.kit.languages import LANGUAGES
from handsight.devices.virtual.kit.theme import DARK, LIGHT
from handsight.devices.virtual.preferences import default_settings

WORDS = {
    "zh": {"Cancel": "取消", "OK": "确定", "Navigate up": "转到上一层级", "Swipe up to unlock": "向上滑动解锁"},
    "de": {
        "Cancel": "Abbrechen",
        "OK": "OK",
        "Navigate up": "Nach oben",
        "Swipe up to unlock": "Zum Entsperren nach oben wischen",
    },
    "ja": {
        "Cancel": "キャンセル",
        "OK": "OK",
        "Navigate up": "上へ移動",
        "Swipe up to unlock": "上にスワイプしてロックを解除",
    },
}


class Body:
    """The parts of a phone that stand still: everything here can be read and set from outside."""

    def __init__(
        self,
        *,
        size: tuple[int, int],
        density: int | None,
        dark: bool,
        language: str,
        name: str,
        model: str,
        serial: str | None,
        fonts: Fonts | None,
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self.lock = threading.RLock()
        self.name, self.model, self.serial = name, model, serial or f"virtual-{secrets.token_hex(4)}"
        self.clock, self.now = clock, now
        self.booted_ns = 10**9 + secrets.randbelow(10**9)  # what `ro.boottime.init` says: another at each start
        self._fonts = fonts
        self.themes = (LIGHT, DARK)
        self.physical_size = size
        self.physical_density = density or max(72, round(420 * min(size) / 1080))
        self._override_size: tuple[int, int] | None = None
        self._override_density: int | None = None
        self._awake, self._battery = True, 87
        self.pin_lock = False  # whether only a person gets past the lock screen
        self.keeps_secret = False  # whether every app forbids pictures of itself
        self.settings = default_settings(self.changed)
        self.settings["system"]["system_locales"] = LANGUAGES.get(language, language)
        self.settings["secure"]["ui_night_mode"] = "2" if dark else "1"
        self.settings["global"]["device_name"] = name
        self.files = VirtualFiles(lambda: self.now().timestamp())

    def changed(self) -> None:
        """Note that something changed: everything is laid out anew before it is next looked at."""
        raise NotImplementedError

    @property
    def density(self) -> int:
        """Dots per inch in force."""
        return self._override_density or self.physical_density

    @property
    def scale(self) -> float:
        """Pixels per dp."""
        return self.density / 160

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture now."""
        width, height = self._override_size or self.physical_size
        return (height, width) if self.rotation % 2 else (width, height)

    @property
    def override_size(self) -> tuple[int, int] | None:
        """Another size than the panel's own, as `wm size` sets it."""
        return self._override_size

    @override_size.setter
    def override_size(self, size: tuple[int, int] | None) -> None:
        self._override_size = size
        self.changed()

    @property
    def override_density(self) -> int | None:
        """Another density than the panel's own, as `wm density` sets it."""
        return self._override_density

    @override_density.setter
    def override_density(self, density: int | None) -> None:
        self._override_density = density
        self.changed()

    @property
    def rotation(self) -> int:
        """Quarter turns from upright, 0..3."""
        text = self.settings["system"].get("user_rotation", "0")
        return int(text) if text in ("0", "1", "2", "3") else 0

    @rotation.setter
    def rotation(self, turns: int) -> None:
        if turns not in (0, 1, 2, 3):
            raise ValueError(f"a rotation is 0, 1, 2 or 3 quarter turns, not {turns!r}")
        self.settings["system"]["user_rotation"] = str(turns)

    @property
    def language(self) -> str:
        """The system's language: "en", "zh", "de", "ja"."""
        return self.settings["system"].get("system_locales", "en").partition("-")[0].lower()

    @property
    def fonts(self) -> Fonts:
        """The fonts that were given, else the system's; Chinese and Japanese write some characters differently."""
        return self._fonts or (system_fonts("JP") if self.language == "ja" else system_fonts())

    def word(self, text: str) -> str:
        """A word of the system in the phone's language."""
        return WORDS.get(self.language, {}).get(text, text)

    @property
    def dark(self) -> bool:
        """Whether the dark theme is on."""
        return self.settings["secure"].get("ui_night_mode") == "2"

    @property
    def font_scale(self) -> float:
        """The factor by which text is enlarged."""
        return min(max(self.number("system", "font_scale", 1.0), 0.5), 2.5)

    @property
    def motion(self) -> float:
        """The factor by which transitions are stretched; 0 turns them off."""
        return max(0.0, self.number("global", "transition_animation_scale", 1.0))

    @property
    def awake(self) -> bool:
        """Whether the screen is on."""
        return self._awake

    @awake.setter
    def awake(self, on: bool) -> None:
        self._awake = on
        self.changed()

    @property
    def battery(self) -> int:
        """Charge in percent."""
        return self._battery

    @battery.setter
    def battery(self, percent: int) -> None:
        self._battery = percent
        self.changed()

    @property
    def ime(self) -> str:
        """The input method in use."""
        return self.settings["secure"].get("default_input_method", "")

    @ime.setter
    def ime(self, name: str) -> None:
        self.settings["secure"]["default_input_method"] = name

    def number(self, space: str, name: str, otherwise: float) -> float:
        """A setting that is a number, or what it is otherwise: anyone may put anything there."""
        try:
            number = float(self.settings[space].get(name, ""))
        except ValueError:
            return otherwise
        return number if math.isfinite(number) else otherwise
