"""What models are told, in English and Chinese."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Wording:
    """One text in both languages."""

    en: str
    zh: str

    def of(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


def language_of(text: str) -> Language:
    """The language in which a model is spoken to about `text`: Chinese where it holds any Chinese."""
    return "zh" if _HAN.search(text) else "en"
