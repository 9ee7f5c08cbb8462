"""What a replay tells: the lines of a play, then how each place was found."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from handsight.cli.results import JsonLines, Lines

if TYPE_CHECKING:
    from handsight.play.again import Replayed


class ReplayLines(Lines):
    """The lines of a play, then what was another way than recorded."""

    def tell(self, done: Replayed, seconds: float, *, asked: bool) -> None:
        for each in done.taken:
            if each.how in ("adapted", "repaired"):
                self._line(f"{each.how}  line {each.step.line}: {each.said}", "yellow")
            elif each.how == "already so":
                self._line(f"already so  line {each.step.line}: {each.step.verb} {each.step.argument}", "dim")
        counted = Counter[str](each.how for each in done.taken)
        order = ("as recorded", "adapted", "already so", "repaired")
        told = [f"{counted[how]} {how}{' by the model' if how == 'repaired' else ''}" for how in order if counted[how]]
        self._line(f"{', '.join(told) or 'no place was touched'}{'' if done.passed else '; then it stopped'}", "bold")
        if done.written:
            self._line(f"written: {done.written}")
        elif asked:
            why = "there was nothing to adapt" if done.passed else "it stopped before its end"
            self._line(f"not written, since {why}")


class JsonReplay(JsonLines):
    """The events of a play, then one for each step with an anchor, and one for the end."""

    def tell(self, done: Replayed, seconds: float, *, asked: bool) -> None:
        for each in done.taken:
            self._write(event="taken", line=each.step.line, how=each.how, said=each.said)
        written = str(done.written) if done.written else None
        self._write(event="end", passed=done.passed, seconds=round(seconds, 6), written=written)
