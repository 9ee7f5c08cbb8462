"""A reply told while it is written: in whole characters as people see them, and nothing that is taken back."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

Tell = Callable[[str], None]

UNREAD = "\ufffd"  # what stands for a character of which some bytes are still to come
JOINER = "\u200d"
FLAGS = ("\U0001f1e6", "\U0001f1ff")
SKINS = ("\U0001f3fb", "\U0001f3ff")
TAGS = ("\U000e0020", "\U000e007f")


class Telling:
    """Tells a text that grows to `tell`, piece by piece; together the pieces are the text.

    Held back are the last character as a person sees it, which what follows may still change (an accent, the parts of a
    flag or of a family), and what may turn out to be one of the `stop` strings.
    """

    def __init__(self, tell: Tell, stop: Sequence[str] = ()) -> None:
        self._tell = tell
        self._stop = stop
        self._told = 0

    def grow(self, text: str) -> None:
        """Say that the text is now `text`, and that more may follow."""
        safe = len(text.rstrip(UNREAD))
        ends = range(safe, len(text) + 1)  # what stands there may be read in another way, or be as it is
        safe = min([safe, *(_began(text[:end], stop) for stop in self._stop for end in ends)])
        while safe > self._told and not _breaks(text, safe):
            safe -= 1
        self._pass_on(text, safe)

    def end(self, text: str) -> None:
        """Say that `text` is all there is."""
        self._pass_on(text, len(text))

    def _pass_on(self, text: str, end: int) -> None:
        if end > self._told:
            piece, self._told = text[self._told : end], end
            self._tell(piece)


def _began(text: str, stop: str) -> int:
    """Where the end of `text` may be the beginning of `stop`."""
    for length in range(min(len(stop), len(text)), 0, -1):
        if text.endswith(stop[:length]):
            return len(text) - length
    return len(text)


def _breaks(text: str, at: int) -> bool:
    """Whether a character as people see it ends before `at`, whatever follows the text.

    The rules are Unicode's for grapheme clusters (UAX 29), here and there stricter: it may wait longer than needed.
    """
    if at >= len(text):  # what follows may belong to it
        return False
    before, after = text[at - 1], text[at]
    if before == "\r" and after == "\n":
        return False
    if before == JOINER or after == JOINER or unicodedata.category(after) in ("Mn", "Me", "Mc"):
        return False
    if SKINS[0] <= after <= SKINS[1] or TAGS[0] <= after <= TAGS[1] or "\u1100" <= after <= "\u11ff":
        return False
    if unicodedata.combining(before) == 9:  # a virama joins what follows
        return False
    if FLAGS[0] <= before <= FLAGS[1] and FLAGS[0] <= after <= FLAGS[1]:
        letters = at - len(text[:at].rstrip("".join(map(chr, range(ord(FLAGS[0]), ord(FLAGS[1]) + 1)))))
        return letters % 2 == 0
    return True
