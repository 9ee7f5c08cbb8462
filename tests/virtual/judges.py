"""Virtual phones, and the real adb programs that judge them, each with a server of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.kit import App, Field, Page, Text
from handsight.devices.virtual.timing import StillClock


class Pad(App):
    """One page with a field to type into."""

    package = "org.example.pad"
    labels = {"en": "Pad", "zh": "便签"}
    activities = {".Secret": "secret"}
    written = ""

    def main(self) -> Page:
        return Page("Pad", [Field("Note", self.written, self.set("written")), Text('a <b> & "c"')])

    def secret(self) -> Page:
        return Page("Secret", [Text("not to be photographed")], secure=True)


@dataclass(frozen=True)
class Adb:
    """An adb program and the port of its own server."""

    program: str
    port: int

    def __call__(self, *args: str, stdin: bytes = b"", timeout_s: float = 30) -> subprocess.CompletedProcess[bytes]:
        environment = os.environ | {"ADB_USB": "0", "ADB_MDNS": "0", "ANDROID_ADB_SERVER_PORT": str(self.port)}
        command = [self.program, *args]
        return subprocess.run(
            command, env=environment, input=stdin, capture_output=True, timeout=timeout_s, check=False
        )

    def connect(self, phone: VirtualPhone) -> Attached:
        said = self("connect", phone.address).stdout.decode()
        assert said.startswith(f"connected to {phone.address}"), said
        return Attached(self, phone.address)


@dataclass(frozen=True)
class Attached:
    """A phone as one adb program sees it."""

    adb: Adb
    serial: str

    def __call__(self, *args: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return self.adb("-s", self.serial, *args, stdin=stdin)

    def shell(self, script: str, stdin: bytes = b"") -> tuple[str, str, int]:
        done = self("shell", script, stdin=stdin)
        return done.stdout.decode(), done.stderr.decode(), done.returncode


def bundled_adb() -> str:
    """The program inside the adbutils wheel."""
    adbutils = pytest.importorskip("adbutils")
    return str(Path(adbutils.__file__).parent / "binaries" / ("adb.exe" if os.name == "nt" else "adb"))


def system_adb() -> str:
    """The program on PATH, usually another version."""
    return shutil.which("adb") or pytest.skip("no adb on PATH: `make system` installs one")


@pytest.fixture(scope="session", params=[bundled_adb, system_adb], ids=["bundled", "system"])
def adb(request: pytest.FixtureRequest) -> Iterator[Adb]:
    yield from _serve(request.param())


@pytest.fixture(scope="session")
def bundled() -> Iterator[Adb]:
    """Only the adb that the adbutils wheel brings, with a server for libraries to talk to."""
    yield from _serve(bundled_adb())


def _serve(program: str) -> Iterator[Adb]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    adb = Adb(program, port)
    assert adb("start-server").returncode == 0
    yield adb
    adb("kill-server")


@pytest.fixture
def new_phone() -> Iterator[Callable[..., VirtualPhone]]:
    """Makes small, quick, open phones."""
    phones: list[VirtualPhone] = []

    def make(**options: object) -> VirtualPhone:
        clock = StillClock()
        settings = {"size": (270, 600), "apps": [Pad], "clock": clock, "sleep": clock.sleep, "now": clock.now}
        phones.append(VirtualPhone(**settings | options))
        return phones[-1].open()

    yield make
    for phone in phones:
        phone.close()


@pytest.fixture
def phone(new_phone: Callable[..., VirtualPhone]) -> VirtualPhone:
    return new_phone()


@pytest.fixture
def attached(adb: Adb, phone: VirtualPhone) -> Iterator[Attached]:
    """The phone, connected to each adb program in turn."""
    yield adb.connect(phone)
    adb("disconnect", phone.address)
