"""How a step of a task file is taken: by its words, unless another way is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handsight.hand.hand import Hand
from handsight.play.taskfile import TaskFile, TaskStep

Take = Callable[[TaskStep, Any, Mapping[str, Any]], Any]
"""Takes one step, its first argument and the others filled in, and gives what it gives."""


def by_words(hand: Hand, task: TaskFile) -> Take:
    """Take steps by what they say, whatever was recorded of their places."""
    return lambda step, argument, named: getattr(hand, step.verb)(argument, **named)
