"""From a raw frame to what a vision tower takes, against the stock processor of transformers, turn about.

Both sides begin with the raw RGBA bytes of a 1080x2400 screen and end with pixel_values. The stock path is
`Qwen2VLImageProcessorPil` as it comes, its resize (bicubic) included. Ours resizes once, with the Hamming filter where
it shrinks, and cuts the patches, all cores at once; with bicubic as well, for its own sake. Whether the values are the
same is asked with the same filter on both sides.

    python benchmarks/pixels.py             exits with 1 where ours is not three times as fast or the values differ
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import torch
from PIL import Image, ImageDraw
from transformers import Qwen2VLImageProcessorPil

from handsight.media import resized
from handsight.media.bands import cores, resize
from handsight.models.pixels import PatchFormat
from handsight.types import Picture

SIZE, ROUNDS, LEAST, CLOSE = (1080, 2400), 25, 3.0, 1e-2
SENT = {"1280 tokens": (672, 1484), "hub's 16384": (1092, 2408)}
CAP = {"1280 tokens": 1280, "hub's 16384": 16384}
FORM = PatchFormat()


def frame() -> bytes:
    """A screen with gradients, edges and text, as a phone hands it out."""
    image = Image.linear_gradient("L").resize(SIZE).convert("RGB")
    draw = ImageDraw.Draw(image)
    for row in range(40):
        draw.rectangle((40, row * 60, 1040, row * 60 + 50), fill=("white", "black")[row % 2])
        draw.text((60, row * 60 + 10), "Notifications, history, conversations " * 4, fill=("black", "white")[row % 2])
    return image.convert("RGBA").tobytes()


def screen(raw: bytes) -> Image.Image:
    return Image.frombytes("RGB", SIZE, raw, "raw", "RGBX")


def stock(cap: int, resample: Image.Resampling = Image.Resampling.BICUBIC) -> Qwen2VLImageProcessorPil:
    bounds = {"shortest_edge": 4 * FORM.factor**2, "longest_edge": cap * FORM.factor**2}
    return Qwen2VLImageProcessorPil(size=bounds, resample=resample)


def ours(image: Image.Image, sent: tuple[int, int]) -> torch.Tensor:
    return FORM.stills([resized(Picture(image, sent))])[0]


def ours_bicubic(image: Image.Image, sent: tuple[int, int]) -> torch.Tensor:
    return FORM.stills([resize(image, sent, Image.Resampling.BICUBIC)])[0]


def measured(sides: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The best of each side in milliseconds, all of them in turn in each round: other work only ever adds."""
    took: dict[str, list[float]] = {name: [] for name in sides}
    for round_ in range(ROUNDS + 2):
        for name, work in sides.items():
            began = time.perf_counter()
            work()
            if round_ >= 2:  # the first two warm up
                took[name].append((time.perf_counter() - began) * 1000)
    return {name: min(times) for name, times in took.items()}


def main() -> int:
    raw, good = frame(), True
    print(f"{cores()} cores\n\n| sent at | | ms | ratio |\n|---|---|---|---|")
    for name, sent in SENT.items():
        small = resized(Picture(screen(raw), sent))
        shrinks = sent[0] <= SIZE[0]
        both = {"hamming": ours, "bicubic": ours_bicubic} if shrinks else {"bicubic": ours}
        default = stock(CAP[name])
        sides: dict[str, Callable[[], object]] = {
            "stock, bicubic": lambda p=default: p(images=[screen(raw)], return_tensors="pt"),
            **{f"ours, {by}": lambda side=side, to=sent: side(screen(raw), to) for by, side in both.items()},
            "of which the patches": lambda image=small: FORM.stills([image]),
        }
        took = measured(sides)
        slowest = took["stock, bicubic"]
        for side, ms in took.items():
            print(f"| {sent[0]}x{sent[1]} ({name}) | {side} | {ms:.1f} | {slowest / ms:.1f} |")
        for by, side in both.items():
            theirs = stock(CAP[name], Image.Resampling[by.upper()])(images=[screen(raw)], return_tensors="pt")
            apart = (side(screen(raw), sent) - theirs["pixel_values"]).abs().max().item()
            print(f"| {sent[0]}x{sent[1]} | values apart, {by} on both sides | {apart:.1e} | |")
            good &= apart < CLOSE
        good &= slowest / took[f"ours, {next(iter(both))}"] >= LEAST
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
