"""What a step is made of: instructions, the targets they name, and texts in which quotes are safe.

A quoted text becomes one private character before anything else is looked at, so that no comma, verb or "and" inside
quotes can mean anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from handsight.errors import UsageError

Relation = Literal["", "beside", "below", "above"]
Act = Literal[
    "open", "go", "tap", "long_press", "double_click", "right_click", "type", "turn_on", "turn_off", "scroll",
    "press", "wait", "wait_for", "check", "answer", "call", "ask",
]  # fmt: skip

_QUOTES = re.compile(
    r"\"([^\"\n]*)\"|“([^”]*)”|「([^」]*)」|『([^』]*)』|‘([^’]*)’|(?<![^\s(=:：，,])'([^'\n]*)'(?!\w)"
)
_QUOTED = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True)
class Target:
    """Words on the screen. `names` are tried in order; `ordinal` counts from the top, -1 is the last one."""

    names: tuple[str, ...]
    ordinal: int = 0
    relation: Relation = ""
    anchor: str = ""

    def __str__(self) -> str:
        words = f'"{self.names[-1]}"'
        if self.ordinal:
            words = f"{'last' if self.ordinal < 0 else f'number {self.ordinal}'} {words}"
        place = {"": "", "beside": "next to", "below": "below", "above": "above"}[self.relation]
        return f'{words} {place} "{self.anchor}"' if place else words


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


class Words:
    """A text in which each quoted part is one private character."""

    def __init__(self, text: str) -> None:
        self._quoted: list[str] = []
        self.text = _QUOTES.sub(self._put, text)

    def _put(self, match: re.Match[str]) -> str:
        self._quoted.append(next(group for group in match.groups() if group is not None))
        return chr(0xE000 + len(self._quoted) - 1)

    def plain(self, text: str) -> str:
        """`text` with the quoted parts back in it, without their quotes."""
        return _QUOTED.sub(lambda m: self._quoted[ord(m[0]) - 0xE000], text).strip()

    def shown(self, text: str) -> str:
        """`text` with the quoted parts back in it, in quotes."""
        return _QUOTED.sub(lambda m: f'"{self._quoted[ord(m[0]) - 0xE000]}"', text).strip()


_NUMBERS = {word: n for n, words in enumerate((
    "first 1st 一 once", "second 2nd 二 两 twice", "third 3rd 三", "fourth 4th 四", "fifth 5th 五",
    "sixth 6th 六", "seventh 7th 七", "eighth 8th 八", "ninth 9th 九", "tenth 10th 十",
), start=1) for word in words.split()} | {"last": -1, "最后": -1}  # fmt: skip
_ORDINAL = re.compile(
    r"(?:the\s+)?(?P<en>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|\d+(?:st|nd|rd|th))"
    r"\s+(?P<a>.+)|第(?P<zh>[一二三四五六七八九十\d]+)(?:个|项|行)的?(?P<b>.+)|(?P<last>最后)(?:一?个|一?项)(?P<c>.+)",
    re.IGNORECASE,
)
_BESIDE = r"next\s+to|beside|(?:to\s+the\s+)?(?:right|left)\s+of|in\s+the\s+(?:same\s+)?row\s+(?:of|as|with)|near|at"
_PLACE = re.compile(
    rf"(?P<name>.+?)\s+(?:(?P<beside>{_BESIDE})|(?P<below>under(?:neath)?|below|beneath)|(?P<above>above|over))"
    r"\s+(?P<anchor>.+)",
    re.IGNORECASE,
)
_PLACE_ZH = re.compile(
    r"(?P<anchor>.+?)(?:的)?(?:(?P<beside>旁边|右边|左边|右侧|左侧|那一?行|后面)|(?P<below>下面|下方|下边)|"
    r"(?P<above>上面|上方|上边))的?(?P<name>.+)"
)
_KINDS = (
    r"button|tab|icon|link|menu(?:\s+item)?|row|item|option|entry|(?:text|input|search)?\s*field|(?:text|input|check)\s*box|"
    r"box|switch|toggle|checkbox|radio\s+button|app(?:lication)?|setting|page|screen|section|key|label|card|heading|text"
)
_KIND = re.compile(rf"(?P<name>.+?)\s+(?:{_KINDS})", re.IGNORECASE)
_KIND_ZH = re.compile(
    r"(?P<name>.+?)的?(?:按钮|图标|选项卡|选项|标签|链接|菜单|开关|输入框|文本框|搜索框|复选框|框|页面|应用|一栏|一项)"
)
_AROUND = re.compile(
    rf"(?:the\s+|on\s+|a\s+)*(?:{_KINDS}|[的]?(?:按钮|图标|选项卡|选项|标签|链接|菜单|开关|输入框|文本框|框|页面|应用|中|里|上))*"
    r"(?:\s*(?:in|on|from|at|of)\s+(?:the|this|that)\s+[\w\s]+)?",
    re.IGNORECASE,
)


def target(words: Words, text: str) -> Target:
    """Read what a step points at: a label, perhaps with a kind, an ordinal and a place."""
    text = re.sub(r"^(?:on\s+|the\s+|an?\s+)+(?=\S)", "", text.strip(" \t.!。！"), flags=re.IGNORECASE)
    if found := _ORDINAL.fullmatch(text):
        inner = target(words, found["a"] or found["b"] or found["c"])
        return Target(inner.names, _number(found["en"] or found["zh"] or found["last"]), inner.relation, inner.anchor)
    if found := _PLACE.fullmatch(text) or _PLACE_ZH.fullmatch(text):
        relation: Relation = "beside" if found["beside"] else "below" if found["below"] else "above"
        return Target(target(words, found["name"]).names, 0, relation, target(words, found["anchor"]).names[-1])
    if quoted := _QUOTED.search(text):
        around = _AROUND.fullmatch((text[: quoted.start()] + " " + text[quoted.end() :]).strip())
        if not around:
            raise UsageError(f"which words on the screen are meant by {words.shown(text)}? Put them all in quotes.")
        return Target((words.plain(quoted[0]),))
    if not text:
        raise UsageError('a step names nothing to act on; say for example: tap "Display"')
    stripped = _KIND.fullmatch(text) or _KIND_ZH.fullmatch(text)
    return Target((text, stripped["name"]) if stripped else (text,))


def _number(word: str) -> int:
    word = word.lower()
    return _NUMBERS[word] if word in _NUMBERS else int(re.sub(r"\D", "", word) or 1)


def times(word: str | None) -> float:
    """How often: "twice", "3 times", "两次"; once when nothing is said."""
    if not word:
        return 1
    digits = re.search(r"\d+(?:\.\d+)?", word)
    return float(digits[0]) if digits else next((float(n) for w, n in _NUMBERS.items() if w in word.lower()), 1)


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
