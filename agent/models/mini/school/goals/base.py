"""What a goal is: a task in words, and the oracle's next act towards it.

An oracle goes by the phone's true state. It says "done" only where a person who remembers what was done could say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol

from handsight.devices.virtual.kit import App
from handsight.models.mini.school import phrasing
from handsight.models.mini.school.words import Words
from handsight.models.mini.school.world import Act, World

DONE = Act("done")


class Goal(Protocol):
    """A task. `text` is how it is asked; `next` is what to do now, and ends with an act that ends it."""

    text: str

    def next(self, world: World) -> Act: ...


Maker = Callable[[Words, World, str], Goal]
"""Makes a goal of one kind for a phone, asked for in a language."""


@dataclass
class Asked:
    """A goal that was put into words."""

    text: str


@dataclass
class Both(Asked):
    """One goal, and then another."""

    first: Goal
    second: Goal
    over: bool = False

    def next(self, world: World) -> Act:
        if not self.over:
            act = self.first.next(world)
            if act.verb != "done":
                return act
            self.over = True
        return self.second.next(world)


def joined(random: Random, first: Goal, second: Goal, language: str) -> Both:
    """Two goals in one sentence."""
    return Both(phrasing.joined(random, first.text, second.text, language), first, second)


def in_language(language: str, app: App, text: str) -> str:
    """A text of an app in the language of the task."""
    return app.texts.get(language, {}).get(text, text)
