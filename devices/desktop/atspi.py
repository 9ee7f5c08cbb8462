"""Print the accessibility tree of the desktop as JSON. Run as a program, never imported.

With `--try` it only sees whether it could.

The libraries of AT-SPI belong to the system's own Python and cannot be installed into an environment: this file is
given to that Python, so it uses nothing but them and what every Python has. What it prints is {"apps": [node]} or
{"error": words}; a node is {"role", "name", "description", "id", "text", "box": [x, y, width, height] in pixels of the
desktop or null, "states": [name], "children": [node]}. Roles and states are AT-SPI's own words, as
https://gnome.pages.gitlab.gnome.org/at-spi2-core/libatspi/ lists them. What a password field holds is never read.
"""

from __future__ import annotations

import json
import sys
from typing import Any

MOST_NODES, MOST_CHILDREN, MOST_TEXT = 5000, 300, 1000
STATES = (
    "ACTIVE", "CHECKABLE", "CHECKED", "EDITABLE", "ENABLED", "EXPANDABLE", "FOCUSED", "PRESSED", "SELECTED", "SHOWING",
)  # fmt: skip


def main() -> int:
    try:
        import gi

        gi.require_version("Atspi", "2.0")
        from gi.repository import Atspi, GLib
    except (ImportError, ValueError) as problem:
        print(json.dumps({"error": f"this Python has no AT-SPI: {problem}"}))
        return 1
    if sys.argv[1:] == ["--try"]:
        return 0
    Atspi.set_timeout(800, 2000)  # milliseconds: a program that hangs must not take the others with it
    try:
        desktop = Atspi.get_desktop(0)
        reading = Reading(Atspi, GLib.Error)
        answer = {"apps": [node for app in reading.children(desktop) if (node := reading.node(app))]}
    except GLib.Error as problem:
        answer = {"error": problem.message}
    print(json.dumps(answer))
    return "error" in answer


class Reading:
    """One walk over the tree, which ends when it has seen enough."""

    def __init__(self, atspi: Any, problem: type[Exception]) -> None:
        self.atspi, self.problem = atspi, problem
        self.states = [(name.lower(), getattr(atspi.StateType, name)) for name in STATES]
        self.left = MOST_NODES

    def node(self, of: Any, depth: int = 0) -> dict[str, Any] | None:
        """What stands at a place of the tree and below it; None for what is not shown, or goes away meanwhile."""
        self.left -= 1
        try:
            has = of.get_state_set()
            states = [name for name, state in self.states if has.contains(state)]
            if depth > 1 and "showing" not in states:
                return None
            role = of.get_role_name()
            return {
                "role": role,
                "name": of.get_name() or "",
                "description": of.get_description() or "",
                "id": self.id(of),
                "text": "" if role == "password text" else self.text(of),
                "box": self.box(of),
                "states": states,
                "children": [node for child in self.children(of) if (node := self.node(child, depth + 1))],
            }
        except self.problem:
            return None

    def children(self, of: Any) -> list[Any]:
        """Those of a node, as many as are looked at."""
        count = min(of.get_child_count(), MOST_CHILDREN, max(self.left, 0))
        return [child for i in range(count) if (child := of.get_child_at_index(i))]

    def box(self, of: Any) -> list[int] | None:
        shown = of.get_component_iface()
        if shown is None:
            return None
        at = shown.get_extents(self.atspi.CoordType.SCREEN)
        return [at.x, at.y, at.width, at.height]

    def text(self, of: Any) -> str:
        held = of.get_text_iface()
        return held.get_text(0, min(held.get_character_count(), MOST_TEXT)) if held else ""

    def id(self, of: Any) -> str:
        return getattr(of, "get_accessible_id", str)() or ""


if __name__ == "__main__":
    sys.exit(main())
