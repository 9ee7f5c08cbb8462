"""From pixels of a screenshot to the numbers that a device's own input takes, and back; each device in one place."""

from __future__ import annotations

from collections.abc import Mapping

from handsight.types import Box, Point

Size = tuple[int, int]


def on_display(at: Point, shown: Size, display: Size | None) -> tuple[int, int]:
    """Where a place on a screenshot of size `shown` lies on a phone's display, in Android's own pixels.

    They differ where the picture has another size, as with `wm size`. `display` is the display's size as it was told
    last, None where nobody knows; what is told may lag behind a rotation, so the picture says which way up it is.
    """
    inner = _turned(shown, display)
    return _scaled(at.x, shown[0], inner[0]), _scaled(at.y, shown[1], inner[1])


def on_screenshot(box: Box, shown: Size, display: Size | None) -> Box:
    """Where a rectangle of a phone's display lies on a screenshot of size `shown`: the reverse of `on_display`."""
    inner = _turned(shown, display)
    x, y = shown[0] / inner[0], shown[1] / inner[1]
    return Box(box.left * x, box.top * y, box.right * x, box.bottom * y)


def on_desktop(at: Point, shown: Size, monitor: Mapping[str, int]) -> tuple[int, int]:
    """Where a place on a screenshot of a monitor lies on the desktop, in its points.

    `monitor` has left, top, width and height in points, of which a scaled display has fewer than pixels; a monitor to
    the left of the first, or above, begins below zero.
    """
    return (
        monitor["left"] + _scaled(at.x, shown[0], monitor["width"]),
        monitor["top"] + _scaled(at.y, shown[1], monitor["height"]),
    )


def from_desktop(at: tuple[int, int], shown: Size, monitor: Mapping[str, int]) -> Point | None:
    """Where a place on the desktop lies on a screenshot of a monitor: the middle of that point; None beside it."""
    across, down = at[0] - monitor["left"], at[1] - monitor["top"]
    if not (0 <= across < monitor["width"] and 0 <= down < monitor["height"]):
        return None
    return Point((across + 0.5) * shown[0] / monitor["width"], (down + 0.5) * shown[1] / monitor["height"])


def _turned(shown: Size, display: Size | None) -> Size:
    inner = display or shown
    return inner[::-1] if (inner[0] > inner[1]) != (shown[0] > shown[1]) else inner


def _scaled(at: float, shown: int, inner: int) -> int:
    """The pixel in which a place lies, never one beyond the last."""
    return min(max(0, int(at * inner / shown)), inner - 1)
