"""Video files, by PyAV: the one place that imports it.

A file is gone through twice. The first pass reads its packets without decoding them: when each frame comes, and which
can be decoded without those before it. The second decodes what leads to the chosen frames: it jumps over stretches
without any, and has the decoder drop frames that nobody wants and no other frame needs. What is chosen is exact.
"""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import av
from av.stream import Disposition
from av.video.reformatter import Interpolation, VideoReformatter
from PIL import Image

from handsight.errors import BadMedia
from handsight.media.clips import framed
from handsight.media.pictures import MAX_PIXELS
from handsight.media.sampling import Sampling
from handsight.media.sniff import what
from handsight.media.sources import Opened
from handsight.types import Clip

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from handsight.media.clips import Progress

# Playlists and scripts name other files and addresses, which a decoder would go and open: containers alone are read.
_CONTAINERS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,h264,hevc,ivf,wav,mp3,flac,aac"
_CLOCKLESS = ("avi", "h264", "hevc", "mpegvideo")  # they say in which order frames are stored, not when they are shown
_OPTIONS = {"format_whitelist": _CONTAINERS}
_TURNS = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}
WORTH_A_JUMP = 16  # frames: below that, decoding on is as fast as filling the decoder anew


@dataclass(frozen=True)
class Index:
    """The frames of a stream in the order in which they are shown, in ticks of its clock, and how they are shown.

    `keys` are the frames from which decoding can begin; there are none where a file has no clock and its frames are
    merely numbered. `turn` is in degrees, counterclockwise; `shape` is width and height as shown, before the turn.
    """

    ticks: Sequence[int]
    keys: Sequence[int]
    end: int
    tick_s: Fraction
    shape: tuple[int, int]
    turn: int


def read_video(
    file: Opened, sampling: Sampling, start_s: float | None, end_s: float | None, progress: Progress | None
) -> Clip:
    """Sample a video file; memory holds a few of its frames and the small ones that are kept. Raises BadMedia."""
    with _stream(file) as (container, stream):
        index = _index(container, stream, file, end_s)
    times = array("d", (float(tick * index.tick_s) for tick in index.ticks))
    moments = sampling.moments(times, float(index.end * index.tick_s), start_s, end_s)
    upright = index.shape if index.turn % 180 == 0 else index.shape[::-1]
    size = sampling.size(*upright, len(moments), file.name)
    wanted = [index.ticks[moment.frame] for moment in moments]

    def shown() -> Iterator[tuple[Image.Image, float]]:
        done, shrink = 0, VideoReformatter()
        for tick, frame in _chosen(file, index, sorted(set(wanted))):
            image = _small(frame, size, index.turn, shrink)
            while done < len(wanted) and wanted[done] == tick:  # what stays on show is seen more than once
                yield image, moments[done].second
                done += 1
                if progress:
                    progress(done, len(wanted))

    return framed(shown(), size)


@contextmanager
def _stream(file: Opened) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open the file at its beginning and find its video. Here, and nowhere else, what PyAV raises becomes ours."""
    file.file.seek(0, os.SEEK_SET)
    try:
        with av.open(file.file, "r", options=_OPTIONS) as container:
            streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
            if not streams:
                holds = "sound and no pictures" if container.streams.audio else "no video"
                raise BadMedia(f"{file.name} is not a video: it holds {holds}")
            if streams[0].codec_context is None:
                raise BadMedia(f"{file.name} is a video in a format that no decoder here knows: convert it to H.264")
            yield container, streams[0]
    except (av.FFmpegError, EOFError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise BadMedia(
            f"{file.name} cannot be read as a video: it is {what(file.head)}, and cut off or broken ({reason})"
        ) from problem


def _index(container: InputContainer, stream: VideoStream, file: Opened, end_s: float | None) -> Index:
    """Go through the packets. Raises BadMedia where less came than the file says it holds and `end_s` asks for more."""
    ticks, keys, end, packets, reached = array("q"), array("q"), 0, 0, Fraction()
    first: VideoFrame | None = None
    for packet in container.demux(stream, *container.streams.audio):
        if packet.pts is not None and packet.time_base is not None:
            upto: Fraction = (packet.pts + (packet.duration or 0)) * packet.time_base
            reached = max(reached, upto)
        if packet.stream_index != stream.index:
            continue
        if first is None:
            first = next(iter(stream.decode(packet)), None)
        if not packet.size or packet.is_discard:
            continue
        packets += 1
        if packet.pts is not None:
            ticks.append(packet.pts)
            end = max(end, packet.pts + (packet.duration or 0))
            if packet.is_keyframe:
                keys.append(packet.pts)
    if first is None:
        raise BadMedia(f"{file.name} is {what(file.head)} without a single frame that can be decoded")
    if first.width * first.height > MAX_PIXELS:
        raise BadMedia(f"{file.name} has frames of more than {MAX_PIXELS // 10**6} million pixels")
    shape = max(1, round(first.width * float(stream.sample_aspect_ratio or 1))), first.height
    turn = round(first.rotation / 90) * 90 % 360
    rate, tick_s = stream.average_rate or stream.guessed_rate or Fraction(25), stream.time_base
    if tick_s is None or len(ticks) < packets or container.format.name in _CLOCKLESS:
        _check_whole(file.name, packets / rate, stream.frames / rate, end_s)
        return Index(range(packets), (), packets, 1 / rate, shape, turn)
    began, length = (Fraction(known or 0, av.time_base) for known in (container.start_time, container.duration))
    _check_whole(file.name, reached - began, length, end_s)
    ticks, keys = array("q", sorted(set(ticks))), array("q", sorted(keys))
    if end <= ticks[-1]:  # the last frame does not say how long it stays
        end = ticks[-1] + max(1, round(1 / rate / tick_s))
    return Index(ticks, keys, end, tick_s, shape, turn)


def _check_whole(name: str, came_s: Fraction, claimed_s: Fraction, end_s: float | None) -> None:
    """Refuse a file that breaks off, sound counted as well, where that is not known to be enough."""
    if claimed_s > came_s + max(Fraction(1), claimed_s / 20) and (end_s is None or end_s > came_s):
        raise BadMedia(
            f"{name} breaks off after {float(came_s):.1f} of its {float(claimed_s):.1f} s; "
            "give an end before that to use what is there"
        )


def _chosen(file: Opened, index: Index, wanted: Sequence[int]) -> Iterator[tuple[int, VideoFrame]]:
    """Decode the frames on show at these ticks, which rise, jumping over what lies between where that pays."""
    with _stream(file) as (container, stream):
        stream.thread_type = "AUTO"
        frames = _decoded(container, stream, index, wanted)
        at, frame = next(frames, (None, None))
        for done, tick in enumerate(wanted):
            key = _last(index.keys, tick)
            if at is not None and bisect_left(index.ticks, key) - bisect_left(index.ticks, at) > WORTH_A_JUMP:
                container.seek(key, stream=stream)
                frames = _decoded(container, stream, index, wanted)
                at, frame = next(frames, (None, None))
                if at is None or at > tick:  # too far, as it may be in a file without an exact table: go through it all
                    yield from _chosen(file, replace(index, keys=()), wanted[done:])
                    return
            while at is not None and at < tick:
                at, frame = next(frames, (None, None))
            if frame is None:
                second = float((tick - index.ticks[0]) * index.tick_s)
                raise BadMedia(f"{file.name} is cut off or broken: nothing can be decoded from second {second:.1f} on")
            yield tick, frame


def _decoded(
    container: InputContainer, stream: VideoStream, index: Index, wanted: Sequence[int]
) -> Iterator[tuple[int, VideoFrame]]:
    """Decode from where the container stands; frames that are not wanted and that no other needs may be left out."""
    counted, chosen, number = isinstance(index.ticks, range), set(wanted), 0
    for packet in container.demux(stream):
        if not counted:
            needed = packet.pts is None or packet.pts in chosen
            stream.codec_context.skip_frame = "DEFAULT" if needed else "NONREF"
        for frame in packet.decode():
            at = number if counted else frame.pts
            if at is not None:
                yield at, frame
            number += 1


def _last(keys: Sequence[int], tick: int) -> int:
    """The last of the keys that is not after the tick; -1 when there is none."""
    found = bisect_right(keys, tick)
    return keys[found - 1] if found else -1


def _small(frame: VideoFrame, size: tuple[int, int], turn: int, shrink: VideoReformatter) -> Image.Image:
    """The frame as RGB at the size at which it is sent, turned upright."""
    width, height = size if turn % 180 == 0 else size[::-1]
    plane = shrink.reformat(frame, width, height, "rgb0", interpolation=Interpolation.BICUBIC).planes[0]
    # 4 bytes a pixel, as Pillow keeps them, so that the next image fits where this plane was: 3 leave gaps behind
    small = Image.frombytes("RGB", (width, height), memoryview(plane), "raw", "RGBX", plane.line_size)
    return small.transpose(_TURNS[turn]) if turn in _TURNS else small
