"""The forms in which a picture of the screen leaves the phone."""

from __future__ import annotations

import io
import struct
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image, ImageDraw

from handsight.devices.virtual.adbd.capture import Captures
from handsight.png import BAND_ROWS, encode

SIZES = [(1, 1), (3, BAND_ROWS - 1), (64, BAND_ROWS), (130, BAND_ROWS + 1), (7, 5 * BAND_ROWS + 3)]


def noise(size: tuple[int, int]) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise(size, 90) for _ in range(3)])


@pytest.mark.parametrize("size", SIZES)
def test_a_png_shows_every_pixel(size: tuple[int, int]) -> None:
    image = noise(size)
    read = Image.open(io.BytesIO(encode(image)))
    read.load()
    assert (read.format, read.mode, read.size) == ("PNG", "RGB", size)
    assert read.tobytes() == image.tobytes()


@pytest.mark.parametrize("size", SIZES)
def test_raw_pixels_follow_a_header_that_names_their_size(size: tuple[int, int]) -> None:
    image = noise(size)
    raw = Captures(lambda: image).raw()
    assert struct.unpack_from("<4I", raw) == (*size, 1, 1)
    assert raw[16:] == image.convert("RGBA").tobytes()


@pytest.mark.parametrize("size", SIZES)
def test_the_framebuffer_says_where_each_colour_lies(size: tuple[int, int]) -> None:
    image = noise(size)
    header, pixels = Captures(lambda: image).framebuffer()
    version, bits, space, length, width, height, *places = struct.unpack("<14I", header)
    assert (version, bits, space, length, width, height) == (2, 32, 1, len(pixels), *size)
    red, blue, green, alpha = zip(places[::2], places[1::2], strict=True)
    first = int.from_bytes(pixels[:4], "little")
    told = tuple(first >> offset & (1 << length) - 1 for offset, length in (red, green, blue, alpha))
    assert told == (*image.getpixel((0, 0)), 255)


def test_whatever_lies_behind_an_rgb_pixel_in_memory_the_alpha_is_full() -> None:
    image = noise((40, 40)).resize((80, 80), Image.Resampling.BICUBIC)
    assert set(Captures(lambda: image).raw()[19::4]) == {255}


def test_a_picture_is_encoded_once_and_a_new_one_anew() -> None:
    frames = [noise((20, 20)), noise((20, 20))]
    captures = Captures(lambda: frames[0])
    raw, png = captures.raw(), captures.png()
    assert captures.raw() is raw
    assert captures.png() is png
    assert captures.framebuffer()[1].obj is raw
    del frames[0]
    assert captures.raw() != raw
    assert captures.png() != png


def test_many_may_capture_at_once() -> None:
    frames = [noise((100, 200)) for _ in range(8)]
    turn = iter(frames * 40)
    captures = Captures(lambda: next(turn))
    with ThreadPoolExecutor(8) as pool:
        raws = list(pool.map(lambda _: captures.raw(), range(160)))
    expected = {struct.pack("<4I", 100, 200, 1, 1) + frame.convert("RGBA").tobytes() for frame in frames}
    assert set(raws) <= expected


def test_a_flat_screen_makes_a_small_png() -> None:
    image = Image.new("RGB", (1080, 2400), "white")
    ImageDraw.Draw(image).rectangle((100, 300, 980, 700), fill="navy")
    assert len(encode(image)) < 50_000
