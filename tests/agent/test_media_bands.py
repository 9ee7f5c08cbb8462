"""Work in bands: the same to the last bit, whatever the number of cores."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from threading import current_thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from handsight.media import bands, resized
from handsight.media.bands import in_bands, resize
from handsight.types import Picture

FILTERS = (Image.Resampling.HAMMING, Image.Resampling.BICUBIC)
SIDES = st.integers(1, 300)


def noise(width: int, height: int, seed: int = 0) -> Image.Image:
    return Image.frombytes("RGB", (width, height), Random(seed).randbytes(3 * width * height))


@pytest.fixture(scope="module", params=[2, 3], autouse=True)
def _many_cores(request: pytest.FixtureRequest) -> Iterator[None]:
    """As many bands as on a machine with so many cores, for small pictures as well."""
    patch = pytest.MonkeyPatch()
    patch.setattr(bands, "cores", lambda: request.param)
    patch.setattr(bands, "SMALL", 0)
    yield
    patch.undo()


@pytest.mark.parametrize("filter_", FILTERS)
@settings(max_examples=60, deadline=None)
@given(old=st.tuples(SIDES, SIDES), new=st.tuples(SIDES, SIDES), seed=st.integers(0, 9))
def test_a_picture_resized_in_bands_is_the_picture_resized_whole(
    filter_: Image.Resampling, old: tuple[int, int], new: tuple[int, int], seed: int
) -> None:
    image = noise(*old, seed)
    assert resize(image, new, filter_).tobytes() == image.resize(new, filter_).tobytes()


@pytest.mark.parametrize("filter_", FILTERS)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ((1080, 2400), (672, 1484)),
        ((1080, 2400), (1092, 2408)),
        ((1440, 3120), (672, 1456)),
        ((1920, 1080), (1316, 728)),
    ],
)
def test_screens_of_usual_sizes_come_out_the_same(
    filter_: Image.Resampling, old: tuple[int, int], new: tuple[int, int]
) -> None:
    image = noise(*old)
    assert bands._axis(old, new, filter_) is not None  # it is in bands indeed
    assert ImageChops.difference(resize(image, new, filter_), image.resize(new, filter_)).getbbox() is None


def test_only_one_side_may_change() -> None:
    image = noise(50, 70)
    for size in ((50, 40), (90, 70), (50, 70)):
        assert resize(image, size, FILTERS[0]).tobytes() == image.resize(size, FILTERS[0]).tobytes()


def test_a_picture_is_sent_as_pillow_makes_it() -> None:
    screen = noise(270, 600)
    shrunk, grown = resized(Picture(screen, (168, 364))), resized(Picture(screen, (280, 616)))
    assert shrunk.tobytes() == screen.resize((168, 364), Image.Resampling.HAMMING).tobytes()
    assert grown.tobytes() == screen.resize((280, 616), Image.Resampling.BICUBIC).tobytes()


def test_where_no_bands_come_out_the_same_the_picture_is_resized_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bands, "_axis", lambda *_: None)
    image = noise(90, 60)
    assert resize(image, (40, 50), FILTERS[0]).tobytes() == image.resize((40, 50), FILTERS[0]).tobytes()


@given(st.integers(0, 40))
def test_bands_cover_everything_once_and_follow_one_another(length: int) -> None:
    parts: list[tuple[int, int]] = []
    in_bands(length, lambda start, end: parts.append((start, end)), pixels=1)
    parts.sort()
    assert [at for start, end in parts for at in range(start, end)] == [*range(length)]


def test_few_pixels_are_worked_on_where_one_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bands, "SMALL", 100)
    threads = []
    for pixels in (100, 101):
        in_bands(4, lambda *_: threads.append(current_thread()), pixels)
    assert threads[0] is current_thread()
    assert len(threads) > 2
    assert current_thread() not in threads[1:]


def test_what_goes_wrong_in_a_band_is_raised() -> None:
    def work(start: int, _: int) -> None:
        if start:
            raise ValueError("the second band")

    with pytest.raises(ValueError, match="the second band"):
        in_bands(4, work, pixels=1)
