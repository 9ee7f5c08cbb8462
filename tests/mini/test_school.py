"""What the school draws, asks and answers: letters' places, the oracle's goals, held-out words, the same by seed."""

from __future__ import annotations

import re
from random import Random

import numpy as np
import pytest

from handsight.devices.virtual.apps.clock import Clock
from handsight.devices.virtual.apps.contacts import Contacts
from handsight.devices.virtual.apps.shop import Shop
from handsight.models.mini.school import acts, episodes
from handsight.models.mini.school.goals import MAKERS
from handsight.models.mini.school.goals.base import Both, Goal, Maker
from handsight.models.mini.school.goals.clock import Alarm, alarm
from handsight.models.mini.school.goals.people import Called
from handsight.models.mini.school.goals.settings import Switched, missing
from handsight.models.mini.school.goals.things import InCart
from handsight.models.mini.school.lessons import lessons, written
from handsight.models.mini.school.pages import Pages
from handsight.models.mini.school.phones import random_phone
from handsight.models.mini.school.pupils import Pupil
from handsight.models.mini.school.samples import KINDS, Sample, samples
from handsight.models.mini.school.screens import Eye, View
from handsight.models.mini.school.words import Words, held_out
from handsight.models.mini.school.world import Act, World
from handsight.models.mini.vocabulary import Vocabulary
from handsight.types import Prompt, Reply

AN_HOUR = re.compile(r"\d:\d\d")


def world(seed: int, language: str = "en") -> World:
    return episodes.new_world(Random(seed), Words(Random(seed), language=language))


def page(seed: int) -> View:
    random = Random(seed)
    pages = Pages(Words(random))
    phone = random_phone(random, [pages], language="en")
    phone.launch(Pages.package)
    pages.turn()
    return Eye(phone).look()


def carry_out(goal: Goal, world: World, most: int = 30) -> Act:
    for _ in range(most):
        act = goal.next(world)
        if act.ends:
            return act
        world.do(act)
    raise AssertionError(f"{goal.text!r} took more than {most} acts: {world.history}")


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_oracle_ends_every_kind_of_goal(make: Maker, language: str) -> None:
    for seed in range(3):
        there = world(seed, language)
        goal = make(Words(Random(seed), language=language), there, language)
        assert carry_out(goal, there).verb in ("done", "say", "fail")


def test_what_the_oracle_says_is_done_is_so() -> None:
    there = world(1)
    dark = Switched("", "Dark theme", on=not there.phone.dark)
    before = there.phone.dark
    assert carry_out(dark, there) == Act("done")
    assert there.phone.dark is not before
    both = Both("", Alarm("", 7, 30), InCart("", "Desk lamp"))
    assert carry_out(both, there) == Act("done")
    clock, shop = there.phone.app("clock"), there.phone.app("shop")
    assert isinstance(clock, Clock)
    assert isinstance(shop, Shop)
    assert any((alarm.hour, alarm.minute, alarm.on) == (7, 30, True) for alarm in clock.alarms)
    assert shop.cart["Desk lamp"] == 1
    assert shop.orders == []


def test_what_is_done_already_is_not_done_again() -> None:
    there = world(2)
    carry_out(Switched("", "Captions", on=True), there)
    there.history.clear()
    there.do(Act("home"))
    carry_out(Switched("", "Captions", on=True), there)
    assert "tap “Captions”" not in there.history


def test_who_is_called_is_searched_for_though_a_long_name_is_broken_into_two_lines() -> None:
    there, name = world(1), "Bartholomew Featherstonehaugh"
    people = there.phone.app("contacts")
    assert isinstance(people, Contacts)
    people.contacts[0].name = name
    assert carry_out(Called("", name), there) == Act("done")
    assert f"type “{name}”" in there.history


def test_the_school_tells_of_as_many_acts_as_the_dialect() -> None:
    assert acts.told("rest", [f"tap “{n}”" for n in range(20)]).splitlines()[:2] == ["rest", "tap “10”"]


def test_what_was_done_on_this_very_screen_is_known_whatever_the_time() -> None:
    there = world(3)
    for act in (Act("open", "Notes"), Act("wait"), Act("open", "Files"), Act("open", "Notes")):
        there.do(act)
    assert there.led_back == ("wait", "open “Files”")
    there.clock.sleep(60)
    there.look()
    assert there.led_back == ("wait", "open “Files”")
    there.do(Act("open", "Files"))
    assert there.led_back == ("open “Notes”",)


class Waits:
    """A model that waits, whatever it is asked."""

    name = "waits"

    def generate(self, prompt: Prompt) -> Reply:
        return Reply("wait")


def test_a_pupil_tries_and_is_told_what_is_right_there() -> None:
    pupil = Pupil(Waits())
    moments = [moment for seed in range(3) for moment in episodes.moments(Random(seed), others=2, pupil=pupil)]
    assert len(pupil.seconds) > 3
    assert pupil.invalid == 0
    assert any("wait" in moment.task.history for moment in moments)
    assert not any(task.act == Act("wait") for moment in moments for task in (moment.task, *moment.others))


def test_asking_about_other_goals_changes_nothing_about_the_one_that_is_carried_out() -> None:
    for seed in range(4):
        history: tuple[str, ...] = ()
        for moment in episodes.moments(Random(seed), others=3):
            assert moment.task.history[: len(history)] == history
            assert len(moment.task.history) >= len(history)
            history = moment.task.history


def test_much_of_what_else_is_asked_differs_from_the_goal_in_its_details_alone() -> None:
    """Only then does a learner meet many hours to be told from those that are set."""

    def hours(kind: Maker) -> float:
        others = episodes._others(Random(5), Words(Random(5)), world(5), kind, 40)
        assert len(others) > 10
        return sum(AN_HOUR.search(task.text) is not None for task in others) / len(others)

    assert hours(alarm) > 2 * hours(missing)


def test_letters_stand_where_they_are_drawn() -> None:
    seen = letters = 0
    for seed in range(6):
        view = page(seed)
        grey = np.asarray(view.image.convert("L"), np.int16)
        for run in view.runs:
            left, top, right, bottom = (round(side) for side in run.box)
            part = grey[top:bottom, left:right]
            seen += part.size > 0 and int(np.ptp(part)) > 40
            letters += 1
            assert len(run.xs) == len(run.text)
            assert list(run.xs) == sorted(run.xs)
    assert seen >= 0.99 * letters > 50


def test_what_lies_under_a_dialog_is_no_letter_to_be_read() -> None:
    for seed in range(400):
        random = Random(seed)
        pages = Pages(Words(random))
        phone = random_phone(random, [pages], language="en")
        phone.launch(Pages.package)
        pages.turn()
        view, panel = Eye(phone).look(), phone.tree().bounds
        if len(phone.stage.windows) < 2:
            continue
        words = {node.text for node in phone.tree().walk()} | {node.description for node in phone.tree().walk()}
        share = view.image.width / phone.size[0]
        for run in view.runs:
            x, y = (run.box[0] + run.box[2]) / 2 / share, (run.box[1] + run.box[3]) / 2 / share
            if panel[0] < x < panel[2] and panel[1] < y < panel[3]:
                assert any(run.text.rstrip("…") in word for word in words), run.text
        return
    raise AssertionError("no page had a dialog")


def test_a_lesson_about_a_thing_points_into_it() -> None:
    view = page(5)
    asking = lessons(view, Random(1), Words(Random(1)))
    for lesson, _ in zip(asking, range(200), strict=False):
        said = written(lesson.act, view.image.size)
        assert said.startswith(lesson.act.verb)
        if lesson.act.thing:
            (x, y), area = lesson.act.thing.middle, lesson.act.thing.area
            assert area[0] <= x <= area[2]
            assert area[1] <= y <= area[3]
        if lesson.kind == "absent":
            assert all(lesson.act.words.removeprefix("no ") != run.text for run in view.runs)


def test_held_out_words_are_never_shown_while_learning() -> None:
    taught, kept = Words(Random(1)), Words(Random(1), held=True)
    assert not any(held_out(taught.word()) for _ in range(300))
    assert all(held_out(kept.word()) for _ in range(100))


def test_the_same_seed_draws_and_asks_the_same(vocabulary: Vocabulary, some: list[Sample]) -> None:
    again = list(samples(3, vocabulary, 24))
    assert len(again) == len(some)
    for one, other in zip(some, again, strict=True):
        assert one.picture == other.picture
        assert one.questions == other.questions


def test_a_sample_says_what_is_in_each_cell(some: list[Sample], vocabulary: Vocabulary) -> None:
    kinds = {KINDS[kind] for sample in some for kind in np.unique(sample.kinds)}
    assert {"text", "row", "button"} <= kinds
    for sample in some:
        rows, columns = sample.grid
        assert sample.pixels().shape == (rows * 28, columns * 28, 3)
        assert sample.letters.shape == (rows, columns, 2, 2, 4)
        assert sample.letters.max() < len(vocabulary.characters)
        for question in sample.questions:
            assert all(0 <= cell < rows * columns for cell in question.cells)
            assert len(question.looks) == len(question.answer)
            said = [cell for cells in question.looks for cell in cells]
            assert set(said) <= set(question.cells)
            assert said or question.kind != "read"
            assert "\ufffd" not in vocabulary.decode(question.answer)
