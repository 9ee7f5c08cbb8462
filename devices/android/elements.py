"""From the nodes of a UI tree to what a person would say is on the screen: rows, buttons and fields with their words.

A tree holds far more than that: boxes in boxes, the words of a button apart from the button. What is not seen is left
out, what can be touched takes the words that stand on it, and what lies in one place is one thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from handsight.devices.android.tree import Node
from handsight.devices.elements import label
from handsight.devices.pointing import Size, on_screenshot
from handsight.types import Box, Element

_BOUNDS = re.compile(r"\[(-?\d{1,6}),(-?\d{1,6})\]\[(-?\d{1,6}),(-?\d{1,6})\]")
_LEAST_PX = 2
_WHOLE = 0.94  # of the screen: a window that covers less of it stands over another one
_ROLES = {
    "EditText": "field",
    "AutoCompleteTextView": "field",
    "Switch": "switch",
    "ToggleButton": "switch",
    "CheckBox": "checkbox",
    "CheckedTextView": "checkbox",
    "RadioButton": "radio button",
    "Button": "button",
    "SeekBar": "slider",
    "Spinner": "menu",
    "ImageView": "image",
    "TextView": "text",
    "WebView": "web page",
    "RecyclerView": "list",
    "ListView": "list",
    "GridView": "list",
    "ScrollView": "list",
    "ViewPager": "pages",
}


def elements(root: Node, shown: Size, display: Size | None) -> tuple[Element, ...]:
    """What stands on the screen, in drawing order, in pixels of a screenshot of size `shown`.

    `display` is the size in which Android counts, None where nobody knows.
    """
    screen = Box(0, 0, *shown)
    reader = _Reader(shown, display)
    found = [part.element for child in root for part in reader.read(child, screen)]
    dialogs = [Element("", box, "dialog") for child in root if (box := reader.over(child, screen))]
    return tuple(dict.fromkeys([*found, *dialogs]))


@dataclass(frozen=True)
class _Part:
    """An element, and whether it stands by itself; one that does not becomes words of what it lies on."""

    element: Element
    alone: bool


@dataclass(frozen=True)
class _Reader:
    shown: Size
    display: Size | None

    def read(self, node: Node, inside: Box) -> list[_Part]:
        """A node and all in it. What scrolls shows nothing of what is beyond its own edges."""
        said = node.attrib
        if said.get("visible-to-user") == "false":
            return []
        box = self._box(said.get("bounds", ""), inside)
        window = box if box and said.get("scrollable") == "true" else inside
        inner = [part for child in node for part in self.read(child, window)]
        if box is None:
            return inner
        return _merged(_element(said, box), inner, alone=_alone(said))

    def over(self, window: Node, screen: Box) -> Box | None:
        """Where a window is that leaves some of another one to be seen, as a dialog does, and a sheet or menu.

        A page may end above a keyboard, and begin below a status bar.
        """
        said = window.attrib
        box = self._box(said.get("bounds", ""), screen)
        if box is None or said.get("text") or said.get("scrollable") == "true":
            return None
        if box.width > _WHOLE * screen.width and box.top < (1 - _WHOLE) * screen.height:
            return None
        return box

    def _box(self, bounds: str, inside: Box) -> Box | None:
        """The part of a node that is seen, None where there is none."""
        edges = _BOUNDS.fullmatch(bounds)
        if edges is None:
            return None
        box = on_screenshot(Box(*map(int, edges.groups())), self.shown, self.display)
        box = Box(
            max(box.left, inside.left),
            max(box.top, inside.top),
            min(box.right, inside.right),
            min(box.bottom, inside.bottom),
        )
        return box if min(box.width, box.height) >= _LEAST_PX else None


def _element(said: Mapping[str, str], box: Box) -> Element:
    password = said.get("password") == "true"
    touched = said.get("clickable") == "true" or said.get("long-clickable") == "true"
    kind = role(said.get("class", ""))
    text, description = ("", "") if password else (label(said.get(name, "")) for name in ("text", "content-desc"))
    return Element(
        text,
        box,
        "button" if touched and kind in ("text", "image") else kind,
        "" if description == text else description,
        said.get("checked") == "true" if said.get("checkable") == "true" else None,
        said.get("resource-id", ""),
        clickable=touched,
        scrollable=said.get("scrollable") == "true",
        enabled=said.get("enabled") != "false",
        focused=said.get("focused") == "true",
        password=password,
    )


def role(cls: str) -> str:
    """What a class of Android's is in plain words, also one derived from it: "AppCompatEditText" is a field."""
    name = cls.rpartition(".")[2]
    return next((role for kind, role in _ROLES.items() if name.endswith(kind)), "")


def _alone(said: Mapping[str, str]) -> bool:
    """Whether a node is touched for its own sake; words and pictures are touched for that of what they lie on."""
    touched = "true" in (said.get("clickable"), said.get("long-clickable"), said.get("scrollable"))
    return touched or role(said.get("class", "")) == "field"


def _merged(element: Element, inner: list[_Part], *, alone: bool) -> list[_Part]:
    """The node of `element` with what lies in it."""
    if element.scrollable:
        return [_Part(element, True), *inner]
    if not alone:
        bears = element.text or element.description or element.checked is not None
        return [_Part(element, False), *inner] if bears else inner
    resting = [part.element for part in inner if not part.alone]
    others = [part for part in inner if part.alone]
    if len(others) == 1 and _same(others[0].element.box, element.box):  # one thing, told twice
        return [_Part(_joined(element, [*resting, others[0].element]), True)]
    element = _joined(element, resting)
    if others and not (element.text or element.description or element.checked is not None):
        return others  # the ground on which things lie
    return [_Part(element, True), *others]


def _joined(element: Element, parts: list[Element]) -> Element:
    """What can be touched, with the words and the state of what stands on it."""
    first, *rest = list(dict.fromkeys(_said(element, parts))) or [""]
    checks = [part for part in parts if part.checked is not None]
    if element.checked is None and len(checks) == 1:
        element = replace(element, checked=checks[0].checked, role=checks[0].role or element.role)
    named = next((part for part in parts if part.clickable or part.role == "field"), element)
    return replace(
        element,
        text=first,
        description=label(", ".join(rest)),
        role=element.role or named.role,
        id=element.id or named.id,
        focused=element.focused or named.focused,
        password=element.password or named.password,
    )


def _said(element: Element, parts: list[Element]) -> Iterator[str]:
    """The words on it, what is read before what is only described."""
    if element.text:
        yield element.text
    yield from (part.text for part in parts if part.text)
    yield from (each.description for each in (element, *parts) if each.description)


def _same(one: Box, other: Box) -> bool:
    sides = (one.left - other.left, one.top - other.top, one.right - other.right, one.bottom - other.bottom)
    return max(map(abs, sides)) <= _LEAST_PX
