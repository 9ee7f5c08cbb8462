"""The pages of the Settings app about networks, and how its rows are tied to `phone.settings`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from handsight.devices.virtual.kit import App, Group, Page, Row, Switch

NETWORKS = {"Home": "Excellent", "Office": "Good", "Guest": "Fair"}


class SettingsPages(App):
    """Rows and switches that show and change one setting of the phone."""

    def _way(self, title: str, subtitle: str, icon: str, tint: str, page: Callable[[], Page]) -> Row:
        return Row(self.t(title), subtitle, icon=icon, tint=tint, on_tap=partial(self.open, page))

    def _toggle(self, title: str, space: str, name: str, icon: str = "") -> Switch:
        return Switch(self.t(title), self._on(space, name), self._switch(space, name), icon=icon)

    def _value(self, space: str, name: str) -> str:
        return self.phone.settings[space].get(name, "")

    def _on(self, space: str, name: str) -> bool:
        return self._value(space, name) not in ("", "0", "null")

    def _put(self, space: str, name: str, value: str) -> None:
        self.phone.settings[space][name] = value

    def _locate(self, on: bool) -> None:
        self._put("secure", "location_mode", "3" if on else "0")

    def _store(self, space: str, name: str) -> Callable[[str | float], None]:
        return lambda value: self._put(space, name, value if isinstance(value, str) else f"{value:g}")

    def _switch(self, space: str, name: str) -> Callable[[bool], None]:
        return lambda on: self._put(space, name, "1" if on else "0")


class NetworkPages(SettingsPages):
    """Wi-Fi, mobile data, airplane mode and Bluetooth."""

    network = "Home"

    def internet(self) -> Page:
        t, flying = self.t, self._on("global", "airplane_mode_on")
        rows = [Switch(t("Wi-Fi"), self._on("global", "wifi_on"), self._switch("global", "wifi_on"), icon="wifi")]
        wifi: list[Group] = [Group(rows)]
        if self._on("global", "wifi_on"):
            names = [
                Row(name, t("Connected") if name == self.network else t(strength), icon="wifi",
                    on_tap=partial(self.open, self.one_network, name))
                for name, strength in NETWORKS.items()
            ]  # fmt: skip
            wifi.append(Group(names, t("Available networks")))
        mobile = Switch(t("Mobile data"), self._on("global", "mobile_data") and not flying,
                        self._switch("global", "mobile_data"), icon="signal", enabled=not flying)  # fmt: skip
        airplane = Switch(t("Airplane mode"), flying, self._fly, icon="airplane")
        return Page(t("Network & internet"), [*wifi, Group([mobile, airplane], t("More"))])

    def one_network(self, name: str) -> Page:
        t = self.t
        connected = name == self.network
        join = Row(t("Connect"), icon="wifi", on_tap=partial(self._join, name))
        details = [
            Row(t("Signal strength"), t(NETWORKS[name])),
            Row(t("Security"), "WPA3"),
            Row(t("Frequency"), "5 GHz"),
        ]
        if connected:
            details.append(Row(t("IP address"), "192.168.1.23"))
        return Page(name, [Group(([] if connected else [join]) + details)])

    def bluetooth(self) -> Page:
        t, on = self.t, self._on("global", "bluetooth_on")
        groups = [Group([Switch(t("Bluetooth"), on, self._switch("global", "bluetooth_on"), icon="bluetooth")])]
        if on:
            name = self._value("secure", "bluetooth_name")
            groups.append(Group([Row(t("Device name"), name)], t("This phone")))
            known = [Row(t("Headphones"), t("Saved"), icon="music"), Row(t("Car"), t("Saved"), icon="phone")]
            groups.append(Group(known, t("Saved devices")))
        return Page(t("Connected devices"), groups)

    def _fly(self, on: bool) -> None:
        """Airplane mode turns the radios off, and Wi-Fi and Bluetooth come back with it."""
        self._put("global", "airplane_mode_on", "1" if on else "0")
        for name in ("wifi_on", "bluetooth_on"):
            self._put("global", name, "0" if on else "1")

    def _join(self, name: str) -> None:
        self.network = name
        self.toast(f"{self.t('Connected')}: {name}")
