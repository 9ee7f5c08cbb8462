"""From a picture to lines of text with their places. The only file that knows RapidOCR.

Detection takes a scaled picture, recognition the full one. Three things keep a step short: a picture that was read
before is not read again; of a screen that changed in part only the changed bands are; and a line whose very pixels were
read before, wherever it stood, is not recognised again (a scrolled list costs its new lines).
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PIL.Image import Image

from handsight.errors import ExtraMissing
from handsight.sight.bands import changed_bands, meets
from handsight.sight.lines import Line
from handsight.types import Box

try:
    import cv2
    import numpy as np
    from numpy.typing import NDArray
    from rapidocr import RapidOCR
except ImportError as missing:
    raise ExtraMissing("ocr", "reading the screen") from missing

_PORTRAIT_SHORT_SIDE = 480  # detection: phone text of 14 sp is then about 16 px high
_LANDSCAPE_LONG_SIDE = 1920  # desktop text is 13 px high as it is: not scaled down
_LINES_KEPT = 4000
_SCREENS_KEPT = 4
_SURE, _SURE_OF_DIGIT, _SURE_OF_LETTER = 0.5, 0.75, 0.85  # a lone one may be an icon, more often a letter
_APART = 1.5  # times the height of a line: wider than any space within a text, also of a terminal

Pixels = NDArray["np.uint8"]


class Ocr:
    """Reads pictures; keeps what it read. One engine per process is enough: it takes 0.2 s and 150 MB."""

    def __init__(self) -> None:
        self._engine: Any = None
        self._lock = threading.Lock()
        self._texts: OrderedDict[tuple[object, ...], tuple[str, tuple[float, ...], float]] = OrderedDict()
        self._screens: OrderedDict[int, tuple[Image, Pixels, tuple[Line, ...]]] = OrderedDict()
        self.recognised = 0

    def read(self, image: Image) -> tuple[Line, ...]:
        """The lines of `image`, from the top down, then from the left."""
        with self._lock:
            known = self._screens.get(id(image))
            if known and known[0] is image:  # the entry holds the image, so its id cannot be another's
                return known[2]
            pixels = _pixels(image)
            lines = self._read(pixels)
            self._screens[id(image)] = (image, pixels, lines)
            while len(self._screens) > _SCREENS_KEPT:
                self._screens.popitem(last=False)
            return lines

    def forget(self) -> None:
        """Read the next picture as if it were the first."""
        with self._lock:
            self._texts.clear()
            self._screens.clear()

    def read_part(self, image: Image, rows: tuple[int, int], columns: tuple[int, int]) -> tuple[Line, ...]:
        """The lines in a part of `image`, read at the scale at which the whole would be."""
        with self._lock:
            return _in_order(self._read_band(_pixels(image), *rows, *columns))

    def _read(self, pixels: Pixels) -> tuple[Line, ...]:
        last = next(reversed(self._screens.values())) if self._screens else None
        if last is None or last[1].shape != pixels.shape:
            return _in_order(self._read_band(pixels, 0, len(pixels)))
        old = last[2]
        bands = changed_bands(last[1], pixels, old)
        if sum(bottom - top for top, bottom in bands) > 0.7 * len(pixels):
            return _in_order(self._read_band(pixels, 0, len(pixels)))
        kept = [line for line in old if not any(meets(line, band) for band in bands)]
        return _in_order(kept + [line for top, bottom in bands for line in self._read_band(pixels, top, bottom)])

    def _read_band(self, pixels: Pixels, top: int, bottom: int, first: int = 0, last: int | None = None) -> list[Line]:
        height, width = pixels.shape[:2]
        scale = _PORTRAIT_SHORT_SIDE / width if height > width else _LANDSCAPE_LONG_SIDE / width
        scale = min(1.0, scale)
        band = pixels[top:bottom, first:last]
        small = cv2.resize(band, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        self._engine = self._engine or _open_engine()
        found = self._engine(small, use_det=True, use_cls=False, use_rec=False)
        if found.boxes is None:
            return []
        boxes = []
        for corners in np.asarray(found.boxes) / scale:
            left, up = (max(0, int(v)) for v in corners.min(axis=0))
            right, down = (int(v) for v in corners.max(axis=0))
            ends = min(first + right + 1, width), min(top + down + 1, height)
            boxes += _tightened(pixels, first + left, top + up, *ends)
        return self._recognise(pixels, boxes)

    def _recognise(self, pixels: Pixels, boxes: list[tuple[int, int, int, int]]) -> list[Line]:
        crops = [np.ascontiguousarray(pixels[t:b, left:r]) for left, t, r, b in boxes]
        keys = [(crop.shape, hash(crop.tobytes())) for crop in crops]
        new = [i for i, key in enumerate(keys) if key not in self._texts]
        if new:
            self.recognised += len(new)
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                for i, known in zip(new, pool.map(self._recognise_one, [crops[i] for i in new]), strict=True):
                    self._texts[keys[i]] = known
        lines = []
        for key, (left, top, right, bottom) in zip(keys, boxes, strict=True):
            text, places, score = self._texts[key]
            self._texts.move_to_end(key)
            if text.strip():
                xs = tuple(left + place * (right - left) for place in places)
                lines.append(Line(text, _trimmed(Box(left, top, right, bottom), xs), xs, score))
        while len(self._texts) > _LINES_KEPT:
            self._texts.popitem(last=False)
        return lines

    def _recognise_one(self, crop: Pixels) -> tuple[str, tuple[float, ...], float]:
        result = self._engine.recognize_txt([crop])
        text, score = result.txts[0], min(1.0, float(result.scores[0]))
        alone, least = text.strip(), _SURE
        if len(alone) == 1 and alone.isascii():
            least = _SURE_OF_DIGIT if alone.isdigit() else _SURE_OF_LETTER
        if score < least:
            return "", (), 0.0
        return text, _character_places(text, result.word_results[0]), score


def _pixels(image: Image) -> Pixels:
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def _open_engine() -> Any:
    """Load the models that the wheel carries; nothing is downloaded, nothing is logged."""
    engine = RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.return_word_box": True,
            "Global.max_side_len": 10_000,
            "Det.limit_type": "max",
            "Det.limit_side_len": 10_000,
            "Det.box_thresh": 0.3,  # the stock 0.5 passes over a lone letter or digit, such as a calculator's key
            "Rec.rec_img_shape": [3, 48, 96],  # the stock 320 pads every short word threefold
            # One thread a call, many calls: the library's own threads spin, which doubles the time on a busy machine.
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        }
    )
    engine.recognize_txt([np.full((48, 96, 3), 255, np.uint8)])  # loads the model, so that a first read is a read
    return engine


def _tightened(pixels: Pixels, left: int, top: int, right: int, bottom: int) -> list[tuple[int, int, int, int]]:
    """Shrink a detected box to its ink and a fixed margin, so that the same line gives the same crop anywhere.

    What stands far apart in one row, a label and the button behind it, is cut into several: they are two things, and
    read as one neither would be found by its own words.
    """
    crop = pixels[top:bottom, left:right]
    if crop.size == 0:
        return []
    edge = np.concatenate([crop[0], crop[-1], crop[:, 0], crop[:, -1]])
    paper = np.median(edge, axis=0)
    ink = np.abs(crop.astype(np.int16) - paper).max(axis=2) > 40
    inside = _between_rules(ink)
    if inside.any(axis=1).sum() >= 4:
        ink = inside
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if len(rows) < 4 or len(columns) < 2:
        return []
    high = int(rows[-1] - rows[0])
    margin = max(2, high // 6)
    apart = np.flatnonzero(np.diff(columns) > _APART * high) + 1
    return [
        (
            max(0, left + int(part[0]) - margin),
            max(0, top + int(rows[0]) - margin),
            min(pixels.shape[1], left + int(part[-1]) + 1 + margin),
            min(pixels.shape[0], top + int(rows[-1]) + 1 + margin),
        )
        for part in np.split(columns, apart)
        if len(part) >= 2
    ]


def _between_rules(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is left when the edge of a field or a button, into which a box reaches above or below, is cut off."""
    height, width = ink.shape
    if width < 1.5 * height:  # a single character, such as 日, may have such strokes itself
        return ink
    ruled = np.flatnonzero(ink.mean(axis=1) > 0.85)
    upper, lower = ruled[ruled < height / 2], ruled[ruled >= height / 2]
    top, bottom = upper[-1] + 1 if len(upper) else 0, lower[0] if len(lower) else height
    within = np.zeros_like(ink)
    within[top:bottom] = ink[top:bottom]
    return within


def _character_places(text: str, words: Any) -> tuple[float, ...]:
    """Where the middle of each character stands, as a share of the line's width; () when that is not known."""
    columns = [c for group in (getattr(words, "word_cols", None) or ()) for c in group]
    inked = [i for i, character in enumerate(text) if not character.isspace()]
    if not text or len(columns) != len(inked):
        return ()
    places = [0.0] * len(text)
    for i, column in zip(inked, columns, strict=True):
        places[i] = min(1.0, (column + 0.5) / words.line_txt_len)
    for i, character in enumerate(text):
        if character.isspace():  # between its neighbours
            after = next((places[j] for j in range(i + 1, len(text)) if not text[j].isspace()), 1.0)
            places[i] = ((places[i - 1] if i else 0.0) + after) / 2
    return tuple(places)


def _trimmed(box: Box, xs: tuple[float, ...]) -> Box:
    """Leave out what was taken for a part of the line but not read: a check box before it, a switch after it."""
    if not xs:
        return box
    letter = 0.7 * box.height
    return Box(max(box.left, xs[0] - letter), box.top, min(box.right, xs[-1] + letter), box.bottom)


def _in_order(lines: list[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: (line.box.center.y, line.box.left)))
