"""One engine for all tests: loading it takes longer than most of them."""

import pytest

from handsight.sight.ocr import Ocr


@pytest.fixture(scope="session")
def ocr() -> Ocr:
    return Ocr()
