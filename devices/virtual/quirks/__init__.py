"""The quirks of real phones, each a switch of the virtual one: `VirtualPhone(quirks=("foldable",))`.

A quirk is a row of a table in the file of its kind: what it is, where it was seen, what handsight does about it, and a
function that puts it into a phone. It stands before the commands of the phone's shell, which know nothing of it.
"""

from __future__ import annotations

from handsight.devices.virtual.quirks import motion, pictures, screens, touches
from handsight.devices.virtual.quirks.quirk import Quirk
from handsight.errors import UnknownName

__all__ = ["QUIRKS", "Quirk", "find_quirk"]

QUIRKS: dict[str, Quirk] = {quirk.name: quirk for kind in (pictures, screens, touches, motion) for quirk in kind.QUIRKS}


def find_quirk(name: str) -> Quirk:
    """The quirk of that name. Raises UnknownName, which lists them all."""
    if name not in QUIRKS:
        raise UnknownName(f"no quirk is called {name!r}; there are: {', '.join(QUIRKS)}")
    return QUIRKS[name]
