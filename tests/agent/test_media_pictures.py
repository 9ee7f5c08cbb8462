"""Pictures from anything: right side up, in RGB, or refused in one sentence."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageStat

from handsight.errors import BadMedia, UsageError
from handsight.media import open_media, open_picture
from handsight.media.pictures import fit
from handsight.types import Clip, Picture


def drawn(size: tuple[int, int] = (60, 40)) -> Image.Image:
    """Blue, with a red corner at the top left."""
    image = Image.new("RGB", size, (20, 40, 220))
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 3, size[1] // 3), fill=(230, 20, 20))
    return image


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def alike(one: Image.Image, two: Image.Image, most: float = 0) -> bool:
    """Whether no channel of the average pixel differs by more; lossy files blur edges."""
    assert one.mode == two.mode == "RGB"
    return one.size == two.size and max(ImageStat.Stat(ImageChops.difference(one, two)).mean) <= most


PNG = encoded(drawn())


def one_sentence(problem: BaseException) -> None:
    words = str(problem)
    assert "\n" not in words
    assert 20 < len(words) < 260


# From anything


def test_a_picture_comes_from_wherever_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a b#ü.png"
    path.write_bytes(PNG)
    sources = [
        path,
        str(path),
        path.as_uri(),
        "file://localhost" + quote(str(path)),
        PNG,
        bytearray(PNG),
        memoryview(PNG),
        "data:image/png;base64," + b64encode(PNG).decode(),
        "DATA:;base64," + quote(b64encode(PNG).decode(), safe=""),
        "data:image/png," + quote(PNG),
        drawn(),
        np.asarray(drawn()),
        Picture(drawn()),
        Picture(path),
    ]
    for source in sources:
        picture = open_picture(source)
        assert alike(picture.image, drawn())
        assert picture.sent is None


def test_a_home_folder_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "me.png").write_bytes(PNG)
    assert open_picture("~/me.png").size == (60, 40)


def test_an_rgb_image_is_not_copied() -> None:
    image = drawn()
    assert open_picture(image).image is image


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF", "PPM", "JPEG", "WEBP", "JPEG2000", "AVIF"])
def test_every_kind_is_told_by_its_bytes(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.doc"
    path.write_bytes(encoded(drawn(), kind))
    assert alike(open_picture(path).image, drawn(), most=6)


def test_a_budget_gives_the_size_at_which_it_is_sent() -> None:
    assert open_picture(Image.new("RGB", (1080, 2400)), max_tokens=1280).sent == (672, 1484)
    assert open_picture(Image.new("RGB", (1080, 2400)), max_tokens=1280, factor=32).sent == (768, 1696)
    with pytest.raises(UsageError, match="at least 4 tokens"):
        open_picture(PNG, max_tokens=3)


def test_a_chosen_size_is_kept() -> None:
    assert open_picture(Picture(drawn(), (56, 28))).sent == (56, 28)


@given(st.integers(1, 9000), st.integers(1, 9000), st.integers(4, 2000), st.sampled_from([28, 32]))
@example(60, 40, 4, 28)
@example(30_000, 200, 60, 28)
def test_a_budget_is_never_exceeded(width: int, height: int, tokens: int, factor: int) -> None:
    assume(max(width, height) <= 200 * min(width, height))
    sent = fit((width, height), tokens, factor)
    assert sent[0] % factor == sent[1] % factor == 0
    assert 1 <= sent[0] * sent[1] // factor**2 <= tokens


# Right


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_photo_stands_upright(turn: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    held = drawn().transpose(undo[turn]) if turn in undo else drawn()
    exif = Image.Exif()
    exif[0x0112] = turn
    assert alike(open_picture(encoded(held, exif=exif)).image, drawn())


@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0MM\0*\0\0\xff\xff", b"\xff" * 40])
def test_broken_exif_says_nothing(exif: bytes) -> None:
    assert open_picture(encoded(drawn(), "JPEG", exif=exif)).size == (60, 40)


def test_of_an_animation_the_first_frame_is_taken() -> None:
    later = [Image.new("RGB", (60, 40), color) for color in ("green", "white")]
    for kind in ("GIF", "WEBP", "PNG", "TIFF"):
        data = encoded(drawn(), kind, save_all=True, append_images=later)
        assert alike(open_picture(data).image, drawn(), most=6), kind


def test_sixteen_bits_become_the_upper_eight() -> None:
    levels = np.array([[0, 256, 32768, 65535]], dtype=np.uint16).repeat(4, axis=0)
    wanted = [(level, level, level) for level in (0, 1, 128, 255)]
    for data in (encoded(Image.fromarray(levels)), encoded(Image.fromarray(levels), "TIFF")):
        image = open_picture(data).image
        assert [image.getpixel((x, 0)) for x in range(4)] == wanted
    assert [open_picture(levels).image.getpixel((x, 0))[0] for x in range(4)] == [0, 0, 127, 255]
    assert [open_picture(Image.fromarray(levels.astype(np.int32))).image.getpixel((x, 0)) for x in range(4)] == wanted


def test_sixteen_bits_of_colour_are_read() -> None:
    rows = b"".join(b"\0" + struct.pack(">6H", 65535, 0, 0, 0, 32768, 65535) for _ in range(2))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 16, 2, 0, 0, 0))
    data = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    image = open_picture(data).image
    assert [image.getpixel((x, 0)) for x in range(2)] == [(255, 0, 0), (0, 128, 255)]


def test_a_print_in_cmyk_has_its_colours() -> None:
    data = encoded(drawn().convert("CMYK"), "JPEG", quality=95)
    assert alike(open_picture(data).image, drawn(), most=6)


def test_a_palette_and_grey_are_read() -> None:
    assert alike(open_picture(encoded(drawn().convert("P", palette=Image.Palette.ADAPTIVE))).image, drawn(), most=1)
    assert open_picture(encoded(Image.new("L", (9, 9), 77))).image.getpixel((4, 4)) == (77, 77, 77)
    assert open_picture(encoded(Image.new("1", (9, 9), 1))).image.getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA", "P", "L", "RGB"])
def test_what_is_transparent_is_white(mode: str) -> None:
    options: dict[str, Any] = {}
    if mode in ("P", "L"):
        image, options = Image.new(mode, (9, 9), 0), {"transparency": 0}
    elif mode == "RGB":
        image, options = Image.new(mode, (9, 9), (1, 2, 3)), {"transparency": (1, 2, 3)}
    elif mode == "PA":
        image = Image.new("RGBA", (9, 9), (0, 0, 0, 0)).convert("PA")
    else:
        image = Image.new(mode, (9, 9), (0,) * len(mode))
    picture = open_picture(image) if mode == "PA" else open_picture(encoded(image, **options))
    assert picture.image.getpixel((4, 4)) == (255, 255, 255)


def test_what_shines_through_shines_on_white() -> None:
    half = Image.new("RGBA", (9, 9), (0, 0, 0, 128))
    assert open_picture(encoded(half)).image.getpixel((4, 4)) == (127, 127, 127)


def test_arrays_of_every_shape() -> None:
    colours = np.asarray(drawn())
    opaque = np.dstack([colours, np.full((40, 60), 255, np.uint8)])
    assert alike(open_picture(opaque).image, drawn())
    assert alike(open_picture(colours[:, ::-1]).image, drawn().transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    assert open_picture(colours[:, :, 0]).image.getpixel((0, 0)) == (230, 230, 230)
    assert open_picture(colours[:, :, :1]).image.getpixel((0, 0)) == (230, 230, 230)
    assert open_picture(np.ones((3, 5), dtype=bool)).image.getpixel((4, 2)) == (255, 255, 255)


# Refused


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"", "is empty"),
        (b"hello world, this is text", "it is text"),
        (b"<!DOCTYPE html><html>404</html>", "a web page or XML"),
        (b"%PDF-1.7", "a PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "PostScript"),
        (b"PK\x03\x04zip", "a ZIP archive"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIF picture"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "an MP4 video"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "a WAV sound"),
        (bytes(range(128, 256)), "of an unknown kind"),
        (PNG[:40], "broken"),
        (PNG[: len(PNG) // 2], "cut off or broken"),
        (b"\x89PNG\r\n\x1a\n", "broken"),
        (encoded(drawn((600, 400)), "JPEG")[:-1000], "cut off or broken"),
        (encoded(drawn(), "WEBP")[:60], "broken"),
        (encoded(drawn(), "GIF")[:60], "broken"),
        ("data:image/png;base64", "no comma"),
        ("data:image/png;base64,@@@", "does not hold base64"),
        ("data:image/png;base64,", "is empty"),
        ("file://fileserver/share/a.png", "not one on fileserver"),
        ("ftp://example.com/a.png", "not with ftp://"),
        ("s3://bucket/a.png", "not with s3://"),
        ("", "not the name of a file"),
        ("a\0b", "not the name of a file"),
        ("no/such/file.png", "no such file"),
        ("/", "it is a folder"),
        (None, "not NoneType"),
        (17, "not int"),
        (np.zeros((4, 4, 3), np.float32), "of float32"),
        (np.zeros((3, 4, 4, 3), np.uint8), r"\(3, 4, 4, 3\)"),
        (np.zeros((3, 224, 224), np.uint8), r"\(3, 224, 224\)"),
        (np.zeros((0, 4, 3), np.uint8), "nothing to see"),
        (Image.new("RGB", (0, 5)), "nothing to see"),
        (Image.new("F", (5, 5)), "floating point"),
        (Image.fromarray(np.full((4, 4), 70000, np.int32)), "what is white is not known"),
        (Image.new("L", (30000, 100)), "30000x100: no side may be more than 200 times"),
    ],
)
def test_what_is_no_picture_is_refused_in_one_sentence(source: Any, words: str) -> None:
    with pytest.raises(BadMedia, match=words) as caught:
        open_picture(source)
    one_sentence(caught.value)


def test_a_very_wide_picture_is_read_or_refused() -> None:
    wide = open_picture(encoded(Image.new("L", (30_000, 200), 99)), max_tokens=1280)
    assert wide.size == (30_000, 200)
    assert wide.sent == (12_264, 56)
    with pytest.raises(BadMedia, match="30000x149: no side") as caught:
        open_picture(encoded(Image.new("1", (30_000, 149))))
    one_sentence(caught.value)


def test_a_small_file_of_many_pixels_is_refused_before_it_is_unpacked() -> None:
    for size in [(10_000, 9_000), (60_000, 60_000)]:
        header = struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)
        chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
        data = PNG[:8] + chunk + PNG[33:]
        with pytest.raises(BadMedia, match="more than 89 million pixels") as caught:
            open_picture(data)
        one_sentence(caught.value)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "JPEG2000", "AVIF"]), st.data())
def test_damaged_files_are_read_or_refused_and_nothing_else(kind: str, data: st.DataObject) -> None:
    damaged = bytearray(FILES[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(damaged)))
    try:
        image = open_picture(bytes(damaged[:cut])).image
    except BadMedia:
        return
    assert image.mode == "RGB"


FILES = {kind: encoded(drawn(), kind) for kind in ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "JPEG2000", "AVIF"]}


def test_an_avif_that_cannot_be_decoded_is_refused() -> None:
    """Pillow's plugin for it raises what the others do not."""
    refused = 0
    for at in range(60, len(FILES["AVIF"]), 3):
        data = bytearray(FILES["AVIF"])
        data[at] ^= 0xFF
        try:
            open_picture(bytes(data))
        except BadMedia as problem:
            one_sentence(problem)
            refused += 1
    assert refused > 20


# A picture or a video


@pytest.mark.parametrize(
    ("data", "words"), [(b"Hello.", "text"), (b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIF picture; save it")]
)
def test_what_is_neither_is_said_to_be_neither(data: bytes, words: str) -> None:
    with pytest.raises(BadMedia, match=f"is not a picture or a video that can be read here: it is {words}"):
        open_media(data)


def test_bytes_decide_whether_it_is_a_picture_or_moves() -> None:
    moving = encoded(drawn(), "GIF", save_all=True, append_images=[Image.new("RGB", (60, 40), "green")])
    assert isinstance(open_media(moving), Clip)
    assert isinstance(open_media([drawn(), drawn()]), Clip)
    for still in (PNG, encoded(drawn(), "GIF"), drawn(), np.asarray(drawn())):
        picture = open_media(still, max_tokens=4)
        assert isinstance(picture, Picture)
        assert picture.sent == (56, 56)
