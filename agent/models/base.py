"""What every model is to the loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from handsight.types import Prompt, Reply


class Model(Protocol):
    """Answers a prompt of text and pictures with text."""

    name: str

    def generate(self, prompt: Prompt) -> Reply:
        """Answer `prompt`. Raises ModelError when no answer can be had; never invents one."""
        ...


@runtime_checkable
class Streaming(Protocol):
    """A model that can also tell its answer while it writes it."""

    name: str

    def generate(self, prompt: Prompt) -> Reply: ...

    def stream(self, prompt: Prompt, tell: Callable[[str], None]) -> Reply:
        """Answer as `generate` does, and call `tell` with each piece of the text; together they are the reply's text.

        No piece ends within a character as people see it. What `tell` raises ends the answer, and is passed on.
        """
        ...
