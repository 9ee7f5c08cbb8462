"""Any model behind a server that calls by itself, as OpenAI's API has it: our tools are its functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from handsight.prompts.dialect import ChatDialect
from handsight.prompts.forms.native import Native
from handsight.prompts.functions import Functions, Vocabulary
from handsight.prompts.layouts import NativeTurns
from handsight.prompts.nous import TASK
from handsight.prompts.wording import language_of
from handsight.tools.registry import Tool
from handsight.types import Prompt, Trajectory


class NativeDialect(ChatDialect):
    """Asks and reads in native calls, places in pixels of the picture as it was sent."""

    name = "native"
    edge: ClassVar[tuple[int, int] | None] = None
    vocabulary = Vocabulary()
    form = Native()
    layout = NativeTurns()
    system = TASK

    def render(self, trajectory: Trajectory, tools: Iterable[Tool]) -> Prompt:
        """Derive the prompt from the steps so far, the functions beside it."""
        tools = tuple(tools)
        language = self.language or language_of(trajectory.task)
        first = next(step.screen for step in trajectory.steps if step.screen)
        specs = self.specs(Functions(tools, self.vocabulary), first, language)
        return replace(super().render(trajectory, tools), functions=tuple(specs))


class Native1000Dialect(NativeDialect):
    """The same for a family that writes places from 0 to 1000, such as Gemini."""

    name = "native_1000"
    edge = (1000, 1000)
