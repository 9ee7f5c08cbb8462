"""Draws on a picture: boxes with smooth corners, text, icons, pictures; moved and clipped as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from handsight.devices.virtual.kit.fonts import Fonts, line_box
from handsight.devices.virtual.kit.icons import corner_mask, icon_mask
from handsight.devices.virtual.kit.theme import Color, mix

Rect = tuple[int, int, int, int]  # left, top, right, bottom; right and bottom are exclusive
_FITTED: dict[tuple[int, tuple[int, int]], tuple[Image.Image, Image.Image]] = {}  # by the id of a picture that is kept
_MOST_FITTED = 48


def overlap(a: Rect, b: Rect) -> Rect | None:
    """What two boxes have in common, or None."""
    left, top, right, bottom = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return (left, top, right, bottom) if left < right and top < bottom else None


def fitted(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """`image` at another size. The last ones are kept: a page is drawn again and again with the same pictures."""
    if size == image.size:
        return image
    known = _FITTED.get((id(image), size))
    if known is None:
        if len(_FITTED) >= _MOST_FITTED:
            for old in list(_FITTED)[: _MOST_FITTED // 2]:
                _FITTED.pop(old, None)
        known = _FITTED[id(image), size] = image, image.resize(size, reducing_gap=2.0)
    return known[1]


class Canvas:
    """A picture (RGB) to draw on. Places are relative to the canvas's origin, which `moved` shifts."""

    def __init__(self, image: Image.Image, fonts: Fonts) -> None:
        self.image = image
        self.fonts = fonts
        self.light = 1.0  # what is drawn is darkened to this share: far cheaper than darkening a whole picture later
        self._x = self._y = 0
        self._clip: Rect = (0, 0, *image.size)

    @contextmanager
    def moved(self, x: int, y: int, clip: Rect | None = None) -> Iterator[bool]:
        """Put the origin at (x, y), and draw only within `clip` (both relative to now). Gives whether any is seen."""
        saved = self._x, self._y, self._clip
        seen = overlap(self._clip, self._shift(clip)) if clip else self._clip
        self._x, self._y, self._clip = self._x + x, self._y + y, seen or (0, 0, 0, 0)
        try:
            yield seen is not None
        finally:
            self._x, self._y, self._clip = saved

    def sees(self, box: Rect) -> bool:
        """Whether any of `box` would be seen."""
        return overlap(self._clip, self._shift(box)) is not None

    def fill(self, box: Rect, color: Color) -> None:
        """Fill a box."""
        seen = overlap(self._clip, self._shift(box))
        if seen:
            self.image.paste(self._lit(color), seen)

    def round(self, box: Rect, radius: int, color: Color) -> None:
        """Fill a box with round corners."""
        self.corners(box, (radius,) * 4, color)

    def corners(self, box: Rect, radii: tuple[int, ...], color: Color) -> None:
        """Fill a box whose corners have each their own radius: top left, top right, bottom right, bottom left."""
        left, top, right, bottom = box
        most = max(0, min(right - left, bottom - top) // 2)
        a, b, c, d = (min(max(0, r), most) for r in radii)
        upper, lower = max(a, b), max(c, d)
        self.fill((left, top + upper, right, bottom - lower), color)
        self.fill((left + a, top, right - b, top + upper), color)
        self.fill((left + d, bottom - lower, right - c, bottom), color)
        for r, x, y, down, right_side in ((a, left, top, 0, 0), (b, right - b, top, 0, 1),
                                          (d, left, bottom - d, 1, 0), (c, right - c, bottom - c, 1, 1)):  # fmt: skip
            if r:
                u, v = right_side * r, down * r
                self._stamp(color, x, y, corner_mask(r), (u, v, u + r, v + r))
            rest = (lower if down else upper) - r  # where the neighbour's corner is larger
            start = y - rest if down else y + r
            self.fill((x, start, x + r, start + rest), color)

    def ring(self, box: Rect, radius: int, width: int, color: Color, inside: Color) -> None:
        """Draw a box's outline, and fill it."""
        left, top, right, bottom = box
        self.round(box, radius, color)
        self.round((left + width, top + width, right - width, bottom - width), max(0, radius - width), inside)

    def disc(self, x: int, y: int, radius: int, color: Color) -> None:
        """Fill a circle around (x, y)."""
        if radius > 0:
            self._stamp(color, x - radius, y - radius, corner_mask(radius))

    def text(self, x: int, y: int, text: str, size: int, weight: str, color: Color) -> None:
        """Write one line into the line box whose top left corner is (x, y)."""
        if text and self.sees((x, y, x + 1_000_000, y + line_box(size))):
            self._stamp(color, x, y, self.fonts.mask(text, size, weight))

    def icon(self, name: str, x: int, y: int, size: int, color: Color) -> None:
        """Draw an icon into the square at (x, y)."""
        if size > 0:
            self._stamp(color, x, y, icon_mask(name, size))

    def picture(self, image: Image.Image, x: int, y: int, mask: Image.Image | None = None) -> None:
        """Put a picture (RGB) at (x, y)."""
        self._stamp(image, x, y, mask, (0, 0, *image.size))

    def _shift(self, box: Rect) -> Rect:
        return box[0] + self._x, box[1] + self._y, box[2] + self._x, box[3] + self._y

    def _stamp(
        self, what: Color | Image.Image, x: int, y: int, mask: Image.Image | None, part: Rect | None = None
    ) -> None:
        """Paste a colour through (a part of) a mask, or a picture, cut to the clip."""
        if part is None:
            assert mask is not None
            part = (0, 0, *mask.size)
        x, y = x + self._x, y + self._y
        seen = overlap(self._clip, (x, y, x + part[2] - part[0], y + part[3] - part[1]))
        if seen is None:
            return
        source = part[0] + seen[0] - x, part[1] + seen[1] - y, part[0] + seen[2] - x, part[1] + seen[3] - y
        if mask is not None and source != (0, 0, *mask.size):
            mask = mask.crop(source)
        if isinstance(what, Image.Image):
            what = what if source == (0, 0, *what.size) else what.crop(source)
            if self.light < 1:
                what = what.point([round(level * self.light) for level in range(256)] * 3)
        else:
            what = self._lit(what)
        self.image.paste(what, seen, mask)

    def _lit(self, color: Color) -> Color:
        return color if self.light == 1 else mix((0, 0, 0), color, self.light)
