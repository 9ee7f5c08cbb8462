"""The phone's settings, as `settings get` and `settings put` know them: three namespaces of text values."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Callable

SYSTEM = {
    "accelerometer_rotation": "0",
    "font_scale": "1.0",
    "haptic_feedback_enabled": "1",
    "screen_brightness": "128",
    "screen_brightness_mode": "0",
    "screen_off_timeout": "60000",
    "sound_effects_enabled": "1",
    "system_locales": "en-US",
    "time_12_24": "24",
    "user_rotation": "0",
    "volume_alarm": "6",
    "volume_music": "8",
    "volume_notification": "5",
    "volume_ring": "5",
}
SECURE = {
    "accessibility_captioning_enabled": "0",
    "accessibility_display_inversion_enabled": "0",
    "android_id": "5ee1f00d5ee1f00d",
    "bluetooth_name": "Virtual phone",
    "default_input_method": "org.handsight.keyboard/.Keyboard",
    "enabled_input_methods": "org.handsight.keyboard/.Keyboard",
    "location_mode": "3",
    "lock_screen_show_notifications": "1",
    "navigation_mode": "0",
    "night_display_activated": "0",
    "ui_night_mode": "1",
}
GLOBAL = {
    "adb_enabled": "1",
    "airplane_mode_on": "0",
    "animator_duration_scale": "1.0",
    "auto_time": "1",
    "bluetooth_on": "1",
    "development_settings_enabled": "0",
    "device_name": "Virtual phone",
    "low_power": "0",
    "mobile_data": "1",
    "stay_on_while_plugged_in": "0",
    "transition_animation_scale": "1.0",
    "wifi_on": "1",
    "window_animation_scale": "1.0",
    "zen_mode": "0",
}


class Namespace(UserDict[str, str]):
    """A dict of texts that tells when it changes."""

    def __init__(self, values: dict[str, str], changed: Callable[[], object]) -> None:
        self._changed: Callable[[], object] = lambda: None
        super().__init__(values)
        self._changed = changed

    def __setitem__(self, key: str, value: str) -> None:
        super().__setitem__(key, str(value))
        self._changed()

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self._changed()


def default_settings(changed: Callable[[], object]) -> dict[str, Namespace]:
    """The settings of a new phone; `changed` is called whenever one of them changes."""
    return {
        "system": Namespace(SYSTEM, changed),
        "secure": Namespace(SECURE, changed),
        "global": Namespace(GLOBAL, changed),
    }
