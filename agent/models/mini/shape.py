"""The shape of the mini model, and its folder: what any tool that knows Qwen2-VL checkpoints expects to find."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from handsight.models.mini.cells import CELL, MERGE, PATCH, TOKENS
from handsight.models.mini.vocabulary import Vocabulary


def config(vocabulary: Vocabulary) -> Any:
    """Qwen2-VL with 6 layers each in the vision tower and the language model, about 9 million parameters in all."""
    from transformers import Qwen2VLConfig

    control = vocabulary.control
    hidden, heads = 256, 4
    across = hidden // heads // 2 * 3 // 8
    return Qwen2VLConfig(
        text_config={
            "vocab_size": len(vocabulary),
            "hidden_size": hidden,
            "intermediate_size": 704,
            "num_hidden_layers": 6,
            "num_attention_heads": heads,
            "num_key_value_heads": heads,
            "max_position_embeddings": 2048,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 10000.0,
                "mrope_section": [hidden // heads // 2 - 2 * across, across, across],
            },
            "bos_token_id": control["<|endoftext|>"],
            "eos_token_id": control["<|im_end|>"],
            "pad_token_id": control["<|endoftext|>"],
            "tie_word_embeddings": True,
        },
        vision_config={
            "depth": 6,
            "embed_dim": 192,
            "hidden_size": hidden,
            "num_heads": 4,
            "mlp_ratio": 4,
            "hidden_act": "gelu",
            "patch_size": PATCH,
            "spatial_merge_size": MERGE,
            "temporal_patch_size": 2,
            "rope_parameters": {"rope_type": "axial", "rope_theta": 100.0},
        },
        image_token_id=control["<|image_pad|>"],
        video_token_id=control["<|video_pad|>"],
        vision_start_token_id=control["<|vision_start|>"],
        vision_end_token_id=control["<|vision_end|>"],
        tie_word_embeddings=True,
    )


def build(vocabulary: Vocabulary) -> Any:
    """The model with random weights, in float32."""
    from transformers import Qwen2VLForConditionalGeneration

    shape = config(vocabulary)
    shape._attn_implementation = "sdpa"
    return Qwen2VLForConditionalGeneration(shape)


def load(folder: Path) -> Any:
    """The model of a checkpoint, in float32."""
    import torch
    from transformers import Qwen2VLForConditionalGeneration

    return Qwen2VLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32)


def save(model: Any, vocabulary: Vocabulary, folder: Path) -> None:
    """Write a checkpoint: weights in bfloat16, configuration, tokenizer, and how pictures are cut."""
    import torch
    from transformers import PreTrainedTokenizerFast

    model.config.dtype = torch.bfloat16
    weights = {name: value.to(torch.bfloat16) for name, value in model.state_dict().items()}
    model.save_pretrained(folder, state_dict=weights)
    fast: Any = PreTrainedTokenizerFast
    fast(
        tokenizer_object=vocabulary.tokenizer(),
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        clean_up_tokenization_spaces=False,
    ).save_pretrained(folder)
    cut = {
        "image_processor_type": "Qwen2VLImageProcessor",
        "patch_size": PATCH,
        "merge_size": MERGE,
        "temporal_patch_size": 2,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
        "size": {"shortest_edge": 4 * CELL**2, "longest_edge": TOKENS * CELL**2},
        "second_frame": "places",
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(cut, indent=2) + "\n", "utf-8")
