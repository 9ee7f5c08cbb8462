"""Large pictures worked on by all cores at once, in bands; what comes out is what one core would have made of them.

Pillow resizes along one axis and then along the other. Along one axis no row (or column) knows of its neighbours, so
that bands of them come out exactly as in the whole. In which order Pillow takes the axes depends on the sizes and on
its version, and the rounding in between makes it tell: it is found out by a trial with noise, once for each pair of
sizes.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from random import Random

from PIL import Image

SMALL = 2**19  # pixels that one core works through before threads have begun
_kept = threading.local()
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
    middle = _between(image.size, size, filter_)
    if middle is None:
        return image.resize(size, filter_)
    between = _scratch(image.mode, middle)
    _along_one(image, between, filter_)
    made = Image.new(image.mode, size)
    _along_one(between, made, filter_)
    return made


def _scratch(mode: str, size: Size) -> Image.Image:
    """The picture after the first axis, the same one for each picture of a thread: fresh memory costs what it saves."""
    known: Image.Image | None = getattr(_kept, "image", None)
    if known is None or (known.mode, known.size) != (mode, size):
        known = _kept.image = Image.new(mode, size)
    return known


@lru_cache(64)
def _between(old: Size, new: Size, filter_: Image.Resampling) -> Size | None:
    """The size after the first of the two axes; None where neither order gives what Pillow gives."""
    tile = Random(0).randbytes(4099)
    noise = Image.frombytes("L", old, (tile * (old[0] * old[1] // len(tile) + 1))[: old[0] * old[1]])
    whole = noise.resize(new, filter_).tobytes()
    for middle in ((new[0], old[1]), (old[0], new[1])):
        if noise.resize(middle, filter_).resize(new, filter_).tobytes() == whole:
            return middle
    return None


def _along_one(image: Image.Image, made: Image.Image, filter_: Image.Resampling) -> None:
    """Resize `image` into `made`, whose size differs along one axis at most, in bands across that axis."""
    size = made.size
    upright = size[0] == image.width  # the bands stand beside one another

    def work(start: int, end: int) -> None:
        if upright:
            band = image.crop((start, 0, end, image.height)).resize((end - start, size[1]), filter_)
            made.paste(band, (start, 0))
        else:
            band = image.crop((0, start, image.width, end)).resize((size[0], end - start), filter_)
            made.paste(band, (0, start))

    in_bands(size[0] if upright else size[1], work, max(image.width * image.height, size[0] * size[1]))
