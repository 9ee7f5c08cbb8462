"""Pictures as a vision tower takes them: normalised patches, in the order in which it merges them.

The values are those of transformers' `Qwen2VLImageProcessor`, which passes over the picture eight times in wide floats.
Here they become float32 once and move to their places once. A picture comes at the size at which it is sent:
what resizes it is `handsight.media.resized`, and nothing resizes it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL.Image import Image
from torch import Tensor

from handsight.errors import UsageError
from handsight.media.bands import in_bands

Rgb = tuple[float, float, float]
Values = NDArray[np.float32]


@dataclass(frozen=True)
class PatchFormat:
    """How a family of models cuts pictures: squares of `patch` pixels, `merge` x `merge` of which become one token.

    A patch spans `frames` moments; a still picture is seen as that many moments alike, or, with `places`, as one and
    then a chart of where each pixel is. `mean` and `std` are of values from 0 to 1.
    """

    patch: int = 14
    merge: int = 2
    frames: int = 2
    mean: Rgb = (0.48145466, 0.4578275, 0.40821073)
    std: Rgb = (0.26862954, 0.26130258, 0.27577711)
    places: bool = False

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> PatchFormat:
        """Read a checkpoint's preprocessor_config; what it does not name is as in Qwen2-VL."""
        return cls(
            config.get("patch_size") or cls.patch,
            config.get("merge_size") or cls.merge,
            config.get("temporal_patch_size") or cls.frames,
            _rgb(config.get("image_mean") or cls.mean),
            _rgb(config.get("image_std") or cls.std),
            config.get("second_frame") == "places",
        )

    @property
    def factor(self) -> int:
        """The side in pixels of the square that becomes one token."""
        return self.patch * self.merge

    @property
    def width(self) -> int:
        """How many values a patch has."""
        return 3 * self.frames * self.patch**2

    def stills(self, images: Sequence[Image]) -> tuple[Tensor, Tensor]:
        """Cut pictures: float32 values (patches of all pictures, width) and int64 grids (pictures, 3) of t=1, h, w."""
        grids = [(1, *self._grid(image)) for image in images]
        values = np.empty((sum(h * w for _, h, w in grids), 3, self.frames, self.patch**2), np.float32)
        start = 0
        for image, (_, h, w) in zip(images, grids, strict=True):
            self._cut(image, values[start : start + h * w])
            if self.places:
                values[start : start + h * w, :, 1] = self._chart(h, w)
            start += h * w
        return torch.from_numpy(values).flatten(1), torch.tensor(grids, dtype=torch.int64).view(-1, 3)

    def video(self, frames: Sequence[Image]) -> tuple[Tensor, Tensor]:
        """Cut frames of one size: float32 values (t * h * w, width) and the int64 grid (1, 3) of t, h, w.

        Each patch holds `self.frames` moments that follow one another; the last frame fills up a patch that is short.
        """
        sizes = {image.size for image in frames}
        if len(sizes) != 1:
            raise UsageError(f"a video is at least one frame, all of one size; this one has {len(sizes)} sizes")
        h, w = self._grid(frames[0])
        t = -(-len(frames) // self.frames)
        values = np.empty((t, h * w, 3, self.frames, self.patch**2), np.float32)
        for at in range(t * self.frames):
            moment = at % self.frames
            frame = frames[min(at, len(frames) - 1)]
            self._cut(frame, values[at // self.frames, :, :, moment : moment + 1])
        return torch.from_numpy(values).flatten(0, 1).flatten(1), torch.tensor([[t, h, w]])

    def _grid(self, image: Image) -> tuple[int, int]:
        """How many patches the picture is high and wide."""
        width, height = image.size
        if width % self.factor or height % self.factor:
            raise UsageError(
                f"the sides of a picture are multiples of {self.factor} pixels here, this one is {width}x{height}"
            )
        return height // self.patch, width // self.patch

    def _chart(self, h: int, w: int) -> Values:
        """The chart of a picture of so many patches, cut as a picture is: (patches, 3, patch * patch)."""
        m, p = self.merge, self.patch
        shown = chart(h * p, w * p).reshape(3, h // m, m, p, w // m, m, p)
        return shown.transpose(1, 4, 2, 5, 0, 3, 6).reshape(h * w, 3, p * p)

    def _cut(self, image: Image, places: Values) -> None:
        """Normalise the picture into its `places`, (patches, 3, moments, patch * patch), the same at each moment.

        The patches of one token follow one another: the merger reads them as they lie. So pixels move as bytes, `patch`
        of them at once, and become four times as many bytes only where they are to stay.
        """
        m, p, side = self.merge, self.patch, self.factor
        run = np.dtype((np.void, p))
        rgb = image if image.mode == "RGB" else image.convert("RGB")
        across = rgb.width // side

        def cut(start: int, end: int) -> None:
            """Cut the rows of tokens from `start` to `end`."""
            band = rgb.crop((0, start * side, rgb.width, end * side))
            filled = places[start * across * m * m : end * across * m * m]
            for color, name in enumerate("RGB"):
                runs = np.frombuffer(band.tobytes("raw", name), run).reshape(end - start, m, p, across, m)
                patches = np.ascontiguousarray(runs.transpose(0, 3, 1, 4, 2)).view(np.uint8).reshape(-1, p * p)
                values = patches * np.float32(1 / (255 * self.std[color]))
                values -= np.float32(self.mean[color] / self.std[color])
                filled[:, color] = values[:, None]

        in_bands(rgb.height // side, cut, rgb.width * rgb.height)


@lru_cache(8)
def chart(height: int, width: int) -> Values:
    """Where each pixel of a picture is, as a picture: float32 (3, height, width), each from -1 to 1.

    Across, down, and finer waves of both, side by side within each patch. A vision tower whose own positions are
    relative learns from it in minutes where things are.
    """
    across, down = np.arange(width, dtype=np.float32) / width, np.arange(height, dtype=np.float32)[:, None] / height
    shown = np.empty((3, height, width), np.float32)
    shown[0], shown[1] = across * 2 - 1, down * 2 - 1
    left_half = np.arange(width) // 7 % 2 == 0
    shown[2] = 0.5 * np.where(left_half, np.sin(4 * np.pi * across), np.sin(8 * np.pi * down))
    return shown


def _rgb(numbers: Sequence[float]) -> Rgb:
    red, green, blue = numbers
    return red, green, blue
