"""Keep a task file with the pictures of its anchors: written whole or not at all; and mend one after a replay."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handsight.errors import BadTask
from handsight.play.anchors import Anchor, anchor_at, names_of, with_pictures
from handsight.play.replaying import Pictures, Taken
from handsight.play.secrets import hidden
from handsight.play.taskfile import YAML, Loop, TaskFile, TaskStep, each_step, write_task

if TYPE_CHECKING:
    from PIL.Image import Image


def keep(task: TaskFile, pictures: Mapping[str, Image], path: Path) -> Path:
    """Write a task file, and before it the pictures, by the names that its anchors know.

    Raises BadTask, also where another picture of such a name stands there already.
    """
    made: list[Path] = []
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for name, picture in pictures.items():
            file, data = path.parent / name, BytesIO()
            picture.save(data, "PNG")
            if file.exists() and file.read_bytes() != data.getvalue():
                raise BadTask(f"{file} is there already, and shows something else: name another file than {path}")
            made += [above for above in (file.parent, file) if not above.exists()]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data.getvalue())
        return write_task(task, path)
    except BaseException as problem:
        for each in reversed(made):
            if each.is_dir() and not any(each.iterdir()):
                each.rmdir()
            elif each.is_file():
                each.unlink()
        if isinstance(problem, OSError):
            raise BadTask(f"the pictures of {path} cannot be written: {problem.strerror or problem}") from problem
        raise


def mended(
    task: TaskFile, taken: Sequence[Taken], path: Path, secrets: Collection[str] = ()
) -> tuple[TaskFile, dict[str, Image]]:
    """The task with new anchors for the places that have moved, and the pictures that it then needs beside `path`.

    A step that was taken several times, in a loop, keeps the last of its places; one whose place is known by one of
    the `secrets` keeps the anchor that it has.
    """
    assert task.path
    before, pictures = Pictures(task.path.parent), dict[str, "Image"]()
    if path.parent.resolve() != task.path.parent.resolve():
        pictures = {name: picture for name in files(task) if (picture := before.read(name)) is not None}
    changed: dict[int, TaskStep] = {}
    for each in taken:
        anchors: dict[str, Any] = {}
        for key, (at, finder) in each.places.items():
            made = anchor_at(at, finder.screen, finder.lines, finder.elements)
            if any(hidden(words, secrets) != words for words in made.anchor.words):
                continue
            anchor, new = with_pictures(made, _free(path, pictures))
            pictures |= new
            anchors[key] = anchor.plain()
        if anchors:
            changed[id(each.step)] = replace(each.step, **anchors)
    return replace(task, steps=_put(task.steps, changed), after=_put(task.after, changed)), pictures


def clear(path: Path, before: TaskFile, after: TaskFile) -> None:
    """Take away the pictures that a file which was mended in its place knows no more, and no file beside it either."""
    beside = [each for each in path.parent.iterdir() if each.suffix.lower() in YAML and each.name != path.name]
    known = "\n".join(each.read_text("utf-8", "replace") for each in beside if each.is_file())
    for name in files(before) - files(after):
        if name not in known:
            (path.parent / name).unlink(missing_ok=True)


def files(task: TaskFile) -> set[str]:
    """The names of all pictures of a task."""
    found = set[str]()
    for step in (*each_step(task.steps), *each_step(task.after)):
        for said in filter(None, (step.anchor, step.to_anchor)):
            anchor = Anchor.read(said)
            found |= {anchor.patch, anchor.near.patch if anchor.near else ""}
    return found - {""}


def _free(path: Path, taken: Mapping[str, Any]) -> str:
    """A name, without its ending, for the pictures of one more anchor."""
    stems = (f"{path.stem}/{number:03}" for number in count(1))
    return next(
        stem for stem in stems if not any(name in taken or (path.parent / name).exists() for name in names_of(stem))
    )


def _put(steps: Sequence[TaskStep | Loop], changed: Mapping[int, TaskStep]) -> tuple[TaskStep | Loop, ...]:
    return tuple(
        replace(step, steps=_put(step.steps, changed)) if isinstance(step, Loop) else changed.get(id(step), step)
        for step in steps
    )
