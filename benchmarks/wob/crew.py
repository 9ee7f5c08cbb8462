"""Several workers side by side: each is handed one episode at a time, and what comes of it is given as it comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from handsight.errors import DeviceLost, HandsightError
from wob.films import Job
from wob.worker import About, Settings, work

_LISTENS_S = 0.2  # a Ctrl-C just before a wait without an end would be heard after it only
_ENDS_S = 20.0


class Crew:
    """Workers that are ready. `about` is what the model and the dialect are called."""

    def __init__(self, pipes: list[Connection], about: About) -> None:
        self.about = about
        self._pipes = pipes

    def run(self, jobs: Iterable[Job]) -> Iterator[dict[str, Any]]:
        """The results of `jobs`, in the order in which they come.

        After an error no further job is begun, those under way are waited for and given, and then it is raised.
        """
        left, idle, busy = iter(jobs), list(self._pipes), list[Connection]()
        problem: HandsightError | None = None
        while True:
            while idle and problem is None and (job := next(left, None)) is not None:
                busy.append(idle.pop())
                busy[-1].send(job)
            if not busy:
                break
            for pipe in wait(busy, timeout=_LISTENS_S):
                assert isinstance(pipe, Connection)
                busy.remove(pipe)
                said = _heard(pipe)
                if isinstance(said, HandsightError):
                    problem = problem or said
                else:
                    idle.append(pipe)
                    yield said
        if problem is not None:
            raise problem


@contextmanager
def open_crew(settings: Settings, count: int) -> Iterator[Crew]:
    """Start `count` workers, and end them, browsers and displays included. Raises what kept one from being ready."""
    context = get_context("spawn")  # pyautogui and a browser's socket are no things to be inherited
    started: list[tuple[BaseProcess, Connection]] = []
    try:
        for _ in range(count):
            ours, theirs = context.Pipe()
            process: BaseProcess = context.Process(target=work, args=(settings, theirs), daemon=True)
            process.start()
            theirs.close()
            started.append((process, ours))
        pipes = [pipe for _, pipe in started]
        said = [_heard(pipe) for pipe in pipes]
        for one in said:
            if isinstance(one, HandsightError):
                raise one
        yield Crew(pipes, said[0])
    except BaseException:
        for process, _ in started:
            process.terminate()  # an episode that nobody waits for
        raise
    finally:
        for _, pipe in started:
            pipe.close()
        for process, _ in started:
            process.join(_ENDS_S)
            if process.is_alive():
                process.kill()


def _heard(pipe: Connection) -> Any:
    """What a worker says: ready, a result, or the problem that ended it."""
    try:
        return pipe.recv()
    except (EOFError, ConnectionError):
        return DeviceLost("a worker of the benchmark ended without a word; the episode it was at is not counted")
