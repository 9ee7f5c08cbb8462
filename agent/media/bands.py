"""Large pictures worked on by all cores at once, in bands; what comes out is what one core would have made of them.

Pillow resizes a part of a picture with the pixels around it in view. Where the edges of the parts are whole pixels on
both sides nothing is rounded at them, and the parts are those of the whole, if Pillow takes the axes in the same order
for both: that depends on sizes and version, and is found out by a trial with noise, once for each pair of sizes.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from random import Random

from PIL import Image

SMALL = 2**19  # pixels that one core works through before threads have begun
MOST = 4  # cores: beyond, the memory is the limit
Size = tuple[int, int]


@cache
def cores() -> int:
    """How many bands are worked on at once."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(there, MOST)


@cache
def _threads() -> ThreadPoolExecutor:
    """Threads that stay: they have their memory already, which new ones would be given anew page by page."""
    return ThreadPoolExecutor(cores(), "bands")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_threads.cache_clear)  # a child of this process has none of its threads


def in_bands(length: int, work: Callable[[int, int], object], pixels: int) -> None:
    """Call `work` with the start and end of each part of `length`, at the same time; at once for few `pixels`."""
    parts = min(cores(), length) if pixels > SMALL else 1
    if parts <= 1:
        work(0, length)
        return
    edges = [length * part // parts for part in range(parts + 1)]
    for _ in _threads().map(work, edges[:-1], edges[1:]):
        pass


def resize(image: Image.Image, size: Size, filter_: Image.Resampling) -> Image.Image:
    """What `image.resize(size, filter_)` gives, to the last bit, of an image in RGB or L."""
    if cores() == 1 or image.width * image.height <= SMALL:
        return image.resize(size, filter_)
    axis = _axis(image.size, size, filter_)
    return image.resize(size, filter_) if axis is None else _banded(image, size, filter_, axis)


@lru_cache(64)
def _axis(old: Size, new: Size, filter_: Image.Resampling) -> int | None:
    """Along which axis bands come out as in the whole: 0 side by side, 1 one below the other, None neither."""
    tile = Random(0).randbytes(4099)
    noise = Image.frombytes("L", old, (tile * (old[0] * old[1] // len(tile) + 1))[: old[0] * old[1]])
    whole = noise.resize(new, filter_).tobytes()
    for axis in (1, 0):
        if math.gcd(old[axis], new[axis]) > 1 and _banded(noise, new, filter_, axis).tobytes() == whole:
            return axis
    return None


def _banded(image: Image.Image, size: Size, filter_: Image.Resampling, axis: int) -> Image.Image:
    """Resize in bands whose edges are whole pixels on both sides, so that nothing is rounded at them."""
    made = Image.new(image.mode, size)
    parts = math.gcd(image.size[axis], size[axis])
    old, new = image.size[axis] // parts, size[axis] // parts

    def work(start: int, end: int) -> None:
        box, place, band = [0, 0, *image.size], [0, 0], [*size]
        box[axis], box[axis + 2] = start * old, end * old
        place[axis], band[axis] = start * new, (end - start) * new
        made.paste(image.resize((band[0], band[1]), filter_, (box[0], box[1], box[2], box[3])), (place[0], place[1]))

    in_bands(parts, work, max(image.width * image.height, size[0] * size[1]))
    return made
