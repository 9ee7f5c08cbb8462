"""Editing a text field: where the cursor is, and what a key does there."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from handsight.devices.virtual.kit.fonts import Fonts, Span

KINDS = {"text": None, "number": "0123456789.-", "phone": "0123456789+*#-() ", "email": None}


def stops(text: str) -> list[int]:
    """Where a cursor may stand: between characters as people see them, so not inside é, 👍🏽, 👨‍👩‍👧 or 🇨🇳."""
    places, flags = [0], 0
    for i in range(1, len(text)):
        before, char = text[i - 1], text[i]
        flags = flags + 1 if _is_half_flag(before) else 0
        joined = unicodedata.category(char)[0] == "M" or "\u200d" in (before, char) or "🏻" <= char <= "🏿"
        if not joined and not (_is_half_flag(char) and flags % 2):
            places.append(i)
    return [*places, len(text)] if text else places


def _is_half_flag(char: str) -> bool:
    return "🇦" <= char <= "🇿"


@dataclass
class Edit:
    """A text field as it is laid out: what it holds, and where its lines are within its spot."""

    value: str
    on_change: Callable[[str], object]
    on_done: Callable[[], object] | None
    multiline: bool
    kind: str
    password: bool
    hint: str
    spans: list[Span]
    left: int
    top: int
    size: int
    line: int
    weight: str
    shift: int = 0  # pixels by which a long single line is moved to the left

    @property
    def shown(self) -> str:
        """What can be read in it: the hint while it is empty, bullets for a password."""
        return self.drawn or self.hint

    @property
    def drawn(self) -> str:
        """Its value as it is drawn."""
        return "•" * len(self.value) if self.password else self.value

    def index_at(self, x: int, y: int, fonts: Fonts) -> int:
        """The place in the text nearest to a place in the spot."""
        row = min(max((y - self.top) // self.line, 0), len(self.spans) - 1)
        start, end = self.spans[row]
        goal = x - self.left + self.shift
        places = [i for i in stops(self.drawn) if start <= i <= end]
        return min((abs(fonts.width(self.drawn[start:i], self.size, self.weight) - goal), i) for i in places)[1]

    def beside(self, cursor: int, *, forward: bool) -> int:
        """The next place for a cursor, or the one before."""
        places = stops(self.value)
        at = bisect_right(places, cursor) if forward else bisect_left(places, cursor) - 1
        return places[min(max(at, 0), len(places) - 1)]

    def insert(self, cursor: int, text: str) -> int:
        """Type `text`, and give the new place of the cursor."""
        allowed = KINDS[self.kind]
        if allowed is not None:
            text = "".join(char for char in text if char in allowed)
        if not self.multiline:
            text = text.replace("\n", " ")
        if text:
            self.on_change(self.value[:cursor] + text + self.value[cursor:])
        return cursor + len(text)

    def clear(self) -> int:
        """Take all of it away, and give the new place of the cursor."""
        self.on_change("")
        return 0

    def delete(self, cursor: int, *, forward: bool = False) -> int:
        """Take away the character before the cursor, or after it."""
        start, end = sorted((cursor, self.beside(cursor, forward=forward)))
        if start < end:
            self.on_change(self.value[:start] + self.value[end:])
        return start

    def row_of(self, cursor: int) -> int:
        """The line on which the cursor stands."""
        return max((row for row, (start, _) in enumerate(self.spans) if start <= cursor), default=0)
