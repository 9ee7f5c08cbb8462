"""What a command of the virtual phone is given, and what it gives back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handsight.devices.virtual.files import normalize

if TYPE_CHECKING:
    from handsight.devices.virtual.served import VirtualPhone


@dataclass(frozen=True)
class Result:
    """What a command wrote to standard output and standard error, and its exit code."""

    out: str | bytes = ""
    err: str = ""
    code: int = 0


@dataclass(frozen=True)
class Process:
    """One run of a command. `read(n)` waits for n bytes of standard input, `read(None)` for all that comes.

    `write` is for what goes to standard output before the command is over.
    """

    phone: VirtualPhone
    read: Callable[[int | None], bytes]
    folder: str = "/"
    hung_up: threading.Event = field(default_factory=threading.Event)
    variables: Mapping[str, str] = field(default_factory=dict)
    write: Callable[[bytes], None] = lambda data: None

    def path(self, name: str) -> str:
        """Give the absolute path of a file the user named."""
        return normalize(name, self.folder)

    def file(self, name: str) -> bytes:
        """Give the content of a file the user named; an error names it as the user did."""
        try:
            return self.phone.files.read(self.path(name))
        except OSError as problem:
            problem.filename = name
            raise


Command = Callable[[list[str], Process], Result]


def thrown(command: str, exception: str, frame: str) -> Result:
    """Fail as a system service does whose shell command threw: a Java trace on standard error, exit code 255."""
    err = f"\nException occurred while executing '{command}':\n{exception}\n\tat {frame}\n"
    return Result(err=err, code=255)


def missing_argument(command: str, option: str) -> Result:
    """Fail as a system service does when an argument is left out."""
    exception = f'java.lang.IllegalArgumentException: Argument expected after "{option}"'
    frame = "com.android.modules.utils.BasicShellCommandHandler.getNextArgRequired(BasicShellCommandHandler.java:295)"
    return thrown(command, exception, frame)
