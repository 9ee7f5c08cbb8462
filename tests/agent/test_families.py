"""Which dialect a name stands for: read in another, each click would miss."""

from __future__ import annotations

import pytest

from handsight.families import DIALECTS, chosen
from handsight.wiring import open_dialect


@pytest.mark.parametrize(
    ("model", "dialect"),
    [
        ("reader", "nous"),
        ("scripted", "nous"),
        ("my-own", "nous"),
        ("", "nous"),
        ("Qwen/Qwen2-VL-2B-Instruct", "qwen2_vl"),
        ("qwen2-vl-72b", "qwen2_vl"),
        ("Qwen2-VL-7B-Instruct-AWQ", "qwen2_vl"),
        ("Qwen/Qwen2.5-VL-7B-Instruct", "qwen25_vl"),
        ("qwen2.5vl:7b", "qwen25_vl"),
        ("qwen2_5_vl", "qwen25_vl"),
        ("Qwen/Qwen3-VL-8B-Instruct", "qwen3_vl"),
        ("qwen3-vl:235b-cloud", "qwen3_vl"),
        ("Qwen3-VL-30B-A3B", "qwen3_vl"),
        ("Qwen/Qwen3.5-9B", "qwen35"),
        ("qwen3.6-plus", "qwen35"),
        ("qwen3_8", "qwen35"),
        ("ByteDance-Seed/UI-TARS-7B-DPO", "ui_tars"),
        ("UI-TARS-2B-SFT", "ui_tars"),
        ("ByteDance-Seed/UI-TARS-1.5-7B", "ui_tars_15"),
        ("ui_tars_1.5", "ui_tars_15"),
        ("mPLUG/GUI-Owl-7B", "gui_owl_1"),
        ("mPLUG/GUI-Owl-1.5-8B-Instruct", "gui_owl"),
        ("zai-org/AutoGLM-Phone-9B", "autoglm"),
        ("autoglm-phone-multilingual", "autoglm"),
        ("gpt-5.2", "native"),
        ("claude-opus-5", "native"),
        ("gemini-3-pro", "native_1000"),
        ("gemma3:27b", "json"),
        ("llava-onevision", "json"),
    ],
)
def test_a_name_says_which_dialect_its_model_speaks(model: str, dialect: str) -> None:
    assert chosen(model).dialect == dialect


def test_a_name_says_more_than_the_architecture_it_is_built_on() -> None:
    assert chosen("UI-TARS-7B-DPO", "qwen2_vl").dialect == "ui_tars"
    assert chosen("./checkpoint-400", "qwen2_vl").dialect == "qwen2_vl"
    assert chosen("./checkpoint-400", "qwen3_5_moe").dialect == "qwen35"
    assert chosen("./checkpoint-400", "llama").dialect == "nous"


def test_the_reason_is_told() -> None:
    assert chosen("Qwen2.5-VL-3B").why == "the name Qwen2.5-VL-3B says Qwen2.5"
    assert chosen("./x", "qwen2_5_vl").why == "the checkpoint's architecture is qwen2_5_vl"
    assert chosen("my-own").why == "my-own names no family that has a dialect of its own"
    assert chosen("").why == "no model is named"


@pytest.mark.parametrize("name", DIALECTS)
def test_a_dialect_bears_its_own_name_and_takes_a_budget(name: str) -> None:
    dialect = open_dialect(name, screen_tokens=256)
    assert dialect.name == name
