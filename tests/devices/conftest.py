"""An adb server that only these tests use, and peers that are no phone, or none yet."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest

from handsight.devices.android.adb import AdbServer, open_server

Peer = Callable[[socket.socket], None]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[AdbServer]:
    monkeypatch.delenv("ANDROID_SERIAL", raising=False)
    server = open_server(private=True)
    yield server
    server.close()


def asks_for_ever(link: socket.socket) -> None:
    """A phone whose owner has not yet allowed this computer: it never accepts a signature."""
    while len(head := link.recv(24, socket.MSG_WAITALL)) == 24:
        link.recv(struct.unpack("<6I", head)[3], socket.MSG_WAITALL)
        word, token = int.from_bytes(b"AUTH", "little"), os.urandom(20)
        link.sendall(struct.pack("<6I", word, 1, 0, len(token), sum(token), word ^ 0xFFFFFFFF) + token)


def greets_as(banner: bytes) -> Peer:
    """A phone that greets with this banner, and then says nothing more."""

    def peer(link: socket.socket) -> None:
        while len(head := link.recv(24, socket.MSG_WAITALL)) == 24:
            link.recv(struct.unpack("<6I", head)[3], socket.MSG_WAITALL)
            if head[:4] == b"CNXN":
                word = int.from_bytes(b"CNXN", "little")
                head = struct.pack("<6I", word, 0x01000000, 4096, len(banner), sum(banner), word ^ 0xFFFFFFFF)
                link.sendall(head + banner)

    return peer


def says_nothing(link: socket.socket) -> None:
    while link.recv(4096):
        pass


@pytest.fixture
def listen() -> Iterator[Callable[[Peer], str]]:
    """Let a peer listen at a free port, and give its address."""
    stops: list[Callable[[], None]] = []

    def start(peer: Peer) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        links: list[socket.socket] = []

        def serve(link: socket.socket) -> None:
            with link:
                try:
                    peer(link)
                except OSError:
                    return  # the host hung up, or the test is over

        def accept() -> None:
            while True:
                link, _ = listener.accept()
                if over.is_set():
                    return link.close()
                links.append(link)
                threads.append(threading.Thread(target=serve, args=(link,)))
                threads[-1].start()

        over = threading.Event()
        threads = [threading.Thread(target=accept)]
        threads[0].start()

        def stop() -> None:
            over.set()
            socket.create_connection(listener.getsockname()).close()
            threads[0].join()
            listener.close()
            for link in links:
                try:
                    link.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # it has hung up already
            for thread in threads:
                thread.join()

        stops.append(stop)
        return f"127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for stop in stops:
        stop()


@pytest.fixture
def nobody() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"127.0.0.1:{probe.getsockname()[1]}"
