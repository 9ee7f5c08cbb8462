"""Attention with shared keys: what transformers computes, in less memory."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
import torch
from transformers.integrations.sdpa_attention import sdpa_attention_forward

from handsight.models.attention import NAME, attend, share_keys
from handsight.models.local import TransformersModel

from .checkpoints import MODELS
from .test_memory import peak

HEADS, SHARED, SIZE = 6, 2, 16


def inputs(new: int, known: int, dtype: torch.dtype = torch.float32) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(new)
    sides = ((HEADS, new), (SHARED, known + new), (SHARED, known + new))
    return tuple(torch.randn((1, *side, SIZE), generator=generator).to(dtype) for side in sides)


def module(groups: int = HEADS // SHARED) -> SimpleNamespace:
    return SimpleNamespace(num_key_value_groups=groups, is_causal=True, training=False)


def causal(new: int, known: int) -> torch.Tensor:
    return torch.ones((1, 1, new, known + new), dtype=torch.bool).tril(known)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize(("new", "known", "masked"), [(1, 40, False), (1, 40, True), (7, 40, True), (9, 0, False)])
def test_the_numbers_are_those_of_transformers(dtype: torch.dtype, new: int, known: int, *, masked: bool) -> None:
    query, key, value = inputs(new, known, dtype)
    mask = causal(new, known) if masked else None
    ours, _ = attend(module(), query, key, value, mask, dropout=0.0, scaling=0.3)
    theirs, _ = sdpa_attention_forward(module(), query, key, value, mask, dropout=0.0, scaling=0.3)
    assert ours.shape == (1, new, HEADS, SIZE)
    assert torch.allclose(ours, theirs, atol=1e-6 if dtype == torch.float32 else 2e-2)


def test_the_past_matters() -> None:
    query, key, value = inputs(1, 40)
    whole, _ = attend(module(), query, key, value, None)
    less, _ = attend(module(), query, key[..., 1:, :], value[..., 1:, :], None)
    assert not torch.allclose(whole, less)


def test_heads_that_share_nothing_are_left_to_transformers() -> None:
    query, key, _ = inputs(5, 0)
    ours, _ = attend(module(1), query, query, query, causal(5, 0))
    theirs, _ = sdpa_attention_forward(module(1), query, query, query, causal(5, 0))
    assert torch.equal(ours, theirs)
    assert key.shape != query.shape


def test_keys_are_not_copied_for_each_query() -> None:
    new, known = 4, 4000
    query, key, value = inputs(new, known)
    mask = causal(new, known)
    ours = peak(lambda: attend(module(), query, key, value, mask))
    theirs = peak(lambda: sdpa_attention_forward(module(), query, key, value, mask))
    copies = 2 * key.nbytes * HEADS // SHARED
    assert theirs > copies
    assert ours < copies / 4


@pytest.mark.parametrize("family", MODELS)
def test_the_text_part_of_every_family_attends_in_this_way(
    opened: Callable[[str], TransformersModel], family: str
) -> None:
    config = opened(family)._model.config
    assert config.text_config._attn_implementation == NAME
    assert config.vision_config._attn_implementation == "sdpa"


def test_another_way_that_was_asked_for_stays(opened: Callable[[str], TransformersModel]) -> None:
    model = opened("qwen2_vl")._model
    model.set_attn_implementation({"text_config": "eager"})
    share_keys(model)
    asked = model.config.text_config._attn_implementation
    model.set_attn_implementation({"text_config": NAME})
    assert asked == "eager"
