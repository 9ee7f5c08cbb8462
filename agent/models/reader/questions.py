"""The phrases for answering, asking, the user's own functions, and, last because they take any words, for tapping."""

from __future__ import annotations

import re

from handsight.errors import UsageError
from handsight.models.reader.steps import Instruction, Rules, collector
from handsight.sight.targets import Relation, Target, Words, target

Match = re.Match[str]
RULES: Rules = []
rule = collector(RULES)

_WHAT = (
    r"(?:what(?:ever)?|the\s+(?:text|value|number|words?|label|price|amount|content))?\s*(?:that\s+)?"
    r"(?:(?:is|it)\s+)?(?:stands?|says?|shown|written|displayed)?\s*"
)
_WHERE = (
    r"(?P<beside>next\s+to|beside|(?:to\s+the\s+)?right\s+of|of|for|after)"
    r"|(?P<below>under(?:neath)?|below)|(?P<above>above)"
)
_ANSWER = r"(?:answer|read|say|tell\s+me|tell|report|give\s+me|return)(?:\s+(?:me|out|back|with))*"
_WHERE_ZH = r"(?P<beside>旁边?|右边|右侧|后面)|(?P<below>下面|下方)|(?P<above>上面|上方)"
_WHAT_ZH = r"(?:写着|显示)?(?:的)?(?:文字|文本|内容|值|数字|数值|是什么|什么)*[?？]?"


def place(words: Words, text: str) -> Target | None:
    """Read "the text next to X": the anchor is what is named, the relation says where from it to look."""
    found = re.fullmatch(rf"{_WHAT}(?:{_WHERE})\s+(?P<t>.+?)\??", text.strip(), re.IGNORECASE) or re.fullmatch(
        rf"(?P<t>.+?)(?:的)?(?:{_WHERE_ZH}){_WHAT_ZH}", text.strip()
    )
    if not found:
        return None
    relation: Relation = "below" if found["below"] else "above" if found["above"] else "beside"
    named = target(words, found["t"])
    return Target(named.names, named.ordinal, relation)


@rule(rf"{_ANSWER}\s+(?P<t>.+)|(?:回答|读出|读取|读一下|读|说出|告诉我|报告)(?P<t2>.+)")
def _answer(words: Words, found: Match) -> Instruction:
    text = found["t"] or found["t2"]
    if where := place(words, text):
        return Instruction("answer", "", where)
    if re.fullmatch("[\ue000-\uf8ff]", text.strip()) and re.match(r"answer|say|回答|说", found[0], re.IGNORECASE):
        return Instruction("answer", "", text=words.plain(text))
    named = target(words, re.sub(r"(?:\s+(?:is|says))$|(?:的(?:值|内容|文字)|是什么)$|^what\s+(?:is\s+)?", "", text))
    return Instruction("answer", "", Target(named.names, named.ordinal, "beside"))


@rule(r"(?P<q>what(?:'s|\s+is|\s+stands|\s+does)?\s+.+|.+(?:旁边?|右边|下面|下方|上面)(?:的.*)?是?什么[?？]?)")
def _what(words: Words, found: Match) -> Instruction | None:
    text = re.sub(r"^what(?:'s|\s+is|\s+stands)?\s+", "", found["q"], flags=re.IGNORECASE)
    where = place(words, text)
    return Instruction("answer", "", where) if where else None


@rule(
    r"(?:call|use|invoke|run)\s+(?:the\s+)?(?:(?:tool|function)\s+)?(?P<name>[A-Za-z_]\w*)(?:\s+(?:tool|function))?",
    r"(?:\s*\((?P<inner>.*)\)|\s+(?:with|using|and)\s+(?P<rest>.+))?",
    r"|(?:调用|使用)\s*(?:工具|函数)?\s*(?P<name2>[A-Za-z_]\w*)\s*(?:工具|函数)?",
    r"(?:\s*[(（](?P<inner2>.*)[)）]|[，,]?\s*(?:参数|用|传入|带上?|使)?\s*(?P<rest2>.+))?",
)
def _call(words: Words, found: Match) -> Instruction | None:
    given = found["inner"] or found["rest"] or found["inner2"] or found["rest2"] or ""
    arguments: list[tuple[str, str | Target]] = []
    pattern = r"(?P<name>[A-Za-z_]\w*)\s*(?:=|:|：|\s+as|\s+set\s+to|为|是|\s)\s*(?P<value>.+)"
    for part in re.split(r"\s*[,，]\s*(?:and\s+)?|\s+and\s+(?=\w+\s*(?:=|[\ue000-\uf8ff]))|和(?=[A-Za-z_])", given):
        if not part.strip():
            continue
        one = re.fullmatch(pattern, part.strip(), re.IGNORECASE | re.DOTALL)
        if not one:
            raise UsageError(
                f"an argument is name 'value' or name = the text next to 'label'; not {words.shown(part)!r}"
            )
        where = None if re.fullmatch("[\ue000-\uf8ff]", one["value"].strip()) else place(words, one["value"])
        arguments.append((one["name"], where or words.plain(one["value"])))
    return Instruction("call", "", text=found["name"] or found["name2"], arguments=tuple(arguments))


@rule(
    r"ask(?:\s+(?:me|the\s+user|them))?(?:\s+(?:about|for|to))?\s+(?P<q>.+)|(?:询问|问一下|问)(?:用户|我)?[：:]?(?P<zh>.+)"
)
def _ask(words: Words, found: Match) -> Instruction:
    return Instruction("ask", "", text=words.plain(found["q"] or found["zh"]))


@rule(r"(?:go|navigate|move|switch)\s+(?:in)?to\s+(?P<t>.+)|(?:进入|前往|转到|切换到)\s*(?P<t2>.+)")
def _go(words: Words, found: Match) -> Instruction:
    return Instruction("go", "", target(words, found["t"] or found["t2"]))


@rule(
    r"(?:tap|click|press|select|choose|pick|touch|hit|push|toggle)(?:\s+(?:on|once\s+on))?\s+(?P<t>.+)",
    r"|(?:点击一?下?|单击|点一下|点按|轻触|点|选择|选中|按一?下?|轻点)\s*(?P<t2>.+)",
)
def _tap(words: Words, found: Match) -> Instruction:
    return Instruction("tap", "", target(words, found["t"] or found["t2"]))
