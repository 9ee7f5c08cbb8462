"""Run commands on one phone, and mend the link to it when it breaks. What was touched is never touched twice."""

from __future__ import annotations

import shlex
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from handsight.devices.android.adb import AdbServer, LinkBroken
from handsight.errors import DeviceError, DeviceLost, DeviceOffline, ToolFailed

MEND_S = 10.0
_POLL_S = 0.2
_CHUNK = 1 << 20
_STDOUT, _STDERR, _EXIT = 1, 2, 3  # packets of adb's shell protocol, version 2

T = TypeVar("T")


@dataclass(frozen=True)
class Ran:
    """What a command on the phone gave back."""

    stdout: str
    stderr: str
    status: int


def open_link(server: AdbServer, serial: str, timeout_s: float = 10.0) -> Link:
    """Reach the phone, and learn which one it is, so that mending can tell it from another."""
    link = Link(server, serial)
    try:
        link.identity = link.identify(timeout_s)
    except LinkBroken as broken:
        raise DeviceOffline(
            f"{serial} is attached and carries out no command ({broken}): restart the phone, then `adb kill-server`"
        ) from None
    return link


class Link:
    """One phone: commands to it, as lists of words, and bytes from it."""

    def __init__(self, server: AdbServer, serial: str) -> None:
        self.server, self.serial, self.identity = server, serial, ""

    def ask(self, *words: str, timeout_s: float = 10.0) -> Ran:
        """Run a command that changes nothing; again, if the link broke and was mended."""
        return self._twice(lambda: self._shell(words, timeout_s))

    def fetch(self, *words: str, timeout_s: float = 20.0) -> bytes:
        """Run a command that changes nothing and give what it writes; less, when the link breaks meanwhile."""
        return self._twice(lambda: self._exec(words, timeout_s))

    def act(self, *words: str, timeout_s: float = 20.0) -> Ran:
        """Run a command that touches something, once. ToolFailed says when it is in doubt whether it happened."""
        try:
            return self._shell(words, timeout_s)
        except LinkBroken as broken:
            self.mend()
            doubt = "it may or may not have happened" if broken.sent else "nothing was touched"
            raise ToolFailed(f"the link to the phone broke during this act: {doubt}, look at the screen") from None

    def mend(self) -> None:
        """Bring the phone back, and see that it is the same one. Raises DeviceLost once 10 s have gone."""
        deadline = time.monotonic() + MEND_S
        while True:
            try:
                self.server.reconnect(self.serial, deadline - time.monotonic())
                identity = self.identify(max(_POLL_S, deadline - time.monotonic()))
                break
            except DeviceError as error:
                if time.monotonic() + _POLL_S > deadline:
                    raise DeviceLost(f"{self.serial} was lost and not back within {MEND_S:.0f} s: {error}") from None
            time.sleep(_POLL_S)
        if identity != self.identity:
            raise DeviceLost(f"another phone answers at {self.serial}: {identity!r}, where {self.identity!r} was")

    def identify(self, timeout_s: float = 10.0) -> str:
        """Give the serial number that the phone has by itself, empty if it keeps it secret."""
        return self._shell(("getprop", "ro.serialno"), timeout_s).stdout.strip()

    def _twice(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except LinkBroken:
            self.mend()
        return ask()

    def _shell(self, words: tuple[str, ...], timeout_s: float) -> Ran:
        written = {_STDOUT: bytearray(), _STDERR: bytearray(), _EXIT: bytearray()}
        with self.server.service(self.serial, f"shell,v2,raw:{shlex.join(words)}", timeout_s) as link:
            while not written[_EXIT]:
                head = _exactly(link, 5)
                data = _exactly(link, int.from_bytes(head[1:], "little"))
                written.get(head[0], bytearray()).extend(data)
        stdout, stderr = (written[part].decode("utf-8", "replace") for part in (_STDOUT, _STDERR))
        return Ran(stdout, stderr, written[_EXIT][0])

    def _exec(self, words: tuple[str, ...], timeout_s: float) -> bytes:
        chunks = []  # joined once: growing a buffer by each chunk takes twice the time of the whole capture
        with self.server.service(self.serial, f"exec:{shlex.join(words)}", timeout_s) as link:
            while chunk := link.recv(_CHUNK):
                chunks.append(chunk)
        return b"".join(chunks)


def _exactly(link: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        chunk = link.recv(count - len(data))
        if not chunk:
            raise EOFError("it ended in the middle of an answer")
        data += chunk
    return bytes(data)
