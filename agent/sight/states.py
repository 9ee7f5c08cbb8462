"""What is said to be on or off: "Wi-Fi is on", "Wi-Fi已打开"."""

from __future__ import annotations

import re

_ON = r"on|checked|ticked|selected"
_OFF = r"off|unchecked|unticked|not\s+(?:on|checked|ticked|selected)"
_STATE = re.compile(
    rf"(?P<name>\S.*?)\s+is\s+(?:(?:turned|switched)\s+)?(?:now\s+)?(?:(?P<on>{_ON})|(?P<off>{_OFF}))[.!]?",
    re.IGNORECASE,
)
_STATE_ZH = re.compile(
    r"(?P<name>\S.*?)\s*(?:的?开关)?(?:(?:已经?|是)(?:(?P<on>打开|开启|启用|选中|勾选)|(?P<off>关闭|关掉|停用))|"
    r"(?P<closed>(?:没有|未)(?:打开|开启|启用|选中|勾选)))(?:着|了|的)?[。！]?"
)


def state_of(words: str) -> tuple[str, bool] | None:
    """What is said to be on (True) or off; None for words that say no such thing."""
    found = _STATE.fullmatch(words.strip()) or _STATE_ZH.fullmatch(words.strip())
    return (found["name"], bool(found["on"])) if found else None
