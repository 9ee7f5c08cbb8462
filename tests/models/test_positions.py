"""Positions on the three axes: those of transformers for pictures, those of the paper for videos."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from handsight.models.local import TransformersModel
from handsight.models.positions import Span, positions
from handsight.types import Message, Prompt

from .checkpoints import MODELS, picture, stock


@pytest.mark.parametrize("family", MODELS)
def test_pictures_and_text_stand_where_transformers_puts_them(
    opened: Callable[[str], TransformersModel], family: str
) -> None:
    model = opened(family)
    side = model.factor
    shown = [picture("red", (wide * side, high * side)) for wide, high in [(1, 1), (5, 2), (2, 7)]]
    prompt = Prompt((Message("user", (shown[0], "and\n", shown[1])), Message("user", ("then", shown[2]))))
    tokens, tensors = model.encode(prompt), stock(model, prompt)
    theirs, _ = model._model.model.get_rope_index(
        tensors["input_ids"], tensors["mm_token_type_ids"], image_grid_thw=tensors["image_grid_thw"]
    )
    ours = torch.tensor(positions(len(tokens.ids), tokens.sights))
    assert torch.equal(ours, theirs[:, 0])


def test_text_alone_counts_on_all_axes_at_once() -> None:
    assert positions(3, []) == ([0, 1, 2], [0, 1, 2], [0, 1, 2])


def test_the_example_of_the_paper() -> None:
    """A video of 3 frames of 2x2 tokens between two words, and what follows it."""
    time, height, width = positions(1 + 12 + 2, [Span(1, (3, 2, 2))])
    assert time == [0, *[1] * 4, *[2] * 4, *[3] * 4, 4, 5]
    assert height == [0, *[1, 1, 2, 2] * 3, 4, 5]
    assert width == [0, *[1, 2] * 6, 4, 5]


def test_text_after_a_long_video_stands_behind_it() -> None:
    time, height, width = positions(384 * 15 * 27 + 11, [Span(10, (384, 15, 27))])
    assert (time[-1], height[-1], width[-1]) == (10 + 384, 10 + 384, 10 + 384)
    assert max(time[:-1]) == 10 + 383


def test_a_picture_wider_than_a_video_is_long_decides_where_text_goes_on() -> None:
    assert [axis[-1] for axis in positions(2 * 3 * 9 + 1, [Span(0, (2, 3, 9))])] == [9, 9, 9]


def test_seconds_space_the_frames_of_qwen2_5() -> None:
    """Four tokens a second, frames 1.3 s apart: 0, 5.2, 10.4 on the axis of time, rounded down."""
    time, _, _ = positions(4, [Span(0, (3, 1, 1), interval=4 * 1.3)])
    assert time == [0, 5, 10, 11]
