"""Tiny random checkpoints of each family with Qwen's own tokenizer, and prompts to ask them."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dashscope
import torch
import transformers
from PIL import Image
from transformers.convert_slow_tokenizer import bytes_to_unicode

from handsight.models.local import TransformersModel
from handsight.types import Message, Picture, Prompt

torch.set_num_threads(1)  # these models are too small for more, and test files run side by side

SPECIAL = [
    *["endoftext", "im_start", "im_end", "object_ref_start", "object_ref_end", "box_start", "box_end"],
    *["quad_start", "quad_end", "vision_start", "vision_end", "vision_pad", "image_pad", "video_pad"],
]
THOUGHTS = ["<think>", "</think>"]
START, END, NEWLINE = 151644, 151645, 198
VISION_START, VISION_END, IMAGE_PAD = 151652, 151653, 151655
SYSTEM, USER, ASSISTANT = 8948, 872, 77091
TEXT = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 4096,
    "rope_parameters": {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [2, 3, 3]},
}
SIGHT = {"depth": 2, "hidden_size": 32, "out_hidden_size": 64, "intermediate_size": 48, "num_heads": 2}
LINEAR = {
    **{"head_dim": 16, "full_attention_interval": 2, "num_hidden_layers": 4, "linear_conv_kernel_dim": 4},
    **{"linear_key_head_dim": 8, "linear_value_head_dim": 8, "linear_num_key_heads": 2, "linear_num_value_heads": 4},
    "rope_parameters": {
        **{"rope_type": "default", "rope_theta": 1e6, "mrope_section": [1, 1, 0], "mrope_interleaved": True},
        "partial_rotary_factor": 0.25,
    },
}
SPREAD = 0.2  # weights so uneven that every token of the past has a say in the next; small ones repeat the last token
EXPERTS = {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 32}
# family: names of the classes, what is special in the text model, what is special in the vision tower
MODELS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "qwen2_vl": ("Qwen2VL", {}, {"depth": 2, "embed_dim": 32, "hidden_size": 64, "num_heads": 2, "mlp_ratio": 2}),
    "qwen2_5_vl": ("Qwen2_5_VL", {}, {**SIGHT, "fullatt_block_indexes": [1]}),
    "qwen3_vl": (
        "Qwen3VL",
        {"head_dim": 16},
        {**SIGHT, "num_position_embeddings": 64, "deepstack_visual_indexes": [0, 1]},
    ),
    "qwen3_vl_moe": (
        "Qwen3VLMoe",
        {"head_dim": 16, **EXPERTS},
        {**SIGHT, "num_position_embeddings": 64, "deepstack_visual_indexes": [0, 1]},
    ),
    "qwen3_5": ("Qwen3_5", LINEAR, {**SIGHT, "num_position_embeddings": 64}),
    "qwen3_5_moe": (
        "Qwen3_5Moe",
        {**LINEAR, **EXPERTS, "shared_expert_intermediate_size": 32},
        {**SIGHT, "num_position_embeddings": 64},
    ),
}


# What is tried


def qwen_tokenizer(size: int | None = None, *, thoughts: bool = True) -> Any:
    """Qwen's tokenizer from the ranks that Alibaba publishes, or its first `size` tokens; 256 are the bytes alone.

    The file names no merges: a token's merge is the pair that the ranks below its own lead to.
    """
    lines = (Path(dashscope.__file__).parent / "resources" / "qwen.tiktoken").read_bytes().splitlines()[:size]
    ranks = {b64decode(token): int(rank) for token, rank in map(bytes.split, lines)}

    def merge(token: bytes, rank: int) -> tuple[bytes, bytes]:
        halves = [(token[:i], token[i:]) for i in range(1, len(token))]
        known = [pair for pair in halves if max(ranks.get(half, rank) for half in pair) < rank]
        if len(known) == 1:
            return known[0]
        parts = [bytes([byte]) for byte in token]
        while len(parts) > 2:
            best = min(range(len(parts) - 1), key=lambda i: ranks.get(parts[i] + parts[i + 1], rank))
            parts[best : best + 2] = [parts[best] + parts[best + 1]]
        return parts[0], parts[1]

    letters = bytes_to_unicode()

    def spelled(token: bytes) -> str:
        return "".join([letters[byte] for byte in token])

    merges = [merge(token, rank) for token, rank in ranks.items() if len(token) > 1]
    tokenizer = transformers.Qwen2Tokenizer(
        vocab={spelled(token): rank for token, rank in ranks.items()},
        merges=[(spelled(left), spelled(right)) for left, right in merges],
    )
    tokenizer.add_special_tokens({"additional_special_tokens": [f"<|{name}|>" for name in SPECIAL]})
    tokenizer.add_tokens(THOUGHTS if thoughts else [])
    return tokenizer


def write_checkpoint(folder: Path, family: str, tokenizer: Any) -> Path:
    """A random model of `family` with two layers, as save_pretrained leaves it."""
    name, text, eyes = MODELS[family]
    config_class = getattr(transformers, f"{name}Config")
    model_class = getattr(transformers, f"{name}ForConditionalGeneration")
    config = config_class(
        text_config={**TEXT, "vocab_size": len(tokenizer), **text, "initializer_range": SPREAD},
        vision_config={**eyes, "initializer_range": SPREAD},
        tie_word_embeddings=False,
        **{
            f"{name}_token_id": tokenizer.convert_tokens_to_ids(f"<|{token}|>")
            for name, token in {
                "image": "image_pad",
                "video": "video_pad",
                "vision_start": "vision_start",
                "vision_end": "vision_end",
            }.items()
        },
    )
    torch.manual_seed(7)
    model = model_class(config)
    model.generation_config.update(do_sample=True, temperature=0.7, repetition_penalty=1.5)
    model.save_pretrained(folder)
    patch = 16 if family.startswith("qwen3") else 14
    transformers.Qwen2VLImageProcessorPil(patch_size=patch).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


HELLO = Prompt((Message("user", ("Hello",)),), max_tokens=3)


def picture(color: str, sent: tuple[int, int] | None = None, size: tuple[int, int] = (108, 240)) -> Picture:
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.paste(color, (0, 0, size[0] // 2, size[1] // 3))
    return Picture(image, sent)


def conversation(first: Picture, second: Picture) -> Prompt:
    return Prompt(
        (
            Message("system", ("You see a screen.",)),
            Message("user", ("The user query: 打开设置\n", first)),
            Message("assistant", ('<tool_call>\n{"name": "x"}\n</tool_call>',)),
            Message("user", ("<tool_response>\nok\n</tool_response>\n", second)),
        ),
        max_tokens=12,
    )


@contextmanager
def as_it_comes(model: TransformersModel) -> Iterator[None]:
    """transformers' own attention, and no positions left over in the model."""
    config = model._model.config.text_config
    ours, config._attn_implementation = config._attn_implementation, "sdpa"
    model._model.model.rope_deltas = None
    yield
    config._attn_implementation = ours


def stock(model: TransformersModel, prompt: Prompt) -> dict[str, Any]:
    """The prompt as transformers' own forward and generate take it, its pictures cut by transformers' own processor."""
    tokens = model.encode(prompt)
    pad = model._turns.token["<|image_pad|>"]
    tensors = {
        "input_ids": torch.tensor([tokens.ids]),
        "attention_mask": torch.ones((1, len(tokens.ids)), dtype=torch.long),
        "mm_token_type_ids": torch.tensor([[int(id == pad) for id in tokens.ids]]),
    }
    if tokens.sights:
        processor = transformers.Qwen2VLImageProcessorPil(patch_size=model.factor // 2, do_resize=False)
        tensors |= processor(images=[sight.images[0] for sight in tokens.sights], return_tensors="pt")
    return tensors
