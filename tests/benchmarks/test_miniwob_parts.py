"""The parts of the MiniWoB++ benchmark that need no browser: its tables, its report, its protocol, its players."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handsight.errors import (
    BadCall,
    BadRecord,
    DeviceLost,
    ExtraMissing,
    HandsightError,
    ModelRefused,
    TargetChanged,
    UsageError,
)
from handsight.tools.registry import Tools
from handsight.types import Message, Prompt, Screen, Step, ToolCall, Trajectory
from scoring.results import Results
from wob import films, report, tables
from wob.crew import Crew
from wob.films import Job
from wob.floor import Clicker
from wob.oracle.sight import Lost, Sight, click, drag
from wob.plain import Plain

websockets = pytest.importorskip("websockets.sync.server")

BEGIN = {
    "benchmark": "miniwob",
    "data": "miniwob 1.1.0",
    "model": "somebody",
    "dialect": "plain",
    "settings": {"steps": 9},
    "handsight": "0",
}


def case(task: str, seed: int, reward: float, **more: Any) -> dict[str, Any]:
    step = {
        "call": {"name": "click", "arguments": {"at": [320, 440]}},
        "problem": "",
        "settled": "quiet",
        "picture": None,
    }
    return {
        "id": f"{task}#{seed}",
        "mark": Job(task, seed).mark,
        "tags": {"task": task},
        "scores": {"success": reward > 0},
        "problem": "",
        "reward": reward,
        "query": "Click <here> & there.",
        "ended": "done",
        "message": "",
        "steps": [step] * (seed + 1),
        "last": None,
        "tokens": [0, 0],
        "seconds": 1.25,
        **more,
    }


def written(out: Path, *events: dict[str, Any]) -> Path:
    results = Results.open(out, BEGIN, tables.Rewards())
    for event in events:
        results.add(event)
    results.close()
    return out


# What came of it


def test_the_table_has_a_row_for_each_task_with_its_interval_its_reward_and_its_steps(tmp_path: Path) -> None:
    out = written(tmp_path / "r.jsonl", case("b", 0, 1.0), case("a", 0, 0.25), case("b", 1, -1.0), case("b", 2, 1.0))
    lines = list(tables.report(report.read(out)[1]))
    assert lines[2:5] == [
        "| a | 1 | 100.0 | 20.7 to 100.0 | 0.25 | 1.0 |",
        "| b | 3 | 66.7 | 20.8 to 93.9 | 0.33 | 2.0 |",
        "| all episodes | 4 | 75.0 | 30.1 to 95.4 | 0.31 | 1.8 |",
    ]
    assert lines[-1] == "2 tasks; the mean of their rates is 83.3 %, 1 of them reach 95 %."


def test_a_run_without_episodes_has_no_table(tmp_path: Path) -> None:
    assert list(tables.report(tables.Rewards())) == ["no episode was run"]


def test_the_report_shows_films_in_order_with_places_marked_and_nothing_of_a_page_as_html(tmp_path: Path) -> None:
    films_folder = report.films_of(tmp_path / "r.jsonl")
    films_folder.mkdir()
    Image.new("RGB", (240, 330), "red").save(films_folder / "a.webp")
    shown = {"file": "a.webp", "size": [640, 880]}
    places = {"start": [10, 20], "end": [30, 40], "seconds": 0.3}
    steps = [
        {"call": {"name": "click", "arguments": {"at": [320, 440]}}, "problem": "", "settled": "", "picture": shown},
        {"call": {"name": "drag", "arguments": places}, "problem": "it moved", "settled": "", "picture": shown},
        {"call": None, "problem": "there is no call", "settled": "", "picture": {**shown, "file": "lost.webp"}},
    ]
    filmed = [case("a", seed, 1.0 - seed / 10, steps=steps, last=shown) for seed in (10, 2)]
    out = written(tmp_path / "r.jsonl", *filmed, case("b", 0, 0.0))
    page = report.write_report(out, "Read <this>.").read_text("utf-8")
    assert page.index("seed 2 ") < page.index("seed 10 ")
    assert page.count("<article>") == 2
    assert page.count("data:image/webp;base64,") == 6
    assert page.count("the picture is gone") == 2
    assert page.count('<circle cx="320" cy="440"') == 2
    assert page.count('<line x1="10" y1="20" x2="30" y2="40"/>') == 2
    assert page.count("Click &lt;here&gt; &amp; there.") == 2
    assert "Read &lt;this&gt;." in page
    assert "it moved" in page
    assert "33.3 % a success (95 %: 6.1 to 79.2)" in page


def test_a_file_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRecord):
        report.write_report(tmp_path / "nowhere.jsonl")


def test_a_file_of_another_player_is_refused(tmp_path: Path) -> None:
    out = written(tmp_path / "r.jsonl", case("a", 0, 1.0))
    with pytest.raises(UsageError, match="its model is"):
        Results.open(out, {**BEGIN, "model": "another"}, tables.Rewards())


def test_an_episode_is_written_with_its_pictures_small_and_without_a_step_that_was_only_seen(tmp_path: Path) -> None:
    from wob.episode import Episode

    screen = Screen(Image.new("RGB", (640, 880), "white"))
    acted, seen = Step(1, screen, call=ToolCall("click", {"at": [1.0, 2.0]})), Step(2, screen)
    came = Episode("a", 3, "Click.", 0.5, "done", "", 2.0, [acted, seen], screen)
    event = films.event(came, Job("a", 3, tmp_path))
    assert [step["call"] for step in event["steps"]] == [{"name": "click", "arguments": {"at": [1.0, 2.0]}}]
    assert (event["scores"], event["reward"]) == ({"success": True}, 0.5)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-3-1.webp", "a-3-end.webp"]
    assert Screen(tmp_path / "a-3-1.webp").size == (240, 330)
    assert event["last"] == {"file": "a-3-end.webp", "size": [640, 880]}
    assert films.event(came, Job("a", 3))["last"] is None


# The players


def look(size: tuple[int, int], problem: Exception | None = None) -> Prompt:
    trajectory = Trajectory("")
    for _ in range(2):
        trajectory.add_step().screen = Screen(Image.new("RGB", size))
    trajectory.steps[0].problem = problem
    return Plain().render(trajectory, Tools([]))


def test_random_clicks_fall_on_the_whole_screen_and_are_the_same_for_the_same_seed() -> None:
    one, same, other = Clicker("a#1"), Clicker("a#1"), Clicker("a#2")
    said = [one.generate(look((640, 880))).text for _ in range(300)]
    assert said == [same.generate(look((640, 880))).text for _ in range(300)]
    assert said != [other.generate(look((640, 880))).text for _ in range(300)]
    places = [json.loads(text)[1]["at"] for text in said]
    for side, most in ((0, 640), (1, 880)):
        values = [place[side] for place in places]
        assert 0 <= min(values) < most / 20
        assert most * 19 / 20 < max(values) < most


def test_a_reply_of_a_player_is_read_as_the_call_it_was() -> None:
    reply = Clicker("a").generate(look((64, 88)))
    (call,) = Plain().parse(reply, Screen(Image.new("RGB", (64, 88))), Tools([]))
    assert call.name == "click"
    assert call.arguments == json.loads(reply.text)[1]


def test_a_call_that_touched_nothing_since_the_screen_changed_is_made_again() -> None:
    player = Clicker("a")
    said = player.generate(look((640, 880))).text
    assert player.generate(look((640, 880), TargetChanged("It moved."))).text == said
    assert player.generate(look((640, 880), BadCall("Not on the screen."))).text != said


def test_every_player_that_is_asked_something_else_says_so() -> None:
    from handsight.errors import ModelError

    with pytest.raises(ModelError, match="answers screens"):
        Clicker("a").generate(Prompt((Message("user", ("Hello?",)),)))


def test_every_play_is_of_a_task_that_there_is() -> None:
    from wob import tasks
    from wob.oracle.player import PLAYS

    try:
        tasks.folder()
    except ExtraMissing as problem:
        pytest.skip(str(problem))
    assert set(PLAYS) <= set(tasks.names())
    assert not set(PLAYS) & set(tasks.LEFT_OUT)
    assert len(PLAYS) > 80


# Workers side by side


@contextmanager
def crew(*answers: Callable[[Job], Any]) -> Iterator[Crew]:
    """Workers that give what `answers` makes of each job: a result, an error, or None, at which they are gone."""
    pipes = [Pipe() for _ in answers]

    def work(pipe: Connection, answer: Callable[[Job], Any]) -> None:
        with pipe:
            while True:
                try:
                    said = answer(pipe.recv())
                except EOFError:
                    return
                if said is None:
                    return
                pipe.send(said)

    threads = [
        threading.Thread(target=work, args=(theirs, answer)) for (_, theirs), answer in zip(pipes, answers, strict=True)
    ]
    for thread in threads:
        thread.start()
    yield Crew([ours for ours, _ in pipes], ("somebody", "plain"))
    for ours, _ in pipes:
        ours.close()
    for thread in threads:
        thread.join()


def test_every_job_is_done_once_however_many_work() -> None:
    with crew(*[lambda job: job.id] * 3) as three:
        assert sorted(three.run([Job("a", seed) for seed in range(20)])) == sorted(f"a#{seed}" for seed in range(20))


@pytest.mark.parametrize(
    ("said", "words"), [(ModelRefused("not this one"), "not this one"), (None, "a worker of the benchmark ended")]
)
def test_after_an_error_nothing_is_begun_and_what_was_under_way_is_given(said: Exception | None, words: str) -> None:
    begun: list[str] = []
    broken = threading.Event()

    def breaks(job: Job) -> Exception | None:
        begun.append(job.id)
        broken.set()
        return said

    def waits(job: Job) -> str:
        begun.append(job.id)
        broken.wait(10)
        return job.id

    came: list[Any] = []
    with crew(waits, breaks) as two, pytest.raises(HandsightError, match=words):
        came.extend(two.run([Job("a", 0), Job("a", 1)]))
    assert (len(begun), len(came)) == (2, 1)
    with crew(breaks) as one, pytest.raises(HandsightError, match=words):
        list(one.run([Job("b", seed) for seed in range(9)]))
    assert len(begun) == 3


# The protocol


Answer = Callable[[dict[str, Any]], list[dict[str, Any]]]


@contextmanager
def browser(answer: Answer) -> Iterator[str]:
    """A browser that says what `answer` makes of each command; an empty list hangs up."""

    def talk(socket: Any) -> None:
        for line in socket:
            asked = json.loads(line)
            said = answer(asked) if not asked["method"].startswith(("Page.enable", "Page.setLife")) else None
            if said == []:
                return
            for one in said or [{"id": asked["id"], "result": {}}]:
                socket.send(json.dumps(one))

    with websockets.serve(talk, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
        thread.join()


@contextmanager
def page(answer: Answer) -> Iterator[Any]:
    from wob.devtools import Page

    with browser(answer) as address:
        tab = Page.connect(address)
        yield tab
        tab.close()


def test_a_page_is_open_when_its_own_loading_is_over_and_not_that_of_the_page_before() -> None:
    def loaded(loader: str) -> dict[str, Any]:
        return {"method": "Page.lifecycleEvent", "params": {"name": "load", "loaderId": loader}}

    heard: list[str] = []

    def answer(asked: dict[str, Any]) -> list[dict[str, Any]]:
        heard.append(asked["method"])
        if asked["method"] == "Page.navigate":
            return [loaded("old"), {"id": asked["id"], "result": {"loaderId": "new"}}, loaded("old"), loaded("new")]
        return [{"id": asked["id"], "result": {"result": {"value": 4}}}]

    with page(answer) as tab:
        tab.open("file:///x.html")
        assert tab.value("2 + 2") == 4
    assert heard == ["Page.navigate", "Runtime.evaluate"]


def test_a_dialog_is_put_away_while_an_answer_is_waited_for() -> None:
    waiting: list[int] = []

    def answer(asked: dict[str, Any]) -> list[dict[str, Any]]:
        if asked["method"] == "Runtime.evaluate":
            waiting.append(asked["id"])
            return [{"method": "Page.javascriptDialogOpening", "params": {"message": "Sure?"}}]
        assert (asked["method"], asked["params"]) == ("Page.handleJavaScriptDialog", {"accept": True})
        return [{"id": asked["id"], "result": {}}, {"id": waiting[0], "result": {"result": {"value": "yes"}}}]

    with page(answer) as tab:
        assert tab.value("confirm('Sure?')") == "yes"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"error": {"message": "no such method"}}, "refuses Runtime.evaluate: no such method"),
        (
            {"result": {"exceptionDetails": {"text": "Uncaught", "exception": {"description": "Error: x\n at y"}}}},
            "does not know what was asked of it: Error: x$",
        ),
    ],
)
def test_a_page_that_answers_with_an_error_is_told_of_in_one_sentence(said: dict[str, Any], words: str) -> None:
    with page(lambda asked: [{"id": asked["id"], **said}]) as tab, pytest.raises(DeviceLost, match=words):
        tab.value("core")


def test_a_browser_that_is_gone_is_told_of() -> None:
    with page(lambda asked: []) as tab:
        with pytest.raises(DeviceLost, match="the browser is gone"):
            tab.value("1")
        with pytest.raises(DeviceLost, match="the browser is gone"):
            tab.value("1")


def test_a_browser_that_is_not_there_is_told_of() -> None:
    from wob.devtools import Page

    with browser(lambda asked: []) as address:
        pass
    with pytest.raises(DeviceLost, match="cannot be reached"):
        Page.connect(address)


# The oracle's eyes


def seen(*nodes: dict[str, Any]) -> Answer:
    plain = {"value": "", "name": "", "id": "", "tag": "button", "on": False, "fill": "", "style": "", "shown": True}
    return lambda asked: [{"id": asked["id"], "result": {"result": {"value": [{**plain, **node} for node in nodes]}}}]


def test_places_on_a_page_become_pixels_of_the_screen() -> None:
    with page(seen({"text": "OK", "box": [10, 20, 30, 25]})) as tab:
        sight = Sight(tab, "")
        node = sight.one("button", "OK")
        assert (node.middle.x, node.middle.y) == (80, 90)
        assert click(node) == ToolCall("click", {"at": [80, 90]})
        assert click(node, 2).arguments == {"at": [80, 90], "count": 2}
        assert drag(node, node.at(1, 0)).arguments == {"start": [80, 90], "end": [120, 80], "seconds": 0.3}


def test_what_is_not_shown_is_not_there() -> None:
    hidden = {"text": "OK", "box": [0, 0, 0, 0], "shown": False}
    with page(seen(hidden)) as tab, pytest.raises(Lost, match="the page shows 0 of button with 'OK'"):
        Sight(tab, "").one("button", "OK")


def test_what_lies_below_is_scrolled_to_before_it_is_clicked() -> None:
    places = iter([900, 900, 300, 300])

    def answer(asked: dict[str, Any]) -> list[dict[str, Any]]:
        frame = "#area" in asked["params"]["expression"]
        top = 0 if frame else next(places) / 4
        return seen({"text": "OK", "box": [0, top, 160, top + (150 if frame else 10)]})(asked)

    with page(answer) as tab:
        calls = list(Sight(tab, "").reach("button", "#area"))
    assert [call.name for call in calls] == ["scroll", "scroll", "move_to", "click"]
    assert [call.arguments.get("direction") for call in calls[:2]] == ["down", "down"]
    assert calls[2].arguments == calls[3].arguments == {"at": [320, 320]}


def test_an_instruction_of_another_form_is_not_guessed_at() -> None:
    with page(seen()) as tab:
        sight = Sight(tab, 'Enter "a b" and "c".')
        assert sight.quoted == ["a b", "c"]
        assert sight.word(r"Enter (.*) and") == '"a b"'
        with pytest.raises(Lost, match="is not of the form"):
            sight.word(r"Click (.*)")
