"""Read the text field that has the focus from the phone's UI tree, and tell whether a text has arrived in it.

A read takes a second or more on real phones, and fails on a screen that never rests: see `tree`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile

from handsight.devices.android import tree
from handsight.devices.android.link import Link
from handsight.errors import NoTree

READS = 4  # of a field whose text still changes
DUMP_S = tree.DUMP_S
_NOT_SHOWN = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")  # uiautomator writes a full stop for each, or for some


@dataclass(frozen=True)
class Field:
    """What a field shows: its text, or its hint while it is empty; bullets for a password."""

    text: str
    password: bool = False
    hint: str = ""  # empty on phones that do not tell
    id: str = ""

    @property
    def empty(self) -> bool:
        return self.text in ("", self.hint)


def read(link: Link) -> Field | None:
    """Give the field that has the focus; None where the tree cannot be had or shows none."""
    try:
        nodes = tree.take(link, compressed=True, timeout_s=DUMP_S).iter("node")
    except NoTree:
        return None
    focused = [node for node in nodes if node.get("focused") == "true" and "EditText" in node.get("class", "")]
    if len(focused) != 1:
        return None
    node = focused[0]
    return Field(
        node.get("text", ""), node.get("password") == "true", node.get("hint", ""), node.get("resource-id", "")
    )


def arrived(text: str, before: Field, after: Field) -> bool:
    """Whether `after` is `before` with `text` typed into it, wherever the cursor was and whatever was selected."""
    text, old, new = (_NOT_SHOWN.sub(".", shown) for shown in (text, before.text, after.text))
    if new == old:
        return False
    if new == text:  # into an empty field, whose hint is gone
        return True
    old = "" if before.empty else old
    starts = [found.start() for found in re.finditer(f"(?={re.escape(text)})", new)]
    return any(old.startswith(new[:at]) and old.endswith(new[at + len(text) :]) for at in starts)


def wrong(text: str, before: Field, look: Callable[[], Field | None]) -> str | None:
    """What is wrong with the field after `text` was typed: nothing (""), or, in words that hold none of it, what.

    None when it cannot be seen. An app may take its time: while the field changes, it is looked at again.
    """
    after = look()
    for _ in range(READS):
        if after is None or after.password or arrived(text, before, after):
            return None if after is None or after.password else ""
        seen, after = after, look()
        if after == seen:
            break
    else:
        return "the field still changes"
    if after.text == before.text:
        return "none of it arrived, the field shows what it showed"
    count = sum(1 for _ in takewhile(lambda end: text[:end] in after.text, range(1, len(text) + 1)))
    return f"only the first {count} of {len(text)} characters stand in the field as they were typed"
