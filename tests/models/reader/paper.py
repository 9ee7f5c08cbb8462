"""A device that is drawn: pages of rows with switches, fields and buttons. It counts what is done to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image, ImageChops, ImageDraw

from handsight.errors import NotFound
from handsight.types import Point, Screen

from ...sight.drawing import SWITCHES, Pen, S, Style, font

WIDTH, HEIGHT, ROW = 720, 1280, 130
_SCALE = 2


@dataclass
class Row:
    """A row of a page. `opens` is the page behind it, `does` what a tap on its button does."""

    label: str
    subtitle: str = ""
    value: str = ""
    opens: str = ""
    switch: bool | None = None
    button: str = ""
    field: str | None = None
    dead: bool = False


@dataclass
class Paper:
    """A phone of drawn pages. `apps` are the names that can be opened; without any, there is a home page of labels."""

    pages: dict[str, list[Row]]
    page: str = "Home"
    style: Style = SWITCHES["android 14, purple"]
    dark: bool = False
    name: str = "paper"
    acts: list[str] = field(default_factory=list)
    titles: bool = True
    delays: int = 0
    on_act: Callable[[str], None] | None = None

    def __post_init__(self) -> None:
        self.stack: list[str] = []
        self.offset = 0
        self.focus: Row | None = None
        self._shown: Image.Image | None = None

    @property
    def rows(self) -> list[Row]:
        return self.pages[self.page]

    def screenshot(self) -> Screen:
        if self.delays and self.acts:
            self.delays -= 1
            image = Image.new("RGB", (WIDTH, HEIGHT), "white")
        else:
            image = self._drawn()
        same = self._shown is not None and ImageChops.difference(self._shown, image).getbbox() is None
        self._shown = image
        return Screen(image, settled="unchanged" if same else "quiet")

    def close(self) -> None: ...

    def _top(self, row: Row) -> int:
        return 200 + ROW * self.rows.index(row) - self.offset

    def _drawn(self) -> Image.Image:
        paper, ink, faint = ("#141218", "#E6E0E9", "#AAAAAA") if self.dark else ("#FFFFFF", "#1D1B20", "#555555")
        image = Image.new("RGB", (WIDTH, HEIGHT), paper)
        draw = ImageDraw.Draw(image)

        def write(x: float, y: float, text: str, size: float, fill: str) -> None:
            draw.text((x, y), text, font=font(size, text), fill=fill)

        for row in self.rows:
            top = self._top(row)
            if not 130 < top < HEIGHT - 60:
                continue
            write(40, top, row.label, 34, ink)
            write(40, top + 44, row.subtitle, 28, faint)
            write(430, top, row.value, 32, faint)
            write(560, top, row.button, 32, "#6750A4" if not self.dark else "#D0BCFF")
            if row.field is not None:
                draw.rounded_rectangle((250, top - 16, 690, top + 56), 8, outline=faint, width=2)
                write(270, top, row.field, 32, ink)
            if row.switch is not None:
                drawn = Image.new("RGB", (60 * S, 34 * S), paper)
                self.style(Pen(ImageDraw.Draw(drawn), 4, 1, self.dark), row.switch)
                image.paste(drawn.resize((60 * _SCALE, 34 * _SCALE), Image.Resampling.LANCZOS), (580, top - 10))
        draw.rectangle((0, 0, WIDTH, 130), fill=paper)
        write(30, 10, "12:30", 24, ink)
        if self.titles and self.page != "Home":
            write(40, 60, self.page, 52, ink)
        return image

    def _done(self, act: str) -> None:
        self.acts.append(act)
        if self.on_act:
            self.on_act(act)

    def tap(self, at: Point, on: Screen) -> None:
        row = next((r for r in self.rows if self._top(r) - 20 <= at.y < self._top(r) + ROW - 20 and at.y > 130), None)
        self._done(f"tap {row.label if row else None}")
        if row is None or row.dead:
            return
        self.focus = row if row.field is not None else None
        if row.switch is not None and at.x > 560:
            row.switch = not row.switch
        elif row.button and at.x > 540:
            row.subtitle = f"{row.button} was tapped"
        elif row.opens:
            self._go(row.opens)

    def long_press(self, at: Point, seconds: float, on: Screen) -> None:
        row = next(r for r in self.rows if self._top(r) - 20 <= at.y < self._top(r) + ROW - 20)
        self._done(f"hold {row.label}")
        row.subtitle = "held"

    def swipe(self, start: Point, end: Point, seconds: float, on: Screen) -> None:
        self._done(f"swipe {'up' if end.y < start.y else 'down'}")
        most = max(0, ROW * len(self.rows) - (HEIGHT - 300))
        self.offset = round(min(most, max(0, self.offset + start.y - end.y)))

    def type_text(self, text: str) -> None:
        self._done(f"type {text}")
        if self.focus is not None and self.focus.field is not None:
            self.focus.field += text

    def press(self, key: str) -> None:
        self._done(f"press {key}")
        if key == "home":
            self.stack, self.page, self.offset = [], "Home", 0
        elif key == "back":
            self.page, self.offset = (self.stack.pop() if self.stack else self.page), 0
        elif key != "enter":
            raise NotFound(f"there is no key {key!r}")

    def _go(self, page: str) -> None:
        self.stack.append(self.page)
        self.page, self.offset, self.focus = page, 0, None


class PaperWithApps(Paper):
    """The same, and apps open by name."""

    def open_app(self, name: str) -> str:
        self._done(f"open {name}")
        if name not in self.pages:
            raise NotFound(f"there is no app called {name}")
        self._go(name)
        return f"org.example.{name.lower()}"
