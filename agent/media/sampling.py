"""Which frames of a video are looked at, and how large: the rules of qwen-vl-utils, within a budget of tokens.

Two frames beside one another share their tokens (the models' temporal patch), so a clip of n frames at `size` costs
n/2 · width · height / factor² tokens. Source of the rules: QwenLM/Qwen2.5-VL, qwen-vl-utils 0.0.14, vision_process.py.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from handsight.errors import BadMedia, UsageError
from handsight.media.pictures import fit

SLACK_S = 0.1  # frames this near one another are taken for even, and the nearer one counts as being on show


@dataclass(frozen=True)
class Moment:
    """A second of a video, counted from its first frame, and the frame on show then, counted from 0."""

    frame: int
    second: float


@dataclass(frozen=True)
class Sampling:
    """How a video is sampled: `fps` frames a second, an even number within bounds, and tokens in all and per pair.

    A long video gives `max_frames`, however many seconds lie between them. The tokens of a pair of frames shrink
    towards `min_pair_tokens` to keep within `tokens`; where even those are too many, there are fewer frames.
    """

    fps: float = 2.0
    min_frames: int = 4
    max_frames: int = 768
    tokens: int = 16384
    min_pair_tokens: int = 4
    max_pair_tokens: int = 768
    factor: int = 28

    def __post_init__(self) -> None:
        if not (0 < self.fps < math.inf and 2 <= self.min_frames <= self.max_frames):
            raise UsageError(
                "a video is sampled at some frames a second and at 2 frames or more, "
                f"not at {self.fps:g} and from {self.min_frames} to {self.max_frames}"
            )
        if not 4 <= self.min_pair_tokens <= min(self.tokens, self.max_pair_tokens):
            raise UsageError(
                f"two frames of a video cost at least 4 tokens, and no more than there are, "
                f"not {self.min_pair_tokens} of {min(self.tokens, self.max_pair_tokens)}"
            )

    def count(self, span_s: float, available: int) -> int:
        """How many frames to take of a span of seconds that has so many. Always even."""
        most = min(self.max_frames, 2 * (self.tokens // self.min_pair_tokens))
        wanted = max(span_s * self.fps, min(self.min_frames + self.min_frames % 2, available))
        return max(2, int(min(wanted, most) + 1e-6) // 2 * 2)  # 26 frames are 26, however their span was added up

    def moments(
        self, times: Sequence[float], end: float, start_s: float | None = None, end_s: float | None = None
    ) -> list[Moment]:
        """Choose moments evenly between two seconds, given when each frame comes and when the last one goes.

        Both seconds count from the first frame. Where frames come evenly, ten a second or more, these are the ones that
        qwen-vl-utils takes; where they come when something changes, each is what stood there at its second.
        """
        first = times[0]
        starts, stops = _window(start_s, end_s, end - first)
        gaps = (later - sooner for sooner, later in pairwise(chain(times, (end,))))
        step = min((gap for gap in gaps if gap > 1e-3), default=0.0)
        step = min(step, SLACK_S)
        begin = first + starts
        last = max(begin, min(first + stops, end - step))
        shown = [bisect_right(times, at + step / 2) - 1 for at in (begin, last)]
        count = self.count(last - begin + step, shown[1] - shown[0] + 1)
        seconds = [begin + (last - begin) * number / (count - 1) for number in range(count)]
        return [Moment(max(0, bisect_right(times, at + step / 2) - 1), round(at - first, 3)) for at in seconds]

    def size(self, width: int, height: int, frames: int, name: str = "the video") -> tuple[int, int]:
        """The (width, height) in pixels at which each of so many frames is sent."""
        share = self.tokens // (frames // 2)
        return fit((width, height), max(self.min_pair_tokens, min(self.max_pair_tokens, share)), self.factor, name)


def _window(start_s: float | None, end_s: float | None, length_s: float) -> tuple[float, float]:
    starts, stops = start_s or 0.0, length_s if end_s is None else end_s
    if not (0 <= starts < math.inf and 0 < stops < math.inf):  # which NaN is not either
        raise BadMedia(f"start and end of a video are seconds from its beginning, not {start_s} and {end_s}")
    if starts >= stops and end_s is not None:
        raise BadMedia(f"the end of a video, {stops:g} s, comes after its start, {starts:g} s")
    if starts >= length_s:
        raise BadMedia(f"the video is {length_s:.1f} s long, so nothing of it comes after {starts:g} s")
    return starts, min(stops, length_s)
