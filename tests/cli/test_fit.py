"""`handsight doctor --model`, and the options of `run` that it speaks of."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from handsight.cli.fit import tell
from handsight.errors import UsageError
from handsight.wiring import model_opener, open_dialect

from .conftest import Run

CONFIG = {
    "hidden_size": 1536,
    "intermediate_size": 8960,
    "num_hidden_layers": 28,
    "num_attention_heads": 12,
    "num_key_value_heads": 2,
    "vocab_size": 151936,
    "dtype": "bfloat16",
    "vision_config": {"embed_dim": 1280, "hidden_size": 1536, "mlp_ratio": 4, "patch_size": 14},
}


def checkpoint(folder: Path, weights: int) -> str:
    """A checkpoint with headers alone that speak of so many bytes."""
    header = json.dumps({"a": {"dtype": "U8", "shape": [weights], "data_offsets": [0, weights]}}).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    (folder / "config.json").write_text(json.dumps(CONFIG), "utf-8")
    return str(folder)


def test_a_checkpoint_that_fits_is_told_with_the_greatest_budget(handsight: Run, tmp_path: Path) -> None:
    ran = handsight("doctor", "--model", checkpoint(tmp_path, 2**20))
    assert ran.returncode == 0, ran.stderr
    assert "weights         1 MiB" in ran.stdout
    assert "a token keeps   28 KiB" in ran.stdout
    assert "37.5 MiB, for a screen of 1272 tokens" in ran.stdout
    assert "up to --screen-tokens" in ran.stdout


def test_one_that_does_not_fit_ends_with_advice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(checkpoint(tmp_path, 2**50), "1080x2400", 1280, ("memory", 2**40)) == 1
    assert "It does not fit: take a smaller checkpoint" in capsys.readouterr().out


def test_one_that_fits_with_a_smaller_budget_says_which(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights, free = 10**9, ("a card's memory", 2_600_000_000)  # room for screens of some thousand tokens
    assert tell(checkpoint(tmp_path, weights), "3840x2160", 16384, free) == 0
    assert "It does not fit as it is, but does with --screen-tokens 2048" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("doctor", "--model", "/nowhere"), "there is no folder /nowhere"),
        (("run", "open Settings", "--screen-tokens", "255"), "should be greater than or equal to 256"),
        (("run", "open Settings", "--constrain", "--device", "virtual"), "--constrain holds a checkpoint in this"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(handsight: Run, words: tuple[str, ...], said: str) -> None:
    ran = handsight(*words)
    assert ran.returncode in (1, 2)
    assert said in " ".join(ran.stderr.split())


def test_a_size_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="a size is written as 1080x2400, not as 'large'"):
        tell(".", "large", 1280)


def test_the_budget_of_a_screen_is_the_dialects() -> None:
    few, many = (open_dialect(screen_tokens=tokens) for tokens in (256, 16384))
    assert few.sent((1080, 2400)) == (280, 644)  # type: ignore[attr-defined]
    assert many.sent((1080, 2400)) == (1092, 2408)  # type: ignore[attr-defined]


@pytest.mark.parametrize("words", ["reader", "server:http://localhost#x", "scripted:x", "collections:Counter"])
def test_only_a_checkpoint_can_be_constrained(words: str) -> None:
    with pytest.raises(UsageError, match="--constrain holds a checkpoint"):
        model_opener(words, constrain=True)
