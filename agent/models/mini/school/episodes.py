"""Whole goals carried out by the oracle, with the accidents that a learner will have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import cast

from handsight.devices.virtual.timing import StillClock
from handsight.errors import HandsightError
from handsight.models.mini.school.goals import MAKERS
from handsight.models.mini.school.goals.base import Goal, Maker, joined
from handsight.models.mini.school.goals.settings import Told
from handsight.models.mini.school.owners import own
from handsight.models.mini.school.phones import random_phone
from handsight.models.mini.school.pupils import Pupil
from handsight.models.mini.school.screens import Eye, View
from handsight.models.mini.school.words import Words
from handsight.models.mini.school.world import Act, World

MOST = 24  # acts until an episode counts as lost
_TRIED = 0.7  # of its acts a pupil does
_ALIKE = 0.5  # of what else is asked, how much differs from the goal in its details alone
_OFTEN = {"open": 0.08, "back": 0.35, "clear": 0.12}  # what is right for nearly any other goal is asked less often


@dataclass(frozen=True)
class Task:
    """What was to be done, what had been done, and what is right to do now."""

    text: str
    history: tuple[str, ...]
    act: Act


@dataclass(frozen=True)
class Moment:
    """One look of an episode: what was seen, the task that is carried out, and others that might have been."""

    view: View
    task: Task
    others: tuple[Task, ...]


def new_world(random: Random, words: Words, *, unseen: bool = False) -> World:
    """A phone of any kind with an owner's things, at its home screen or somewhere within an app."""
    phone = random_phone(random, language=words.language, unseen=unseen)
    own(phone, words, 1.0 if words.held else random.choice((0.0, 0.5, 0.9)))
    eye, clock = Eye(phone), cast(StillClock, phone.clock)
    if random.random() < 0.5:
        wander(random, World(phone, clock, eye), random.randint(1, 4))
    return World(phone, clock, eye)


def some_kind(random: Random) -> Maker:
    """A kind of goal, as often as it is met with."""
    return random.choices(list(MAKERS), list(MAKERS.values()))[0]


def new_goal(random: Random, words: Words, world: World, kind: Maker) -> Goal:
    """A goal of a kind for a phone, or that and another in one sentence."""
    language = words.language if random.random() < 0.9 else {"en": "zh", "zh": "en"}[words.language]
    first, second = (make(words, world, language) for make in (kind, some_kind(random)))
    return joined(random, first, second, language) if random.random() < 0.3 and not isinstance(first, Told) else first


def moments(random: Random, *, held: bool = False, others: int = 8, pupil: Pupil | None = None) -> Iterator[Moment]:
    """One episode, with what is right at each moment.

    What is done is the oracle's act, now and then an accident; with a `pupil` mostly what that would do, so that it
    learns what is right where its own mistakes lead.
    """
    words = Words(random, held=held, language=random.choices(("en", "zh"), (78, 22))[0])
    world, kind = new_world(random, words), some_kind(random)
    goal = new_goal(random, words, world, kind)
    for _ in range(MOST):
        right = goal.next(world)
        task = Task(goal.text, tuple(world.history), right)
        yield Moment(world.view, task, _others(random, words, world, kind, others))
        if right.ends:
            return
        if random.random() < 0.08:
            wander(random, world, 1)
        elif not (pupil and random.random() < _TRIED and tried(pupil, goal, world)):
            world.do(right)


def tried(pupil: Pupil, goal: Goal, world: World) -> bool:
    """Let a pupil do what it would do; False if that ends the goal, was done just before or cannot be done."""
    act = pupil.act(world.view, goal.text, world.history)
    if act is None or act.ends or act.said in world.history[-2:]:
        return False
    try:
        world.do(act)
    except HandsightError:  # such as an app that is not there
        return False
    return True


def _others(random: Random, words: Words, world: World, kind: Maker, count: int) -> tuple[Task, ...]:
    """What would be right for at most so many other goals, begun here or meant all the time; many are of one kind."""
    remembered, found = world.history, list[Task]()
    for _ in range(5 * count):
        if len(found) == count:
            break
        world.history = remembered if random.random() < 0.6 else []
        goal = new_goal(random, words, world, kind if random.random() < _ALIKE else some_kind(random))
        act = goal.next(world)
        if random.random() < _OFTEN.get(act.verb, 1.0):
            found.append(Task(goal.text, tuple(world.history), act))
    world.history = remembered
    return tuple(found)


def wander(random: Random, world: World, acts: int) -> None:
    """Touch what is there at random."""
    for _ in range(acts):
        touchable = [thing for thing in world.view.things if thing.kind != "text"]
        kind = random.random()
        if kind < 0.2 and world.view.scrolls:
            world.do(Act(random.choice(("scroll down", "scroll up"))))
        elif kind < 0.3 or not touchable:
            world.do(Act("open", random.choice([app for app in world.phone.apps.values() if not app.hidden]).label()))
        else:
            thing = random.choice(touchable)
            world.do(Act("tap", thing.label, thing))
