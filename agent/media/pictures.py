"""A picture from anything, upright and in RGB."""

from __future__ import annotations

import struct
import warnings
import zlib
from typing import Any, BinaryIO

from PIL import Image, ImageOps

from handsight.errors import BadMedia, UsageError
from handsight.media.remote import Remote
from handsight.media.sniff import is_picture, what
from handsight.media.sources import Opened, Source, opened
from handsight.sizes import MAX_ASPECT, smart_resize
from handsight.types import Picture

# The plain raster kinds alone: other plugins of Pillow run programs (EPS) or read fonts and plots.
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "BMP", "DIB", "TIFF", "JPEG2000", "PPM")
MAX_PIXELS = 89_478_485  # where Pillow begins to suspect a decompression bomb: 256 MB as RGB

# What Pillow's decoders raise on broken files; not all of it is OSError.
BROKEN = (
    *(OSError, SyntaxError, ValueError, TypeError, EOFError, struct.error, zlib.error),
    *(LookupError, ArithmeticError, RuntimeError),
)


def open_picture(
    source: Source | Image.Image | Picture | Any,
    *,
    max_tokens: int | None = None,
    factor: int = 28,
    remote: Remote | None = None,
) -> Picture:
    """Take a picture from a path, file://, http(s):// or data: address, bytes, a Pillow image or a numpy array.

    It is turned as its camera held it, laid on white where it is transparent, and RGB; of an animation it is the first
    frame. An array is (height, width), (height, width, 3) or (height, width, 4), of uint8, uint16 or bool. With
    `max_tokens` it is sent at a size that costs at most so many, at one token per `factor`² pixels. Raises BadMedia.
    """
    if isinstance(source, Picture):
        image, name = source.image, "the picture"
    elif isinstance(source, Image.Image):
        image, name = _loaded(source, "the image"), "the image"
    elif hasattr(source, "__array_interface__"):
        image, name = _of_array(source), "the array"
    elif isinstance(source, Source):
        with opened(source, remote or Remote()) as file:
            image, name = read_picture(file), file.name
    else:
        raise BadMedia(f"a picture is a path, an address, bytes, an image or an array, not {type(source).__name__}")
    sent = source.sent if isinstance(source, Picture) else None
    return Picture(image, sent if max_tokens is None else fit(image.size, max_tokens, factor, name))


def read_picture(file: Opened) -> Image.Image:
    """The picture in an open file, upright and RGB."""
    with open_image(file.file, file.name, file.head) as image:
        return _loaded(image, file.name)


def open_image(file: BinaryIO, name: str, head: bytes) -> Image.Image:
    """Open a file of one of the FORMATS and of no more than MAX_PIXELS; its pixels are not yet read."""
    if not is_picture(head):
        raise BadMedia(f"{name} is not a picture that can be read here: it is {what(head)}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)  # remarks on odd metadata
            return Image.open(file, formats=FORMATS)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as problem:
        raise BadMedia(f"{name} has more than {MAX_PIXELS // 10**6} million pixels: make it smaller first") from problem
    except BROKEN as problem:
        raise BadMedia(f"{name} begins as {what(head)} and is broken: it cannot be read") from problem


def fit(size: tuple[int, int], max_tokens: int, factor: int, name: str = "the picture") -> tuple[int, int]:
    """The (width, height) at which a picture costs at most `max_tokens`, at one token per `factor`² pixels."""
    if max_tokens < 4:
        raise UsageError(f"a picture needs at least 4 tokens, not {max_tokens}")
    width, height = size
    _check_sides(size, name)
    sent = smart_resize(height, width, factor, 4 * factor**2, max_tokens * factor**2)
    rows, columns = (side // factor for side in sent)
    if rows * columns > max_tokens:  # whole patches at least 1 high and 4 in all: the longer side gives way
        rows, columns = (rows, max_tokens // rows) if rows <= columns else (max_tokens // columns, columns)
    return columns * factor, rows * factor


def _check_sides(size: tuple[int, int], name: str) -> None:
    width, height = size
    if min(size) < 1:
        raise BadMedia(f"{name} is {width}x{height}: there is nothing to see on it")
    if max(size) > MAX_ASPECT * min(size):
        raise BadMedia(f"{name} is {width}x{height}: no side may be more than {MAX_ASPECT} times the other, so crop it")


def _loaded(image: Image.Image, name: str) -> Image.Image:
    """The picture, read, upright and RGB. An RGB image in memory is given back as it is."""
    _check_sides(image.size, name)
    if image.width * image.height > MAX_PIXELS:
        raise BadMedia(f"{name} has more than {MAX_PIXELS // 10**6} million pixels: make it smaller first")
    try:
        image.load()
    except (*BROKEN, MemoryError) as problem:
        raise BadMedia(f"{name} is cut off or broken: {problem}") from problem
    try:
        return rgb(_upright(image))
    except BROKEN as problem:
        raise BadMedia(f"{name} is of a kind ({image.mode}) that cannot be turned into RGB: {problem}") from problem


def _upright(image: Image.Image) -> Image.Image:
    """The image turned as its EXIF data says; data that cannot be read says nothing, as in any viewer."""
    try:
        turn = image.getexif().get(0x0112, 1)
    except BROKEN:
        return image
    return ImageOps.exif_transpose(image) if turn in range(2, 9) else image


def rgb(image: Image.Image) -> Image.Image:
    """The image in RGB: 16 bits a channel become the upper 8, what is transparent becomes white."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):
        low, high = _extrema(image)
        if low < 0 or high > 0xFFFF:
            raise ValueError(f"its values run from {low} to {high}, so what is white is not known")
        return image.convert("I").point(lambda level: level * (1 / 257) + 0.5).convert("L").convert("RGB")
    if image.mode == "F":
        raise ValueError("its values are floating point numbers, so what is white is not known")
    if not image.has_transparency_data:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    white.alpha_composite(clear)
    return white.convert("RGB")


def _extrema(image: Image.Image) -> tuple[float, float]:
    low, high = image.getextrema()
    assert isinstance(low, (int, float))
    assert isinstance(high, (int, float))
    return low, high


def _of_array(array: Any) -> Image.Image:
    """An image of an array, through the protocol that numpy's arrays speak: numpy itself is not needed."""
    shape, kind = tuple(array.shape), str(array.dtype)
    if not (len(shape) == 2 or (len(shape) == 3 and shape[2] in (1, 3, 4))) or kind not in ("uint8", "uint16", "bool"):
        raise BadMedia(
            "an array for a picture is (height, width) or (height, width, 3 or 4) of uint8, uint16 or bool, "
            f"not {shape} of {kind}"
        )
    _check_sides((shape[1], shape[0]), "the array")
    if kind == "bool":
        array = array.astype("uint8") * 255
    elif kind == "uint16":
        array = (array // 257).astype("uint8")
    if len(shape) == 3 and shape[2] == 1:
        array = array[:, :, 0]
    return _loaded(Image.fromarray(array), "the array")
