"""Where pictures and videos come from: a path, file://, http(s)://, a data URL or bytes, opened as one thing.

Videos are read from the open file as well and never by name, so that no file can make a decoder open another.
"""

from __future__ import annotations

import base64
import binascii
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import url2pathname

from handsight.errors import BadMedia
from handsight.media.remote import Remote, fetch, shown
from handsight.media.sniff import HEAD_BYTES

Source = str | Path | bytes | bytearray | memoryview

_SPOOL_BYTES = 16 << 20


@dataclass(frozen=True)
class Opened:
    """An open file at its start: what to call it in a message, its first bytes and its whole length."""

    file: BinaryIO
    name: str
    head: bytes
    length: int


@contextmanager
def opened(source: Source, remote: Remote) -> Iterator[Opened]:
    """Open the source, closing it at the end. A remote one is fetched whole first. Raises BadMedia."""
    with _file(source, remote) as (file, name):
        head = file.read(HEAD_BYTES)
        length = file.seek(0, os.SEEK_END)
        file.seek(0)
        if not length:
            raise BadMedia(f"{name} is empty: it has no bytes at all")
        yield Opened(file, name, head, length)


@contextmanager
def _file(source: Source, remote: Remote) -> Iterator[tuple[BinaryIO, str]]:
    if isinstance(source, (bytes, bytearray, memoryview)):
        yield BytesIO(source), f"the file of {len(source)} bytes"
    elif isinstance(source, str) and source[:5].lower() == "data:":
        yield BytesIO(_data(source)), "the data URL"
    elif isinstance(source, str) and source[:7].lower() in ("http://", "https:/"):
        with tempfile.SpooledTemporaryFile(_SPOOL_BYTES) as kept:
            fetch(source, kept, remote)  # type: ignore[arg-type]  # it is a BinaryIO in all but name
            kept.seek(0)
            yield kept, shown(source)  # type: ignore[misc]
    else:
        path = _path(source)
        try:
            file = path.open("rb")
        except OSError as problem:
            raise BadMedia(f"{path} cannot be opened: {_reason(path, problem)}") from problem
        with file:
            yield file, path.name


def _path(source: str | Path) -> Path:
    words = str(source)
    if words[:7].lower() == "file://":
        parts = urlsplit(words)
        if parts.netloc not in ("", "localhost"):
            raise BadMedia(f"a file:// address names a file of this computer, not one on {parts.netloc}")
        return Path(url2pathname(parts.path))
    scheme, mark, _ = words.partition("://")
    if mark and scheme.isalnum():
        raise BadMedia(f"an address begins with http, https, file or data, not with {scheme}://")
    if "\0" in words or not words:
        raise BadMedia(f"{words!r} is not the name of a file")
    return Path(words).expanduser()


def _reason(path: Path, problem: OSError) -> str:
    if path.is_dir():
        return "it is a folder"
    if isinstance(problem, FileNotFoundError):
        return "there is no such file"
    return problem.strerror or str(problem)


def _data(url: str) -> bytes:
    header, comma, body = url[5:].partition(",")
    if not comma:
        raise BadMedia("a data URL is data:TYPE;base64,DATA, and this one has no comma")
    data = unquote_to_bytes(body)
    if not header.lower().endswith(";base64"):
        return data
    try:
        return base64.b64decode(b"".join(data.split()), validate=True)
    except (binascii.Error, ValueError) as problem:
        raise BadMedia(f"the data URL does not hold base64: {problem}") from problem
