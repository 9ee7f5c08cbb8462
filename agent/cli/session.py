"""A person's session on the terminal: it is recorded until Ctrl-C, with a calm line for each thing that was done."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from pathlib import Path

from handsight import wiring
from handsight.cli.console import clean
from handsight.cli.interrupt import heeding
from handsight.errors import BadRecord, DeviceError, UsageError
from handsight.play.live import record_live
from handsight.store import new_folder
from handsight.types import Step, Trajectory


def record_session(
    device: str | None, *, title: str = "session", seconds: float | None = None, folder: Path | None = None
) -> Path:
    """Record what a person does, until Ctrl-C, SIGTERM or so many seconds, and give the run's folder.

    Raises UsageError where nothing was done. Where the device is lost, what was done until then is kept, and the
    error says where.
    """
    if seconds is not None and not seconds > 0:
        raise UsageError(f"--seconds is how long to record, more than 0, not {seconds:g}")
    opener = wiring.device_opener(device)
    folder = folder or new_folder(title)
    over = threading.Event()
    with closing(opener()) as held, heeding(over):
        print(f"{clean(held.name)}: work it by hand; Ctrl-C ends the recording", flush=True)
        ends = time.monotonic() + seconds if seconds else float("inf")
        try:
            done = record_live(
                held,
                folder,
                until=lambda: over.is_set() or time.monotonic() > ends,
                title=title,
                told=_tell,
                device_words=device,
            )
        except DeviceError as lost:
            raise type(lost)(
                f"{lost}; what was done until then is in {folder}: handsight record --from {folder}"
            ) from lost
    return _something(done, folder)


def _tell(what: Step | str) -> None:
    if isinstance(what, str):
        print(f"  {clean(what)}", flush=True)
    elif what.call and what.screen:
        early = f" ({what.screen.remark})" if what.screen.remark else ""
        print(f"{what.number:3}  {clean(what.call.thought)}{early}", flush=True)


def _something(done: Trajectory, folder: Path) -> Path:
    if len(done.steps) < 2:  # the last one says that it is over
        raise BadRecord(f"nothing was done that can be recorded; {folder} holds only the last screen")
    return folder
