"""A phone as the adb server tells of it, and whether it can be used."""

from __future__ import annotations

from dataclasses import dataclass

from handsight.errors import DeviceOffline, DeviceUnauthorized


@dataclass(frozen=True)
class Attached:
    """A phone that the adb server knows, with adb's word for its state: "device" is the good one."""

    serial: str
    state: str
    model: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.serial, self.model, "" if self.state == "device" else f"({self.state})")))

    def require_usable(self) -> None:
        """Raise unless the phone can be worked, saying what to do about it."""
        if self.state in ("unauthorized", "authorizing"):
            raise DeviceUnauthorized(f"{self.serial} has not allowed this computer: accept the dialog on its screen")
        if self.state == "no":  # "no permissions (...)"
            raise DeviceUnauthorized(f"this computer may not open {self.serial} over USB: add Android's udev rules")
        if self.state == "offline":
            raise DeviceOffline(f"{self.serial} is known and does not answer: unlock it and plug or connect it again")
        if self.state != "device":
            raise DeviceOffline(f"{self.serial} is in the state {self.state!r}: wait until Android has started on it")
