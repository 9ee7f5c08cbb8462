"""The picture on the panel: drawn when something changed, kept while nothing did, and on its way in between."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image

from handsight.devices.virtual.kit.theme import BLACK
from handsight.devices.virtual.transitions import SECONDS, Transition

if TYPE_CHECKING:
    from handsight.devices.virtual.phone import Phone


class Display:
    """Keeps the layout and the picture of one phone up to date."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._unsettled = self._stale = True  # the layout, the picture
        self._picture: Image.Image | None = None
        self._transition: Transition | None = None
        self._minute = ""
        self._rebuild_at = float("inf")
        self.above: list[Callable[[Image.Image, float], Image.Image]] = []  # drawn last, by the clock

    def changed(self) -> None:
        """Lay out anew, and draw anew, before it is next looked at."""
        self._unsettled = self._stale = True

    def moved(self) -> None:
        """Draw anew before it is next looked at."""
        self._stale = True

    def begin(self, kind: str) -> None:
        """Begin a transition from what is seen now to what will be."""
        phone, now = self._phone, self._phone.clock()
        seconds = SECONDS[kind] * phone.motion
        if self._picture is not None and seconds > 0 and phone.awake:
            old = self._picture if self._unsettled else self._draw(now)
            if self._transition and not self._transition.over(now) and self._transition.old.size == old.size:
                old = self._transition.frame(old, now)
            self._transition = Transition(kind, old, now, seconds, phone.stage.keyboard_top, phone.stage.navigation.y)
        self.changed()

    def settle(self) -> None:
        """Lay everything out, if anything changed."""
        minute = self._phone.now().strftime("%H:%M")
        now = self._phone.clock()
        if minute != self._minute or now >= self._rebuild_at:
            self._minute = minute
            self.changed()
        for _ in range(3):  # laying out may itself change something: a field that is gone takes its keyboard along
            if not self._unsettled:
                return
            self._unsettled = False
            self._phone.stage.lay_out()
            wait = self._phone.stage.due()
            self._rebuild_at = now + wait if wait else float("inf")

    def frame(self) -> Image.Image:
        """The picture as it is this moment; the same object as long as nothing changed."""
        now = self._phone.clock()
        if not self._phone.awake:
            return black(self._phone.size)
        picture = self._draw(now)
        if self._transition and (self._transition.over(now) or self._transition.old.size != picture.size):
            self._transition = None
        if self._transition:
            picture = self._transition.frame(picture, now, self._phone.stage.keyboard_top)
        for draw in self.above:
            picture = draw(picture, now)
        return picture

    def _draw(self, now: float) -> Image.Image:
        moving = self._phone.stage.moving(now)
        if self._picture is None or self._stale or moving:
            self._picture = self._phone.stage.paint()
            self._stale = moving
        return self._picture


@lru_cache(4)
def black(size: tuple[int, int]) -> Image.Image:
    """A black picture: the screen is off."""
    return Image.new("RGB", size, BLACK)
