"""What is played: each row of a file's data is a case, its steps in one line with all that is known of their values."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handsight.errors import BadTask
from handsight.play.data import Row
from handsight.play.names import filled, used
from handsight.play.scope import rows_of
from handsight.play.taskfile import Loop, TaskFile, TaskStep
from handsight.play.verbs import CHOICES, TYPES, Argument, verbs
from handsight.types import MASKED, Point

_MOST_WORDS = 60


@dataclass(frozen=True)
class Planned:
    """A step, and the values that it has by its row and by the loops around it."""

    step: TaskStep
    values: Row

    def call(self, kept: Mapping[str, str]) -> tuple[Any, dict[str, Any]]:
        """The first argument for the hand and those by name; `kept` are the values from before. Raises BadTask."""
        verb, values = verbs()[self.step.verb], {**self.values, **kept}
        named = {name: _value(value, verb.others[name], values) for name, value in self.step.named.items()}
        return _value(self.step.argument, verb.first, values), named

    def words(self, kept: Mapping[str, str]) -> str:
        """The step as a person reads it."""
        values = {**self.values, **kept}
        said = {self.step.verb: self.step.argument, **self.step.named}
        return ", ".join(f"{name} {_said(value, values)}" for name, value in said.items())


@dataclass(frozen=True)
class Case:
    """One play of a file: with one row of its data, or without any."""

    task: TaskFile
    name: str
    steps: tuple[Planned, ...]
    after: tuple[Planned, ...]


def cases_of(task: TaskFile, given: Mapping[str, str]) -> list[Case]:
    """The cases of a file, with `given` in place of its variables. Raises BadTask for a value that does not fit."""
    variables = _variables(task, given)
    rows = [{}] if task.data is None else rows_of(task, task.data)
    cases = []
    for number, row in enumerate(rows, 1):
        values = {**variables, **row}
        steps, after = (tuple(_planned(task, part, values)) for part in (task.steps, task.after))
        cases.append(Case(task, _name(task, values, row, number), steps, after))
    for case in cases:
        for planned in (*case.steps, *case.after):
            _rehearse(case, planned)
    return cases


def device_of(task: TaskFile, given: Mapping[str, str]) -> str | None:
    """The words for a file's device."""
    return None if task.device is None else filled(task.device, _variables(task, given))


def _variables(task: TaskFile, given: Mapping[str, str]) -> dict[str, str]:
    return {**task.known, **{name: value for name, value in given.items() if name in task.variables}}


def _planned(task: TaskFile, steps: Sequence[TaskStep | Loop], values: Row) -> Iterator[Planned]:
    for step in steps:
        if isinstance(step, Loop):
            for row in rows_of(task, step.rows):
                yield from _planned(task, step.steps, {**values, **row})
        else:
            yield Planned(step, values)


def _rehearse(case: Case, planned: Planned) -> None:
    """See that each value fits its argument, as far as it is known yet."""
    said = [planned.step.argument, *planned.step.named.values()]
    if all(name in planned.values for words in said if isinstance(words, str) for name in used(words)):
        try:
            planned.call({})
        except BadTask as problem:
            raise BadTask(f"{case.task.path}, line {planned.step.line}: {problem}") from problem


def _name(task: TaskFile, values: Row, row: Row, number: int) -> str:
    name = " ".join(filled(task.task, values).split())
    if not row:
        return name
    words = ", ".join(row.values())
    return f"{name} (row {number}: {words[: _MOST_WORDS - 1] + '…' if len(words) > _MOST_WORDS else words})"


def _value(value: Any, given: Argument, values: Mapping[str, str]) -> Any:
    """A value as the hand takes it."""
    if isinstance(value, str):
        text = filled(value, values)
        if given.name in CHOICES and text not in CHOICES[given.name]:
            raise BadTask(f"`{given.name}` is one of {', '.join(CHOICES[given.name])}, not {text[:_MOST_WORDS]!r}")
        return text if "text" in given.kinds else _typed(text, given)
    if "place" in given.kinds and isinstance(value, list):
        return Point(*value)
    return value


def _typed(text: str, given: Argument) -> Any:
    words = text.strip()
    if "truth" in given.kinds and words.lower() in ("true", "false"):
        return words.lower() == "true"
    if "type" in given.kinds and words in TYPES:
        return TYPES[words]
    if "number" in given.kinds:
        try:
            number = float(words)
            if math.isfinite(number) and number >= 0:
                return number
        except ValueError:
            pass
    wanted = "true or false" if "truth" in given.kinds else "a type" if "type" in given.kinds else "a number"
    raise BadTask(f"`{given.name}` is {wanted}, not {text[:_MOST_WORDS]!r}")


def _said(value: Any, values: Mapping[str, str]) -> str:
    """A value in words; a secret is among no step's values, and does not show."""
    if isinstance(value, float):
        return f"{value:g}"
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    text = filled(value, {**dict.fromkeys(used(value), MASKED), **values})
    return json.dumps(text, ensure_ascii=False)
