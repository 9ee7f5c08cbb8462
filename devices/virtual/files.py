"""The files of the virtual phone: a small tree in memory, with Android's paths and errors.

Failures are the ordinary `OSError`s with the words a phone prints: FileNotFoundError, IsADirectoryError and so on. The
shared storage is one place with many names, so `/storage/emulated/0/x` and `/sdcard/x` are the same file.
"""

from __future__ import annotations

import errno
import os
import posixpath
import stat as modes
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

SHARED = "/sdcard"
SHARED_NAMES = ("/storage/emulated/0", "/storage/self/primary", "/mnt/sdcard", "/data/media/0")
WRITABLE = (SHARED, "/data/local/tmp")
FOLDERS = ("Alarms", "DCIM", "Documents", "Download", "Movies", "Music", "Notifications", "Pictures", "Podcasts")


@dataclass(frozen=True)
class Entry:
    """A file or a folder as `stat` sees it; `name` is the last part of its path, `mtime` is in epoch seconds."""

    name: str
    mode: int
    size: int
    mtime: int

    @property
    def is_folder(self) -> bool:
        return modes.S_ISDIR(self.mode)


@dataclass
class _Node:
    mode: int
    mtime: int
    data: bytes = b""


def normalize(path: str, folder: str = "/") -> str:
    """Give the one absolute name of `path`, seen from `folder`; the shared storage is always called `/sdcard`."""
    path = posixpath.normpath(posixpath.join("/", folder, path))
    path = "/" + path.lstrip("/")
    for name in SHARED_NAMES:
        if path == name or path.startswith(name + "/"):
            return SHARED + path[len(name) :]
    return path


class VirtualFiles:
    """Files and folders by path; safe to use from several threads. `clock` gives epoch seconds."""

    def __init__(self, clock: Callable[[], float] = time.time, *, capacity_bytes: int = 1 << 30) -> None:
        self._clock = clock
        self.capacity_bytes = capacity_bytes
        self._lock = threading.RLock()
        self._nodes: dict[str, _Node] = {}
        for path in ("/", "/system/app", "/system/bin", *WRITABLE, *(f"{SHARED}/{name}" for name in FOLDERS)):
            self._add_folders(path)

    def stat(self, path: str) -> Entry:
        """Describe what is at `path`."""
        with self._lock:
            return self._entry(normalize(path))

    def exists(self, path: str) -> bool:
        with self._lock:
            return normalize(path) in self._nodes

    def is_folder(self, path: str) -> bool:
        return self.exists(path) and self.stat(path).is_folder

    def list(self, path: str) -> list[Entry]:
        """Describe what is in the folder `path`, by name."""
        path = normalize(path)
        with self._lock:
            if not self._entry(path).is_folder:
                raise _error(errno.ENOTDIR, path)
            inside = path.rstrip("/") + "/"
            names = (name for name in self._nodes if name.startswith(inside) and name != inside)
            return [self._entry(name) for name in sorted(names) if "/" not in name[len(inside) :]]

    def read(self, path: str) -> bytes:
        """Give the content of the file `path`."""
        path = normalize(path)
        with self._lock:
            if self._entry(path).is_folder:
                raise _error(errno.EISDIR, path)
            return self._nodes[path].data

    def write(self, path: str, data: bytes, *, mode: int = 0o660, mtime: int | None = None) -> None:
        """Make or replace the file `path`; its folder must exist."""
        path = normalize(path)
        with self._lock:
            self._check_place(path)
            if path in self._nodes and modes.S_ISDIR(self._nodes[path].mode):
                raise _error(errno.EISDIR, path)
            old_bytes = len(self._nodes[path].data) if path in self._nodes else 0
            if sum(len(node.data) for node in self._nodes.values()) - old_bytes + len(data) > self.capacity_bytes:
                raise _error(errno.ENOSPC, path)
            mtime = int(self._clock()) if mtime is None else mtime
            self._nodes[path] = _Node(modes.S_IFREG | (mode & 0o7777), mtime, bytes(data))

    def mkdir(self, path: str, *, parents: bool = False) -> None:
        """Make a folder; with `parents`, also those above it, and an existing one is fine."""
        path = normalize(path)
        with self._lock:
            if path in self._nodes:
                if parents and modes.S_ISDIR(self._nodes[path].mode):
                    return
                raise _error(errno.EEXIST, path)
            if parents and posixpath.dirname(path) not in self._nodes:
                self.mkdir(posixpath.dirname(path), parents=True)
            self._check_place(path)
            self._add_folders(path)

    def remove(self, path: str, *, recursive: bool = False) -> None:
        """Remove a file; with `recursive`, also a folder and all that is in it."""
        path = normalize(path)
        with self._lock:
            if self._entry(path).is_folder and not recursive:
                raise _error(errno.EISDIR, path)
            self._check_place(path)
            for name in [name for name in self._nodes if name == path or name.startswith(path + "/")]:
                del self._nodes[name]

    def move(self, source: str, target: str) -> None:
        """Give the file or folder `source` the name `target`."""
        source, target = normalize(source), normalize(target)
        with self._lock:
            self._entry(source)
            self._check_place(source)
            self._check_place(target)
            if target == source or target.startswith(source + "/"):
                raise _error(errno.EINVAL, target)
            if self.exists(target) and (self.is_folder(target) or self.is_folder(source)):
                raise _error(errno.EEXIST, target)
            for name in [name for name in self._nodes if name == source or name.startswith(source + "/")]:
                self._nodes[target + name[len(source) :]] = self._nodes.pop(name)

    def _entry(self, path: str) -> Entry:
        node = self._nodes.get(path)
        if node is None:
            raise _error(errno.ENOENT, path)
        size = 4096 if modes.S_ISDIR(node.mode) else len(node.data)
        return Entry(posixpath.basename(path) or "/", node.mode, size, node.mtime)

    def _check_place(self, path: str) -> None:
        """Raise unless something may be made or removed at `path`: the system is read-only, as on a real phone."""
        if not any(path.startswith(place + "/") for place in WRITABLE):
            raise _error(errno.EROFS if path not in WRITABLE else errno.EPERM, path)
        folder = self._nodes.get(posixpath.dirname(path))
        if folder is None:
            raise _error(errno.ENOENT, path)
        if not modes.S_ISDIR(folder.mode):
            raise _error(errno.ENOTDIR, path)

    def _add_folders(self, path: str) -> None:
        while path not in self._nodes:
            self._nodes[path] = _Node(modes.S_IFDIR | 0o771, int(self._clock()))
            path = posixpath.dirname(path)


def _error(number: int, path: str) -> OSError:
    return OSError(number, os.strerror(number), path)
