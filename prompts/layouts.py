"""How families lay a run out as messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from handsight.prompts.conversation import Came, Parts, Round
from handsight.types import Message

NOT_TAKEN = "This call was not carried out."

Response = Callable[[Sequence[Came]], Parts]
"""What is said of what came of the calls of a reply, before the next screen is shown."""


@dataclass(frozen=True)
class Turns:
    """A turn of the user for each screen and one of the assistant for each reply."""

    response: Response
    picture_first: bool = False

    def __call__(self, opening: str, rounds: Sequence[Round]) -> Iterator[Message]:
        said: Parts = (opening,)
        for round_ in rounds:
            yield Message(
                "user", (round_.picture, *said, *round_.note) if self.picture_first else (*said, *round_.shown)
            )
            if round_.reply:
                yield Message("assistant", (round_.said,))
            said = self.response(round_.came)


@dataclass(frozen=True)
class OneTurn:
    """One turn of the assistant in which replies, results and screens follow one another (the Qwen2-VL report, 2.2.1).

    Results and the next screen stand in the reply itself, closed by `end`; there the model goes on.
    """

    response: Response
    end: str

    def __call__(self, opening: str, rounds: Sequence[Round]) -> Iterator[Message]:
        first, *later = rounds
        yield Message("user", (opening, *first.shown))
        parts: list[Parts] = []
        for before, round_ in zip(rounds, later, strict=False):
            parts.append((before.said, *self.response(before.came), *round_.shown, self.end))
        if rounds[-1].reply:
            parts.append((rounds[-1].said,))
        if parts:
            yield Message("assistant", tuple(chain(*parts)))


@dataclass(frozen=True)
class NativeTurns:
    """Calls and results in the messages that a server's own tool calling has for them, screens in the user's turns.

    A reply that called in words is answered in words.
    """

    def __call__(self, opening: str, rounds: Sequence[Round]) -> Iterator[Message]:
        said: Parts = (opening,)
        for round_ in rounds:
            yield Message("user", (*said, *round_.shown))
            if round_.reply is None:
                return
            calls = round_.reply.native
            yield Message("assistant", (round_.said,) if round_.said else (), calls)
            for call, came in zip_longest(calls, round_.came[: len(calls)]):
                yield Message("tool", (came.said if came else NOT_TAKEN,), answers=call.id)
            said = tuple(chain(*(came.pictures for came in round_.came))) if calls else spoken(round_.came)


def tagged(came: Sequence[Came]) -> Parts:
    """Each result between tool_response tags, as the "nous" form has it."""
    parts: list[Parts] = []
    for one in came:
        whole: Parts = (f"<tool_response>\n{one.said}\n</tool_response>\n",)
        parts.append(
            (f"<tool_response>\n{one.said}\n", *one.pictures, "\n</tool_response>\n") if one.pictures else whole
        )
    return tuple(chain(*parts))


def flowers(came: Sequence[Came]) -> Parts:
    """Each result after a mark of its own."""
    parts: list[Parts] = [(f"\n✿RESULT✿: {one.said}\n", *one.pictures) for one in came]
    return tuple(chain(*parts))


def spoken(came: Sequence[Came]) -> Parts:
    """Each result in a plain line."""
    parts: list[Parts] = [(f"{one.said}\n", *one.pictures) for one in came]
    return tuple(chain(*parts))


def untagged(came: Sequence[Came]) -> Parts:
    """What a model cannot see on the next screen, in plain lines."""
    return spoken([one for one in came if one.told])
