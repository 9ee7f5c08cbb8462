"""Pictures within a picture: an icon wherever it stands, the ground on which words lie, a panel over a dimmed page.

An icon is looked for by normalised correlation of the greys, so that brightness and contrast do not count, at many
sizes: coarsely first, on a screen scaled down until the icon is a few pixels high, then at full size where that looked
promising. One that is turned light on dark, as in the other theme, correlates as strongly, with the sign turned.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from handsight.errors import BadMedia, ExtraMissing, UsageError
from handsight.types import Box

try:
    import cv2
    import numpy as np
    from numpy.typing import NDArray
except ImportError as missing:
    raise ExtraMissing("ocr", "looking for a picture on the screen") from missing

SURE = 0.9  # of the icons measured, another one on a disc alike reaches 0.88, the same one at another size 0.98
ALIKE = 0.04  # candidates whose correlations differ by less are equally good
_SCALES = tuple(1.09**n for n in range(-9, 10))  # from 0.46 to 2.17 of the size given
_COARSE = 14  # pixels of the icon's shorter side in the first look
_SHORT_SIDE = 540
_HOPEFUL, _MOST = 0.2, 12  # how far below the best a coarse hit may lie, and how many are looked at closely
_LEAST_CONTRAST = 4.0
_SAME_GROUND = 10

Grey = NDArray["np.uint8"]
Hit = tuple[Box, float]


def opened(picture: Path | Image.Image) -> Image.Image:
    """The picture itself, or read from its file. Raises BadMedia."""
    if isinstance(picture, Image.Image):
        return picture
    try:
        with Image.open(picture) as read:
            read.load()
            return read
    except (
        OSError,
        SyntaxError,
        ValueError,
        TypeError,
        Image.DecompressionBombError,
    ) as problem:  # Pillow's, of damage
        reason = getattr(problem, "strerror", None) or "it is no picture, or damaged"
        raise BadMedia(f"the picture {picture} cannot be read: {reason}") from problem


def find_picture(screen: Image.Image, picture: Image.Image) -> list[Hit]:
    """Where `picture` stands on `screen`, surely enough, the best first; others only where they are equally good.

    Raises UsageError for a picture of one colour, or of hardly any pixels.
    """
    ground, wanted = _grey(screen), _grey(picture)
    if min(wanted.shape) < 6 or wanted.std() < _LEAST_CONTRAST:
        raise UsageError("the picture to look for has hardly anything on it; cut out more of what it shows")
    hits = _peaks(ground, wanted, 1.0, SURE)  # at the very size: most of the time that is all
    if not hits or hits[0][1] < 0.97:
        hits = _distinct([*hits, *_at_other_sizes(ground, wanted)])
    return [hit for hit in hits if hit[1] >= max(SURE, hits[0][1] - ALIKE)]


def find_at(screen: Image.Image, picture: Image.Image, scales: Sequence[float], least: float) -> list[Hit]:
    """Where `picture` stands at one of some scales with a correlation of at least that, the best first.

    It is looked for on a screen of 540 pixels or less across: the places are right to two pixels of a phone's.
    """
    ground, wanted = _grey(screen), _grey(picture)
    shrink = min(1.0, _SHORT_SIDE / min(ground.shape))
    small = _scaled(ground, shrink)
    hits = [hit for scale in scales for hit in _peaks(small, _scaled(wanted, shrink * scale), 1.0, least, most=3)]
    return _distinct([(_times(box, 1 / shrink), score) for box, score in hits])


def _at_other_sizes(ground: Grey, wanted: Grey) -> list[Hit]:
    hopeful: list[tuple[float, float, Box]] = []
    halves = [ground]
    while min(halves[-1].shape) > 64:
        halves.append(_scaled(halves[-1], 0.5))
    for scale in _SCALES:
        coarse = min(1.0, _COARSE / (min(wanted.shape) * scale))
        half = min(len(halves) - 1, int(-math.log2(coarse)))  # from the smallest that is not smaller yet
        small = _scaled(halves[half], coarse * 2**half)
        for box, score in _peaks(small, _scaled(wanted, scale * coarse), 1.0, 0.4):
            hopeful.append((score, scale, _times(box, 1 / coarse)))
    hopeful.sort(key=lambda each: -each[0])
    best = hopeful[0][0] if hopeful else 0.0
    near = [each for each in hopeful if each[0] >= best - _HOPEFUL][:_MOST]
    return [hit for _, scale, box in near for hit in _closely(ground, wanted, scale, box)]


def _closely(ground: Grey, wanted: Grey, scale: float, box: Box) -> Iterator[Hit]:
    """The best around `box` at full size, at sizes around that of the coarse look."""
    reach = max(6.0, 0.4 * max(box.width, box.height))
    left, top = int(max(0, box.left - reach)), int(max(0, box.top - reach))
    part = ground[top : int(box.bottom + reach) + 1, left : int(box.right + reach) + 1]
    hits = [hit for step in range(-4, 5) for hit in _peaks(part, wanted, scale * 1.014**step, SURE, most=1)]
    if hits:
        found, score = max(hits, key=lambda hit: hit[1])
        yield Box(found.left + left, found.top + top, found.right + left, found.bottom + top), score


def _peaks(ground: Grey, wanted: Grey, scale: float, least: float, most: int = 24) -> list[Hit]:
    """The places at one size whose correlation is at least that, the strongest first, none within another."""
    wanted = _scaled(wanted, scale)
    high, wide = wanted.shape
    if high > ground.shape[0] or wide > ground.shape[1] or min(high, wide) < 4 or wanted.std() < _LEAST_CONTRAST:
        return []
    scores = np.abs(cv2.matchTemplate(ground, wanted, cv2.TM_CCOEFF_NORMED))
    scores[~(scores < 1.001)] = 0  # on a ground of one colour there is nothing to divide by
    hits = []
    for _ in range(most):
        _, score, _, (x, y) = cv2.minMaxLoc(scores)
        if score < least:
            break
        left, top = x + _between(scores[y], x), y + _between(scores[:, x], y)
        hits.append((Box(left, top, left + wide, top + high), min(1.0, float(score))))
        scores[max(0, y - high // 2) : y + high // 2 + 1, max(0, x - wide // 2) : x + wide // 2 + 1] = 0
    return hits


def _between(scores: NDArray[np.float32], at: int) -> float:
    """How far from `at` the top of a parabola through it and its neighbours lies, in pixels."""
    if not 0 < at < len(scores) - 1:
        return 0.0
    before, here, after = (float(scores[at + step]) for step in (-1, 0, 1))
    bend = before - 2 * here + after
    return 0.5 * (before - after) / bend if bend < -1e-6 and before and after else 0.0


def _grey(image: Image.Image) -> Grey:
    """Its greys; what is see-through becomes white behind something dark, black behind something light."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        pixels = np.asarray(image.convert("RGBA"), np.float32)
        cover = pixels[:, :, 3:] / 255
        light = (pixels[:, :, :3] * cover).sum() > 127 * 3 * cover.sum()
        flat = pixels[:, :, :3] * cover + (0 if light else 255) * (1 - cover)
        image = Image.fromarray(flat.astype(np.uint8), "RGB")
    return np.asarray(image.convert("L"))


def _scaled(grey: Grey, scale: float) -> Grey:
    if abs(scale - 1) < 1e-3:
        return grey
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    smoothly = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=smoothly), np.uint8)


def _times(box: Box, by: float) -> Box:
    return Box(box.left * by, box.top * by, box.right * by, box.bottom * by)


def _distinct(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for box, score in sorted(hits, key=lambda hit: -hit[1]):
        if all(box.center not in other and other.center not in box for other, _ in kept):
            kept.append((box, score))
    return kept


def ground(image: Image.Image, words: Box) -> Box | None:
    """The edges of the ground of one colour on which words stand; None where there is no end to it nearby.

    A button has such a ground, filled or within an outline; a line of a page has not.
    """
    tall = words.height
    top, bottom = max(0, int(words.top - 3 * tall)), min(image.height, int(words.bottom + 3 * tall))
    band = np.array(image.crop((0, top, image.width, bottom)).convert("RGB"))
    found = _flooded(band, Box(words.left, words.top - top, words.right, words.bottom - top))
    if found is None or found.left <= 0 or found.right >= image.width:
        return None
    row = band[int(words.center.y) - top, int(words.right + tall / 2) : int(found.right - tall / 4)].astype(np.int16)
    if len(row) and np.ptp(row, axis=0).max() > 2 * _SAME_GROUND:
        return None  # a title bar or a row of a list has something else at its end
    return (
        None
        if found.top <= 0 or found.bottom >= len(band)
        else Box(found.left, found.top + top, found.right, found.bottom + top)
    )


def panel(image: Image.Image, words: list[Box]) -> Box | None:
    """The panel on which some of the words stand, all else being dimmed; None where the screen shows none.

    Dimmed means that nothing beside the panel is as bright as the brightest of it: of a dark page the words count.
    """
    by = 4
    full = image.convert("RGB")
    pixels = np.array(full.reduce(by))
    high, wide = full.height // by, full.width // by
    bright = np.array(full)[: high * by, : wide * by].reshape(high, by, wide, by * 3).max(axis=(1, 3))
    bars = int(0.06 * high)  # a phone's own bars, above and below, are not always dimmed
    seen: list[Box] = []
    for box in words:
        small = _times(box, 1 / by)
        if any(small.center in other for other in seen):
            continue
        found = _flooded(pixels, small)
        if found is None or not 0.03 < found.width * found.height / bright.size < 0.85:
            continue
        seen.append(found)
        rows, columns = slice(int(found.top), int(found.bottom)), slice(int(found.left), int(found.right))
        beside = np.ones(bright.shape, bool)
        beside[max(0, rows.start - 1) : rows.stop + 1, max(0, columns.start - 1) : columns.stop + 1] = False
        beside[:bars] = beside[high - bars :] = False
        if beside.any() and np.percentile(bright[beside], 99.9) < 0.8 * np.percentile(bright[rows, columns], 99.7):
            return _times(found, by)
    return None


def _flooded(pixels: NDArray[np.uint8], words: Box) -> Box | None:
    """The box that is filled by the colour on which some words stand; None where it fills no box."""
    high, wide = pixels.shape[:2]
    left, right = max(0, int(words.left)), min(wide, max(int(words.left) + 1, int(words.right)))
    top, bottom = max(0, int(words.top)), min(high, max(int(words.top) + 1, int(words.bottom)))
    within = pixels[top:bottom, left:right].astype(np.int16)
    if not within.size:
        return None
    red, green, blue = (within[:, :, channel].astype(np.int32) // 4 for channel in range(3))
    shades, counts = np.unique(red << 12 | green << 6 | blue, return_counts=True)
    common = int(shades[counts.argmax()])  # the letters' edges are of many shades
    paper = np.array([common >> 12, common >> 6 & 63, common & 63]) * 4 + 2
    alike = np.argwhere(np.abs(within - paper).max(axis=2) <= _SAME_GROUND // 2)
    if not len(alike):
        return None
    row, column = alike[0]  # at the top: in the middle it may be the inside of an "o"
    mask = np.zeros((high + 2, wide + 2), np.uint8)
    flags = 8 | cv2.FLOODFILL_FIXED_RANGE | cv2.FLOODFILL_MASK_ONLY | (1 << 8)
    seed, same = (left + int(column), top + int(row)), (_SAME_GROUND,) * 3
    area, _, _, (x, y, width, height) = cv2.floodFill(pixels, mask, seed, 0, same, same, flags)
    found = Box(x, y, x + width, y + height)
    # Half of a button may be its words; a page's ground winds around other things, or is no box at all.
    return found if words.center in found and area > 0.45 * width * height else None
