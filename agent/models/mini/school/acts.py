"""Acts: what the model is told of those before, and those that it writes, read back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handsight.models.mini.school.screens import Thing, View
from handsight.models.mini.school.world import Act
from handsight.prompts.mini import REMEMBERED

_ACT = re.compile(
    r"(tap|hold|type|open|say|fail) “([^”]*)”(?: ‹(\d+)›‹(\d+)›)?"
    r"|(scroll (?:down|up|left|right)|back|home|enter|clear|wait|done)"
)


def told(task: str, history: Sequence[str]) -> str:
    """What the model is told besides the picture: the task, and the last acts, a line each."""
    return "\n".join((task, *history[-REMEMBERED:]))


def read_act(text: str, view: View) -> Act | None:
    """The act in a reply about a screen; None where it is none."""
    found = _ACT.fullmatch(text.strip())
    if found is None:
        return None
    verb, words, x, y, plain = found.groups()
    if plain:
        return Act(plain)
    if (verb in ("tap", "hold")) is (x is None):
        return None
    if x is None:
        return Act(verb, words)
    left, top = int(x) / 1000 * view.image.width, int(y) / 1000 * view.image.height
    return Act(verb, words, Thing(words, "place", (left, top, left, top), (left, top, left, top)))
