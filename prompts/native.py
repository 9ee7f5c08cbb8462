"""Any model behind a server that calls by itself, as OpenAI's API has it: our tools are its functions."""

from __future__ import annotations

from typing import ClassVar

from handsight.prompts.dialect import ChatDialect
from handsight.prompts.forms.native import Native
from handsight.prompts.functions import Vocabulary
from handsight.prompts.layouts import NativeTurns
from handsight.prompts.nous import TASK


class NativeDialect(ChatDialect):
    """Asks and reads in native calls, places in pixels of the picture as it was sent."""

    name = "native"
    native = True
    edge: ClassVar[tuple[int, int] | None] = None
    vocabulary = Vocabulary()
    desktop = None
    form = Native()
    layout = NativeTurns()
    system = TASK


class Native1000Dialect(NativeDialect):
    """The same for a family that writes places from 0 to 1000, such as Gemini."""

    name = "native_1000"
    edge = (1000, 1000)
