"""From a task file to YAML. What stood in a file that was read stays as it stood, but for what has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handsight.play.taskfile import TIMEOUT_S, YAML, Loop, TaskFile, TaskStep
from handsight.play.yamltree import changed, dumped, in_a_line


def text_of(task: TaskFile) -> str:
    """The YAML of a task; comments stay where it was read from YAML."""
    if not (task.text and task.path and task.path.suffix.lower() in YAML):
        return dumped(_plain(task))
    from handsight.play.reading import read

    before, wanted = _plain(read(task.text, task.path)), _plain(task)
    if wanted == before:
        return task.text
    return changed(task.text, lambda held: _update(held, before, wanted))


def _plain(task: TaskFile) -> dict[str, Any]:
    said: dict[str, Any] = {"task": task.task}
    for key in ("device", "variables", "secrets", "data"):
        if value := getattr(task, key):
            said[key] = _data(value)
    if task.timeout_s != TIMEOUT_S:
        said["timeout_s"] = task.timeout_s
    said["steps"] = [_step(step) for step in task.steps]
    if task.after:
        said["after"] = [_step(step) for step in task.after]
    return said


def _step(step: TaskStep | Loop) -> dict[str, Any]:
    if isinstance(step, Loop):
        return {"for": _data(step.rows), "steps": [_step(inner) for inner in step.steps]}
    said = {step.verb: _data(step.argument), **{name: _data(value) for name, value in step.named.items()}}
    if step.keep:
        said["as"] = step.keep
    anchors = {"anchor": step.anchor, "to_anchor": step.to_anchor}
    return said | {key: in_a_line(_data(value)) for key, value in anchors.items() if value is not None}


def _data(value: Any) -> Any:
    """A value of our own making as lists, mappings and scalars that YAML knows."""
    if isinstance(value, Mapping):
        return {str(key): _data(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_data(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _update(held: Any, before: Any, wanted: Any) -> None:
    """Change in `held`, which is written as it stands, what differs between two plain values."""
    if isinstance(wanted, dict):
        for key in [key for key in before if key not in wanted and key in held]:
            del held[key]
        for key, value in wanted.items():
            if key not in before or before[key] != value:
                _put(held, key, before.get(key), value, there=key in held and key in before)
    else:
        for at, value in enumerate(wanted[: len(held)]):
            if before[at] != value:
                _put(held, at, before[at], value, there=True)
        del held[len(wanted) :]
        held.extend(wanted[len(held) :])


def _put(held: Any, key: Any, before: Any, wanted: Any, *, there: bool) -> None:
    if there and _alike(before, wanted) and _alike(held[key], wanted):
        _update(held[key], before, wanted)
    else:
        held[key] = wanted


def _alike(one: Any, other: Any) -> bool:
    """Whether only a part may have changed: of two lists, or of two mappings that begin with the same key, the verb."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return next(iter(one), None) == next(iter(other), None)
    return _is_list(one) and _is_list(other)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
