"""Find calls that are JSON objects in what a model wrote, whatever it wrapped them in. Values are read, never guessed.

A call stands between <tool_call> tags, in a code fence, or bare in the text; what is inside <think> does not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from handsight.errors import BadReply
from handsight.prompts.forms.literal import QUOTES, Unreadable, read_value
from handsight.prompts.functions import Written
from handsight.types import Reply

EXPECTED = 'write one line {"name": ..., "arguments": {...}} between the tool_call tags'

_MARK = re.compile(r"<think>|</think>|<tool_call>|[{｛]")
_BROKEN = re.compile(rf"[{{｛]\s*[{''.join(QUOTES)}]")
_FENCE = re.compile(r"```[a-z]*\Z")
_ARGUMENTS = ("arguments", "parameters")
_WRAPPERS = ("tool_call", "function_call", "function")


@dataclass(frozen=True)
class _Found:
    """What stands at a mark that begins at `start`: an object, or the reason why it cannot be read."""

    start: int
    tagged: bool
    value: Any = None
    problem: str = ""


@dataclass
class _Scan:
    found: list[_Found] = field(default_factory=list)
    thinking: str = ""
    spoken_from: int = 0


def read_calls(reply: Reply, gestures: str = "", expected: str = EXPECTED) -> list[Written]:
    """The calls in `reply`, in order, up to the first that cannot be read.

    An object that is only arguments, {"action": ...}, is a call of `gestures`. `expected` tells the model the form.
    Raises BadReply, in words for the model, when there is no call or the very first cannot be read: a later one may
    depend on it.
    """
    scan = _scan(reply)
    tagged = [one for one in scan.found if one.tagged]
    calls: list[Written] = []
    for one in tagged or scan.found:
        written, problem = (None, one.problem) if one.problem else _call(one.value, gestures)
        if written is not None:
            thought = calls[0].thought if calls else _thought(reply.text, scan, one.start)
            calls.append(Written(*written, thought))
        elif calls:
            break
        elif tagged or problem:
            raise BadReply(explained(problem or f"the call has no name: {str(one.value)[:80]}", reply, expected))
    if not calls:
        raise BadReply(explained("there is no call in the reply", reply, expected))
    return calls


def _scan(reply: Reply) -> _Scan:
    """Look at each mark once, from left to right; what stands inside a value is never taken for a mark."""
    text, scan, at = reply.text, _Scan(), 0
    while mark := _MARK.search(text, at):
        at = mark.end()
        if mark.group() == "<think>":
            end = text.find("</think>", at)
            end = end if end >= 0 else len(text)
            scan.thinking, at = text[at:end].strip(), end + len("</think>")
            scan.spoken_from = scan.spoken_from if scan.found else at
        elif mark.group() == "</think>":  # it began in the prompt: all that came before was thinking
            scan = _Scan(thinking=text[: mark.start()].strip(), spoken_from=at)
        elif mark.group() == "<tool_call>":
            after = _MARK.search(text, at)
            if after is None or "</tool_call>" in text[at : after.start()]:
                scan.found.append(_Found(mark.start(), True, problem="there is no object after the opening tag"))
            elif after.group() in "{｛":
                at = _look(reply, scan, _Found(mark.start(), True), after.start())
        else:
            at = _look(reply, scan, _Found(mark.start(), False), mark.start())
    return scan


def _look(reply: Reply, scan: _Scan, here: _Found, brace: int) -> int:
    """Read the object that begins at `brace`; give where to look on."""
    try:
        read = read_value(reply.text, brace)
    except Unreadable as problem:
        if here.tagged or _BROKEN.match(reply.text, brace):  # else it is only a brace in a sentence
            scan.found.append(_Found(here.start, here.tagged, problem=str(problem)))
        return max(problem.at, brace + 1)
    cut = "it has no end" if read.cut and reply.finish == "length" else ""
    scan.found.append(_Found(here.start, here.tagged, read.value, cut))
    return read.end


def _call(value: Any, gestures: str) -> tuple[tuple[str, dict[str, Any]] | None, str]:
    """Name and arguments of a call in any of its envelopes; or none, and the reason if it is meant to be one."""
    for wrapper in _WRAPPERS:
        if isinstance(value, dict) and isinstance(value.get(wrapper), dict):
            value = value[wrapper]
    if not isinstance(value, dict):
        return None, ""
    name = value.get("name")
    if not isinstance(name, str) or not name:
        return ((gestures, value), "") if gestures and "action" in value else (None, "")
    rest = {key: part for key, part in value.items() if key not in ("name", "type", "id")}
    key = next((key for key in _ARGUMENTS if key in rest), None)
    if key is None:
        return (name, rest), ""
    arguments = rest[key]
    if isinstance(arguments, str):
        try:
            read = read_value(arguments)
        except Unreadable as problem:
            return None, f"the arguments of {name[:64]} cannot be read: {problem}"
        arguments = {} if arguments[read.end :].strip() else read.value
    if arguments is None:
        return (name, {}), ""
    if not isinstance(arguments, dict) or len(rest) > 1:
        return None, f"the arguments of {name[:64]} are not one object"
    return (name, arguments), ""


def _thought(text: str, scan: _Scan, start: int) -> str:
    spoken = text[scan.spoken_from : start].rstrip(" \t\r\n[")
    return _FENCE.sub("", spoken).strip() or scan.thinking


def explained(problem: str, reply: Reply, expected: str) -> str:
    """What is wrong with a reply, and how it is right."""
    if reply.finish == "length":
        return f"the reply was cut off before its call was complete ({problem}); think shorter, and {expected}"
    return f"{problem}; {expected}"
