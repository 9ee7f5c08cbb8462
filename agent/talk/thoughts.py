"""Models that think write `<think>...</think>` before they answer; the answer is what comes after it."""

from __future__ import annotations

from collections.abc import Callable

_THOUGHT, _OVER = "<think>", "</think>"
Tell = Callable[[str], None]


def spoken(text: str, *, over: bool = True) -> str:
    """The answer in a reply, without the thought at its beginning. Until the reply is `over`, less may be sure."""
    start = text.lstrip()
    if start.startswith(_THOUGHT) or (not over and _THOUGHT.startswith(start)):
        return start.partition(_OVER)[2].lstrip()
    return start


class Aloud:
    """Hears a reply piece by piece, and tells of it what belongs to the answer, if somebody listens."""

    def __init__(self, tell: Tell | None) -> None:
        self.text = ""
        self._tell = tell
        self._told = 0

    @property
    def heard(self) -> bool:
        """Whether somebody listens."""
        return self._tell is not None

    def __call__(self, piece: str) -> None:
        self.text += piece
        self._pass_on(spoken(self.text, over=False))

    def end(self, text: str) -> None:
        """Tell what is missing of the whole reply, which has come to its end."""
        self.text = text
        self._pass_on(spoken(text))

    def _pass_on(self, answer: str) -> None:
        new = answer[self._told :]
        self._told += len(new)
        if new and self._tell:
            self._tell(new)
