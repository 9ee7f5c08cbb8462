"""A cable between adb and a virtual phone that can be slow, cut, mute, or plugged into another phone."""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_PIECE = 1 << 14
_QUEUED = 64  # pieces on their way: who sends more has to wait, as on a real line


class Cable:
    """Passes on what adb and a phone say to one another; its `address` is the phone's for adb.

    `delay_s` is how long each way takes, `bytes_per_s` how much goes through in each direction. Both can be changed
    while it is in use.
    """

    def __init__(self, phone: str) -> None:
        self.phone = phone
        self.be_fast()
        self.mute = False
        self.refuses = False
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._start(self._accept)

    @property
    def address(self) -> str:
        host, port = self._listener.getsockname()
        return f"{host}:{port}"

    def be_fast(self) -> None:
        self.delay_s, self.bytes_per_s = 0.0, float("inf")

    def cut(self) -> None:
        """Break every connection; what was on its way is lost. New ones may come."""
        with self._lock:
            ends, self._ends = self._ends, []
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def plug_into(self, phone: str) -> None:
        """Lead to another phone from now on."""
        self.phone = phone
        self.cut()

    def close(self) -> None:
        self._over.set()
        self.cut()
        with suppress(OSError):
            socket.create_connection(self._listener.getsockname(), timeout=5).close()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, name="cable")
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            near, _ = self._listener.accept()
            if self._over.is_set():
                return near.close()
            host, _, port = self.phone.rpartition(":")
            try:
                if self.refuses:
                    raise ConnectionRefusedError
                far = socket.create_connection((host, int(port)), timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._ends += (near, far)
            for here, there in ((near, far), (far, near)):
                line: queue.Queue[tuple[float, bytes]] = queue.Queue(_QUEUED)
                self._start(self._hear, here, line)
                self._start(self._say, there, line)

    def _hear(self, here: socket.socket, line: queue.Queue[tuple[float, bytes]]) -> None:
        data = b"more"
        while data:
            try:
                data = here.recv(_PIECE)
            except OSError:
                data = b""
            line.put((time.monotonic() + self.delay_s, data))

    def _say(self, there: socket.socket, line: queue.Queue[tuple[float, bytes]]) -> None:
        free_at = 0.0
        while True:
            due, data = line.get()
            free_at = max(free_at, time.monotonic()) + len(data) / self.bytes_per_s
            self._over.wait(max(0.0, max(due, free_at) - time.monotonic()))
            if not data:
                break
            if not self.mute:
                with suppress(OSError):
                    there.sendall(data)
        with suppress(OSError):
            there.shutdown(socket.SHUT_RDWR)
        there.close()


@contextmanager
def cable_to(phone: str) -> Iterator[Cable]:
    cable = Cable(phone)
    try:
        yield cable
    finally:
        cable.close()
