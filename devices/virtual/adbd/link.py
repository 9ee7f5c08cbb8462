"""adb's packets: one `Link` for each host that connects, one `Stream` for each conversation on it.

A packet is six little-endian words (command, two arguments, length, checksum, inverted command) and a payload. Each
side may have one unacknowledged WRTE on a stream; a reading thread per link hands packets to the streams, and each
stream has a thread of its own that runs the service. What does not follow the protocol ends the link, as with adbd.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from io import BufferedReader

HEADER = struct.Struct("<6I")
CNXN, OPEN, OKAY, WRTE, CLSE = (
    int.from_bytes(name, "little") for name in (b"CNXN", b"OPEN", b"OKAY", b"WRTE", b"CLSE")
)
VERSION = 0x01000001  # of the protocol; from here on checksums are not looked at
VERSION_WITH_CHECKSUMS = 0x01000000
MAX_PAYLOAD = 1 << 20
MAX_STREAMS = 256
JOIN_BELOW = 1 << 16  # a payload smaller than this is copied behind its header, to leave in one segment

Service = Callable[["Stream"], None]


class StreamClosed(Exception):
    """The other side is gone, or has closed this conversation."""


class ProtocolBroken(Exception):
    """What came in is not adb."""


class Stream:
    """One conversation: `read` and `write` block, and raise StreamClosed once the other side has hung up."""

    def __init__(self, link: Link, local: int, remote: int) -> None:
        self.link, self.local, self.remote = link, local, remote
        self.hung_up = threading.Event()
        self._changed = threading.Condition()
        self._may_write = True
        self._arrived: bytes | None = None  # one WRTE that is not acknowledged yet
        self._unread = memoryview(b"")

    def read_some(self) -> memoryview:
        """Wait for the next bytes."""
        if self._unread:
            unread, self._unread = self._unread, memoryview(b"")
            return unread
        with self._changed:
            self._changed.wait_for(lambda: self._arrived is not None or self.hung_up.is_set())
            data, self._arrived = self._arrived, None
        if data is None:
            raise StreamClosed
        self.link.send(OKAY, self.local, self.remote)
        return memoryview(data)

    def read(self, count: int) -> bytes:
        """Wait for exactly `count` bytes."""
        parts: list[memoryview] = []
        missing = count
        while missing:
            part = self.read_some()
            self._unread = part[missing:]
            parts.append(part[:missing])
            missing -= len(parts[-1])
        return b"".join(parts)

    def write(self, data: bytes | memoryview) -> None:
        """Send all of `data`, a payload at a time, each after the one before it was acknowledged."""
        view = memoryview(data)
        for start in range(0, len(view), self.link.max_payload):
            self._wait_for_turn()
            self.link.send(WRTE, self.local, self.remote, view[start : start + self.link.max_payload])

    def close(self) -> None:
        """Say goodbye once the last payload has arrived, so that the goodbye cannot overtake it."""
        with suppress(StreamClosed):
            self._wait_for_turn()
            self.link.forget(self)
            self.link.send(CLSE, self.local, self.remote)

    def deliver(self, data: bytes) -> None:
        """Take a payload from the link."""
        with self._changed:
            if self._arrived is not None:
                raise ProtocolBroken("a second WRTE before the first was acknowledged")
            self._arrived = data
            self._changed.notify_all()

    def acknowledge(self) -> None:
        """Note that the last payload has arrived over there."""
        with self._changed:
            self._may_write = True
            self._changed.notify_all()

    def hang_up(self) -> None:
        """Wake whoever waits: nothing comes any more."""
        with self._changed:
            self.hung_up.set()
            self._changed.notify_all()

    def _wait_for_turn(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._may_write or self.hung_up.is_set())
            if self.hung_up.is_set():
                raise StreamClosed
            self._may_write = False


class Link:
    """One host's connection. `find_service` gives what runs a service name such as "shell:ls", or None."""

    def __init__(self, peer: socket.socket, banner: bytes, find_service: Callable[[str], Service | None]) -> None:
        self.max_payload = MAX_PAYLOAD
        self._socket = peer
        self._banner = banner
        self._find_service = find_service
        self._sending = threading.Lock()
        self._checksums = True  # until the host's version is known
        self._streams: dict[int, Stream] = {}
        self._threads: list[threading.Thread] = []
        self._next_id = 1

    def run(self) -> None:
        """Talk until the host is gone or talks nonsense; then end every stream and its thread."""
        with self._socket, self._socket.makefile("rb") as incoming:
            try:
                with suppress(StreamClosed, ProtocolBroken, OSError):
                    self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self._greet(*self._receive(incoming))
                    while True:
                        self._take(*self._receive(incoming))
            finally:
                self.shut_down()
                self._hang_up_all()
                for thread in self._threads:
                    thread.join()

    def shut_down(self) -> None:
        """Cut the connection from any thread; `run` then ends."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def send(self, command: int, arg0: int, arg1: int, payload: bytes | memoryview = b"") -> None:
        """Send one packet whole. Raises StreamClosed if the host is gone."""
        checksum = sum(payload) & 0xFFFFFFFF if self._checksums else 0
        header = HEADER.pack(command, arg0, arg1, len(payload), checksum, command ^ 0xFFFFFFFF)
        try:
            with self._sending:
                if len(payload) < JOIN_BELOW:
                    self._socket.sendall(header + payload)
                else:
                    self._socket.sendall(header)
                    self._socket.sendall(payload)
        except OSError as gone:
            raise StreamClosed from gone

    def forget(self, stream: Stream) -> None:
        """Take a closed stream off the list."""
        self._streams.pop(stream.local, None)

    def _receive(self, incoming: BufferedReader) -> tuple[int, int, int, bytes]:
        header = incoming.read(HEADER.size)
        if len(header) < HEADER.size:
            raise StreamClosed
        command, arg0, arg1, length, checksum, inverted = HEADER.unpack(header)
        if command ^ inverted != 0xFFFFFFFF or length > MAX_PAYLOAD:
            raise ProtocolBroken(f"bad header {header.hex()}")
        payload = incoming.read(length)
        if len(payload) < length:
            raise StreamClosed
        if self._checksums and sum(payload) & 0xFFFFFFFF != checksum:
            raise ProtocolBroken("bad checksum")
        return command, arg0, arg1, payload

    def _greet(self, command: int, version: int, max_payload: int, payload: bytes) -> None:
        """Answer the host's CNXN; never with AUTH, for there is no key to check."""
        if command != CNXN or version < VERSION_WITH_CHECKSUMS or not max_payload:
            raise ProtocolBroken("the first packet must be CNXN")
        self.max_payload = min(max_payload, MAX_PAYLOAD)
        self._checksums = True
        self.send(CNXN, VERSION, MAX_PAYLOAD, self._banner)
        self._checksums = version < VERSION

    def _take(self, command: int, arg0: int, arg1: int, payload: bytes) -> None:
        if command == CNXN:  # the host starts anew
            self._hang_up_all()
            self._greet(command, arg0, arg1, payload)
        elif command == OPEN:
            self._open(arg0, payload.rstrip(b"\0").decode("utf-8", "replace"))
        elif stream := self._streams.get(arg1):  # what belongs to no stream has crossed our goodbye
            if command == WRTE:
                stream.deliver(payload)
            elif command == OKAY:
                stream.acknowledge()
            elif command == CLSE:
                self.forget(stream)
                stream.hang_up()
                self.send(CLSE, stream.local, stream.remote)

    def _open(self, remote: int, name: str) -> None:
        service = self._find_service(name)
        if service is None or not remote or len(self._streams) >= MAX_STREAMS:
            self.send(CLSE, 0, remote)
            return
        stream = Stream(self, self._next_id, remote)
        self._next_id += 1
        self._streams[stream.local] = stream
        self.send(OKAY, stream.local, remote)
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self._threads.append(
            threading.Thread(target=_serve, args=(service, stream), name=f"adbd {name[:40]}", daemon=True)
        )
        self._threads[-1].start()

    def _hang_up_all(self) -> None:
        for stream in list(self._streams.values()):
            self.forget(stream)
            stream.hang_up()


def _serve(service: Service, stream: Stream) -> None:
    try:
        with suppress(StreamClosed):
            service(stream)
    finally:
        stream.close()
