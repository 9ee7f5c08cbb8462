"""Editing a text field: where the cursor is, and what a key does there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handsight.devices.virtual.kit.fonts import Fonts, Span

KINDS = {"text": None, "number": "0123456789.-", "phone": "0123456789+*#-() ", "email": None}


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
        widths = (
            (abs(fonts.width(self.drawn[start:i], self.size, self.weight) - goal), i) for i in range(start, end + 1)
        )
        return min(widths)[1]

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

    def delete(self, cursor: int, *, forward: bool = False) -> int:
        """Take away the character before the cursor, or after it."""
        at = cursor if forward else cursor - 1
        if not 0 <= at < len(self.value):
            return cursor
        self.on_change(self.value[:at] + self.value[at + 1 :])
        return at

    def row_of(self, cursor: int) -> int:
        """The line on which the cursor stands."""
        return max((row for row, (start, _) in enumerate(self.spans) if start <= cursor), default=0)
