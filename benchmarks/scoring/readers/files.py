"""JSON of others: read it, take fields out of it, and say where it is not as it should be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from handsight.errors import UsageError
from scoring.acts import Area

Kind = TypeVar("Kind")

_WORDS = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}


def read_json(path: Path) -> Any:
    """A whole file of JSON. Raises UsageError."""
    try:
        return json.loads(path.read_bytes())
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror or problem}") from problem
    except ValueError as problem:  # also what is not UTF-8
        raise UsageError(f"{path} is not JSON: {problem}") from problem


def read_entries(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a file that is a list of them, each with the words that say where it stands."""
    whole = read_json(path)
    if not isinstance(whole, list):
        raise UsageError(f"{path} is a list of entries, not {shown(whole)}")
    for number, entry in enumerate(whole, 1):
        yield f"{path}, entry {number}", an_object(entry, f"{path}, entry {number}")


def read_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a file with one JSON object a line, as a stream; empty lines are passed over."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield f"{path}, line {number}", an_object(_parsed(line, path, number), f"{path}, line {number}")
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror or problem}") from problem


def _parsed(line: bytes, path: Path, number: int) -> Any:
    try:
        return json.loads(line)
    except ValueError as problem:
        raise UsageError(f"{path}, line {number}: not JSON: {problem}") from problem


def an_object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"{where}: an object is expected, not {shown(value)}")
    return value


def take(entry: Mapping[str, Any], name: str, kind: type[Kind], where: str) -> Kind:
    """The field `name`, which is a `kind`; a whole number passes for a float. Raises UsageError."""
    if name not in entry:
        raise UsageError(f"{where}: the field {name} is missing; there are {', '.join(list(entry)[:12]) or 'none'}")
    value = entry[name]
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise UsageError(f"{where}: {name} is {_WORDS[kind]}, not {shown(value)}")
    return value


def unpacked(entry: Mapping[str, Any], name: str, where: str) -> list[Any]:
    """The field `name`, a list that may also be written as a text of JSON, as Android in the Zoo does it."""
    value = entry.get(name)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as problem:
            raise UsageError(f"{where}: {name} is a text that holds a list, not {shown(value)}") from problem
    return take({**entry, **({name: value} if name in entry else {})}, name, list, where)


def numbers(value: Any, count: int, name: str, where: str) -> tuple[float, ...]:
    """Exactly `count` finite numbers. Raises UsageError."""
    good = isinstance(value, Sequence) and not isinstance(value, str) and len(value) == count
    if not good or any(isinstance(n, bool) or not isinstance(n, (int, float)) or n - n != 0 for n in value):
        raise UsageError(f"{where}: {name} is {count} numbers, not {shown(value)}")
    return tuple(float(number) for number in value)


def area(left: float, top: float, width: float, height: float, size: tuple[int, int]) -> Area:
    """A box in pixels as shares of a screen of `size`."""
    return Area(left / size[0], top / size[1], width / size[0], height / size[1])


def picture(tried: Sequence[Path], name: str, where: str) -> Path:
    """The first of the paths at which the picture `name` may lie. Raises UsageError when it is at none."""
    for path in tried:
        if path.is_file():
            return path
    raise UsageError(f"{where}: the picture {name} is not there; looked for {' and '.join(map(str, tried))}")


def size_of(path: Path, where: str) -> tuple[int, int]:
    """Width and height of a picture; only its header is read. Raises UsageError."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as opened:
            return opened.size
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as problem:
        raise UsageError(f"{where}: the picture {path} cannot be read: {problem}") from problem


def found(folder: Path, *patterns: str) -> list[Path]:
    """The files of a folder that fit the first pattern which any fits, by name. Raises UsageError if there are none."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder; name the one that holds the data set")
    for pattern in patterns:
        if paths := sorted(path for path in folder.glob(pattern) if path.is_file()):
            return paths
    raise UsageError(f"{folder} holds no data set: there is no file {' or '.join(patterns)} in it")


def fingerprint(folder: Path, files: Iterable[Path]) -> str:
    """What tells one data set from another: the names and sizes of its annotation files, not where they lie."""
    about = [[path.relative_to(folder).as_posix(), path.stat().st_size] for path in files]
    return digest(about)


def digest(value: Any) -> str:
    """A short mark of a value of JSON, equal for equal values."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 80 else f"{text[:77]}..."
