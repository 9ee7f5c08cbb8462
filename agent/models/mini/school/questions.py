"""Lessons in ids, and the cells of the picture that they are about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from handsight.models.mini.cells import CELL
from handsight.models.mini.school.lessons import Lesson, written
from handsight.models.mini.school.screens import Box, Run, View
from handsight.models.mini.vocabulary import Vocabulary


@dataclass(frozen=True)
class Question:
    """One lesson in ids: what is asked, the answer, and the cells of the picture that the answer is about.

    `looks` has for each token of the answer the cells to look at when it is written: of a letter its own. `switch` is
    whether the switch that it is about is on, and whether it is to be.
    """

    prompt: tuple[int, ...]
    answer: tuple[int, ...]
    cells: tuple[int, ...]
    looks: tuple[tuple[int, ...], ...]
    kind: str
    box: Box | None  # in which a tap is right
    switch: tuple[bool, bool] | None


def question(lesson: Lesson, view: View, vocabulary: Vocabulary) -> Question:
    """Put a lesson about a screen into ids."""
    thing, turn = lesson.act.thing, vocabulary.control
    prompt = (
        *vocabulary.encode(lesson.prompt),
        turn["<|im_end|>"],
        *vocabulary.encode("\n"),
        turn["<|im_start|>"],
        *vocabulary.encode("assistant\n"),
    )
    text = written(lesson.act, view.image.size)
    line = lesson.line or next((run for run in view.runs if thing and run.box == thing.seen), None)
    about = thing or lesson.act.about
    seen = about.seen if about else line.box if line else None
    cells = tuple(cells_of(seen, view)) if seen else ()
    letters = tuple(_letter_cells(line, lesson.act.words, view)) if line else ()
    answer = (*vocabulary.encode(text), turn["<|im_end|>"])
    looks, at = list[tuple[int, ...]](), -1 - text.find("“")  # the place of a token in the words of the act
    for token in answer:
        letter = letters[at : at + 1] if at >= 0 else ()
        looks.append(cells if vocabulary.is_place(token) else letter)
        at += len(vocabulary.tokens[token])
    switch = None
    if about and about.on is not None and lesson.kind in ("switch", "goal", "other goal"):
        switch = about.on, about.on is (thing is None)  # it is touched if it is not as it is to be
        looks[0] = cells
    return Question(prompt, answer, cells, tuple(looks), lesson.kind, thing.area if thing else None, switch)


def cells_of(box: Box, view: View) -> range:
    """The numbers of the cells that a box lies in: of a line of text those of the one row it is mostly in."""
    return range(_cell(box[0], box, view), _cell(box[2] - 1, box, view) + 1)


def _letter_cells(line: Run, words: str, view: View) -> Iterator[int]:
    """The number of the cell of each letter of a line, as far as it stands in the words."""
    for x, seen, said in zip(line.xs, line.text, words, strict=False):
        if seen != said:
            return
        yield _cell(x, line.box, view)


def _cell(x: float, box: Box, view: View) -> int:
    """The number of the cell at `x` in the row that a box is mostly in."""
    rows, columns = view.image.height // CELL, view.image.width // CELL
    row = min(rows - 1, int((box[1] + box[3]) / 2 / CELL))
    return row * columns + min(columns - 1, max(0, int(x / CELL)))
