"""What every dialect is to the loop."""

from __future__ import annotations

from typing import Protocol

from handsight.tools.registry import Tools
from handsight.types import Prompt, Reply, Screen, ToolCall, Trajectory


class Dialect(Protocol):
    """The way one family of models is asked and answers: prompt, call format and coordinates, paired."""

    name: str

    def render(self, trajectory: Trajectory, tools: Tools) -> Prompt:
        """Derive the prompt from the steps so far. Append-only: step N+1's messages start with step N's."""
        ...

    def parse(self, reply: Reply, screen: Screen, tools: Tools) -> tuple[ToolCall, ...]:
        """Read the calls, at least one, in order up to the first that cannot be read; places in pixels of `screen`.

        Raises BadReply or BadCall, in words for the model, where that is the very first.
        """
        ...
