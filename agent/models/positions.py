"""Where each token of a prompt stands on the three axes of M-RoPE: time, height and width (arXiv 2409.12191, 2.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """The tokens of a picture or a video: where they start, and how many frames, rows and columns of them there are.

    `interval` is how far two frames are apart on the axis of time. Qwen2.5-VL counts tokens_per_second for each second
    there, the other families one for each frame; a picture has one frame.
    """

    start: int
    grid: tuple[int, int, int]
    interval: float = 1.0

    @property
    def length(self) -> int:
        frames, rows, columns = self.grid
        return frames * rows * columns


def positions(length: int, spans: Iterable[Span]) -> tuple[list[int], list[int], list[int]]:
    """Give the time, height and width of each of `length` tokens, of which `spans` (in order) are pictures and videos.

    Text counts on all three axes at once. What follows a picture or a video starts at the greatest number so far + 1,
    as in the paper. transformers 5 leaves time out of that greatest number, so that text after a long video would
    stand on top of it; for pictures both say the same.
    """
    time, height, width = list[int](), list[int](), list[int]()
    at = 0  # the next number
    for span in spans:
        text = range(at, at + span.start - len(time))
        for axis in (time, height, width):
            axis.extend(text)
        at = text.stop
        frames, rows, columns = span.grid
        last = int((frames - 1) * span.interval)
        for frame in range(frames):
            time.extend([at + int(frame * span.interval)] * (rows * columns))
            for row in range(at, at + rows):
                height.extend([row] * columns)
            width.extend([*range(at, at + columns)] * rows)
        at += max(last + 1, rows, columns)
    text = range(at, at + length - len(time))
    for axis in (time, height, width):
        axis.extend(text)
    return time, height, width
