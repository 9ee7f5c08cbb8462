"""Screens of the virtual phone: each app in any language, theme and size. Drawing them tells what is written where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle
from typing import Any

from PIL import Image

from handsight.devices.android.elements import elements
from handsight.devices.android.tree import read
from handsight.devices.virtual.apps.shop_goods import GOODS
from handsight.devices.virtual.kit.fonts import line_box
from handsight.devices.virtual.kit.languages import LANGUAGES
from handsight.devices.virtual.kit.layout import paint
from handsight.devices.virtual.kit.paint import Canvas, Rect, overlap
from handsight.devices.virtual.kit.theme import Color
from handsight.devices.virtual.phone import Phone
from handsight.devices.virtual.shell.commands.screen import hierarchy
from handsight.devices.virtual.timing import StillClock
from handsight.types import Box, Element
from screens import Label, Shot, around

# Size and density: a usual phone, a small one, a large one whose texts are small, one lying on its side.
SHAPES = (((1080, 2400), 420), ((720, 1280), 320), ((1440, 3120), 480), ((2400, 1080), 420))
App = Any


def _bought(app: App) -> App:
    app.cart = {product.name: 2 for product in GOODS[3:7]}
    app.address = replace(app.address, name="Ada", street="Mill Lane 4", postcode="12345", city="Bath")
    return app


def _count(app: App) -> None:
    app.tab = 2
    app.start_or_pause()
    app.lap()


PAGES: dict[str, Callable[[App], object]] = {  # "app page" -> how to come there from the app's first page
    "launcher": lambda app: None,
    "contacts": lambda app: None,
    "contacts one": lambda app: app.open(app.one, app.contacts[3]),
    "contacts more": lambda app: (app.open(app.one, app.contacts[5]), app.show(app.more, app.contacts[5])),
    "contacts form": lambda app: app.write(app.contacts[7]),
    "contacts delete": lambda app: app.ask_delete(app.contacts[2]),
    "contacts call": lambda app: app.call(app.contacts[6]),
    "messages": lambda app: None,
    "messages thread": lambda app: app.open(app.thread, app.conversations[1]),
    "messages new": lambda app: app.begin(),
    "messages delete": lambda app: app.ask_delete(app.conversations[1]),
    "notes": lambda app: None,
    "notes form": lambda app: app.write(app.notes[1]),
    "notes delete": lambda app: (app.write(app.notes[2]), app.ask_delete()),
    "clock": lambda app: None,
    "clock world": lambda app: app.set("tab")(1),
    "clock counting": _count,
    "clock timer": lambda app: app.set("tab")(3),
    "clock form": lambda app: app.edit(app.alarms[1]),
    "clock cities": lambda app: app.find_city(),
    "files": lambda app: None,
    "files folder": lambda app: app.open(app.folder, "/sdcard/Documents"),
    "files sorting": lambda app: app.show(app.sorting),
    "files new": lambda app: app.ask_folder("/sdcard"),
    "shop": lambda app: None,
    "shop product": lambda app: app.look_at(GOODS[9]),
    "shop cart": lambda app: _bought(app).open(app.cart_page),
    "shop address": lambda app: _bought(app).check_out(),
    "shop review": lambda app: _bought(app).review(),
    "settings": lambda app: None,
    "settings timeout": lambda app: app.show(app.ask_timeout),
    **{
        f"settings {page}": lambda app, page=page: app.open(getattr(app, page))  # type: ignore[misc]
        for page in ("apps", "notifications", "sound", "display", "font_size", "battery", "storage", "security",
                     "location", "accessibility", "system", "languages", "gestures", "date_time", "about", "internet",
                     "bluetooth")
    },
}  # fmt: skip


def shots(rounds: int = 1, languages: tuple[str, ...] = tuple(LANGUAGES)) -> Iterator[Shot]:
    """Every page in each language, `rounds` times, each time in the next of the eight looks: themes and shapes."""
    looks = cycle([(shape, dark) for shape in SHAPES for dark in (False, True)])
    for _ in range(rounds):
        for page, go in PAGES.items():
            for language in languages:
                (size, density), dark = next(looks)
                yield shot(page, go, language, size, density, dark=dark)
            next(looks)  # so that no language always has the same looks
        next(looks)  # nor a page in the next round


def shot(
    page: str, go: Callable[[App], object], language: str, size: tuple[int, int], density: int, *, dark: bool
) -> Shot:
    """One page: its picture, and what was drawn into it."""
    clock, name = StillClock(), page.partition(" ")[0]
    phone = Phone(size=size, density=density, language=language, dark=dark, clock=clock, sleep=clock.sleep,
                  now=clock.now)  # fmt: skip
    phone.settings["global"]["transition_animation_scale"] = "0"
    if name != "launcher":
        phone.launch(phone.app(name).package)
    go(phone.running.front)
    image, canvas = phone.frame(), Noted(phone)
    labels, used = [], set[int]()
    for node in phone.tree().walk():
        box = Box(*node.bounds)
        inside = [i for i, text in enumerate(canvas.texts) if text.box.center in box and i not in used]
        said = "".join(canvas.texts[i].text for i in inside)
        if node.text and "\n" not in node.text and _bare(said) == _bare(node.text):
            used |= set(inside)
            if all(i not in canvas.cut for i in inside):
                labels.append(Label(node.text, around([canvas.texts[i].box for i in inside])))
    others = [text.text for i, text in enumerate(canvas.texts) if i not in used]
    look = f"{size[0]}x{size[1]}, {'dark' if dark else 'light'}"
    tags = {"language": language, "app": f"phone: {name}", "look": look}
    return Shot(f"{page}, {language}, {look}", tags, image, labels, [*others, *canvas.letters], lambda: named(phone))


class Noted(Canvas):
    """A canvas on which a phone's windows are drawn once more, to note its texts and which of them are not whole."""

    def __init__(self, phone: Phone) -> None:
        super().__init__(Image.new("RGB", phone.size), phone.fonts)
        self.texts: list[Label] = []
        self.letters = [phone.now().strftime("%H:%M"), f"{phone.battery}%"]  # of the status bar, and as icons
        self.cut: set[int] = set()
        self._cores: list[Rect] = []
        for window in phone.stage.windows:
            paint(window.root, self, phone.clock())

    def text(self, x: int, y: int, text: str, size: int, weight: str, color: Color) -> None:
        high = line_box(size)
        box = self._shift((x, y, x + round(self.fonts.width(text, size, weight)), y + high))
        super().text(x, y, text, size, weight, color)
        if text.strip() and overlap(self._clip, box):
            if overlap(self._clip, box) != box:
                self.cut.add(len(self.texts))
            self._cores.append((box[0], box[1] + high // 4, box[2], box[3] - high // 4))
            self.texts.append(Label(text, Box(*box)))

    def icon(self, name: str, x: int, y: int, size: int, color: Color) -> None:
        if len(name) <= 2:
            self.letters.append(name)
        super().icon(name, x, y, size, color)

    def fill(self, box: Rect, color: Color) -> None:
        self._cover(self._shift(box))
        super().fill(box, color)

    def _stamp(self, what: Any, x: int, y: int, mask: Image.Image | None, part: Rect | None = None) -> None:
        width, height = (part[2] - part[0], part[3] - part[1]) if part else mask.size if mask else (0, 0)
        self._cover(self._shift((x, y, x + width, y + height)))
        super()._stamp(what, x, y, mask, part)

    def _cover(self, box: Rect) -> None:
        """Something is drawn: what was written there before is no longer whole."""
        seen = overlap(self._clip, box)
        if seen:
            self.cut.update(i for i, core in enumerate(self._cores) if overlap(core, seen))


def named(phone: Phone) -> tuple[Element, ...]:
    """What its tree names, read as that of any phone."""
    return elements(read(hierarchy(phone.tree(), phone.rotation).encode()), phone.size, phone.size)


def _bare(text: str) -> str:
    return "".join(text.split())
