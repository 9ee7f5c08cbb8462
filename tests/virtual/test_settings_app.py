"""The Settings app: what it shows is what the phone's settings hold."""

from __future__ import annotations

import ast
import inspect
from datetime import datetime

import pytest
from PIL import ImageStat

from handsight.devices.virtual.apps import settings as settings_app
from handsight.devices.virtual.apps import settings_network
from handsight.devices.virtual.apps.settings import Settings

APPS = ["handsight.devices.virtual.apps.launcher", "handsight.devices.virtual.apps.settings"]

SWITCHES = [
    (["Network & internet"], "Wi-Fi", "global", "wifi_on"),
    (["Network & internet"], "Mobile data", "global", "mobile_data"),
    (["Connected devices"], "Bluetooth", "global", "bluetooth_on"),
    (["Notifications"], "On the lock screen", "secure", "lock_screen_show_notifications"),
    (["Notifications"], "Do not disturb", "global", "zen_mode"),
    (["Sound & vibration"], "Touch sounds", "system", "sound_effects_enabled"),
    (["Sound & vibration"], "Vibration on touch", "system", "haptic_feedback_enabled"),
    (["Display"], "Adaptive brightness", "system", "screen_brightness_mode"),
    (["Display"], "Night light", "secure", "night_display_activated"),
    (["Display"], "Auto-rotate screen", "system", "accelerometer_rotation"),
    (["Battery"], "Battery Saver", "global", "low_power"),
    (["Location"], "Use location", "secure", "location_mode"),
    (["Accessibility"], "Captions", "secure", "accessibility_captioning_enabled"),
    (["System", "Date & time"], "Set time automatically", "global", "auto_time"),
]


@pytest.fixture
def hand(thumb):
    hand = thumb(apps=APPS)
    hand.phone.launch("com.android.settings")
    hand.settle()
    return hand


def walk(hand, path):
    for name in path:
        hand.scroll_to(name)
        hand.tap(name)


def switch_beside(hand, name):
    """The switch on the row of that title."""
    row = next(node for node in hand.nodes() if any(child.text == name for child in node.children))
    return next(node for node in row.walk() if node.checkable)


@pytest.mark.parametrize(("path", "title", "space", "key"), SWITCHES, ids=[row[3] for row in SWITCHES])
def test_a_switch_and_its_setting_are_one(hand, path, title, space, key):
    walk(hand, path)
    values = hand.phone.settings[space]
    for _ in range(2):
        before = values[key] != "0"
        assert switch_beside(hand, title).checked is before
        hand.tap(title)
        assert (values[key] != "0") is not before
        assert switch_beside(hand, title).checked is not before
    for value in ("0", "1", "0"):  # somebody changes it behind the app's back
        values[key] = value
        assert switch_beside(hand, title).checked is (value == "1")


def test_airplane_mode_takes_the_radios_along_and_brings_them_back(hand):
    hand.tap("Network & internet")
    hand.tap("Airplane mode")
    states = hand.phone.settings["global"]
    assert (states["airplane_mode_on"], states["wifi_on"], states["bluetooth_on"]) == ("1", "0", "0")
    assert not switch_beside(hand, "Wi-Fi").checked
    assert "Office" not in hand.texts()
    hand.tap("Mobile data")  # cannot be turned on in the air
    assert not switch_beside(hand, "Mobile data").checked
    hand.tap("Airplane mode")
    assert (states["wifi_on"], states["bluetooth_on"]) == ("1", "1")


def test_joining_a_network_is_three_levels_deep_and_shows_everywhere(hand):
    walk(hand, ["Network & internet", "Office", "Connect"])
    assert "IP address" in hand.texts()
    hand.key(4)
    hand.key(4)
    assert "Office" in hand.texts()
    assert hand.phone.app("settings").network == "Office"


@pytest.mark.parametrize(
    ("path", "space", "key", "options"),
    [
        (["Display", "Screen timeout"], "system", "screen_off_timeout", settings_app.TIMEOUTS),
        (["Display", "Font size"], "system", "font_scale", settings_app.FONT_SIZES),
        (["System", "Gestures"], "secure", "navigation_mode", settings_app.NAVIGATION),
    ],
    ids=["timeout", "font", "navigation"],
)
def test_a_choice_and_its_setting_are_one(hand, path, space, key, options):
    walk(hand, path)
    for value, label in options.items():
        hand.phone.settings[space][key] = value
        chosen = [node for node in hand.nodes() if node.checkable and node.checked]
        assert len(chosen) == 1
        assert switch_beside(hand, label).checked
    for value, label in reversed(options.items()):
        if "Cancel" not in hand.texts() and path[-1] == "Screen timeout":
            hand.tap("Screen timeout")
        hand.tap(label)
        assert hand.phone.settings[space][key] == value


def test_a_setting_is_seen_wherever_it_is_shown(hand):
    hand.phone.settings["global"]["wifi_on"] = "0"
    assert "Off" in hand.texts()
    hand.phone.settings["secure"]["ui_night_mode"] = "2"
    assert "Dark theme on" in hand.texts()
    hand.phone.battery = 5
    assert "5%" in hand.texts()
    hand.phone.settings["system"]["font_scale"] = "1.15"
    walk(hand, ["Display"])
    assert "Large" in hand.texts()


def test_dark_theme_darkens_the_whole_phone(hand):
    walk(hand, ["Display", "Dark theme"])
    assert hand.phone.settings["secure"]["ui_night_mode"] == "2"
    assert hand.phone.dark
    assert ImageStat.Stat(hand.settle()).mean[0] < 60
    hand.phone.settings["secure"]["ui_night_mode"] = "1"
    assert ImageStat.Stat(hand.settle()).mean[0] > 200


def test_brightness_and_volumes_are_sliders_with_androids_ranges(hand):
    for path, title, key, high in (("Display", "Brightness", "screen_brightness", 255),
                                   ("Sound & vibration", "Ring volume", "volume_ring", 7)):  # fmt: skip
        hand.tap(path)
        left, top, right, bottom = next(node for node in hand.nodes() if node.description == title).bounds
        hand.phone.swipe((left + right) // 2, (top + bottom) // 2, right + 20, (top + bottom) // 2, 0.2)
        assert hand.phone.settings["system"][key] == str(high)
        hand.phone.settings["system"][key] = "3"
        assert "3" in [node.text for node in hand.nodes() if node.description == title]
        hand.key(4)


def test_the_volume_keys_turn_the_media_volume(hand):
    before = int(hand.phone.settings["system"]["volume_music"])
    hand.key(24)
    hand.key(24)
    hand.key(25)
    assert hand.phone.settings["system"]["volume_music"] == str(before + 1)


def test_screen_timeout_is_asked_for_in_a_dialog(hand):
    walk(hand, ["Display", "Screen timeout"])
    assert "Dark theme" not in hand.texts()
    hand.tap("5 minutes")
    assert hand.phone.settings["system"]["screen_off_timeout"] == "300000"
    assert "5 minutes" in hand.texts()
    assert "10 minutes" not in hand.texts()


def test_the_font_size_really_scales(hand):
    walk(hand, ["Display", "Font size"])
    small = hand.see("Preview").bounds
    hand.tap("Largest")
    large = hand.see("Preview").bounds
    assert hand.phone.settings["system"]["font_scale"] == "1.3"
    assert (large[3] - large[1]) == pytest.approx((small[3] - small[1]) * 1.3, abs=2)


def test_choosing_a_language_changes_the_words_of_all_system_apps(hand):
    walk(hand, ["System", "Languages", "简体中文（中国）"])
    assert hand.phone.language == "zh"
    assert "语言" in hand.texts()
    hand.key(3)
    assert "设置" in hand.texts()
    hand.tap("设置")
    hand.key(4)
    hand.key(4)
    hand.phone.settings["system"]["system_locales"] = "en-US"
    hand.phone.launch("com.android.settings")
    assert "Notifications" in hand.texts()


def test_about_phone_is_at_the_end_of_a_list_longer_than_the_screen(hand):
    assert "About phone" not in hand.texts()
    hand.scroll_to("About phone")
    hand.tap("About phone")
    for text in ("Model", "Virtual Phone", "Android version", "1080 × 2400", "420 dpi"):
        assert text in hand.texts()


def test_seven_taps_on_the_build_number_make_a_developer(hand):
    walk(hand, ["About phone"])
    hand.scroll_to("Build number")
    for _ in range(7):
        assert hand.phone.settings["global"]["development_settings_enabled"] == "0"
        hand.tap("Build number")
    assert hand.phone.settings["global"]["development_settings_enabled"] == "1"
    hand.key(4)
    hand.tap("System")
    hand.tap("Developer options")
    assert switch_beside(hand, "USB debugging").checked


def test_gesture_navigation_replaces_the_buttons_and_is_swiped(hand):
    walk(hand, ["System", "Gestures", "Gesture navigation"])
    assert hand.phone.settings["secure"]["navigation_mode"] == "2"
    hand.phone.swipe(2, 1200, 500, 1200, 0.2)
    hand.settle()
    assert "Languages" in hand.texts()
    hand.phone.swipe(540, 2390, 540, 1400, 0.2)
    hand.settle()
    assert hand.phone.foreground[0] == "com.android.launcher3"


def test_an_app_can_be_stopped_from_its_page_but_not_settings_itself(thumb, counter):
    hand = thumb(apps=[*APPS, counter])
    hand.phone.launch("org.example.counter")
    hand.phone.launch("com.android.settings")
    walk(hand, ["Apps", "Counter", "Force stop", "OK"])
    assert "org.example.counter" not in [app.package for app in hand.phone.running.recent]
    assert hand.phone.foreground[0] == "com.android.settings"
    hand.key(4)
    hand.tap("Settings")
    assert not next(n for n in hand.nodes() if any(c.text == "Force stop" for c in n.children)).enabled


@pytest.mark.parametrize("activity", sorted(settings_app.Settings.activities))
def test_every_page_with_an_activity_of_its_own_opens_directly(hand, activity):
    hand.phone.launch("com.android.settings", activity)
    assert hand.phone.foreground == ("com.android.settings", activity)
    assert "Navigate up" in [node.description for node in hand.nodes()]


@pytest.mark.parametrize("nonsense", ["nonsense", "", "nan", "inf", "-1e99", "0x10"])
def test_values_that_make_no_sense_do_not_break_the_pages(hand, nonsense):
    for space, key in (("system", "font_scale"), ("system", "screen_brightness"), ("system", "user_rotation"),
                       ("global", "transition_animation_scale"), ("system", "system_locales")):  # fmt: skip
        hand.phone.settings[space][key] = nonsense
    hand.tap("Display")
    assert hand.phone.frame().size == (1080, 2400)
    del hand.phone.settings["system"]["font_scale"]
    assert hand.phone.font_scale == 1.0


def test_everything_the_app_says_is_said_in_chinese_too():
    said = set()
    for module in (settings_app, settings_network):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in ("t", "_way", "_toggle"):
                    said.add(node.args[0].value)
    said |= {*settings_app.TIMEOUTS.values(), *settings_app.FONT_SIZES.values(), *settings_app.NAVIGATION.values()}
    assert len(said) > 80
    assert said - set(Settings.texts["zh"]) == set()
    assert all(words == "WLAN" or any(char > "⺀" for char in words) for words in Settings.texts["zh"].values())


def test_the_date_shown_is_the_phones(hand):
    walk(hand, ["System", "Date & time"])
    assert f"{datetime(2026, 3, 14):%Y-%m-%d}" in hand.texts()
