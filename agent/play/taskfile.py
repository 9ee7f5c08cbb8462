"""A task file: the steps of a hand in YAML, or as a checklist in Markdown, with variables, secrets and data.

Words in it may hold `${name}`; what is read here still holds them, since a row of data gives them their value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from handsight.errors import BadTask
from handsight.play.data import Row
from handsight.play.whole import read_text, write_whole

YAML, MARKDOWN = (".yaml", ".yml"), (".md", ".markdown")
TIMEOUT_S = 10.0


@dataclass(frozen=True)
class TaskStep:
    """One call of a method of `Hand`: its name, its first argument, and the others by name.

    Arguments are text, numbers, booleans, a place `[x, y]`, for `ask` a type in words or a JSON schema. `keep` names
    the variable that keeps what it gives. An `anchor`, and for a drag's end `to_anchor`, tells what stood at the place
    when it was recorded, as plain data.
    """

    verb: str
    argument: Any
    named: Mapping[str, Any] = field(default_factory=dict)
    keep: str = ""
    anchor: Mapping[str, Any] | None = None
    to_anchor: Mapping[str, Any] | None = None
    line: int = 0


@dataclass(frozen=True)
class Loop:
    """Steps that are taken once for each row; `rows` are those, or a file of data, named as seen from the task file."""

    rows: str | Sequence[Row]
    steps: tuple[TaskStep | Loop, ...]
    line: int = 0


@dataclass(frozen=True)
class TaskFile:
    """What stands in a task file. `secrets` are references, `data` is as the rows of a loop, `text` as it was read."""

    task: str
    steps: tuple[TaskStep | Loop, ...]
    path: Path | None = None
    device: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    data: str | Sequence[Row] | None = None
    timeout_s: float = TIMEOUT_S
    after: tuple[TaskStep | Loop, ...] = ()
    text: str = ""

    @property
    def known(self) -> dict[str, str]:
        """The variables before any row: the file's own, and `here`, the folder in which it stands."""
        return {"here": str((self.path or Path("task")).absolute().parent), **self.variables}


def read_task(path: str | Path) -> TaskFile:
    """Read a task file. Raises BadTask, with the line, for anything that is not as it has to be."""
    from handsight.play import checklist, reading

    path = Path(path)
    text = read_text(path, "the task file")
    if path.suffix.lower() in YAML:
        return reading.read(text, path)
    if path.suffix.lower() in MARKDOWN:
        return checklist.read(text, path)
    raise BadTask(f"a task file ends in {', '.join((*YAML, *MARKDOWN))}, unlike {path}")


def find_tasks(files: Iterable[str | Path]) -> list[Path]:
    """The files themselves, and those in folders: all YAML, and Markdown with a checklist. Raises BadTask."""
    paths: list[Path] = []
    for path in map(Path, files):
        inside = sorted(each for each in path.rglob("*") if _is_task(each)) if path.is_dir() else [path]
        if not inside:
            raise BadTask(f"there is no task file in {path}: they end in {', '.join((*YAML, *MARKDOWN))}")
        paths += inside
    if not paths:
        raise BadTask("no task file was named")
    return paths


def write_task(task: TaskFile, path: str | Path) -> Path:
    """Write a task file as YAML, whole or not at all; comments of the one it was read from stay. Raises BadTask."""
    from handsight.play import writing

    path = Path(path)
    check_name(path)
    return write_whole(path, writing.text_of(task).encode(), "the task file")


def check_name(path: Path) -> None:
    """Raise BadTask for a file that is not named as one that is written."""
    if path.suffix.lower() not in YAML:
        raise BadTask(f"a task file is written as YAML: name it {path.with_suffix('.yaml')}, not {path}")


def each_step(steps: Sequence[TaskStep | Loop]) -> Iterator[TaskStep]:
    """Every step, those within loops as well, in the order in which they stand in the file."""
    for step in steps:
        if isinstance(step, Loop):
            yield from each_step(step.steps)
        else:
            yield step


def following(steps: Sequence[TaskStep | Loop]) -> dict[int, TaskStep]:
    """The step that comes next in the same list, by the identity of the one before it."""
    found = {id(one): other for one, other in pairwise(steps) if isinstance(other, TaskStep)}
    for loop in steps:
        found |= following(loop.steps) if isinstance(loop, Loop) else {}
    return found


def _is_task(path: Path) -> bool:
    if path.suffix.lower() in MARKDOWN:
        from handsight.play.checklist import holds_steps

        return holds_steps(path)
    return path.suffix.lower() in YAML
