"""TFRecord files of tf.train.Example, without TensorFlow: the framing, and as much of protobuf as an Example needs.

The checksum of each record's length is verified, which a file of another kind fails at once; that of its bytes is not,
since in Python it takes longer than a model's answer: gzip has its own.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from handsight.errors import UsageError

Value = list[bytes] | list[float] | list[int]

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_BYTES_LIST, _FLOAT_LIST, _INT64_LIST = 1, 2, 3


class Malformed(ValueError):
    """The bytes are not what the format says."""


def read_examples(path: Path) -> Iterator[tuple[str, dict[str, Value]]]:
    """Each Example as its features by name, with the words that say where it stands. One record is held at a time.

    Compressed with gzip or not, as the file's first bytes say. Raises UsageError naming the record at which it breaks.
    """
    number = 0
    try:
        with path.open("rb") as raw:
            packed = raw.read(3) == b"\x1f\x8b\x08"
            raw.seek(0)
            stream: IO[bytes] = gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[assignment]
            while (record := _record(stream)) is not None:
                number += 1
                yield f"{path}, record {number}", features(record)
    except (Malformed, EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise UsageError(f"{path}, record {number + (not isinstance(problem, _BadExample))}: {problem}") from problem
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror or problem}") from problem


class _BadExample(Malformed):
    """A record was read, and is no Example."""


def _record(stream: IO[bytes]) -> bytes | None:
    head = _exactly(stream, 12, "the length of a record")
    if head is None:
        return None
    length, checksum = struct.unpack("<QI", head)
    if masked_crc(head[:8]) != checksum:
        raise Malformed("this is no TFRecord file, or it is damaged: the checksum of a length is wrong")
    body = _exactly(stream, length + 4, "a record")
    if body is None:
        raise Malformed("the file ends within a record")
    return body[:-4]


def _exactly(stream: IO[bytes], size: int, what: str) -> bytes | None:
    data = stream.read(size)
    if data and len(data) < size:
        raise Malformed(f"the file ends within {what}")
    return data or None


def features(example: bytes) -> dict[str, Value]:
    """The features of a serialized Example. Raises Malformed."""
    found: dict[str, Value] = {}
    try:
        for number, inside in _fields(memoryview(example)):
            if number == 1:
                for one, entry in _fields(_block(inside)):
                    if one == 1:
                        parts = dict(_fields(_block(entry)))
                        found[str(_block(parts.get(1, memoryview(b""))), "utf-8")] = _feature(_block(parts.get(2, b"")))
    except (Malformed, UnicodeDecodeError, struct.error) as problem:
        raise _BadExample(f"not a tf.train.Example: {problem}") from problem
    return found


def _feature(data: memoryview) -> Value:
    for number, inside in _fields(data):
        values = [value for one, value in _fields(_block(inside)) if one == 1]
        if number == _BYTES_LIST:
            return [bytes(_block(value)) for value in values]
        if number == _FLOAT_LIST:  # packed into one block, or one by one
            return [x for value in values for (x,) in struct.iter_unpack("<f", _block(value))]
        if number == _INT64_LIST:
            return [_signed(x) for value in values for x in ([value] if isinstance(value, int) else _varints(value))]
    return []


def _fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, at = _varint(data, at)
            yield number, value
            continue
        if wire == _BYTES:
            size, at = _varint(data, at)
        elif wire in (_FIXED32, _FIXED64):
            size = 4 if wire == _FIXED32 else 8
        else:
            raise Malformed(f"there is no wire type {wire} in protobuf's format")
        if at + size > len(data):
            raise Malformed("a field reaches beyond the end")
        yield number, data[at : at + size]
        at += size


def _block(value: int | memoryview | bytes) -> memoryview:
    if isinstance(value, int):
        raise Malformed("a number stands where a block is due")
    return memoryview(value)


def _varints(data: memoryview) -> Iterator[int]:
    at = 0
    while at < len(data):
        value, at = _varint(data, at)
        yield value


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            raise Malformed("a number has no end")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise Malformed("a number has no end")


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


def _table() -> list[int]:
    rows = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        rows.append(byte)
    return rows


_CRC = _table()


def masked_crc(data: bytes) -> int:
    """CRC-32C of `data`, turned and shifted as TFRecord stores it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _CRC[(crc ^ byte) & 0xFF]
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
