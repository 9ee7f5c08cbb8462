"""What the programs on a desktop name on it, through AT-SPI, as the same elements that a phone's tree gives.

GTK programs tell of themselves as they are; Qt ones when QT_LINUX_ACCESSIBILITY_ALWAYS_ON=1 stands in their
environment, Chromium when ACCESSIBILITY_ENABLED=1 stands there and it is started with --force-renderer-accessibility; a
private display sets both variables. Tk has no tree at all.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from handsight.devices.elements import label
from handsight.devices.pointing import Size, box_from_desktop
from handsight.errors import NoTree
from handsight.types import Box, Element

Node = Mapping[str, Any]

_TIMEOUT_S = 8.0
_LEAST_PX = 2
_WINDOWS = ("frame", "dialog", "alert", "file chooser", "color chooser", "window")
_ROLES = {
    "push button": "button",
    "toggle button": "button",
    "label": "text",
    "static": "text",
    "heading": "text",
    "entry": "field",
    "password text": "field",
    "spin button": "field",
    "check box": "checkbox",
    "check menu item": "checkbox",
    "radio menu item": "radio button",
    "combo box": "menu",
    "page tab": "tab",
    "table cell": "cell",
    "tree table": "list",
    "document web": "web page",
}
_TOUCHED = {
    *("button", "field", "checkbox", "radio button", "menu", "menu item", "tab", "link", "cell", "list item", "slider"),
    *("switch", "tree item", "icon"),
}


def elements(shown: Size, monitor: Mapping[str, int]) -> tuple[Element, ...]:
    """What is named on a picture of `monitor` that is `shown` pixels in size, in its pixels. Raises NoTree.

    A program's tree says nothing of the windows before it: what lies under the active one is left out.
    """
    windows = [window for app in _read()["apps"] for window in app["children"]]
    active = next((_box(window) for window in windows if "active" in window["states"]), None)
    found: list[Element] = []
    for window in windows:
        over = None if "active" in window["states"] or window["role"] not in _WINDOWS else active
        found += [element for element, at in _named(window, shown, monitor) if not (over and at.center in over)]
    holders = [holder for window in windows if (holder := _holder(window, shown, monitor))]
    return tuple(dict.fromkeys([*found, *holders]))


def _holder(window: Node, shown: Size, monitor: Mapping[str, int]) -> Element | None:
    """A window or dialog, which has no words of its own: its title, by which scripts know it, is not within it."""
    at = _box(window)
    if at is None or window["role"] not in _WINDOWS:
        return None
    box = _clipped(box_from_desktop(at, shown, monitor), shown)
    role = "window" if window["role"] in ("frame", "window") else "dialog"
    return Element("", box, role, id=label(window["name"])) if min(box.width, box.height) >= _LEAST_PX else None


def hides() -> bool:
    """Whether a password field has the focus, as far as its program says so."""
    try:
        apps = _read()["apps"]
    except NoTree:
        return False
    nodes = list(apps)
    while nodes:
        node = nodes.pop()
        if node["role"] == "password text" and "focused" in node["states"]:
            return True
        nodes += node["children"]
    return False


def _named(node: Node, shown: Size, monitor: Mapping[str, int]) -> list[tuple[Element, Box]]:
    """A node and all in it that says or takes something, each with its place on the desktop, nothing said twice."""
    inner = [named for child in node["children"] for named in _named(child, shown, monitor)]
    at = _box(node)
    if at is None:
        return inner
    own = _element(node, _clipped(box_from_desktop(at, shown, monitor), shown))
    if own is None or min(own.box.width, own.box.height) < _LEAST_PX:
        return inner
    if own.role == "text" and any(element.text == own.text for element, _ in inner):
        return inner
    said = (own.text, own.description)
    return [(own, at), *((part, box) for part, box in inner if not (part.role == "text" and part.text in said))]


def _read() -> dict[str, Any]:
    if not sys.platform.startswith("linux"):
        raise NoTree("this system's tree of its windows is not read; the picture is all there is")
    python = _python()
    try:
        ran = subprocess.run(
            [python, "-W", "ignore", str(_program())],
            capture_output=True,
            timeout=_TIMEOUT_S,
        )
        read: dict[str, Any] = json.loads(ran.stdout)
    except subprocess.TimeoutExpired:
        raise NoTree(f"the desktop's tree did not come within {_TIMEOUT_S:.0f} s") from None
    except ValueError as problem:
        words = ran.stderr.decode(errors="replace").strip().splitlines()
        raise NoTree(f"the desktop's tree cannot be read: {words[-1] if words else problem}") from None
    if "error" in read:
        raise NoTree(f"the desktop gives no tree: {read['error']}")
    return read


@cache
def _python() -> str:
    """A Python that has the libraries of AT-SPI: this one, else the system's."""
    for python in (sys.executable, "/usr/bin/python3", shutil.which("python3")):
        if python and Path(python).exists():
            tried = subprocess.run([python, "-W", "ignore", str(_program()), "--try"], capture_output=True)
            if tried.returncode == 0:
                return python
    raise NoTree("the desktop's tree needs AT-SPI: apt install python3-gi gir1.2-atspi-2.0 at-spi2-core")


def _program() -> Path:
    return Path(__file__).with_name("atspi.py")


def _box(node: Node) -> Box | None:
    if not node["box"]:
        return None
    x, y, width, height = node["box"]
    return Box(x, y, x + width, y + height)


def _clipped(box: Box, shown: Size) -> Box:
    left, top = max(box.left, 0), max(box.top, 0)
    return Box(left, top, max(left, min(box.right, shown[0])), max(top, min(box.bottom, shown[1])))


def _element(node: Node, box: Box) -> Element | None:
    """A node that says or takes something; None for the boxes that only hold others."""
    role: str = node["role"]
    states, name, kind = node["states"], label(node["name"]), _ROLES.get(role, role)
    if "editable" in states:
        kind = "field"
    touched = kind in _TOUCHED and "enabled" in states
    text = label(node["text"]) if kind in ("field", "text") else name
    if kind not in _TOUCHED and not (text and kind not in ("window", *_WINDOWS, "application", "filler", "panel")):
        return None
    said = [words for words in (name, label(node["description"])) if words and words != text]
    marked = {"checked", "pressed", "selected"} & {*states}
    checkable = "checkable" in states or kind in ("checkbox", "radio button", "switch")
    return Element(
        text,
        box,
        kind,
        ", ".join(dict.fromkeys(said)),
        bool(marked) if checkable else None,
        node["id"],
        clickable=touched,
        enabled="enabled" in states,
        focused="focused" in states,
        password=role == "password text",
    )
