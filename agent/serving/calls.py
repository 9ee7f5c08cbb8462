"""A call on its way: the work is done in a thread of its own, while the protocol goes on, asks and tells."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Literal

import anyio
import anyio.from_thread
import anyio.lowlevel

from handsight.errors import NeedsHuman, UserStopped
from handsight.serving.served import Answer, Caller

PATIENCE_S = 120.0  # for a person; meanwhile nobody else gets at the device


@dataclass(frozen=True)
class Told:
    """So many steps are done."""

    steps: int
    said: str


@dataclass(frozen=True)
class Question:
    """Something that only the person at the client can decide, or know. The reply is None where nobody said it."""

    wants: Literal["leave", "words"]
    text: str
    reply: SimpleQueue[bool | str | None] = field(default_factory=SimpleQueue)

    @property
    def words(self) -> str:
        """As it is put to the person."""
        return f"Allow {self.text}?" if self.wants == "leave" else self.text


Event = Told | Question | Answer | Exception


class Call:
    """One call of one client. Made and waited for in the event loop; a Caller to the work, in the work's thread."""

    def __init__(self, work: Callable[[Caller], Answer], over: Callable[[], None], *, can_ask: bool) -> None:
        """Begin. `over` is called in the event loop once the work has ended, whatever became of it."""
        self.can_ask = can_ask
        self.stop = threading.Event()
        self.ended = anyio.Event()
        self.open: Question | None = None
        self._work, self._over = work, over
        self._events: deque[Event] = deque()
        self._news = anyio.Event()
        self._loop = anyio.lowlevel.current_token()
        threading.Thread(target=self._carry_out, name="call", daemon=True).start()

    async def next(self) -> Told | Question | Answer:
        """What comes next: steps and questions, and at last the answer. Raises what the work raised."""
        while not self._events:
            self._news = anyio.Event()
            await self._news.wait()
        event = self._events.popleft()
        if isinstance(event, Exception):
            raise event
        if isinstance(event, Question):
            self.open = event
        return event

    def reply(self, said: bool | str | None) -> None:
        """Answer the question that is open."""
        assert self.open
        self.open.reply.put(said)
        self.open = None

    def end(self) -> None:
        """Let the work end before its next look or act: nobody waits for it any more."""
        self.stop.set()
        if self.open:
            self.reply(None)

    def allows(self, question: str) -> bool:
        return self._asked(Question("leave", question)) is True

    def answers(self, question: str) -> str:
        said = self._asked(Question("words", question))
        if not isinstance(said, str):
            raise NeedsHuman(f"the user did not answer: {question}")
        return said

    def hears(self, steps: int, said: str) -> None:
        self._post(Told(steps, said))

    def _asked(self, question: Question) -> bool | str | None:
        self._post(question)
        try:
            said = question.reply.get(timeout=PATIENCE_S)
        except Empty:
            raise NeedsHuman(f"nobody answered within {PATIENCE_S:g} s: {question.text}") from None
        if self.stop.is_set():
            raise UserStopped
        return said

    def _carry_out(self) -> None:
        try:
            self._post(self._work(self))
        except Exception as problem:  # it is raised where the call is waited for
            self._post(problem)
        finally:
            with suppress(RuntimeError):  # the loop is over, and nobody waits
                anyio.from_thread.run_sync(self._close, token=self._loop)

    def _post(self, event: Event) -> None:
        with suppress(RuntimeError):
            anyio.from_thread.run_sync(self._take, event, token=self._loop)

    def _take(self, event: Event) -> None:
        self._events.append(event)
        self._news.set()

    def _close(self) -> None:
        self.ended.set()
        self._over()
