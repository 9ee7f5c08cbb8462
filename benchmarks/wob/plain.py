"""How the players that are no language models take part in a run: they look, and answer with a call in pixels."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod

from handsight.errors import ModelError, TargetChanged
from handsight.tools.registry import Tools
from handsight.types import Message, Picture, Prompt, Reply, Screen, ToolCall, Trajectory

DIALECT = "wob.plain:Plain"
MISSED = "missed"


class Plain:
    """A dialect of one word: the prompt is the screen at its full size, after MISSED where the last call was held back.

    A reply is one call as JSON.
    """

    name = "plain"

    def render(self, trajectory: Trajectory, tools: Tools) -> Prompt:
        *before, now = trajectory.steps
        assert now.screen
        missed = bool(before) and isinstance(before[-1].problem, TargetChanged)
        return Prompt((Message("user", (*([MISSED] if missed else []), Picture(now.screen.source))),))

    def parse(self, reply: Reply, screen: Screen, tools: Tools) -> tuple[ToolCall, ...]:
        name, arguments = json.loads(reply.text)
        return (ToolCall(name, arguments),)


class Player(ABC):
    """A model that speaks `Plain`. A call that touched nothing, since the screen had just changed, it makes again."""

    name: str
    _last: ToolCall

    def generate(self, prompt: Prompt) -> Reply:
        *said, picture = prompt.messages[-1].parts
        if not isinstance(picture, Picture):
            raise ModelError(f"{self.name} answers screens, and was asked something else")
        if said != [MISSED]:
            self._last = self.next(picture.size)
        return Reply(json.dumps([self._last.name, dict(self._last.arguments)]))

    @abstractmethod
    def next(self, size: tuple[int, int]) -> ToolCall:
        """The next call, on a screen of that many pixels."""
