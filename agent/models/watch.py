"""What looks on while a model writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from transformers import LogitsProcessor, StoppingCriteria

from handsight.errors import ModelError
from handsight.models.prefix import Conversation
from handsight.models.turns import Turns


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


class StopStrings(StoppingCriteria):
    """Ends a reply once it holds one of `strings`."""

    def __init__(self, turns: Turns, start: int, strings: Sequence[str]) -> None:
        self._turns = turns
        self._start = start
        self._strings = strings

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        done = bool(self._strings) and self.cut(input_ids[0, self._start :].tolist())[1]
        return torch.tensor([done], device=input_ids.device)

    def cut(self, ids: list[int]) -> tuple[str, bool]:
        """The text of a reply up to the first stop string, and whether there is one."""
        text = self._turns.text(ids)
        found = [at for at in map(text.find, self._strings) if at >= 0]
        return (text[: min(found)], True) if found else (text, False)
