"""The file of a run: what is asked of whom, then a line for each case. Cut anywhere, it can be gone on with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handsight import journal
from handsight.errors import UsageError
from handsight.journal import Journal
from scoring.tally import Tally

_BEGIN = b'{"event": "begin"'


class Results:
    """Appends cases to the file at `path`; `done` are those that it held already, by id, each with its mark."""

    def __init__(self, path: Path, written: Journal, tally: Tally, done: dict[str, str]) -> None:
        self.path = path
        self.tally = tally
        self.done = done
        self._journal = written

    @classmethod
    def open(cls, path: Path, about: Mapping[str, Any], tally: Tally) -> Results:
        """Begin a file, or go on with one of the same run, counting what it holds in `tally`.

        Raises UsageError when it holds a run of something else, or is no such file.
        """
        first = {"event": "begin", **about}
        if path.is_dir():
            raise UsageError(f"{path} is a folder; name the file that the results go to")
        if not _begun(path):
            return cls(path, Journal.create(path, first), tally, {})
        events = journal.read(path)
        _same(path, next(events), first)
        done: dict[str, str] = {}
        for event in events:
            try:
                if event["event"] == "case" and event["id"] not in done:
                    tally.add(event)
                    done[event["id"]] = event["mark"]
            except (LookupError, TypeError, AttributeError, ValueError) as problem:
                raise UsageError(f"{path} is damaged: {str(event)[:60]} is no case") from problem
        return cls(path, Journal.reopen(path), tally, done)

    def held(self, case: str, mark: str) -> bool:
        """Whether a case was answered already. Raises UsageError when it was, and has been changed since."""
        known = self.done.get(case)
        if known is not None and known != mark:
            raise UsageError(f"the case {case} is another one than when {self.path} was begun; name another file")
        return known is not None

    def add(self, event: Mapping[str, Any]) -> None:
        """Write one case to the disk, then count it."""
        self._journal.write({"event": "case", **event})
        self.done[event["id"]] = event["mark"]
        self.tally.add(event)

    def close(self) -> None:
        self._journal.close()


def _begun(path: Path) -> bool:
    """Whether the file holds the begin of a run; one that was cut within its very first line is taken away."""
    if not path.exists():
        return False
    try:
        with path.open("rb") as file:
            first = file.readline()
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror or problem}") from problem
    if first.startswith(_BEGIN) and first.endswith(b"\n"):
        return True
    if not first.endswith(b"\n") and (first.startswith(_BEGIN) or _BEGIN.startswith(first)):
        path.unlink()
        return False
    raise UsageError(f"{path} is no file of results; name another one")


def _same(path: Path, held: Any, wanted: Mapping[str, Any]) -> None:
    plain = json.loads(json.dumps(wanted))
    for key, value in plain.items():
        if key != "handsight" and held.get(key) != value:
            raise UsageError(
                f"{path} holds another run: its {key} is {json.dumps(held.get(key), ensure_ascii=False)}, not "
                f"{json.dumps(value, ensure_ascii=False)}; name another file"
            )
