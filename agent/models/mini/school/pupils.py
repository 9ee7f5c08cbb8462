"""A model at school: asked for one act at a time, and let try a goal while it still learns."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from handsight.models.mini.school.acts import read_act, told
from handsight.models.mini.school.screens import View
from handsight.models.mini.school.world import Act
from handsight.types import Message, Picture, Prompt

if TYPE_CHECKING:
    from handsight.models.base import Model


class Pupil:
    """A model that is asked for one act at a time; how long it took, and how often its reply was none."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.seconds: list[float] = []
        self.invalid = 0

    def act(self, view: View, text: str, history: Sequence[str] = (), avoid: tuple[str, ...] = ()) -> Act | None:
        """Its act, or None for a reply that is none; none that is to be avoided, if it finds another."""
        begun = time.perf_counter()
        message = Message("user", (Picture(view.image), told(text, history)))
        reply = self._model.generate(Prompt((message,), max_tokens=96, avoid=avoid))
        self.seconds.append(time.perf_counter() - begun)
        act = read_act(reply.text, view)
        self.invalid += act is None
        return act


@lru_cache(maxsize=1)
def pupil_of(checkpoint: Path, version: int) -> Pupil:
    """What learns, as it was when a checkpoint was saved."""
    from handsight.models.local import open_local

    return Pupil(open_local(checkpoint))
