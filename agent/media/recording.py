"""A device's screen as a video, by looking at it again and again."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

from PIL import Image

from handsight.errors import UsageError
from handsight.media.clips import Progress, framed
from handsight.media.sampling import Sampling
from handsight.types import Clip, Screen


def record(
    look: Callable[[], Screen],
    seconds: float,
    *,
    sampling: Sampling | None = None,
    progress: Progress | None = None,
    pause: Callable[[float], object] = time.sleep,
) -> Clip:
    """Look at a screen for some seconds, `sampling.fps` times a second, and give what was seen as a clip.

    `look` is a device's `glance` (or `screenshot`, which waits for rest). Memory holds the small frames alone. A device
    that is slower than asked gives fewer frames, each with the second at which it was looked at. A screen that is
    turned meanwhile is fitted into the first one's shape. What the device raises is not caught.
    """
    sampling = sampling or Sampling()
    if not 0 < seconds < math.inf:
        raise UsageError(f"a screen is recorded for some seconds, not for {seconds}")
    count = sampling.count(seconds, math.ceil(seconds * sampling.fps))
    every = seconds / count
    began = time.monotonic()
    first = look().image
    size = sampling.size(*first.size, count, "the screen")

    def seen() -> Iterator[tuple[Image.Image, float]]:
        yield first, 0.0
        number = 1
        while number < count:
            pause(max(0.0, began + number * every - time.monotonic()))
            at = time.monotonic() - began
            yield look().image, round(at, 3)
            if progress:
                progress(number + 1, count)
            number = max(number + 1, math.ceil((time.monotonic() - began) / every))  # moments that passed are let go

    return framed(seen(), size)
