"""What a phone shows, as a video file that the phone itself writes: every frame, and without pictures over the wire."""

from __future__ import annotations

import math
import secrets
from pathlib import Path

from handsight.devices.android.link import Link
from handsight.errors import CaptureFailed, UsageError

MOST_S = 180  # where Android's own screenrecord ends


def screenrecord(link: Link, seconds: float, to: Path) -> None:
    """Record the screen for some seconds into an MP4 file on this computer. The phone waits for nothing meanwhile.

    Frames come only when something changes. What apps forbid pictures of is black. Raises CaptureFailed on phones
    without an encoder: there, look again and again instead (`handsight.media.record`).
    """
    if not 0 < seconds <= MOST_S:
        raise UsageError(f"a phone records from 1 to {MOST_S} seconds of its screen, not {seconds:g}")
    limit, path = math.ceil(seconds), f"/sdcard/handsight-{secrets.token_hex(4)}.mp4"
    try:
        ran = link.act("screenrecord", "--time-limit", str(limit), path, timeout_s=limit + 20.0)
        if ran.status:
            words = " ".join((ran.stderr or ran.stdout).split()) or f"status {ran.status}"
            raise CaptureFailed(f"the phone cannot record its screen: {words}; take single pictures instead")
        size = link.ask("stat", "-c", "%s", path).stdout.strip()
        data = link.fetch("cat", path, timeout_s=60.0 + seconds)
    finally:
        link.ask("rm", "-f", path)
    if not data or str(len(data)) != size:
        raise CaptureFailed(f"{len(data)} of {size or 'no'} bytes of the recording came over from the phone; try again")
    to.write_bytes(data)
