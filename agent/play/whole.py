"""Files that are read as text, and written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from handsight.errors import BadTask


def read_text(path: Path, what: str) -> str:
    """The text of a file. Raises BadTask, which calls it `what`."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise BadTask(f"{what} {path} is not UTF-8 text") from problem
    except OSError as problem:
        raise BadTask(f"{what} {path} cannot be read: {problem.strerror or problem}") from problem


def write_whole(path: Path, data: bytes, what: str) -> Path:
    """Write a file under another name first, and give its path. Raises BadTask, which calls it `what`."""
    part = path.with_name(path.name + ".part")
    try:
        try:
            part.write_bytes(data)
            return part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as problem:
        raise BadTask(f"{what} {path} cannot be written: {problem.strerror or problem}") from problem
