"""Lines of a conversation: typed on a terminal, with a line editor, or piped; and where Ctrl-C may break in."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from handsight.errors import UsageError


class Lines:
    """Reads lines from the standard input. `typed` says whether a person types them."""

    def __init__(self) -> None:
        self.typed = sys.stdin.isatty()
        self._number = 0
        if self.typed:
            with suppress(ImportError):  # Windows has none, and its terminal edits lines by itself
                import readline  # noqa: F401  # it edits what `input` reads

    def read(self) -> str | None:
        """The next line, or None at the end. Raises UsageError for bytes that are no text."""
        self._number += 1
        try:
            line = self._typed() if self.typed else sys.stdin.readline()
            line.encode()  # half characters, as undecodable bytes become in some locales, are no text
        except EOFError:
            print(file=sys.stderr)
            return None
        except UnicodeError as problem:
            raise UsageError(f"line {self._number} of the input is not UTF-8 text") from problem
        return line.rstrip("\n") if line or self.typed else None

    def remember(self, lines: Iterable[str]) -> None:
        """Let earlier lines be had again by the arrow keys."""
        with suppress(ImportError):
            import readline

            for line in lines:
                readline.add_history(line)

    def _typed(self) -> str:
        if sys.stdout.isatty():
            return input("> ")
        print("> ", end="", file=sys.stderr, flush=True)
        return input()


@contextmanager
def breakable(*functions: Callable[..., Any]) -> Iterator[None]:
    """Let Ctrl-C break in while one of these functions runs, and nowhere else: nothing is half written."""
    codes = {function.__code__ for function in functions}

    def stop(number: int, frame: FrameType | None) -> None:
        while frame is not None:
            if frame.f_code in codes:
                raise KeyboardInterrupt
            frame = frame.f_back

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
