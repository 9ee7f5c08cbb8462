"""A device's screen as a video."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image

from handsight.devices.virtual import VirtualPhone
from handsight.errors import DeviceLost, UsageError
from handsight.media import Sampling, record
from handsight.types import Screen


def film(*colors: str, size: tuple[int, int] = (108, 240)) -> Callable[[], Screen]:
    """Looks at a screen that has another colour each time, and then stays."""
    left = list(colors)

    def look() -> Screen:
        return Screen(Image.new("RGB", size, left.pop(0) if len(left) > 1 else left[0]))

    return look


def test_a_screen_is_looked_at_as_often_as_asked() -> None:
    clip = record(film("red", "lime", "blue", "white"), 0.2, sampling=Sampling(fps=20))
    assert [frame.image.getpixel((5, 5)) for frame in clip.frames[:1]] == [(255, 0, 0)]
    assert clip.frames[-1].image.getpixel((5, 5)) != (255, 0, 0)
    assert list(clip.seconds) == sorted(clip.seconds)
    assert {frame.size for frame in clip.frames} == {clip.frames[0].sent}


def test_it_waits_only_until_the_next_moment() -> None:
    waited: list[float] = []
    clip = record(film("red", "blue"), 3, sampling=Sampling(fps=2), pause=waited.append)
    assert len(clip.frames) == 6
    assert all(0 <= seconds <= 2.5 for seconds in waited)
    assert waited == sorted(waited)  # nothing really waited, so each next moment lies further away


def test_a_slow_device_gives_fewer_frames_with_their_own_seconds() -> None:
    import time

    look = film("red", "blue")

    def slowly() -> Screen:
        time.sleep(0.05)
        return look()

    clip = record(slowly, 0.2, sampling=Sampling(fps=200))
    assert len(clip.frames) <= 8
    assert all(later - sooner >= 0.04 for sooner, later in zip(clip.seconds[1:-1], clip.seconds[2:-1], strict=False))


def test_a_screen_that_is_turned_is_fitted_into_the_first_shape() -> None:
    screens = [Screen(Image.new("RGB", size, "red")) for size in [(140, 280), (280, 140)]]
    clip = record(lambda: screens.pop(0) if len(screens) > 1 else screens[0], 0.04, sampling=Sampling(fps=100))
    last = clip.frames[-1].image
    assert last.size == clip.frames[0].size == (140, 280)
    assert last.getpixel((70, 140)) == (255, 0, 0)
    assert last.getpixel((70, 10)) == (0, 0, 0)


def test_what_the_device_raises_goes_on() -> None:
    def lost() -> Screen:
        raise DeviceLost("the phone was unplugged")

    with pytest.raises(DeviceLost, match="unplugged"):
        record(lost, 1)


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_seconds_that_make_no_sense_are_refused(seconds: float) -> None:
    with pytest.raises(UsageError, match="for some seconds"):
        record(film("red"), seconds)


def test_progress_ends_at_all() -> None:
    heard: list[tuple[int, int]] = []
    record(film("red"), 0.1, sampling=Sampling(fps=40), progress=lambda *at: heard.append(at), pause=lambda _: None)
    assert heard[-1] == (4, 4)


def test_the_virtual_phone_is_recorded_while_it_moves() -> None:
    from handsight.devices.android import open_virtual

    device = open_virtual(VirtualPhone())
    try:
        device.open_app("settings")
        before = device.screenshot()
        device.press("home")
        clip = record(device.glance, 0.5, sampling=Sampling(fps=8))
    finally:
        device.close()
    assert 2 <= len(clip.frames) <= 4
    assert clip.frames[0].size[0] < before.size[0]
    assert clip.frames[0].image.getextrema() != ((0, 0),) * 3
