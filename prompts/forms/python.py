"""Calls as lines of Python, such as click(start_box='(5,7)'): what UI-TARS and AutoGLM write. None is evaluated."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from handsight.errors import BadReply
from handsight.prompts.conversation import plain
from handsight.prompts.forms.literal import Unreadable, paired, read_value
from handsight.prompts.forms.objects import explained
from handsight.types import Reply

_NAME = re.compile(r"(?<![\w.])([A-Za-z_]\w{0,63})[ \t]*[(（]")
_KEY = re.compile(r"\s*([A-Za-z_]\w*)\s*[=:]\s*")
_BARE = re.compile(r"[A-Za-z_][\w .+-]{0,99}?(?=\s*[,)）]|\s*\Z)")
_CLOSING = re.compile(r"\s*(?:[,，]\s*)?[)）]")
_COMMA = re.compile(r"\s*[,，]\s*|(?=\s*[)）])")
_NEXT = r"\s*(?:[,，]\s*[A-Za-z_]\w*\s*=|[)）]\s*(?:\Z|\n|<|```))"
_UNESCAPED = r"(?<!\\)(?:\\\\)*"
_ENDS = {quote: re.compile(rf"{_UNESCAPED}{quote}(?={_NEXT})") for quote in "'\""}
_CLOSED = {quote: re.compile(rf"{_UNESCAPED}{quote}(?=\s*[)）])") for quote in "'\""}
_BEGINS = re.compile(r"[^\w\n]*(?:\d+[.)][ \t]*)?(?:Action\W*)?")
_FIELD = re.compile(r"\s*(?:[)）]|[A-Za-z_]\w*\s*=)")
_TAG = re.compile(r"<[^<>\n]{1,40}>")
_THOUGHT = re.compile(r"(?:Thought|Reflection|Action_Summary|Observation)\s*[:：]|<think>")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}

Arguments = dict[str, Any]
_MARKS = 80
MOST = 32  # calls in one reply; more are a model that repeats itself


class Line(NamedTuple):
    """A call, and where in the text it begins and ends."""

    name: str
    arguments: Arguments
    start: int
    end: int


def read_lines(text: str, reply: Reply, expected: str, known: Collection[str], *, marked: bool = False) -> list[Line]:
    """The calls in `text`, in order up to the first that cannot be read.

    The first is one of the `known` names, or begins a line; where `text` is `marked` as calls, it is the first of all.
    A later one begins a line, or stands right behind the one before. What a sentence mentions is none, nor what follows
    a further thought: that is of a screen nobody has seen yet. Raises BadReply, in words for the model, where there is
    no call or the very first is broken.
    """
    calls: list[Line] = []
    for name in _NAME.finditer(text):
        before = calls[-1].end if calls else 0
        if name.start() < before:
            continue  # within the arguments of the one before
        begins = _begins(text, before, name.start())
        if not calls and not marked and name[1] not in known and not (begins and _FIELD.match(text, name.end())):
            continue
        if calls and not begins:
            continue
        if calls and (name[1] not in known or len(calls) == MOST or _THOUGHT.search(text, before, name.start())):
            break
        try:
            arguments, end = _arguments(text, name.end(), known)
        except Unreadable as problem:
            if calls:
                break
            said = f"the arguments of {name[1]} cannot be read: {problem}"
            raise BadReply(explained(said, reply, expected)) from problem
        calls.append(Line(name[1], arguments, name.start(), end))
    if not calls:
        raise BadReply(explained("there is no call in the reply", reply, expected))
    return calls


def written(name: str, arguments: Arguments, quote: str = "'") -> str:
    """One line that `read_lines` reads as this call."""
    return f"{name}({', '.join(f'{key}={_literal(value, quote)}' for key, value in arguments.items())})"


def signature(spec: Mapping[str, Any]) -> str:
    """A function that is not the family's own, as a line to call it by, its schema as a comment."""
    properties = spec["parameters"].get("properties", {})
    samples = {"string": "''", "array": "[]", "object": "{}", "boolean": "true", "number": "0", "integer": "0"}
    arguments = [
        f"{name}={json.dumps(part['default']) if 'default' in part else samples.get(part.get('type'), 'null')}"
        for name, part in properties.items()
    ]
    schema = json.dumps(properties, ensure_ascii=False)
    return plain(f"{spec['name']}({', '.join(arguments)}) # {' '.join(spec['description'].split())} {schema}")


def _begins(text: str, before: int, at: int) -> bool:
    """Whether only marks stand between the begin of the line, or what ends at `before`, and `at`."""
    line = text.rfind("\n", max(before, at - _MARKS), at) + 1 or before
    return at - line <= _MARKS and _BEGINS.fullmatch(_TAG.sub("", text[line:at])) is not None


def _arguments(text: str, at: int, known: Collection[str]) -> tuple[Arguments, int]:
    """The arguments that stand behind an opening bracket, and where the closing one ends."""
    arguments: Arguments = {}
    while True:
        if closing := _CLOSING.match(text, at):
            return arguments, closing.end()
        key = _KEY.match(text, at)
        if key is None:
            raise Unreadable(f"name=value is missing at {text[at : at + 20]!r}", at)
        if key[1] in arguments:
            raise Unreadable(f"{key[1][:40]!r} is given twice", at)
        arguments[key[1]], at = _value(text, key.end(), known)
        comma = _COMMA.match(text, at)
        if comma is None:
            raise Unreadable(f"a comma or a bracket is missing at {text[at : at + 20]!r}", at)
        at = comma.end()


def _value(text: str, at: int, known: Collection[str]) -> tuple[Any, int]:
    """One value, and where it ends.

    A quote within quotes that nobody escaped, as in content='it's', ends a text only where an argument can end.
    """
    quote = text[at : at + 1]
    if quote in _ENDS and (end := _ENDS[quote].search(text, at + 1)):
        if first := _CLOSED[quote].search(text, at + 1, end.end()):
            called = (name.start() for name in _NAME.finditer(text, first.end(), end.start()) if name[1] in known)
            if (other := next(called, None)) is not None:  # a part of this text, or another call
                if not _begins(text, first.end(), other):
                    raise Unreadable(f"it is not clear where the text ends; write \\{quote} for {quote} within it", at)
                end = first
        return paired(_unescaped(text[at + 1 : end.end() - 1]), end.end()), end.end()
    try:
        read = read_value(text, at)
    except Unreadable as problem:
        if bare := _BARE.match(text, at):
            return bare.group(), bare.end()
        raise problem
    if read.cut:
        raise Unreadable("a bracket is not closed", read.end)
    return read.value, read.end


def _unescaped(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        letter = found[1]
        if len(letter) > 1:
            return chr(int(letter[1:], 16))
        return _ESCAPES.get(letter, letter if letter in "\\'\"" else found[0])

    return _ESCAPE.sub(one, text)


def _literal(value: Any, quote: str) -> str:
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    for letter, escaped in (("\\", "\\\\"), (quote, f"\\{quote}"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        value = value.replace(letter, escaped)
    return f"{quote}{value}{quote}"
