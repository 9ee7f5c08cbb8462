"""Pictures on their way to a model: at the size it is to see, and as text for a server."""

from __future__ import annotations

import weakref
from base64 import b64encode
from collections import OrderedDict
from io import BytesIO
from pathlib import Path

from PIL import Image

from handsight.media.bands import resize
from handsight.types import Picture


def resized(picture: Picture) -> Image.Image:
    """The picture in RGB at the size at which it is sent; `sent` None means as it is."""
    image = picture.image
    if image.mode != "RGB":
        image = image.convert("RGB")
    if picture.sent is None or picture.sent == image.size:
        return image
    return resize(image, picture.sent, _filter(image.size, picture.sent))


def _filter(old: tuple[int, int], new: tuple[int, int]) -> Image.Resampling:
    """Hamming shrinks about as well as bicubic in two thirds of its time, but blocks show when it enlarges."""
    shrinks = new[0] <= old[0] and new[1] <= old[1]
    return Image.Resampling.HAMMING if shrinks else Image.Resampling.BICUBIC


def data_url(image: Image.Image, quality: int = 90) -> str:
    """The image as a `data:` URL holding a JPEG. PNG takes more than ten times as long."""
    data = BytesIO()
    image.save(data, "JPEG", quality=quality)
    return "data:image/jpeg;base64," + b64encode(data.getvalue()).decode("ascii")


class DataUrls:
    """The data URLs of the pictures asked for last, so that a history is not encoded anew at every step.

    A picture is known by the identity of its source, a file by its path; no picture is kept alive for it. They are
    the last `limit` ones, a long video's frames among them, and hold at most `characters` in all.
    """

    def __init__(self, limit: int = 2048, *, characters: int = 64_000_000) -> None:
        self._limit, self._characters, self._held = limit, characters, 0
        self._known: OrderedDict[tuple[object, ...], tuple[weakref.ref[Image.Image] | None, str]] = OrderedDict()

    def __getitem__(self, picture: Picture) -> str:
        source = picture.source
        image = None if isinstance(source, Path) else weakref.ref(source)
        key = (source if isinstance(source, Path) else id(source), picture.sent)
        known, url = self._known.pop(key, (None, ""))
        self._held -= len(url)
        if not url or known is not image:  # Python gives an id again once its image is gone
            url = data_url(resized(picture))
        self._known[key] = (image, url)
        self._held += len(url)
        while len(self._known) > 1 and (len(self._known) > self._limit or self._held > self._characters):
            _, (_, oldest) = self._known.popitem(last=False)
            self._held -= len(oldest)
        return url
