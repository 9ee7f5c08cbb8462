"""The languages of the virtual phone, and how an app's words are written down in all of them."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = {"en": "en-US", "zh": "zh-CN", "de": "de-DE", "ja": "ja-JP"}  # language -> the locale that stands for it


def by_language(rows: Mapping[str, tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    """Turn rows of English text -> Chinese, German, Japanese into what `App.texts` holds."""
    _, *others = LANGUAGES
    return {language: {english: row[i] for english, row in rows.items()} for i, language in enumerate(others)}
