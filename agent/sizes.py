"""The size at which a model sees a picture: sides of whole patches, within a budget of tokens."""

from __future__ import annotations

import math

from handsight.errors import UsageError

MAX_ASPECT = 200


def smart_resize(height: int, width: int, factor: int, min_pixels: int, max_pixels: int) -> tuple[int, int]:
    """Give the (height, width) at which a picture is shown: multiples of `factor` within the pixel bounds.

    Equals the resizing of the Qwen-VL image processors, half to even included, so that none of them resizes it again.
    Raises UsageError for a picture that is empty or far longer than wide.
    """
    if min(height, width) < 1 or max(height, width) > MAX_ASPECT * min(height, width):
        raise UsageError(f"a picture's sides may differ by a factor of {MAX_ASPECT}, this one is {width}x{height}")
    rows, columns = round(height / factor), round(width / factor)
    if rows * columns * factor**2 > max_pixels:
        shrink = math.sqrt(height * width / max_pixels)
        rows = max(1, math.floor(height / shrink / factor))
        columns = max(1, math.floor(width / shrink / factor))
    elif rows * columns * factor**2 < min_pixels:
        grow = math.sqrt(min_pixels / (height * width))
        rows, columns = math.ceil(height * grow / factor), math.ceil(width * grow / factor)
    return rows * factor, columns * factor
