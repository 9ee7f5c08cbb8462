"""One step of an episode, as all three step data sets give it once it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scoring.acts import Act, Area
from scoring.android_control import Option

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, eq=False)
class Step:
    """A screen, what a person did on it, and the steps before it of the same episode, `number` counting from 0.

    `options` are all ways in which it may be done, the first being what was done; only AndroidControl has several.
    """

    id: str
    episode: str
    number: int
    length: int
    task: str
    screen: Image | Path
    size: tuple[int, int]
    options: tuple[Option, ...]
    group: str = ""
    boxes: tuple[Area, ...] = ()
    before: tuple[Step, ...] = ()
    hint: str = ""
    raw: dict[str, Any] = field(default_factory=dict)

    @property
    def truth(self) -> Act:
        return self.options[0].act


@dataclass(frozen=True)
class Steps:
    """A data set of steps: `mark` tells it from others, and what is read is read as a stream."""

    mark: str
    stream: Iterator[Step]
