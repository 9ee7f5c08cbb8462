"""The daemon of the virtual phone: listens on the loopback and gives each host that connects a link."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from handsight.devices.virtual.adbd.link import Link, Service

LOOPBACK = "127.0.0.1"


class Adbd:
    """Accepts hosts on `port` (0: a free one) from `open` until `close`; every thread is joined at the end.

    `banner` is what the phone says of itself, such as "device::ro.product.model=Pixel;features=shell_v2".
    """

    def __init__(self, banner: str, find_service: Callable[[str], Service | None], port: int = 0) -> None:
        self._banner = banner.encode()
        self._find_service = find_service
        self._port = port
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._accepting: threading.Thread | None = None
        self._links: dict[Link, threading.Thread] = {}

    @property
    def address(self) -> str:
        """Where to `adb connect` to."""
        return f"{LOOPBACK}:{self._port}"

    def open(self) -> None:
        """Start to listen; the port is known afterwards."""
        listener = socket.create_server((LOOPBACK, self._port), backlog=16)
        self._port = listener.getsockname()[1]
        self._listener = listener
        self._accepting = threading.Thread(target=self._accept, args=(listener,), name="adbd", daemon=True)
        self._accepting.start()

    def drop_links(self) -> None:
        """Cut every host off, as a pulled cable would; they may connect again."""
        with self._lock:
            links = dict(self._links)
        for link in links:
            link.shut_down()
        for thread in links.values():
            thread.join()

    def close(self) -> None:
        """Stop listening, cut every host off, and wait for every thread to end."""
        listener, self._listener = self._listener, None
        if listener is None or self._accepting is None:
            return
        with suppress(OSError):  # a last visitor wakes the accepting thread on every system, unlike closing under it
            socket.create_connection((LOOPBACK, self._port), timeout=5).close()
        self._accepting.join()
        listener.close()
        self.drop_links()

    def __enter__(self) -> Adbd:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except ConnectionAbortedError:  # a visitor who left before being greeted
                continue
            if self._listener is None:
                peer.close()
                return
            link = Link(peer, self._banner, self._find_service)
            thread = threading.Thread(target=link.run, name="adbd link", daemon=True)
            with self._lock:
                self._links = {old: its_thread for old, its_thread in self._links.items() if its_thread.is_alive()}
                self._links[link] = thread
                thread.start()
