"""Ctrl-C ends a run cleanly: everything that has happened is saved, and the run says "stopped".

A signal may arrive at any instruction. While the loop takes a step it is interrupted at once, wherever it is: in the
model, in a capture, in a wait. While the loop tells its hooks (the record is being written) or goes from one step to
the next, only `agent.stop` is set, which the loop heeds before the next look and before the next act. Which of the two
it is stands on the call stack, so there is no moment in between.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import Any, TypeVar

from handsight.cli.console import complain
from handsight.errors import UserStopped
from handsight.loop import Agent

T = TypeVar("T")
SIGNALS = (signal.SIGINT, signal.SIGTERM)
_TAKE, _TELL = Agent.take.__code__, Agent.tell.__code__


@contextmanager
def ending() -> Iterator[None]:
    """Let SIGTERM end the program as Ctrl-C does: what was opened is closed, and what was begun is taken back."""
    with _handled((signal.SIGTERM,), signal.default_int_handler):
        yield


@contextmanager
def stopping(agent: Agent) -> Iterator[None]:
    """Let the first Ctrl-C, or SIGTERM, stop the run, and a second one end the program wherever it is."""

    def stop(number: int, frame: FrameType | None) -> None:
        if agent.stop.is_set():
            raise KeyboardInterrupt
        agent.stop.set()
        if _may_interrupt(frame):
            raise KeyboardInterrupt

    with _handled(SIGNALS, stop):
        yield


@contextmanager
def heeding(stop: Event) -> Iterator[None]:
    """Let the first Ctrl-C, or SIGTERM, set `stop`, and a second one end the program wherever it is.

    Nothing is broken off by the first: a library that is just being loaded may swallow an interrupt.
    """

    def heed(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    with _handled(SIGNALS, heed):
        yield


def until_stopped(work: Callable[[Event], T], rest: Callable[[], None]) -> T | None:
    """Do work that heeds an event; None where Ctrl-C ended it, which is said. `rest` leaves the terminal alone."""
    stop = Event()
    try:
        with heeding(stop):
            return work(stop)
    except (UserStopped, KeyboardInterrupt):
        pass
    finally:
        rest()
    complain("stopped")
    return None


@contextmanager
def _handled(numbers: Iterable[signal.Signals], handler: Callable[[int, FrameType | None], Any]) -> Iterator[None]:
    before = [(number, signal.signal(number, handler)) for number in numbers]
    try:
        yield
    finally:
        for number, former in before:
            signal.signal(number, former)


def _may_interrupt(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code in (_TAKE, _TELL):
            return frame.f_code is _TAKE
        frame = frame.f_back
    return False
