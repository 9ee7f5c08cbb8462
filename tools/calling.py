"""Call a user's function to its end, plain or async, and wait no longer than it may take.

asyncio is imported when the first coroutine is there: most tools never need it.
"""

from __future__ import annotations

import inspect
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from contextvars import copy_context
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from handsight.errors import ToolFailed

if TYPE_CHECKING:
    import asyncio

_SLICE_S = 0.2  # on Windows Ctrl-C is heard only between two waits
_GRACE_S = 1.0  # for what an async function still does when it is broken off


def call_to_its_end(
    function: Callable[..., Any], arguments: Mapping[str, Any], name: str, timeout_s: float | None = None
) -> Any:
    """Give what `function` returns; a coroutine runs to its end in an event loop of its own.

    With a time-out, and where a loop runs in this thread already, that is in another thread, which has the context
    variables of this one. Raises ToolFailed once the time is up: what is awaited is broken off, while a plain function,
    which nothing can break off, is left to itself.
    """
    if timeout_s is not None:
        return _Aside(lambda: function(**arguments)).wait(name, timeout_s)
    value = function(**arguments)
    if not inspect.iscoroutine(value):
        return value
    return _Aside(lambda: value).wait(name, None) if _loop_runs_here() else _awaited(value)


def _loop_runs_here() -> bool:
    asyncio = sys.modules.get("asyncio")  # whoever runs a loop has imported it
    return asyncio is not None and asyncio._get_running_loop() is not None


def _awaited(coroutine: Coroutine[Any, Any, Any]) -> Any:
    import asyncio

    try:
        return asyncio.run(coroutine)
    except asyncio.CancelledError as problem:  # no Exception: it would end the run
        raise _Cancelled("it was cancelled") from problem


class _Cancelled(ToolFailed):
    """What was awaited ended because somebody cancelled it."""


class _Aside:
    """A call in a thread of its own, which does not keep the program from ending."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._done, self._broken_off = Event(), Event()
        self._awaited: tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]] | None = None
        self._value: Any = None
        self._problem: BaseException | None = None

    def wait(self, name: str, timeout_s: float | None) -> Any:
        """Begin, and give what the call returns or raises."""
        try:
            Thread(target=copy_context().run, args=(self._run,), daemon=True).start()
            done = self._is_done_within(timeout_s)
        except BaseException:  # Ctrl-C
            self._is_broken_off()
            raise
        if not done:
            done = self._is_broken_off()
            if not done or isinstance(self._problem, _Cancelled):
                how = "was broken off" if done else "may still be running, and do what it does later"
                raise ToolFailed(f"{name} took longer than the {timeout_s:g} s that it may take; it {how}")
        if self._problem is not None:
            raise self._problem
        return self._value

    def _run(self) -> None:
        try:
            value = self._work()
            self._value = _awaited(self._to_its_end(value)) if inspect.iscoroutine(value) else value
        except BaseException as problem:  # it is raised where it is waited for
            self._problem = problem
        finally:
            self._done.set()

    async def _to_its_end(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        import asyncio

        task = asyncio.ensure_future(coroutine)
        self._awaited = asyncio.get_running_loop(), task
        if self._broken_off.is_set():
            task.cancel()
        return await task

    def _is_broken_off(self) -> bool:
        """Cancel what is awaited, and see whether it ends."""
        self._broken_off.set()
        if self._awaited is None:
            return False
        loop, task = self._awaited
        with suppress(RuntimeError):  # the loop is closed: it has just ended by itself
            loop.call_soon_threadsafe(task.cancel)
        return self._is_done_within(_GRACE_S)

    def _is_done_within(self, seconds: float | None) -> bool:
        ends = None if seconds is None else time.monotonic() + seconds
        while not self._done.is_set():
            left = _SLICE_S if ends is None else min(_SLICE_S, ends - time.monotonic())
            if left <= 0:
                return False
            self._done.wait(left)
        return True
