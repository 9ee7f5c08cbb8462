"""Where a reply ends of itself: after its first complete call."""

from __future__ import annotations

import json

from handsight.types import Calls

_JSON = json.JSONDecoder(strict=False)


def end_of_call(text: str, calls: Calls, *, thinking: bool = False) -> int:
    """Where the first complete call in `text` ends, its closing mark included; -1 where there is none yet.

    What stands in a thought is no call; `thinking` says that the text begins within one. A closing mark in a string of
    the call does not close it. A call that is malformed ends at its closing mark all the same. Without marks nothing
    tells where a value ends: 1 may become 12.
    """
    if not calls.marked:
        return -1
    opening, closing = calls.opening.strip(), calls.closing.strip()
    at = spoken_from(text, thinking=thinking)
    start = text.find(opening, at) if at >= 0 else -1
    if start < 0:
        return -1
    start += len(opening)
    while start < len(text) and text[start].isspace():
        start += 1
    try:
        _, start = _JSON.raw_decode(text, start)
    except json.JSONDecodeError as problem:
        if problem.msg.startswith("Unterminated string"):
            return -1
    end = text.find(closing, start)
    return end + len(closing) if end >= 0 else -1


def spoken_from(text: str, *, thinking: bool = False) -> int:
    """Where the text outside of thoughts begins; -1 where there is none yet."""
    at = text.rfind("</think>")
    if at >= 0:
        return at + len("</think>")
    return -1 if thinking or text.lstrip().startswith("<think>") else 0
