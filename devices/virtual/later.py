"""What happens by itself after a while: what apps asked for, and the end of a short message."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handsight.devices.virtual.phone import Phone

TOAST_S = 2.0


class Later:
    """The things that are due on a phone, by its clock."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._due: list[tuple[float, Callable[[], object]]] = []
        self._toast_ends = 0.0
        self.toast_text = ""  # the short message on the screen, if there is one

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        """Do something later."""
        self._due.append((self._phone.clock() + seconds, act))

    def toast(self, text: str) -> None:
        """Show a short message for two seconds."""
        self.toast_text, self._toast_ends = text, self._phone.clock() + TOAST_S
        self._phone.changed()

    def run_due(self) -> None:
        """Do what has become due, the earliest first."""
        now = self._phone.clock()
        due = sorted((entry for entry in self._due if entry[0] <= now), key=lambda entry: entry[0])
        self._due = [entry for entry in self._due if entry[0] > now]
        for _, act in due:
            act()
            self._phone.changed()
        if self.toast_text and now >= self._toast_ends:
            self._phone.changes("fade")
            self.toast_text = ""
