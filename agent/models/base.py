"""What every model is to the loop."""

from __future__ import annotations

from typing import Protocol

from handsight.types import Prompt, Reply


class Model(Protocol):
    """Answers a prompt of text and pictures with text."""

    name: str

    def generate(self, prompt: Prompt) -> Reply:
        """Answer `prompt`. Raises ModelError when no answer can be had; never invents one."""
        ...
