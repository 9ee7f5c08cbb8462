"""A picture of what a call saw when it failed: the screen, what came into question, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from handsight.errors import Ambiguous
from handsight.types import Box, Screen, Step, Trajectory

if TYPE_CHECKING:
    from PIL.Image import Image

_RED = "#D50000"
_MOST_LINES = 12  # of words below the screen: a test framework explains a difference at any length


class Failures:
    """Saves such a picture in a run's folder for each step that failed; call it as a hook.

    The error bears a note of where the picture is, which a traceback shows. `redacted` takes the secrets out of the
    words that are written below the screen.
    """

    def __init__(self, folder: Path, redacted: Callable[[str], str] = str) -> None:
        self.folder, self._redacted = folder, redacted

    def __call__(self, step: Step, trajectory: Trajectory) -> None:
        if not (step.over and step.problem and step.screen):
            return
        path = picture_of(step, self.folder)
        words = self._redacted(f"{type(step.problem).__name__}: {step.problem}")
        annotated(step.screen, words, _candidates(step.problem)).save(path)
        step.problem.add_note(f"what it saw: {path}")


def picture_of(step: Step, folder: Path) -> Path:
    """Where the picture of a step that failed stands, or would."""
    return folder / f"failed-{step.number:03}.png"


def annotated(screen: Screen, words: str, candidates: Sequence[Box]) -> Image:
    """The screen with a frame around each candidate, and the error's words below it."""
    from PIL import Image, ImageDraw, ImageFont

    shown = screen.image.convert("RGB")
    unit = max(14, min(shown.size) // 40)
    font = ImageFont.load_default(unit)
    lines = wrap(words, int(1.8 * shown.width / unit), max_lines=_MOST_LINES, placeholder=" ...")
    picture = Image.new("RGB", (shown.width, shown.height + int(1.4 * unit * (len(lines) + 1))), "white")
    picture.paste(shown)
    canvas = ImageDraw.Draw(picture)
    for box in candidates:
        canvas.rectangle((box.left, box.top, box.right, box.bottom), outline=_RED, width=max(2, unit // 6))
    for number, line in enumerate(lines):
        canvas.text((unit, shown.height + unit // 2 + 1.4 * unit * number), line, fill=_RED, font=font)
    return picture


def _candidates(problem: Exception) -> list[Box]:
    found = problem.candidates if isinstance(problem, Ambiguous) else ()
    return [box for each in found if isinstance(box := getattr(each, "box", None), Box)]
