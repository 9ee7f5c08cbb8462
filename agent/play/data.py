"""Rows of data: a CSV file with a header, or a JSON list of objects. Every value is text."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from handsight.errors import BadTask
from handsight.play.whole import read_text

Row = Mapping[str, str]


def read_rows(path: Path) -> list[Row]:
    """The rows of a file; all have the same columns. Raises BadTask, also when there is none."""
    text = read_text(path, "the data")
    readers = {".csv": _csv, ".json": _json}
    if path.suffix.lower() not in readers:
        raise BadTask(f"data is a .csv file with a header or a .json list of objects, unlike {path}")
    rows = readers[path.suffix.lower()](text, path)
    if not rows:
        raise BadTask(f"there is no row of data in {path}")
    return rows


def check_rows(rows: Sequence[Row]) -> list[str]:
    """The columns that all rows share. Raises BadTask for a row with others."""
    columns = list(rows[0])
    for number, row in enumerate(rows, 1):
        if set(row) != set(columns):
            raise BadTask(f"row {number} has the columns {', '.join(row)}, and the first one {', '.join(columns)}")
    return columns


def text_of(value: Any, written: str | None = None) -> str:
    """A value as a variable holds it; `written` is how it stood in the file, where that is known."""
    if value is None:
        return ""
    if written is not None:
        return written
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _csv(text: str, path: Path) -> list[Row]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, line) for line in reader if line]
    except csv.Error as problem:
        raise BadTask(f"{path}, line {reader.line_num}: this is no CSV: {problem}") from problem
    if not lines:
        return []
    header = [name.strip() for name in lines[0][1]]
    if len(set(header)) < len(header) or not all(header):
        raise BadTask(f"{path}, line 1: each column needs a name of its own; there are: {', '.join(header)}")
    for at, line in lines[1:]:
        if len(line) != len(header):
            raise BadTask(
                f"{path}, line {at}: {len(header)} values are expected, as in the header, and {len(line)} stand there"
            )
    return [dict(zip(header, line, strict=True)) for _, line in lines[1:]]


def _json(text: str, path: Path) -> list[Row]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise BadTask(f"{path}: this is no JSON: {problem}") from problem
    if not isinstance(rows, list) or not all(isinstance(row, dict) and row for row in rows):
        raise BadTask(f"{path}: a list of objects is expected, one for each row")
    for number, row in enumerate(rows, 1):
        nested = next((name for name, value in row.items() if isinstance(value, (dict, list))), None)
        if nested:
            raise BadTask(f"{path}, row {number}: {nested!r} is a single value, not a list or an object")
    read: list[Row] = [{name: text_of(value) for name, value in row.items()} for row in rows]
    if read:
        try:
            check_rows(read)
        except BadTask as problem:
            raise BadTask(f"{path}: {problem}") from problem
    return read
