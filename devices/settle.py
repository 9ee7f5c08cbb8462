"""Wait until a screen shows where the last act led: until it reacts, then until it rests.

A frame is compared as blocks of 8x8 pixels, by brightness: whole frames never come to rest on a caret or a spinner.
Motion that stays in one small place for a while (a spinner, a small video) is the screen's habit and is not waited for.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from handsight.types import Point, Screen, Settled

_BLOCK = 8  # pixels
_CELL = 4  # blocks; a spinner's arc passes every cell of its ring now and then, but not every block
_CARET_WIDE, _CARET_BLOCKS = 2, 16  # what a blinking text caret covers at most
_MOVED = [0] * 3 + [255] * 253  # brightness that differs by more than 2 of 255
_PRESENT = [0] + [255] * 255
_FEWEST = 4  # moves needed to speak of a habit, however slowly the frames come


@dataclass(frozen=True)
class Settle:
    """How long to wait for a screen, and what counts as rest."""

    react_s: float = 1.0
    quiet_s: float = 0.25
    habit_s: float = 0.75
    cap_s: float = 4.0
    quiet_share: float = 0.0005
    habit_share: float = 0.25
    top_share: float = 0.03
    frames_per_s: float = 30.0


SETTLE = Settle()


def settle(
    capture: Callable[[], Image.Image],
    before: Screen | None = None,
    *,
    acted: bool = True,
    numbers: Settle = SETTLE,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Screen:
    """Capture until the screen rests, and give the last frame with how it came to rest.

    `before` is the screen just before the act; None at the first look. With `acted=False` nothing was done since, so a
    reaction is not waited for. A frame counts from the moment its capture began, so slow captures need fewer of them.
    """
    began = clock()
    watch = _Watch(numbers, before, acted=acted)
    while True:
        started = clock()
        image = capture()
        took = clock() - started
        settled = watch.see(image, started - began)
        if settled:
            settled = watch.told(settled)
            waited = max(0.0, clock() - began - took)
            return Screen(
                image, settled=settled, timing={"settle": waited, "capture": took}, moving=watch.moving(settled)
            )
        interval = 1 / numbers.frames_per_s
        soonest, decisive = started + interval, began + watch.decisive_at + 0.001  # no less, by rounding
        sleep(max(0.0, (decisive if soonest < decisive < soonest + interval else soonest) - clock()))


class _Watch:
    """What was seen so far, as blocks: the frame before the act, the frame that may be the last, and each motion."""

    def __init__(self, numbers: Settle, before: Screen | None, *, acted: bool) -> None:
        self.numbers = numbers
        self.patience_s = numbers.react_s if acted else 0.0
        self.idle: Settled = "unchanged" if acted else "quiet"
        self.before = self._blocks(before.image) if before else None
        self.habit = before.moving if before else None
        self.reacted = before is None
        self.last: Image.Image | None = None
        self.rest: tuple[Image.Image, float] | None = None
        self.motions: list[tuple[float, Image.Image]] = []

    @property
    def decisive_at(self) -> float:
        """When the next frame that shows no motion ends the waiting."""
        return self.rest[1] + self.numbers.quiet_s if self.rest else self.patience_s

    def see(self, image: Image.Image, at: float) -> Settled | None:
        """Take in a frame captured `at` seconds after the act; say how the screen came to rest, once it has."""
        blocks = self._blocks(image)
        if self.before and self.before.size != blocks.size:
            self.before = self.habit = None
            self.reacted = True
        if self.last and self.last.size != blocks.size:
            self.last = self.rest = None
            self.motions.clear()
        if self.last:
            self.motions.append((at, _moved(self.last, blocks)))
            while len(self.motions) > _FEWEST and self.motions[0][0] <= at - self.numbers.habit_s:
                del self.motions[0]
        self.last = blocks
        if not self.reacted and self.before:
            self.reacted = _noticeable(_moved(self.before, blocks, but=self.habit), self._few(blocks))
            if not self.reacted:
                return self.idle if at >= self.patience_s else None
        return self._at_rest(blocks, at)

    def _at_rest(self, blocks: Image.Image, at: float) -> Settled | None:
        if self.rest is None or _count(_moved(self.rest[0], blocks)) > self._few(blocks):
            self.rest = (blocks, at)  # a slow fade is seen too: it is the distance from here that counts
        if at - self.rest[1] >= self.numbers.quiet_s:
            return "quiet"
        if self._only_habit(at):
            self.rest = None
            return "quiet"
        return "restless" if at >= self.numbers.cap_s else None

    def _only_habit(self, at: float) -> bool:
        """Whether something moves, and all that moves has stayed in one small place for `habit_s`."""
        if len(self.motions) < _FEWEST or at < self.numbers.habit_s:
            return False
        half = len(self.motions) // 2
        earlier, later = (_union([m for _, m in part]) for part in (self.motions[:half], self.motions[half:]))
        if later.getbbox() is None:
            return False
        if _count(ImageChops.lighter(earlier, later)) > self.numbers.habit_share * later.width * later.height:
            return False
        if ImageChops.subtract(_cells(later), _grown(_cells(earlier))).getbbox() or _scrolls(later):
            return False
        del self.motions[:half]  # it may hold the end of a transition
        return True

    def told(self, settled: Settled) -> Settled:
        """How it came to rest after all: unchanged, where only what moved before goes on moving, a little elsewhere."""
        moving = self.moving(settled) if settled == "quiet" and self.idle == "unchanged" else None
        if not (moving and self.habit and self.before and self.last):
            return settled
        left = _moved(self.before, self.last, but=_union([self.habit, _connected(self.habit, moving)]))
        if _noticeable(left, self._few(left)):
            return settled
        self.reacted = False
        return self.idle

    def moving(self, settled: Settled) -> Image.Image | None:
        """The mask of what never rested: what moved although the screen was at rest, or until the waiting ended."""
        since = self.rest[1] if self.rest and settled == "quiet" else 0.0
        masks = [motion for at, motion in self.motions if at > since]
        masks = [_around(_union(masks))] if masks else []
        if self.habit and not self.reacted:
            masks.append(self.habit)
        union = _union(masks) if masks else None
        return union if union and union.getbbox() else None

    def _blocks(self, image: Image.Image) -> Image.Image:
        blocks = _brightness(image)
        blocks.paste(0, (0, 0, blocks.width, math.ceil(blocks.height * self.numbers.top_share)))  # the status bar
        return blocks

    def _few(self, blocks: Image.Image) -> float:
        return max(self.numbers.quiet_share * blocks.width * blocks.height, _CARET_BLOCKS)


def changed_near(before: Screen, after: Screen, at: Point, radius_px: int = 64, share: float = 0.1) -> bool:
    """Whether what is at a place has changed between two looks: another app, another size, another picture around it.

    What never rested on `before` does not count, nor does up to `share` of the surroundings: a caret, a running clock.
    """
    if before.size != after.size or (before.app and after.app and before.app != after.app):
        return True
    width, height = before.size
    x, y = (int(min(max(0, v), end - 1)) // _BLOCK * _BLOCK for v, end in ((at.x, width), (at.y, height)))
    reach = math.ceil(radius_px / _BLOCK) * _BLOCK  # along the blocks of the mask
    around = (max(0, x - reach), max(0, y - reach), min(width, x + reach), min(height, y + reach))
    moved = _moved(_brightness(before.image.crop(around)), _brightness(after.image.crop(around)))
    if before.moving:
        left, top = around[0] // _BLOCK, around[1] // _BLOCK
        moved = ImageChops.subtract(moved, before.moving.crop((left, top, left + moved.width, top + moved.height)))
    return _count(moved) > share * moved.width * moved.height


def _brightness(image: Image.Image) -> Image.Image:
    return image.reduce(_BLOCK).convert("L")


def _moved(one: Image.Image, other: Image.Image, but: Image.Image | None = None) -> Image.Image:
    """255 where two frames of blocks differ, 0 elsewhere and where `but` is set."""
    moved = ImageChops.difference(one, other).point(_MOVED)
    return ImageChops.subtract(moved, but) if but else moved


def _count(mask: Image.Image) -> int:
    return mask.histogram()[255]


def _noticeable(mask: Image.Image, few: float) -> bool:
    """Whether a change is more than a caret's blink: one typed letter is."""
    bounds = mask.getbbox()
    return bounds is not None and (bounds[2] - bounds[0] > _CARET_WIDE or _count(mask) > few)


def _union(masks: list[Image.Image]) -> Image.Image:
    union = masks[0]
    for mask in masks[1:]:
        union = ImageChops.lighter(union, mask)
    return union


def _connected(seed: Image.Image, mask: Image.Image) -> Image.Image:
    """The parts of a mask that hang together with what both masks hold."""
    cells, found = _cells(mask), ImageChops.darker(_cells(seed), _cells(mask))
    while (more := ImageChops.darker(_grown(found), cells)) != found:
        found = more
    return _whole(found, mask.size)


def _scrolls(mask: Image.Image) -> bool:
    """Whether something moves in a tall and narrow strip: a column of words that scrolls, and comes to rest later."""
    cells = _cells(mask)
    columns = cells.resize((cells.width, 1), Image.Resampling.BOX).point(_PRESENT).tobytes()
    for strip in re.finditer(rb"\xff+", columns):
        bounds = cells.crop((strip.start(), 0, strip.end(), cells.height)).getbbox()
        tall = bounds[3] - bounds[1] if bounds else 0
        if tall > cells.height / 3 and tall > 2 * len(strip[0]):
            return True
    return False


def _around(mask: Image.Image) -> Image.Image:
    """The mask and its surroundings: what moves between two looks need not be what moved while looking."""
    return _whole(_grown(_cells(mask)), mask.size)


def _whole(cells: Image.Image, size: tuple[int, int]) -> Image.Image:
    whole = cells.resize((cells.width * _CELL, cells.height * _CELL), Image.Resampling.NEAREST)
    return whole.crop((0, 0, *size))


def _cells(mask: Image.Image) -> Image.Image:
    return mask.reduce(_CELL).point(_PRESENT)


def _grown(cells: Image.Image) -> Image.Image:
    return cells.filter(ImageFilter.MaxFilter(3))
