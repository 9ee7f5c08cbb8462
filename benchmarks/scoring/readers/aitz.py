"""Android in the Zoo as it comes: a JSON file per episode, and its screens as pictures.

FOLDER/<subset>/<SUBSET>-<episode>/<SUBSET>-<episode>.json is a list of steps; `image_path` counts from FOLDER, which
is one split, such as `test`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handsight.errors import UsageError
from scoring.acts import Act, Spot, from_points
from scoring.aitw import BACK, COMPLETE, DUAL_POINT, ENTER, HOME, IMPOSSIBLE, TYPE
from scoring.android_control import Option
from scoring.readers.files import area, fingerprint, found, numbers, picture, read_entries, size_of, take, unpacked
from scoring.readers.steps import Step, Steps

KEYS = {BACK: "back", HOME: "home", ENTER: "enter"}


def read(folder: Path) -> Steps:
    """All steps of all episodes, by file name. Raises UsageError."""
    files = found(folder, "*/*/*.json", "*/*.json", "*.json")
    return Steps(fingerprint(folder, files), (step for path in files for step in _episode(path, folder)))


def _episode(path: Path, folder: Path) -> Iterator[Step]:
    before: tuple[Step, ...] = ()
    entries = list(read_entries(path))
    for where, entry in entries:
        step = _step(entry, where, path, folder, before, len(entries))
        yield step
        before = (*before, step)


def _step(entry: dict[str, Any], where: str, path: Path, folder: Path, before: tuple[Step, ...], length: int) -> Step:
    name = take(entry, "image_path", str, where)
    screen = picture((folder / name, path.with_name(Path(name).name)), name, where)
    size = size_of(screen, where)
    boxes = [numbers(box, 4, "each of ui_positions", where) for box in unpacked(entry, "ui_positions", where)]
    touch, lift = (numbers(unpacked(entry, f"result_{end}_yx", where), 2, end, where) for end in ("touch", "lift"))
    kind, text = take(entry, "result_action_type", int, where), take(entry, "result_action_text", str, where)
    act = read_act(kind, text, touch, lift, where)
    return Step(
        id=f"{path.relative_to(folder).as_posix()}#{take(entry, 'step_id', int, where)}",
        episode=path.relative_to(folder).as_posix(),
        number=len(before),
        length=length,
        task=take(entry, "instruction", str, where),
        screen=screen,
        size=size,
        options=(Option(act),),
        group=path.stem.partition("-")[0].lower(),
        boxes=tuple(area(x, y, width, height, size) for y, x, height, width in boxes),
        before=before,
        raw={name: entry[name] for name in ("instruction", "image_path", "ui_positions") if name in entry}
        | {"act": [kind, text, touch, lift]},
    )


def read_act(kind: int, text: str, touch: tuple[float, ...], lift: tuple[float, ...], where: str) -> Act:
    """What the numbers of Android in the Wild say was done; places are (y, x)."""
    if kind == DUAL_POINT:
        return from_points(Spot(touch[1], touch[0]), Spot(lift[1], lift[0]))
    if kind == TYPE:
        return Act("type", text=text)
    if kind in KEYS:
        return Act("press", text=KEYS[kind])
    if kind in (COMPLETE, IMPOSSIBLE):
        return Act("finish", success=kind == COMPLETE)
    known = ", ".join(map(str, (TYPE, DUAL_POINT, *KEYS, COMPLETE, IMPOSSIBLE)))
    raise UsageError(f"{where}: an action is one of the types {known}, not {kind}")
