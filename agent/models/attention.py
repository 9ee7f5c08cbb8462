"""Attention on a processor without a copy of the keys and values for each query that shares them.

In these models several heads of queries share a head of keys and values. Where there is a mask, which is whenever new
tokens stand on kept ones, transformers copies keys and values for each of them (four to eight times what a layer
keeps); for a single query it leaves them shared in a way that torch computes slowly in bfloat16. On a processor torch
can do without either.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import AttentionMaskInterface, sdpa_mask

NAME = "sdpa_shared"


def share_keys(model: Any) -> None:
    """Let the text part of `model` attend in this way, unless it was asked to attend in one of its own."""
    if model.config.get_text_config()._attn_implementation == "sdpa":
        model.set_attn_implementation({"text_config": NAME})


def attend(
    module: Any, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None, **more: Any
) -> tuple[Tensor, None]:
    """Attend as transformers' own function does: queries (1, heads, n, size), the others (1, fewer heads, n, size)."""
    count, alone = query.shape[2], query.shape[1] == key.shape[1]
    if query.device.type != "cpu" or alone or (attention_mask is None and count > 1) or more.get("dropout"):
        return sdpa_attention_forward(module, query, key, value, attention_mask, **more)
    scale = more.get("scaling")
    if count > 1:
        seen = scaled_dot_product_attention(query, key, value, attention_mask, scale=scale, enable_gqa=True)
    else:  # the queries that share a head are to it as so many tokens
        together = query.reshape(len(query), key.shape[1], -1, query.shape[3])
        seen = scaled_dot_product_attention(together, key, value, attention_mask, scale=scale).reshape(query.shape)
    return seen.transpose(1, 2).contiguous(), None


AttentionInterface.register(NAME, attend)
AttentionMaskInterface.register(NAME, sdpa_mask)
