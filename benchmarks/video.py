"""What it takes to sample a long video: time and memory for 20 minutes of 720p, against decoding every frame.

Each case runs in a process of its own, so that its peak of memory is its own. The video is made here: a minute of a
moving scene in H.264 (B-frames, a keyframe each 10 s), its packets repeated twenty times.

    python benchmarks/video.py            exits with 1 when a case takes over 600 MB above what the imports take
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

MINUTES, RATE, SIZE, MOST_MB = 20, 25, (1280, 720), 600
CASES = {
    "every frame decoded, none kept": None,
    "as `open_clip` does it: 768 frames, 16384 tokens": {},
    "64 frames": {"max_frames": 64},
    "the last minute": {"start_s": MINUTES * 60 - 60},
    "115200 tokens, the default of qwen-vl-utils": {"tokens": 115_200},
}


def make(path: Path) -> None:
    """Write the video."""
    import av
    from PIL import Image, ImageDraw

    noise = Image.effect_noise(SIZE, 40).convert("RGB")

    def scene(number: int) -> av.VideoFrame:
        image = noise.copy()
        ImageDraw.Draw(image).rectangle((number % 1000, 100, number % 1000 + 250, 500), (number % 250, 90, 200))
        return av.VideoFrame.from_image(image)

    minute = path.with_suffix(".minute.mp4")
    with av.open(minute, "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.codec_context.gop_size = 250
        for number in tracked(range(60 * RATE), "encoding a minute"):
            container.mux(stream.encode(scene(number)))
        container.mux(stream.encode())
    with av.open(path, "w") as container:
        stream = None
        for number in tracked(range(MINUTES), "repeating it"):
            with av.open(minute) as source:
                stream = stream or container.add_stream_from_template(source.streams.video[0])
                shift = round(number * 60 / source.streams.video[0].time_base)
                for packet in source.demux(video=0):
                    if packet.size:
                        packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, stream
                        container.mux(packet)


def tracked(numbers: range, doing: str) -> Iterator[int]:
    from rich.progress import track

    return iter(track(numbers, doing, transient=True))


def measure(path: str, words: str) -> dict[str, float]:
    """Run one case and give its frames, tokens, seconds and peak of memory above that of the imports."""
    import av
    from rich.progress import Progress

    import handsight.media.video  # noqa: F401
    from handsight.media import Sampling, open_clip

    options = json.loads(words)
    before, began, frames, tokens = peak_mb(), time.perf_counter(), 0, 0
    if options is None:
        with av.open(path) as container:
            container.streams.video[0].thread_type = "AUTO"
            frames = sum(1 for _ in container.decode(video=0))
    else:
        start_s = options.pop("start_s", None)
        with Progress(transient=True) as bar:
            task = bar.add_task("sampling", total=None)
            clip = open_clip(
                path,
                start_s=start_s,
                sampling=Sampling(**options),
                progress=lambda done, of: bar.update(task, completed=done, total=of),
            )
        width, height = clip.frames[0].size
        frames, tokens = len(clip.frames), len(clip.frames) // 2 * width * height // 28**2
    took = time.perf_counter() - began
    return {"frames": frames, "tokens": tokens, "seconds": took, "peak_mb": peak_mb() - before}


def peak_mb() -> float:
    """The most memory that this process ever held; unlike what getrusage gives, it begins anew with the program."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> int:
    from rich.console import Console
    from rich.table import Table

    table = Table("case", "frames", "tokens", "s", "of plain decoding", "peak MB above imports")
    worst = plain = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.mp4"
        make(path)
        for name, options in CASES.items():
            command = [sys.executable, __file__, str(path), json.dumps(options)]
            run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            figures = json.loads(run.stdout.splitlines()[-1])
            plain = plain or figures["seconds"]
            worst = max(worst, figures["peak_mb"] if figures["tokens"] <= 16384 else 0)
            table.add_row(
                name,
                *(f"{figures[key]:,.0f}" for key in ("frames", "tokens")),
                f"{figures['seconds']:.1f}",
                f"{figures['seconds'] / plain:.2f}",
                f"{figures['peak_mb']:.0f}",
            )
        megabytes = path.stat().st_size / 1e6
    Console().print(table, f"{MINUTES} minutes of {SIZE[0]}x{SIZE[1]} at {RATE} frames a second, {megabytes:.0f} MB")
    return int(worst > MOST_MB)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print("\n" + json.dumps(measure(*sys.argv[1:])))
    else:
        sys.exit(main())
