"""The embedded default model: it reads the screen and follows steps."""

from __future__ import annotations

from handsight.models.reader.model import ReaderModel, check_task, open_reader

__all__ = ["ReaderModel", "check_task", "open_reader"]
