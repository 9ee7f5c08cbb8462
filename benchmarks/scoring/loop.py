"""The run that all benchmarks of models share: ask for each case that has no answer yet, score, record."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from handsight.errors import ModelError
from handsight.types import ToolCall
from scoring.asking import Answer, Asker, Question
from scoring.readers.files import digest
from scoring.results import Results

_LISTENS_S = 0.2  # a Ctrl-C just before a wait without an end would be heard after it only

Score = Callable[[Sequence[ToolCall]], Mapping[str, bool]]
Tell = Callable[[int], None]


@dataclass(frozen=True, eq=False)
class Case:
    """One question and how its answer is scored. `raw` is all that decides it: a case with another `raw` is another.

    `tags` are the categories it counts in. `episode` holds id, step and length for a step of one.
    """

    id: str
    question: Question
    score: Score
    raw: Any
    tags: Mapping[str, str]
    episode: Mapping[str, Any] | None = None

    @property
    def mark(self) -> str:
        return digest(self.raw)


@dataclass(frozen=True, eq=False)
class Benchmark:
    """What is measured: its name, the mark of its data, the metrics of `Case.score`, and the cases as a stream.

    `settings` are choices that change the numbers. `exact` is the metric by which episodes are judged.
    """

    name: str
    mark: str
    metrics: tuple[str, ...]
    cases: Iterable[Case]
    settings: Mapping[str, Any]
    exact: str = ""
    total: int | None = None


def run(
    benchmark: Benchmark,
    askers: Sequence[Asker],
    results: Results,
    limit: int | None,
    tell: Tell,
    skip: Collection[str] = (),
) -> None:
    """Answer the first `limit` cases, or all, but for those that `results` hold and those in `skip`.

    `tell` hears how many are done.
    With several askers as many cases are under way at once. What ends it, an error or Ctrl-C, leaves every answer
    that has come in `results`.
    """
    over = 0

    def left() -> Iterator[Case]:
        nonlocal over
        for case in islice(benchmark.cases, limit):
            if results.held(case.id, case.mark):
                over += 1
                tell(over)
            elif case.id not in skip:
                yield case

    answers = _one_by_one(left(), askers[0]) if len(askers) == 1 else _at_once(left(), askers)
    for case, answer in answers:
        results.add(event(case, answer, benchmark.metrics))
        over += 1
        tell(over)


def event(case: Case, answer: Answer, metrics: Sequence[str]) -> dict[str, Any]:
    """A case as it is recorded. A reply from which no call can be read is wrong by every metric."""
    scores = dict.fromkeys(metrics, False) if answer.problem else case.score(answer.calls)
    return {
        "id": case.id,
        "mark": case.mark,
        "tags": dict(case.tags),
        **({"episode": dict(case.episode)} if case.episode else {}),
        "scores": {metric: bool(scores[metric]) for metric in metrics},
        "problem": answer.problem,
        "calls": [{"name": call.name, "arguments": dict(call.arguments)} for call in answer.calls],
        "reply": answer.text,
        "tokens": list(answer.tokens),
        "seconds": round(answer.seconds, 3),
    }


def _one_by_one(cases: Iterator[Case], asker: Asker) -> Iterator[tuple[Case, Answer]]:
    for case in cases:
        yield case, _asked(asker, case)


def _asked(asker: Asker, case: Case) -> Answer:
    try:
        return asker.ask(case.question)
    except ModelError as problem:
        raise type(problem)(f"{problem} (at the case {case.id})") from problem


def _at_once(cases: Iterator[Case], askers: Sequence[Asker]) -> Iterator[tuple[Case, Answer]]:
    """Answers as they come. After an error no further case is begun, and those under way are waited for."""
    todo: queue.SimpleQueue[Case | None] = queue.SimpleQueue()
    came: queue.SimpleQueue[tuple[Case, Answer | BaseException]] = queue.SimpleQueue()

    def work(asker: Asker) -> None:
        while (case := todo.get()) is not None:
            try:
                came.put((case, _asked(asker, case)))
            except BaseException as problem:  # it is raised again where the answers are waited for
                came.put((case, problem))

    for asker in askers:  # Ctrl-C does not wait for what a server still writes: no thread holds up the end
        threading.Thread(target=work, args=(asker,), daemon=True).start()
    problem: BaseException | None = None
    under_way = 0
    try:
        while True:
            while problem is None and under_way < len(askers):
                try:
                    case = next(cases, None)
                except Exception as broken:  # a file that cannot be read on: what is under way still counts
                    case, problem = None, broken
                if case is None:
                    break
                todo.put(case)
                under_way += 1
            if under_way == 0:
                break
            try:
                case, answer = came.get(timeout=_LISTENS_S)
            except queue.Empty:
                continue
            under_way -= 1
            if isinstance(answer, BaseException):
                problem = problem or answer
            else:
                yield case, answer
    finally:
        for _ in askers:
            todo.put(None)
    if problem is not None:
        raise problem
