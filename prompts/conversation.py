"""The conversation that a run is: one message per look and one per reply, only ever longer.

What a user, a tool or a screen says is data: nothing in it can end its place or pass for a turn, a call or a picture.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from handsight.errors import BadReply, UsageError
from handsight.prompts.reply import read_calls
from handsight.types import Message, Picture, Screen, Step, Trajectory

LEFT_OUT = "(screenshot left out)"
UNCHANGED = "The screen did not change."
IN_DOUBT = (
    "This act may or may not have been carried out: the run was interrupted. Look at the screen before repeating it."
)
NOT_DONE = "This act was not carried out: the run was interrupted."

_TURN = re.compile(r"<(?=\|)")
_MARKUP = re.compile(r"<(?=\||\s*/?\s*(?:tools?|tool_call|tool_response|think|function|parameter)\b)", re.IGNORECASE)

Size = Callable[[tuple[int, int]], tuple[int, int]]
"""At which (width, height) a picture of a (width, height) is sent. Raises UsageError for one that cannot be."""


def plain(text: str) -> str:
    """The text with every special token and tag broken by a space of no width, so that it is only text."""
    return _MARKUP.sub("<\u200b", text)


def converse(trajectory: Trajectory, system: str, size: Size, keep: int = 4, most: int = 8) -> tuple[Message, ...]:
    """Derive the messages from the steps. Each step's begin with those of the step before.

    At most `most` pictures are shown. When there are more, the oldest leave, so many at once that only then, once in
    `most` - `keep` pictures, what a model has cached of the conversation is lost.
    """
    messages = [Message("system", (system,)), *_turns(trajectory)]
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


def _turns(trajectory: Trajectory) -> Iterator[Message]:
    """A look and a reply for each step; a step that was broken off before its reply left nothing to answer."""
    before: Step | None = None
    for step in trajectory.steps:
        latest = step is trajectory.steps[-1]
        if step.screen is None or (step.reply is None and not latest):
            continue
        said = _response(before, step.screen) if before else (f"The user query: {plain(trajectory.task)}\n",)
        yield Message("user", (*said, Picture(step.screen.source)))
        if step.reply is not None:
            yield Message("assistant", (_TURN.sub("<\u200b", step.reply.text),))
        before = step


def _response(step: Step, screen: Screen) -> tuple[str | Picture, ...]:
    """What came of a step, in the place of a tool's response; `screen` is what was seen next."""
    if step.problem is not None:
        said = [f"Error: {step.problem}"]
    elif step.result is not None:
        said = [step.result.text or "Done."]
    else:
        said = [IN_DOUBT if step.in_doubt else NOT_DONE]
    if screen.settled == "unchanged" and step.acting and not step.in_doubt:
        said.append(UNCHANGED)
    if (calls := _count(step)) > 1:
        said.append(f"Your reply held {calls} calls; only the first was taken.")
    text = plain("\n".join(said))
    if step.result is None or not step.result.pictures:
        return (f"<tool_response>\n{text}\n</tool_response>\n",)
    return (f"<tool_response>\n{text}\n", *step.result.pictures, "\n</tool_response>\n")


def _count(step: Step) -> int:
    try:
        return len(read_calls(step.reply)) if step.reply else 0
    except BadReply:
        return 0
