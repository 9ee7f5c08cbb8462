"""The virtual phone in words: "720x1280,dark,zh,density=320"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handsight.errors import UsageError
from handsight.plugins import importable

if TYPE_CHECKING:
    from handsight.devices.base import Device

_SIZE = re.compile(r"(\d+)x(\d+)")


def open_phone(settings: dict[str, Any]) -> Device:
    """Start a virtual phone with these settings, and open it as an Android device."""
    from handsight.devices.android import open_virtual
    from handsight.devices.virtual import VirtualPhone

    return open_virtual(VirtualPhone(**settings))


def phone_settings(options: str, apps: Sequence[str] = ()) -> dict[str, Any]:
    """Read "720x1280,dark,zh,density=320" as VirtualPhone takes it. Raises UsageError."""
    settings: dict[str, Any] = {}
    for option in filter(None, (part.strip() for part in options.split(","))):
        if size := _SIZE.fullmatch(option):
            settings["size"] = (int(size[1]), int(size[2]))
        elif density := re.fullmatch(r"density=(\d+)", option):
            settings["density"] = int(density[1])
        elif ime := re.fullmatch(r"no-ime|ime=(adbkeyboard|uiautomator2)", option):
            settings["ime"] = ime[1] or "none"
        elif quirk := re.fullmatch(r"quirk=(.+)", option):
            from handsight.devices.virtual.quirks import find_quirk

            settings["quirks"] = [*settings.get("quirks", ()), find_quirk(quirk[1]).name]
        elif option in ("dark", "light"):
            settings["dark"] = option == "dark"
        elif re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", option):
            settings["language"] = option
        else:
            raise UsageError(
                "a virtual phone is written as virtual:720x1280,dark,zh (or de, ja),density=320,no-ime (or "
                f"ime=uiautomator2),quirk=foldable; {option!r} is none of these"
            )
    if apps:
        from handsight.devices.virtual.apps import default_apps, load_apps

        with importable(Path.cwd()):
            settings["apps"] = [*default_apps(), *load_apps(apps)]
    return settings
