"""How well a model answers while each right token is given to it: quick to measure, and above what it does alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import torch

from handsight.models.mini.learning.batches import IGNORED, Asked, Batch
from handsight.models.mini.learning.forward import read, see
from handsight.models.mini.vocabulary import PLACES, STEP, Vocabulary


@torch.inference_mode()
def marks(model: Any, batches: Sequence[Batch], vocabulary: Vocabulary) -> dict[str, float]:
    """By kind of question: the share that is right in every word, and whose place is in the area that is meant."""
    right: dict[str, list[bool]] = defaultdict(list)
    model.eval()
    for batch in batches:
        with torch.autocast("cpu", torch.bfloat16):
            state = read(model, see(model, batch.pixels), batch)
            there = batch.targets != IGNORED
            best = torch.zeros_like(batch.targets)
            best[there] = model.lm_head(state[there]).argmax(-1)
        for asked in batch.asked:
            _mark(asked, best[asked.at], batch, vocabulary, right)
    model.train()
    return {name: round(sum(each) / len(each), 4) for name, each in sorted(right.items())}


def _mark(asked: Asked, best: Any, batch: Batch, vocabulary: Vocabulary, right: dict[str, list[bool]]) -> None:
    question = asked.question
    said = best[asked.begin : asked.begin + len(question.answer)].tolist()
    words = [(one, other) for one, other in zip(said, question.answer, strict=True) if not vocabulary.is_place(other)]
    right[f"{question.kind} words"].append(all(one == other for one, other in words))
    numbers = [one for one, other in zip(said, question.answer, strict=True) if vocabulary.is_place(other)]
    if question.box and len(numbers) == 2:
        x, y = (
            (number - vocabulary.first_place) * STEP / 1000 * side if vocabulary.is_place(number) else -1
            for number, side in zip(numbers, (batch.pixels.shape[2], batch.pixels.shape[1]), strict=True)
        )
        box = question.box
        right[f"{question.kind} place"].append(box[0] <= x <= box[2] and box[1] <= y <= box[3])


assert len(PLACES) == 1000 // STEP + 1
