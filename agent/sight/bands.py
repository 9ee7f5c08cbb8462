"""Which rows of a picture are worth reading again: those that changed."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from handsight.sight.lines import Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]


def changed_bands(old: Pixels, new: Pixels, lines: Sequence[Line]) -> list[tuple[int, int]]:
    """The bands of rows that differ, wide enough that no known line is cut."""
    rows = (_words(old) != _words(new)).any(axis=1).nonzero()[0]
    bands: list[list[int]] = []
    for row in rows.tolist():
        if bands and row - bands[-1][1] < 48:
            bands[-1][1] = row + 1
        else:
            bands.append([row, row + 1])
    for band in bands:
        band[:] = [max(0, band[0] - 24), min(len(new), band[1] + 24)]
    grown = True
    while grown:  # a line that a band grew by may reach into rows of the next one
        grown = False
        for band in bands:
            for line in lines:
                if not meets(line, (band[0], band[1])):
                    continue
                top, bottom = max(0, int(line.box.top)), min(len(new), ceil(line.box.bottom))
                if top < band[0] or bottom > band[1]:
                    band[:] = [max(0, min(band[0], top - 8)), min(len(new), max(band[1], bottom + 8))]
                    grown = True
    merged: list[tuple[int, int]] = []
    for top, bottom in sorted((b[0], b[1]) for b in bands):
        if merged and top <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(bottom, merged[-1][1]))
        else:
            merged.append((top, bottom))
    return merged


def meets(line: Line, band: tuple[int, int]) -> bool:
    """Whether any of a line is in a band."""
    return line.box.top < band[1] and line.box.bottom > band[0]


def _words(pixels: Pixels) -> NDArray[Any]:
    """Each row as few large numbers as possible, which compare faster than bytes."""
    rows = pixels.reshape(len(pixels), -1)
    return rows.view("u8") if rows.shape[1] % 8 == 0 and rows.flags.c_contiguous else rows
