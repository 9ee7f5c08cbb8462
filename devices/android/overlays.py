"""Warn of developer options that draw on the screen: what they draw is in every picture the model sees."""

from __future__ import annotations

import logging

from handsight.devices.android.link import Link

_DRAWN = {
    "pointer_location": ("Pointer location", "its lines hide things and make every touch look like a change"),
    "show_touches": ("Show taps", "its dots may hide what is touched"),
}
_log = logging.getLogger("handsight")


def drawn(link: Link) -> list[str]:
    """Say which of them are on, a sentence each."""
    lines = link.ask("settings", "list", "system").stdout.split()
    return [
        f"the developer option {name!r} of the phone is on: {why}; turn it off"
        for setting, (name, why) in _DRAWN.items()
        if f"{setting}=1" in lines
    ]


def warn(link: Link) -> None:
    """Warn of each that is on, through the logger `handsight`, which writes to standard error unless told otherwise."""
    for sentence in drawn(link):
        _log.warning(sentence)
