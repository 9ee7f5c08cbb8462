"""Calls as XML-like tags, a parameter each: what Qwen3.5 and later, and Qwen3-Coder, write."""

from __future__ import annotations

import json
import re
from typing import Any

from handsight.errors import BadReply
from handsight.prompts.forms.literal import Unreadable, read_value
from handsight.prompts.forms.objects import explained, read_calls
from handsight.prompts.forms.tagged import Tagged
from handsight.prompts.functions import Functions, Written
from handsight.types import Calls, FreeText, OneOf, Piece, Reply

EXPECTED = (
    "write <tool_call><function=NAME>, a <parameter=NAME>value</parameter> for each argument, "
    "and </function></tool_call>"
)
_OPENING, _CLOSING = "<tool_call>\n<function=", "</function>\n</tool_call>"
_FUNCTION = re.compile(r"<function\s*=\s*[\"']?(?P<name>[^<>\"'\n]*?)[\"']?\s*>")
_PARAMETER = re.compile(r"\s*<parameter\s*=\s*[\"']?(?P<name>[^<>\"'\n]*?)[\"']?\s*>\n?")
_END = re.compile(r"\n?</parameter>(?=\s*(?:<parameter\s*=|</function>|</tool_call>|\Z))")
_NEXT = re.compile(r"\s*(?:</function>|</tool_call>|\Z)")
_THINK = re.compile(r"<think>.*?(?:</think>|\Z)|\A(?:(?!<think>).)*</think>", re.DOTALL)


class Xml(Tagged):
    """Texts stand as they are, everything else as JSON."""

    expected = EXPECTED

    def read(self, reply: Reply, functions: Functions) -> list[Written]:
        thinking = [found.group() for found in _THINK.finditer(reply.text)]
        text = _THINK.sub("", reply.text)
        calls: list[Written] = []
        at = 0
        while found := _FUNCTION.search(text, at):
            thought = calls[0].thought if calls else _said(text[: found.start()], thinking)
            try:
                arguments, at = _arguments(text, found, functions)
            except Unreadable as problem:
                if calls:
                    break
                raise BadReply(explained(str(problem), reply, EXPECTED)) from problem
            calls.append(Written(found["name"].strip(), arguments, thought))
        return calls or read_calls(reply, functions.group, EXPECTED)  # as JSON, if there is a call at all

    def write(self, name: str, arguments: dict[str, Any], said: str) -> str:
        texts = {
            key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for key, value in arguments.items()
        }
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


def _arguments(text: str, function: re.Match[str], functions: Functions) -> tuple[dict[str, Any], int]:
    """The parameters that stand behind a function's tag, and where they end. Raises Unreadable."""
    arguments: dict[str, Any] = {}
    at = function.end()
    while found := _PARAMETER.match(text, at):
        name = found["name"].strip()
        end = _END.search(text, found.end())
        if end is None:
            raise Unreadable(f"the parameter {name[:64]!r} has no end", found.end())
        if name in arguments:
            raise Unreadable(f"the parameter {name[:64]!r} is given twice", found.end())
        text_only = functions.takes_text(function["name"].strip(), name)
        arguments[name] = _value(text[found.end() : end.start()], text_only=text_only)
        at = end.end()
    if not _NEXT.match(text, at):
        raise Unreadable(f"a parameter is missing at {text[at : at + 20].strip()!r}", at)
    return arguments, at


def _value(written: str, *, text_only: bool) -> Any:
    """JSON where it is JSON and no text is asked for, else the text as it stands."""
    if text_only:
        return written
    try:
        read = read_value(written)
    except Unreadable:
        return written
    return written if written[read.end :].strip() or read.cut else read.value


def _said(before: str, thinking: list[str]) -> str:
    said = before.replace("<tool_call>", "").strip()
    return said or re.sub(r"</?think>", "", "".join(thinking)).strip()
