"""Icons as strokes on a 24 x 24 grid, drawn once per size.

Each icon is a line of letters and numbers:

    M x y  start a stroke     L x y  go on to      Z  close it     F  close and fill it
    O x y r  circle           D x y r  disc        A x y r from to  arc, degrees clockwise from 3 o'clock
    R l t r b corner  frame   B l t r b corner  filled frame
    W w  stroke width         E  erase from here on      I  ink again
"""

from __future__ import annotations

from functools import lru_cache

from PIL import Image, ImageDraw

from handsight.devices.virtual.kit.fonts import line_box, system_fonts

_FINE = 4  # drawn this much larger, then reduced: smooth edges

ICONS = {
    "accessibility": "D 12 4 2 M 4 8.5 L 20 8.5 M 12 8.5 L 12 14 M 12 13.5 L 8.5 21 M 12 13.5 L 15.5 21",
    "add": "M 12 5 L 12 19 M 5 12 L 19 12",
    "airplane": "W 1 M 12 2 L 13.6 4 L 13.6 9.2 L 21.5 14.4 L 21.5 16.2 L 13.6 13.6 L 13.6 18.4 L 16 20.4 L 16 21.8 "
    "L 12 20.8 L 8 21.8 L 8 20.4 L 10.4 18.4 L 10.4 13.6 L 2.5 16.2 L 2.5 14.4 L 10.4 9.2 L 10.4 4 F",
    "apps": "D 5 5 2 D 12 5 2 D 19 5 2 D 5 12 2 D 12 12 2 D 19 12 2 D 5 19 2 D 12 19 2 D 19 19 2",
    "back": "M 20 12 L 4.5 12 M 11 5 L 4 12 L 11 19",
    "backspace": "M 8 5 L 22 5 L 22 19 L 8 19 L 2 12 Z M 11.5 9 L 17.5 15 M 17.5 9 L 11.5 15",
    "bag": "M 5 8 L 19 8 L 20 21 L 4 21 Z A 12 8 4 180 360",
    "battery": "R 7.5 4.5 16.5 21.5 2 B 10 2 14 4.5 0.5",
    "bell": "M 6 17 L 6 10.5 M 18 17 L 18 10.5 A 12 10.5 6 180 360 M 4 17 L 20 17 A 12 18.5 2.2 0 180",
    "bluetooth": "M 6 7 L 18 17 L 12 22 L 12 2 L 18 7 L 6 17",
    "calendar": "R 4 5 20 21 2 M 4 10 L 20 10 M 8 2.5 L 8 6 M 16 2.5 L 16 6 D 8.5 14 1.3 D 12.5 14 1.3 D 16 17.5 1.3",
    "camera": "R 2.5 7 21.5 20 2.5 O 12 13.5 3.8 M 8.5 7 L 10 4.5 L 14 4.5 L 15.5 7",
    "cart": "M 2 4 L 5 4 L 8 15.5 L 18.5 15.5 L 21 7.5 L 6 7.5 D 9 20 1.7 D 17.5 20 1.7",
    "chart": "M 5 20 L 5 12 M 12 20 L 12 4 M 19 20 L 19 9",
    "check": "M 4.5 12.5 L 10 18 L 20 7",
    "chevron": "M 9 5.5 L 15.5 12 L 9 18.5",
    "clock": "O 12 12 9 M 12 7 L 12 12.3 L 16 14.6",
    "close": "M 6 6 L 18 18 M 18 6 L 6 18",
    "cloud": "A 8 14 4.5 90 270 A 12.5 10.5 5.5 190 350 A 17.5 14.5 4 270 450 M 8 18.5 L 17.5 18.5",
    "copy": "R 8 8 20 21 2 M 5 16 L 4 16 L 4 4 L 15 4 L 15 5",
    "delete": "M 4 6.5 L 20 6.5 M 9 6 L 9.5 3.5 L 14.5 3.5 L 15 6 M 6 6.5 L 7 21 L 17 21 L 18 6.5 M 10 10.5 L 10 17 "
    "M 14 10.5 L 14 17",
    "display": "R 3 4 21 17 2 M 8.5 21 L 15.5 21 M 12 17 L 12 21",
    "down": "M 5.5 9 L 12 15.5 L 18.5 9",
    "download": "M 12 4 L 12 15 M 7 10.5 L 12 15.5 L 17 10.5 M 5 20 L 19 20",
    "edit": "M 4 20 L 4.8 16 L 16.5 4.3 L 19.7 7.5 L 8 19.2 Z M 14 7 L 17 10",
    "eye": "A 12 19 11.5 225 315 A 12 5 11.5 45 135 O 12 12 2.8",
    "file": "M 13.5 3 L 6 3 L 6 21 L 18 21 L 18 7.5 Z M 13.5 3 L 13.5 7.5 L 18 7.5",
    "folder": "W 1 M 3 5 L 10 5 L 12 7.5 L 21 7.5 L 21 19.5 L 3 19.5 F",
    "globe": "O 12 12 9 M 3 12 L 21 12 A 5.5 12 10.5 302 418 A 18.5 12 10.5 122 238",
    "heart": "A 8 9.2 4.2 150 330 A 16 9.2 4.2 210 390 M 4.2 11 L 12 20.5 L 19.8 11",
    "home": "M 3.5 11.5 L 12 4 L 20.5 11.5 M 6 10 L 6 20 L 18 20 L 18 10",
    "hourglass": "M 6 3 L 18 3 M 6 21 L 18 21 M 7.5 3 L 7.5 7 L 16.5 17 L 16.5 21 M 16.5 3 L 16.5 7 L 7.5 17 L 7.5 21",
    "image": "R 3 4 21 20 2.5 D 8.5 9 1.8 M 4 18 L 10 12.5 L 13.5 16 L 16.5 13 L 20.5 17",
    "info": "O 12 12 9 M 12 11 L 12 16.5 D 12 7.6 1.3",
    "key": "O 8 12 4.5 M 12.5 12 L 21.5 12 L 21.5 15.5 M 17.5 12 L 17.5 15",
    "keyboard": "R 2.5 5.5 21.5 18.5 2 M 8 15 L 16 15 D 7 9.5 1 D 10.5 9.5 1 D 14 9.5 1 D 17.5 9.5 1",
    "list": "M 9 6 L 20 6 M 9 12 L 20 12 M 9 18 L 20 18 D 4.5 6 1.4 D 4.5 12 1.4 D 4.5 18 1.4",
    "location": "A 12 10 7 160 380 M 5.5 12.5 L 12 21.5 L 18.5 12.5 O 12 10 2.2",
    "lock": "B 5 10.5 19 21 2 A 12 8 4.2 180 360 M 7.8 8 L 7.8 11 M 16.2 8 L 16.2 11 E D 12 15.7 1.8 I",
    "mail": "R 3 5 21 19 2 M 3.5 7 L 12 13 L 20.5 7",
    "map": "M 3.5 6 L 9 4 L 15 6.5 L 20.5 4.5 L 20.5 18 L 15 20 L 9 17.5 L 3.5 19.5 Z M 9 4 L 9 17.5 M 15 6.5 L 15 20",
    "menu": "M 4 6.5 L 20 6.5 M 4 12 L 20 12 M 4 17.5 L 20 17.5",
    "message": "B 3 4 21 17 3 W 1 M 5 15 L 5 21.5 L 10 16 F E W 1.7 M 7.5 8.7 L 16.5 8.7 M 7.5 12.3 L 13.5 12.3 I",
    "mic": "B 9 3 15 14 3 A 12 11.5 6.5 0 180 M 12 18 L 12 21.5",
    "minus": "M 5 12 L 19 12",
    "money": "R 2.5 6 21.5 18.5 1.5 O 12 12.2 2.8 D 6 9.5 0.8 D 18 15 0.8",
    "moon": "D 12 12 9 E D 16.8 8.4 7.6 I",
    "more": "D 12 5 1.9 D 12 12 1.9 D 12 19 1.9",
    "music": "D 7 18 3 D 17 16 3 M 9.2 18 L 9.2 6 L 19.2 4 L 19.2 16",
    "nav_back": "W 2.4 M 15.5 5 L 7 12 L 15.5 19 F",
    "nav_home": "D 12 12 7.5",
    "nav_recents": "B 5.5 5.5 18.5 18.5 2.5",
    "note": "R 5 3.5 19 21 2 M 8.5 8.5 L 15.5 8.5 M 8.5 12.5 L 15.5 12.5 M 8.5 16.5 L 12.5 16.5",
    "pause": "B 6.5 5 10 19 1 B 14 5 17.5 19 1",
    "people": "O 9 8 3.5 A 9 19 6 190 350 M 3 19.5 L 15 19.5 A 15.5 8 3.5 -80 80 A 16 19 5.5 275 350 "
    "M 19 19.5 L 21.5 19.5",
    "person": "D 12 7.8 4.3 D 12 21 8 E B 2 20.6 22 30 0 I",
    "phone": "M 6 3.5 L 9 3.5 L 10.5 8 L 8.5 9.8 L 14 15.4 L 16 13.5 L 20.5 15 L 20.5 18 L 18 20.5 L 13 19 "
    "L 5 11 L 3.5 6 Z",
    "play": "W 1 M 7 4.5 L 19.5 12 L 7 19.5 F",
    "refresh": "A 12 12 7.5 -40 260 M 18.6 3.5 L 18.4 8 L 14 7.6",
    "return": "M 19 6 L 19 13 L 5.5 13 M 10 8 L 5 13 L 10 18",
    "rotate": "R 7.5 3 16.5 21 2 A 12 12 10.5 200 235 A 12 12 10.5 20 55",
    "search": "O 10.5 10.5 6.5 M 15.5 15.5 L 21 21",
    "send": "W 1 M 3 4 L 22 12 L 3 20 L 3 14 L 14 12 L 3 10 F",
    "settings": "W 3.2 M 12 2.8 L 12 21.2 M 4 7.4 L 20 16.6 M 20 7.4 L 4 16.6 D 12 12 7 E D 12 12 3.2 I",
    "share": "D 18 5.5 2.6 D 6 12 2.6 D 18 18.5 2.6 M 6 12 L 18 5.5 M 6 12 L 18 18.5",
    "shield": "M 12 3 L 19.5 5.8 L 19.5 11.5 L 17.5 16.5 L 12 21 L 6.5 16.5 L 4.5 11.5 L 4.5 5.8 Z M 8.5 12 "
    "L 11 14.5 L 15.5 9.5",
    "shift": "M 12 4 L 20.5 12.5 L 16 12.5 L 16 20 L 8 20 L 8 12.5 L 3.5 12.5 Z",
    "shift_on": "M 12 4 L 20.5 12.5 L 16 12.5 L 16 20 L 8 20 L 8 12.5 L 3.5 12.5 F",
    "signal": "W 0.6 M 3 20.5 L 21 20.5 L 21 3 F",
    "sort": "M 4 6.5 L 20 6.5 M 7 12 L 17 12 M 10 17.5 L 14 17.5",
    "star": "W 1.2 M 12 2.8 L 14.8 9 L 21.5 9.6 L 16.4 14 L 18 20.7 L 12 17.1 L 6 20.7 L 7.6 14 L 2.5 9.6 L 9.2 9 F",
    "star_outline": "W 1.7 M 12 3.3 L 14.6 9.2 L 21 9.8 L 16.1 14 L 17.6 20.4 L 12 17 L 6.4 20.4 L 7.9 14 "
    "L 3 9.8 L 9.4 9.2 Z",
    "stop": "B 6 6 18 18 1.5",
    "stopwatch": "O 12 13.5 7.8 M 9.5 2.5 L 14.5 2.5 M 12 13.5 L 15.5 10 M 18.5 5.5 L 20 7",
    "storage": "R 3 4 21 10.5 1.5 R 3 13.5 21 20 1.5 D 7 7.2 1.1 D 7 16.8 1.1",
    "sun": "O 12 12 4.2 M 12 2 L 12 3.6 M 12 20.4 L 12 22 M 2 12 L 3.6 12 M 20.4 12 L 22 12 M 5 5 L 6 6 "
    "M 18 18 L 19 19 "
    "M 5 19 L 6 18 M 18 6 L 19 5",
    "system": "R 6 2.5 18 21.5 2.5 M 10.5 18.5 L 13.5 18.5",
    "tag": "M 3.5 12.5 L 12.5 3.5 L 20.5 3.5 L 20.5 11.5 L 11.5 20.5 Z D 16.3 7.7 1.5",
    "text_size": "M 2.5 6 L 14 6 M 8.2 6 L 8.2 19.5 M 14 11.5 L 22 11.5 M 18 11.5 L 18 19.5",
    "timer": "O 12 13.5 7.8 M 9.5 2.5 L 14.5 2.5 M 12 9.5 L 12 13.5",
    "truck": "M 2 6 L 14 6 L 14 17 L 2 17 Z M 14 10 L 18.5 10 L 22 13.5 L 22 17 L 14 17 D 6.5 18 2.4 D 17.5 18 2.4",
    "up": "M 5.5 15.5 L 12 9 L 18.5 15.5",
    "volume": "W 1 M 3 9 L 7 9 L 12 4.5 L 12 19.5 L 7 15 L 3 15 F W 2 A 12 12 4.5 -50 50 A 12 12 8.5 -50 50",
    "warning": "M 12 3.5 L 22 20.5 L 2 20.5 Z M 12 10 L 12 14.5 D 12 17.5 1.1",
    "wifi": "A 12 19.5 15 228 312 A 12 19.5 10 228 312 A 12 19.5 5 228 312 D 12 19 1.7",
    "wifi_full": "W 0.6 M 12 21 L 1.2 8.4 L 4.4 6.1 L 8 4.8 L 12 4.3 L 16 4.8 L 19.6 6.1 L 22.8 8.4 F",
}


@lru_cache(512)
def icon_mask(name: str, size: int) -> Image.Image:
    """The icon as a mask (L) of `size` x `size`. A name that is no icon is drawn as text: any character will do."""
    if name not in ICONS:
        return _letter(name[:2], size)
    pen = _Pen(size * _FINE)
    pen.draw(ICONS[name])
    return pen.image.reduce(_FINE)


@lru_cache(256)
def corner_mask(radius: int) -> Image.Image:
    """A disc of that radius as a mask (L): its quarters are the corners of rounded boxes."""
    side = 2 * radius
    image = Image.new("L", (side * _FINE, side * _FINE))
    ImageDraw.Draw(image).ellipse((0, 0, side * _FINE - 1, side * _FINE - 1), fill=255)
    return image.reduce(_FINE)


def _letter(text: str, size: int) -> Image.Image:
    fonts, image = system_fonts(), Image.new("L", (size, size))
    letters = fonts.mask(text, max(4, round(size * 0.8)), "medium")
    image.paste(letters, ((size - letters.width) // 2, (size - line_box(max(4, round(size * 0.8)))) // 2))
    return image


class _Pen:
    """Carries out the strokes of one icon."""

    def __init__(self, side: int) -> None:
        self.image = Image.new("L", (side, side))
        self._draw = ImageDraw.Draw(self.image)
        self._unit = side / 24
        self._width, self._ink = 2.0, 255
        self._stroke: list[tuple[float, float]] = []

    def draw(self, strokes: str) -> None:
        words = strokes.split()
        at = 0
        while at < len(words):
            letter, numbers = words[at], []
            at += 1
            while at < len(words) and not words[at].isalpha():
                numbers.append(float(words[at]))
                at += 1
            self._do(letter, numbers)
        self._end()

    def _do(self, letter: str, n: list[float]) -> None:
        u = self._unit
        if letter == "L":
            self._stroke.append((n[0] * u, n[1] * u))
            return
        if letter in "ZF":
            self._stroke.append(self._stroke[0])
            if letter == "F":
                self._draw.polygon(self._stroke, fill=self._ink)
        self._end()
        if letter == "M":
            self._stroke = [(n[0] * u, n[1] * u)]
        elif letter == "D":
            self._disc(n[0] * u, n[1] * u, n[2] * u)
        elif letter in "OA":
            r, (start, end) = (n[2] + self._width / 2) * u, (n[3:5] or (0.0, 360.0))
            box = (n[0] * u - r, n[1] * u - r, n[0] * u + r, n[1] * u + r)
            self._draw.arc(box, start, end, fill=self._ink, width=round(self._width * u))
        elif letter in "RB":
            w = self._width / 2 if letter == "R" else 0
            box = ((n[0] - w) * u, (n[1] - w) * u, (n[2] + w) * u, (n[3] + w) * u)
            fill, outline = (None, self._ink) if letter == "R" else (self._ink, None)
            self._draw.rounded_rectangle(box, (n[4] + w) * u, fill, outline, round(self._width * u))
        elif letter == "W":
            self._width = n[0]
        elif letter in "EI":
            self._ink = 0 if letter == "E" else 255

    def _end(self) -> None:
        if len(self._stroke) > 1:
            width = self._width * self._unit
            self._draw.line(self._stroke, fill=self._ink, width=round(width))
            for x, y in self._stroke:
                self._disc(x, y, width / 2)
        self._stroke = []

    def _disc(self, x: float, y: float, r: float) -> None:
        self._draw.ellipse((x - r, y - r, x + r, y + r), fill=self._ink)
