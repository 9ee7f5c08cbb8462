"""Variables in words: `${name}`; `$${` stands for the two characters themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping

NAME = re.compile(r"[^\W\d][\w -]*")
_USE = re.compile(r"\$(?P<literal>\$)?\{(?P<name>[^{}]*)(?P<end>\})?")


def used(text: str) -> list[str]:
    """The names that a text uses; what is no name is given as it stands."""
    found = [use for use in _USE.finditer(text) if not use["literal"]]
    return [use["name"].strip() if use["end"] else use[0] for use in found]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with the variables' values in it. Raises KeyError."""
    return _USE.sub(lambda use: use[0][1:] if use["literal"] else values[use["name"].strip()], text)


def literal(text: str) -> str:
    """Words that `filled` gives back as `text`: what a person typed may hold `${`."""
    return text.replace("${", "$${")
