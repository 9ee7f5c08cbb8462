"""What a person writes by the soft keyboard: not the keys, which every keyboard has elsewhere, but what comes of them.

The field that has the focus is read from the phone's UI tree, which takes a second or more on real phones: once before
the first key, and whenever the fingers rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from handsight.devices.android.field import Field
from handsight.devices.base import Gesture
from handsight.types import MASKED

REST_S = 0.4  # without a key, after which the field is read
UNREAD = "text was typed, and its field was gone before it could be read; wait a second after typing"
GONE = "text was typed and is gone again; if the keyboard sent it, that is not recorded"

Read = Callable[[], Field | None]


class Writing:
    """Follows what is written into one field after another. `read` gives the one that has the focus."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._before: Field | None = None
        self._known = False  # whether the field was read before its first key
        self.began: float | None = None
        self._touched = self._looked = 0.0
        self._seen: Field | None = None
        self._held = False  # whether it ever held something else than before

    def ready(self) -> None:
        """Read the field before anything is written into it; to be called while the keyboard is up and all rests."""
        if self.began is None and not self._known:
            self._before, self._known = self._read(), True

    def key(self, began: float, ended: float) -> None:
        """A key of the keyboard was touched."""
        self.began = self.began or began
        self._touched = ended

    def rest(self, now: float) -> None:
        """Read the field, if the fingers rest and it was not read since."""
        if self.began is not None and self._looked <= self._touched and now - self._touched >= REST_S:
            self._look()

    def end(self) -> list[Gesture]:
        """Say what was written, since something else is done now, and begin anew."""
        began, self.began = self.began, None
        if began is None:
            self._known = False
            return []
        if self._looked <= self._touched:
            self._look(again=True)
        stale = self._looked <= self._touched
        told = self._told(began, stale=stale)
        self._known, self._before, self._seen, self._held = False, None, None, False
        return told

    def _look(self, *, again: bool = False) -> None:
        """Read the field. `again`, when something was done meanwhile: only a field known by its id is taken then."""
        began = time.monotonic()
        found = self._read()
        known = self._seen or self._before
        if found is None or (again and not (known and known.id and known.id == found.id)):
            return
        self._seen, self._looked = found, began
        self._held = self._held or not (found.empty or (self._before and found.text == self._before.text))

    def _told(self, began: float, *, stale: bool) -> list[Gesture]:
        before, after, ended = self._before, self._seen, self._touched
        if (before and before.password) or (after and after.password):
            return [Gesture("type_text", {"text": MASKED}, began=began, ended=ended)]
        if after is None or stale:
            return [Gesture("", began=began, ended=ended, words=UNREAD)]
        old = None if before is None else "" if before.empty else before.text
        new = "" if after.empty else after.text
        if new == old:
            return [Gesture("", began=began, ended=ended, words=GONE)] if self._held else []
        clear = [] if old == "" else [Gesture("clear_text", began=began, ended=ended)]
        return [*clear, *([Gesture("type_text", {"text": new}, began=began, ended=ended)] if new else [])]
