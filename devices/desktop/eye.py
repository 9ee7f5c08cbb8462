"""The picture of this computer's screens, through mss."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image, ImageDraw

from handsight.errors import CaptureFailed, ExtraMissing, NoDevice

Area = Mapping[str, int]
"""left, top, width and height in the desktop's points; a monitor left of the first, or above, begins below zero."""

_ARROW = ((0, 0), (0, 17), (4, 13), (7, 20), (10, 19), (7, 12), (12, 12))  # its tip is the place


def open_eye() -> Eye:
    """Connect to the screens. Raises NoDevice, or CaptureFailed where the system keeps its screen to itself."""
    try:
        import mss
    except ImportError as problem:
        raise ExtraMissing("desktop", "seeing a desktop") from problem
    try:
        grabber = mss.MSS()
        return Eye(grabber, grabber.monitors)
    except mss.ScreenShotError as problem:
        raise NoDevice(f"the display {os.environ.get('DISPLAY', '')} cannot be seen: {problem}") from problem


class Eye:
    """Sees areas of the desktop."""

    def __init__(self, grabber: Any, monitors: Sequence[Area]) -> None:
        self._grabber = grabber
        self._monitors = monitors

    @property
    def desktop(self) -> Area:
        """All monitors together."""
        return self._monitors[0]

    @property
    def monitors(self) -> Sequence[Area]:
        """Each monitor, the first being the primary one where the system says which that is."""
        return self._monitors[1:]

    def grab(self, area: Area, pointer: tuple[int, int] | None = None) -> Image.Image:
        """What an area shows, in pixels, with an arrow where the `pointer` is. Raises CaptureFailed."""
        import mss

        try:
            shot = self._grabber.grab(dict(area))
        except mss.ScreenShotError as problem:
            raise CaptureFailed(f"the screen cannot be captured: {problem}") from problem
        image = Image.frombytes("RGB", shot.size, bytes(shot.bgra), "raw", "BGRX")
        if pointer is not None:
            draw_pointer(image, pointer, area)
        return image

    def close(self) -> None:
        self._grabber.close()


def draw_pointer(image: Image.Image, at: tuple[int, int], area: Area) -> None:
    """Draw an arrow whose tip is the place `at` of the desktop, as large as on a screen of so many pixels a point."""
    scale = image.width / area["width"]
    x, y = (at[0] - area["left"]) * scale, (at[1] - area["top"]) * scale
    outline = [(x + right * scale, y + down * scale) for right, down in _ARROW]
    ImageDraw.Draw(image).polygon(outline, fill="white", outline="black")
