"""One engine for all tests: loading it takes longer than most of them."""

from __future__ import annotations

import pytest

from handsight.models.reader import ReaderModel
from handsight.sight.ocr import Ocr


@pytest.fixture(scope="session")
def reader() -> ReaderModel:
    return ReaderModel()


@pytest.fixture(scope="session")
def ocr(reader: ReaderModel) -> Ocr:
    return reader.ocr
