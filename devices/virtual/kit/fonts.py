"""Fonts for the virtual phone's picture, with a fallback for every single character.

Looked for in the usual folders of Linux, macOS and Windows, in this order:

    Roboto          Android's own letters             Debian: fonts-roboto
    Noto Sans CJK   Chinese, Japanese, Korean         Debian: fonts-noto-cjk
    DejaVu Sans     arrows, symbols, Greek, Cyrillic  Debian: fonts-dejavu-core
    Pillow's own    Latin only; always there

With none of them installed the phone still draws; `Fonts().in_use` tells which were found.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

# Per family: file names for regular, medium, bold, light (best first for each).
_FAMILIES: dict[str, dict[str, tuple[str, ...]]] = {
    "latin": {
        "regular": ("Roboto-Regular.ttf", "segoeui.ttf", "HelveticaNeue.ttc", "Helvetica.ttc", "arial.ttf"),
        "medium": ("Roboto-Medium.ttf", "seguisb.ttf"),
        "bold": ("Roboto-Bold.ttf", "segoeuib.ttf"),
        "light": ("Roboto-Light.ttf", "segoeuil.ttf"),
    },
    "cjk": {
        "regular": (
            "NotoSansCJK-Regular.ttc",
            "NotoSansCJKsc-Regular.otf",
            "NotoSansSC-Regular.otf",
            "Hiragino Sans GB.ttc",
            "STHeiti Light.ttc",
            "msyh.ttc",
            "wqy-microhei.ttc",
        ),
        "medium": ("NotoSansCJK-Medium.ttc",),
        "bold": ("NotoSansCJK-Bold.ttc", "msyhbd.ttc"),
    },
    "symbols": {
        "regular": ("DejaVuSans.ttf", "Arial Unicode.ttf", "seguisym.ttf"),
        "bold": ("DejaVuSans-Bold.ttf",),
    },
}
_PIECE = re.compile(r"[^\S\n]+|[\u2e80-\uffef]|[^\s\u2e80-\uffef]+")
_ROOM = 20_000  # cached widths and line breaks; past that the cache starts anew
_MASKS = 600

Face = ImageFont.FreeTypeFont
Span = tuple[int, int]


def font_folders() -> list[Path]:
    """The folders in which this system keeps its fonts."""
    home = Path.home()
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", home / "AppData/Local/Microsoft/Windows/Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"]


class Fonts:
    """Letters at any size: their widths, their line breaks, and their pictures. Everything is cached."""

    def __init__(self, folders: Iterable[Path] | None = None, region: str = "SC") -> None:
        """Look in `folders`, or where this system keeps its fonts; `region` is the face wanted in a collection."""
        self._region = region
        known = {name for files in _FAMILIES.values() for names in files.values() for name in names}
        found: dict[str, Path] = {}
        for folder in font_folders() if folders is None else folders:
            for root, _, names in os.walk(folder):
                for name in known.intersection(names):
                    found.setdefault(name, Path(root) / name)
        self._paths: dict[tuple[str, str], Path] = {}
        for family, files in _FAMILIES.items():
            for weight, wanted in files.items():
                path = next((found[name] for name in wanted if name in found), None)
                if path is not None:
                    self._paths[family, weight] = path
        self._faces: dict[tuple[str, str, int], Face] = {}
        self._drawable: dict[tuple[str, str], bool] = {}
        self._widths: dict[tuple[str, int, str], float] = {}
        self._spans: dict[tuple[str, int, str, int], list[Span]] = {}
        self._masks: dict[tuple[str, int, str], Image.Image] = {}

    @property
    def in_use(self) -> dict[str, str]:
        """What draws which kind of character: the file's path, or "built in"."""
        return {family: str(self._paths.get((family, "regular"), "built in")) for family in _FAMILIES}

    @property
    def lacking(self) -> list[str]:
        """The kinds of characters for which no font was found."""
        return [family for family in _FAMILIES if (family, "regular") not in self._paths]

    def width(self, text: str, size: int, weight: str = "regular") -> float:
        """The width of one line of `text` in pixels."""
        key = (text, size, weight)
        known = self._widths.get(key)
        if known is None:
            if len(self._widths) > _ROOM:
                self._widths.clear()
            known = self._widths[key] = sum(face.getlength(run) for run, face in self._runs(text, size, weight))
        return known

    def mask(self, text: str, size: int, weight: str = "regular") -> Image.Image:
        """One line of `text` as a mask (L). It is `line_box(size)` high, whatever fonts take part."""
        key = (text, size, weight)
        known = self._masks.get(key)
        if known is None:
            if len(self._masks) >= _MASKS:
                for old in list(self._masks)[: _MASKS // 2]:
                    self._masks.pop(old, None)
            known = Image.new("L", (int(self.width(text, size, weight)) + 2, line_box(size)))
            draw = ImageDraw.Draw(known)
            x = 0.0
            for run, face in self._runs(text, size, weight):
                draw.text((x, round(size * 0.96)), run, fill=255, font=face, anchor="ls")
                x += face.getlength(run)
            self._masks[key] = known
        return known

    def wrap(self, text: str, size: int, weight: str, width: int) -> list[Span]:
        """Where the lines of `text` start and end so that each fits into `width` pixels."""
        key = (text, size, weight, width)
        known = self._spans.get(key)
        if known is None:
            if len(self._spans) > _ROOM:
                self._spans.clear()
            known, start = [], 0
            for paragraph in text.split("\n"):
                known += [(start + a, start + b) for a, b in self._wrap_line(paragraph, size, weight, width)]
                start += len(paragraph) + 1
            self._spans[key] = known
        return known

    def fit(self, text: str, size: int, weight: str, width: int, lines: int = 0) -> list[str]:
        """The lines of `text` that fit into `width`, at most `lines` of them (0: all), then an ellipsis."""
        spans = self.wrap(text, size, weight, width)
        rows = [text[a:b].rstrip() for a, b in spans]
        if not lines or len(rows) <= lines:
            return rows
        last = text[spans[lines - 1][0] : spans[lines][1]].split("\n", 1)[
            0
        ]  # the line, and what may yet fit of the next
        while last and self.width(last + "…", size, weight) > width:
            last = last[:-1]
        return [*rows[: lines - 1], last.rstrip() + "…"]

    def _wrap_line(self, text: str, size: int, weight: str, width: int) -> list[Span]:
        if self.width(text, size, weight) <= width:
            return [(0, len(text))]
        spans: list[Span] = []
        start = end = 0
        for match in _PIECE.finditer(text):
            piece = match.group()
            if not piece.isspace() and self.width(text[start : match.end()], size, weight) > width:
                if end > start:
                    spans.append((start, end))
                    start = match.start()
                while self.width(text[start : match.end()], size, weight) > width and match.end() - start > 1:
                    cut = start + 1
                    while self.width(text[start : cut + 1], size, weight) <= width:
                        cut += 1
                    spans.append((start, cut))
                    start = cut
            end = match.end()
        return [*spans, (start, len(text))]

    def _runs(self, text: str, size: int, weight: str) -> Iterator[tuple[str, Face]]:
        """Cut `text` where the font changes."""
        start, family = 0, ""
        for i, char in enumerate(text):
            wanted = family if char.isspace() and family else self._family(char)
            if wanted != family:
                if i > start:
                    yield text[start:i], self._face(family, weight, size)
                start, family = i, wanted
        if start < len(text):
            yield text[start:], self._face(family, weight, size)

    def _family(self, char: str) -> str:
        if " " <= char <= "~":
            return "latin"
        for family in _FAMILIES:
            if self._draws(family, char):
                return family
        return "latin"

    def _draws(self, family: str, char: str) -> bool:
        """Whether the font has a glyph of its own for `char`: one that differs from its sign for "none"."""
        key = (family, char)
        known = self._drawable.get(key)
        if known is None:
            face = self._face(family, "regular", 24)
            glyph, none = face.getmask(char), face.getmask("\U0010fffe")
            known = (glyph.size, bytes(glyph)) != (none.size, bytes(none))
            self._drawable[key] = known
        return known

    def _face(self, family: str, weight: str, size: int) -> Face:
        key = (family, weight, size)
        face = self._faces.get(key)
        if face is None:
            path = self._paths.get((family, weight)) or self._paths.get((family, "regular"))
            face = self._faces[key] = (
                _load(path, size, self._region if family == "cjk" else "") if path else _built_in(size)
            )
        return face


def line_box(size: int) -> int:
    """The height of the box in which a line of this size is drawn, in pixels."""
    return round(size * 1.24) + 1


@cache
def system_fonts(region: str = "SC") -> Fonts:
    """This system's fonts, looked for once; Han characters as they are written in a region (SC, JP)."""
    return Fonts(region=region)


def _load(path: Path, size: int, face_name: str) -> Face:
    font = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
    if face_name and path.suffix == ".ttc":
        for index in range(12):
            try:
                other = ImageFont.truetype(path, size, index=index, layout_engine=ImageFont.Layout.BASIC)
            except OSError:
                break
            if str(other.getname()[0]).endswith(face_name):
                return other
    return font


def _built_in(size: int) -> Face:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("the virtual phone needs a Pillow with FreeType; the wheels of `pip install pillow` have it")
    return font
