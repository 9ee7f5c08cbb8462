"""A record: events appended to a file, one JSON object a line, each on the disk before anything goes on.

A record that was cut at any byte still reads: a last line that is not whole is left out. Its file is called after what
it records, such as `run.jsonl`, and stands in a folder of its own.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from io import FileIO
from pathlib import Path
from typing import Any

from handsight.errors import BadRecord
from handsight.types import MASKED

Event = dict[str, Any]


class Journal:
    """Writes a record. Texts in `secrets` are never written. After a failure nothing more is: half a line may stand."""

    def __init__(self, path: Path, file: FileIO, secrets: Sequence[str] = (), made: Sequence[Path] = ()) -> None:
        self.path = path
        self.broken: BadRecord | None = None
        self._file = file
        self._secrets = sorted({spelled for s in secrets if s for spelled in _spelled(s)}, key=len, reverse=True)
        self._made = list(made)

    @classmethod
    def create(cls, path: Path, first: Event, secrets: Sequence[str] = ()) -> Journal:
        """Begin a record in a new or empty folder. Raises BadRecord when it cannot be written."""
        folder = path.parent
        made = [path, *(above for above in (folder, *folder.parents) if not above.exists())]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            journal = cls(path, FileIO(path, "x"), secrets, made)
        except FileExistsError as problem:
            raise BadRecord(
                f"{folder} already holds a {path.stem}, or is a file; resume it, or name another folder"
            ) from problem
        except OSError as problem:
            raise unwritable(path, problem) from problem
        try:
            journal.write(first)
        except BadRecord:
            journal.discard()
            raise
        return journal

    @classmethod
    def reopen(cls, path: Path, secrets: Sequence[str] = ()) -> Journal:
        """Go on with a record; a line that was cut off is taken away first."""
        whole = _whole(path)
        try:
            file = FileIO(path, "r+")
            file.truncate(len(whole))
            file.seek(0, os.SEEK_END)
        except OSError as problem:
            raise unwritable(path, problem) from problem
        journal = cls(path, file, secrets)
        journal.write({"event": "resume", "time": now()})
        return journal

    def write(self, event: Event) -> None:
        """Append one event. Raises BadRecord."""
        if self.broken is not None:
            raise self.broken
        line = json.dumps(self.redacted(event), ensure_ascii=False, default=str)
        data = memoryview(line.encode("utf-8", "replace") + b"\n")
        try:
            while data:
                data = data[self._file.write(data) :]
            os.fsync(self._file.fileno())
        except OSError as problem:
            self.broken = unwritable(self.path, problem)
            raise self.broken from problem

    def close(self) -> None:
        """Let go of the file; safe to call twice."""
        self._file.close()

    def discard(self) -> None:
        """Take away what `create` made, where nothing has happened yet; a record that was reopened stays."""
        self.close()
        for path in self._made:
            if not path.is_dir():
                path.unlink(missing_ok=True)
            elif not any(path.iterdir()):
                path.rmdir()
        self._made.clear()

    def redacted(self, value: Any) -> Any:
        """The same without a secret in any of its texts."""
        if isinstance(value, str):
            for secret in self._secrets:
                value = value.replace(secret, MASKED)
            return value
        if isinstance(value, dict):
            return {self.redacted(key): self.redacted(inner) for key, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.redacted(inner) for inner in value]
        return value


def _spelled(secret: str) -> set[str]:
    """A secret as it is, and as it stands in JSON: what a model writes is full of it."""
    return {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}


def read(path: Path) -> Iterator[Event]:
    """The events of a record, in order. Raises BadRecord when there is none, or a line in it is not one."""
    for line in _whole(path).split(b"\n")[:-1]:
        try:
            event = json.loads(line)
        except ValueError as problem:
            raise BadRecord(f"{path} is damaged: {line[:60]!r} is not JSON") from problem
        yield event


def unwritable(path: Path, problem: OSError) -> BadRecord:
    """What is raised when something of the record at `path` cannot be written."""
    return BadRecord(f"the {path.stem} folder {path.parent} cannot be written: {problem.strerror or problem}")


def now() -> str:
    """The time as it is written in records."""
    return time.strftime("%Y-%m-%dT%H:%M:%S%z")


def _whole(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise BadRecord(
            f"{path.parent} holds no {path.stem}: {path.name} cannot be read ({problem.strerror})"
        ) from problem
    return data[: data.rfind(b"\n") + 1]
