"""Videos by PyAV, from real files made here: exact frames, little memory, and one sentence for what is broken."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from handsight.errors import BadMedia, UsageError
from handsight.media import Sampling, open_clip
from handsight.types import Clip, Picture

SIZE = (168, 112)
COLORS = ["red", "lime", "blue", "yellow", "cyan", "magenta", "white", "black"]


def scene(number: int, size: tuple[int, int] = SIZE) -> Image.Image:
    """A frame that tells its number: eight bits as large squares, on a ground that moves."""
    image = Image.new("RGB", size, (40, 40 + number % 40, 40))
    draw = ImageDraw.Draw(image)
    for bit in range(8):
        x, y = bit % 4 * size[0] // 4, bit // 4 * size[1] // 2
        draw.rectangle((x + 4, y + 4, x + 35, y + 48), fill="white" if number >> bit & 1 else "black")
    return image


def number_of(image: Image.Image) -> int:
    """The number that a frame tells."""
    at = [
        (bit % 4 * image.width // 4 + image.width // 8, image.height // 4 + bit // 4 * image.height // 2)
        for bit in range(8)
    ]
    return sum((sum(image.getpixel(place)) > 380) << bit for bit, place in enumerate(at))


def write(
    path: Path,
    frames: Sequence[Image.Image],
    codec: str = "libx264",
    rate: int = 25,
    gop: int = 12,
    ticks: Sequence[int] | None = None,
    turn: int = 0,
    ratio: Fraction | None = None,
    **options: str,
) -> Path:
    """Write a video; `ticks` gives each frame its millisecond."""
    with av.open(path, "w", options=options) as container:
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height = frames[0].size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = gop
        if turn:
            stream.set_display_rotation(turn)
        if ratio:
            stream.codec_context.sample_aspect_ratio = ratio
        if ticks:
            stream.codec_context.time_base = Fraction(1, 1000)
        for number, image in enumerate(frames):
            frame = av.VideoFrame.from_image(image)
            if ticks:
                frame.pts, frame.time_base = ticks[number], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@cache
def numbered(count: int) -> tuple[Image.Image, ...]:
    return tuple(scene(number) for number in range(count))


@pytest.fixture(scope="module")
def hundred(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds, a keyframe each half second, B-frames between."""
    return write(tmp_path_factory.mktemp("video") / "hundred.mp4", numbered(100))


def told(clip: Clip) -> list[int]:
    return [number_of(frame.image) for frame in clip.frames]


def evenly(count: int, of: int) -> list[int]:
    return [math.floor((of - 1) * number / (count - 1) + 0.5) for number in range(count)]


# Exact


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("libx264", "a.mp4"),
        ("libx264", "a.mkv"),
        ("libx264", "a.ts"),
        ("libx264", "a.avi"),
        ("libx264", "a.h264"),
        ("libx264", "a.flv"),
        ("mpeg4", "a.avi"),
        ("mpeg4", "a.mp4"),
        ("ffv1", "a.mkv"),
        ("libvpx-vp9", "a.webm"),
    ],
)
@pytest.mark.parametrize("fps", [2.5, 25])
def test_the_frames_are_exactly_the_ones_of_their_seconds(codec: str, name: str, fps: float, tmp_path: Path) -> None:
    quick = {"preset": "veryfast"} if codec == "libx264" else {}
    path = write(tmp_path / name, numbered(100), codec, **quick)
    clip = open_clip(path, sampling=Sampling(fps=fps, tokens=10**6))
    count = int(4 * fps)
    assert told(clip) == evenly(count, 100)
    assert clip.seconds == pytest.approx([3.96 * number / (count - 1) for number in range(count)], abs=0.002)


def test_jumping_finds_the_same_frames_as_going_through_all(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.mkv", "a.ts"):
        path = write(tmp_path / name, numbered(250), gop=10)
        clip = open_clip(path, sampling=Sampling(fps=0.01, min_frames=6))
        assert told(clip) == evenly(6, 250), name


def test_pixels_are_those_of_a_plain_decoder(hundred: Path) -> None:
    with av.open(hundred) as container:
        plain = [frame.to_image() for frame in container.decode(video=0)]
    clip = open_clip(hundred, sampling=Sampling(fps=4))
    for frame, number in zip(clip.frames, evenly(16, 100), strict=True):
        difference = ImageStat.Stat(ImageChops.difference(frame.image, plain[number].resize(frame.size)))
        assert max(difference.mean) < 6  # another frame is over 20 away
        assert frame.image.size == frame.sent == clip.frames[0].sent


def test_a_part_of_a_video_is_that_part(hundred: Path) -> None:
    clip = open_clip(hundred, start_s=2, end_s=3, sampling=Sampling(fps=25))
    assert (clip.seconds[0], clip.seconds[-1]) == (2.0, 3.0)
    assert told(clip) == list(range(50, 76))
    assert told(open_clip(hundred, start_s=3.52))[0] == 88
    assert told(open_clip(hundred, end_s=0.2))[-1] == 5


def test_a_frame_that_stays_is_seen_again(tmp_path: Path) -> None:
    path = write(tmp_path / "screen.mp4", numbered(5), ticks=[0, 1000, 1040, 9000, 10_000])
    clip = open_clip(path, sampling=Sampling(fps=1), end_s=10)
    assert told(clip) == [0, 2, 2, 2, 2, 2, 2, 2, 2, 4]
    assert clip.fps == pytest.approx(0.9)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_the_shortest_videos_are_an_even_number_of_frames(count: int, tmp_path: Path) -> None:
    clip = open_clip(write(tmp_path / "a.mp4", numbered(count)))
    assert told(clip) == {1: [0, 0], 2: [0, 1], 3: [0, 2], 5: [0, 1, 3, 4]}[count]


# As it is shown


@pytest.mark.parametrize(("turn", "corner"), [(0, (0, 0)), (90, (0, 1)), (-90, (1, 0)), (180, (1, 1))])
def test_a_phone_held_sideways_films_upright(turn: int, corner: tuple[int, int], tmp_path: Path) -> None:
    stored = Image.new("RGB", (336, 168), "blue")
    stored.paste("red", (0, 0, 100, 60))
    image = open_clip(write(tmp_path / "a.mp4", [stored] * 4, turn=turn)).frames[0].image
    assert (image.width > image.height) == (turn % 180 == 0)
    red = [
        (right, low)
        for right in (0, 1)
        for low in (0, 1)
        if image.getpixel((8 + right * (image.width - 17), 8 + low * (image.height - 17)))[0] > 200
    ]
    assert red == [corner]


def test_pixels_that_are_not_square_are_made_so(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", [Image.new("RGB", (168, 168))] * 4, ratio=Fraction(2))
    assert open_clip(path).frames[0].size == (336, 168)


@pytest.mark.parametrize("color", [(200, 30, 90), (255, 255, 255), (0, 0, 0), (30, 200, 60)])
def test_colours_stay(color: tuple[int, int, int], tmp_path: Path) -> None:
    pixel = open_clip(write(tmp_path / "a.mp4", [Image.new("RGB", SIZE, color)] * 4)).frames[0].image.getpixel((60, 60))
    assert max(abs(one - other) for one, other in zip(pixel, color, strict=True)) <= 6


def test_progress_goes_up_to_the_end(hundred: Path) -> None:
    heard: list[tuple[int, int]] = []
    clip = open_clip(hundred, progress=lambda done, of: heard.append((done, of)))
    assert heard == [(done, 8) for done in range(1, 9)]
    assert len(clip.frames) == 8


def test_the_source_may_be_bytes_or_a_file_address(hundred: Path) -> None:
    assert told(open_clip(hundred.read_bytes())) == told(open_clip(hundred.as_uri())) == told(open_clip(str(hundred)))


def test_memory_holds_the_small_frames_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "large.mp4", [Image.new("RGB", (1280, 720), c) for c in COLORS] * 6, preset="ultrafast")
    code = (
        "import sys; from pathlib import Path; from handsight.media import Sampling, open_clip\n"
        "import handsight.media.video\n"
        "def peak(): return int(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])\n"
        "before = peak(); clip = open_clip(sys.argv[1], sampling=Sampling(fps=25, tokens=960))\n"
        "print(len(clip.frames), peak() - before)"
    )
    run = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    frames, kilobytes = map(int, run.stdout.split())
    assert frames == 48
    assert kilobytes < 80_000  # all frames as they are would take 177 MB


# Refused


def sound(path: Path, cover: Image.Image | None = None) -> bytes:
    with av.open(path, "w") as container:
        stream = container.add_stream("libmp3lame", rate=8000, layout="mono")
        picture = container.add_stream("mjpeg", rate=1) if cover else None
        if picture and cover:
            picture.width, picture.height, picture.pix_fmt = *cover.size, "yuvj420p"
            picture.disposition = av.stream.Disposition.attached_pic
            container.mux(picture.encode(av.VideoFrame.from_image(cover)))
            container.mux(picture.encode())
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path.read_bytes()


def halves(path: Path) -> bytes:
    data = path.read_bytes()
    return data[: len(data) // 2]


BROKEN: dict[str, tuple[Callable[[Path], Any], str]] = {
    "nothing": (lambda _: b"", "is empty"),
    "text": (lambda _: b"not a video at all\n" * 40, "it is text"),
    "a web page": (lambda _: b"<html>404 not found</html>" * 9, "a web page or XML"),
    "a playlist": (lambda _: b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", "a playlist"),
    "a script": (lambda _: b"ffconcat version 1.0\nfile /etc/hostname\n", "not a picture or a video .* it is text"),
    "a photo of a phone": (lambda _: b"\0\0\0\x18ftypheic\0\0\0\0mif1", "a HEIF picture; save it as JPEG or PNG first"),
    "a document": (lambda _: b"%PDF-1.7\n", "not a picture or a video that can be read here: it is a PDF"),
    "bytes of no kind": (lambda _: bytes(range(128, 256)) * 9, "cannot be read as a video: it is of an unknown kind"),
    "sound": (lambda at: sound(at / "a.mp3"), "sound and no pictures"),
    "a song with its cover": (lambda at: sound(at / "a.mp3", Image.new("RGB", (64, 64))), "sound and no pictures"),
    "only a header": (lambda _: b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "an MP4 video, and cut off or broken"),
    "no frames": (lambda at: (write(at / "a.mkv", numbered(1)).read_bytes())[:500], "cut off or broken|without a"),
    "cut, its table at the end": (lambda at: halves(write(at / "a.mp4", numbered(99))), "cut off or broken"),
    "cut, its table in front": (
        lambda at: halves(write(at / "a.mp4", numbered(99), movflags="faststart")),
        "breaks off after 1.* of its 4.0 s; give an end before that",
    ),
    "cut, in clusters": (lambda at: halves(write(at / "a.mkv", numbered(99))), "breaks off after .* of its 4.0 s"),
    "cut, without a clock": (lambda at: halves(write(at / "a.avi", numbered(99))), "breaks off after .* of its 4.0 s"),
    "an unknown codec": (
        lambda at: write(at / "a.mp4", numbered(9)).read_bytes().replace(b"avc1", b"zzz1"),
        "no decoder here knows: convert it to H.264",
    ),
    "a picture": (lambda _: scene(3).tobytes() and picture("PNG"), "does not move: open it as a picture"),
    "half a GIF": (lambda _: picture("GIF", numbered(9))[:-700], "cut off or broken"),
    "no file": (lambda at: at / "none.mp4", "no such file"),
    "a folder": (lambda at: at, "it is a folder"),
    "no frames at all": (lambda _: [], "this list is empty"),
    "a list of text": (lambda _: ["nothing.png"], "no such file"),
    "a number": (lambda _: 7, "not int"),
}


def picture(kind: str, frames: Sequence[Image.Image] = ()) -> bytes:
    file = BytesIO()
    images = list(frames) or [scene(3)]
    images[0].save(file, kind, save_all=len(images) > 1, append_images=images[1:])
    return file.getvalue()


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_video_is_refused_in_one_sentence(what: str, tmp_path: Path) -> None:
    make, words = BROKEN[what]
    source = make(tmp_path)
    with pytest.raises(BadMedia, match=words) as caught:
        open_clip(source)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 260 + len(str(tmp_path))


def test_what_came_of_a_cut_video_can_be_asked_for(tmp_path: Path) -> None:
    data = halves(write(tmp_path / "a.mkv", numbered(99)))
    assert told(open_clip(data, end_s=1, sampling=Sampling(fps=6))) == [0, 5, 10, 15, 20, 25]


@pytest.mark.parametrize(("start", "end"), [(float("nan"), None), (None, float("nan")), (9, None), (2, 1)])
def test_times_that_make_no_sense_are_refused(hundred: Path, start: float | None, end: float | None) -> None:
    with pytest.raises(BadMedia, match="s"):
        open_clip(hundred, start_s=start, end_s=end)


def test_damage_in_the_middle_never_crashes(hundred: Path) -> None:
    data = bytearray(hundred.read_bytes())
    for at in range(2000, len(data) - 4000, 997):
        data[at] ^= 0xFF
    try:
        clip = open_clip(bytes(data))
    except BadMedia:
        return
    assert len(clip.frames) == 8


# Animations and lists


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_animations_are_videos(kind: str) -> None:
    file = BytesIO()
    scene(0).save(file, kind, save_all=True, append_images=numbered(20)[1:], duration=100, lossless=True)
    clip = open_clip(file.getvalue(), sampling=Sampling(fps=5))
    assert told(clip) == evenly(10, 20)
    assert clip.seconds[-1] == pytest.approx(1.9)


def test_a_list_of_pictures_is_a_video(tmp_path: Path) -> None:
    path = tmp_path / "one.png"
    scene(1).save(path)
    clip = open_clip([scene(0), path, picture("PNG"), Picture(scene(9))], fps=4)
    assert told(clip) == [0, 1, 3, 9]
    assert clip.seconds == (0.0, 0.25, 0.5, 0.75)
    assert clip.fps == 4


def test_an_odd_frame_is_shown_twice() -> None:
    clip = open_clip(list(numbered(3)))
    assert told(clip) == [0, 1, 2, 2]
    assert clip.seconds == (0.0, 0.5, 1.0, 1.0)


def test_a_frame_of_another_shape_is_fitted_on_black() -> None:
    clip = open_clip([Image.new("RGB", (280, 140), "red"), Image.new("RGB", (140, 280), "red")])
    image = clip.frames[1].image
    assert image.size == clip.frames[0].size == (280, 140)
    assert image.getpixel((140, 70)) == (255, 0, 0)
    assert image.getpixel((20, 70)) == (0, 0, 0)


def test_a_list_is_within_the_bounds() -> None:
    with pytest.raises(BadMedia, match="9 frames is more than the 8"):
        open_clip([scene(0)] * 9, sampling=Sampling(max_frames=8))
    with pytest.raises(BadMedia, match="not at nan"):
        open_clip([scene(0)], fps=float("nan"))


def test_a_clip_stays_as_it_is(hundred: Path) -> None:
    clip = open_clip(hundred)
    assert open_clip(clip) is clip


def test_a_clip_has_frames_of_one_size_and_a_second_for_each() -> None:
    small, large = Picture(scene(0), (28, 28)), Picture(scene(0), (56, 28))
    for frames, seconds in [((), ()), ((small,), (0.0,)), ((small, large), (0.0, 1.0)), ((small, small), (0.0,))]:
        with pytest.raises(ValueError, match="frame"):
            Clip(frames, seconds)
    assert Clip((small, small), (3.0, 3.0)).fps == 1.0
    with pytest.raises(UsageError, match="at least 4"):
        Sampling(tokens=2)
