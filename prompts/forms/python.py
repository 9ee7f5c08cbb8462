"""Calls as lines of Python, such as click(start_box='(5,7)'): what UI-TARS and AutoGLM write. None is evaluated."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Mapping
from typing import Any, NamedTuple

from handsight.errors import BadReply
from handsight.prompts.conversation import plain
from handsight.prompts.forms.literal import Unreadable, read_value
from handsight.prompts.forms.objects import explained
from handsight.types import Reply

_NAME = re.compile(r"(?<![\w.])([A-Za-z_]\w{0,63})[ \t]*[(（]")
_KEY = re.compile(r"\s*([A-Za-z_]\w*)\s*[=:]\s*")
_BARE = re.compile(r"[A-Za-z_][\w .+-]*?(?=\s*[,)）]|\s*\Z)")
_ARGUMENT_END = r"(?=\s*(?:[,，]\s*[A-Za-z_]\w*\s*=|[)）]\s*(?:\Z|\n|<|```)))"
_ESCAPE = re.compile(r"\\(n|t|r|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}

Arguments = dict[str, Any]


class Line(NamedTuple):
    """A call, and where in the text it begins and ends."""

    name: str
    arguments: Arguments
    start: int
    end: int


def read_lines(text: str, reply: Reply, expected: str, known: Container[str] | None = None) -> list[Line]:
    """The calls in `text`, in order up to the first that cannot be read; `known` are the only names that count.

    Raises BadReply, in words for the model, where there is none or that is the very first.
    """
    calls: list[Line] = []
    for name in _NAME.finditer(text):
        if (calls and name.start() < calls[-1].end) or (known is not None and name[1] not in known):
            continue  # within the arguments of the one before, or words of a sentence
        try:
            arguments, end = _arguments(text, name.end())
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


def _arguments(text: str, at: int) -> tuple[Arguments, int]:
    """The arguments that stand behind an opening bracket, and where the closing one ends."""
    arguments: Arguments = {}
    while True:
        if closing := re.compile(r"\s*[,，]?\s*[)）]").match(text, at):
            return arguments, closing.end()
        key = _KEY.match(text, at)
        if key is None:
            raise Unreadable(f"name=value is missing at {text[at : at + 20]!r}", at)
        if key[1] in arguments:
            raise Unreadable(f"{key[1][:40]!r} is given twice", at)
        arguments[key[1]], at = _value(text, key.end())
        comma = re.compile(r"\s*[,，]\s*|(?=\s*[)）])").match(text, at)
        if comma is None:
            raise Unreadable(f"a comma or a bracket is missing at {text[at : at + 20]!r}", at)
        at = comma.end()


def _value(text: str, at: int) -> tuple[Any, int]:
    """One value, and where it ends.

    A quote within quotes that nobody escaped, as in content='it's', ends a text only where an argument can end.
    """
    quote = text[at : at + 1]
    if quote in ("'", '"') and quote:
        end = re.compile(rf"(?<!\\)(?:\\\\)*{quote}{_ARGUMENT_END}").search(text, at + 1)
        if end is not None:
            return _unescaped(text[at + 1 : end.end() - 1]), end.end()
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
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1] if found[1] in "\\'\"" else found[0]), text)


def _literal(value: Any, quote: str) -> str:
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    for letter, escaped in (("\\", "\\\\"), (quote, f"\\{quote}"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        value = value.replace(letter, escaped)
    return f"{quote}{value}{quote}"
