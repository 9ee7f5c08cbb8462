"""Android in the Wild as it comes: TFRecord files, compressed with gzip, one Example a step.

FOLDER holds the files, or folders of them (general, google_apps, install, single, web_shopping). The steps of an
episode follow one another. Screens are raw bytes, height x width x channels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from handsight.errors import UsageError
from scoring.acts import Area
from scoring.android_control import Option
from scoring.readers.aitz import read_act
from scoring.readers.files import digest, fingerprint, found, read_json, take
from scoring.readers.steps import Step, Steps
from scoring.readers.tfrecord import Value, read_examples

_FILES = ("*/*-of-*", "*-of-*", "*/*.tfrecord*", "*.tfrecord*")  # general/general-00000-of-00321


def read(folder: Path, split: Path | None = None, part: str = "test") -> Steps:
    """All steps, by file name; with `split`, an official file of splits, those of the episodes in its `part`."""
    files = found(folder, *_FILES)
    wanted = None if split is None else _episodes(split, part)
    stream = (step for path in files for step in _steps(path, folder) if wanted is None or step.episode in wanted)
    return Steps(fingerprint(folder, files), stream)


def _episodes(split: Path, part: str) -> frozenset[str]:
    whole = read_json(split)
    if not isinstance(whole, dict) or not isinstance(whole.get(part), list):
        there = ", ".join(whole) if isinstance(whole, dict) else "no parts"
        raise UsageError(f"{split} lists the episodes of each part; {part!r} is not among them: {there}")
    return frozenset(map(str, whole[part]))


def _steps(path: Path, folder: Path) -> Iterator[Step]:
    before: tuple[Step, ...] = ()
    for where, example in read_examples(path):
        step = _step(example, where, path, folder)
        if before and (before[-1].episode, before[-1].number) >= (step.episode, step.number):
            before = ()
        before = tuple(one for one in before if one.episode == step.episode)
        step = replace(step, before=before)
        yield step
        before = (*before, replace(step, before=()))


def _step(example: Mapping[str, Value], where: str, path: Path, folder: Path) -> Step:
    from PIL import Image

    height, width, channels = (_whole(example, f"image/{side}", where) for side in ("height", "width", "channels"))
    pixels = _one(example, "image/encoded", bytes, where)
    if channels != 3 or min(height, width) < 1 or len(pixels) != height * width * 3:
        raise UsageError(
            f"{where}: image/encoded is {height} x {width} x 3 bytes, not {len(pixels)} of {channels} channels"
        )
    flat = _floats(example, "image/ui_annotations_positions", where)
    if len(flat) % 4:
        raise UsageError(f"{where}: image/ui_annotations_positions is 4 numbers a box, not {len(flat)} in all")
    touch, lift = (_floats(example, f"results/yx_{end}", where, 2) for end in ("touch", "lift"))
    kind, text = _whole(example, "results/action_type", where), _text(example, "results/type_action", where)
    episode, number = _text(example, "episode_id", where), _whole(example, "step_id", where)
    return Step(
        id=f"{path.relative_to(folder).as_posix()}#{episode}#{number}",
        episode=episode,
        number=number,
        length=_whole(example, "episode_length", where),
        task=_text(example, "goal_info", where),
        screen=Image.frombytes("RGB", (width, height), pixels),
        size=(width, height),
        options=(Option(read_act(kind, text, touch, lift, where)),),
        group=path.parent.name if path.parent != folder else folder.name,
        boxes=tuple(Area(flat[i + 1], flat[i], flat[i + 3], flat[i + 2]) for i in range(0, len(flat), 4)),
        raw={"act": [kind, text, touch, lift], "boxes": digest(flat)},
    )


def _one(example: Mapping[str, Value], name: str, kind: type[Any], where: str) -> Any:
    values = example.get(name)
    if not values:
        raise UsageError(f"{where}: the feature {name} is missing; there are {', '.join(example) or 'none'}")
    if not isinstance(values[0], kind):
        raise UsageError(f"{where}: {name} holds {kind.__name__}, not {type(values[0]).__name__}")
    return values[0]


def _whole(example: Mapping[str, Value], name: str, where: str) -> int:
    return int(_one(example, name, int, where))


def _text(example: Mapping[str, Value], name: str, where: str) -> str:
    if name == "results/type_action" and not example.get(name):
        return ""
    try:
        return str(_one(example, name, bytes, where), "utf-8")
    except UnicodeDecodeError as problem:
        raise UsageError(f"{where}: {name} is not UTF-8") from problem


def _floats(example: Mapping[str, Value], name: str, where: str, count: int | None = None) -> tuple[float, ...]:
    values = take({name: example.get(name, [])}, name, list, where)
    if any(not isinstance(value, float) for value in values) or (count is not None and len(values) != count):
        raise UsageError(
            f"{where}: {name} is {count if count is not None else 'a list of'} floats, not {len(values)} values"
        )
    return tuple(values)
