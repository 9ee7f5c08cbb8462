"""Which dialect a model speaks: told by its name, else by the architecture of its checkpoint, and why."""

from __future__ import annotations

import re
from typing import NamedTuple

DIALECTS = {
    "nous": "handsight.prompts.nous:NousDialect",
    "qwen_agent": "handsight.prompts.qwen_agent:QwenAgentDialect",
    "qwen2_vl": "handsight.prompts.qwen2_vl:Qwen2VLDialect",
    "qwen25_vl": "handsight.prompts.qwen25_vl:Qwen25VLDialect",
    "qwen3_vl": "handsight.prompts.qwen3_vl:Qwen3VLDialect",
    "qwen3_vl_mobile": "handsight.prompts.qwen3_vl:Qwen3VLMobileDialect",
    "qwen35": "handsight.prompts.qwen35:Qwen35Dialect",
    "ui_tars": "handsight.prompts.ui_tars:UiTarsDialect",
    "ui_tars_15": "handsight.prompts.ui_tars:UiTars15Dialect",
    "gui_owl": "handsight.prompts.gui_owl:GuiOwlDialect",
    "gui_owl_1": "handsight.prompts.gui_owl:GuiOwl1Dialect",
    "autoglm": "handsight.prompts.autoglm:AutoGLMDialect",
    "native": "handsight.prompts.native:NativeDialect",
    "native_1000": "handsight.prompts.native:Native1000Dialect",
    "json": "handsight.prompts.plain_json:PlainJsonDialect",
}
ACTS_ALONE = {"mini": "handsight.prompts.mini:MiniDialect"}
"""The dialect of the model that the package carries: the phone's acts, and no other function."""

# In this order: a model that was made of another bears the name of both, its own first.
_NAMES = (
    (r"(^|[/\\])mini$", "mini"),
    (r"ui[-_ ]?tars[-_ ]?(1[.\-_]5|2(?!b))", "ui_tars_15"),
    (r"ui[-_ ]?tars", "ui_tars"),
    (r"gui[-_ ]?owl[-_ ]?1[.\-_]5", "gui_owl"),
    (r"gui[-_ ]?owl", "gui_owl_1"),
    (r"autoglm", "autoglm"),
    (r"qwen[-_ ]?3[.\-_][5-9](?!\d*b)", "qwen35"),
    (r"qwen[-_ ]?3", "qwen3_vl"),
    (r"qwen[-_ ]?2[.\-_]?5", "qwen25_vl"),
    (r"qwen[-_ ]?2[-_ ]?vl", "qwen2_vl"),
    (r"gemini", "native_1000"),
    (r"gemma|llava|internvl|minicpm|moondream|smolvlm|molmo|llama|phi[-_ ]?\d", "json"),
    (r"\b(gpt|o[1-9]|claude|chatgpt|grok|mistral|pixtral|kimi)\b", "native"),
)
_ARCHITECTURES = {
    "qwen2_vl": "qwen2_vl",
    "qwen2_5_vl": "qwen25_vl",
    "qwen3_vl": "qwen3_vl",
    "qwen3_vl_moe": "qwen3_vl",
    "qwen3_5": "qwen35",
    "qwen3_5_moe": "qwen35",
}


class Choice(NamedTuple):
    """A dialect by its name, and why it was chosen, in words for the user."""

    dialect: str
    why: str


def chosen(model: str, family: str = "") -> Choice:
    """The dialect that a model of that name speaks; `family` is the model_type of a checkpoint in this process."""
    for pattern, dialect in _NAMES:
        if found := re.search(pattern, model, re.IGNORECASE):
            return Choice(dialect, f"the name {model} says {found.group()}")
    if family in _ARCHITECTURES:
        return Choice(_ARCHITECTURES[family], f"the checkpoint's architecture is {family}")
    return Choice("nous", f"{model} names no family that has a dialect of its own" if model else "no model is named")
