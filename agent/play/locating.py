"""Find an anchor's place on a screen: by the cheapest sense that is certain, and never by its numbers alone.

Certain is the very picture at the very place; words that stand there once; or two senses that say the same of what the
app calls it, its words, its picture, its neighbour and its place. Whatever is less is no place to touch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from handsight.errors import Ambiguous, NotFound
from handsight.play import patches
from handsight.play.anchors import Anchor, same_words
from handsight.policy import risks
from handsight.sight.finding import Finder
from handsight.sight.labels import nearest
from handsight.sight.lines import Line
from handsight.sight.match import nearest_words
from handsight.sight.targets import Target
from handsight.types import Box, Element, Point

if TYPE_CHECKING:
    from PIL.Image import Image

_NEARBY = 0.08  # of the screen's diagonal: how far the same place may be on a screen of another size
_SAME_PX = 4
_CLEARLY = 0.15  # by which one picture has to be more like than any other
_SCALES = (1.0, 0.8, 0.9, 1.15, 1.3, 0.7, 1.5)

AS_IT_WAS = ("as it was",)
"""How it was known, where the very picture is at the very place."""

Picture = Callable[[str], "Image | None"]


@dataclass(frozen=True)
class Located:
    """Where to touch, what stands there now, and by which senses it was known."""

    at: Point
    by: tuple[str, ...]
    box: Box | None = None
    element: Element | None = None
    words: str = ""
    done: bool = False  # it is a switch that stands already as the step would have put it

    def as_recorded(self, anchor: Anchor) -> bool:
        """Whether place and words are what they were, on whatever screen."""
        there = abs(self.at.x - anchor.at.x) <= _SAME_PX and abs(self.at.y - anchor.at.y) <= _SAME_PX
        return there and (not anchor.name or anchor.name in self.words)


def locate(anchor: Anchor, finder: Finder, picture: Picture, *, quickly: bool = False) -> Located:
    """The place that is meant, on the screen of `finder`; `picture` gives the picture in a file of the anchor's.

    `quickly` asks a single sense: the tree, or reading where there is none.
    Raises NotFound with what comes nearest, Ambiguous where several places are as good, and NotFound as well for what
    has become risky since: a script's author allowed what stood there, and nothing else.
    """
    if as_it_was(anchor, finder, picture):
        return Located(anchor.at, AS_IT_WAS, words=anchor.name)
    search = _Search(anchor, finder, picture)
    senses = [search.by_tree, search.by_text, search.by_picture]
    for sense in senses if not quickly else senses[:1] if finder.elements else senses[1:]:
        found = sense()
        if found is not None:
            return _unharmed(found, anchor, finder)
    if search.several:
        where = ", ".join(f"({box.center.x:.0f}, {box.center.y:.0f})" for box in search.several[:6])
        boxes = [Located(box.center, (), box) for box in search.several]
        raise Ambiguous(f"{told(anchor)} may be any of {len(boxes)} places: {where}", boxes)
    near = nearest_words(
        [*(Line(e.name, e.box) for e in finder.elements if e.name), *finder.lines], Target((anchor.name or "?",))
    )
    raise NotFound(f"{told(anchor)} is not there" + (f"; nearest: {', '.join(map(repr, near))}" if near else ""))


def as_it_was(anchor: Anchor, finder: Finder, picture: Picture) -> bool:
    """Whether the very picture is at the very place, and its neighbour beside it. A switch needs a closer look."""
    image, patch = finder.screen.image, picture(anchor.patch)
    if patch is None or image.size != anchor.screen or "checked" in anchor.element:
        return False
    if not patches.unchanged(image, patch, patches.around(anchor.at, image.size)):
        return False
    if anchor.near is None or not anchor.one_of_several:
        return True
    beside = picture(anchor.near.patch)
    return beside is not None and patches.unchanged(image, beside, patches.placed(beside, anchor.near.at))


class _Search:
    """One look for an anchor; `several` are the places between which nothing decided."""

    def __init__(self, anchor: Anchor, finder: Finder, picture: Picture) -> None:
        self.anchor, self.finder, self.picture = anchor, finder, picture
        self.several: Sequence[Box] = ()

    def by_tree(self) -> Located | None:
        anchor, elements = self.anchor, self.finder.elements
        kind = [e for e in elements if e.role == anchor.element.get("role", e.role)]
        named = [e for e in kind if self._says(e)]
        called = [e for e in kind if anchor.id and e.id == anchor.id]
        both = [e for e in called if e in named]
        if anchor.name and len(both) == 1:
            return self._at(both[0], "id", "text")
        if anchor.name and len(named) == 1:
            return self._at(named[0], "text")
        if len(called) == 1 and (agree := self._agreeing(called[0].box)):
            return self._at(called[0], "id", *agree)
        several = both or named or called
        chosen = self._beside([e.box for e in several])
        if chosen is not None:
            return self._at(several[chosen], "text" if named else "id", "neighbour")
        chosen = self._alike([self._within(e.box) for e in called]) if not named else None
        if chosen is not None:
            return self._at(called[chosen], "id", "picture")
        self.several = self.several or [e.box for e in several if len(several) > 1]
        return None

    def by_text(self) -> Located | None:
        if not self.anchor.text:
            return None
        lines = [line for line in self.finder.lines if same_words(line.text, self.anchor.text)]
        if len(lines) == 1:
            return self._line(lines[0], "text")
        chosen = self._beside([line.box for line in lines])
        if chosen is not None:
            return self._line(lines[chosen], "text", "neighbour")
        self.several = self.several or [line.box for line in lines if len(lines) > 1]
        return None

    def by_picture(self) -> Located | None:
        patch = self.picture(self.anchor.patch)
        if patch is None:
            return None
        image = self.finder.screen.image
        ratio = min(image.size) / min(self.anchor.screen)
        found = patches.seek(image, patch, sorted({1.0, *(ratio * scale for scale in _SCALES)}))
        middles = [Box(*_small(box.center)) for box, _ in found]
        if len(found) == 1 and not self.anchor.one_of_several and self._in_place(found[0][0].center):
            return Located(found[0][0].center, ("picture", "place"), found[0][0])
        chosen = self._beside(middles)
        if chosen is not None:
            return Located(found[chosen][0].center, ("picture", "neighbour"), found[chosen][0])
        return None

    def _says(self, element: Element) -> bool:
        anchor = self.anchor
        if anchor.text:
            return same_words(element.text, anchor.text)
        described = str(anchor.element.get("description", ""))
        return bool(described) and same_words(element.description, described)

    def _agreeing(self, box: Box) -> tuple[str, ...]:
        """The further senses that speak for what an app calls by the same name."""
        agree = ["picture"] if self._alike([self._within(box)]) is not None else []
        if self._in_place(self._within(box)):
            agree.append("place")
        return tuple(agree)

    def _alike(self, places: Sequence[Point]) -> int | None:
        """Which of several places looks as the anchor did; None where that is not clear."""
        patch = self.picture(self.anchor.patch)
        if patch is None or not places:
            return None
        ratio = min(self.finder.screen.size) / min(self.anchor.screen)
        likes = [patches.likeness(self.finder.screen.image, patch, at, ratio) for at in places]
        best, *others = sorted(likes, reverse=True)
        clear = best >= patches.SURE and (not others or best - others[0] > _CLEARLY)
        return likes.index(best) if clear else None

    def _in_place(self, at: Point) -> bool:
        """Whether a place is about where the anchor was, measured from whichever edges it kept its distance to."""
        size = self.finder.screen.size
        ratio = min(size) / min(self.anchor.screen)
        way = sum(side**2 for side in size) ** 0.5
        off = [
            min(
                abs(value - old * new_side / side),
                abs(value - old * ratio),
                abs(new_side - value - (side - old) * ratio),
            )
            for value, old, side, new_side in zip(
                (at.x, at.y), (self.anchor.at.x, self.anchor.at.y), self.anchor.screen, size, strict=True
            )
        ]
        return bool(max(off) <= _NEARBY * way)

    def _beside(self, boxes: Sequence[Box]) -> int | None:
        """Which of several places is the one beside the neighbour; None where that is not clear."""
        near = self.anchor.near
        if near is None or not boxes or near.text == self.anchor.text:
            return None
        words = [Line(e.name, e.box) for e in self.finder.elements if e.name] or list(self.finder.lines)
        there = [line for line in words if same_words(line.text, near.text)]
        if len(there) != 1:
            return None
        place = there[0].box.center
        ratio = min(self.finder.screen.size) / min(self.anchor.screen)
        wanted = Point(
            place.x + (self.anchor.at.x - near.at.x) * ratio, place.y + (self.anchor.at.y - near.at.y) * ratio
        )
        costs = [abs(b.center.x - wanted.x) + 3 * abs(b.center.y - wanted.y) for b in boxes]
        first, *others = sorted(costs)
        clear = first < 0.25 * min(self.finder.screen.size) and (not others or others[0] > 2 * first + 8)
        return costs.index(first) if clear else None

    def _within(self, box: Box) -> Point:
        """The place in a thing that is meant: its middle, or the part of it that was touched."""
        x, y = self.anchor.element.get("part", (0.5, 0.5))
        return Point(box.left + x * box.width, box.top + y * box.height)

    def _at(self, element: Element, *by: str) -> Located:
        wanted = self.anchor.element.get("checked")
        done = wanted is not None and element.checked is not None and element.checked is not wanted
        words = f"{element.text}\n{element.description}"
        return Located(self._within(element.box), by, element.box, element, words, done)

    def _line(self, line: Line, *by: str) -> Located:
        return Located(line.box.center, by, line.box, words=line.text)


def _unharmed(found: Located, anchor: Anchor, finder: Finder) -> Located:
    """Refuse what has become risky since it was recorded."""
    words = found.words.strip() or nearest(tuple(finder.lines), found.at)
    new = risks(words) - risks(f"{anchor.text}\n{anchor.element.get('description', '')}")
    if new:
        raise NotFound(
            f"{told(anchor)} was recorded, and what stands there now says {' '.join(words.split())!r}"
            f" ({', '.join(sorted(new))}): it is not touched"
        )
    return replace(found, words=words)


def told(anchor: Anchor) -> str:
    """What an anchor is about, in words."""
    name = anchor.name or anchor.id.rpartition("/")[2]
    return repr(name) if name else f"what stood at {anchor.at.x:.0f}, {anchor.at.y:.0f}"


def _small(at: Point) -> tuple[float, float, float, float]:
    return at.x - 1, at.y - 1, at.x + 1, at.y + 1
