"""An answer on the terminal as it is written: the answer alone on the standard output, all else beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handsight.cli.console import clean

if TYPE_CHECKING:
    from rich.status import Status


class Voice:
    """Hears pieces of answers and prints them at once. Notes and the spinner go to the standard error."""

    def __init__(self) -> None:
        from rich.console import Console

        self._beside = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._status: Status | None = None
        self._open = False

    def wait(self, said: str) -> None:
        """Say what is being waited for; a terminal alone shows it."""
        if not self._beside.is_terminal:
            return
        if self._status is None:
            self._status = self._beside.status(said, spinner="dots")
        self._status.update(said)
        self._status.start()

    def seen(self, done: int, count: int) -> None:
        """Say how many frames of a video have been read."""
        self.wait(f"reading the video, {done} of {count} frames")

    def __call__(self, piece: str) -> None:
        self._quiet()
        print(clean(piece.replace("\r", "")), end="", flush=True)
        self._open = not piece.endswith("\n")

    def end(self) -> None:
        """Close the line of an answer, whole or broken off."""
        self._quiet()
        if self._open:
            print(flush=True)
        self._open = False

    def note(self, said: str) -> None:
        """Say something that is no answer."""
        self.end()
        self._beside.print(clean(said), style="dim")

    def _quiet(self) -> None:
        if self._status:
            self._status.stop()
            self._beside.show_cursor()
            self._status = None
