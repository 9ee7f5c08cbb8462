"""What Windows and macOS want to be told or asked before their screen is looked at or worked."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from handsight.errors import NoDevice

_FRAMEWORKS = "/System/Library/Frameworks/{0}.framework/{0}"
_PER_MONITOR_V2 = -4


def prepare(platform: str, load: Callable[[str], Any] = ctypes.CDLL) -> None:
    """Do what the system wants first; on X11 that is nothing. Raises NoDevice where the user has to allow something.

    `load` opens a library of the system by its name.
    """
    if platform == "win32":
        _true_pixels(load("user32"))
    elif platform == "darwin":
        _allowed(load)


def _true_pixels(user32: Any) -> None:
    """Ask for true pixels on monitors that are scaled, each by a factor of its own.

    Without it Windows stretches pictures and shrinks places. It has to be said before anything else looks at the
    screen; said a second time it changes nothing.
    """
    try:
        user32.SetProcessDpiAwarenessContext(ctypes.c_void_p(_PER_MONITOR_V2))
    except AttributeError:  # before Windows 10, version 1703
        user32.SetProcessDPIAware()


def _allowed(load: Callable[[str], Any]) -> None:
    """See that macOS lets this program see and work the screen: else it shows bare wallpaper and drops clicks."""
    lacking = []
    if not load(_FRAMEWORKS.format("CoreGraphics")).CGPreflightScreenCaptureAccess():
        lacking.append("Screen Recording")
    if not load(_FRAMEWORKS.format("ApplicationServices")).AXIsProcessTrusted():
        lacking.append("Accessibility")
    if lacking:
        raise NoDevice(
            f"macOS keeps the screen from this program: allow {' and '.join(lacking)} for your terminal under "
            "System Settings, Privacy & Security, and start it again"
        )
