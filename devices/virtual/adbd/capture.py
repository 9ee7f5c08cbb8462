"""Pictures of the virtual screen in the forms that Android gives out, made once for each frame."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from handsight.png import bands, encode

if TYPE_CHECKING:
    from PIL.Image import Image

RGBA_8888 = 1
SRGB = 1
FRAMEBUFFER_VERSION = 2


class Captures:
    """`frame` gives the current picture, and the same object for as long as nothing changed."""

    def __init__(self, frame: Callable[[], Image]) -> None:
        self._frame = frame
        self._lock = threading.Lock()
        self._raw: tuple[Image, bytes] | None = None
        self._png: tuple[Image, bytes] | None = None

    def raw(self) -> bytes:
        """What `screencap` writes: width, height, pixel format and colour space as u32, then RGBA."""
        frame = self._frame()
        with self._lock:
            if self._raw is None or self._raw[0] is not frame:
                header = struct.pack("<4I", *frame.size, RGBA_8888, SRGB)
                pixels = (band.convert("RGBA").tobytes() for band in bands(frame))
                self._raw = frame, b"".join((header, *pixels))
            return self._raw[1]

    def png(self) -> bytes:
        """What `screencap -p` writes."""
        frame = self._frame()
        with self._lock:
            if self._png is None or self._png[0] is not frame:
                self._png = frame, encode(frame)
            return self._png[1]

    def framebuffer(self) -> tuple[bytes, memoryview]:
        """What the `framebuffer:` service sends: a header that says where each colour lies, and the RGBA pixels."""
        raw = self.raw()
        width, height = struct.unpack_from("<2I", raw)
        pixels = memoryview(raw)[16:]
        red, green, blue, alpha = (0, 8), (8, 8), (16, 8), (24, 8)
        header = struct.pack("<6I", FRAMEBUFFER_VERSION, 32, SRGB, len(pixels), width, height)
        return header + struct.pack("<8I", *red, *blue, *green, *alpha), pixels
