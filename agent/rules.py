"""What the user allows and forbids in words, held against the tools that there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from handsight.errors import UnknownName
from handsight.plugins import brought

if TYPE_CHECKING:
    from handsight.policy import Rule


def read_rules(
    allow: Iterable[str], deny: Iterable[str], tools: Iterable[object] = (), device: str | None = None
) -> list[Rule]:
    """Understand what is allowed and forbidden. Raises UnknownName for a tool that no run has.

    `device` is one that is not open yet: of a user's own it is not known which acts it will bring.
    """
    from handsight.policy import Rule
    from handsight.tools.gestures import GESTURES
    from handsight.tools.registry import Tools
    from handsight.tools.session import session_tools

    rules = [Rule.parse("allow", word) for word in allow] + [Rule.parse("deny", word) for word in deny]
    gestures = Tools(gesture for all_of in GESTURES.values() for gesture in all_of)
    names = list(dict.fromkeys(tool.name for tool in (*gestures, *session_tools(), *Tools(tools))))
    for rule in rules:
        if rule.tool not in names and not _may_bring_acts(device):
            raise UnknownName(f"a rule names {rule.tool!r}, which is no tool here; there are: {', '.join(names)}")
    return rules


def _may_bring_acts(device: str | None) -> bool:
    if device is None or device.startswith("gym:"):
        return device is not None
    found = brought("handsight.devices", device)
    return found is not None and (hasattr(found, "acts") or not isinstance(found, type))
