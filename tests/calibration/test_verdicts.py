"""Whether the convention of a model is named for what it is: simulated models of each, spoken to in every dialect."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.calibration.simulated import (
    Simulated,
    Write,
    enlarging,
    padded,
    pixels_of_the_screenshot,
    pixels_seen,
    relative,
    shifted,
    shortened,
    shrinking,
    spoken,
    swapped,
)

from handsight.calibration import Answer, Report, ask, draw_sheets, judge
from handsight.calibration.asking import Shown
from handsight.calibration.conventions import Convention, Kind
from handsight.calibration.fit import axes, best, score
from handsight.errors import ModelUnreachable, UsageError
from handsight.families import DIALECTS
from handsight.models.scripted import ScriptedModel
from handsight.prompts.dialect import ChatDialect
from handsight.types import Prompt, Reply
from handsight.wiring import open_dialect

SHEETS = draw_sheets()
ALL: dict[str, Any] = {name: open_dialect(name) for name in DIALECTS}
every_dialect = pytest.mark.parametrize("name", sorted(DIALECTS))

CONVENTIONS: dict[str, tuple[Write, Kind, float]] = {
    "0 to 1000": (relative(1000), "relative", 1000),
    "0 to 999": (relative(999), "relative", 999),
    "fractions": (relative(1, digits=3), "relative", 1),
    "percents": (relative(100, digits=1), "relative", 100),
    "0 to 1024": (relative(1024), "relative", 1024),
    "pixels as sent": (pixels_seen, "sent", 0),
    "pixels of the screenshot": (pixels_of_the_screenshot, "original", 0),
    "padded to a square": (padded(1000), "padded", 1000),
}


def calibrated(dialect: ChatDialect, write: Write, **how: Any) -> Report:
    return judge(ask(Simulated(dialect, write, **how), dialect, SHEETS), dialect, ALL)


def answers_of(dialect: ChatDialect, write: Callable[[Answer], tuple[float, float] | None]) -> list[Answer]:
    """What a model would answer, without a picture being looked at."""
    made = []
    for sheet in SHEETS:
        size = sheet.screen.size
        shown = Shown(size, dialect.sent(size), dialect.space(sheet.screen).edge)
        for target in sheet.targets:
            bare = Answer(target, shown, None, "nothing")
            numbers = write(bare)
            made.append(replace(bare, numbers=numbers, problem="" if numbers else "nothing"))
    return made


def is_own(dialect: ChatDialect, kind: Kind, number: float) -> bool:
    """Whether a convention is what the dialect reads; 999 and 1000 cannot be told from one another by a hand."""
    if kind == "sent":
        return dialect.edge is None
    return kind == "relative" and dialect.edge is not None and abs(dialect.edge[0] - number) <= 1


# Each convention, spoken to in each dialect


@every_dialect
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_each_convention_is_named_in_each_dialect(name: str, convention: str) -> None:
    dialect, (write, kind, number) = ALL[name], CONVENTIONS[convention]
    report = calibrated(dialect, write, nonsense=0.1, wrong=0.1)
    assert report.found
    found = report.found.convention
    if is_own(dialect, kind, number):
        assert (report.verdict, found) == ("right", Convention("own"))
        assert report.as_is.hits >= 0.75 * len(report.readable)
        return
    assert report.verdict == "wrong"
    assert found.kind == kind
    assert abs(found.number - number) <= 1
    assert not found.swapped
    assert not any(found.shift)
    assert report.found.hits >= 0.75 * len(report.readable)
    assert report.found.hits >= report.as_is.hits


@every_dialect
def test_a_perfect_model_passes_with_every_target_hit(name: str) -> None:
    dialect = ALL[name]
    edge = dialect.edge
    report = calibrated(dialect, relative(edge[0]) if edge else pixels_seen, noise=0)
    assert report.verdict == "right"
    assert report.as_is.hits == len(report.answers) == 12
    assert report.as_is.pixels is not None
    assert report.as_is.pixels < 2.5
    assert f"and {name} reads them so" in report.sentences[0]


@every_dialect
def test_y_before_x_is_named(name: str) -> None:
    dialect = ALL[name]
    report = calibrated(dialect, swapped(relative(1000) if dialect.edge else pixels_seen), nonsense=0.1)
    assert report.verdict == "wrong"
    assert report.found
    assert report.found.convention.swapped
    assert "y before x" in report.sentences[0]
    assert "chat template" in report.sentences[-1]


@every_dialect
def test_a_constant_shift_is_measured(name: str) -> None:
    dialect = ALL[name]
    report = calibrated(dialect, shifted(relative(dialect.edge[0]) if dialect.edge else pixels_seen, 0, 70))
    assert report.verdict == "wrong"
    assert report.found
    right, down = report.found.convention.shift
    assert report.found.convention.kind == "own"
    assert abs(right) < 8
    assert down == pytest.approx(70, abs=8)
    assert "shifted by" in report.sentences[0]
    assert "pads or crops" in report.sentences[-1]


@every_dialect
def test_a_model_that_points_anywhere_gives_no_verdict(name: str) -> None:
    for seed in range(5):
        report = calibrated(ALL[name], relative(1000), blind=True, seed=seed)
        assert report.verdict == "unknown"
        assert report.found is None
        assert report.sentences[0].startswith("Nothing can be said: under no convention")


@every_dialect
@pytest.mark.parametrize(
    ("kind", "sees", "number"),
    [
        ("capped", shrinking(700), 700 * 28**2),
        ("capped", shrinking(400), 400 * 28**2),
        ("longest", shortened(1000), 1000),
        ("raised", enlarging(2_000_000), 2_000_000),
    ],
)
def test_a_server_that_resizes_again_is_found_out(name: str, kind: Kind, sees: Any, number: float) -> None:
    report = calibrated(ALL[name], pixels_seen, sees=sees, noise=0.002)
    assert report.verdict == "wrong"
    assert report.found
    assert report.found.convention.kind == kind
    assert report.found.convention.number == pytest.approx(number, rel=0.05)
    assert any("The server resizes what it is sent: " in said for said in report.sentences)


# Many answers, without pictures


@settings(max_examples=200, deadline=None, derandomize=True)  # one seed in many thousands does look shifted
@given(
    name=st.sampled_from(sorted(DIALECTS)),
    noise=st.floats(0, 0.012),
    seed=st.integers(0, 10**6),
    lost=st.sets(st.integers(0, 11), max_size=2),
    mistaken=st.sets(st.integers(0, 11), max_size=2),
)
def test_a_dialect_that_is_right_is_never_called_wrong(
    name: str, noise: float, seed: int, lost: set[int], mistaken: set[int]
) -> None:
    dialect, chance = ALL[name], random.Random(seed)
    count = iter(range(12))

    def write(answer: Answer) -> tuple[float, float] | None:
        number = next(count)
        x, y = (chance.random(), chance.random()) if number in mistaken else answer.meant
        edge = answer.shown.edge
        place = (x + chance.gauss(0, noise)) * edge[0], (y + chance.gauss(0, noise)) * edge[1]
        return None if number in lost else (round(place[0]), round(place[1]))

    assert judge(answers_of(dialect, write), dialect, ALL).verdict in ("right", "unknown")


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(sorted(DIALECTS)), seed=st.integers(0, 10**6), edge=st.sampled_from([1, 100, 1000, 2000]))
def test_chance_alone_is_never_taken_for_a_convention(name: str, seed: int, edge: int) -> None:
    chance = random.Random(seed)
    made = answers_of(ALL[name], lambda answer: (chance.random() * edge, chance.random() * edge))
    assert judge(made, ALL[name], ALL).verdict == "unknown"


@settings(max_examples=60, deadline=None)
@given(edge=st.floats(150, 5000), seed=st.integers(0, 10**6))
def test_an_edge_that_nobody_uses_is_measured(edge: float, seed: int) -> None:
    chance = random.Random(seed)
    made = answers_of(
        ALL["nous"],
        lambda answer: (
            (answer.meant[0] + chance.gauss(0, 0.003)) * edge,
            (answer.meant[1] + chance.gauss(0, 0.003)) * edge,
        ),
    )
    right, bottom = best(made).convention.corners(made[0].shown)[2:]
    assert right == pytest.approx(edge, rel=0.025)
    assert bottom == pytest.approx(edge, rel=0.025)


CENTER = (500.0, 500.0)


def test_a_model_that_always_points_at_the_middle_gives_no_verdict() -> None:
    assert judge(answers_of(ALL["nous"], lambda answer: CENTER), ALL["nous"], ALL).verdict == "unknown"


@pytest.mark.parametrize("numbers", [(0.0, 0.0), (1e9, -1e9), (-5.0, 1e9)])
def test_numbers_of_any_size_are_measured_without_an_error(numbers: tuple[float, float]) -> None:
    assert judge(answers_of(ALL["nous"], lambda answer: numbers), ALL["nous"], ALL).verdict == "unknown"


def test_few_readable_answers_give_no_verdict_and_the_first_of_the_others_is_kept() -> None:
    dialect = ALL["nous"]
    model = ScriptedModel([*["I cannot see it."] * 7, *[spoken(dialect, CENTER) for _ in range(5)]])
    report = judge(ask(model, dialect, SHEETS), dialect, ALL)
    assert report.verdict == "unknown"
    assert report.sentences[0] == "Nothing can be said: only 5 of 12 replies hold a place that can be read."
    assert len(report.unreadable) == 7
    assert report.unreadable[0].said == "I cannot see it."
    assert report.unreadable[0].problem.startswith("there is no call in the reply")


# The lines that the numbers follow


@pytest.mark.parametrize("turned", [False, True])
def test_the_line_of_each_axis_is_found_though_one_answer_is_nonsense(turned: bool) -> None:
    convention = Convention("relative", 1000, swapped=turned, shift=(20.0, -30.0))
    made = answers_of(ALL["nous"], convention.written)[:5]
    made[2] = replace(made[2], numbers=(3.0, 999.0))
    found = axes(made, convention)
    assert found
    across, down = found if not turned else found[::-1]
    first, second = (across, down)
    assert (first.start, first.end) == pytest.approx((20, 1020))
    assert (second.start, second.end) == pytest.approx((-30, 970))


def test_one_place_gives_no_line() -> None:
    made = answers_of(ALL["nous"], Convention("own").written)[:1]
    assert axes(made, Convention("own")) is None


@settings(max_examples=100, deadline=None)
@given(
    kind=st.sampled_from(["own", "relative", "sent", "original", "capped", "raised", "longest", "padded"]),
    number=st.floats(300, 3_000_000),
    turned=st.booleans(),
    shift=st.tuples(st.floats(-50, 50), st.floats(-50, 50)),
)
def test_what_a_convention_writes_it_reads_as_the_middle_of_the_target(
    kind: Kind, number: float, turned: bool, shift: tuple[float, float]
) -> None:
    convention = Convention(kind, number, swapped=turned, shift=shift)
    made = answers_of(ALL["qwen25_vl"], convention.written)
    for answer in made:
        assert convention.place(answer) == pytest.approx(answer.meant)
        assert convention.pixels_off(answer) == pytest.approx(0, abs=1e-6)
    found = score(convention, made)
    assert (found.hits, found.pixels) == (12, pytest.approx(0, abs=1e-6))
    assert found.loss == pytest.approx(convention.price, abs=1e-6)


# What to do


@pytest.mark.parametrize(
    ("name", "convention", "advice"),
    [
        ("nous", "pixels as sent", "Use --dialect qwen25_vl."),
        ("qwen25_vl", "0 to 1000", "Use --dialect nous."),
        ("qwen25_vl", "0 to 999", "Use --dialect nous."),
        ("ui_tars", "pixels as sent", "Use --dialect ui_tars_15."),
        ("ui_tars_15", "0 to 1000", "Use --dialect ui_tars."),
        ("gui_owl_1", "0 to 1000", "Use --dialect gui_owl."),
        ("gui_owl", "pixels as sent", "Use --dialect gui_owl_1."),
        ("native", "0 to 1000", "Use --dialect native_1000."),
        ("native_1000", "pixels as sent", "Use --dialect native."),
        ("qwen3_vl", "pixels as sent", "Use --dialect qwen25_vl."),
        ("nous", "percents", "a subclass of NousDialect with edge = (100, 100)"),
        ("nous", "fractions", "a subclass of NousDialect with edge = (1, 1)"),
        ("nous", "pixels of the screenshot", "--dialect qwen25_vl --screen-tokens 3354."),
        ("qwen25_vl", "pixels of the screenshot", "the two are the same: --screen-tokens 3354."),
        ("nous", "padded to a square", "start it without"),
    ],
)
def test_the_advice_is_what_helps(name: str, convention: str, advice: str) -> None:
    report = calibrated(ALL[name], CONVENTIONS[convention][0])
    assert advice in report.sentences[-1]


def test_the_advice_helps() -> None:
    """What is told to be taken is taken, and the same model passes."""
    write = pixels_seen
    assert calibrated(ALL["nous"], write).sentences[-1] == "Use --dialect qwen25_vl."
    assert calibrated(ALL["qwen25_vl"], write).verdict == "right"


def test_a_limit_of_the_servers_is_stayed_below_as_advised() -> None:
    dialect: Any = open_dialect("qwen25_vl")
    report = calibrated(dialect, pixels_seen, sees=shrinking(700))
    said = report.sentences[-1]
    budget = int(said.partition("--screen-tokens ")[2].partition(",")[0])
    assert 600 <= budget <= 700
    assert f"start it with max_pixels of {1272 * 28**2} or more" in said
    assert calibrated(open_dialect("qwen25_vl", "", budget), pixels_seen, sees=shrinking(700)).verdict == "right"  # type: ignore[arg-type]


def test_a_limit_that_is_too_low_is_the_servers_to_raise() -> None:
    report = calibrated(ALL["nous"], pixels_seen, sees=shrinking(200), noise=0.002)
    assert report.sentences[-1].startswith("Its limit is too low for screens: start it with max_pixels of ")
    assert report.sentences[-1].endswith(", and use --dialect qwen25_vl.")


# How a model is asked


def test_each_question_is_an_ordinary_prompt_of_its_own_with_tap_and_finish_alone() -> None:
    dialect = ALL["native"]
    asked: list[Prompt] = []

    class Listening(Simulated):
        def generate(self, prompt: Prompt) -> Reply:
            asked.append(prompt)
            return super().generate(prompt)

    told = []
    ask(Listening(dialect, pixels_seen), dialect, SHEETS, lambda target: told.append(target.words))
    assert len(asked) == 12
    for prompt, words in zip(asked, told, strict=True):
        assert [function["name"] for function in prompt.functions] == ["tap", "finish"]
        assert [message.role for message in prompt.messages] == ["system", "user"]
        assert f"Tap {words}, in its middle." in str(prompt.messages[1].parts[0])


@pytest.mark.parametrize(
    ("said", "numbers", "problem"),
    [
        ('{"name": "mobile_use", "arguments": {"action": "click", "coordinate": [1500, -7]}}', (1500, -7), ""),
        ('{"name": "mobile_use", "arguments": {"action": "click", "coordinate": [0.25, 0.5]}}', (0.25, 0.5), ""),
        ('{"name": "mobile_use", "arguments": {"action": "click", "coordinate": [10, 20, 30, 60]}}', (20, 40), ""),
        ('{"name": "mobile_use", "arguments": {"action": "click"}}', None, "click needs coordinate"),
        ('{"name": "mobile_use", "arguments": {"action": "terminate", "status": "failure"}}', None, "it calls finish"),
        (
            '{"name": "mobile_use", "arguments": {"action": "click", "coordinate": [1e39, 5]}}',
            None,
            "1e+39 and 5 are numbers of no place",
        ),
        ("", None, "there is no call in the reply"),
    ],
)
def test_numbers_are_taken_as_they_were_written(said: str, numbers: tuple[float, float] | None, problem: str) -> None:
    (first, *_) = ask(ScriptedModel([said, *["x"] * 11]), ALL["nous"], SHEETS)
    assert first.numbers == numbers
    assert problem in first.problem


def test_a_model_that_cannot_be_reached_ends_it() -> None:
    with pytest.raises(ModelUnreachable):
        ask(ScriptedModel([ModelUnreachable("gone")]), ALL["nous"], SHEETS)


def test_a_dialect_that_shows_no_numbers_is_refused() -> None:
    class Closed:
        name = "closed"

    with pytest.raises(UsageError, match="closed is a dialect that keeps its model's numbers to itself"):
        ask(ScriptedModel([]), Closed(), SHEETS)
