"""Where a list stands: it follows the finger, and glides on when the finger leaves."""

from __future__ import annotations

import math

GLIDE_S = 0.24  # a glide's time constant: it covers 63 % of its way in this time
_NEAR = 1.0  # pixels: what still glides can be seen to, so that a touch only stops what is seen to move


class Scroll:
    """An offset in pixels between 0 and `limit`, as a function of the clock."""

    def __init__(self, *, stick_to_end: bool = False) -> None:
        self.limit = 0.0
        self.extent = 0
        self.snap = 0  # a pager stands on multiples of this
        self._stick = stick_to_end
        self._fresh = True
        self._offset = 0.0
        self._glide: tuple[float, float, float] | None = None  # started at, from, to

    def fit(self, extent: int, content: int, now: float) -> None:
        """Take note of the window's extent and the content's, and stay within them."""
        at_end = self._stick and (self._fresh or self.at(now) >= self.limit - 1)
        self.extent, self.limit, self._fresh = extent, float(max(0, content - extent)), False
        if at_end:
            self.jump(self.limit)
        elif self._glide is None:
            self._offset = self._clamp(self._offset)

    @property
    def target(self) -> float:
        """Where it will come to rest."""
        return self._clamp(self._glide[2]) if self._glide else self._offset

    def at(self, now: float) -> float:
        """The offset at this moment."""
        if self._glide is not None:
            started, start, end = self._glide
            left = (start - end) * math.exp(-(now - started) / GLIDE_S)
            self._offset = self._clamp(end + left)
            near = abs(left) < _NEAR
            if near or self._offset != end + left:
                self._offset, self._glide = self._clamp(end if near else self._offset), None
        return self._offset

    def moving(self, now: float) -> bool:
        """Whether it still glides."""
        self.at(now)
        return self._glide is not None

    def hold(self, now: float) -> None:
        """Stop a glide: a finger is on it."""
        self._offset, self._glide = self.at(now), None

    def drag(self, distance: float) -> None:
        """Move by `distance` pixels at once."""
        self.jump(self._offset + distance)

    def jump(self, offset: float) -> None:
        """Stand at `offset` at once."""
        self._offset, self._glide = self._clamp(offset), None

    def fling(self, velocity: float, now: float) -> None:
        """Glide on from a finger that left with `velocity` pixels a second."""
        end = self.at(now) + velocity * GLIDE_S
        if self.snap:
            page = round(self._offset / self.snap)
            if abs(velocity) > self.snap * 0.5:
                page = math.floor(self._offset / self.snap) + (1 if velocity > 0 else 0)
            end = self._clamp(page * self.snap)
        self.glide(end, now)

    def glide(self, end: float, now: float) -> None:
        """Move to `end` smoothly."""
        self._glide = (now, self.at(now), end)

    def reveal(self, start: float, end: float) -> None:
        """Move just as far as needed to show the stretch from `start` to `end`."""
        if start < self._offset:
            self.jump(start)
        elif end > self._offset + self.extent:
            self.jump(min(end - self.extent, start))

    def _clamp(self, offset: float) -> float:
        return min(max(offset, 0.0), self.limit)
