"""Qwen3-VL: the "nous" form, places relative to 1000, or to 999 as in its cookbook for phones."""

from __future__ import annotations

from dataclasses import replace

from handsight.prompts.functions import MOBILE_USE
from handsight.prompts.nous import NousDialect


class Qwen3VLDialect(NousDialect):
    """Asks and reads Qwen3-VL, a token being 32x32 pixels."""

    name = "qwen3_vl"
    factor = 32
    min_tokens = 64
    prints_size = True


class Qwen3VLMobileDialect(Qwen3VLDialect):
    """The variant of the cookbook for phones, which knows neither `key` nor `open`."""

    name = "qwen3_vl_mobile"
    edge = (999, 999)
    vocabulary = replace(MOBILE_USE, actions=tuple(a for a in MOBILE_USE.actions if a.name not in ("key", "open")))
