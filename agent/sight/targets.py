"""What is pointed at in words: a label, perhaps with a kind, an ordinal and a place, in English or Chinese.

A quoted text becomes one private character before anything else is looked at, so that no comma, verb or "and" inside
quotes can mean anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from handsight.errors import UsageError
from handsight.sight.kinds import Look, look

Relation = Literal["", "beside", "left", "right", "below", "above"]

_QUOTES = re.compile(
    r"\"([^\"\n]*)\"|“([^”]*)”|「([^」]*)」|『([^』]*)』|‘([^’]*)’|(?<![^\s(=:：，,])'([^'\n]*)'(?!\w)"
)
_QUOTED = re.compile("[\ue000-\uf8ff]")
_PLACES = {
    "": "",
    "beside": "next to",
    "left": "left of",
    "right": "right of",
    "below": "below",
    "above": "above",
}


@dataclass(frozen=True)
class Target:
    """Words on the screen. `names` are tried in order; `ordinal` counts from the top, -1 is the last one.

    `look` is what the words say of its kind and colour, for whoever can tell.
    """

    names: tuple[str, ...]
    ordinal: int = 0
    relation: Relation = ""
    anchor: str = ""
    look: Look | None = field(default=None, compare=False)

    @property
    def bare(self) -> bool:
        """Whether it is named by its kind alone: "the blue button", and no words that stand on it."""
        return self.look is not None and not self.look.name

    def __str__(self) -> str:
        words = str(self.look) if self.look and (self.bare or self.look.colour) else f'"{self.names[-1]}"'
        if self.ordinal:
            words = f"{'last' if self.ordinal < 0 else f'number {self.ordinal}'} {words}"
        place = _PLACES[self.relation]
        return f'{words} {place} "{self.anchor}"' if place else words


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
_BESIDE = r"next\s+to|beside|in\s+the\s+(?:same\s+)?row\s+(?:of|as|with)|near|at"
_SIDES = r"(?:(?:on|to)\s+the\s+)?(?:(?P<right>right)|(?P<left>left))\s+of"
_PLACE = re.compile(
    rf"(?P<name>.+?)\s+(?:(?P<beside>{_BESIDE})|{_SIDES}|(?P<below>under(?:neath)?|below|beneath)|(?P<above>above|over))"
    r"\s+(?P<anchor>.+)",
    re.IGNORECASE,
)
_PLACE_ZH = re.compile(
    r"(?P<anchor>.+?)(?:的)?(?:(?P<beside>旁边|那一?行|后面)|(?P<right>右[边侧])|(?P<left>左[边侧])|(?P<below>下面|下方|下边)|"
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
_WITHIN = re.compile(
    r"(?P<name>.+)\s+(?:in|inside|within|(?:of|on|from)(?=.*\b(?:dialog|window|pop-?up|alert)))\s+(?P<within>\S.*?)",
    re.IGNORECASE,
)
_WITHIN_ZH = re.compile(r"(?:在)?(?P<within>.+?)(?:里面?|中|内|上)的?(?P<name>.+)")


def target(words: Words, text: str) -> Target:
    """Read what a step points at: a label, perhaps with a kind, an ordinal and a place."""
    text = re.sub(r"^(?:on\s+|the\s+|an?\s+)+(?=\S)", "", text.strip(" \t.!。！"), flags=re.IGNORECASE)
    if found := _ORDINAL.fullmatch(text):
        inner = target(words, found["a"] or found["b"] or found["c"])
        return replace(inner, ordinal=_number(found["en"] or found["zh"] or found["last"]))
    if found := _PLACE.fullmatch(text) or _PLACE_ZH.fullmatch(text):
        sides: tuple[Relation, ...] = ("beside", "left", "right", "below", "above")
        relation = next(side for side in sides if found[side])
        named = target(words, found["name"])
        return Target(named.names, 0, relation, target(words, found["anchor"]).names[-1], named.look)
    if quoted := _QUOTED.search(text):
        seen = look(text)
        if seen is None or not _QUOTED.fullmatch(seen.name):
            seen = None
            if not _AROUND.fullmatch((text[: quoted.start()] + " " + text[quoted.end() :]).strip()):
                raise UsageError(f"which words on the screen are meant by {words.shown(text)}? Put them all in quotes.")
        name = words.plain(quoted[0])
        return Target((name,), look=replace(seen, name=name) if seen else None)
    if not text:
        raise UsageError('a step names nothing to act on; say for example: tap "Display"')
    stripped = _KIND.fullmatch(text) or _KIND_ZH.fullmatch(text)
    return Target((text, stripped["name"]) if stripped else (text,), look=look(text))


def meant(what: str | Target) -> Target:
    """Read words that point at something: `Wi-Fi`, `the second Add`, `Delete next to Milk`, `"Save" button`."""
    if isinstance(what, Target):
        return what
    words = Words(what)
    try:
        return target(words, words.text)
    except UsageError:
        if parts(what):  # it names something in something else, and no words of a line
            return literal(what)
        raise


def literal(what: str) -> Target:
    """The words as they are, and without the quotes that they are in."""
    words = Words(what)
    return Target((what, words.plain(words.text)))


def parts(what: str) -> tuple[str, str] | None:
    """What is named and in what it stands: `OK` and `the dialog` of "OK in the dialog"; None where nothing says so."""
    words = Words(what)
    found = _WITHIN.fullmatch(words.text.strip(" \t.!。！")) or _WITHIN_ZH.fullmatch(words.text.strip(" \t.!。！"))
    return (words.shown(found["name"]), words.shown(found["within"])) if found else None


def _number(word: str) -> int:
    word = word.lower()
    return _NUMBERS[word] if word in _NUMBERS else int(re.sub(r"\D", "", word) or 1)


def times(word: str | None) -> float:
    """How often: "twice", "3 times", "两次"; once when nothing is said."""
    if not word:
        return 1
    digits = re.search(r"\d+(?:\.\d+)?", word)
    return float(digits[0]) if digits else next((float(n) for w, n in _NUMBERS.items() if w in word.lower()), 1)
