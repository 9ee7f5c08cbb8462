"""Desktops: this computer's own, or a private one that only an agent works."""

from handsight.devices.desktop.device import DesktopDevice, open_desktop
from handsight.devices.desktop.display import Display, open_display

__all__ = ["DesktopDevice", "Display", "open_desktop", "open_display"]
