"""What looks on while a model writes."""

from __future__ import annotations

from typing import Any

import torch
from transformers import LogitsProcessor, StoppingCriteria

from handsight.errors import ModelError
from handsight.models.prefix import Conversation
from handsight.models.stopping import end_of_call
from handsight.models.streaming import Telling
from handsight.models.turns import Tokens, Turns
from handsight.types import Prompt


class Watch(LogitsProcessor):
    """Sees each step of generate: marks where the reply begins, and stops when the model's numbers break."""

    def __init__(self, name: str, conversation: Conversation, start: int) -> None:
        self._name = name
        self._conversation = conversation
        self._start = start

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        if bool(scores.isnan().any()):
            raise ModelError(
                f"{self._name} computes what is not a number (NaN): load it in bfloat16 or float32, and if that does "
                "not help, download it anew"
            )
        if input_ids.shape[1] == self._start:
            self._conversation.mark(self._start)
        return scores


class Ending(StoppingCriteria):
    """Ends the reply to `prompt`, which is `tokens`, before a stop string of it, or with its first complete call."""

    def __init__(self, turns: Turns, tokens: Tokens, prompt: Prompt) -> None:
        self._turns = turns
        self._start = len(tokens.ids)
        self._thinking = tokens.thinking
        self._prompt = prompt

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        done = self.cut(input_ids[0, self._start :].tolist())[1]
        return torch.tensor([done], device=input_ids.device)

    def cut(self, ids: list[int]) -> tuple[str, bool]:
        """The text of a reply up to where it ends, and whether it does."""
        text, calls = self._turns.text(ids), self._prompt.calls
        ends = [text.find(stop) for stop in self._prompt.stop]
        if calls:
            ends.append(end_of_call(text, calls, thinking=self._thinking))
        found = [at for at in ends if at >= 0]
        return (text[: min(found)], True) if found else (text, False)


class Streamer:
    """Tells a reply while generate writes it, `opening` first."""

    def __init__(self, telling: Telling, ending: Ending, opening: str) -> None:
        self._telling = telling
        self._ending = ending
        self._opening = opening
        self._ids: list[int] | None = None

    def put(self, ids: Any) -> None:
        """Take the ids that are new; the first to come are the prompt's."""
        if self._ids is None:
            self._ids = []
            return
        self._ids += ids.flatten().tolist()
        self._telling.grow(self._opening + self._ending.cut(self._ids)[0])

    def end(self) -> None: ...
