"""A text field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Literal

from handsight.devices.virtual.kit.edit import Edit
from handsight.devices.virtual.kit.fonts import line_box
from handsight.devices.virtual.kit.layout import Spot
from handsight.devices.virtual.kit.paint import Canvas
from handsight.devices.virtual.kit.theme import Color, Look
from handsight.devices.virtual.kit.widgets import Widget, text_spot


@dataclass
class Field(Widget):
    """A text to edit; `on_change` is told the new text, `on_done` that enter was pressed (in a field of one line).

    `lines` above 1 makes it a field of many lines, at least so high. `plain` draws no frame. The label names the field:
    two fields of one page need different labels (or keys).
    """

    label: str
    value: str
    on_change: Callable[[str], object]
    _: KW_ONLY
    hint: str = ""
    on_done: Callable[[], object] | None = None
    lines: int = 1
    kind: Literal["text", "number", "phone", "email"] = "text"
    password: bool = False
    plain: bool = False
    style: str = "body"
    icon: str = ""
    error: str = ""
    grow: bool = False
    key: str = ""

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        px, theme = look.px, look.theme
        size, line, weight = look.style(self.style)
        key = self.key or self.label or self.hint
        focused = look.focus == key
        left = px(4 if self.plain else 16) + (px(36) if self.icon else 0)
        room = max(px(8), width - left - px(4 if self.plain else 16))
        drawn = "•" * len(self.value) if self.password else self.value
        many = self.lines > 1
        spans = look.fonts.wrap(drawn, size, weight, room) if many else [(0, len(drawn))]
        label_line = look.style("caption")[1] if self.label and not self.plain else 0
        top = px(8) + label_line
        needed = top + line * max(self.lines, len(spans)) + px(8)
        frame = max(needed, px(56 if not self.plain else 40), height)
        if not many:
            top = (frame - line + label_line) // 2
        spot = Spot(width, frame, cls="android.widget.EditText", key=key)
        hint = self.hint if focused or self.plain else self.label or self.hint
        spot.edit = Edit(self.value, self.on_change, self.on_done, many, self.kind, self.password,
                         hint or self.label, spans, left, top, size, line, weight)  # fmt: skip
        if not self.plain:
            wide = px(2) if focused else max(1, px(1))
            ring = theme.danger if self.error else theme.primary if focused else theme.outline
            spot.mark(Canvas.ring, (0, 0, width, frame), px(14), wide, ring, theme.card)
        if self.icon:
            spot.mark(
                Canvas.icon, self.icon, px(16 if not self.plain else 4), (frame - px(24)) // 2, px(24), theme.faint
            )
        if self.label and not self.plain and (focused or self.value):
            self._put_label(spot, look, room, theme.primary if focused else theme.faint)
        if not self.value and hint:
            lift = (line - line_box(size)) // 2 + (top if focused or self.plain or many else (frame - line) // 2)
            shown = look.fonts.fit(hint, size, weight, room, 1)[0]
            spot.mark(Canvas.text, left, lift, shown, size, weight, theme.faint)
        self._write(spot, look, room, focused=focused)
        if self.error:
            error = text_spot(look, self.error, "caption", width - px(32), theme.danger)
            spot.put(error, px(16), frame + px(2))
            spot.height += error.height + px(4)
        return spot

    def _put_label(self, spot: Spot, look: Look, room: int, ink: Color) -> None:
        """Write the label above the text; it is a node of its own unless it already stands for the empty field."""
        assert spot.edit is not None
        label = text_spot(look, self.label, "caption", room, ink, lines=1)
        if spot.edit.shown == self.label:
            label.text = ""
        spot.put(label, spot.edit.left, look.px(7))

    def _write(self, spot: Spot, look: Look, room: int, *, focused: bool) -> None:
        """Draw the text and the caret."""
        edit, px, theme = spot.edit, look.px, look.theme
        assert edit is not None
        size, line, weight = edit.size, edit.line, edit.weight
        inner = Spot(room, spot.height)
        lift = (line - line_box(size)) // 2
        cursor = min(look.cursor, len(self.value))
        row = edit.row_of(cursor)
        caret = round(look.fonts.width(edit.drawn[edit.spans[row][0] : cursor], size, weight))
        if not edit.multiline and focused:
            edit.shift = max(0, caret - room + px(4))
        for i, (start, end) in enumerate(edit.spans):
            text = edit.drawn[start:end]
            inner.mark(Canvas.text, -edit.shift, edit.top + i * line + lift, text, size, weight, theme.text)
        if focused:
            y = edit.top + row * line
            x = caret - edit.shift
            inner.mark(Canvas.fill, (x, y + px(2), x + max(2, px(2)), y + line - px(2)), theme.primary)
        marks = inner.marks

        def draw(canvas: Canvas) -> None:
            with canvas.moved(edit.left, 0, (edit.left, 0, edit.left + room + px(4), spot.height)):
                for mark in marks:
                    mark(canvas)

        spot.marks.append(draw)
