"""Qwen2.5-VL: the "nous" form, places in pixels of the picture as it was sent (QwenLM/Qwen3-VL#940)."""

from __future__ import annotations

from handsight.prompts.nous import NousDialect


class Qwen25VLDialect(NousDialect):
    """Asks and reads Qwen2.5-VL, telling it the resolution of the picture that it is sent."""

    name = "qwen25_vl"
    edge = None
    prints_size = True
