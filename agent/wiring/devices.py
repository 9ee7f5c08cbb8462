"""Which device "virtual", "desktop", a serial or `pkg.module:Class` stands for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from handsight.errors import UnknownName, UsageError
from handsight.plugins import brought
from handsight.wiring.desktops import desktop_settings, private_settings
from handsight.wiring.gyms import gym_settings, open_environment
from handsight.wiring.later import later
from handsight.wiring.phones import open_phone, phone_settings

if TYPE_CHECKING:
    from handsight.devices.base import Device


def open_device(words: str | None = None) -> Device:
    """Open a device: "virtual" ("virtual:720x1280,dark,zh"), "desktop" ("desktop:2,pointer", "desktop:window=TITLE"),
    "private:PROGRAM" on a display of its own, "gym:ID", a serial, host:port or "pkg.module:Class".

    None is the only phone that is attached.
    """
    return device_opener(words)()


def device_opener(words: str | None = None, *, apps: Sequence[str] = ()) -> Callable[[], Device]:
    """Understand which device is meant. `apps` are modules with apps to install on a virtual phone."""
    kind, _, options = (words or "").partition(":")
    if kind == "virtual":
        settings = phone_settings(options, apps)
        return lambda: open_phone(settings)
    if apps:
        raise UsageError("--apps installs apps on a virtual phone: use it with --device virtual")
    if kind == "gym":
        environment = gym_settings(options)
        return lambda: open_environment(environment)
    if kind == "desktop":
        return later("handsight.devices.desktop:open_desktop", **desktop_settings(options))
    if kind == "private":
        return later("handsight.wiring.desktops:open_private", **private_settings(options))
    found = brought("handsight.devices", words)
    if found:
        return found
    if words is not None and not words.strip():
        kinds = "virtual, desktop, private:PROGRAM, gym:ID, a serial, host:port or pkg.module:Class"
        raise UnknownName(f"a device is {kinds}; none was named")
    return later("handsight.devices.android:open_android", words)
