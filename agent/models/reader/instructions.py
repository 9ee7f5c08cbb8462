"""From a task's words, English or Chinese, to instructions.

`open Settings, tap "Display", turn on Dark theme` is three of them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from handsight.errors import UsageError
from handsight.models.reader import phrases, questions
from handsight.models.reader.steps import Instruction
from handsight.sight.targets import Words, target

_FREE_TEXT = frozenset({"type", "call", "ask", "answer"})


def parse(task: str) -> list[Instruction]:
    """Read `task` as steps. Raises UsageError, naming what is not one."""
    words = Words(_MARK.sub("\n", task))
    steps: list[Instruction] = []
    begun = 0
    for start, end, implied in _split(words.text):
        fragment = _polite(words.text[start:end])
        read = _instruction(words, fragment, implied_tap=implied)
        if read is None and steps and steps[-1].act in _FREE_TEXT:
            # a comma inside unquoted text to type, or between arguments
            read = _instruction(words, _polite(words.text[begun:end]))
            if read is not None:
                steps[-1] = read
                continue
        if read is None:
            raise UsageError(
                "the reader follows steps such as 'open Settings, tap Display'; it cannot follow "
                f"{words.shown(fragment)!r}. For goals in your own words use a model that thinks: "
                "--model server:URL#name (Qwen3-VL...) or --model Qwen/Qwen2-VL-2B-Instruct"
            )
        steps.append(_resolved(read, steps))
        begun = start
    if not steps:
        raise UsageError("the task is empty; say for example: open Settings, tap Display")
    return steps


def _resolved(read: Instruction, before: list[Instruction]) -> Instruction:
    """Let "it" mean what the last step named."""
    if read.target and read.target.names[0].lower() in ("it", "that", "this", "them", "它", "它们"):
        named = next((step.target for step in reversed(before) if step.target), None)
        return replace(read, target=named) if named else read
    return read


def _instruction(words: Words, fragment: str, *, implied_tap: bool = False) -> Instruction | None:
    """Read one fragment; None when no phrase fits."""
    fragment = fragment.strip().rstrip(".!。！")
    for pattern, build in (*phrases.RULES, *questions.RULES):
        found = pattern.fullmatch(fragment)
        read = build(words, found) if found else None
        if read is not None:
            return replace(read, words=words.shown(fragment))
    return Instruction("tap", words.shown(fragment), target(words, fragment)) if implied_tap else None


_MARK = re.compile(
    r"^\s*(?:\d+\s*[.)、:：](?!\d)|[-*•·]|step\s+\d+\s*[:.]?|第[一二三四五六七八九十\d]+步[:：，,]?)\s*",
    re.IGNORECASE | re.MULTILINE,
)
_STRONG = (
    r"\n+|[;；。]|\.(?=\s|$)|[,，]?\s*(?:and\s+)?\bthen\b,?|[,，]?\s*(?:然后|接着|之后|随后)[,，]?"
    r"|\s\d+[.)]\s+(?=[A-Za-z])"
)
_WEAK = r"[,，]\s*and\b|[,，]|\s+and\b|(?:并且|并|最后|再)"
_SEPARATOR = re.compile(rf"(?P<arrow>\s*(?:->|→|»|\s>\s)\s*)|(?P<strong>{_STRONG})|(?P<weak>{_WEAK})", re.IGNORECASE)
_POLITE = re.compile(
    r"^(?:(?:please|now|next|first(?:ly)?|finally|after\s+that|afterwards?|lastly|also|and|then|you\s+should|(?:can|could)\s+you)"
    r"(?:[\s,，:：]+|$)|(?:请|首先|先|接下来|最后|再|麻烦你?)[\s,，:：]*)|(?:[\s,，]*(?:please|for\s+me|thanks|thank\s+you|谢谢))$",
    re.IGNORECASE,
)


def _split(text: str) -> list[tuple[int, int, bool]]:
    """Cut a text into fragments: where each starts and ends, and whether an arrow made it a tap."""
    pieces: list[tuple[int, int, bool]] = []
    implied, start = False, 0
    for found in [*_SEPARATOR.finditer(text), None]:
        end = found.start() if found else len(text)
        if found and _joins(text[start:end], text[found.end() :], found["weak"] or ""):
            continue
        if _polite(text[start:end]):
            pieces.append((start, end, implied))
        if found:
            implied, start = bool(found["arrow"]), found.end()
    return pieces


def _joins(before: str, after: str, weak: str) -> bool:
    """Whether a separator stands inside a step: in brackets, in "press and hold", in "Network and internet"."""
    if before.count("(") + before.count("（") > before.count(")") + before.count("）"):
        return True
    if re.match(r"\s*hold\b", after, re.IGNORECASE) and re.search(r"\b(?:press|tap|touch)$", before, re.IGNORECASE):
        return True
    return bool(weak) and not weak.startswith((",", "，")) and not phrases.VERB.match(_polite(after))


def _polite(text: str) -> str:
    """Leave out the words that only join or soften."""
    before = None
    text = text.strip()
    while text != before:
        before, text = text, _POLITE.sub("", text).strip()
    return text
