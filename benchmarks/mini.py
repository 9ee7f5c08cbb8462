"""The mini model's report card: single skills and whole goals on virtual phones that it has never seen.

Words, names and texts are held out from its training; `--unseen` takes phrasings, colours and densities that were. A
goal counts when the phone's true state is what was asked for and the model said so, and no more; an answer counts when it is
the right one. Beside it work an oracle that knows the state, and one who touches anything: what lies between them is
what the model can.

    python benchmarks/mini.py --model mini --screens 40 --goals 10
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from random import Random

from handsight.errors import HandsightError
from handsight.models.base import Model
from handsight.models.mini.school import episodes
from handsight.models.mini.school.acts import read_act
from handsight.models.mini.school.goals import MAKERS
from handsight.models.mini.school.goals.base import Goal
from handsight.models.mini.school.lessons import Lesson, lessons
from handsight.models.mini.school.pages import Pages
from handsight.models.mini.school.phones import font_files, random_phone
from handsight.models.mini.school.screens import Eye, View
from handsight.models.mini.school.words import Words
from handsight.models.mini.school.world import Act, World
from handsight.types import Message, Picture, Prompt
from handsight.wiring import open_model
from scoring.intervals import wilson

MOST_ACTS = 20
REMEMBERED = 10
Marks = dict[str, list[bool]]


class Pupil:
    """A model that is asked for one act at a time."""

    def __init__(self, model: Model) -> None:
        self._model, self.seconds, self.invalid, self.asked = model, 0.0, 0, 0

    def act(self, view: View, text: str, history: Sequence[str] = ()) -> Act | None:
        """Its act, or None for a reply that is none."""
        told = "\n".join((text, *history[-REMEMBERED:]))
        begun = time.perf_counter()
        reply = self._model.generate(Prompt((Message("user", (Picture(view.image), told)),), max_tokens=96))
        self.seconds += time.perf_counter() - begun
        self.asked += 1
        act = read_act(reply.text, view)
        self.invalid += act is None
        return act


def skills(pupil: Pupil, screens: int, seed: int, font: int | None = None) -> Marks:
    """Single questions about random pages with held-out words."""
    marks: Marks = defaultdict(list)
    for number in range(screens):
        random = Random(seed + number)
        words = Words(random, held=True, language="zh" if number % 5 == 4 and font is None else "en")
        pages = Pages(words)
        phone = random_phone(
            random, [pages], language=words.language, font=font_files()[font] if font is not None else None
        )
        phone.launch(Pages.package)
        pages.turn()
        view, kinds = Eye(phone).look(), set[str]()
        for lesson, _ in zip(lessons(view, random, words), range(60), strict=False):
            if lesson.kind in kinds or (font is not None and lesson.kind != "tap"):
                continue
            kinds.add(lesson.kind)
            name = f"{lesson.kind} ({words.language})" if lesson.kind in ("tap", "read") else lesson.kind
            marks[name].append(right(pupil.act(view, lesson.ask), lesson))
    return marks


def right(act: Act | None, lesson: Lesson) -> bool:
    """Whether an act does what a lesson asks: a touch is right within the area, a text in every character."""
    wanted = lesson.act
    if act is None or act.verb != wanted.verb:
        return False
    if wanted.thing and act.thing:
        (x, y), area = act.thing.middle, wanted.thing.area
        return area[0] <= x <= area[2] and area[1] <= y <= area[3]
    return wanted.verb in ("fail", "done") or act.words == wanted.words


Player = Callable[[World, Goal], Act | None]


def goals(play: Player, each: int, seed: int) -> tuple[Marks, list[int]]:
    """Whole goals of every kind; also how many acts those took that were reached."""
    marks: Marks = defaultdict(list)
    lengths = []
    for make in MAKERS:
        for number in range(each):
            random = Random(seed + number)
            words = Words(random, held=True, language="zh" if number % 5 == 4 else "en")
            world = episodes.new_world(random, words)
            goal = make(words, world, words.language)
            reached = carried_out(world, goal, play)
            marks[make.__name__.replace("_", " ")].append(reached)
            if reached:
                lengths.append(len(world.history) + 1)
    return marks, lengths


def carried_out(world: World, goal: Goal, play: Player) -> bool:
    """Whether a player ends a goal where and as the oracle would."""
    for _ in range(MOST_ACTS):
        act = play(world, goal)
        if act is None:
            return False
        if act.ends:
            wanted = goal.next(world)
            return wanted.verb == act.verb and (act.verb != "say" or act.words == wanted.words)
        try:
            world.do(act)
        except HandsightError:  # such as an app that is not there
            return False
    return False


def anything(random: Random) -> Player:
    """One who touches what is there at random, and says at random that it is done."""

    def play(world: World, goal: Goal) -> Act:
        touchable = [thing for thing in world.view.things if thing.kind != "text"]
        if not touchable or random.random() < 0.15:
            return Act("done")
        thing = random.choice(touchable)
        return Act("tap", thing.label, thing)

    return play


def table(title: str, marks: Marks) -> list[str]:
    """Rows of a rate with its 95 % interval, and their sum."""
    rows = [f"| {title} | of | % | 95 % |", "|---|---|---|---|"]
    total = [hit for hits in marks.values() for hit in hits]
    for name, hits in [*sorted(marks.items()), ("all", total)]:
        low, high = wilson(sum(hits), len(hits))
        rows.append(
            f"| {name} | {len(hits)} | {100 * sum(hits) / max(1, len(hits)):.1f} | {100 * low:.1f} to {100 * high:.1f} |"
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mini", help="what is asked")
    parser.add_argument("--screens", type=int, default=40, help="pages of single questions")
    parser.add_argument("--goals", type=int, default=5, help="goals of each kind")
    parser.add_argument("--fonts", type=int, default=0, help="pages of taps in each of the fonts that are here")
    parser.add_argument("--seed", type=int, default=700_000_000)
    asked = parser.parse_args()
    pupil = Pupil(open_model(asked.model))
    print("\n".join(table("single skills", skills(pupil, asked.screens, asked.seed))), flush=True)
    for number in range(len(font_files()) if asked.fonts else 0):
        marks = skills(pupil, asked.fonts, asked.seed, number)
        print("\n".join(table(font_files()[number].stem, marks)[2:]), flush=True)
    players: dict[str, Player] = {
        "the model": lambda world, goal: pupil.act(world.view, goal.text, world.history),
        "the oracle": lambda world, goal: goal.next(world),
        "anything at random": anything(Random(asked.seed)),
    }
    for name, play in players.items():
        marks, lengths = goals(play, asked.goals, asked.seed)
        print("\n".join(table(f"whole goals, {name}", marks)))
        if lengths:
            print(f"acts of those reached, median: {sorted(lengths)[len(lengths) // 2]}", flush=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"valid acts: {pupil.asked - pupil.invalid} of {pupil.asked}; {pupil.seconds / max(1, pupil.asked):.3f} s each;"
        f" at most {memory:.0f} MB in this process, the phones included"
    )


if __name__ == "__main__":
    main()
