"""What the tests of the mini model share: a vocabulary, and a few screens with questions."""

from __future__ import annotations

import pytest

from handsight.models.mini.school.samples import Sample, samples
from handsight.models.mini.school.words import characters
from handsight.models.mini.vocabulary import Vocabulary


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary(characters())


@pytest.fixture(scope="session")
def some(vocabulary: Vocabulary) -> list[Sample]:
    return list(samples(3, vocabulary, 24))
