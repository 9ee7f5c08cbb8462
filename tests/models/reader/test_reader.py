"""Whole runs: the real loop, dialect and tools, and the reader on a drawn phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from handsight.loop import Agent, Limits
from handsight.models.reader import ReaderModel
from handsight.policy import Policy, Rule
from handsight.prompts.nous import NousDialect
from handsight.tools.gestures import gestures_for
from handsight.tools.registry import Tools
from handsight.tools.session import session_tools
from handsight.types import Outcome, Trajectory

from ...sight.drawing import SWITCHES
from .paper import Paper, PaperWithApps, Row


def pages() -> dict[str, list[Row]]:
    return {
        "Home": [Row("Settings", opens="Settings"), Row("Notes", opens="Notes"), Row("Shop", opens="Shop")],
        "Settings": [
            Row("Wi-Fi", "Connected", switch=True),
            Row("Bluetooth", switch=False),
            Row("Display", "Brightness, sleep", opens="Display"),
            Row("Stuck", dead=True),
            *[Row(f"Section {letter}") for letter in "ABCDEF"],
            Row("About phone", opens="About phone"),
        ],
        "Display": [Row("Dark theme", switch=False), Row("Sleep", value="10 min"), Row("Display size", value="Small")],
        "About phone": [Row("Model", value="Paper 1"), Row("Version", "15.2")],
        "Notes": [Row("Title", field=""), Row("Body", field="")],
        "Shop": [Row("Milk", button="Add"), Row("Bread", button="Add"), Row("Cart", button="Pay now", dead=True)],
    }


Run = Callable[..., tuple[Paper, Outcome, Trajectory]]


@pytest.fixture
def run(reader: ReaderModel) -> Run:
    def work(
        task: str, device: Paper | None = None, *, tools: list[Any] | None = None, ask: Any = None
    ) -> tuple[Paper, Outcome, Trajectory]:
        device = device or PaperWithApps(pages())
        given = Tools([*gestures_for(device), *session_tools(ask), *(tools or [])])
        agent = Agent(device, reader, NousDialect(), given, limits=Limits(steps=40))
        trajectory = agent.run(task)
        assert trajectory.outcome
        return device, trajectory.outcome, trajectory

    return work


def test_steps_are_followed_to_the_end_and_said(run: Run) -> None:
    device, outcome, trajectory = run("open Settings, tap Display, turn on Dark theme")
    assert outcome == Outcome("claimed", "All 3 steps are done: open Settings; tap Display; turn on Dark theme.")
    assert device.acts == ["open Settings", "tap Display", "tap Dark theme"]
    assert device.pages["Display"][0].switch is True
    assert trajectory.steps[1].call is not None
    assert trajectory.steps[1].call.thought == 'Step 2 of 3: tap "Display".'


def test_a_switch_that_is_right_already_is_left_alone(run: Run) -> None:
    device, outcome, _ = run("open Settings, turn on Wi-Fi, turn off Bluetooth, check that Wi-Fi is on")
    assert outcome.ok
    assert device.acts == ["open Settings"]


@pytest.mark.parametrize("style", ["ios", "android 10"])
def test_switches_of_other_systems_are_worked_in_the_dark(run: Run, style: str) -> None:
    device = PaperWithApps(pages(), page="Settings", style=SWITCHES[style], dark=True)
    device, outcome, _ = run("turn off Wi-Fi, turn on Bluetooth, make sure Wi-Fi is off", device)
    assert outcome.ok
    assert [row.switch for row in device.rows[:2]] == [False, True]


def test_what_is_further_down_is_scrolled_to(run: Run) -> None:
    device, outcome, _ = run("open Settings, tap About phone, answer what stands next to Model")
    assert (outcome.kind, outcome.answer) == ("claimed", "Paper 1")
    assert device.acts[0] == "open Settings"
    assert set(device.acts[1:-1]) == {"swipe up"}
    assert device.acts[-1] == "tap About phone"


def test_what_is_further_up_is_found_after_the_end(run: Run) -> None:
    device = PaperWithApps(pages(), page="Settings")
    device.offset = 400
    device, outcome, _ = run("turn on Bluetooth", device)
    assert outcome.ok
    assert device.pages["Settings"][1].switch is True


def test_what_is_missing_ends_the_run_with_what_comes_nearest(run: Run) -> None:
    _, outcome, trajectory = run("open Display, tap 'Dork thema'")
    assert outcome.kind == "failed"
    assert outcome.message == (
        "Step 2 of 2 cannot be done: there is no \"Dork thema\" on the screen; nearest: 'Dark theme'."
    )
    assert len(trajectory.steps) < 6


def test_an_unclear_target_is_not_guessed(run: Run) -> None:
    device, outcome, _ = run("open Shop, tap Add")
    assert outcome.kind == "failed"
    assert 'there are 2 candidates for "Add": "Add" next to "Milk", "Add" next to "Bread"' in outcome.message
    assert device.acts == ["open Shop"]


@pytest.mark.parametrize("task", ["open Shop, tap the second Add", "open Shop, tap Add next to Bread"])
def test_an_ordinal_or_a_place_makes_it_clear(run: Run, task: str) -> None:
    device, outcome, _ = run(task)
    assert outcome.ok
    assert device.acts == ["open Shop", "tap Bread"]


def test_a_tap_without_effect_is_tried_once_more_and_then_said(run: Run) -> None:
    device, outcome, _ = run("open Settings, tap Stuck")
    assert device.acts == ["open Settings", "tap Stuck", "tap Stuck"]
    assert outcome.message == 'Step 2 of 2 cannot be done: the screen did not change after: tap "Stuck".'


def test_paying_is_never_tried_again(reader: ReaderModel, run: Run) -> None:
    device = PaperWithApps(pages(), page="Shop")
    given = Tools([*gestures_for(device), *session_tools()])
    policy = Policy(rules=[Rule("allow", "tap")], ask=lambda question: True)
    outcome = Agent(device, reader, NousDialect(), given, policy).run("tap Pay now").outcome
    assert outcome
    assert outcome.kind == "failed"
    assert device.acts == ["tap Cart"]


def test_what_the_user_denies_is_not_asked_again(reader: ReaderModel) -> None:
    device = PaperWithApps(pages(), page="Shop")
    questions: list[str] = []
    policy = Policy(ask=lambda question: bool(questions.append(question)))
    agent = Agent(device, reader, NousDialect(), Tools([*gestures_for(device), *session_tools()]), policy)
    outcome = agent.run("tap Pay now").outcome
    assert outcome
    assert outcome.kind == "failed"
    assert "the user said no" in outcome.message
    assert len(questions) == 1
    assert device.acts == []


def test_text_goes_into_the_field_that_is_named(run: Run) -> None:
    device, outcome, _ = run("open Notes, type 'hello, world' into Body, type 'Grüße' into Title, press enter")
    assert outcome.ok
    assert [row.field for row in device.rows] == ["Grüße", "hello, world"]
    assert device.acts == ["open Notes", "tap Body", "type hello, world", "tap Title", "type Grüße", "press enter"]


def test_text_without_a_field_is_refused_in_words(run: Run) -> None:
    device, outcome, _ = run("open Notes, type 'lost'")
    assert outcome.kind == "failed"
    assert "no field has the focus; say where: type 'lost' into" in outcome.message
    assert device.acts == ["open Notes", "type lost"]


def test_an_app_that_cannot_be_opened_by_name_is_looked_for_on_the_home_screen(run: Run) -> None:
    device, outcome, _ = run("open Shop", Paper(pages(), page="Notes"))
    assert outcome.ok
    assert device.acts == ["press home", "tap Shop"]
    shop = pages()
    shop["Home"].append(Row("My Notes", opens="Notes"))
    device, outcome, _ = run("open My Notes", PaperWithApps(shop, page="Settings"))
    assert outcome.ok
    assert device.acts == ["open My Notes", "press home", "tap My Notes"]


def test_a_row_without_a_switch_is_not_given_its_neighbours(run: Run) -> None:
    device, outcome, _ = run("open Settings, turn on Display")
    assert outcome.kind == "failed"
    assert 'no switch or check box in the row of "Display"' in outcome.message
    assert device.acts == ["open Settings"]


def test_going_back_holding_and_the_page_under_a_title(run: Run) -> None:
    device, outcome, _ = run("open Settings > Display, go back, go home, long press Notes")
    assert outcome.ok
    assert device.acts == ["open Settings", "tap Display", "press back", "press home", "hold Notes"]


def test_a_screen_that_fills_late_is_waited_for(run: Run) -> None:
    device = PaperWithApps(pages(), delays=2)
    device, outcome, trajectory = run("open Settings, tap Display", device)
    assert outcome.ok
    assert device.acts == ["open Settings", "tap Display"]
    assert "wait" in [step.call.name for step in trajectory.steps if step.call]


def test_checks_pass_or_end_the_run(run: Run) -> None:
    assert run("open About phone, check that 'Paper 1' is shown, check that Wi-Fi is not shown")[1].ok
    outcome = run("open Settings, check that Wi-Fi is off")[1]
    assert outcome.message == 'Step 2 of 2 cannot be done: "Wi-Fi" is on, not off.'
    outcome = run("open Display, verify that 'Sleeep' is shown")[1]
    assert outcome.message == "Step 2 of 2 cannot be done: \"Sleeep\" is not on the screen; nearest: 'Sleep'."


def test_own_functions_get_texts_from_the_task_and_the_screen(run: Run) -> None:
    kept: list[tuple[str, int, str]] = []

    def keep(title: str, count: int, note: str) -> str:
        """Keep a note.

        Args:
            title: its title
            count: how many
            note: its text
        """
        kept.append((title, count, note))
        return "kept"

    task = "open About phone, call keep with title = the text next to Model, count 3 and note 'a, b'"
    device, outcome, _ = run(task, tools=[keep])
    assert outcome.ok
    assert kept == [("Paper 1", 3, "a, b")]
    assert run("call drop with title 'x'", tools=[keep])[1].message == (
        "Step 1 of 1 cannot be done: there is no function drop; the functions are: keep."
    )


def test_a_question_is_put_to_the_user(run: Run) -> None:
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return "blue"

    assert run('ask "Which colour?", open Notes', ask=ask)[1].ok
    assert asked == ["Which colour?"]


def test_answers_noted_on_the_way_are_given_at_the_end(run: Run) -> None:
    task = "open About phone, read Model, read the text below Version, go home, tap Notes"
    device, outcome, _ = run(task)
    assert outcome.answer == "Paper 1; 15.2"
    assert device.page == "Notes"


def test_a_task_that_is_no_steps_touches_nothing(run: Run) -> None:
    device, outcome, _ = run("find the cheapest flight")
    assert outcome.kind == "failed"
    assert "the reader follows steps" in outcome.message
    assert device.acts == []


def test_chinese_is_read_and_followed(run: Run) -> None:
    zh = {
        "Home": [Row("设置", opens="设置")],
        "设置": [Row("蓝牙", switch=False), Row("显示", "亮度、休眠", opens="显示")],
        "显示": [Row("深色主题", switch=False), Row("型号", value="纸手机")],
    }
    device, outcome, _ = run("打开设置，打开蓝牙，点击“显示”，打开深色主题，回答“型号”旁边的文字", Paper(zh))
    assert outcome.answer == "纸手机"
    assert device.acts == ["tap 设置", "tap 蓝牙", "tap 显示", "tap 深色主题"]
    assert (zh["设置"][0].switch, zh["显示"][0].switch) == (True, True)


class Killed(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("carried_out", [False, True], ids=["before the act", "after it"])
@pytest.mark.parametrize(
    ("task", "fatal", "acts"),
    [
        ("open Settings, tap Display, check that Sleep is shown", "tap Display", ["open Settings", "tap Display"]),
        ("open Settings, turn on Bluetooth", "tap Bluetooth", ["open Settings", "tap Bluetooth"]),
        ("open Notes, type 'only once' into Title", "type only once", ["open Notes", "tap Title", "type only once"]),
        ("open Settings, tap Display, go back", "press back", ["open Settings", "tap Display", "press back"]),
    ],
)  # fmt: skip
def test_a_killed_run_goes_on_and_does_nothing_twice(
    reader: ReaderModel, task: str, fatal: str, acts: list[str], *, carried_out: bool
) -> None:
    """A new process resumes from the record alone: the act in flight is done exactly once."""

    def die(act: str) -> None:
        if act == fatal:
            raise Killed

    class Mortal(PaperWithApps):
        def _done(self, act: str) -> None:
            if not carried_out and self.on_act:
                self.on_act(act)
            super()._done(act)

    device = Mortal(pages(), on_act=die)
    if carried_out:  # the act happens, and only then the process dies
        for name in ("tap", "type_text", "press"):
            method = getattr(device, name)

            def lethal(*args: Any, method: Any = method, **more: Any) -> None:
                device.on_act = None
                method(*args, **more)
                device.on_act = die
                die(device.acts[-1])

            setattr(device, name, lethal)
    given = Tools([*gestures_for(device), *session_tools()])
    agent = Agent(device, reader, NousDialect(), given)
    trajectory = Trajectory(task)
    with pytest.raises(Killed):
        agent.run(task, trajectory)
    assert trajectory.steps[-1].in_doubt
    device.on_act = None
    for name in ("tap", "type_text", "press"):
        vars(device).pop(name, None)
    outcome = Agent(device, ReaderModel(), NousDialect(), given).run(task, trajectory).outcome
    assert outcome
    assert outcome.ok
    assert device.acts == acts
