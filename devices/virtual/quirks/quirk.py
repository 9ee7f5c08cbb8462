"""What a quirk of real phones is: how it is told of, and what the virtual phone that has it does otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handsight.devices.virtual.shell.commands.process import Command, Process, Result

if TYPE_CHECKING:
    from handsight.devices.virtual.served import VirtualPhone

Twist = Callable[[Command, list[str], Process], Result]  # a command of the shell, given the one that it stands before
Twists = Mapping[str, Twist]


@dataclass(frozen=True)
class Quirk:
    """A row of the table, and how a phone gets it.

    `install` changes the phone and gives the shell commands that answer otherwise. `works` says whether the phone can
    be worked as any other all the same; else `answer` says how the user is told that it cannot.
    """

    name: str
    what: str
    seen: str
    answer: str
    install: Callable[[VirtualPhone], Twists]
    works: bool = True


def only(name: str, twist: Twist) -> Callable[[VirtualPhone], Twists]:
    """Change nothing but one command."""
    return lambda phone: {name: twist}


def begun(begin: Callable[[VirtualPhone], object]) -> Callable[[VirtualPhone], Twists]:
    """Change nothing but the phone itself."""

    def install(phone: VirtualPhone) -> Twists:
        begin(phone)
        return {}

    return install
