"""A video from anything: a file of any container, an animation, or frames one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from PIL import Image, ImageOps

from handsight.errors import BadMedia, ExtraMissing
from handsight.media.pictures import BROKEN, open_image, open_picture, read_picture, rgb
from handsight.media.remote import Remote
from handsight.media.sampling import Moment, Sampling
from handsight.media.sniff import is_picture, no_media
from handsight.media.sources import Opened, Source, opened
from handsight.types import Clip, Picture

Progress = Callable[[int, int], None]

_VIDEO = Remote(max_bytes=2 << 30, timeout_s=900)


def open_clip(
    source: Source | Sequence[Any] | Clip,
    *,
    start_s: float | None = None,
    end_s: float | None = None,
    sampling: Sampling | None = None,
    fps: float | None = None,
    remote: Remote = _VIDEO,
    progress: Progress | None = None,
) -> Clip:
    """Sample a video from a path, file://, http(s):// or data: address, bytes, or a sequence of pictures.

    Of a sequence all frames are taken as they are; `fps` is how many of them make a second (2 by default). `progress`
    is told how many of how many frames are there. Memory holds the small frames alone. Raises BadMedia.
    """
    sampling = sampling or Sampling()
    if isinstance(source, Clip):
        return source
    if isinstance(source, (list, tuple)):
        return _of_frames(source, sampling, fps or 2.0, remote)
    if not isinstance(source, Source):
        raise BadMedia(f"a video is a path, an address, bytes or a list of pictures, not {type(source).__name__}")
    with opened(source, remote) as file:
        return _read(file, sampling, start_s, end_s, progress)


def open_media(
    source: Any,
    *,
    max_tokens: int | None = None,
    sampling: Sampling | None = None,
    remote: Remote = _VIDEO,
    progress: Progress | None = None,
) -> Picture | Clip:
    """Take a picture or a video, whichever the source is by its bytes; a list is a video, so is an animation."""
    sampling = sampling or Sampling()
    if isinstance(source, (list, tuple, Clip)):
        return open_clip(source, sampling=sampling, remote=remote)
    if not isinstance(source, Source):
        return open_picture(source, max_tokens=max_tokens, factor=sampling.factor)
    with opened(source, remote) as file:
        if is_picture(file.head) and not _moves(file):
            return open_picture(read_picture(file), max_tokens=max_tokens, factor=sampling.factor)
        return _read(file, sampling, None, None, progress)


def check_media(file: Opened) -> None:
    """Raise BadMedia for a broken picture and for what is no picture or video; a video is not gone through."""
    if is_picture(file.head):
        read_picture(file)
    else:
        _check_kind(file)


def framed(images: Iterable[tuple[Image.Image, float]], size: tuple[int, int]) -> Clip:
    """A clip of images, each with its second, fitted into `size` on black as they come; an odd one shows twice."""
    frames: list[Picture] = []
    seconds: list[float] = []
    for image, second in images:
        small = image if image.size == size else _fitted(image, size)
        frames.append(Picture(small, size))
        seconds.append(second)
    if len(frames) % 2:
        frames.append(frames[-1])
        seconds.append(seconds[-1])
    return Clip(tuple(frames), tuple(seconds))


def _fitted(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Patches make the shape differ by a few percent: that is stretched, a frame that was turned is not."""
    stretch = (image.width * size[1]) / (image.height * size[0])
    if 0.8 < stretch < 1.25:
        return image.resize(size, Image.Resampling.BICUBIC)
    return ImageOps.pad(image, size, Image.Resampling.BICUBIC)


def _of_frames(sources: Sequence[Any], sampling: Sampling, fps: float, remote: Remote) -> Clip:
    if not sources:
        raise BadMedia("a video has at least one frame, and this list is empty")
    if not 0 < fps < 1e4:
        raise BadMedia(f"the frames of a video come at some number a second, not at {fps}")
    count = len(sources) + len(sources) % 2
    if count > sampling.max_frames:
        raise BadMedia(f"a list of {len(sources)} frames is more than the {sampling.max_frames} that a video may have")
    first = open_picture(sources[0], remote=remote)
    size = sampling.size(*first.size, count)
    rest = (open_picture(source, remote=remote) for source in sources[1:])
    images = (picture.image for group in ((first,), rest) for picture in group)
    return framed(((image, number / fps) for number, image in enumerate(images)), size)


def _check_kind(file: Opened) -> None:
    if words := no_media(file.head):
        raise BadMedia(f"{file.name} is not a picture or a video that can be read here: it is {words}")


def _read(
    file: Opened, sampling: Sampling, start_s: float | None, end_s: float | None, progress: Progress | None
) -> Clip:
    if is_picture(file.head):
        return _animation(file, sampling, start_s, end_s, progress)
    _check_kind(file)
    try:
        from handsight.media.video import read_video
    except ImportError as problem:
        raise ExtraMissing("video", "reading a video") from problem
    return read_video(file, sampling, start_s, end_s, progress)


def _moves(file: Opened) -> bool:
    image = open_image(file.file, file.name, file.head)
    try:
        return bool(getattr(image, "is_animated", False)) and image.format in ("GIF", "WEBP", "PNG", "AVIF")
    except BROKEN as problem:
        raise BadMedia(f"{file.name} is cut off or broken: {problem}") from problem
    finally:
        file.file.seek(0)


def _animation(
    file: Opened, sampling: Sampling, start_s: float | None, end_s: float | None, progress: Progress | None
) -> Clip:
    if not _moves(file):
        raise BadMedia(f"{file.name} is a picture that does not move: open it as a picture")
    try:
        image = open_image(file.file, file.name, file.head)
        times, end = _times(image)
        moments = sampling.moments(times, end, start_s, end_s)
        size = sampling.size(*image.size, len(moments), file.name)
        return framed(_frames(image, moments, size, progress), size)
    except BROKEN as problem:
        raise BadMedia(f"{file.name} is cut off or broken: {problem}") from problem


def _times(image: Image.Image) -> tuple[list[float], float]:
    """When each frame of an animation comes, and when the last one goes, in seconds."""
    times, now = [], 0.0
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        image.load()  # WebP knows a frame's duration once it has read it
        times.append(now)
        now += max(20, image.info.get("duration") or 100) / 1000  # as browsers take what is too short or missing
    return times, now


def _frames(
    image: Image.Image, moments: Sequence[Moment], size: tuple[int, int], progress: Progress | None
) -> Iterator[tuple[Image.Image, float]]:
    for done, moment in enumerate(moments, 1):
        image.seek(moment.frame)
        yield _fitted(rgb(image), size), moment.second
        if progress:
            progress(done, len(moments))
