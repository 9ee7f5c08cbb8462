"""A model server for the benchmarks' programs, which are imported as they import one another: from their folder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))  # last, so that no name of theirs hides another

from .datasets import Server


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[str], str]], Server]]:
    """Starts servers, and ends them."""
    for variable in ("HANDSIGHT_API_KEY", "OPENAI_API_KEY", "DASHSCOPE_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    made: list[Server] = []

    def start(reply: Callable[[str], str]) -> Server:
        made.append(Server(reply))
        return made[-1]

    yield start
    for server in made:
        server.close()
