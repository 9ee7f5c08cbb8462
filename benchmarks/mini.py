"""The mini model's report card: single skills and whole goals on virtual phones that it has never seen.

Words, names and texts are held out from its training, and so are phrasings, colours and densities where it is said. A
goal counts when the phone's true state is what was asked for and the model said so at that moment; an answer counts
when it is the right one. Beside the model work the reader (which finds what it is told by OCR), one who touches
anything, and an oracle that knows the phone's state: what lies between the last two is what the model can.

    python benchmarks/mini.py [--model mini] [--screens 200] [--goals 10] [--fonts 10] [--seed N]
"""

from __future__ import annotations

import argparse
import resource
import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from handsight.devices.virtual.kit.fonts import system_fonts
from handsight.errors import HandsightError
from handsight.models.mini.school import episodes
from handsight.models.mini.school.goals import MAKERS
from handsight.models.mini.school.goals.base import Goal
from handsight.models.mini.school.lessons import Lesson, lessons
from handsight.models.mini.school.pages import Pages
from handsight.models.mini.school.phones import font_files, random_phone
from handsight.models.mini.school.pupils import Pupil
from handsight.models.mini.school.screens import Eye, Thing, View
from handsight.models.mini.school.words import Words
from handsight.models.mini.school.world import Act, World
from handsight.sight.finding import Finder
from handsight.sight.ocr import Ocr
from handsight.types import Screen
from handsight.wiring import close, open_model
from scoring.tables import rate

MOST_ACTS = 24
POINTED = ("tap", "hold", "icon", "switch")
Marks = dict[str, list[bool]]
Player = Callable[[World, Goal], Act | None]


def skills(pupil: Pupil, screens: int, seed: int, ocr: Ocr | None = None, font: Path | None = None) -> dict[str, Marks]:
    """Single questions about random pages with held-out words, a kind at most once a page, for each who is asked.

    With a `font` in that one, and taps alone; every fifth page is Chinese without one.
    """
    marks: dict[str, Marks] = {"model": defaultdict(list), "reader": defaultdict(list), "at random": defaultdict(list)}
    for number in range(screens):
        random = Random(seed + number)
        words = Words(random, held=True, language="zh" if number % 5 == 4 and font is None else "en")
        pages = Pages(words)
        phone = random_phone(random, [pages], language=words.language, font=font)
        phone.launch(Pages.package)
        pages.turn()
        view, kinds = Eye(phone).look(), set[str]()
        finder = Finder(Screen(phone.frame()), ocr.read) if ocr else None
        for lesson, _ in zip(lessons(view, random, words), range(60), strict=False):
            if lesson.kind in kinds or (font is not None and lesson.kind != "tap"):
                continue
            kinds.add(lesson.kind)
            name = f"{lesson.kind} ({words.language})" if lesson.kind in ("tap", "read") else lesson.kind
            marks["model"][name].append(right(pupil.act(view, lesson.ask), lesson))
            if finder and lesson.kind in POINTED:
                found = found_by(finder, lesson, view)
                marks["reader"][name].append(found is not None and right(found, lesson))
                marks["at random"][name].append(right(anywhere(random, view), lesson))
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


def found_by(finder: Finder, lesson: Lesson, view: View) -> Act | None:
    """What the reader would do; it is told the label, and does not see whether a switch is on already."""
    if lesson.act.thing is None:
        return None
    try:
        found = finder.one(lesson.act.words).box.center
    except HandsightError:
        return None
    at = found.x * view.image.width / finder.screen.size[0], found.y * view.image.height / finder.screen.size[1]
    return Act(lesson.act.verb, lesson.act.words, Thing("", "place", (*at, *at), (*at, *at)))


def anywhere(random: Random, view: View) -> Act:
    """A tap on anything that can be tapped."""
    thing = random.choice([thing for thing in view.things if thing.kind != "text"] or view.things)
    return Act("tap", thing.label, thing)


def goals(play: Player, each: int, seed: int, *, unseen: bool = False, look: bool = False) -> tuple[Marks, list[int]]:
    """Whole goals of every kind, each on a phone of its own; also how many acts those took that were reached.

    `unseen` phrasings, and an unseen `look`: a density and colours.
    """
    marks: Marks = defaultdict(list)
    lengths = []
    for kind, make in enumerate(MAKERS):
        for number in range(each):
            random = Random(seed + 1000 * kind + number)
            words = Words(random, held=True, language="zh" if number % 5 == 4 else "en", unseen=unseen)
            world = episodes.new_world(random, words, unseen=look)
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
        return Act("done") if random.random() < 0.15 or not world.view.things else anywhere(random, world.view)

    return play


def rows(marks: Marks, *, each: bool = True) -> list[str]:
    """A row of a rate with its 95 % interval for each kind, and for all."""
    total = [hit for hits in marks.values() for hit in hits]
    named = [*sorted(marks.items())] * each + [("all", total)]
    return [f"| {name} | {len(hits)} | {' | '.join(rate(sum(hits), len(hits)))} |" for name, hits in named if hits]


def tell(title: str, lines: Sequence[str]) -> None:
    print(f"\n{title}\n\n| | of | % | 95 % |\n|---|---|---|---|", *lines, sep="\n", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mini", help="what is asked")
    parser.add_argument("--screens", type=int, default=200, help="pages of single questions")
    parser.add_argument("--goals", type=int, default=10, help="goals of each kind")
    parser.add_argument("--fonts", type=int, default=10, help="pages of taps in each of the fonts that are here")
    parser.add_argument("--seed", type=int, default=700_000_000)
    asked = parser.parse_args()
    model = open_model(asked.model)
    pupil = Pupil(model)
    if asked.screens:
        for who, marks in skills(pupil, asked.screens, asked.seed, Ocr()).items():
            tell(f"Single skills on unseen words: {who}", rows(marks))
    if asked.fonts:
        by_font = {font.stem: skills(pupil, asked.fonts, asked.seed, font=font)["model"] for font in font_files()}
        tell("Taps by font", rows({stem: marks["tap (en)"] for stem, marks in by_font.items()}))
    if asked.goals:
        players: dict[str, Player] = {
            "model": lambda world, goal: pupil.act(world.view, goal.text, world.history, world.led_back),
            "oracle": lambda world, goal: goal.next(world),
            "at random": anything(Random(asked.seed)),
        }
        for what, unseen in (("contents", {}), ("phrasings", {"unseen": True}), ("looks", {"look": True})):
            for who, play in players.items():
                reached, lengths = goals(play, asked.goals, asked.seed, **unseen)
                median = f", median {statistics.median(lengths):g} acts" if lengths else ""
                tell(f"Whole goals, unseen {what}: {who}{median}", rows(reached, each=who == "model"))
    drawn = ", ".join(f"{letters} {Path(file).stem}" for letters, file in system_fonts().in_use.items())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    asks = len(pupil.seconds)
    print(
        f"\nvalid acts: {asks - pupil.invalid} of {asks}; {statistics.mean(pupil.seconds):.3f} s each (at most "
        f"{max(pupil.seconds):.3f}); at most {memory:.0f} MB in this process, the phones and the reader included\n"
        f"the phone's letters: {drawn}"
    )
    close(model)


if __name__ == "__main__":
    main()
