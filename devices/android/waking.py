"""Bring a phone to where it can be worked: screen on, lock screen away. A secret is a person's to enter."""

from __future__ import annotations

import time
from collections.abc import Callable

from handsight.devices.android import dumpsys
from handsight.devices.android.link import Link
from handsight.errors import NeedsHuman, ScreenOff

WAKE_S, UNLOCK_S = 6.0, 2.0
_POLL_S = 0.1
_WAKE = "224"  # never 26, which would turn a screen off that is on
_SWIPE_MS = "250"


def wake(link: Link, press: Callable[..., None], name: str) -> None:
    """Turn the screen on and a plain lock screen away.

    `press` is the `input` command, with its words. Raises ScreenOff when the screen stays off, NeedsHuman when the
    phone stays locked.
    """
    if not is_awake(link):
        press("keyevent", _WAKE)
        if not _comes(lambda: is_awake(link), WAKE_S):
            raise ScreenOff(f"the screen of {name} does not turn on: wake the phone by hand")
    locked, secret = _keyguard(link)
    if not locked:
        return
    link.ask("wm", "dismiss-keyguard")
    if _comes(lambda: not _keyguard(link)[0], UNLOCK_S):
        return
    if not secret and (size := dumpsys.front(link.ask("dumpsys", "window").stdout).size):
        x, low, high = str(size[0] // 2), str(size[1] * 4 // 5), str(size[1] // 5)
        press("swipe", x, low, x, high, _SWIPE_MS)
        if _comes(lambda: not _keyguard(link)[0], UNLOCK_S):
            return
    why = "asks for its PIN, pattern or finger" if secret else "stays locked"
    raise NeedsHuman(f"{name} {why}: unlock it by hand and try again, or set its screen lock to Swipe")


def is_awake(link: Link) -> bool:
    """Whether the screen is on."""
    return dumpsys.is_awake(link.ask("dumpsys", "power").stdout)


def _keyguard(link: Link) -> tuple[bool, bool]:
    return dumpsys.keyguard(link.ask("dumpsys", "window", "policy").stdout)


def _comes(true: Callable[[], bool], within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True
