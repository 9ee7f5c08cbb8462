"""What a step of a task is made of: instructions, and the phrases that are read as one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from handsight.sight.targets import Target, Words

Act = Literal[
    "open", "go", "tap", "long_press", "double_click", "right_click", "type", "turn_on", "turn_off", "scroll",
    "press", "wait", "wait_for", "check", "answer", "call", "ask",
]  # fmt: skip


@dataclass(frozen=True)
class Instruction:
    """One thing to do.

    `text` is what is typed, the key, the direction, the function or the question. `count` is how often, or seconds for
    `wait`; 0 is as often as it takes. `expects` is what a check wants to find: shown, gone, on or off.
    """

    act: Act
    words: str
    target: Target | None = None
    text: str = ""
    count: float = 1
    expects: Literal["shown", "gone", "on", "off"] = "shown"
    or_switch: bool = False
    arguments: tuple[tuple[str, str | Target], ...] = ()


Build = Callable[[Words, re.Match[str]], Instruction | None]
Rules = list[tuple[re.Pattern[str], Build]]


def collector(rules: Rules) -> Callable[..., Callable[[Build], Build]]:
    """Make the decorator that adds a phrase, given as the parts of its pattern, to `rules`.

    Stacked on one function, the patterns are tried from the bottom up: that is the order in which Python decorates.
    """

    def rule(*parts: str) -> Callable[[Build], Build]:
        def add(build: Build) -> Build:
            rules.append((re.compile("".join(parts), re.IGNORECASE | re.DOTALL), build))
            return build

        return add

    return rule
