"""What stands at a place on a screen, for the policy: a second opinion on what a call is about to touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handsight.sight.lines import Line
from handsight.types import Box, Point, Screen

if TYPE_CHECKING:
    from handsight.sight.ocr import Ocr

_BAND = 0.05  # of the screen's height, above and below: a button and its words
_ASIDE = 0.15  # of the width of a screen that is wider than high, where a row is not one thing


class Labels:
    """Reads the words at a place. With the reader's own `ocr` they have been read already; else only a band is."""

    def __init__(self, ocr: Ocr | None = None) -> None:
        self._ocr = ocr
        self._band: Ocr | None = None

    def __call__(self, screen: Screen, at: Point) -> str:
        """The line of text at `at`, or the nearest beside it in the same row; "" where there is none."""
        if self._ocr is not None:
            return nearest(self._ocr.read(screen.image), at)
        from handsight.sight.ocr import Ocr

        self._band = self._band or Ocr()
        image = screen.image
        reach = max(60.0, image.height * _BAND)
        rows = max(0, int(at.y - reach)), min(image.height, int(at.y + reach))
        aside = image.width if image.height >= image.width else max(200.0, image.width * _ASIDE)
        columns = max(0, int(at.x - aside)), min(image.width, int(at.x + aside))
        return nearest(self._band.read_part(image, rows, columns), at)


def nearest(lines: tuple[Line, ...], at: Point) -> str:
    """Of the lines in the row of `at`, within their own height of it, the one that is nearest."""
    row = [line for line in lines if _away(line.box.top, line.box.bottom, at.y) <= line.box.height]
    return min(row, key=lambda line: _distance(line.box, at)).text if row else ""


def _distance(box: Box, at: Point) -> float:
    return _away(box.left, box.right, at.x) + 2 * _away(box.top, box.bottom, at.y)


def _away(low: float, high: float, value: float) -> float:
    return max(low - value, value - high, 0.0)
