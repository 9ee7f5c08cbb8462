"""The model that needs nothing: no weights to download, no GPU, no key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handsight.models.reader.decide import decide
from handsight.models.reader.instructions import parse
from handsight.models.reader.talk import listen
from handsight.types import Prompt, Reply

if TYPE_CHECKING:
    from handsight.models.reader.ocr import Ocr


def check_task(task: str) -> None:
    """Raise UsageError, naming what is not a step, unless `task` is one that the reader can follow."""
    parse(task)


def open_reader() -> ReaderModel:
    """Make a reader, and see that the part that reads is installed. Raises ExtraMissing."""
    reader = ReaderModel()
    _ = reader.ocr
    return reader


class ReaderModel:
    """Reads the screen's pixels and follows a task that is written as steps: `open Settings, tap "Display"`.

    It knows no app and remembers nothing: every reply is derived from the prompt alone, in the words of the
    "nous" dialect (`mobile_use` or `computer_use`, places from 0 to 1000). Raises ExtraMissing when the part that reads
    is not installed.
    """

    name = "reader"

    def __init__(self) -> None:
        self._ocr: Ocr | None = None

    @property
    def ocr(self) -> Ocr:
        """What it reads with; a picture it was asked about is not read again."""
        from handsight.models.reader.ocr import Ocr

        self._ocr = self._ocr or Ocr()
        return self._ocr

    def generate(self, prompt: Prompt) -> Reply:
        """Answer with a thought and one call."""
        return Reply(decide(listen(prompt), self.ocr.read))
