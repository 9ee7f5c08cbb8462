"""Calls as XML-like tags, a parameter each: what Qwen3.5 and later, and Qwen3-Coder, write."""

from __future__ import annotations

import json
import re
from typing import Any

from handsight.errors import BadReply, UnknownName
from handsight.prompts.forms.literal import Unreadable, read_value, shown
from handsight.prompts.forms.objects import explained, read_calls
from handsight.prompts.forms.tagged import Tagged
from handsight.prompts.forms.thinking import parted
from handsight.prompts.functions import Functions, Written
from handsight.types import Calls, FreeText, OneOf, Piece, Reply

EXPECTED = (
    "write <tool_call><function=NAME>, a <parameter=NAME>value</parameter> for each argument, "
    "and </function></tool_call>"
)
_OPENING, _CLOSING = "<tool_call>\n<function=", "</function>\n</tool_call>"
_NAMED = r"(?:\s{1,9}name)?\s{0,9}=\s{0,9}[\"']?(?P<name>[^<>\"'\n]{0,80}?)[\"']?[ \t]{0,9}(?:>|(?=\n))"
_FUNCTION = re.compile(rf"<function(?:{_NAMED}|>(?P<bare>[^<>\n]{{0,80}})</function>)")
_PARAMETER = re.compile(rf"\s*<parameter{_NAMED}\n?")
_OBJECT = re.compile(r"\s*(?=[{｛])")
_END = re.compile(r"\n?</parameter>(?=\s*(?:<parameter(?:\s+name)?\s*=|</function>|</tool_call>|\Z))")
_DROPPED = re.compile(
    r"\n[ \t]{0,9}(?=<parameter(?:\s+name)?\s*=\s*[\"']?(?P<next>\w+)|</function>\s*(?:</function>|</tool_call>|\Z))"
)
_MARK = re.compile(r"</?(?:parameter|function|tool_call)\b")
_DREAMT = re.compile(r"<tool_response>|<think>")
_NEXT = re.compile(r"\s*(?:</function>|</tool_call>|\Z)")


class Xml(Tagged):
    """Texts stand as they are, everything else as JSON."""

    expected = EXPECTED

    def read(self, reply: Reply, functions: Functions) -> list[Written]:
        thinking, text = parted(reply.text, _FUNCTION)
        calls: list[Written] = []
        at = 0
        while found := _FUNCTION.search(text, at):
            if calls and _DREAMT.search(text, at, found.start()):
                break
            said = text[: found.start()].replace("<tool_call>", "").strip() or thinking
            try:
                arguments, at = _arguments(text, found, functions)
            except Unreadable as problem:
                if calls:
                    break
                raise BadReply(explained(str(problem), reply, EXPECTED)) from problem
            calls.append(Written(_name(found), arguments, calls[0].thought if calls else said))
        return calls or read_calls(reply, functions.group, EXPECTED)  # as JSON, if there is a call at all

    def write(self, name: str, arguments: dict[str, Any], said: str) -> str:
        texts = {
            key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for key, value in arguments.items()
        }
        for text in texts.values():
            if mark := _MARK.search(text):
                raise UnknownName(f"a text that holds {mark.group()} cannot be written between tags")
        lines = [f"<parameter={key}>\n{text}\n</parameter>\n" for key, text in texts.items()]
        call = f"{_OPENING}{name}>\n{''.join(lines)}{_CLOSING}"
        return f"{said}\n\n{call}".lstrip("\n")

    def calls(self, functions: Functions, edge: tuple[int, int]) -> Calls | None:
        bodies = [
            (f"{name}>\n", *_parameters(one, schema.get("$defs", {})))
            for name, schema in functions.strict(edge).items()
            for one in schema.get("anyOf", [schema])
        ]
        return Calls(opening=_OPENING, closing=_CLOSING, bodies=tuple(bodies)) if bodies else None


def _parameters(schema: dict[str, Any], shared: dict[str, Any]) -> list[Piece]:
    """The pieces of a call's parameters, in their order; those that are not required may be left out."""
    pieces: list[Piece] = []
    for name, part in schema.get("properties", {}).items():
        whole: tuple[Piece, ...] = (f"<parameter={name}>\n", _held(part, shared), "\n</parameter>\n")
        pieces += whole if name in schema.get("required", ()) else [whole]
    return pieces


def _held(part: dict[str, Any], shared: dict[str, Any]) -> Piece:
    """What the value of a parameter may be: texts stand as they are, everything else as JSON."""
    choices = part.get("enum", [part["const"]] if "const" in part else [])
    if choices and all(isinstance(choice, str) for choice in choices):
        return OneOf(tuple(choices))
    return FreeText() if part.get("type") == "string" else part | ({"$defs": shared} if shared else {})


def _name(function: re.Match[str]) -> str:
    return (function["name"] or function["bare"] or "").strip()


def _arguments(text: str, function: re.Match[str], functions: Functions) -> tuple[dict[str, Any], int]:
    """The parameters that stand behind a function's tag, and where they end. Raises Unreadable."""
    called, at = _name(function), function.end()
    if brace := _OBJECT.match(text, at):
        read = read_value(text, brace.end())
        if read.cut:
            raise Unreadable("the object of its arguments has no end", read.end)
        assert isinstance(read.value, dict)
        return read.value, read.end
    arguments: dict[str, Any] = {}
    known = functions.takes(called)
    while found := _PARAMETER.match(text, at):
        name = found["name"].strip()
        end = _ending(text, found.end(), known - arguments.keys() - {name})
        if end is None:
            raise Unreadable(f"the parameter {shown(name)} has no end", found.end())
        if name in arguments:
            raise Unreadable(f"the parameter {shown(name)} is given twice", found.end())
        text_only = functions.takes_text(called, name)
        arguments[name] = _value(text[found.end() : end.start()], text_only=text_only)
        at = end.end()
    if not _NEXT.match(text, at):
        raise Unreadable(f"a parameter is missing at {text[at : at + 20].strip()!r}", at)
    return arguments, at


def _ending(text: str, start: int, others: set[str]) -> re.Match[str] | None:
    """Where the value that begins at `start` ends: at its tag, or where that was left out, before the next one.

    That may be one of the `others` of its function, or the end of the function, unless that stands in a value itself.
    """
    end = _END.search(text, start)
    begun = text.rfind("<function", start, end.start()) if end else len(text)
    for dropped in _DROPPED.finditer(text, start):
        if end and dropped.start() >= end.start():
            break
        if dropped["next"] in others if dropped["next"] else dropped.end() <= begun:
            return None if "</parameter>" in text[start : dropped.start()] else dropped
    return end


def _value(written: str, *, text_only: bool) -> Any:
    """JSON where it is JSON and no text is asked for, else the text as it stands."""
    if text_only:
        return written
    try:
        read = read_value(written)
    except Unreadable:
        return written
    return written if written[read.end :].strip() or read.cut else read.value
