"""A dialect of the tests' own: it reads several calls, a JSON list, and cannot write what was done before."""

from __future__ import annotations

import json
from collections.abc import Iterable

from handsight.errors import BadReply
from handsight.tools.registry import Tool
from handsight.types import Message, Picture, Prompt, Reply, Screen, ToolCall, Trajectory


class Plain:
    name = "plain"

    def render(self, trajectory: Trajectory, tools: Iterable[Tool]) -> Prompt:
        screen = trajectory.steps[-1].screen
        assert screen
        return Prompt((Message("user", (trajectory.task, Picture(screen.source))),))

    def parse(self, reply: Reply, screen: Screen, tools: Iterable[Tool]) -> tuple[ToolCall, ...]:
        try:
            return tuple(ToolCall(call["name"], call["arguments"]) for call in json.loads(reply.text))
        except ValueError as problem:
            raise BadReply("a JSON list of calls is expected") from problem
