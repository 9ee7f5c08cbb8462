"""What an app calls the things that can be touched, as a resource id: the same in every language, size and theme.

Nobody writes them: a thing is called after what touching it does. As in real apps the rows of a list share an id, since
what tells them apart is no word of the app's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

_WORD = re.compile(r"[A-Za-z][\w .&-]{0,40}")  # what a user wrote, and what changes, is no part of a name
_CARRIERS = frozenset(
    {"open", "show", "confirm", "_close", "setattr", "store", "_put", "set"}
)  # they say how, not what


def resource_id(package: str, act: Callable[..., object] | None) -> str:
    """The id of what calls `act`; empty where nothing names it."""
    words = list(dict.fromkeys(_words(act))) if act else []
    name = re.sub(r"\W+", "_", "_".join(words)).strip("_").lower()
    return f"{package}:id/{name}" if name else ""


def _words(act: Any) -> Iterator[str]:
    if isinstance(act, partial):
        yield from _words(act.func)
        for given in (*act.args, *act.keywords.values()):
            yield from _words(given)
    elif isinstance(act, str):
        if _WORD.fullmatch(act):
            yield act
    elif callable(act) and not isinstance(act, type):
        name = getattr(act, "__name__", "")
        if name and name != "<lambda>" and name not in _CARRIERS:
            yield name.strip("_")
        for cell in getattr(act, "__closure__", None) or ():
            if isinstance(cell.cell_contents, str):
                yield from _words(cell.cell_contents)
