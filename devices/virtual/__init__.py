"""A phone without hardware that the real adb accepts: `VirtualPhone`."""

from __future__ import annotations

from handsight.devices.virtual.served import VirtualPhone

__all__ = ["VirtualPhone"]
