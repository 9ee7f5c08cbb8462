"""Which pictures look the same: a number for each, by which a prompt knows what was computed for it before."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from hashlib import blake2b
from pathlib import Path

from PIL.Image import Image

from handsight.media import resized
from handsight.types import Picture

PICTURES = 2048


class Looks:
    """A number below zero for each picture, the same for pictures that look the same at the size they are sent at.

    The pictures asked for last are not read again: a file is known by its path and time, an image by its identity.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[object, ...], tuple[weakref.ref[Image] | None, int]] = OrderedDict()

    def at(self, picture: Picture) -> tuple[int, Image | None]:
        """Give a picture's number, and the picture as it is sent where it had to be read for that."""
        source = picture.source
        image = None if isinstance(source, Path) else weakref.ref(source)
        name = (str(source), source.stat().st_mtime_ns) if isinstance(source, Path) else (id(source),)
        known, key = self._known.pop((*name, picture.sent), (None, 0))
        fresh = None
        if not key or known is not image:  # Python gives an id again once its image is gone
            fresh = resized(picture)
            key = key_of(fresh.tobytes(), f"{fresh.width}x{fresh.height}")
        self._known[(*name, picture.sent)] = (image, key)
        if len(self._known) > PICTURES:
            self._known.popitem(last=False)
        return key, fresh


def key_of(shown: bytes, form: str) -> int:
    """A number below zero for what is shown, in a form such as its size."""
    digest = blake2b(shown, digest_size=8, key=form.encode()).digest()
    return -1 - (int.from_bytes(digest) >> 1)  # 63 bits: with its sign it fits an array of 64
