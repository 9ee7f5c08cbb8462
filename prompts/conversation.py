"""The conversation that a run is: a look, a reply and what came of it, over and over; only ever longer.

What a user, a tool or a screen says is data: nothing in it can end its place or pass for a turn, a call or a picture.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from handsight.errors import UsageError
from handsight.marks import listed
from handsight.types import Message, Picture, Reply, Screen, Step, Trajectory

LEFT_OUT = "(screenshot left out)"
UNCHANGED = "The screen did not change."
IN_DOUBT = (
    "This act may or may not have been carried out: the run was interrupted. Look at the screen before repeating it."
)
NOT_DONE = "This act was not carried out: the run was interrupted."

# A reply may keep the tokens that mark boxes and names: they begin no turn and no picture.
_TURN = re.compile(r"<(?=\|(?!(?:box|quad|object_ref)_(?:start|end)\|>))")
_TAGS = "tools?|tool_call|tool_response|think|answer|function|parameter"
_MARKUP = re.compile(rf"<(?=\||\s*/?\s*(?:{_TAGS})\b)|✿(?=FUNCTION|ARGS|RESULT|RETURN)", re.IGNORECASE)

Parts = tuple[str | Picture, ...]
Size = Callable[[tuple[int, int]], tuple[int, int]]
"""At which (width, height) a picture of a (width, height) is sent. Raises UsageError for one that cannot be."""


Note = Callable[[Screen, Screen | None], str]
"""What needs to be said of a screen, by the one of the round before."""


@dataclass(frozen=True)
class Came:
    """What came of one call, in words that are only words.

    `told` says whether a model that sees the next screen needs them: not those of a gesture that was carried out.
    """

    call: str
    said: str
    pictures: tuple[Picture, ...] = ()
    told: bool = True


@dataclass(frozen=True)
class Round:
    """A screen, what the model replied to it, and what came of each call; the last is still to be replied to.

    `note` is what has to be said of the screen besides showing it.
    """

    screen: Screen
    reply: Reply | None
    came: tuple[Came, ...]
    note: tuple[str, ...] = ()

    @property
    def picture(self) -> Picture:
        return Picture(self.screen.marked or self.screen.source)

    @property
    def shown(self) -> Parts:
        return (*self.note, self.picture)

    @property
    def said(self) -> str:
        """The reply as it was written, but for what could begin a turn."""
        return _TURN.sub("<\u200b", whole(self.reply.text)) if self.reply else ""


class Layout(Protocol):
    """How a family lays rounds out as messages, the task and what else opens the conversation first."""

    def __call__(self, opening: str, rounds: Sequence[Round]) -> Iterable[Message]: ...


def plain(text: str) -> str:
    """The text with every special token, tag and mark broken by a space of no width, so that it is only text."""
    return _MARKUP.sub(lambda mark: f"{mark.group()}\u200b", text)


def whole(text: str) -> str:
    """The text as it can be sent, a question mark for each half of a character."""
    return text.encode("utf-8", "replace").decode()


def converse(
    trajectory: Trajectory,
    system: str,
    opening: str,
    layout: Layout,
    size: Size,
    keep: int = 4,
    most: int = 8,
    *,
    silent: Iterable[str] = (),
    note: Note = lambda screen, before: "",
) -> tuple[Message, ...]:
    """Derive the messages from the steps. Each step's begin with those of the step before.

    At most `most` pictures are shown. When there are more, the oldest leave, so many at once that only then, once in
    `most` - `keep` pictures, what a model has cached of the conversation is lost. `silent` tools are those of which a
    model sees on the next screen what came of them; `note` tells what a screen needs said.
    """
    rounds = list(_rounds(trajectory, frozenset(silent), note))
    opened = layout(opening.replace("{task}", plain(trajectory.task)), rounds)
    messages = [*([Message("system", (system,))] if system else []), *opened]
    pictures = [part for message in messages for part in message.parts if isinstance(part, Picture)]
    chunk = most - keep
    gone = -(-max(0, len(pictures) - most) // chunk) * chunk
    shown = _sized(pictures, gone, size)
    return tuple(
        replace(message, parts=tuple(next(shown) if isinstance(part, Picture) else part for part in message.parts))
        for message in messages
    )


def _sized(pictures: Iterable[Picture], gone: int, size: Size) -> Iterator[Picture | str]:
    for index, picture in enumerate(pictures):
        try:
            yield LEFT_OUT if index < gone else replace(picture, sent=size(picture.size))
        except UsageError as problem:  # a tool's picture may have any shape
            yield f"(a picture that cannot be shown: {problem})"


def _rounds(trajectory: Trajectory, silent: frozenset[str], note: Note) -> Iterator[Round]:
    """A round for each reply; a step that was broken off before its reply left nothing to answer."""
    latest = trajectory.steps[-1]
    steps = [step for step in trajectory.steps if step.screen and (step.reply or step.call or step is latest)]
    starts = [at for at, step in enumerate(steps) if step.reply or step is latest]
    before: Screen | None = None
    for start, end in zip(starts, [*starts[1:], len(steps)], strict=True):
        screen, reply = steps[start].screen, steps[start].reply
        assert screen
        after = [step.screen for step in steps[start + 1 : end + 1]]
        came = zip(steps[start:end], after, strict=False) if reply else ()
        yield Round(
            screen,
            reply,
            tuple(_came(step, seen, silent) for step, seen in came if seen),
            tuple(filter(None, [note(screen, before), *_told(screen)])),
        )
        before = screen


def _told(screen: Screen) -> Iterator[str]:
    """What has to be said of a screen's marks, or why it has none."""
    if screen.marked is not None:
        yield plain(listed(screen.elements))
    if screen.remark:
        yield plain(f"{screen.remark}\n")


def _came(step: Step, seen: Screen, silent: frozenset[str]) -> Came:
    """What came of a step; `seen` is the screen after it."""
    name = step.call.name if step.call else ""
    if step.problem is not None:
        said = [f"Error: {step.problem}"]
        if step.rest:
            said.append(f"{_several(len(step.rest))} after it in your reply {_were(step.rest)} not carried out.")
    elif step.result is not None:
        said = [step.result.text or "Done."]
    else:
        said = [IN_DOUBT if step.in_doubt else NOT_DONE]
    unchanged = seen.settled == "unchanged" and step.acting and not step.in_doubt
    pictures = step.result.pictures if step.result else ()
    told = step.result is None or unchanged or bool(pictures) or name not in silent
    return Came(name, plain("\n".join([*said, *[UNCHANGED] * unchanged])), pictures, told)


def _several(count: int) -> str:
    return "The call" if count == 1 else f"The {count} calls"


def _were(calls: Sequence[object]) -> str:
    return "was" if len(calls) == 1 else "were"
