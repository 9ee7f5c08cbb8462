"""One screen, read: what the steps ask of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from PIL import ImageChops
from PIL.Image import Image

from handsight.sight import match
from handsight.sight.lines import Line
from handsight.sight.match import Match
from handsight.sight.shapes import field_for
from handsight.sight.switches import Switch, switch_for
from handsight.sight.targets import Target
from handsight.types import Box, Picture, Point

Read = Callable[[Image], Sequence[Line]]

_EDGE = 1000


class View:
    """The screen a reply is decided on. It is only read when a step needs its words."""

    def __init__(self, picture: Picture, read: Read) -> None:
        self._picture = picture
        self._read = read

    @cached_property
    def image(self) -> Image:
        return self._picture.image

    @cached_property
    def lines(self) -> Sequence[Line]:
        return self._read(self.image)

    @property
    def blank(self) -> bool:
        """Whether next to nothing stands on the screen: a splash screen, most of the time."""
        return len([line for line in self.lines if line.box.top > 0.05 * self.image.height]) == 0

    def find(self, target: Target, *, strict: bool = False) -> list[Match]:
        return match.find(self.lines, target, self.image.height, strict=strict)

    def switch(self, found: Match) -> Switch | None:
        return switch_for(self.image, found.box, self.lines)

    def field(self, found: Match) -> Box:
        """Where to tap to write into what `found` names."""
        return field_for(self.image, found.box, self.lines) or found.box

    def value(self, found: Match, relation: str) -> str | None:
        return match.value(self.lines, found, relation)

    def shows(self, text: str) -> bool:
        """Whether `text` stands on the screen, perhaps wrapped."""
        wanted = match.loose(text)
        return bool(wanted) and wanted in "".join(match.loose(line.text) for line in self.lines)

    def nearest(self, target: Target) -> list[str]:
        return match.nearest_words(self.lines, target)

    def beside(self, found: Match) -> str:
        """The words by which one of several candidates can be told from the others."""
        box = found.box
        row = [
            line
            for line in self.lines
            if line is not found.line and line.box.top < box.center.y < line.box.bottom and len(line.text) > 1
        ]
        above = [line for line in self.lines if line.box.bottom <= box.top + 2 and line.box.left < box.right]
        near = min(row, key=lambda line: abs(line.box.center.x - box.center.x), default=None)
        near = near or max(above, key=lambda line: line.box.bottom, default=None)
        return near.text if near else ""

    def place(self, at: Point) -> list[int]:
        """A point in the model's numbers, 0 to 1000."""
        return [round(at.x * _EDGE / self.image.width), round(at.y * _EDGE / self.image.height)]

    def differs(self, earlier: Picture | None, *, but_px: int = 0) -> bool | None:
        """Whether this screen shows something else than an earlier one; None when that one was left out.

        What is no wider than `but_px` does not count: a caret.
        """
        if earlier is None:
            return None
        before, now = earlier.image, self.image
        if before.size != now.size:
            return True
        skip = int(0.04 * now.height) if now.height > now.width else 0  # the clock in a phone's status bar
        frame = (0, skip, now.width, now.height)
        change = ImageChops.difference(
            before.crop(frame).reduce(8).convert("L"), now.crop(frame).reduce(8).convert("L")
        )
        where = change.point([255 if level > 8 else 0 for level in range(256)]).getbbox()
        return where is not None and 8 * (where[2] - where[0]) > but_px
