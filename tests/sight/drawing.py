"""Switches and boxes in the manner of many systems, drawn large and scaled down; sizes are in dp."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

S = 3
FONT = "/usr/share/fonts/truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf"
CJK = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"


def font(size: float, text: str = "") -> ImageFont.FreeTypeFont:
    """Roboto, or Noto Sans CJK where `text` needs it."""
    if any(ord(c) > 0x2E80 for c in text):
        return ImageFont.truetype(CJK, round(size), index=2)
    return ImageFont.truetype(FONT, round(size))


@dataclass(frozen=True)
class Pen:
    """Draws in dp at a multiple of the size, from a corner."""

    draw: ImageDraw.ImageDraw
    x: float
    y: float
    dark: bool

    def pick(self, light: str, dark: str) -> str:
        return dark if self.dark else light

    def pill(self, w: float, h: float, r: float, fill: str | None, line: str | None = None, width: float = 1) -> None:
        x, y = self.x * S, self.y * S
        box = (x, y, x + w * S - 1, y + h * S - 1)
        self.draw.rounded_rectangle(box, r * S, fill=fill, outline=line, width=round(width * S))

    def disc(self, cx: float, cy: float, r: float, fill: str | None, line: str | None = None, width: float = 1) -> None:
        x, y = (self.x + cx) * S, (self.y + cy) * S
        box = (x - r * S, y - r * S, x + r * S - 1, y + r * S - 1)
        self.draw.ellipse(box, fill=fill, outline=line, width=round(width * S))

    def tick(self, points: list[tuple[float, float]], fill: str, width: float) -> None:
        self.draw.line([((self.x + x) * S, (self.y + y) * S) for x, y in points], fill=fill, width=round(width * S))


Style = Callable[[Pen, bool], tuple[float, float]]


def material3(colours: tuple[str, str], *, icon: bool = False) -> Style:
    def style(pen: Pen, on: bool) -> tuple[float, float]:
        grey = pen.pick("#79747E", "#938F99")
        if not on:
            pen.pill(52, 32, 16, pen.pick("#E6E0E9", "#36343B"), grey, 2)
            pen.disc(16, 16, 8, grey)
            return 52, 32
        pen.pill(52, 32, 16, colours[pen.dark])
        pen.disc(36, 16, 12, pen.pick("#FFFFFF", "#381E72"))
        if icon:
            pen.tick([(31, 16), (35, 20), (42, 12)], colours[pen.dark], 2)
        return 52, 32

    return style


def flat(
    w: float, h: float, thumb: float, on_fill: tuple[str, str], off_fill: tuple[str, str],
    on_thumb: tuple[str, str], off_thumb: tuple[str, str], line: tuple[str, str] | None = None,
) -> Style:  # fmt: skip
    """A filled track with a thumb of radius `thumb` in it; colours are for light and dark."""

    def style(pen: Pen, on: bool) -> tuple[float, float]:
        fill, disc = (on_fill, on_thumb) if on else (off_fill, off_thumb)
        pen.pill(w, h, h / 2, fill[pen.dark], line[pen.dark] if line and not on else None, 1.5)
        pen.disc(w - h / 2 if on else h / 2, h / 2, thumb, disc[pen.dark])
        return w, h

    return style


def material2(pen: Pen, on: bool) -> tuple[float, float]:
    """The thumb is larger than the track and stands over its end."""
    low = Pen(pen.draw, pen.x, pen.y + 3, pen.dark)
    low.pill(34, 14, 7, pen.pick("#8FC7C2", "#4F7A78") if on else pen.pick("#B0B0B0", "#4D4D4D"))
    fill = pen.pick("#009688", "#80CBC4") if on else pen.pick("#F1F1F1", "#B9B9B9")
    pen.disc(24 if on else 10, 10, 10, fill, None if on or pen.dark else "#888888")
    return 34, 20


def colourless(pen: Pen, on: bool) -> tuple[float, float]:
    front, back = pen.pick("#222222", "#EEEEEE"), pen.pick("#FFFFFF", "#222222")
    pen.pill(48, 26, 13, front if on else back, front, 2)
    pen.disc(35 if on else 13, 13, 8, back if on else front)
    return 48, 26


WHITE = ("#FFFFFF", "#FFFFFF")
SWITCHES: dict[str, Style] = {
    "android 14, purple": material3(("#6750A4", "#D0BCFF")),
    "android 15, blue with a tick": material3(("#1A73E8", "#8AB4F8"), icon=True),
    "android 14, green": material3(("#006D3B", "#7EDA9F")),
    "android 12": flat(
        52, 28, 10, ("#0B57D0", "#A8C7FA"), ("#C4C7C5", "#5F6368"), ("#D3E3FD", "#062E6F"), ("#747775", "#BDC1C6")
    ),
    "android 10": material2,
    "ios": flat(51, 31, 13.5, ("#34C759", "#30D158"), ("#E9E9EA", "#39393D"), WHITE, WHITE),
    "one ui": flat(44, 24, 10.5, ("#3E91FF", "#3E91FF"), ("#C6C6C8", "#5C5C5E"), WHITE, WHITE),
    "miui": flat(48, 27, 9, ("#3482FF", "#3482FF"), ("#E6E6E6", "#424242"), WHITE, ("#FFFFFF", "#B3B3B3")),
    "gtk": flat(46, 26, 10.5, ("#3584E4", "#3584E4"), ("#D5D5D5", "#4A4A4A"), WHITE, ("#FFFFFF", "#D2D2D2")),
    "windows 11": flat(
        40, 20, 6, ("#0067C0", "#4CC2FF"), ("#F3F3F3", "#272727"), ("#FFFFFF", "#000000"), ("#5D5D5D", "#CFCFCF"),
        ("#8A8A8A", "#9E9E9E"),
    ),
    "without colour": colourless,
}  # fmt: skip


def material_box(pen: Pen, on: bool) -> tuple[float, float]:
    if on:
        pen.pill(18, 18, 2, pen.pick("#6750A4", "#D0BCFF"))
        pen.tick([(4, 9), (8, 13), (14, 5)], pen.pick("#FFFFFF", "#381E72"), 2)
    else:
        pen.pill(18, 18, 2, None, pen.pick("#49454F", "#CAC4D0"), 2)
    return 18, 18


def desktop_box(pen: Pen, on: bool) -> tuple[float, float]:
    if on:
        pen.pill(16, 16, 3, pen.pick("#0067C0", "#4CC2FF"))
        pen.tick([(3, 8), (7, 12), (13, 4)], pen.pick("#FFFFFF", "#000000"), 1.5)
    else:
        pen.pill(16, 16, 3, pen.pick("#FFFFFF", "#2B2B2B"), pen.pick("#8A8A8A", "#9A9A9A"), 1)
    return 16, 16


def radio(pen: Pen, on: bool) -> tuple[float, float]:
    colour = pen.pick("#6750A4", "#D0BCFF") if on else pen.pick("#49454F", "#CAC4D0")
    pen.disc(10, 10, 10, None, colour, 2)
    if on:
        pen.disc(10, 10, 5, colour)
    return 20, 20


BOXES: dict[str, Style] = {"check box": material_box, "desktop check box": desktop_box, "radio button": radio}
BACKGROUNDS = {False: ("#FFFFFF", "#FEF7FF", "#F2F2F7"), True: ("#000000", "#141218", "#1C1C1E")}


@dataclass(frozen=True)
class Row:
    """A drawn row among two others: the picture, the boxes of its texts, and where its switch is, in pixels."""

    image: Image.Image
    texts: list[tuple[str, tuple[float, float, float, float]]]
    switch: tuple[float, float]


def row(style: Style, *, on: bool, dark: bool, density: float, paper: str, subtitle: bool, in_front: bool) -> Row:
    """Draw three rows of one style; those above and below are in the other state."""
    big = Image.new("RGB", (360 * S, 240 * S), paper)
    draw, ink = ImageDraw.Draw(big), "#E6E0E9" if dark else "#1D1B20"
    texts = []

    def write(x: float, y: float, text: str, size: float) -> None:
        draw.text((x * S, y * S), text, font=font(size * S), fill=ink)
        left, top, right, bottom = draw.textbbox((x * S, y * S), text, font=font(size * S))
        edge = 3 * S
        box = (left - edge, top - edge, right + edge, bottom + edge)
        texts.append((text, tuple(v / S * density for v in box)))

    for number, middle in enumerate((120, 56, 184)):
        own = number == 0
        x = 16 if in_front else 300
        blank = Pen(ImageDraw.Draw(Image.new("RGB", (4, 4))), 0, 0, dark)
        width, height = style(blank, on)
        style(Pen(draw, x, middle - height / 2, dark), on if own else not on)
        write(56 if in_front else 24, middle - (20 if own and subtitle else 10), "Use it" if own else "Other", 16)
        if own and subtitle:
            write(56 if in_front else 24, middle + 2, "Connected to the car", 14)
        if own:
            at = ((x + width / 2) * density, middle * density)
    draw.line([0, 152 * S, 360 * S, 152 * S], fill="#49454F" if dark else "#CAC4D0", width=S)
    size = (round(360 * density), round(240 * density))
    return Row(big.resize(size, Image.Resampling.LANCZOS), texts, at)
