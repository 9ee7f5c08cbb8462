"""A display of one's own: an X server that shows nothing, a window manager on it, and the programs started there.

What works it never touches the user's own session: it has a cookie of its own, listens to no network, and its programs
are told of no other display and no other session.
"""

from __future__ import annotations

import os
import secrets
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from handsight.errors import NoDevice, UsageError

SIZE = (1920, 1080)
FOUND_BY = ("DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS")  # what a program must be told to be on a display
_PATIENCE_S = 20.0  # for a server or a window manager to come up on a busy machine
_GRACE_S = 2.0  # for a program to end by itself
_POLL_S = 0.02
# Server and bus end with whoever started them, even if that is killed: then the pipe that holds them breaks.
_WATCHED = 'exec 9<&0; { read gone <&9; kill $$; } & exec "$@" 9<&- </dev/null'
_LOCAL, _WILD = 256, 65535  # families of addresses in a file of cookies
_OTHER_SESSIONS = ("WAYLAND_DISPLAY", "WAYLAND_SOCKET", "SESSION_MANAGER", "XDG_SESSION_ID", "DESKTOP_STARTUP_ID")
_HERE = {  # a toolkit looks for Wayland, and a program for its copy that runs already, without being told to
    "GDK_BACKEND": "x11",
    "QT_QPA_PLATFORM": "xcb",
    "XDG_SESSION_TYPE": "x11",
    "DBUS_SESSION_BUS_ADDRESS": "disabled:",
}
_TELLING = {"ACCESSIBILITY_ENABLED": "1", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}  # Chromium and Qt keep quiet without


def open_display(size: tuple[int, int] = SIZE, *, shown: bool = False) -> Display:
    """Start a private X server with a window manager, openbox, where that is installed. Needs Xvfb.

    `shown` shows it in a window on the user's own display instead, by Xephyr. A process may have several, yet work only
    one of them: `open_desktop` connects a process to one display for good. Raises NoDevice.
    """
    width, height = size
    if not (64 <= width <= 16384 and 64 <= height <= 16384):
        raise UsageError(f"a display is from 64x64 to 16384x16384 pixels, not {width}x{height}")
    if shown and not os.environ.get("DISPLAY"):
        raise NoDevice("there is no display of yours to show the private one on; leave showing it out")
    program, package = ("Xephyr", "xserver-xephyr") if shown else ("Xvfb", "xvfb")
    if not shutil.which(program):
        raise NoDevice(f"a private display needs {program}, which is not installed: apt install {package}")
    folder = Path(tempfile.mkdtemp(prefix="handsight-display-"))
    try:
        return Display(program, size, folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


class Display:
    """A private X server: `name`, such as ":99", and `environ`, with which a program finds it."""

    def __init__(self, program: str, size: tuple[int, int], folder: Path) -> None:
        self.size = size
        self._folder, self._programs, self._closed = folder, list[subprocess.Popen[bytes]](), False
        cookie, authority = secrets.token_bytes(16), folder / "authority"
        _write_cookie(authority, _WILD, b"", b"", cookie)
        said = folder / "said"
        screen = f"{size[0]}x{size[1]}" + ("x24" if program == "Xvfb" else "")
        options = ["-screen", *(["0"] if program == "Xvfb" else []), screen, "-auth", str(authority)]
        options += ["-displayfd", "1", "-nolisten", "tcp", "-noreset", "-dpi", "96"]
        if program == "Xephyr":
            options += ["-title", "handsight: a private desktop", "-no-host-grab"]
        with said.open("wb") as log:
            self._server = _watched([program, *options], log, os.environ)
        try:
            self.name = f":{self._number(said)}"
            number = self.name.removeprefix(":").encode()
            _write_cookie(authority, _LOCAL, socket.gethostname().encode(), number, cookie)
            mine = {name: value for name, value in os.environ.items() if name not in _OTHER_SESSIONS}
            self.environ = {**mine, **_HERE, "DISPLAY": self.name, "XAUTHORITY": str(authority)}
            if shutil.which("dbus-daemon"):
                self._meet()
            if shutil.which("openbox"):
                self._manage()
        except BaseException:
            self.close()
            raise

    def start(
        self, argv: Sequence[str], *, environ: Mapping[str, str] = {}, quiet: bool = False
    ) -> subprocess.Popen[bytes]:
        """Start a program on the display, with `environ` besides. Raises UsageError for one that is not there.

        What a `quiet` one writes to its terminal is not shown: toolkits write a lot there.
        """
        if self._closed:
            raise NoDevice(f"the display {self.name} is closed")
        if not argv or not shutil.which(argv[0]):
            raise UsageError(f"there is no program {argv[0]!r} to start" if argv else "no program was named")
        output = subprocess.DEVNULL if quiet else None
        process = subprocess.Popen(
            [*argv],
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        self._programs.append(process)
        return process

    @property
    def alive(self) -> bool:
        """Whether the server still runs; a window in which it is shown may have been closed."""
        return not self._closed and self._server.poll() is None

    def close(self) -> None:
        """End the programs that were started on it, the window manager and the server; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        for process in reversed([self._server, *self._programs]):
            _end(process)
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Display:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def _number(self, said: Path) -> int:
        """The number that the server chose for itself, so that none is guessed."""
        assert self._server.stdout
        until, digits = time.monotonic() + _PATIENCE_S, b""
        while True:
            if select.select([self._server.stdout], [], [], _POLL_S)[0]:
                digits += os.read(self._server.stdout.fileno(), 16)
            if digits.endswith(b"\n"):
                return int(digits)
            if self._server.poll() is not None or time.monotonic() > until:
                words = said.read_text(errors="replace").strip().splitlines()
                raise NoDevice(f"the private display did not come up: {words[-1] if words else 'it said nothing'}")

    def _meet(self) -> None:
        """Run a message bus, over which programs tell of what they show: `elements` asks there."""
        asked = ["dbus-daemon", "--session", "--nofork", "--nosyslog", "--print-address=1"]
        with (self._folder / "said").open("ab") as log:
            bus = _watched(asked, log, self.environ)
        self._programs.append(bus)
        assert bus.stdout
        told = select.select([bus.stdout], [], [], _PATIENCE_S)[0]
        address = bus.stdout.readline().decode().strip() if told else ""
        if not address:
            raise NoDevice("the message bus of the private display, dbus-daemon, did not come up")
        self.environ |= {"DBUS_SESSION_BUS_ADDRESS": address, **_TELLING}

    def _manage(self) -> None:
        """Run the window manager, by the system's settings and not the user's, and wait until it does its work."""
        ready = self._folder / "ready"
        settings = {"XDG_CONFIG_HOME": str(self._folder), "XDG_CACHE_HOME": str(self._folder)}
        with (self._folder / "said").open("ab") as log:
            manager = subprocess.Popen(
                ["openbox", "--sm-disable", "--startup", f"touch {ready}"],
                env={**self.environ, **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._programs.append(manager)
        until = time.monotonic() + _PATIENCE_S
        while not ready.exists():
            if manager.poll() is not None or time.monotonic() > until:
                raise NoDevice("the window manager of the private display, openbox, did not come up")
            time.sleep(_POLL_S)


def _watched(argv: Sequence[str], said: IO[bytes], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a program that ends with this process; its errors go to `said`, and what it tells comes from its pipe."""
    return subprocess.Popen(
        ["/bin/sh", "-c", _WATCHED, "sh", *argv],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        start_new_session=True,  # Ctrl-C is for whoever works the display
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that leads a group, and the group with it."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            continue
        if number == signal.SIGKILL:
            break
    process.wait()
    for pipe in filter(None, (process.stdin, process.stdout)):
        pipe.close()


def _write_cookie(path: Path, family: int, address: bytes, number: bytes, cookie: bytes) -> None:
    """Add a cookie to a file of the form that Xlib reads: a family, then four texts, each after its length."""
    texts = (address, number, b"MIT-MAGIC-COOKIE-1", cookie)
    entry = struct.pack(">H", family) + b"".join(struct.pack(">H", len(text)) + text for text in texts)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        file.write(entry)
