"""Reach phones through an adb server: which there are, whether they can be used, and a socket to one of them.

The only file that knows adbutils; all that it raises becomes one of handsight's own errors here.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from handsight.devices.android.attached import Attached
from handsight.devices.android.ports import HOST, free_port, shared_port
from handsight.errors import (
    AdbMissing,
    DeviceLost,
    DeviceOffline,
    ExtraMissing,
    NoDevice,
    SeveralDevices,
    UnknownDevice,
)

if TYPE_CHECKING:
    from adbutils import AdbClient

PAIR_S = 10.0
CONNECT_S = 3.5  # a phone answers within one second; a silent peer would hold adb for ten
_POLL_S = 0.1


class LinkBroken(DeviceLost):
    """The way to the phone broke; `sent` says whether the phone may have got what it was asked.

    `since` is when it was last heard of, by the monotonic clock.
    """

    def __init__(self, message: str, *, sent: bool, since: float | None = None) -> None:
        super().__init__(message)
        self.sent, self.since = sent, since or time.monotonic()


class _Silent(DeviceLost):
    """The adb server took a question and did not answer in time."""


def devices() -> list[Attached]:
    """List the phones that adb knows, in whatever state."""
    return open_server().devices()


def open_server(*, private: bool = False) -> AdbServer:
    """Reach this computer's adb server, starting it where needed. A private one sees no USB and ends with `close`."""
    try:
        from adbutils import AdbClient, AdbError, adb_path
    except ImportError:
        raise ExtraMissing("android", "working Android phones") from None
    port = free_port() if private else shared_port()
    try:
        program = adb_path()
    except AdbError:
        raise AdbMissing("no adb was found: install Android's platform tools, or set ADBUTILS_ADB_PATH") from None
    server = AdbServer(AdbClient(HOST, port, socket_timeout=CONNECT_S), program, private=private)
    server.start()
    return server


class AdbServer:
    """The adb server of this computer, which holds the phones."""

    def __init__(self, client: AdbClient, program: str, *, private: bool) -> None:
        self.port: int = client.port
        self._client, self.program, self._private = client, program, private

    def start(self) -> None:
        """Start the server unless it runs."""
        if self._runs():
            return
        alone = {"ADB_USB": "0", "ADB_MDNS": "0"} if self._private else {}
        command = [self.program, "-P", str(self.port), "start-server"]
        try:
            subprocess.run(command, env={**os.environ, **alone}, check=True, timeout=20, capture_output=True)
        except OSError as error:
            raise AdbMissing(f"{self.program} cannot be run ({error.strerror}): set ADBUTILS_ADB_PATH") from None
        except subprocess.SubprocessError as error:
            said = (getattr(error, "stderr", None) or b"").decode("utf-8", "replace").strip()
            raise AdbMissing(f"{self.program} starts no server on port {self.port}: {said or error}") from None

    def devices(self) -> list[Attached]:
        """List the phones the server knows, in whatever state."""
        with self._asking():
            return [Attached(d.serial, d.state, d.tags.get("model", "")) for d in self._client.list(extended=True)]

    def pick(self, serial: str | None = None) -> Attached:
        """Give the phone of that serial, or the only one, if it can be used; a `host:port` is connected first."""
        serial = serial or os.environ.get("ANDROID_SERIAL")
        if serial and is_address(serial):
            self.connect(serial)
        attached = self.devices()
        seen = ", ".join(str(phone) for phone in attached) or "none"
        if serial:
            found = [phone for phone in attached if phone.serial == serial]
            if not found:
                raise UnknownDevice(f"no phone has the serial {serial}; adb sees: {seen}")
        else:
            found = [phone for phone in attached if phone.state != "offline"] or attached
        if not found:
            raise NoDevice("no phone is attached: connect one with USB debugging on, or use `--device virtual`")
        if len(found) > 1:
            raise SeveralDevices(f"several phones are attached, say which one by its serial: {seen}")
        found[0].require_usable()
        return found[0]

    def connect(self, address: str, timeout_s: float = CONNECT_S) -> None:
        """Connect to the phone at `host:port`, or say in time why it cannot be used."""
        deadline = time.monotonic() + timeout_s
        if self._state(address) == "offline":
            self.forget(address)  # else adb answers "already connected"
        try:
            with self._asking():
                said = self._client.connect(address, timeout=timeout_s).strip()
        except _Silent:
            self.forget(address)
            raise DeviceOffline(
                f"{address} takes the call and says nothing: is that the adb port of a phone?"
            ) from None
        if "authenticate" in said:
            Attached(address, "unauthorized").require_usable()
        if "connected to" not in said:
            raise DeviceOffline(f"{said}: is the phone on, and does it listen at {address}?")
        while (state := self._state(address)) != "device" and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        Attached(address, state or "offline").require_usable()

    def pair(self, address: str, code: str, timeout_s: float = PAIR_S) -> None:
        """Make this computer known to the phone that shows this address and six digits as its pairing code."""
        from adbutils import AdbError

        try:
            with self._asking(), self._client.make_connection(timeout=timeout_s) as connection:
                connection.send_command(f"host:pair:{code}:{address}")
                try:
                    connection.check_okay()
                except AdbError:
                    raise AdbMissing(
                        "this adb is too old to pair: take 30 or later, and set ADBUTILS_ADB_PATH to it"
                    ) from None
                said = re.sub("^(FAIL)?[0-9a-f]{4}", "", connection.read_until_close()).strip()
        except _Silent:
            said = f"{address} takes the call and says nothing"
        if "Successfully paired" not in said:
            raise DeviceOffline(
                f"not paired ({said}): open 'Pair device with pairing code' on the phone anew,"
                " and use the address and the code that it shows now"
            )

    def reconnect(self, serial: str, timeout_s: float) -> None:
        """Connect anew where that is possible, and see that the phone is usable."""
        if is_address(serial):
            self.forget(serial)
            self.connect(serial, min(timeout_s, CONNECT_S))
        else:
            Attached(serial, self._state(serial) or "offline").require_usable()

    def forget(self, address: str) -> None:
        """Drop the connection to the phone at `host:port`, if there is one."""
        with self._asking():
            self._client.disconnect(address)

    @contextmanager
    def service(self, serial: str, name: str, timeout_s: float) -> Iterator[socket.socket]:
        """Open a socket to a service of the phone ("exec:screencap"). Raises LinkBroken, also for a torn socket."""
        from adbutils import AdbError

        self.start()  # adbutils would start one too, but on another port
        sent, opened, began = False, False, time.monotonic()
        try:
            connection = self._client.make_connection(timeout=timeout_s)
            with connection.conn as link:  # its own close() sleeps
                connection.send_command(f"host:transport:{serial}")
                connection.check_okay()
                sent = True
                connection.send_command(name)
                connection.check_okay()
                opened = True
                yield link
        except (AdbError, OSError, EOFError) as error:
            said = f"the link to {serial} broke: {error or type(error).__name__}"
            raise LinkBroken(said, sent=sent, since=None if opened else began) from None

    def close(self) -> None:
        """End a private server, and see it gone; a shared one stays."""
        if self._private and self._runs():
            with self._asking():
                self._client.server_kill()
            deadline = time.monotonic() + CONNECT_S
            while self._runs() and time.monotonic() < deadline:
                time.sleep(_POLL_S / 10)

    def _state(self, serial: str) -> str:
        return next((phone.state for phone in self.devices() if phone.serial == serial), "")

    def _runs(self) -> bool:
        try:
            socket.create_connection((HOST, self.port), timeout=1).close()
        except OSError:
            return False
        return True

    @contextmanager
    def _asking(self) -> Iterator[None]:
        from adbutils import AdbError
        from adbutils.errors import AdbTimeout

        self.start()
        try:
            yield
        except AdbTimeout:
            raise _Silent(f"the adb server on port {self.port} does not answer: restart it") from None
        except (AdbError, OSError, ValueError) as error:
            raise DeviceLost(f"the adb server on port {self.port} fails: {error}") from None


def is_address(serial: str) -> bool:
    """Whether a serial is `host:port`, which can be connected to."""
    host, colon, port = serial.rpartition(":")
    return bool(host and colon and port.isdecimal())
