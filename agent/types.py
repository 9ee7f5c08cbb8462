"""The words the parts of handsight use with one another.

Places, `Point` and `Box`, are pixels of the screenshot they were decided on, everywhere.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from handsight.calls import Calls as Calls
from handsight.calls import FreeText as FreeText
from handsight.calls import NativeCall as NativeCall
from handsight.calls import OneOf as OneOf
from handsight.calls import Piece as Piece
from handsight.calls import ToolCall as ToolCall
from handsight.messages import Clip as Clip
from handsight.messages import Message as Message
from handsight.messages import Picture as Picture
from handsight.messages import Prompt as Prompt
from handsight.messages import Reply as Reply
from handsight.messages import Role as Role
from handsight.messages import Seen
from handsight.places import Box as Box
from handsight.places import Point as Point

if TYPE_CHECKING:
    from PIL.Image import Image

Decision = Literal["allow", "deny"]
OutcomeKind = Literal["claimed", "verified", "failed", "stuck", "budget", "stopped", "needs_human"]
Settled = Literal["quiet", "unchanged", "restless"]

MASKED = "•••"
"""What stands in a record in place of a text that nobody may read there."""


@dataclass(frozen=True)
class Element:
    """Something on a screen that a device's own tree names: a second sense beside the pixels.

    `text` is the first of the words that stand on it, `description` what else is said of it; of a password neither is
    kept. `role` is what it is in plain words ("button", "field", "switch"), `id` what the app calls it, for scripts.
    """

    text: str
    box: Box
    role: str = ""
    description: str = ""
    checked: bool | None = None
    id: str = ""
    clickable: bool = False
    scrollable: bool = False
    enabled: bool = True
    focused: bool = False
    password: bool = False

    @property
    def name(self) -> str:
        """The words by which a person knows it; empty where there are none."""
        return self.text or self.description


@dataclass(frozen=True, eq=False)
class Screen(Seen):
    """What a device showed once the last act had settled.

    `settled` is "quiet" (it moved and came to rest), "unchanged" (the last act changed nothing) or "restless" (it
    still moved when the waiting ended). `timing` holds seconds under "settle" and "capture". `moving` masks, at one
    pixel per 8x8 block, what never rests (a video, a spinner): 255 there, 0 elsewhere. `elements` is what the device's
    own tree names, where it was asked for. With `marked` a model sees that in place of the picture: the same with
    numbered marks, and `remark` is what it has to be told besides.
    """

    app: str = ""
    settled: Settled = "quiet"
    timing: Mapping[str, float] = field(default_factory=dict)
    elements: tuple[Element, ...] = ()
    moving: Image | None = None
    marked: Image | Path | None = None
    remark: str = ""


@dataclass(frozen=True, eq=False)
class ToolResult:
    """What a call gave back: text, pictures, and the seconds the act took."""

    text: str = ""
    pictures: tuple[Picture, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """Whether a call may be carried out, and who said so. `risk` names why it was looked at twice, if it was."""

    decision: Decision
    reason: str
    risk: str = ""
    asked: bool = False

    @property
    def allowed(self) -> bool:
        return self.decision == "allow"


@dataclass(frozen=True)
class Outcome:
    """How a run ended. "claimed" is the model's word; only a check that passed makes it "verified"."""

    kind: OutcomeKind
    message: str = ""
    answer: str | None = None

    @property
    def ok(self) -> bool:
        return self.kind in ("claimed", "verified")


@dataclass
class Step:
    """One look, one thought, one act. Fields fill in this order, so a saved step shows how far it got.

    Where a reply holds several calls, each is a step of its own; `rest` are those that are to follow this one, and the
    steps that carry them out have no reply.
    """

    number: int
    screen: Screen | None = None
    prompt: Prompt | None = None
    reply: Reply | None = None
    call: ToolCall | None = None
    rest: tuple[ToolCall, ...] = ()
    verdict: Verdict | None = None
    acting: bool = False
    result: ToolResult | None = None
    problem: Exception | None = None
    over: bool = False
    timing: dict[str, float] = field(default_factory=dict)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a field and note when, so that the time of each phase is the distance between two fields."""
        object.__setattr__(self, name, value)
        clock: dict[str, float] = self.__dict__.setdefault("_clock", {})
        clock[name] = time.perf_counter()
        timing: dict[str, float] | None = self.__dict__.get("timing")
        if timing is None or value is None:
            return
        if name == "screen":
            timing.update(value.timing)
        elif name == "prompt":
            timing["render"] = clock["prompt"] - clock["screen"]
        elif name == "reply":
            timing["model"] = clock["reply"] - clock["prompt"]
        elif name == "result":
            timing["act"] = value.seconds
        elif name == "over":
            timing["total"] = clock["over"] - clock["number"]

    @property
    def in_doubt(self) -> bool:
        """Whether the act may or may not have been carried out: it was begun and nothing is known of its end."""
        return self.acting and self.result is None and self.problem is None


@dataclass
class Trajectory:
    """A task and the steps taken on it so far."""

    task: str
    steps: list[Step] = field(default_factory=list)
    outcome: Outcome | None = None

    def add_step(self) -> Step:
        step = Step(len(self.steps) + 1)
        self.steps.append(step)
        return step

    @property
    def answered(self) -> Screen | None:
        """The screen that the last reply answers: the places in its calls are pixels of it."""
        return next((step.screen for step in reversed(self.steps) if step.reply), None)

    @property
    def left(self) -> tuple[ToolCall, ...]:
        """The calls of the last reply that are still to be carried out: none once one of them has failed."""
        last = self.steps[-2] if len(self.steps) > 1 else None
        return last.rest if last and last.result else ()
