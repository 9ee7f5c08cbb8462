"""Pictures on their way to a model."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from handsight.media import DataUrls, data_url, resized
from handsight.types import Picture

PREFIX = "data:image/jpeg;base64,"


@pytest.fixture
def screenshot() -> Image.Image:
    """A phone's screen of lines of text."""
    image = Image.new("RGB", (540, 1200), "white")
    draw = ImageDraw.Draw(image)
    for y in range(10, 1190, 30):
        draw.text((10, y), "Network & internet: Wi-Fi, mobile, hotspot", fill=(20, y % 120, 60), font_size=20)
    return image


def difference(one: Image.Image, two: Image.Image) -> float:
    """The root mean square distance of two pictures, in levels of 255."""
    stat = ImageStat.Stat(ImageChops.difference(one, two))
    return float((sum(stat.sum2) / sum(stat.count)) ** 0.5)


@pytest.mark.parametrize("sent", [(336, 728), (540, 1204), (560, 1204), (28, 28)])
def test_a_picture_gets_the_size_at_which_it_is_sent(screenshot: Image.Image, sent: tuple[int, int]) -> None:
    image = resized(Picture(screenshot, sent))
    assert (image.size, image.mode) == (sent, "RGB")


def test_a_picture_of_the_right_size_is_not_resampled(screenshot: Image.Image) -> None:
    assert resized(Picture(screenshot)) is screenshot
    assert resized(Picture(screenshot, screenshot.size)) is screenshot


def test_shrunk_text_looks_as_the_family_was_trained_to_see_it(screenshot: Image.Image) -> None:
    sent = (336, 728)
    trained_on = screenshot.resize(sent, Image.Resampling.BICUBIC)
    skipping_pixels = screenshot.resize(sent, Image.Resampling.NEAREST)
    distance = difference(resized(Picture(screenshot, sent)), trained_on)
    assert distance < 4
    assert difference(skipping_pixels, trained_on) > 4 * distance


def test_an_enlarged_picture_is_bicubic_to_the_bit(screenshot: Image.Image) -> None:
    sent = (546, 1204)
    expected = screenshot.resize(sent, Image.Resampling.BICUBIC)
    assert resized(Picture(screenshot, sent)).tobytes() == expected.tobytes()


def test_a_file_is_read_and_resized(tmp_path: Path, screenshot: Image.Image) -> None:
    path = tmp_path / "screen.png"
    screenshot.save(path)
    assert resized(Picture(path, (336, 728))).tobytes() == resized(Picture(screenshot, (336, 728))).tobytes()


@pytest.mark.parametrize("mode", ["RGBA", "L", "P", "1", "CMYK"])
def test_any_mode_becomes_rgb(mode: str) -> None:
    image = resized(Picture(Image.new(mode, (56, 56)), (28, 28)))
    assert (image.mode, image.size) == ("RGB", (28, 28))


def test_a_data_url_holds_a_jpeg_of_the_same_size(screenshot: Image.Image) -> None:
    url = data_url(screenshot)
    assert url.startswith(PREFIX)
    with Image.open(BytesIO(b64decode(url.removeprefix(PREFIX), validate=True))) as decoded:
        assert (decoded.format, decoded.size, decoded.mode) == ("JPEG", screenshot.size, "RGB")
        assert difference(decoded, screenshot) < 8


def test_less_quality_is_less_text(screenshot: Image.Image) -> None:
    assert len(data_url(screenshot, quality=40)) < len(data_url(screenshot))


def test_the_same_picture_gives_the_same_url(screenshot: Image.Image) -> None:
    assert data_url(screenshot) == data_url(screenshot.copy())


def test_a_known_picture_is_not_looked_at_again(screenshot: Image.Image) -> None:
    urls = DataUrls()
    first = urls[Picture(screenshot, (28, 56))]
    screenshot.paste("black", (0, 0, *screenshot.size))
    assert urls[Picture(screenshot, (28, 56))] == first
    assert DataUrls()[Picture(screenshot, (28, 56))] != first


def test_another_size_of_a_known_picture_is_another_url(screenshot: Image.Image) -> None:
    urls = DataUrls()
    assert urls[Picture(screenshot, (28, 56))] != urls[Picture(screenshot, (56, 28))]


def test_a_file_is_known_by_its_path(tmp_path: Path, screenshot: Image.Image) -> None:
    path = tmp_path / "screen.png"
    screenshot.save(path)
    urls = DataUrls()
    first = urls[Picture(path)]
    path.unlink()
    assert urls[Picture(tmp_path / "screen.png")] == first


def test_pictures_that_are_gone_are_never_taken_for_new_ones() -> None:
    urls = DataUrls()
    for level in range(50):  # each image gets the id of the one before it, which is gone
        image = Image.new("RGB", (16, 16), (level * 5, 0, 0))
        assert urls[Picture(image)] == data_url(image)
        del image


def test_only_the_last_pictures_are_kept() -> None:
    urls = DataUrls(limit=2)
    old, kept, new = (Image.new("RGB", (16, 16), color) for color in ("red", "green", "blue"))
    white = Image.new("RGB", (16, 16), "white")
    first = {name: urls[Picture(image)] for name, image in (("old", old), ("kept", kept))}
    assert urls[Picture(old)] == first["old"]  # asked for again: now "kept" is the oldest
    assert urls[Picture(new)] == data_url(new)
    for image in (old, kept):
        image.paste(white)
    assert urls[Picture(old)] == first["old"]
    assert urls[Picture(kept)] == data_url(white)


def test_they_hold_no_more_than_so_many_characters() -> None:
    images = [Image.effect_noise((64, 64), 50 + level).convert("RGB") for level in range(5)]
    room = sum(len(data_url(image)) for image in images[-2:])
    urls = DataUrls(characters=room)
    first = [urls[Picture(image)] for image in images]
    for image in images:
        image.paste("white", (0, 0, 64, 64))
    assert urls[Picture(images[4])] == first[4]
    assert urls[Picture(images[3])] == first[3]
    assert urls[Picture(images[0])] != first[0]


def test_a_picture_larger_than_all_the_room_is_still_had() -> None:
    image = Image.effect_noise((64, 64), 50).convert("RGB")
    urls = DataUrls(characters=10)
    assert urls[Picture(image)] == urls[Picture(image)] == data_url(image)
