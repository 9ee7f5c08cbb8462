"""Things to show: text, rows, pictures, and what every widget is.

A widget is a plain dataclass. `place` lays it out at a width and gives a Spot; it neither draws nor remembers.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Literal

from PIL import Image

from handsight.devices.virtual.kit.fonts import line_box
from handsight.devices.virtual.kit.layout import Act, Spot
from handsight.devices.virtual.kit.paint import Canvas, fitted
from handsight.devices.virtual.kit.theme import WHITE, Color, Look, rgb

Align = Literal["left", "center", "right"]


class Widget:
    """Anything that can be laid out."""

    inset = True  # a page or card keeps it off its edges; a row reaches from edge to edge
    grow = False  # takes the height that is left over on a page that does not scroll

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        """Lay it out at `width` pixels, and at `height` if that is more than it needs."""
        raise NotImplementedError

    def natural(self, look: Look) -> int | None:
        """The width it wants in a line, or None for its share of what is left."""
        return None


def text_spot(
    look: Look,
    text: str,
    style: str,
    width: int,
    color: Color,
    *,
    lines: int = 0,
    align: Align = "left",
    resource_id: str = "",
) -> Spot:
    """Lay out text; it is as wide as `width` and as high as its lines."""
    size, line, weight = look.style(style)
    rows = look.fonts.fit(text, size, weight, max(1, width), lines)
    spot = Spot(max(1, width), line * len(rows), cls="android.widget.TextView", text=text, resource_id=resource_id)
    for i, row in enumerate(rows):
        room = width - look.fonts.width(row, size, weight) if align != "left" else 0
        x = round(room if align == "right" else room / 2)
        spot.mark(Canvas.text, x, i * line + (line - line_box(size)) // 2, row, size, weight, color)
    return spot


def text_width(look: Look, text: str, style: str) -> int:
    """The width of one line in pixels."""
    size, _, weight = look.style(style)
    return int(look.fonts.width(text, size, weight)) + 2


@dataclass
class Text(Widget):
    """Some text. `style`: display, headline, title, subtitle, body, label, small, caption."""

    text: str
    _: KW_ONLY
    style: str = "body"
    align: Align = "left"
    faint: bool = False
    color: str = ""
    lines: int = 0  # at most so many, 0: all
    key: str = ""

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        color = rgb(self.color) if self.color else look.theme.faint if self.faint else look.theme.text
        spot = text_spot(look, self.text, self.style, width, color, lines=self.lines, align=self.align)
        spot.key = self.key
        return spot

    def natural(self, look: Look) -> int | None:
        return text_width(look, self.text, self.style)


@dataclass
class Row(Widget):
    """A line of a list: icon, title, subtitle, and at the end a value or a small widget. The place to tap.

    `icon` is an icon's name or any character; with `tint` ("#RRGGBB") it stands in a coloured disc.
    """

    title: str
    subtitle: str = ""
    _: KW_ONLY
    icon: str = ""
    tint: str = ""
    value: str = ""
    trailing: Widget | None = None
    on_tap: Act | None = None
    on_long_press: Act | None = None
    enabled: bool = True
    bold: bool = False
    lines: int = 2  # of the subtitle, at most
    key: str = ""
    inset = False

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        theme, px = look.theme, look.px
        spot = Spot(
            width, 0, cls="android.widget.LinearLayout", on_tap=self.on_tap, on_long_press=self.on_long_press,
            enabled=self.enabled, key=self.key,
        )  # fmt: skip
        left, right = px(16), width - px(16)
        trailing = self._trailing(look, (right - left) // 2)
        if trailing:
            right -= trailing.width + px(12)
        if self.icon:
            left += px(40 if self.tint else 24) + px(16)
        room = max(px(24), right - left)
        title_color = theme.text if self.enabled else theme.outline
        style = "subtitle" if self.bold else "body"
        title = text_spot(look, self.title, style, room, title_color, lines=2, resource_id="android:id/title")
        lower = None
        if self.subtitle:
            color = theme.faint if self.enabled else theme.outline
            lower = text_spot(
                look, self.subtitle, "small", room, color, lines=self.lines, resource_id="android:id/summary"
            )
        content = title.height + (lower.height if lower else 0)
        spot.height = max(content + px(24), px(72 if lower else 56), height)
        y = (spot.height - content) // 2
        if self.icon:
            self._draw_icon(spot, look)
        spot.put(title, left, y)
        if lower:
            spot.put(lower, left, y + title.height)
        if trailing:
            spot.put(trailing, width - px(16) - trailing.width, (spot.height - trailing.height) // 2)
        return spot

    def _trailing(self, look: Look, room: int) -> Spot | None:
        if self.trailing is not None:
            return self.trailing.place(look, self.trailing.natural(look) or room)
        if self.value:
            width = min(text_width(look, self.value, "small"), max(1, room))
            return text_spot(look, self.value, "small", width, look.theme.faint, lines=1)
        return None

    def _draw_icon(self, spot: Spot, look: Look) -> None:
        px, middle = look.px, spot.height // 2
        if self.tint:
            radius, glyph = px(20), px(22)
            spot.mark(Canvas.disc, px(16) + radius, middle, radius, rgb(self.tint))
            spot.mark(Canvas.icon, self.icon, px(16) + radius - glyph // 2, middle - glyph // 2, glyph, WHITE)
        else:
            color = look.theme.faint if self.enabled else look.theme.outline
            spot.mark(Canvas.icon, self.icon, px(16), middle - px(12), px(24), color)


@dataclass
class Divider(Widget):
    """A thin line."""

    inset = False

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        spot = Spot(width, look.px(1) or 1)
        spot.mark(Canvas.fill, (0, 0, width, spot.height), look.theme.outline)
        return spot


@dataclass
class Space(Widget):
    """Room: `dp` high, or all that is left over with `grow`."""

    dp: float = 8
    _: KW_ONLY
    grow: bool = False

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        return Spot(width, max(look.px(self.dp), height))


@dataclass
class Picture(Widget):
    """A picture (RGB), as wide as there is room, at most `height` dp high, not distorted."""

    image: Image.Image
    _: KW_ONLY
    height: float = 240
    description: str = ""
    on_tap: Act | None = None

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        share = min(width / self.image.width, look.px(self.height) / self.image.height)
        size = max(1, round(self.image.width * share)), max(1, round(self.image.height * share))
        spot = Spot(width, size[1], cls="android.widget.ImageView", description=self.description, on_tap=self.on_tap)
        # fitted only when it is drawn: most pictures of a long page are not seen
        spot.marks.append(lambda canvas: canvas.picture(fitted(self.image, size), (width - size[0]) // 2, 0))
        return spot


@dataclass
class Bubble(Widget):
    """A message of a conversation: one's own on the right, the other's on the left."""

    text: str
    _: KW_ONLY
    mine: bool = False
    note: str = ""
    on_long_press: Act | None = None

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        px, theme = look.px, look.theme
        ground, ink = (theme.primary, theme.on_primary) if self.mine else (theme.card, theme.text)
        room = max(1, min(text_width(look, self.text, "body"), round(width * 0.78) - px(28)))
        body = text_spot(look, self.text, "body", room, ink)
        spot = Spot(width, body.height + px(20), on_long_press=self.on_long_press)
        left = width - room - px(28) if self.mine else 0
        big, small = px(20), px(5)
        radii = (big, big, small, big) if self.mine else (big, big, big, small)
        spot.mark(Canvas.corners, (left, 0, left + room + px(28), spot.height), radii, ground)
        spot.put(body, left + px(14), px(10))
        if self.note:
            align: Align = "right" if self.mine else "left"
            note = text_spot(look, self.note, "caption", max(1, width - px(12)), theme.faint, align=align, lines=1)
            spot.put(note, px(6), spot.height + px(2))
            spot.height += note.height + px(4)
        return spot
