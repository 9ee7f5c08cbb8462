"""Which variables are known where: checked when a file is read, so that none turns out to be missing half-way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from handsight.errors import BadTask
from handsight.play.data import Row, check_rows, read_rows
from handsight.play.names import used
from handsight.play.taskfile import Loop, TaskFile, TaskStep


def check(task: TaskFile) -> None:
    """Raise BadTask for a variable that is not known where it is used, a secret out of place, or data that is none."""
    known = set(task.known)
    _free(task, known, 0)
    _head(task, "device", task.device or "", known)
    if task.data is not None:
        known |= _columns(task, task.data, 0)
    _head(task, "task", task.task, known)
    _steps(task, task.after, {*known})  # they are taken however far the others came
    _steps(task, task.steps, known)


def rows_of(task: TaskFile, rows: str | Sequence[Row]) -> list[Row]:
    """Rows as they are given, or those of a file. Raises BadTask."""
    base = task.path.parent if task.path else Path()
    return read_rows(base / rows) if isinstance(rows, str) else list(rows)


def _head(task: TaskFile, key: str, words: str, known: set[str]) -> None:
    for name in used(words):
        if name not in known:
            raise _wrong(task, 0, f"`{key}` uses {name!r}, and there are: {', '.join(sorted(known))}")


def _steps(task: TaskFile, steps: Sequence[TaskStep | Loop], known: set[str]) -> None:
    """Check steps in order; what they keep is in `known` from then on."""
    for step in steps:
        if isinstance(step, Loop):
            columns = _columns(task, step.rows, step.line)
            inner = known | columns
            _steps(task, step.steps, inner)
            known |= inner - columns
            continue
        for words in _words([step.argument, *step.named.values()]):
            for name in used(words):
                if name in task.secrets:
                    if step.verb != "type" or words != step.argument:
                        raise _wrong(task, step.line, f"the secret {name!r} can be typed, and nothing else")
                elif name not in known:
                    there_are = ", ".join(sorted({*known, *task.secrets}))
                    raise _wrong(task, step.line, f"there is no variable {name!r} here; there are: {there_are}")
        if step.keep:
            _free(task, {step.keep}, step.line)
            known.add(step.keep)


def _columns(task: TaskFile, rows: str | Sequence[Row], line: int) -> set[str]:
    try:
        columns = set(check_rows(rows_of(task, rows)))
    except BadTask as problem:
        raise _wrong(task, line, str(problem)) from problem
    _free(task, columns, line)
    return columns


def _free(task: TaskFile, names: set[str], line: int) -> None:
    for name in names & set(task.secrets):
        raise _wrong(task, line, f"{name!r} is the name of a secret already")


def _words(values: Sequence[Any]) -> Iterator[str]:
    yield from (value for value in values if isinstance(value, str))


def _wrong(task: TaskFile, line: int, message: str) -> BadTask:
    where = f"{task.path}, line {line}" if line else str(task.path or "the task")
    return BadTask(f"{where}: {message}")
