"""Open a hand with all that belongs to it: a device, what reads its screen, a record, and a model if one is named."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from handsight import wiring
from handsight.hand.hand import Hand
from handsight.hand.pointing import pointer
from handsight.loop import Agent
from handsight.store import Store, new_folder
from handsight.tools.gestures import gestures_for
from handsight.tools.registry import Tools
from handsight.view.failure import Failures
from handsight.view.report import write_report

if TYPE_CHECKING:
    from handsight.devices.base import Device
    from handsight.models.base import Model
    from handsight.sight.finding import Read


@contextmanager
def open_hand(
    device: str | Device | None = "virtual",
    model: str | Model | None = None,
    *,
    folder: str | Path | None = None,
    title: str = "",
    timeout_s: float = 10.0,
    read: Read | None = None,
    secrets: Sequence[str] = (),
    pointing: bool = True,
) -> Iterator[Hand]:
    """A hand on a device, in words or opened already; what is opened here is closed at the end.

    `model` is what `hand.run` gives goals to and what `hand.ask` asks; with `pointing` it is also asked, once a call,
    to point at what is named and cannot be found. Every call is recorded in `folder`, else in a new one under `runs`,
    with a report at the end and, where a call fails, a picture of what it saw. Things are looked for `timeout_s`
    seconds.
    `read` gives the lines of text in a picture; left out, they are read by OCR where that is installed. No text in
    `secrets` is ever written to the record.
    """
    title = title or Path(sys.argv[0]).stem or "script"
    folder = Path(folder) if folder else new_folder(title)
    opener = wiring.device_opener(device) if device is None or isinstance(device, str) else None
    with ExitStack() as opened:
        if isinstance(model, str):
            model = wiring.open_model(model)
            opened.callback(wiring.close, model)
        store = opened.enter_context(Store.create(folder, title, secrets=secrets))
        try:
            held: Device = opener() if opener else device  # type: ignore[assignment]  # it is None or words only then
        except BaseException:
            store.discard()
            raise
        if opener:
            opened.callback(held.close)
        store.note("about", device=held.name, model=model.name if model else "none", by="a script")
        tools = Tools(gestures_for(held))
        hand = Hand(
            held,
            tools,
            read or open_reader(),
            hooks=[store, Failures(folder, store.redacted)],
            model=model,
            pointing=pointer(held, model, wiring.dialect_of(model), tools) if model and pointing else None,
            agent=_agent(held, model) if model else None,
            title=title,
            timeout_s=timeout_s,
        )
        try:
            yield hand
        except BaseException as raised:
            hand.close(raised)
            raise
        else:
            hand.close()
        finally:
            write_report(folder)


def _agent(device: Device, model: Model) -> Callable[[], Agent]:
    def made() -> Agent:
        return wiring.assemble(device, model, wiring.dialect_of(model))

    return made


def open_reader() -> Read | None:
    """What reads a screen; None where that part is not installed."""
    from importlib.util import find_spec

    if find_spec("rapidocr") is None or find_spec("onnxruntime") is None:
        return None
    from handsight.sight.ocr import Ocr

    return Ocr().read
