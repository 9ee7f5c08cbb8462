"""Screens with their lessons as arrays, ready to be put into a batch; the same seed gives the same."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from handsight.models.mini.cells import CELL, PATCH
from handsight.models.mini.school.episodes import moments
from handsight.models.mini.school.lessons import Lesson, lessons, of_task
from handsight.models.mini.school.pages import Pages
from handsight.models.mini.school.phones import random_phone
from handsight.models.mini.school.pupils import Pupil, pupil_of
from handsight.models.mini.school.questions import Question, cells_of, question
from handsight.models.mini.school.screens import Eye, View
from handsight.models.mini.school.words import Words
from handsight.models.mini.vocabulary import Vocabulary

SLOTS = 4  # letters in a patch
TRYING = 2  # one episode in so many is tried by what learns
KINDS = ("", "text", "row", "field", "button", "icon", "switch on", "switch off")


@dataclass(frozen=True)
class Sample:
    """One screen: the picture as PNG, what is written in each patch, what kind of thing is in each cell, questions.

    `letters` (rows, columns, 2, 2, SLOTS) are numbers of characters, -1 for none; `kinds` (rows, columns) of `KINDS`;
    `offsets` (rows, columns, 2) lead from the middle of a cell to the middle of the thing, in pixels.
    """

    picture: bytes
    letters: NDArray[np.int16]
    kinds: NDArray[np.int8]
    offsets: NDArray[np.float16]
    questions: tuple[Question, ...]

    @property
    def grid(self) -> tuple[int, int]:
        """How many cells it is high and wide."""
        return self.kinds.shape[0], self.kinds.shape[1]

    def pixels(self) -> NDArray[np.uint8]:
        """The picture, (height, width, 3)."""
        return np.asarray(Image.open(BytesIO(self.picture)).convert("RGB"))


def sample(view: View, asked: Sequence[Lesson], vocabulary: Vocabulary) -> Sample:
    """Put a screen and its lessons into arrays."""
    stored = BytesIO()
    view.image.save(stored, "PNG", compress_level=1)
    kinds, offsets = _kinds(view)
    questions = tuple(question(lesson, view, vocabulary) for lesson in asked)
    return Sample(stored.getvalue(), _letters(view, vocabulary), kinds, offsets, questions)


def from_pages(
    seed: int, vocabulary: Vocabulary, *, screens: int, each: int, held: bool = False, printed: bool = False
) -> list[Sample]:
    """Random pages of one random phone."""
    random = Random(seed)
    words = Words(random, held=held, language=random.choices(("en", "zh"), (80, 20))[0])
    pages = Pages(words, printed=printed)
    phone = random_phone(random, [pages], language=words.language)
    phone.launch(Pages.package)
    eye, made = Eye(phone), []
    for _ in range(screens):
        pages.turn()
        view = eye.look()
        made.append(sample(view, _some(view, random, words, each), vocabulary))
    return made


def from_episode(
    seed: int, vocabulary: Vocabulary, *, each: int, held: bool = False, pupil: Pupil | None = None
) -> list[Sample]:
    """The screens of one whole goal, which a `pupil` may try."""
    random = Random(seed)
    words, made = Words(random, held=held), []
    for moment in moments(random, held=held, pupil=pupil):
        view = moment.view
        asked = [of_task(moment.task, view, "goal"), *(of_task(task, view, "other goal") for task in moment.others)]
        made.append(sample(view, [*asked, *_some(view, random, words, max(0, each - len(asked)))], vocabulary))
    return made


def _make(
    work: tuple[str, int],
    vocabulary: Vocabulary,
    screens: int,
    each: int,
    held: bool,
    taught: tuple[Path, int] | None,
) -> list[Sample]:
    kind, seed = work
    if kind != "goal":
        made = from_pages(seed, vocabulary, screens=screens, each=each, held=held, printed=kind == "print")
    else:
        pupil = pupil_of(*taught) if taught and seed % TRYING == 0 else None
        made = from_episode(seed, vocabulary, each=each, held=held, pupil=pupil)
    gc.collect()  # a phone is a circle, and holds a picture of 8 MB
    return made


def samples(
    seed: int,
    vocabulary: Vocabulary,
    count: int,
    pool: Executor | None = None,
    *,
    goals: float = 0.7,
    printed: float = 0.03,
    each: int = 14,
    held: bool = False,
    taught: tuple[Path, int] | None = None,
) -> Iterator[Sample]:
    """About `count` samples, a share `goals` of them from whole goals, a share `printed` full of text.

    They are made by `pool` where there is one. With a checkpoint that is `taught`, and its version, that tries some of
    the goals.
    """
    at_once, length = 8, 6  # screens of a phone; of an episode, about
    works = [("pages", seed * 1_000_003 + n) for n in range(round(count * (1 - goals - printed) / at_once))]
    works += [("print", seed * 1_000_003 + 250_000 + n) for n in range(round(count * printed / at_once))]
    works += [("goal", seed * 1_000_003 + 500_000 + n) for n in range(round(count * goals / length))]
    Random(seed).shuffle(works)
    make = partial(_make, vocabulary=vocabulary, screens=at_once, each=each, held=held, taught=taught)
    for made in pool.map(make, works, chunksize=4) if pool else map(make, works):
        yield from made


def _some(view: View, random: Random, words: Words, count: int) -> list[Lesson]:
    """At most so many lessons about a screen, no two alike."""
    asking, found = lessons(view, random, words), dict[str, Lesson]()
    for _ in range(2 * count):
        if len(found) < count:
            lesson = next(asking)
            found.setdefault(f"{lesson.ask.casefold()[-12:]} {lesson.act.said}", lesson)
    return list(found.values())


def _letters(view: View, vocabulary: Vocabulary) -> NDArray[np.int16]:
    rows, columns = view.image.height // PATCH, view.image.width // PATCH
    number = {character: n for n, character in enumerate(vocabulary.characters)}
    found = np.full((rows, columns, SLOTS), -1, np.int16)
    filled = np.zeros((rows, columns), np.int8)
    for run in sorted(view.runs, key=lambda run: run.box[0]):
        row = int((run.box[1] + run.box[3]) / 2 / PATCH)
        for x, character in zip(run.xs, run.text, strict=True):
            column = int(x / PATCH)
            if character.isspace() or character not in number or not (0 <= row < rows and 0 <= column < columns):
                continue
            if filled[row, column] < SLOTS:
                found[row, column, filled[row, column]] = number[character]
                filled[row, column] += 1
    return found.reshape(rows // 2, 2, columns // 2, 2, SLOTS).transpose(0, 2, 1, 3, 4)


def _kinds(view: View) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    rows, columns = view.image.height // CELL, view.image.width // CELL
    kinds, offsets = np.zeros((rows, columns), np.int8), np.zeros((rows, columns, 2), np.float16)
    for thing in view.things:
        name = f"switch {'on' if thing.on else 'off'}" if thing.kind == "switch" else thing.kind
        for cell in cells_of(thing.seen, view):
            row, column = divmod(cell, columns)
            kinds[row, column] = KINDS.index(name)
            offsets[row, column] = (
                thing.middle[0] - (column + 0.5) * CELL,
                thing.middle[1] - (row + 0.5) * CELL,
            )
    return kinds, offsets
