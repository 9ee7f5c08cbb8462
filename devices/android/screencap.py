"""Take pictures of a phone's screen with `screencap`, raw or as PNG, whichever this phone gives faster."""

from __future__ import annotations

import io
import math
import struct
import time
from collections.abc import Iterator

from PIL import Image, UnidentifiedImageError

from handsight.devices.android import dumpsys
from handsight.devices.android.link import Link, TookTooLong
from handsight.errors import CaptureFailed

_PNG = b"\x89PNG\r\n\x1a\n"
_ORDER = {1: "RGBX", 2: "RGBX", 5: "BGRX"}  # Android's pixel formats: RGBA, RGBX, BGRA
_LONGEST_SIDE = 16384
_LONGEST_LINE = 1000
_SLOW_S, _SLOWER = 1.0, 4.0  # a raw picture that takes longer, and so many times longer than at first, is given up

Way = tuple[str, ...]
RAW: Way = ("screencap",)
ENCODED: Way = ("screencap", "-p")


class Screencap:
    """Captures one phone's screen; the first time in both ways, to see which is faster.

    Of several panels it captures the one in use, by its id: left to itself, `screencap` takes any of them.

    Once the link was mended, or a raw picture took far longer than it did then, both ways are tried again: it may now
    be a slower link.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self.panel: Way = ()  # the words that name it, where there are several
        self.way: Way | None = None
        self.took: dict[Way, float] = {}  # seconds, of the ways that worked when they were last compared
        self._patience_s, self._mended = math.inf, link.mended

    def take(self) -> Image.Image:
        """Give the screen as it is now, RGB. Raises CaptureFailed."""
        if self.way and self._mended == self._link.mended:
            try:
                image = self._take(self.way)
            except TookTooLong:
                if self.way == ENCODED:
                    raise
            except CaptureFailed:  # cut short by a broken link, or another display: look anew
                self._link.ask("true")
            else:
                if not (self.panel and mostly_black(image) and self._panel_in_use() != self.panel):
                    return image  # else it was folded, or unfolded
        return self._choose()

    def _choose(self) -> Image.Image:
        self.panel = self._panel_in_use()
        took = self.took = {}
        self._mended, self._patience_s = self._link.mended, math.inf
        for way in (ENCODED, RAW):
            began = time.perf_counter()
            try:
                image = self._take(way)
            except TookTooLong:
                if way == ENCODED:
                    raise
            except CaptureFailed as failed:
                problem = failed
            else:
                took[way] = time.perf_counter() - began
                self._patience_s = 2 * took[way]
        if not took:
            raise problem
        # A raw picture takes the same time whatever it shows, a PNG takes longest on full screens and in transitions.
        self.way = ENCODED if RAW not in took or took.get(ENCODED, took[RAW]) < took[RAW] / 2 else RAW
        self._patience_s = max(_SLOW_S, _SLOWER * took[self.way])
        return image

    def _take(self, way: Way) -> Image.Image:
        data = self._link.fetch(*way, *self.panel, within_s=self._patience_s if way == RAW else math.inf)
        image = from_raw(data) if way == RAW else from_png(data)
        self._link.unseen = False
        return image

    def _panel_in_use(self) -> Way:
        if len(dumpsys.displays(self._link.ask("dumpsys", "SurfaceFlinger", "--display-id").stdout)) < 2:
            return ()
        panel = dumpsys.panel_in_use(self._link.ask("dumpsys", "display").stdout)
        return ("-d", panel) if panel else ()


def from_raw(data: bytes | bytearray) -> Image.Image:
    """Read what `screencap` writes: width, height, format, on newer phones a colour space, then the pixels.

    Lines of warning before it are skipped: the length says what is a picture.
    """
    for start in _starts(data):
        if len(data) - start < 12:
            break
        width, height, order = struct.unpack_from("<3I", data, start)
        header = len(data) - start - 4 * width * height
        if header in (12, 16) and order in _ORDER and 0 < max(width, height) <= _LONGEST_SIDE:
            return Image.frombytes("RGB", (width, height), memoryview(data)[start + header :], "raw", _ORDER[order])
    raise CaptureFailed(f"screencap gave no picture but {_excerpt(data)}")


def _starts(data: bytes | bytearray) -> Iterator[int]:
    """Where a picture may begin: at once, or after each line of text."""
    start = 0
    while True:
        yield start
        end = data.find(b"\n", start, start + _LONGEST_LINE)
        if end < 0 or not data[start:end].rstrip(b"\r").decode("ascii", "replace").isprintable():
            return
        start = end + 1


def from_png(data: bytes | bytearray) -> Image.Image:
    """Read what `screencap -p` writes; phones with several displays put a warning before the picture."""
    start = data.find(_PNG)
    if start >= 0:
        try:
            return Image.open(io.BytesIO(memoryview(data)[start:])).convert("RGB")
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            raise CaptureFailed(f"screencap gave a damaged picture: {error}") from None
    raise CaptureFailed(f"screencap gave no picture but {_excerpt(data)}")


def mostly_black(image: Image.Image) -> bool:
    """Whether the screen may be off or may hide its content: nearly every pixel is pure black."""
    small = image.resize((max(1, image.width // 8), max(1, image.height // 8)), Image.Resampling.NEAREST).convert("L")
    return small.histogram()[0] > 0.85 * small.width * small.height


def _excerpt(data: bytes | bytearray) -> str:
    text = " ".join(bytes(data[:120]).decode("utf-8", "replace").split())
    return f"{len(data)} bytes" + (f": {text!r}" if text.isprintable() and text else "")
