"""Take a phone's UI tree with `uiautomator dump`, and read it strictly.

It takes a second or more on real phones: `uiautomator` waits for the screen to rest, and gives up after ten seconds
where it never does. A tree is a second sense and never needed: whatever is wrong with one raises NoTree.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from xml.etree import ElementTree

from handsight.devices.android import dumpsys
from handsight.devices.android.adb import LinkBroken
from handsight.devices.android.link import Link
from handsight.errors import NoTree

DUMP_S = 30.0
_AGAIN_S = 6.0  # a further try is only made while this has not gone: a screen that never rests takes ten
_MOST_BYTES = 16_000_000
_MOST_NODES, _DEEPEST = 50_000, 250
_OPENING, _CLOSING = b"<hierarchy", b"</hierarchy>"

Node = ElementTree.Element


def take(link: Link, *, compressed: bool = False, timeout_s: float = DUMP_S) -> Node:
    """Give the tree of what is in front, its root a `hierarchy`. Raises NoTree.

    `compressed` leaves out what means nothing to a screen reader, which is also what is tried where all of it fails.
    """
    began = time.monotonic()
    for options in (("--compressed",), ("--compressed",)) if compressed else ((), (), ("--compressed",)):
        try:
            return read(_dump(link, options, timeout_s))
        except NoTree as absent:
            problem = absent
        except LinkBroken as hung:  # the link itself was mended
            raise NoTree(f"the phone does not come to an end of its tree: {hung}") from None
        if time.monotonic() - began > _AGAIN_S:
            break
    raise problem


def _dump(link: Link, options: tuple[str, ...], timeout_s: float) -> bytes:
    """Have the tree written straight to us; where that gives nothing to read, to a file of its own.

    The file is new each time: an old one would pass for a tree where a new one cannot be written.
    """
    said = link.fetch("uiautomator", "dump", *options, "/dev/tty", timeout_s=timeout_s)
    if _OPENING in said or b"ERROR:" in said:
        return said
    path = f"/data/local/tmp/handsight-{secrets.token_hex(4)}.xml"
    try:
        told = link.fetch("uiautomator", "dump", *options, path, timeout_s=timeout_s)
        written = link.fetch("cat", path, timeout_s=timeout_s)
    finally:
        link.ask("rm", "-f", path)
    return written if _OPENING in written else told or said


def check_front(root: Node, app: str) -> None:
    """Raise NoTree where the tree is not of `app`, which the screenshot shows: another has come up meanwhile."""
    packages = {package for node in root for package in (node.get("package"),) if package}
    if app and packages and app not in packages:
        raise NoTree(f"the screenshot is of {app}, and the phone's tree of {', '.join(sorted(packages))}")


def read(said: bytes) -> Node:
    """Read what `uiautomator dump` wrote, whatever stands around the tree. Raises NoTree."""
    start, end = said.find(_OPENING), said.rfind(_CLOSING)
    if start < 0 or end < start:
        complaint = said[max(0, said.find(b"ERROR:")) :][:2000]
        gist = dumpsys.gist(complaint.decode("utf-8", "replace"))[:200]
        raise NoTree(f"the phone gives no tree of its screen: {gist or 'it says nothing'}")
    if end - start > _MOST_BYTES:
        raise NoTree(f"the phone's tree has {end - start} bytes, more than the {_MOST_BYTES} that are read")
    # Begun at its root, a document has no place left in which entities could be declared: a name that XML itself does
    # not have is an error, and nothing can grow.
    text = said[start : end + len(_CLOSING)].decode("utf-8", "replace")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError) as problem:
        raise NoTree(f"the phone's tree is not XML: {problem}") from None
    count = sum(1 for _ in _walk(root))
    if count < 2:
        raise NoTree("the phone's tree is empty")
    return root


def _walk(root: Node) -> Iterator[Node]:
    """Every node. Raises NoTree for a tree that no screen can have."""
    count, level = 0, [root]
    for _ in range(_DEEPEST):
        yield from level
        count += len(level)
        level = [child for node in level for child in node]
        if count > _MOST_NODES:
            break
        if not level:
            return
    raise NoTree(f"the phone's tree is larger than the {_MOST_NODES} nodes, {_DEEPEST} deep, that are read")
