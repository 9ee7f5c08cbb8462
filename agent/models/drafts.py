"""Replies written several tokens at a time, where they repeat what stands in the prompt.

An agent says much that it has said before: the words of a thought, the frame of a call. What followed the last tokens
where they stood before is guessed to follow again. One pass of the model over a guess tells how much of it the model
would have written itself, and that is kept: token by token the reply is the one that is written without guessing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

LENGTHS = (3, 2)  # of what must stand alike before a guess, the most telling first


class Echo:
    """Guesses what follows `ids`, by what followed their last tokens where those stood before."""

    def __init__(self, ids: Sequence[int]) -> None:
        self.ids = list(ids)
        self._after: dict[tuple[int, ...], int] = {}
        self._read = 0

    def guess(self, most: int) -> list[int]:
        """At most so many tokens, those after the latest place that is alike; none where nothing is."""
        for end in range(self._read + 1, len(self.ids)):  # of the last token nobody knows what follows
            for length in LENGTHS:
                self._after[tuple(self.ids[max(0, end - length) : end])] = end
        self._read = max(0, len(self.ids) - 1)
        for length in LENGTHS:
            start = self._after.get(tuple(self.ids[-length:]))
            if start is not None:
                return self.ids[start : start + most]
        return []


def write(
    model: Any,
    input_ids: Tensor,
    logits_processor: Any,
    stopping_criteria: Any,
    generation_config: Any,
    most: int,
    streamer: Any = None,
    **more: Any,
) -> Tensor:
    """Continue `input_ids`, shape (1, n), greedily; for transformers' generate, as its `custom_generate`.

    What steers, stops or streams a reply is asked for one token after another, as always. The cache holds the first of
    the prompt's tokens, has to be one that can be cut, and in the end holds all but the last. `most` and `streamer` are
    bound beforehand: generate hands its own streamer to no other loop than those it has.
    """
    cache, places = more["past_key_values"], more["position_ids"]
    known, end = cache.get_seq_length(), generation_config.max_length
    seen = {"mm_encoder_outputs": more["mm_encoder_outputs"]} if "mm_encoder_outputs" in more else {}
    logits = _forward(model, input_ids[:, known:], places[..., known:], cache, 1, **seen)
    echo, guess, last = Echo(input_ids[0].tolist()), list[int](), places[..., -1:]
    while True:
        for at in range(len(guess) + 1):
            token = logits_processor(input_ids, logits[:, at].float()).argmax(-1)
            input_ids = torch.cat([input_ids, token[:, None]], 1)
            echo.ids.append(int(token))
            if streamer is not None:
                streamer.put(token.cpu())
            done = bool(stopping_criteria(input_ids, None).all())
            if done or at == len(guess) or echo.ids[-1] != guess[at]:
                break
        cache.crop(min(0, input_ids.shape[1] - 1 - cache.get_seq_length()))
        if done:
            return input_ids
        last = last + at + 1
        guess = echo.guess(min(most, end - input_ids.shape[1] - 1))
        new = torch.tensor([[echo.ids[-1], *guess]], device=input_ids.device)
        ahead = last + torch.arange(new.shape[1], device=last.device)
        logits = _forward(model, new, ahead, cache, new.shape[1])


def _forward(model: Any, ids: Tensor, places: Tensor, cache: Any, keep: int, **seen: Any) -> Tensor:
    """The logits, shape (1, keep, size), after the last `keep` of these tokens."""
    logits: Tensor = model(
        input_ids=ids, position_ids=places, past_key_values=cache, logits_to_keep=keep, **seen
    ).logits
    return logits
