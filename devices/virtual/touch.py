"""A finger on the screen: it taps, holds, drags a list or a slider, and flings."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from handsight.devices.virtual.kit.layout import Hit, Spot
from handsight.devices.virtual.kit.pages import Page
from handsight.devices.virtual.kit.scroll import Scroll

if TYPE_CHECKING:
    from handsight.devices.virtual.phone import Phone
    from handsight.devices.virtual.stage import Window

SLOP_DP, EDGE_DP = 8, 20
HOLD_S = 0.5
_TICK_S, _LEAST_S = 0.008, 0.001  # how often a finger is felt; a shorter wait might not move the clock at all
_RECENT_S = 0.1  # the stretch over which a fling's speed is taken


class Finger:
    """One touch from down to up. Its methods are called under the phone's lock."""

    def __init__(self, phone: Phone, x: float, y: float) -> None:
        """Put the finger down."""
        self._phone = phone
        self._down = self._last = (x, y)
        self._started = phone.clock()
        self._slop = phone.scale * SLOP_DP
        self._trail: deque[tuple[float, float, float]] = deque([(self._started, x, y)], maxlen=64)
        self._window: Window | None
        self._window, self._hits = phone.stage.hit(int(x), int(y))
        self._scroll: Scroll | None = None
        self._axis = ""
        self._slider: Hit | None = None
        self._moved = self._used = False
        for hit in self._hits:
            if hit.spot.scroll and hit.spot.scroll.moving(self._started):
                hit.spot.scroll.hold(self._started)
                self._used = True  # a touch on a gliding list only stops it

    def move(self, x: float, y: float) -> None:
        """Move it, or keep it where it is: call it often, time counts too."""
        now = self._phone.clock()
        self._trail.append((now, x, y))
        if not self._moved:
            if math.dist((x, y), self._down) > self._slop:
                self._begin(x - self._down[0], y - self._down[1])
            elif now - self._started >= HOLD_S and not self._used:
                held = next((hit.spot for hit in reversed(self._hits) if hit.spot.on_long_press), None)
                if held and held.on_long_press and held.enabled:
                    self._used = True
                    held.on_long_press()
                    self._phone.changed()
        if self._slider:
            self._slide(x)
        elif self._scroll:
            self._scroll.drag(self._last[0] - x if self._axis == "x" else self._last[1] - y)
            self._phone.display.moved()
        self._last = x, y

    def up(self, x: float, y: float) -> None:
        """Lift it."""
        self.move(x, y)
        if self._scroll:
            vx, vy = self._speed()
            self._scroll.fling(-vx if self._axis == "x" else -vy, self._phone.clock())
            self._tell_page()
        elif self._moved and not self._slider and not self._used:
            self._tell_swipe(x, y)
        elif not self._moved and not self._used:
            self._tap(x, y)
        self._phone.display.moved()

    def _begin(self, dx: float, dy: float) -> None:
        """It has moved further than by accident: decide what it drags."""
        self._moved, self._axis = True, "x" if abs(dx) > abs(dy) else "y"
        if self._navigates(dx, dy):
            return
        for hit in reversed(self._hits):
            if hit.spot.on_slide and self._axis == "x":
                self._slider = hit
                return
            if hit.spot.scroll and hit.spot.scroll_axis == self._axis and hit.spot.scroll.limit > 0:
                self._scroll = hit.spot.scroll
                self._scroll.hold(self._phone.clock())
                return

    def _navigates(self, dx: float, dy: float) -> bool:
        """Where gestures navigate, a swipe that begins at the edge is the system's: up is home, from a side is back."""
        phone, (x, y) = self._phone, self._down
        if phone.locked or phone.settings["secure"].get("navigation_mode") != "2":
            return False
        margin = EDGE_DP * phone.scale
        if y >= phone.stage.navigation.y and dy < -abs(dx):
            phone.press_button("home")
        elif (x < margin and dx > abs(dy)) or (x > phone.size[0] - margin and -dx > abs(dy)):
            phone.press_button("back")
        else:
            return False
        self._used = True
        phone.changed()
        return True

    def _tap(self, x: float, y: float) -> None:
        if self._window and not isinstance(self._window.content, Page) and len(self._hits) == 1:
            if self._window.content.cancelable:
                self._window.content.dismiss()
            return
        for hit in reversed(self._hits):
            spot = hit.spot
            if spot.on_slide:
                self._slider = hit
                self._slide(x)
                return
            if spot.edit and spot.enabled and self._window:
                index = spot.edit.index_at(int(x) - hit.x, int(y) - hit.y, self._phone.fonts)
                self._phone.start_editing(self._window.memory, spot.key, index)
                return
            if spot.on_tap or not spot.enabled:
                if spot.on_tap and spot.enabled:
                    spot.on_tap()
                    self._phone.changed()
                return

    def _slide(self, x: float) -> None:
        assert self._slider is not None
        spot: Spot = self._slider.spot
        if spot.on_slide:
            spot.on_slide(min(max((x - self._slider.x) / spot.width, 0.0), 1.0))
            self._phone.changed()

    def _tell_swipe(self, x: float, y: float) -> None:
        """Tell the page of a swipe that moved nothing; upwards it opens the lock screen."""
        dx, dy = x - self._down[0], y - self._down[1]
        way = ("right" if dx > 0 else "left") if abs(dx) > abs(dy) else ("down" if dy > 0 else "up")
        content = self._window.content if self._window else None
        if self._phone.locked:
            self._phone.locked = way != "up"
        elif isinstance(content, Page) and content.on_swipe:
            content.on_swipe(way)
            self._phone.changed()

    def _speed(self) -> tuple[float, float]:
        """Pixels a second over the last moments."""
        end, x, y = self._trail[-1]
        start, from_x, from_y = next(((t, a, b) for t, a, b in self._trail if t >= end - _RECENT_S), self._trail[0])
        if end - start <= 0:
            return 0.0, 0.0
        return (x - from_x) / (end - start), (y - from_y) / (end - start)

    def _tell_page(self) -> None:
        spot = next((hit.spot for hit in self._hits if hit.spot.scroll is self._scroll), None)
        if spot and spot.on_page and self._scroll and self._scroll.snap:
            spot.on_page(round(self._scroll.target / self._scroll.snap))
            self._phone.changed()


Felt = Callable[[str, float, float], None]
"""Told "down", "move" or "up", and where."""


def gesture(
    phone: Phone, x1: float, y1: float, x2: float, y2: float, seconds: float, *, rest: float, felt: Felt | None = None
) -> None:
    """Carry out a touch; the finger rests at its end for the share `rest` of the time. `felt` is told of it first."""
    felt = felt or (lambda phase, x, y: None)
    with phone._finger_lock:
        felt("down", x1, y1)
        started = phone.clock()
        with phone._ready():
            finger = Finger(phone, x1, y1) if phone.awake else None
        while (passed := phone.clock() - started) < seconds:
            share = min(passed / (seconds * (1 - rest)), 1.0)
            at = x1 + (x2 - x1) * share, y1 + (y2 - y1) * share
            felt("move", *at)
            with phone._ready():
                if finger:
                    finger.move(*at)
            phone._sleep(max(min(_TICK_S, seconds - passed), _LEAST_S))
        felt("move", x2, y2)
        felt("up", x2, y2)
        with phone._ready():
            if finger:
                finger.up(x2, y2)
