"""The `sync:` service: adb's file transfer, versions 1 and 2 of stat and list."""

from __future__ import annotations

import errno
import os
import posixpath
import stat as modes
import struct
from collections.abc import Callable, Iterator

from handsight.devices.virtual.adbd.link import Stream
from handsight.devices.virtual.files import Entry, VirtualFiles, normalize

CHUNK = 1 << 16  # the most that one DATA may hold
MAX_PATH = 1024
STAT_V1 = struct.Struct("<3I")  # mode, size, mtime
STAT_V2 = struct.Struct("<I2Q4IQ3q")  # error, dev, ino, mode, nlink, uid, gid, size, atime, mtime, ctime
SHELL_USER, MEDIA_GROUP = 2000, 1023


def serve_sync(stream: Stream, files: VirtualFiles) -> None:
    """Answer requests until the host quits."""
    while True:
        name, length = struct.unpack("<4sI", stream.read(8))
        if name == b"QUIT":
            return
        if name not in (b"STAT", b"STA2", b"LST2", b"LIST", b"LIS2", b"RECV", b"SEND") or length > MAX_PATH:
            _fail(stream, f"unknown command {name!r}" if length <= MAX_PATH else "path too long")
            return
        path = stream.read(length).decode("utf-8", "surrogateescape")
        if name == b"STAT":
            stream.write(name + _stat_v1(files, path))
        elif name in (b"STA2", b"LST2"):
            stream.write(name + _stat_v2(files, path))
        elif name == b"LIST":
            _list(stream, files, path, b"DENT", _pack_v1, bytes(STAT_V1.size))
        elif name == b"LIS2":
            _list(stream, files, path, b"DNT2", _pack_v2, bytes(STAT_V2.size))
        elif name == b"RECV":
            _send_file(stream, files, path)
        else:
            _take_file(stream, files, path)


def _stat_v1(files: VirtualFiles, path: str) -> bytes:
    try:
        return _pack_v1(files.stat(path))
    except OSError:  # version 1 has no room for the reason
        return bytes(STAT_V1.size)


def _stat_v2(files: VirtualFiles, path: str) -> bytes:
    try:
        return _pack_v2(files.stat(path))
    except OSError as problem:
        return STAT_V2.pack(problem.errno or errno.EIO, *[0] * 10)


def _pack_v1(entry: Entry) -> bytes:
    return STAT_V1.pack(entry.mode, min(entry.size, 0xFFFFFFFF), entry.mtime & 0xFFFFFFFF)


def _pack_v2(entry: Entry) -> bytes:
    times = (entry.mtime,) * 3
    return STAT_V2.pack(0, 1, 1, entry.mode, 1, SHELL_USER, MEDIA_GROUP, entry.size, *times)


def _list(
    stream: Stream, files: VirtualFiles, path: str, name: bytes, pack: Callable[[Entry], bytes], nothing: bytes
) -> None:
    """Send what is in a folder; one that cannot be read is empty, as on a phone."""
    try:
        entries = files.list(path)
    except OSError:
        entries = []
    parts = []
    for entry in entries:
        label = entry.name.encode("utf-8", "surrogateescape")
        parts.append(name + pack(entry) + struct.pack("<I", len(label)) + label)
    stream.write(b"".join(parts) + b"DONE" + nothing + bytes(4))


def _send_file(stream: Stream, files: VirtualFiles, path: str) -> None:
    try:
        data = memoryview(files.read(path))
    except OSError as problem:
        _fail(stream, f"open failed: {problem.strerror}")
        return
    pieces = list(_data_pieces(data))
    per_write = 2 * ((1 << 20) // (CHUNK + 8))
    for start in range(0, len(pieces), per_write):
        stream.write(b"".join(pieces[start : start + per_write]))
    stream.write(b"DONE" + bytes(4))


def _data_pieces(data: memoryview) -> Iterator[bytes | memoryview]:
    for start in range(0, len(data), CHUNK):
        chunk = data[start : start + CHUNK]
        yield b"DATA" + struct.pack("<I", len(chunk))
        yield chunk


def _take_file(stream: Stream, files: VirtualFiles, request: str) -> None:
    path, _, mode_text = request.rpartition(",")
    mode = int(mode_text) if path and mode_text.isdecimal() else modes.S_IFREG | 0o644
    path = path or request
    data = bytearray()
    while True:
        name, value = struct.unpack("<4sI", stream.read(8))
        if name == b"DONE":
            break
        if name != b"DATA" or value > CHUNK:
            _fail(stream, f"invalid data message {name!r} of {value} bytes")
            return
        chunk = stream.read(value)
        if len(data) <= files.capacity_bytes:  # the rest is read and thrown away, and refused below
            data += chunk
    try:
        if not modes.S_ISREG(mode) and modes.S_IFMT(mode):
            raise OSError(errno.EPERM, os.strerror(errno.EPERM), path)
        if not files.exists(posixpath.dirname(normalize(path))):
            files.mkdir(posixpath.dirname(normalize(path)), parents=True)
        files.write(path, bytes(data), mode=mode, mtime=value)
    except OSError as problem:
        _fail(stream, f"couldn't create file: {problem.strerror}")
    else:
        stream.write(b"OKAY" + bytes(4))


def _fail(stream: Stream, message: str) -> None:
    data = message.encode()
    stream.write(b"FAIL" + struct.pack("<I", len(data)) + data)
