"""A device of paper: a tall page of labels under a window, which a finger moves, and which notes what is touched."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from handsight.hand.hand import Hand
from handsight.sight.lines import Line
from handsight.tools.gestures import gestures_for
from handsight.tools.registry import Tools
from handsight.types import Box, Element, Point, Screen

SIZE = (400, 800)


class Paper:
    """Shows elements, given as they stand on the page; with `tree` it names them, else they can only be read."""

    name = "paper"

    def __init__(self, things: Sequence[Element], *, tree: bool = True, tall: int = SIZE[1]) -> None:
        self.things, self.tree, self.tall = list(things), tree, tall
        self.scrolled = 0
        self.done: list[tuple[object, ...]] = []
        self._before: tuple[int, tuple[Element, ...]] | None = None

    def shown(self) -> tuple[Element, ...]:
        """What is under the window, and where."""
        moved = []
        for each in self.things:
            box = Box(each.box.left, each.box.top - self.scrolled, each.box.right, each.box.bottom - self.scrolled)
            if box.top >= 0 and box.bottom <= SIZE[1]:
                moved.append(Element(**{**vars(each), "box": box}))
        return tuple(moved)

    def screenshot(self) -> Screen:
        image = Image.new("RGB", SIZE, "white")
        canvas = ImageDraw.Draw(image)
        for each in self.shown():
            canvas.rectangle((each.box.left, each.box.top, each.box.right, each.box.bottom), outline="black")
            canvas.text((each.box.left + 8, each.box.top + 8), each.text or each.id, fill="black", font_size=22)
        state = (self.scrolled, self.shown())
        settled = "unchanged" if state == self._before else "quiet"
        self._before = state
        return Screen(image, settled=settled)  # type: ignore[arg-type]

    def elements(self, on: Screen) -> tuple[Element, ...]:
        return self.shown() if self.tree else ()

    def read(self, image: Image.Image) -> list[Line]:
        return [Line(each.text, each.box) for each in self.shown() if each.text]

    def touched(self, at: Point) -> str:
        return next((each.text or each.id for each in self.shown() if at in each.box), "nothing")

    def tap(self, at: Point, on: Screen) -> None:
        self.done.append(("tap", self.touched(at)))

    def long_press(self, at: Point, seconds: float, on: Screen) -> None:
        self.done.append(("long_press", self.touched(at), seconds))

    def swipe(self, start: Point, end: Point, seconds: float, on: Screen) -> str | None:
        self.done.append(("swipe", self.touched(start), self.touched(end)))
        self.scrolled = round(min(max(0, self.scrolled + start.y - end.y), self.tall - SIZE[1]))
        return None

    def type_text(self, text: str) -> str | None:
        self.done.append(("type", text))
        return None

    def press(self, key: str) -> None:
        self.done.append(("press", key))

    def close(self) -> None: ...


def thing(text: str, top: float, **more: object) -> Element:
    """A label as wide as the page, or as `left` and `right` say."""
    left, right = float(more.pop("left", 20)), float(more.pop("right", 380))  # type: ignore[arg-type]
    said = {"role": "button", "clickable": True, **more}
    return Element(text, Box(left, top, right, top + 50), **said)  # type: ignore[arg-type]


def hand_on(paper: Paper, timeout_s: float = 0.2) -> Hand:
    return Hand(paper, Tools(gestures_for(paper)), paper.read, timeout_s=timeout_s)
