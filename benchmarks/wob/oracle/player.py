"""The oracle as a player: it takes one step of its play at a time, each after the screen has settled."""

from __future__ import annotations

from collections.abc import Iterator

from handsight.types import ToolCall
from wob.devtools import Page
from wob.oracle import buttons, choices, fields, figures, mail, menus, moves
from wob.oracle.sight import Play, Sight
from wob.plain import Player

PLAYS: dict[str, Play] = {
    task: play
    for family in (buttons, choices, fields, figures, mail, menus, moves)
    for task, play in family.PLAYS.items()
}


class Oracle(Player):
    """Does one task on one page."""

    name = "oracle"

    def __init__(self, task: str, page: Page, query: str) -> None:
        self._calls: Iterator[ToolCall] = PLAYS[task](Sight(page, query))

    def next(self, size: tuple[int, int]) -> ToolCall:
        try:
            return next(self._calls, None) or _end("the play is over, and the page is not")
        except (LookupError, ValueError) as problem:  # the page is not as the play takes it to be
            return _end(f"{type(problem).__name__}: {problem}")


def _end(why: str) -> ToolCall:
    return ToolCall("finish", {"success": False, "message": why})
