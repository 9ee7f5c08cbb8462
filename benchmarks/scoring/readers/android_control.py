"""AndroidControl as the Qwen team prepared it: one episode a line, places in pixels of the screenshot.

FOLDER/*.jsonl, and the pictures that `screenshot` names, from FOLDER or from its folder `images`. An act is written in
the words of `mobile_use`: {"action": "click", "coordinate": [x, y]}. `check_options` is one way, or a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handsight.errors import UsageError
from scoring.acts import Act, Spot
from scoring.android_control import Option
from scoring.readers.files import (
    an_object,
    area,
    fingerprint,
    found,
    numbers,
    picture,
    read_lines,
    shown,
    size_of,
    take,
)
from scoring.readers.steps import Step, Steps

ACTIONS = ("click", "long_press", "swipe", "type", "system_button", "open", "wait", "terminate")


def read(folder: Path) -> Steps:
    """All steps of all episodes. Raises UsageError."""
    files = found(folder, "*.jsonl")
    return Steps(fingerprint(folder, files), (step for path in files for step in _episodes(path, folder)))


def _episodes(path: Path, folder: Path) -> Iterator[Step]:
    for where, entry in read_lines(path):
        before: tuple[Step, ...] = ()
        steps = take(entry, "steps", list, where)
        name = entry.get("episode_id")
        if not isinstance(name, (str, int)) or isinstance(name, bool):
            raise UsageError(f"{where}: episode_id is a text or a number, not {shown(name)}")
        goal = take(entry, "goal", str, where)
        for number, raw in enumerate(steps):
            here = f"{where}, step {number}"
            step = _step(an_object(raw, here), here, folder, f"{path.stem}#{name}", goal, before, len(steps))
            yield step
            before = (*before, step)


def _step(
    raw: dict[str, Any], where: str, folder: Path, episode: str, goal: str, before: tuple[Step, ...], length: int
) -> Step:
    shot = take(raw, "screenshot", str, where)
    screen = picture((folder / shot, folder / "images" / shot), shot, where)
    size = size_of(screen, where)
    listed = raw.get("check_options")
    options = listed if isinstance(listed, list) else [listed]
    if not options:
        raise UsageError(f"{where}: check_options names at least one way to do the step")
    ways = tuple(_option(an_object(option, f"{where}, check_options"), size, where) for option in options)
    done = raw.get("action_content")
    if isinstance(done, dict):  # what was done comes first: it is what the step is called by, and what is shown later
        first = _option(done, size, where)
        same = [way for way in ways if way.act.kind == first.act.kind]
        ways = tuple([*same, *(way for way in ways if way not in same)]) if same else ways
    return Step(
        id=f"{episode}#{len(before)}",
        episode=episode,
        number=len(before),
        length=length,
        task=goal,
        screen=screen,
        size=size,
        options=ways,
        before=before,
        hint=take({"step_instruction": "", **raw}, "step_instruction", str, where),
        raw={"check_options": options, "goal": goal, "screenshot": raw["screenshot"]},
    )


def _option(option: dict[str, Any], size: tuple[int, int], where: str) -> Option:
    boxes = []
    for box in take({"candidate_bbox": [], **option}, "candidate_bbox", list, where):
        left, top, right, bottom = numbers(box, 4, "each of candidate_bbox", where)
        boxes.append(area(left, top, right - left, bottom - top, size))
    return Option(_act(option, size, where), tuple(boxes))


def _act(option: dict[str, Any], size: tuple[int, int], where: str) -> Act:
    action = take(option, "action", str, where)
    if action in ("click", "long_press"):
        spot = _spot(option, "coordinate", size, where)
        return Act("tap" if action == "click" else action, spot, spot)
    if action == "swipe":
        ends = _spot(option, "coordinate", size, where), _spot(option, "coordinate2", size, where)
        return Act("swipe", *ends)
    if action in ("type", "open"):
        at = _spot(option, "coordinate", size, where) if action == "open" and option.get("coordinate") else None
        return Act(action, at, at, take(option, "text", str, where))
    if action == "system_button":
        return Act("press", text=take(option, "button", str, where).lower())
    if action == "wait":
        return Act("wait")
    if action == "terminate":
        return Act("finish", success=option.get("status", "success") == "success")
    raise UsageError(f"{where}: action is one of {', '.join(ACTIONS)}, not {shown(action)}")


def _spot(option: dict[str, Any], name: str, size: tuple[int, int], where: str) -> Spot:
    x, y = numbers(option.get(name), 2, name, where)
    return Spot(x / size[0], y / size[1])
