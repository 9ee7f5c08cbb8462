"""The parts that the programs share: counting, printing, the loop, drawn pictures, and what the README says of them."""

from __future__ import annotations

import json
import re
import shlex
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import function_calling
import grounding
import steps
from handsight import ScriptedModel
from handsight.errors import ModelError, ModelUnreachable, UsageError
from handsight.tools.registry import Tools
from handsight.types import Prompt, Reply, ToolCall
from scoring import program
from scoring.aitz import Episode
from scoring.asking import Asker, Question
from scoring.drawing import drawn
from scoring.loop import Benchmark, Case, event, run
from scoring.readers import cases
from scoring.results import Results
from scoring.tables import rate, report
from scoring.tally import Tally

from .plain import Plain

README = (Path(__file__).parents[2] / "benchmarks" / "README.md").read_text("utf-8")
RIGHT = '[{"name": "a", "arguments": {}}]'
WRONG = '[{"name": "b", "arguments": {}}]'


def line(name: str, right: bool, *, problem: str = "", episode: Any = None, **tags: str) -> dict[str, Any]:
    held = {"episode": episode} if episode else {}
    return {"id": name, "mark": "m", "tags": tags, "scores": {"exact": right}, "problem": problem, **held}


def case(name: str, **more: Any) -> Case:
    def score(calls: Sequence[ToolCall]) -> dict[str, bool]:
        return {"exact": calls[0].name == "a"}

    return Case(name, Question(name, Tools([]), strict=False), score, name, {"kind": "x"}, **more)


def benchmark(stream: Iterator[Case] | list[Case]) -> Benchmark:
    return Benchmark("b", "mark", ("exact",), stream, {})


class Asked:
    """Answers by the task, from as many threads as ask."""

    name = "asked"

    def __init__(self, answer: Callable[[str], str]) -> None:
        self.answer = answer
        self.tasks: list[str] = []

    def generate(self, prompt: Prompt) -> Reply:
        task = str(prompt.messages[0].parts[0])
        self.tasks.append(task)
        return Reply(self.answer(task), 5, 2)


@pytest.fixture
def results(tmp_path: Path) -> Iterator[Results]:
    made = Results.open(tmp_path / "run.jsonl", {"benchmark": "b"}, Tally(["exact"], "exact"))
    yield made
    made.close()


# Counting


def test_a_tally_counts_over_all_and_by_each_category() -> None:
    tally = Tally(["exact"])
    tally.add(line("1", True, kind="text", platform="web"))
    tally.add(line("2", False, kind="icon", platform="web"))
    tally.add(line("3", False, problem="no call", kind="icon", platform="mobile"))
    assert (tally.total.cases, tally.total.hits, tally.total.malformed) == (3, {"exact": 1}, 1)
    assert {name: (c.cases, c.hits["exact"]) for name, c in tally.groups["kind"].items()} == {
        "text": (1, 1),
        "icon": (2, 0),
    }
    assert tally.groups["platform"]["mobile"].malformed == 1
    assert tally.malformed == [("3", "no call")]


def test_a_tally_keeps_the_first_malformed_replies_and_counts_all() -> None:
    tally = Tally(["exact"])
    for number in range(100):
        tally.add(line(str(number), False, problem="no call"))
    assert tally.total.malformed == 100
    assert [name for name, _ in tally.malformed] == [str(number) for number in range(20)]


def test_an_episode_counts_once_all_its_steps_are_there_in_whatever_order() -> None:
    tally = Tally(["exact"], "exact")
    for number, right in ((2, True), (0, True), (1, False)):
        assert tally.episodes() == ([], min(1, tally.total.cases))
        tally.add(line(f"a{number}", right, episode={"id": "a", "step": number, "length": 3}))
    assert tally.episodes() == ([Episode(False, 1 / 3, 2 / 3)], 0)
    tally.add(line("b0", True, episode={"id": "b", "step": 0, "length": 2}))
    assert tally.episodes()[1] == 1


# Printing


def test_a_report_has_a_table_for_each_kind_of_category_and_one_for_all(tmp_path: Path) -> None:
    tally = Tally(["exact"], "exact")
    for number in range(4):
        place = {"id": "e", "step": number, "length": 4}
        tally.add(line(str(number), number != 2, act="tap" if number else "type", subset="one", episode=place))
    tally.add(line("x", False, problem="there is\nno call", act="tap", subset="one"))
    assert "\n".join(report(tally, tmp_path)) == (
        "| act | cases | exact, % | 95 % | wrong format |\n"
        "|---|---|---|---|---|\n"
        "| tap | 4 | 50.0 | 15.0 to 85.0 | 1 |\n"
        "| type | 1 | 100.0 | 20.7 to 100.0 | 0 |\n"
        "\n"
        "|  | cases | exact, % | 95 % | wrong format |\n"
        "|---|---|---|---|---|\n"
        "| all | 5 | 60.0 | 23.1 to 88.2 | 1 |\n"
        "\n"
        "| episodes | all steps right, % | 95 % | until the first wrong step, % | right steps, % |\n"
        "|---|---|---|---|---|\n"
        "| 1 | 0.0 | 0.0 to 79.3 | 50.0 | 75.0 |\n"
        "\n"
        "1 replies were in a wrong format and count as wrong:\n"
        "- x: there is no call"
    )


def test_a_report_lists_ten_malformed_replies_and_says_where_the_others_are(tmp_path: Path) -> None:
    tally = Tally(["exact"])
    for number in range(15):
        tally.add(line(str(number), False, problem="no call"))
    *_, ninth, rest = report(tally, tmp_path / "run.jsonl")
    assert ninth == "- 9: no call"
    assert rest == f"- and 5 more, in {tmp_path / 'run.jsonl'}"


def test_a_report_without_cases_gives_no_rate(tmp_path: Path) -> None:
    assert list(report(Tally(["exact"]), tmp_path)) == ["no case was answered"]
    assert rate(0, 0) == ("-", "0.0 to 100.0")


# The loop


def test_each_case_is_asked_scored_and_recorded(results: Results) -> None:
    told: list[int] = []
    asker = Asker(ScriptedModel([RIGHT, WRONG, "nothing"]), Plain())
    run(benchmark([case("1"), case("2"), case("3")]), [asker], results, None, told.append)
    assert told == [1, 2, 3]
    assert (results.tally.total.cases, results.tally.total.hits["exact"], results.tally.total.malformed) == (3, 1, 1)
    assert list(results.done) == ["1", "2", "3"]


def test_a_record_of_a_case_holds_all_that_came() -> None:
    answer = Asker(ScriptedModel([Reply(RIGHT, 9, 4)]), Plain()).ask(case("1").question)
    place = {"id": "e", "step": 0, "length": 1}
    made = event(case("1", episode=place), answer, ["exact"])
    assert made.pop("seconds") >= 0
    assert made == {
        "id": "1",
        "mark": case("1").mark,
        "tags": {"kind": "x"},
        "episode": place,
        "scores": {"exact": True},
        "problem": "",
        "calls": [{"name": "a", "arguments": {}}],
        "reply": RIGHT,
        "tokens": [9, 4],
    }


def test_cases_are_taken_from_the_stream_only_as_they_are_needed(results: Results) -> None:
    taken: list[str] = []

    def stream() -> Iterator[Case]:
        for number in range(100):
            taken.append(str(number))
            yield case(str(number))

    model = Asked(lambda task: RIGHT)
    run(benchmark(stream()), [Asker(model, Plain()) for _ in range(2)], results, 10, lambda done: None)
    assert taken == [str(number) for number in range(10)]
    assert sorted(model.tasks, key=int) == taken


def test_as_many_cases_are_under_way_as_there_are_askers(results: Results) -> None:
    both = threading.Barrier(2, timeout=30)  # it opens only when two are there

    def answer(task: str) -> str:
        both.wait()
        return RIGHT

    asked = Asked(answer)
    run(
        benchmark([case(str(n)) for n in range(6)]),
        [Asker(asked, Plain()) for _ in range(2)],
        results,
        None,
        lambda n: None,
    )
    assert results.tally.total.cases == 6


@pytest.mark.parametrize("askers", [1, 3])
def test_a_model_that_fails_ends_the_run_and_the_case_is_named(askers: int, results: Results) -> None:
    def answer(task: str) -> str:
        if task == "4":
            raise ModelUnreachable("nobody is there")
        return RIGHT

    model = Asked(answer)
    with pytest.raises(ModelUnreachable, match=r"nobody is there \(at the case 4\)"):
        run(
            benchmark([case(str(n)) for n in range(9)]), [Asker(model, Plain())] * askers, results, None, lambda n: None
        )
    assert set(results.done) == set(model.tasks) - {"4"}  # whatever else was under way is kept
    assert set(results.done) >= {"0", "1", "2", "3"} if askers == 1 else "4" not in results.done


def test_the_first_of_several_failures_is_the_one_that_is_told(results: Results) -> None:
    def answer(task: str) -> str:
        raise ModelError(f"failed at {task}")

    with pytest.raises(ModelError, match="failed at"):
        run(
            benchmark([case(str(n)) for n in range(9)]),
            [Asker(Asked(answer), Plain())] * 3,
            results,
            None,
            lambda n: None,
        )
    assert results.done == {}


@pytest.mark.parametrize("askers", [1, 2])
def test_a_stream_that_breaks_leaves_what_was_under_way_answered(askers: int, results: Results) -> None:
    def stream() -> Iterator[Case]:
        yield from (case("0"), case("1"), case("2"))
        raise UsageError("line 4 is broken")

    with pytest.raises(UsageError, match="line 4 is broken"):
        run(benchmark(stream()), [Asker(Asked(lambda task: RIGHT), Plain())] * askers, results, None, lambda n: None)
    assert sorted(results.done) == ["0", "1", "2"]


def test_a_bug_in_a_scorer_is_not_taken_for_a_wrong_answer(results: Results) -> None:
    def score(calls: Sequence[ToolCall]) -> dict[str, bool]:
        raise ZeroDivisionError

    broken = Case("1", Question("1", Tools([]), strict=False), score, "1", {})
    with pytest.raises(ZeroDivisionError):
        run(benchmark([broken]), [Asker(ScriptedModel([RIGHT]), Plain())], results, None, lambda done: None)
    assert results.done == {}


# The file of results


def test_a_file_of_results_is_made_with_the_folders_above_it(tmp_path: Path) -> None:
    made = Results.open(tmp_path / "runs" / "today" / "run.jsonl", {"benchmark": "b"}, Tally(["exact"]))
    made.close()
    assert json.loads(made.path.read_text()) == {"event": "begin", "benchmark": "b"}


def test_a_file_of_results_that_cannot_be_made_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="file"):
        Results.open(tmp_path / "file" / "run.jsonl", {"benchmark": "b"}, Tally(["exact"]))


def test_a_case_that_was_written_twice_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    first = Results.open(path, {"benchmark": "b"}, Tally(["exact"]))
    first.add(line("1", True))
    first.close()
    with path.open("a") as file:
        file.write(json.dumps({"event": "case", **line("1", False)}) + "\n")
    again = Results.open(path, {"benchmark": "b"}, Tally(["exact"]))
    again.close()
    assert (again.tally.total.cases, again.tally.total.hits["exact"]) == (1, 1)
    assert again.held("1", "m")
    assert not again.held("2", "m")
    with pytest.raises(UsageError, match="the case 1 is another one"):
        again.held("1", "other")


def test_a_newer_release_may_go_on_with_an_older_ones_file(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    Results.open(path, {"benchmark": "b", "handsight": "0.1"}, Tally(["exact"])).close()
    Results.open(path, {"benchmark": "b", "handsight": "0.2"}, Tally(["exact"])).close()
    with pytest.raises(UsageError, match='its benchmark is "b", not "c"'):
        Results.open(path, {"benchmark": "c", "handsight": "0.2"}, Tally(["exact"]))


# Pictures


def test_a_picture_is_drawn_as_it_is_described() -> None:
    about = {
        "size": [40, 30],
        "boxes": [{"at": [0, 0, 9, 9], "color": "red"}, {"at": [20, 0, 29, 9]}],
        "texts": [{"at": [2, 12], "text": "M", "size": 16, "color": "#0000ff"}],
    }
    image = drawn(about, "here")
    assert [image.getpixel(at) for at in ((5, 5), (25, 5), (15, 5))] == [(255, 0, 0), (0, 0, 0), (255, 255, 255)]
    reds = image.crop((0, 12, 40, 30)).getchannel("R").getextrema()
    assert reds == (0, 255)
    assert image.crop((0, 12, 40, 30)).getchannel("B").getextrema() == (255, 255)


# What the README says


def test_the_case_in_the_readme_is_one(tmp_path: Path) -> None:
    (example,) = re.findall(r"```json\n(\{.*?)```", README, re.DOTALL)
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(json.loads(example)) + "\n", "utf-8")
    _, (made,) = cases.read(path)
    assert made.expected == (ToolCall("order", {"item": "tea", "count": 2}),)


def test_the_readme_counts_the_cases_that_ship() -> None:
    _, shipped = cases.read(Path(__file__).parents[2] / "benchmarks" / "cases" / "function_calling.jsonl")
    assert f"The {len(shipped)} cases that ship" in README
    assert f"the {sum(len(one.expected) > 1 for one in shipped)} cases that\nexpect two" in README


def test_every_command_in_the_readme_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    understood: list[str] = []

    def parse(parser: Any, build: Any, words: list[str] | None) -> int:
        understood.append(str(parser.parse_args(words).model))
        return 0

    monkeypatch.setattr(program, "main", parse)
    programs = {"function_calling.py": function_calling, "grounding.py": grounding, "steps.py": steps}
    commands = re.findall(r"^python benchmarks/(\w+\.py) (.+?)(?:\s+#.*)?$", README, re.MULTILINE)
    for name, words in commands:
        if name in programs:
            programs[name].main(shlex.split(words))
    assert len(understood) == 5
