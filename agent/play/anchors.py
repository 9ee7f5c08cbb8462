"""An anchor: how a place that was pointed at is known again on another screen.

It holds what several senses say of that place: the words on it, the words nearest to it, what the device's tree calls
it, and a small picture of it. The numbers of the place itself are kept as well, and are never enough to act on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from handsight.errors import BadTask
from handsight.play.patches import around, cut, strip, whole
from handsight.sight import match
from handsight.sight.labels import nearest
from handsight.sight.lines import Line
from handsight.types import Element, Point, Screen

if TYPE_CHECKING:
    from PIL.Image import Image

_LARGE = 1 / 4  # of the screen: what is larger is the ground on which things lie, and no thing
_ASIDE = 0.2  # of a thing's size: how far from its middle a place is aside
_ROW = 0.02  # of the screen's height: how far two things of one row are from one another at the most
_OWN = ("role", "id", "description", "checked")


@dataclass(frozen=True)
class Near:
    """The nearest words that stand once on the screen, and a picture of all of them; `at` is its middle.

    They are the place's own words where its own picture does not show them.
    """

    text: str
    at: Point
    patch: str = ""


@dataclass(frozen=True)
class Anchor:
    """A place on a screen of that size, and what it is known by. Patches are files beside the task file."""

    at: Point
    screen: tuple[int, int]
    text: str = ""
    element: Mapping[str, Any] = field(default_factory=dict)
    near: Near | None = None
    patch: str = ""

    @property
    def id(self) -> str:
        """What the app calls it; empty for a name that is the system's, which many things have."""
        name = str(self.element.get("id", ""))
        return "" if name.startswith("android:") else name

    @property
    def name(self) -> str:
        """The words by which a person knows it; empty where there are none."""
        return self.text or str(self.element.get("description", ""))

    @property
    def words(self) -> tuple[str, ...]:
        """All that it keeps of what stood on the screen."""
        return self.text, str(self.element.get("description", "")), self.near.text if self.near else ""

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Anchor:
        """Take an anchor from what stands in a task file. Raises BadTask."""
        try:
            near = said.get("near")
            return cls(
                _place(said["at"]),
                _size(said["screen"]),
                str(said.get("text", "")),
                _checked(dict(said.get("element", {}))),
                Near(str(near["text"]), _place(near["at"]), _file(near.get("patch", ""))) if near else None,
                _file(said.get("patch", "")),
            )
        except (KeyError, TypeError, ValueError, OverflowError) as problem:
            form = "{at: [x, y], screen: [width, height], text: WORDS, near: {text: WORDS, at: [x, y]}, patch: FILE}"
            raise BadTask(f"an anchor is written as {form}; this one is {dict(said)}") from problem

    @property
    def one_of_several(self) -> bool:
        """Whether only its neighbour tells it from others: it has the same words, or it is at the end of a row."""
        if self.near is None:
            return False
        return bool(self.name) or abs(self.near.at.y - self.at.y) < _ROW * self.screen[1]

    def plain(self) -> dict[str, Any]:
        """As it stands in a task file."""
        said: dict[str, Any] = {"at": [int(self.at.x), int(self.at.y)], "screen": list(self.screen)}
        if self.text:
            said["text"] = self.text
        if self.element:
            said["element"] = dict(self.element)
        if self.near:
            said["near"] = {"text": self.near.text, "at": [int(self.near.at.x), int(self.near.at.y)]}
            if self.near.patch:
                said["near"]["patch"] = self.near.patch
        return said | ({"patch": self.patch} if self.patch else {})


@dataclass(frozen=True)
class Made:
    """A new anchor, and the pictures that go with it: of the place, of its neighbour."""

    anchor: Anchor
    picture: Image | None = None
    near: Image | None = None


def anchor_at(at: Point, screen: Screen, lines: Sequence[Line], elements: Sequence[Element] = ()) -> Made:
    """Take in what stands at a place. `lines` are what can be read on the screen, `elements` what its device names.

    A picture is kept only where it tells all: the words that a place is known by stand on it, or on that beside it.
    """
    at = whole(at)
    element = _element(at, elements, screen.size)
    picture = cut(screen.image, around(at, screen.size))
    text, line = element.text if element else "", None
    if element and text:
        line = _line_of(element, lines)
    elif not (element and element.description):
        line = next((o for o in lines if at in o.box), None)
        text = line.text if line else nearest(tuple(lines), at) if picture is None else ""
    near = _near(at, text or (element.description if element else ""), screen, lines, elements)
    shown = not text or (line is not None and line.box.within(around(at, screen.size)))
    if not shown and line is not None and near is None:
        near, shown = line, True
    beside = strip(near.box, screen.size) if near else None
    return Made(
        Anchor(
            at,
            screen.size,
            text,
            _own(element, at) if element else {},
            Near(near.text.strip(), whole(beside.center)) if near and beside else None,
        ),
        picture if shown else None,
        cut(screen.image, beside) if beside else None,
    )


def with_pictures(made: Made, stem: str) -> tuple[Anchor, dict[str, Image]]:
    """The anchor with the names of its pictures, which begin with `stem`, and these by their names."""
    anchor, pictures = made.anchor, dict[str, "Image"]()
    own, beside = names_of(stem)
    if made.picture:
        anchor, pictures[own] = replace(anchor, patch=own), made.picture
    if made.near and anchor.near:
        anchor, pictures[beside] = replace(anchor, near=replace(anchor.near, patch=beside)), made.near
    return anchor, pictures


def names_of(stem: str) -> tuple[str, str]:
    """What the pictures of a place and of its neighbour are called."""
    return f"{stem}.png", f"{stem}-near.png"


def same_words(one: str, other: str) -> bool:
    """Whether two texts are the same, but for spaces and forms of letters."""
    return match.plain(one) == match.plain(other)


def _element(at: Point, elements: Sequence[Element], size: tuple[int, int]) -> Element | None:
    """The smallest thing at a place; what is touched there comes before what only stands there."""
    here = [e for e in elements if at in e.box and e.box.width * e.box.height < _LARGE * size[0] * size[1]]
    touched = [e for e in here if e.clickable]
    return min(touched or here, key=lambda e: e.box.width * e.box.height, default=None)


def _line_of(element: Element, lines: Sequence[Line]) -> Line | None:
    """Where the words on a thing are written."""
    on_it = [o for o in lines if o.box.center in element.box]
    return next((o for o in on_it if match.loose(o.text) == match.loose(element.text)), None)


def _own(element: Element, at: Point) -> dict[str, Any]:
    """What the tree says of it, and at which part of it the place is, where that is not its middle."""
    said = {name: getattr(element, name) for name in _OWN}
    said = {name: value for name, value in said.items() if value not in ("", None)}
    part = (at.x - element.box.left) / element.box.width, (at.y - element.box.top) / element.box.height
    aside = max(abs(share - 0.5) for share in part) > _ASIDE
    return said | ({"part": [round(share, 2) for share in part]} if aside else {})


def _near(at: Point, text: str, screen: Screen, lines: Sequence[Line], elements: Sequence[Element]) -> Line | None:
    """The nearest words that stand once, first in the same row; none where the own words are enough."""
    words = [Line(e.name, e.box) for e in elements if e.name] + list(lines)
    if text and sum(same_words(text, each.text) for each in _distinct(words)) == 1:
        return None
    others = [o for o in words if at not in o.box and not same_words(o.text, text) and _tells(o, screen)]
    once = [o for o in others if sum(same_words(o.text, each.text) for each in _distinct(words)) == 1]
    return min(once, key=lambda o: abs(o.box.center.x - at.x) + 3 * abs(o.box.center.y - at.y), default=None)


def _tells(line: Line, screen: Screen) -> bool:
    """Whether words may tell one place from another: no clock, no number, nothing of the bar at the top."""
    letters = sum(c.isalpha() for c in line.text)
    return letters >= 2 and letters > sum(c.isdigit() for c in line.text) and line.box.center.y > 0.03 * screen.size[1]


def _distinct(lines: Sequence[Line]) -> list[Line]:
    """What is named and read is one thing."""
    kept: list[Line] = []
    for line in lines:
        if not any(same_words(line.text, o.text) and line.box.center in o.box for o in kept):
            kept.append(line)
    return kept


def _place(said: Any) -> Point:
    x, y = map(float, said)
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError("a place has numbers")
    return Point(x, y)


def _size(said: Any) -> tuple[int, int]:
    width, height = (int(side) for side in said)
    if width < 1 or height < 1:
        raise ValueError("a screen has a size")
    return width, height


def _checked(element: dict[str, Any]) -> dict[str, Any]:
    """See that what is counted with, or acted upon, is of its kind."""
    if not isinstance(element.get("checked", False), bool):
        raise BadTask(f"`checked` of an anchor is true or false, not {element['checked']!r}")
    if "part" in element and not all(0 <= share <= 1 for share in astuple(_place(element["part"]))):
        raise BadTask(f"`part` of an anchor is two shares such as [0.5, 0.9], not {element['part']}")
    return element


def _file(said: Any) -> str:
    """The name of a picture, which stands beside the task file or below: a repair takes old pictures away."""
    name = PurePath(str(said))
    if name.is_absolute() or name.drive or ".." in name.parts:
        raise BadTask(f"a picture of an anchor stands beside its task file or below, unlike {name}")
    return str(said)
