"""Patches of pictures and videos, held against the processors of transformers."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import transformers
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from handsight.errors import UsageError
from handsight.media import bands, resized
from handsight.models.pixels import PatchFormat
from handsight.types import Picture

QWEN2 = PatchFormat()
QWEN3 = PatchFormat(patch=16, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
FORMATS = pytest.mark.parametrize("form", [QWEN2, QWEN3], ids=["patches of 14", "patches of 16"])
CLOSE = 1e-2


def noise(width: int, height: int, seed: int = 0) -> Image.Image:
    """A picture in which no two patches are alike."""
    generator = torch.Generator().manual_seed(seed)
    data = torch.randint(0, 256, (height, width, 3), dtype=torch.uint8, generator=generator)
    return Image.frombytes("RGB", (width, height), data.numpy().tobytes())


def stock(form: PatchFormat, **options: Any) -> Any:
    """The processor of transformers for the same patches."""
    return transformers.Qwen2VLImageProcessorPil(
        patch_size=form.patch, image_mean=list(form.mean), image_std=list(form.std), **options
    )


def assert_same(ours: tuple[torch.Tensor, torch.Tensor], theirs: Any) -> None:
    values, grids = ours
    assert grids.tolist() == theirs["image_grid_thw"].tolist()
    assert values.dtype == torch.float32
    assert values.shape == theirs["pixel_values"].shape
    assert (values - theirs["pixel_values"]).abs().max() < CLOSE


# Stills


@FORMATS
def test_a_phone_s_screenshot_has_the_values_of_the_stock_path_resize_included(form: PatchFormat) -> None:
    """With the filter of our own resizing, Hamming; the stock default is bicubic."""
    screen, sent = noise(1080, 2400), {28: (672, 1484), 32: (768, 1696)}[form.factor]
    theirs = stock(
        form,
        resample=Image.Resampling.HAMMING,
        size={"shortest_edge": 4 * form.factor**2, "longest_edge": 1280 * form.factor**2},
    )(images=[screen], return_tensors="pt")
    assert_same(form.stills([resized(Picture(screen, sent))]), theirs)


def test_with_the_stock_filter_nothing_differs_either() -> None:
    screen = noise(540, 1200)
    ours = QWEN2.stills([screen.resize((532, 1204), Image.Resampling.BICUBIC)])
    assert_same(ours, stock(QWEN2)(images=[screen], return_tensors="pt"))


@FORMATS
@settings(max_examples=20, deadline=None)
@given(
    shapes=st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=1, max_size=3), seed=st.integers(0, 99)
)
def test_pictures_of_any_shapes_follow_one_another(form: PatchFormat, shapes: list[tuple[int, int]], seed: int) -> None:
    images = [noise(w * form.factor, h * form.factor, seed + at) for at, (w, h) in enumerate(shapes)]
    assert_same(form.stills(images), stock(form, do_resize=False)(images=images, return_tensors="pt"))


def test_no_pictures_are_no_patches() -> None:
    values, grids = QWEN2.stills([])
    assert values.shape == (0, 1176)
    assert grids.shape == (0, 3)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "1"])
def test_a_picture_of_another_mode_is_seen_in_its_colours(mode: str) -> None:
    image = noise(56, 28).convert(mode)
    values, _ = QWEN2.stills([image])
    expected, _ = QWEN2.stills([image.convert("RGB")])
    assert torch.equal(values, expected)


def test_black_and_white_are_the_ends_of_the_scale() -> None:
    black, white = (QWEN3.stills([Image.new("RGB", (32, 32), color)])[0] for color in ("black", "white"))
    assert torch.allclose(black, torch.tensor(-1.0))
    assert torch.allclose(white, torch.tensor(1.0))


def test_the_patches_of_one_token_lie_together() -> None:
    image = Image.new("RGB", (64, 32), "black")
    image.paste("white", (0, 0, 32, 32))  # the left token
    values, grids = QWEN3.stills([image])
    assert grids.tolist() == [[1, 2, 4]]
    assert values.mean(dim=1).round().tolist() == [1.0] * 4 + [-1.0] * 4


@pytest.mark.parametrize("size", [(28, 30), (30, 28), (27, 56)])
def test_a_size_that_would_be_resized_again_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(UsageError, match=f"multiples of 28 pixels here, this one is {size[0]}x{size[1]}"):
        QWEN2.stills([Image.new("RGB", size)])


# Videos


def test_a_video_of_one_picture_said_twice_is_that_picture() -> None:
    image = noise(56, 84)
    assert torch.equal(QWEN2.video([image, image])[0], QWEN2.stills([image])[0])


@FORMATS
def test_two_frames_are_the_two_moments_of_each_patch(form: PatchFormat) -> None:
    first, second = noise(form.factor * 2, form.factor, 1), noise(form.factor * 2, form.factor, 2)
    values, grids = form.video([first, second])
    assert grids.tolist() == [[1, 2, 4]]
    shape = (8, 3, 2, form.patch, form.patch)
    moments = values.view(shape)
    assert torch.equal(moments[:, :, 0], form.stills([first])[0].view(shape)[:, :, 0])
    assert torch.equal(moments[:, :, 1], form.stills([second])[0].view(shape)[:, :, 1])


def test_pairs_of_frames_follow_one_another_and_the_last_fills_up() -> None:
    frames = [noise(28, 56, seed) for seed in range(3)]
    values, grids = QWEN2.video(frames)
    assert grids.tolist() == [[2, 4, 2]]
    assert torch.equal(values[:8], QWEN2.video(frames[:2])[0])
    assert torch.equal(values[8:], QWEN2.stills(frames[2:])[0])


@pytest.mark.parametrize("sizes", [[], [(28, 28), (28, 56)]])
def test_a_video_without_one_size_is_refused(sizes: list[tuple[int, int]]) -> None:
    with pytest.raises(UsageError, match=f"all of one size; this one has {len(set(sizes))} sizes"):
        QWEN2.video([Image.new("RGB", size) for size in sizes])


# The checkpoint's own words


def test_the_format_is_read_from_the_checkpoint() -> None:
    form = PatchFormat.of(stock(QWEN3).to_dict())
    assert form == QWEN3
    assert (form.factor, form.width) == (32, 1536)


def test_a_config_that_says_nothing_is_that_of_qwen2_vl() -> None:
    assert PatchFormat.of({"patch_size": None}) == QWEN2 == PatchFormat.of(stock(QWEN2).to_dict())
    assert (QWEN2.factor, QWEN2.width) == (28, 1176)


# Bands


@FORMATS
@pytest.mark.parametrize("many", [2, 3, 4])
def test_patches_cut_in_bands_are_those_cut_at_once(
    form: PatchFormat, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = noise(3 * form.factor, 5 * form.factor)
    whole, moving = form.stills([image])[0], form.video([image, image, image])[0]
    monkeypatch.setattr(bands, "cores", lambda: many)
    monkeypatch.setattr(bands, "SMALL", 0)
    assert torch.equal(form.stills([image])[0], whole)
    assert torch.equal(form.video([image, image, image])[0], moving)
