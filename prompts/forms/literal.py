"""Read one value as models write it: JSON, with the slips that leave no doubt about what is meant.

Single or typographic quotes, Python's True and None, tuples, bare keys, full-width punctuation, a comma too many or too
few, a closing bracket that is missing or of the wrong kind. Nothing is evaluated, and every character is read once.
"""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple

QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "＂": "＂"}
OBJECT, LIST = "{｛", "[(［（"
CLOSERS = "}｝])］）"
MAX_DEPTH = 32

_SPACE = re.compile(r"\s*")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"[-+]?[0-9.][0-9.eE+-]*")
_PLAIN = {close: re.compile(rf"[^\\{close}]*") for close in QUOTES.values()}
_WORDS = {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_MAX_DIGITS = 40


class Unreadable(ValueError):
    """No value stands here; `at` is where it became clear."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


class Read(NamedTuple):
    """A value, the index behind it, and whether the text ended before its brackets were closed."""

    value: Any
    end: int
    cut: bool


def read_value(text: str, start: int = 0) -> Read:
    """Read the value that begins at `start`. Raises Unreadable; never hangs, whatever the text."""
    reader = _Reader(text, start)
    return Read(reader.value(0), reader.at, reader.cut)


def read_number(token: str) -> int | float | None:
    """A finite number, or None; 007 is none, because what it means is open."""
    if len(token) > _MAX_DIGITS or not _NUMBER.fullmatch(token) or re.match(r"[-+]?0[0-9]", token):
        return None
    try:
        number = float(token)
        return int(token) if re.fullmatch(r"[-+]?[0-9]+", token) else number if math.isfinite(number) else None
    except ValueError:
        return None


class _Reader:
    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.cut = False

    def value(self, depth: int) -> Any:
        mark = self.peek()
        if depth > MAX_DEPTH:
            raise Unreadable(f"brackets are nested more than {MAX_DEPTH} deep", self.at)
        if mark and mark in OBJECT:
            return self.object(depth)
        if mark and mark in LIST:
            return self.list(depth)
        if mark in QUOTES:
            return self.string()
        if number := _NUMBER.match(self.text, self.at):
            return self.number(number)
        if (word := _KEY.match(self.text, self.at)) and word.group() in _WORDS:
            self.at = word.end()
            return _WORDS[word.group()]
        raise Unreadable(f"a value is missing at {self.rest()}", self.at)

    def object(self, depth: int) -> dict[str, Any]:
        self.at += 1
        found: dict[str, Any] = {}
        while not self.closed("}｝"):
            key = self.key()
            if key in found:
                raise Unreadable(f"{key[:40]!r} is given twice", self.at)
            if (mark := self.peek()) not in (":", "："):
                raise Unreadable(f"a colon is missing after {key[:40]!r} at {self.rest()}", self.at)
            self.at += len(mark)
            found[key] = self.value(depth + 1)
            self.comma()
        return found

    def list(self, depth: int) -> list[Any]:
        self.at += 1
        found: list[Any] = []
        while not self.closed("])］）"):
            found.append(self.value(depth + 1))
            self.comma()
        return found

    def key(self) -> str:
        if self.peek() in QUOTES:
            return self.string()
        if not (bare := _KEY.match(self.text, self.at)):
            raise Unreadable(f"a key in quotes is missing at {self.rest()}", self.at)
        self.at = bare.end()
        return bare.group()

    def string(self) -> str:
        start, close = self.at, QUOTES[self.text[self.at]]
        self.at += 1
        pieces: list[str] = []
        while True:
            plain = _PLAIN[close].match(self.text, self.at)
            assert plain is not None, "the pattern matches the empty string"
            pieces.append(plain.group())
            self.at = plain.end()
            if self.at >= len(self.text):
                raise Unreadable(f"the quote opened at {self.text[start : start + 12]!r} is not closed", self.at)
            self.at += 1
            if self.text[self.at - 1] == close:
                break
            pieces.append(self.escape())
        try:  # \ud83d\ude00 is one character; half of it is none, and could not be written to the record
            return "".join(pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            raise Unreadable("a text holds half a character", self.at) from None

    def escape(self) -> str:
        letter = self.text[self.at : self.at + 1]
        self.at += len(letter)
        if letter == "u":
            digits = self.text[self.at : self.at + 4]
            if not re.fullmatch(r"[0-9a-fA-F]{4}", digits):
                raise Unreadable(f"\\u is followed by {digits!r}, not by four hexadecimal digits", self.at)
            self.at += 4
            return chr(int(digits, 16))
        if letter in _ESCAPES:
            return _ESCAPES[letter]
        return letter if letter in QUOTES or letter in ("\\", "/", "\n") else "\\" + letter

    def number(self, found: re.Match[str]) -> int | float:
        number = read_number(found.group())
        if number is None:
            raise Unreadable(f"{found.group()[:_MAX_DIGITS]!r} is not a number", found.end())
        self.at = found.end()
        return number

    def closed(self, own: str) -> bool:
        """Whether the open bracket ends here; a closer of another kind is left for the bracket it may belong to."""
        mark = self.peek()
        if mark and mark in own:
            self.at += 1
            return True
        if not mark:
            self.cut = True
        return not mark or mark in CLOSERS or mark in "<`"

    def comma(self) -> None:
        if self.peek() in (",", "，"):
            self.at += 1

    def peek(self) -> str:
        """The next character that is not a space; empty at the end."""
        space = _SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at
        return self.text[self.at : self.at + 1]

    def rest(self) -> str:
        return repr(self.text[self.at : self.at + 12]) if self.at < len(self.text) else "the end"
