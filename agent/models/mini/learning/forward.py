"""The model's forward pass as training wants it: the same numbers as the library's, in less time.

All pictures of a batch have one size, so that the vision tower needs one attention for all of them, and its first
layer, a convolution that touches each patch once, is one matrix product. Attention is written out as two products: for
gradients on a processor that takes half the time of the fused one, so long as memory is kept (see `memory`).
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import AttentionInterface
from transformers.models.qwen2_vl import modeling_qwen2_vl

from handsight.models.mini.cells import MERGE, PATCH
from handsight.models.mini.learning.batches import Batch
from handsight.models.pixels import chart

_library: Any = modeling_qwen2_vl


def patches(pixels: Tensor) -> Tensor:
    """Pictures (B, height, width, 3) uint8 as patches (B, n, 1176), the second frame of each showing where it is."""
    count, height, width = pixels.shape[:3]
    colors = pixels.permute(0, 3, 1, 2).float() / 127.5 - 1
    places = torch.from_numpy(chart(height, width)).expand(count, -1, -1, -1)
    down, across = height // PATCH // MERGE, width // PATCH // MERGE
    frames = torch.stack([colors, places], 1).reshape(count, 2, 3, down, MERGE, PATCH, across, MERGE, PATCH)
    return frames.permute(0, 3, 6, 4, 7, 2, 1, 5, 8).reshape(count, down * across * MERGE**2, -1)


def see(model: Any, pixels: Tensor) -> Tensor:
    """What the vision tower makes of pictures: (B, cells, hidden)."""
    tower = model.model.visual
    cut = patches(pixels)
    count, length = cut.shape[:2]
    height, width = pixels.shape[1] // PATCH, pixels.shape[2] // PATCH
    weight = tower.patch_embed.proj.weight
    state = F.linear(cut, weight.view(weight.shape[0], -1))
    turns = _turns(tower, height, width)
    for block in tower.blocks:
        state = state + _attend(block.attn, block.norm1(state), turns)
        state = state + block.mlp(block.norm2(state))
    merged: Tensor = tower.merger(state.reshape(count * length, -1))
    return merged.view(count, length // MERGE**2, -1)


def read(model: Any, features: Tensor, batch: Batch) -> Tensor:
    """What the language model makes of a batch: (B, L, hidden)."""
    words = model.model.language_model.embed_tokens(batch.ids)
    cells = batch.cells
    words = torch.cat([words[:, : cells.start], features.to(words.dtype), words[:, cells.stop :]], 1)
    state: Tensor = model.model.language_model(
        inputs_embeds=words, position_ids=batch.positions, attention_mask=batch.sees, use_cache=False
    ).last_hidden_state
    return state


def _attend(attention: Any, state: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    count, length, width = state.shape
    query, key, value = attention.qkv(state).view(count, length, 3, attention.num_heads, -1).permute(2, 0, 3, 1, 4)
    cos, sin = (turn.to(query.dtype) for turn in turns)
    query, key = (each * cos + _library.rotate_half(each) * sin for each in (query, key))
    seen = _mixed(query, key, value, attention.head_dim**-0.5)
    turned: Tensor = attention.proj(seen.transpose(1, 2).reshape(count, length, width))
    return turned


def _mixed(query: Tensor, key: Tensor, value: Tensor, scale: float, hidden: Tensor | None = None) -> Tensor:
    """Attention as two products; `hidden` is true where nothing may be seen."""
    scores = (query * scale) @ key.transpose(-1, -2)
    if hidden is not None:
        scores = scores.masked_fill(hidden, -1e4)
    return torch.softmax(scores, -1, scores.dtype) @ value


def _attention(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor, scaling: float, **_: Any
) -> tuple[Tensor, None]:
    """The same as transformers calls it; the mask is true where a token may look."""
    return _mixed(query, key, value, scaling, ~attention_mask).transpose(1, 2).contiguous(), None


AttentionInterface.register("two products", _attention)


def learn_by_products(model: Any) -> None:
    """Let the language model use the attention of this module from now on."""
    model.model.language_model.config._attn_implementation = "two products"


def _turns(tower: Any, height: int, width: int) -> tuple[Tensor, Tensor]:
    """The cosines and sines of the rotary positions of one picture's patches, in the order of the merged cells."""
    positions = _library.get_vision_position_ids(torch.tensor([[1, height, width]]), MERGE)
    with torch.autocast("cpu", enabled=False):
        found: tuple[Tensor, Tensor] = tower.rotary_pos_emb(torch.zeros(1), positions)
    return found
