"""Batches: many questions packed behind one picture, none of which sees another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random

import numpy as np
import torch
from torch import Tensor

from handsight.models.mini.school.questions import Question
from handsight.models.mini.school.samples import Sample
from handsight.models.mini.vocabulary import Vocabulary

IGNORED = -100


@dataclass(frozen=True)
class Asked:
    """A question in a batch: in which picture, where its answer begins, and what it is about."""

    at: int
    begin: int  # the token that predicts the first one of the answer
    question: Question


@dataclass(frozen=True)
class Batch:
    """Pictures of one size with their questions.

    `pixels` (B, height, width, 3) uint8; `ids` and `targets` (B, L); `positions` (3, B, L) as M-RoPE counts them;
    `sees` (B, 1, L, L) is true where a token may look. `cells` is how many tokens a picture is, from the token 3 on.
    """

    pixels: Tensor
    ids: Tensor
    targets: Tensor
    positions: Tensor
    sees: Tensor
    asked: tuple[Asked, ...]
    letters: Tensor
    kinds: Tensor
    offsets: Tensor
    grid: tuple[int, int]

    @property
    def cells(self) -> slice:
        """Where in a row of tokens the picture stands."""
        return slice(FIRST_CELL, FIRST_CELL + self.grid[0] * self.grid[1])


FIRST_CELL = 3  # after <|im_start|>, "user\n" and <|vision_start|>


def opening(grid: tuple[int, int], vocabulary: Vocabulary) -> tuple[list[int], Tensor]:
    """The ids up to the end of a picture, and their positions (3, n)."""
    control, (rows, columns) = vocabulary.control, grid
    before = [control["<|im_start|>"], *vocabulary.encode("user\n"), control["<|vision_start|>"]]
    assert len(before) == FIRST_CELL
    ids = [*before, *[control["<|image_pad|>"]] * (rows * columns), control["<|vision_end|>"]]
    down, across = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    picture = torch.stack([torch.zeros(rows * columns), down.reshape(-1), across.reshape(-1)]) + FIRST_CELL
    text = torch.arange(FIRST_CELL).expand(3, -1)
    end = torch.full((3, 1), FIRST_CELL + max(rows, columns))
    return ids, torch.cat([text, picture, end], 1).long()


def pack(samples: Sequence[Sample], vocabulary: Vocabulary, room: int, random: Random) -> Batch:
    """Put samples of one size into a batch, with as many of their questions as `room` tokens hold.

    The first of each, in an episode that of the goal that is carried out, is among them if it fits at all.
    """
    grid = samples[0].grid
    head, head_positions = opening(grid, vocabulary)
    first, start = len(head), int(head_positions.max()) + 1
    length = first + room
    ids = torch.zeros(len(samples), length, dtype=torch.long)
    ids[:, :first] = torch.tensor(head)
    targets = torch.full((len(samples), length), IGNORED)
    positions = torch.zeros(3, len(samples), length, dtype=torch.long)
    positions[:, :, :first] = head_positions[:, None]
    block = torch.full((len(samples), length), -1)
    asked = []
    for row, sample in enumerate(samples):
        at = first
        others = list(sample.questions[1:])
        random.shuffle(others)
        for number, question in enumerate((*sample.questions[:1], *others)):
            tokens = (*question.prompt, *question.answer)
            count = len(tokens) - 1
            if at + count > length:
                continue
            begin = at + len(question.prompt) - 1
            ids[row, at : at + count] = torch.tensor(tokens[:-1])
            targets[row, begin : at + count] = torch.tensor(question.answer)
            positions[:, row, at : at + count] = start + torch.arange(count)
            block[row, at : at + count] = number
            asked.append(Asked(row, begin, question))
            at += count
    order = torch.arange(length)
    sees = (order[None, :] <= order[:, None]) & (
        (order < first)[None, None, :] | (block[:, :, None] == block[:, None, :])
    )
    return Batch(
        torch.from_numpy(np.stack([sample.pixels() for sample in samples])),
        ids,
        targets,
        positions,
        sees[:, None],
        tuple(asked),
        torch.from_numpy(np.stack([sample.letters for sample in samples])).long(),
        torch.from_numpy(np.stack([sample.kinds for sample in samples])).long(),
        torch.from_numpy(np.stack([sample.offsets for sample in samples])).float(),
        grid,
    )


def batches(
    samples: Iterable[Sample], vocabulary: Vocabulary, *, size: int, room: int, random: Random
) -> Iterator[Batch]:
    """Batches of `size` pictures of one size each, as soon as there are so many; what is left over is left out."""
    waiting: dict[tuple[int, int], list[Sample]] = {}
    for sample in samples:
        same = waiting.setdefault(sample.grid, [])
        same.append(sample)
        if len(same) == size:
            yield pack(same, vocabulary, room, random)
            same.clear()


def ahead(made: Iterator[Batch]) -> Iterator[Batch]:
    """The same batches, the next one made while one is learned from."""
    with ThreadPoolExecutor(1) as other:
        coming = other.submit(next, made, None)
        while batch := coming.result():
            coming = other.submit(next, made, None)
            yield batch
