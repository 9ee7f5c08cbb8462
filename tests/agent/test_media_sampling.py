"""Which frames of a video are seen, and how large: held against the rules of qwen-vl-utils, written out here."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from handsight.errors import BadMedia, UsageError
from handsight.media import Sampling

AMPLE = Sampling(tokens=10**9, max_pair_tokens=10**6)


def even_frames(count: int, rate: float) -> tuple[list[float], float]:
    return [number / rate for number in range(count)], count / rate


def by_the_rules(count: int, rate: float, fps: float = 2.0) -> list[float]:
    """The places of the frames that qwen-vl-utils takes, before it rounds them."""
    wanted = min(max(count / rate * fps, 4), min(768, count) // 2 * 2, count)
    taken = max(2, math.floor(wanted / 2) * 2)
    return [(count - 1) * number / (taken - 1) for number in range(taken)]


@given(st.integers(2, 40_000), st.sampled_from([10, 23.976, 24, 25, 29.97, 30, 50, 60]), st.sampled_from([0.5, 1, 2]))
@example(30_000, 25, 2)
@example(2, 25, 2)
@example(5, 25, 2)
def test_even_frames_are_chosen_by_the_rules(count: int, rate: float, fps: float) -> None:
    span = count / rate * fps
    assume(abs(span / 2 - round(span / 2)) > 1e-6 or rate == int(rate))  # where it is a matter of the last digit
    moments = Sampling(fps=fps, tokens=10**9).moments(*even_frames(count, rate))
    places = by_the_rules(count, rate, fps)
    assert len(moments) == len(places)
    for moment, place in zip(moments, places, strict=True):
        assert abs(moment.frame - place) <= 0.5 + 1e-6
        assert moment.second == pytest.approx(place / rate, abs=1e-3)


@pytest.mark.parametrize(
    ("seconds", "tokens", "frames", "in_all"),
    [
        (1200, 115_200, 768, 105_984),  # the official default for 20 minutes of 720p
        (1200, 16_384, 768, 12_288),
        (1200, 1024, 512, 512),
        (60, 16_384, 120, 15_840),
        (1, 16_384, 4, 1_440),
    ],
)
def test_twenty_minutes_cost_what_they_should(seconds: int, tokens: int, frames: int, in_all: int) -> None:
    sampling = Sampling(tokens=tokens)
    moments = sampling.moments(*even_frames(seconds * 25, 25))
    width, height = sampling.size(1280, 720, len(moments))
    cost = len(moments) // 2 * width * height // 28**2
    assert len(moments) == frames
    assert cost == in_all


@given(st.integers(1, 20_000), st.integers(1, 4000), st.integers(1, 4000), st.integers(4, 200_000), st.integers(4, 128))
def test_the_budget_holds_for_any_video(count: int, width: int, height: int, tokens: int, least: int) -> None:
    assume(max(width, height) <= 200 * min(width, height) and least <= tokens)
    sampling = Sampling(tokens=tokens, min_pair_tokens=least)
    moments = sampling.moments(*even_frames(count, 25))
    columns, rows = (side // 28 for side in sampling.size(width, height, len(moments)))
    assert len(moments) % 2 == 0
    assert len(moments) // 2 * columns * rows <= tokens


@given(st.lists(st.floats(0.001, 20), min_size=1, max_size=60), st.floats(0, 1), st.floats(0, 1))
def test_what_is_seen_was_on_show_at_that_second(gaps: list[float], one: float, other: float) -> None:
    times = [0.0]
    for gap in gaps[:-1]:
        times.append(times[-1] + gap)
    end = times[-1] + gaps[-1]
    start, stop = sorted((one * end, other * end))
    assume(stop - start > 0.01 and start < 0.99 * end)
    moments = AMPLE.moments(times, end, start, stop)
    for moment in moments:
        assert start - 1e-3 <= moment.second <= stop + 1e-3
        shown_from = times[moment.frame]
        shown_to = times[moment.frame + 1] if moment.frame + 1 < len(times) else end
        assert shown_from - 0.052 <= moment.second <= shown_to + 2e-3
    assert [moment.second for moment in moments] == sorted(moment.second for moment in moments)


def test_a_screen_that_rarely_changes_is_seen_as_it_stood() -> None:
    moments = Sampling(fps=1).moments([0.0, 1.0, 9.0], 10.0)
    assert [moment.frame for moment in moments] == [0, 1, 1, 1, 1, 1, 1, 1, 1, 2]


def test_a_span_is_counted_from_the_first_frame() -> None:
    times = [100 + number / 25 for number in range(250)]
    moments = AMPLE.moments(times, 110.0, 4.0, 6.0)
    assert (moments[0].second, moments[-1].second) == (4.0, 6.0)
    assert (moments[0].frame, moments[-1].frame) == (100, 150)
    assert len(moments) == 4


def test_the_end_may_lie_beyond_the_end() -> None:
    assert AMPLE.moments(*even_frames(100, 25), None, 1e9) == AMPLE.moments(*even_frames(100, 25))


def test_one_frame_is_seen_twice() -> None:
    assert [(m.frame, m.second) for m in AMPLE.moments([0.0], 0.04)] == [(0, 0.0), (0, 0.0)]
    assert [(m.frame, m.second) for m in AMPLE.moments([5.0], 5.0 + 1e-9)] == [(0, 0.0), (0, 0.0)]


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (NAN, None, "not nan and None"),
        (0, NAN, "not 0 and nan"),
        (-1, None, "not -1 and None"),
        (INF, None, "not inf"),
        (None, INF, "not None and inf"),
        (None, 0, "not None and 0"),
        (3, 2, "2 s, comes after its start, 3 s"),
        (2, 2, "comes after its start"),
        (4, None, "4.0 s long, so nothing of it comes after 4 s"),
        (5, 6, "4.0 s long"),
    ],
)
def test_times_that_make_no_sense_are_refused(start: float | None, end: float | None, words: str) -> None:
    with pytest.raises(BadMedia, match=words) as caught:
        AMPLE.moments(*even_frames(100, 25), start, end)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "numbers",
    [
        {"fps": 0},
        {"fps": NAN},
        {"fps": INF},
        {"min_frames": 1},
        {"min_frames": 8, "max_frames": 6},
        {"min_pair_tokens": 3},
        {"tokens": 3},
        {"tokens": 100, "min_pair_tokens": 128},
        {"max_pair_tokens": 100, "min_pair_tokens": 128},
    ],
)
def test_a_sampling_that_cannot_be_is_refused(numbers: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="a video"):
        Sampling(**numbers)  # type: ignore[arg-type]
