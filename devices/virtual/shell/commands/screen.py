"""Commands on the screen: screencap, uiautomator dump, wm."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from handsight.devices.virtual.shell.commands.process import Process, Result, missing_argument

if TYPE_CHECKING:
    from handsight.devices.virtual.kit.layout import Node

DISPLAY_ID = "4619827259835644672"
LEAST_SIDE = 200
DEFAULT_DUMP = "/sdcard/window_dump.xml"
_IDLE_S = 1.0  # of quiet, which uiautomator waits for
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CAPTURE_USAGE = """usage: screencap [-hp] [-d display-id] [FILENAME]
   -h: this message
   -p: save the file as a png.
   -d: specify the physical display ID to capture
       see "dumpsys SurfaceFlinger --display-id" for valid display IDs.
If FILENAME ends with .png it will be saved as a png.
If FILENAME is not given, the results will be printed to stdout.
"""


def screencap(args: list[str], process: Process) -> Result:
    """Capture the screen, raw or as PNG, to standard output or a file."""
    names, as_png = [], False
    remaining = iter(args)
    for arg in remaining:
        if arg == "-d":
            display = next(remaining, "")
            if display != DISPLAY_ID:
                return Result(err=f"Display Id '{display}' is not valid.\n{_CAPTURE_USAGE}", code=1)
        elif arg == "-p":
            as_png = True
        elif arg.startswith("-"):
            return Result(err=_CAPTURE_USAGE, code=1)
        else:
            names.append(arg)
    if names[:1] and names[0].endswith(".png"):
        as_png = True
    picture = process.phone.captures.png() if as_png else process.phone.captures.raw()
    if not names:
        return Result(picture)
    try:
        process.phone.files.write(process.path(names[0]), picture)
    except OSError as problem:
        return Result(err=f"Error opening file: {names[0]} ({problem.strerror})\n", code=1)
    return Result()


def uiautomator(args: list[str], process: Process) -> Result:
    """Write the tree of what is on the screen as XML."""
    if args[:1] != ["dump"]:
        return Result(
            "Usage: uiautomator <subcommand> [options]\n\nAvailable subcommands:\n\ndump: creates an XML dump\n"
        )
    names = [arg for arg in args[1:] if not arg.startswith("--")]
    name = names[0] if names else DEFAULT_DUMP
    if not process.phone.awake:
        return Result(err="ERROR: null root node returned by UiTestAutomationBridge.\n")
    root = process.phone.tree()
    if 0 < process.phone.stage.due() < _IDLE_S:  # a real phone says so after ten seconds
        return Result(err="ERROR: could not get idle state.\n")
    xml = hierarchy(root, process.phone.rotation, compressed="--compressed" in args)
    done = f"UI hierchary dumped to: {name}\n"  # spelled as Android spells it
    if name == "/dev/tty":
        return Result(xml + done)
    process.phone.files.write(process.path(name), xml.encode())
    return Result(done)


def hierarchy(root: Node, rotation: int, *, compressed: bool = False) -> str:
    """Write a tree the way `uiautomator dump` does; `compressed` leaves out boxes that carry nothing."""
    body = "".join(_nodes(root, 0, compressed))
    return (
        f"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><hierarchy rotation=\"{rotation}\">{body}</hierarchy>"
    )


def _nodes(node: Node, index: int, compressed: bool) -> Iterator[str]:
    carries = node.text or node.description or node.clickable or node.scrollable or node.checkable or node.focused
    if compressed and not carries:
        for place, child in enumerate(node.children):
            yield from _nodes(child, place, compressed)
        return
    left, top, right, bottom = (round(edge) for edge in node.bounds)
    attributes: dict[str, object] = {
        "index": index,
        "text": node.text,
        "resource-id": node.resource_id,
        "class": node.cls,
        "package": node.package,
        "content-desc": node.description,
        "checkable": node.checkable,
        "checked": node.checked,
        "clickable": node.clickable,
        "enabled": node.enabled,
        "focusable": node.focusable,
        "focused": node.focused,
        "scrollable": node.scrollable,
        "long-clickable": node.long_clickable,
        "password": node.password,
        "selected": node.selected,
        "bounds": f"[{left},{top}][{right},{bottom}]",
    }
    yield "<node " + " ".join(f"{name}={_attribute(value)}" for name, value in attributes.items())
    if not node.children:
        yield " />"
        return
    yield ">"
    for place, child in enumerate(node.children):
        yield from _nodes(child, place, compressed)
    yield "</node>"


def _attribute(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = _NOT_XML.sub(".", text)
    return '"' + escape(text, {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}) + '"'


def wm(args: list[str], process: Process) -> Result:
    """Show or override the size and the density, or dismiss the lock screen."""
    phone = process.phone
    match args:
        case ["size"]:
            shown = "Physical size: {}x{}\n".format(*phone.physical_size)
            override = phone.override_size
            return Result(shown + ("Override size: {}x{}\n".format(*override) if override else ""))
        case ["size", "reset"]:
            phone.override_size = None
        case ["size", size]:
            parts = re.fullmatch(r"(\d+)x(\d+)", size)
            if parts is None or not (int(parts[1]) and int(parts[2])):
                return Result(err=f"Error: bad size {size}\n", code=255)
            sides = zip((int(parts[1]), int(parts[2])), phone.physical_size, strict=True)
            width, height = (min(max(side, LEAST_SIDE), 2 * physical) for side, physical in sides)  # as Android does
            phone.override_size = width, height
        case ["density"]:
            shown = f"Physical density: {phone.physical_density}\n"
            return Result(shown + (f"Override density: {phone.override_density}\n" if phone.override_density else ""))
        case ["density", "reset"]:
            phone.override_density = None
        case ["density", number]:
            if not number.isdecimal() or int(number) < 72:
                return Result(err=f"Error: bad number {number}\n", code=255)
            phone.override_density = int(number)
        case ["dismiss-keyguard"]:
            phone.locked = False
        case [("size" | "density") as option, *_]:
            return missing_argument(option, option)
        case [unknown, *_]:
            return Result(f"Unknown command: {unknown}\n", code=255)
        case _:
            return Result("Window manager (window) commands:\n  size [reset|WxH]\n  density [reset|DENSITY]\n")
    return Result()


COMMANDS = {"screencap": screencap, "uiautomator": uiautomator, "wm": wm}
