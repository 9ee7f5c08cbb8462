"""The Settings app: what it shows is what `phone.settings` holds, and nothing else."""

from __future__ import annotations

from functools import partial

from handsight.devices.virtual.apps.settings_network import NetworkPages
from handsight.devices.virtual.apps.settings_words import LANGUAGES, TEXTS
from handsight.devices.virtual.kit import App, Card, Dialog, Group, Page, Row, Slider, Space, Switch, Text, radios

TIMEOUTS = {"15000": "15 seconds", "30000": "30 seconds", "60000": "1 minute", "300000": "5 minutes",
            "600000": "10 minutes"}  # fmt: skip
FONT_SIZES = {"0.85": "Small", "1.0": "Default", "1.15": "Large", "1.3": "Largest"}
NAVIGATION = {"0": "3-button navigation", "2": "Gesture navigation"}
BUILD = "HS1A.260314.001"


class Settings(NetworkPages):
    package = "com.android.settings"
    activity = ".Settings"
    labels = {"en": "Settings", "zh": "设置", "de": "Einstellungen", "ja": "設定"}
    texts = TEXTS
    icon, color = "settings", "#546E7A"
    activities = {
        ".wifi.WifiSettings": "internet",
        ".bluetooth.BluetoothSettings": "bluetooth",
        ".DisplaySettings": "display",
        ".SoundSettings": "sound",
        ".LocationSettings": "location",
        ".LanguageSettings": "languages",
        ".DevelopmentSettings": "developer",
        ".deviceinfo.AboutPhone": "about",
    }
    build_taps = 0

    def main(self) -> Page:
        t = self.t
        wifi = self.network if self._on("global", "wifi_on") else t("Off")
        located = t("On") if self._on("secure", "location_mode") else t("Off")
        language = LANGUAGES.get(self._value("system", "system_locales"), "English")
        dark = t("Dark theme on") if self._value("secure", "ui_night_mode") == "2" else t("Dark theme off")
        return Page(
            self.label(),
            [
                Group(
                    [
                        self._way("Network & internet", wifi, "wifi", "#1E88E5", self.internet),
                        self._way("Connected devices", t("Bluetooth"), "bluetooth", "#3949AB", self.bluetooth),
                    ]
                ),
                Group(
                    [
                        self._way("Apps", t("All apps on this phone"), "apps", "#00897B", self.apps),
                        self._way("Notifications", t("On the lock screen, do not disturb"), "bell", "#F4511E",
                                  self.notifications),
                        self._way("Sound & vibration", t("Volume, haptics"), "volume", "#8E24AA", self.sound),
                        self._way("Display", dark, "display", "#FB8C00", self.display),
                        self._way("Battery", f"{self.phone.battery}%", "battery", "#43A047", self.battery),
                        self._way("Storage", t("38% used of 128 GB"), "storage", "#6D4C41", self.storage),
                    ]
                ),
                Group(
                    [
                        self._way("Security & privacy", t("Screen lock, app permissions"), "shield", "#00838F",
                                  self.security),
                        self._way("Location", located, "location", "#E53935", self.location),
                        self._way("Accessibility", t("Font size, captions, colours"), "accessibility", "#5E35B1",
                                  self.accessibility),
                    ]
                ),
                Group(
                    [
                        self._way("System", f"{language}, {t('gestures, time')}", "info", "#546E7A", self.system),
                        self._way("About phone", self.phone.model, "system", "#37474F", self.about),
                    ]
                ),
            ],
            large=True,
        )  # fmt: skip

    # Apps, notifications, sound

    def apps(self) -> Page:
        shown = [app for app in self.phone.apps.values() if not app.hidden]
        rows = [
            Row(app.label(), app.package, icon=app.icon, tint=app.color, on_tap=partial(self.open, self.one_app, app))
            for app in sorted(shown, key=lambda app: app.label())
        ]
        return Page(self.t("Apps"), [Group(rows)])

    def one_app(self, app: App) -> Page:
        t = self.t
        stop = Row(t("Force stop"), icon="warning", on_tap=partial(self._ask_stop, app), enabled=app is not self)
        launch = Row(t("Open"), icon="play", on_tap=partial(self.phone.launch, app.package))
        facts = [Row(t("Version"), app.version), Row(t("Package"), app.package)]
        return Page(app.label(), [Group([launch, stop]), Group(facts, t("App info"))])

    def notifications(self) -> Page:
        t = self.t
        shown = self._toggle("On the lock screen", "secure", "lock_screen_show_notifications", "lock")
        quiet = self._toggle("Do not disturb", "global", "zen_mode", "moon")
        return Page(t("Notifications"), [Group([shown, quiet])])

    def sound(self) -> Page:
        t = self.t
        volumes = {"volume_music": ("Media volume", 15, "music"), "volume_ring": ("Ring volume", 7, "bell"),
                   "volume_notification": ("Notification volume", 7, "message"),
                   "volume_alarm": ("Alarm volume", 7, "clock")}  # fmt: skip
        sliders = [
            Slider(t(title), self.phone.number("system", key, 0), self._store("system", key), high=high, icon=icon)
            for key, (title, high, icon) in volumes.items()
        ]
        touch = self._toggle("Touch sounds", "system", "sound_effects_enabled")
        haptics = self._toggle("Vibration on touch", "system", "haptic_feedback_enabled")
        return Page(t("Sound & vibration"), [Group(sliders, t("Volume")), Group([touch, haptics], t("Feedback"))])

    # Display

    def display(self) -> Page:
        t = self.t
        bright = Slider(t("Brightness"), self.phone.number("system", "screen_brightness", 0),
                        self._store("system", "screen_brightness"), low=1, high=255, icon="sun")  # fmt: skip
        adaptive = self._toggle("Adaptive brightness", "system", "screen_brightness_mode")
        dark = Switch(t("Dark theme"), self._value("secure", "ui_night_mode") == "2", self._darken, icon="moon")
        night = self._toggle("Night light", "secure", "night_display_activated", "eye")
        turn = self._toggle("Auto-rotate screen", "system", "accelerometer_rotation", "rotate")
        timeout = Row(t("Screen timeout"), t(TIMEOUTS.get(self._value("system", "screen_off_timeout"), "1 minute")),
                      icon="timer", on_tap=partial(self.show, self.ask_timeout))  # fmt: skip
        size = Row(t("Font size"), t(FONT_SIZES.get(self._value("system", "font_scale"), "Default")), icon="text_size",
                   on_tap=partial(self.open, self.font_size))  # fmt: skip
        return Page(t("Display"), [Group([bright, adaptive], t("Brightness")), Group([dark, night], t("Appearance")),
                                   Group([size, timeout, turn], t("Screen"))])  # fmt: skip

    def ask_timeout(self) -> Dialog:
        options = {value: self.t(label) for value, label in TIMEOUTS.items()}
        rows = radios(options, self._value("system", "screen_off_timeout"), self._choose_timeout)
        return Dialog(self.t("Screen timeout"), body=rows, buttons=[(self.phone.word("Cancel"), None)])

    def font_size(self) -> Page:
        t = self.t
        options = {value: t(label) for value, label in FONT_SIZES.items()}
        rows = radios(options, self._value("system", "font_scale"), self._store("system", "font_scale"))
        sample = Text(t("The quick brown fox jumps over the lazy dog."))
        return Page(t("Font size"), [Card([Text(t("Preview"), style="label"), sample]), Group(rows, t("Font size"))])

    # Battery, storage, security, location, accessibility

    def battery(self) -> Page:
        t = self.t
        level = Text(f"{self.phone.battery}%", style="display")
        saver = self._toggle("Battery Saver", "global", "low_power", "battery")
        awake = self._toggle("Stay awake while charging", "global", "stay_on_while_plugged_in", "sun")
        return Page(t("Battery"), [Card([level, Text(t("About 1 day left"), faint=True)]), Group([saver, awake])])

    def storage(self) -> Page:
        used = {"Apps": "22 GB", "Images": "11 GB", "Videos": "9 GB", "Documents": "1.4 GB", "System": "5.2 GB"}
        total = Card([Text("48.6 GB", style="display"), Text(self.t("used of 128 GB"), faint=True)])
        return Page(self.t("Storage"), [total, Group([Row(self.t(name), value=size) for name, size in used.items()])])

    def security(self) -> Page:
        t = self.t
        lock = Row(t("Screen lock"), t("Swipe"), icon="lock")
        return Page(t("Security & privacy"), [Group([lock, Row(t("App permissions"), t("Allowed only while in use"),
                                                               icon="key")])])  # fmt: skip

    def location(self) -> Page:
        t = self.t
        switch = Switch(t("Use location"), self._on("secure", "location_mode"), self._locate, icon="location")
        note = Text(t("Apps with permission may see where the phone is."), style="small", faint=True)
        return Page(t("Location"), [Group([switch]), Space(4), note])

    def accessibility(self) -> Page:
        t = self.t
        size = Row(t("Font size"), t(FONT_SIZES.get(self._value("system", "font_scale"), "Default")), icon="text_size",
                   on_tap=partial(self.open, self.font_size))  # fmt: skip
        captions = self._toggle("Captions", "secure", "accessibility_captioning_enabled", "message")
        invert = self._toggle("Colour inversion", "secure", "accessibility_display_inversion_enabled", "eye")
        return Page(t("Accessibility"), [Group([size, invert, captions])])

    # System

    def system(self) -> Page:
        t = self.t
        rows = [
            self._way(
                "Languages", LANGUAGES.get(self._value("system", "system_locales"), ""), "globe", "", self.languages
            ),
            self._way(
                "Gestures", t(NAVIGATION.get(self._value("secure", "navigation_mode"), "")), "up", "", self.gestures
            ),
            self._way("Date & time", "", "calendar", "", self.date_time),
        ]
        if self._on("global", "development_settings_enabled"):
            rows.append(self._way("Developer options", "", "settings", "", self.developer))
        return Page(t("System"), [Group(rows)])

    def languages(self) -> Page:
        rows = radios(LANGUAGES, self._value("system", "system_locales"), self._store("system", "system_locales"))
        return Page(self.t("Languages"), [Group(rows, self.t("System language"))])

    def gestures(self) -> Page:
        options = {value: self.t(label) for value, label in NAVIGATION.items()}
        rows = radios(options, self._value("secure", "navigation_mode"), self._store("secure", "navigation_mode"))
        return Page(self.t("Gestures"), [Group(rows, self.t("System navigation"))])

    def date_time(self) -> Page:
        auto = self._toggle("Set time automatically", "global", "auto_time", "clock")
        now = self.phone.now()
        facts = [Row(self.t("Date"), value=f"{now:%Y-%m-%d}"), Row(self.t("Time"), value=f"{now:%H:%M}")]
        return Page(self.t("Date & time"), [Group([auto, *facts])])

    def developer(self) -> Page:
        debugging = self._toggle("USB debugging", "global", "adb_enabled", "system")
        return Page(self.t("Developer options"), [Group([debugging])])

    def about(self) -> Page:
        t, phone = self.t, self.phone
        width, height = phone.physical_size
        basic = {"Device name": self._value("global", "device_name"), "Model": phone.model,
                 "Serial number": phone.serial, "Android version": "14"}  # fmt: skip
        details = {"Screen": f"{width} × {height}", "Density": f"{phone.density} dpi", "IP address": "192.168.1.23",
                   "Wi-Fi address": "02:00:5e:00:53:01", "Bluetooth address": "02:00:5e:00:53:02",
                   "Up time": f"{int(phone.clock()) // 60} min", "Kernel version": "6.6.30"}  # fmt: skip
        build = Row(t("Build number"), BUILD, on_tap=self._tap_build)
        return Page(t("About phone"), [
            Group([Row(t(name), value) for name, value in basic.items()], t("Basic info")),
            Group([Row(t(name), value) for name, value in details.items()], t("Device details")),
            Group([build]),
        ])  # fmt: skip

    # What the rows do

    def _darken(self, on: bool) -> None:
        self.phone.changes("fade")
        self._put("secure", "ui_night_mode", "2" if on else "1")

    def _choose_timeout(self, value: str) -> None:
        self._put("system", "screen_off_timeout", value)
        self.dismiss()

    def _ask_stop(self, app: App) -> None:
        text = self.t("If you force stop an app, it may misbehave.")
        self.confirm(self.t("Force stop?"), text, self.phone.word("OK"), partial(self.phone.stop, app.package))

    def _tap_build(self) -> None:
        self.build_taps += 1
        if self.build_taps >= 7:
            self._put("global", "development_settings_enabled", "1")
            self.toast(self.t("You are now a developer!"))
