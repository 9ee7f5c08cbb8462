"""What `screencap` writes, in its several forms, and what is not a picture."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image, ImageDraw

from handsight.devices.android.screencap import from_png, from_raw, mostly_black
from handsight.errors import CaptureFailed

PICTURE = Image.linear_gradient("L").resize((36, 80)).convert("RGB")
PICTURE.putpixel((3, 5), (10, 200, 30))


def raw(order: int = 1, space: bytes = struct.pack("<I", 1), pixels: str = "RGBX") -> bytes:
    return struct.pack("<3I", *PICTURE.size, order) + space + PICTURE.convert("RGB").tobytes("raw", pixels)


def png() -> bytes:
    file = io.BytesIO()
    PICTURE.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [raw(), raw(2), raw(space=b""), raw(2, b""), raw(5, pixels="BGRX"), bytearray(raw())],
    ids=["rgba", "rgbx", "short header", "rgbx, short header", "bgra", "bytearray"],
)
def test_raw_pictures_are_read_in_every_form(data: bytes) -> None:
    image = from_raw(data)
    assert (image.mode, image.size) == ("RGB", PICTURE.size)
    assert image.tobytes() == PICTURE.tobytes()


def test_a_picture_read_raw_can_be_saved_and_drawn_on() -> None:
    image = from_raw(raw())
    ImageDraw.Draw(image).point((0, 0), "red")
    image.save(io.BytesIO(), "PNG")


@pytest.mark.parametrize(
    "data",
    [b"", b"\0" * 11, raw()[:-1], raw() + b"\0", raw(7), b"Status -1", struct.pack("<3I", 0, 0, 1), png()],
    ids=["nothing", "half a header", "cut", "longer", "unknown format", "words", "no size", "a png"],
)
def test_what_is_no_raw_picture_is_not_made_one(data: bytes) -> None:
    with pytest.raises(CaptureFailed, match=f"{len(data)} bytes"):
        from_raw(data)


@pytest.mark.parametrize("warning", [b"", b"[Warning] Multiple displays were found, but no display was specified!\n"])
def test_a_png_is_found_behind_a_warning(warning: bytes) -> None:
    image = from_png(warning + png())
    assert (image.mode, image.tobytes()) == ("RGB", PICTURE.tobytes())


@pytest.mark.parametrize(
    "data",
    [b"", b"error: device not found", png()[:40], png()[:-30], png()[1:], png().replace(b"IDAT", b"IDOT")],
    ids=["nothing", "words", "cut early", "cut late", "cut in front", "damaged"],
)
def test_what_is_no_whole_png_is_not_made_a_picture(data: bytes) -> None:
    with pytest.raises(CaptureFailed):
        from_png(data)


@pytest.mark.parametrize("lines", [b"one\n", b"one\r\ntwo\n" * 3, b"[Warning] " + b"x" * 400 + b"\n"])
def test_a_raw_picture_is_found_behind_lines_of_warning(lines: bytes) -> None:
    assert from_raw(lines + raw()).tobytes() == PICTURE.tobytes()


@pytest.mark.parametrize("lines", [b"no end of line ", b"\0\1\n", b"x" * 2000 + b"\n"])
def test_what_comes_before_a_raw_picture_is_skipped_only_if_it_is_lines_of_text(lines: bytes) -> None:
    with pytest.raises(CaptureFailed):
        from_raw(lines + raw())


def test_several_lines_instead_of_a_picture_are_passed_on_as_one() -> None:
    with pytest.raises(CaptureFailed, match=r"'Failed to take screenshot\. Status: -2 Capturing failed\.'"):
        from_png(b"Failed to take screenshot. Status: -2\nCapturing failed.\n")


def test_words_instead_of_a_picture_are_passed_on() -> None:
    with pytest.raises(CaptureFailed, match="display not found"):
        from_raw(b"display not found")


def test_black_is_told_from_dark() -> None:
    assert mostly_black(Image.new("RGB", (1080, 2400)))
    assert not mostly_black(Image.new("RGB", (1080, 2400), (1, 1, 1)))
    with_bars = Image.new("RGB", (1080, 2400))
    ImageDraw.Draw(with_bars).rectangle((0, 0, 1080, 100), fill="white")
    assert mostly_black(with_bars)
    ImageDraw.Draw(with_bars).rectangle((0, 0, 1080, 800), fill="white")
    assert not mostly_black(with_bars)
