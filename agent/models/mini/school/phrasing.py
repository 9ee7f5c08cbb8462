"""Goals put into words: phrasings for the school, others for the report card, and the small words of asking."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from handsight.models.mini.school.words import Words

_BEFORE = ("please ", "please ", "can you ", "could you ", "I want you to ", "I'd like you to ", "hey, ", "now ")
_AFTER = (" please", ", please", " for me", " now", ", thanks")
_BEFORE_ZH, _AFTER_ZH = ("请", "请", "帮我", "请帮我", "麻烦"), ("吧", "，谢谢")
_NO_ORDER = ("I ", "what", "which", "how", "hey")
_TYPED = tuple(["{title}", "{body}", "{name}", "{number}"])  # after what is typed as it stands nothing is added
_THEN = (" Then ", " Then ", " After that, ", " ")
_AND, _AND_ZH = (" and ", ", then ", " and then ", ", and ", "; ", ", after that "), ("，然后", "，再", "并", "，并且")


@cache
def _phrasings() -> Any:
    return tomllib.loads(files(__package__).joinpath("phrasings.toml").read_text("utf-8"))


def phrased(words: Words, kind: str, language: str, **what: str) -> str:
    """A goal in one of its phrasings, a polite word before it or after it now and then."""
    random = words.random
    form = str(random.choice(_phrasings()[kind]["unseen " * words.unseen + language]))
    form = _asked_zh(random, form) if language == "zh" else _asked(random, form)
    return form.format(**what)


def joined(random: Random, one: str, two: str, language: str) -> str:
    """Two goals one after the other."""
    if language == "zh":
        return one + ("然后" if one.endswith("。") else random.choice(_AND_ZH)) + two
    return one + (random.choice(_THEN) if one.endswith((".", "?", "!")) else random.choice(_AND)) + two


def _asked(random: Random, form: str) -> str:
    if not form.endswith("?") and not form.startswith(_NO_ORDER) and random.random() < 0.25:
        if random.random() < 0.6 or form.endswith(_TYPED):
            form = random.choice(_BEFORE) + form
            form += "?" * (form.startswith(("can", "could")) and not form.endswith(_TYPED) and random.random() < 0.8)
        else:
            form += random.choice(_AFTER)
    if random.random() < 0.6:
        form = form[0].upper() + form[1:]
    return form + "." * (not form.endswith((*_TYPED, "?")) and random.random() < 0.12)


def _asked_zh(random: Random, form: str) -> str:
    if not form.endswith("？") and random.random() < 0.2:
        before = random.random() < 0.7 or form.endswith(_TYPED)
        return random.choice(_BEFORE_ZH) + form if before else form + random.choice(_AFTER_ZH)
    return form + "。" * (not form.endswith((*_TYPED, "？")) and random.random() < 0.1)
