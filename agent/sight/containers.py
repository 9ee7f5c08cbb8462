"""The parts of a screen that words name: a dialog, a window, what stands under a heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PIL.Image import Image

from handsight.sight import match
from handsight.sight.colours import called, ink
from handsight.sight.lines import Line, spoken
from handsight.sight.targets import Target, Words
from handsight.types import Box, Element

_DIALOG = r"dialog(?:ue)?(?:\s+box)?|pop-?\s?up|alert|message\s+box|prompt"
_WINDOW = r"window"
_SECTION = r"section|group|area|card|block|part|list|category"
_NAMED = re.compile(
    rf"(?:the\s+|an?\s+|this\s+|that\s+)?(?:(?P<dialog>{_DIALOG})|(?P<window>{_WINDOW})|(?P<section>{_SECTION}))?\s*"
    r"(?:(?:called|named|titled)\s+)?(?P<name>.*?)",
    re.IGNORECASE,
)
_NAMED_BEFORE = re.compile(
    rf"(?:the\s+)?(?P<name>.*?)\s*(?<![A-Za-z])(?:(?P<dialog>{_DIALOG})|(?P<window>{_WINDOW})|(?P<section>{_SECTION}))",
    re.IGNORECASE,
)
_NAMED_ZH = re.compile(
    r"(?P<name>.*?)的?(?:(?P<dialog>对话框|弹窗|弹出框|提示框)|(?P<window>窗口)|(?P<section>部分|一节|分组|卡片))"
)
_HEADINGS = ("text", "heading", "")


@dataclass(frozen=True)
class Container:
    """What words name as the place in which something stands.

    `name` is "" for "the dialog", whichever that is. `said` is whether the kind was, or only that it is "in" something.
    """

    kind: str
    name: str
    said: bool = True

    def __str__(self) -> str:
        return f'{self.kind} "{self.name}"' if self.name else self.kind


def container(said: str) -> Container:
    """Read "the dialog", "the window Preferences", "the Messages section", "Messages"."""
    words = Words(said)
    found = _NAMED_ZH.fullmatch(words.text) or _NAMED_BEFORE.fullmatch(words.text) or _NAMED.fullmatch(words.text)
    assert found  # the last one takes anything
    kind = "dialog" if found["dialog"] else "window" if found["window"] else "section"
    return Container(kind, words.plain(found["name"]), kind != "section" or bool(found["section"]))


def boxes(wanted: Container, image: Image, elements: Sequence[Element], lines: Sequence[Line]) -> list[Box]:
    """Where the container is, more than once where several are of that name; [] where none is seen.

    A dialog or window is one that the device names, else a panel that is seen over a dimmed page. A section is what
    stands below its heading, as far as the next heading of the same looks.
    """
    if wanted.kind == "section":
        return _sections(wanted, image, elements, lines) if wanted.name else []
    roles = ("dialog",) if wanted.kind == "dialog" else ("window", "dialog")
    named = [each for each in elements if each.role in roles]
    if wanted.name:
        named = [each for each in named if _says(each, wanted.name, [*spoken(elements), *lines])]
    if named:
        return [each.box for each in named]
    if not lines:
        return []
    from handsight.sight.pictures import panel

    seen = panel(image, [line.box for line in lines])
    if seen is None or (wanted.name and not _holds(seen, wanted.name, lines)):
        return []
    return [seen]


def _says(element: Element, name: str, lines: Sequence[Line]) -> bool:
    """Whether a dialog or window has that title, or bears those words."""
    return match.plain(element.id).casefold() == match.plain(name).casefold() or _holds(element.box, name, lines)


def _holds(box: Box, name: str, lines: Sequence[Line]) -> bool:
    within = [line for line in lines if line.box.center in box]
    return bool(match.find(within, Target((name,)), box.height, whole=True))


def _sections(wanted: Container, image: Image, elements: Sequence[Element], lines: Sequence[Line]) -> list[Box]:
    """Below each heading of that name: by the device's own words, as high as they are set, else by reading."""
    told = spoken([each for each in elements if not each.clickable and each.role in _HEADINGS])
    return _under(wanted, told, image, coloured=False) or _under(wanted, lines, image, coloured=True)


def _under(wanted: Container, lines: Sequence[Line], image: Image, *, coloured: bool) -> list[Box]:
    heads = [hit.line for hit in match.find(lines, Target((wanted.name,)), image.height, whole=True, titles=True)]
    alike = [[o for o in lines if o is not head and _alike(o, head, image, coloured)] for head in heads]
    alone = wanted.said and len(heads) == 1  # else a word that stands there may be anything
    ends = [min((o.box.top for o in like if o.box.top >= head.box.bottom), default=image.height)
            for head, like in zip(heads, alike, strict=True)]  # fmt: skip
    return [
        Box(0, head.box.bottom, image.width, end)
        for head, like, end in zip(heads, alike, ends, strict=True)
        if like or alone
    ]


def _alike(line: Line, head: Line, image: Image, coloured: bool) -> bool:
    """Whether a line is set as a heading is: about as high, beginning where it begins, in its colour.

    What is read is as high as its letters happen to be, what a device tells as high as its font.
    """
    tall = head.box.height
    if (
        abs(line.box.height - tall) > (0.5 if coloured else 0.12) * tall
        or abs(line.box.left - head.box.left) > tall / 2
    ):
        return False
    return not coloured or bool(called(ink(image, line.box)) & called(ink(image, head.box)))
