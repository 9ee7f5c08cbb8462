"""Estimates of memory, held against configs as they are published, and against what torch allocates."""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from torch.profiler import ProfilerActivity, profile
from transformers import DynamicCache

from handsight.errors import ModelUnavailable
from handsight.models.memory import LEAST, MOST, estimate, propose

# As published: (text, eyes, tied), the parameters of the whole in billions, and KiB that a token keeps in bfloat16.
ROPE = {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [16, 24, 24]}
KNOWN = {
    "2B": ((1536, 8960, 28, 12, 2, 151936), True, 2.21, 28),
    "7B": ((3584, 18944, 28, 28, 4, 152064), False, 8.29, 56),
    "72B": ((8192, 29568, 80, 64, 8, 152064), False, 73.4, 320),
}
NEAR = 0.25  # what is promised
TEXT: dict[str, Any] = {
    **{"hidden_size": 128, "intermediate_size": 512, "num_hidden_layers": 2, "vocab_size": 1000},
    **{"num_attention_heads": 4, "num_key_value_heads": 2, "bos_token_id": None, "eos_token_id": None},
    "rope_parameters": {**ROPE, "mrope_section": [4, 6, 6]},
}
EYES: dict[str, Any] = {"depth": 2, "embed_dim": 128, "hidden_size": 128, "num_heads": 2, "mlp_ratio": 4}


def write_headers(folder: Path, config: Any, dtype: str, bytes_each: int) -> int:
    """A checkpoint of which only the headers are there, in two files. Gives the number of parameters."""
    with torch.device("meta"):
        model = transformers.Qwen2VLForConditionalGeneration(config)
    shapes = [(name, list(one.shape), one.numel()) for name, one in model.named_parameters()]
    for number, part in enumerate((shapes[::2], shapes[1::2])):
        header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
        at = 0
        for name, shape, count in part:
            header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + count * bytes_each]}
            at += count * bytes_each
        data = json.dumps(header).encode()
        (folder / f"model-{number}.safetensors").write_bytes(struct.pack("<Q", len(data)) + data)
    (folder / "config.json").write_text(json.dumps({**config.to_dict(), "dtype": "bfloat16"}, default=str), "utf-8")
    return sum(count for _, _, count in shapes)


def published(size: str) -> Any:
    (hidden, inner, layers, heads, kept, vocabulary), tied, _, _ = KNOWN[size]
    return transformers.Qwen2VLConfig(
        text_config={
            **{"hidden_size": hidden, "intermediate_size": inner, "num_hidden_layers": layers},
            **{"num_attention_heads": heads, "num_key_value_heads": kept, "vocab_size": vocabulary},
            "rope_parameters": ROPE,
        },
        vision_config={"depth": 32, "embed_dim": 1280, "hidden_size": hidden, "num_heads": 16, "mlp_ratio": 4},
        tie_word_embeddings=tied,
    )


@pytest.mark.parametrize("size", KNOWN)
def test_published_checkpoints_are_told_from_their_headers(tmp_path: Path, size: str) -> None:
    _, _, billions, kib = KNOWN[size]
    count = write_headers(tmp_path, published(size), "BF16", 2)
    found = estimate(tmp_path)
    assert found.weights == 2 * count
    assert found.kv_per_token == kib * 1024
    assert count / 1e9 == pytest.approx(billions, rel=0.01)
    assert found.screen_tokens == 1272
    assert found.kv_per_step == kib * 1024 * 1372


def test_weights_that_are_quantised_count_as_they_are_stored(tmp_path: Path) -> None:
    count = write_headers(tmp_path, published("2B"), "I8", 1)
    assert estimate(tmp_path).weights == count


def test_a_greater_budget_takes_more_and_no_more_than_the_screen_has(tmp_path: Path) -> None:
    write_headers(tmp_path, published("2B"), "BF16", 2)
    small, usual, great = (estimate(tmp_path, screen_tokens=budget) for budget in (LEAST, 1280, MOST))
    assert small.total < usual.total < great.total
    assert [found.screen_tokens for found in (small, usual, great)] == [230, 1272, 3354]


def test_layers_of_linear_attention_keep_nothing_of_a_token(tmp_path: Path) -> None:
    write_headers(tmp_path, published("2B"), "BF16", 2)
    config = json.loads((tmp_path / "config.json").read_text("utf-8"))
    config["text_config"]["layer_types"] = ["linear_attention"] * 21 + ["full_attention"] * 7
    (tmp_path / "config.json").write_text(json.dumps(config), "utf-8")
    assert estimate(tmp_path).kv_per_token == 7 * 1024


def test_the_greatest_budget_that_fits_is_proposed(tmp_path: Path) -> None:
    write_headers(tmp_path, published("2B"), "BF16", 2)
    fits = estimate(tmp_path, screen_tokens=1024).total
    assert propose(tmp_path, int(fits / 0.9) + 1) == 1024
    assert propose(tmp_path, int(fits / 0.9) - 10) == 512
    assert propose(tmp_path, 10**12) == MOST
    assert propose(tmp_path, 4 * 10**9) is None


# Against what torch allocates


def peak(work: Callable[[], object]) -> int:
    """The most bytes that torch held at once of what it allocated in `work`."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as watched:
        work()
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        watched.export_chrome_trace(file.name)
        events = json.loads(Path(file.name).read_text("utf-8"))["traceEvents"]
    changes = sorted((event["ts"], event["args"]["Bytes"]) for event in events if event.get("name") == "[memory]")
    held = most = 0
    for _, change in changes:
        held += change
        most = max(most, held)
    return most


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_looking_and_reading_take_what_was_told(tmp_path: Path, dtype: torch.dtype) -> None:
    config = transformers.Qwen2VLConfig(text_config=TEXT, vision_config=EYES, tie_word_embeddings=True)
    model = transformers.Qwen2VLForConditionalGeneration(config).to(dtype).eval()
    model.save_pretrained(tmp_path)
    found = estimate(tmp_path)
    patches, grid = torch.randn(106 * 48, 1176), torch.tensor([[1, 106, 48]])
    ids = torch.full((1, 1500 + 1272 + 100), 5)
    with torch.inference_mode():
        looking = peak(lambda: model.get_image_features(patches.clone(), grid, return_dict=True))
        cache = DynamicCache(config=model.config)
        reading = peak(lambda: model(input_ids=ids, past_key_values=cache, logits_to_keep=1))
    assert found.weights == sum(one.numel() * one.element_size() for one in model.parameters())
    assert looking == pytest.approx(found.looking, rel=NEAR)
    assert reading - found.kv_per_token * ids.shape[1] == pytest.approx(found.reading, rel=NEAR)


# What cannot be told


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "cannot be read: .*config.json"),
        ({"config.json": "{"}, "cannot be read"),
        ({"config.json": "{}"}, "is no model that sees"),
        ({"config.json": '{"vision_config": {}}'}, "holds no weights"),
        (
            {"config.json": '{"vision_config": {}}', "a.safetensors": "x" * 20},
            "does not begin as a safetensors file does",
        ),
    ],
)
def test_a_folder_that_is_no_checkpoint_is_refused_in_words(tmp_path: Path, files: dict[str, str], said: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(ModelUnavailable, match=said):
        estimate(tmp_path)


def test_a_folder_that_is_not_there_is_refused_in_words() -> None:
    with pytest.raises(ModelUnavailable, match="there is no folder /nowhere/at/all"):
        estimate("/nowhere/at/all")
