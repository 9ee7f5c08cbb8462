"""Run commands on one phone, and mend the link to it when it breaks. What was touched is never touched twice."""

from __future__ import annotations

import math
import shlex
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event
from typing import TypeVar

from handsight.devices.android.adb import AdbServer, LinkBroken
from handsight.errors import DeviceError, DeviceLost, DeviceOffline, DeviceUnauthorized, ToolFailed

MEND_S = 9.5  # from the last sign of life to the phone being back or lost: ten, with the way there
SILENCE_S = 3.0  # after so long without a byte the phone is asked whether it is there
PROBE_S = 3.0
_POLL_S = 0.2
_CHUNK = 1 << 20
_STDOUT, _STDERR, _EXIT = 1, 2, 3  # packets of adb's shell protocol, version 2
_SERIAL, _START = "ro.serialno", "ro.boottime.init"
_ANOTHER = 93  # the status of a command that found itself on another phone than it was meant for

T = TypeVar("T")


class TookTooLong(LinkBroken):
    """A command did not end in its time, on a phone that answers others."""


@dataclass(frozen=True)
class Ran:
    """What a command on the phone gave back."""

    stdout: str
    stderr: str
    status: int


@dataclass(frozen=True)
class Identity:
    """Which phone it is: the serial number it has by itself, and a stamp of its last start; empty where kept secret."""

    serial: str = ""
    start: str = ""


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
    """One phone: commands to it, as lists of words, and bytes from it.

    `mended` counts how often the link was mended. `unseen` is set when it broke, or the phone was started anew, since a
    picture was taken: acts are refused then, for they were decided on a screen that may be gone.
    """

    def __init__(self, server: AdbServer, serial: str) -> None:
        self.server, self.serial, self.identity = server, serial, Identity()
        self.mended, self.unseen = 0, False

    def ask(self, *words: str, timeout_s: float = 10.0) -> Ran:
        """Run a command that changes nothing; again, if the link broke and was mended."""
        ran = self._twice(lambda: self._shell(self._on_this_phone(words), timeout_s))
        if ran.status == _ANOTHER and self._started_anew():
            self.unseen = True
            ran = self._twice(lambda: self._shell(self._on_this_phone(words), timeout_s))
        return ran

    def fetch(self, *words: str, timeout_s: float = 20.0, within_s: float = math.inf) -> bytes:
        """Run a command that changes nothing and give what it writes; less, when the link breaks meanwhile.

        `timeout_s` is the longest it may write nothing. Raises TookTooLong when it is not over within `within_s`.
        """
        return self._twice(lambda: self._exec(words, timeout_s, within_s))

    def stream(self, *words: str, over: Event) -> Iterator[bytes]:
        """What a command that changes nothing writes, as it writes it, until it ends or `over` is set.

        It has a terminal on the phone, so that it keeps nothing back and ends with us. Raises LinkBroken.
        """
        with self.server.service(self.serial, f"shell,pty:{shlex.join(words)}", SILENCE_S) as link:
            link.settimeout(_POLL_S)
            while not over.is_set():
                try:
                    chunk = link.recv(_CHUNK)
                except TimeoutError:
                    continue
                if not chunk:
                    return
                yield chunk

    def act(self, *words: str, timeout_s: float = 20.0) -> Ran:
        """Run a command that touches something, once. ToolFailed says when it is in doubt whether it happened."""
        if self.unseen:
            self.unseen = False
            raise ToolFailed("the link to the phone broke after the screen was seen: nothing was touched, look again")
        try:
            ran = self._shell(self._on_this_phone(words), timeout_s)
        except TookTooLong:
            raise ToolFailed("the phone did not end this act in time: it may or may not have happened") from None
        except LinkBroken as broken:
            self.mend(broken.since)
            doubt = "it may or may not have happened" if broken.sent else "nothing was touched"
            raise ToolFailed(f"the link to the phone broke during this act: {doubt}, look at the screen") from None
        if ran.status == _ANOTHER and self._started_anew():
            raise ToolFailed("the phone was started anew after the screen was seen: nothing was touched, look again")
        return ran

    def mend(self, since: float | None = None) -> None:
        """Bring the phone back, and see that it is the same one. Raises DeviceLost 10 s after the last sign of life."""
        deadline = (since or time.monotonic()) + MEND_S
        refused = False
        while True:
            left = max(_POLL_S, deadline - time.monotonic())
            try:
                self.server.reconnect(self.serial, left)
                now = self.identify(min(PROBE_S, max(_POLL_S, deadline - time.monotonic())))
                break
            except DeviceError as error:
                refused = refused or isinstance(error, DeviceUnauthorized)
                if deadline - time.monotonic() < 2 * _POLL_S:
                    kind = DeviceUnauthorized if refused else DeviceLost
                    raise kind(f"{self.serial} was lost and not back within {MEND_S:.0f} s: {error}") from None
            time.sleep(_POLL_S)
        self.mended += 1
        self._recognise(now)

    def identify(self, timeout_s: float = 10.0) -> Identity:
        """Ask the phone which one it is."""
        said = self._shell(f"getprop {_SERIAL}; getprop {_START}", timeout_s).stdout.splitlines()
        return Identity(*(line.strip() for line in said[:2]))

    def _on_this_phone(self, words: tuple[str, ...]) -> str:
        """A command that runs only where the link was opened: others may have connected this address meanwhile."""
        name, value = (_START, self.identity.start) if self.identity.start else (_SERIAL, self.identity.serial)
        wanted = f'[ "$(getprop {name})" = {shlex.quote(value)} ] || exit {_ANOTHER}; ' if value else ""
        return wanted + shlex.join(words)

    def _started_anew(self) -> bool:
        """Whether the phone was started since it was last recognised. Raises DeviceLost where another one answers."""
        return self._recognise(self._twice(self.identify))

    def _recognise(self, now: Identity) -> bool:
        before, self.identity = self.identity, now
        if now.serial != before.serial:
            self.identity = before
            raise DeviceLost(f"another phone answers at {self.serial}: {now.serial!r}, where {before.serial!r} was")
        return now.start != before.start

    def _twice(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except TookTooLong:
            raise
        except LinkBroken as broken:
            self.mend(broken.since)
            self.unseen = True
        return ask()

    def _shell(self, script: str, timeout_s: float) -> Ran:
        written = {_STDOUT: bytearray(), _STDERR: bytearray(), _EXIT: bytearray()}
        with self.server.service(self.serial, f"shell,v2,raw:{script}", min(timeout_s, SILENCE_S)) as link:
            while not written[_EXIT]:
                head = self._exactly(link, 5, timeout_s)
                data = self._exactly(link, int.from_bytes(head[1:], "little"), timeout_s)
                written.get(head[0], bytearray()).extend(data)
        stdout, stderr = (written[part].decode("utf-8", "replace") for part in (_STDOUT, _STDERR))
        return Ran(stdout, stderr, written[_EXIT][0])

    def _exec(self, words: tuple[str, ...], timeout_s: float, within_s: float) -> bytes:
        chunks, end = [], time.monotonic() + within_s  # joined once: growing a buffer takes twice the time
        with self.server.service(self.serial, f"exec:{shlex.join(words)}", min(timeout_s, SILENCE_S)) as link:
            link.settimeout(min(timeout_s, SILENCE_S, within_s))
            while chunk := self._some(link, _CHUNK, min(timeout_s, within_s)):
                chunks.append(chunk)
                if time.monotonic() > end:
                    raise TookTooLong(f"{self.serial} writes too slowly", sent=True)
        return b"".join(chunks)

    def _exactly(self, link: socket.socket, count: int, timeout_s: float) -> bytes:
        data = bytearray()
        while len(data) < count:
            chunk = self._some(link, count - len(data), timeout_s)
            if not chunk:
                raise EOFError("it ended in the middle of an answer")
            data += chunk
        return bytes(data)

    def _some(self, link: socket.socket, count: int, timeout_s: float) -> bytes:
        """Wait for bytes; where none come for a while, see whether it is the command that is slow, or the link gone."""
        since = time.monotonic()
        while True:
            try:
                return link.recv(count)
            except TimeoutError:
                if time.monotonic() >= since + timeout_s:
                    raise TookTooLong(f"{self.serial} gave no answer in {timeout_s:g} s", sent=True) from None
                if not self._answers():
                    raise LinkBroken(f"{self.serial} fell silent", sent=True, since=since) from None

    def _answers(self) -> bool:
        try:
            self._shell("true", PROBE_S)
        except LinkBroken:
            return False
        return True
