"""What holds for the whole suite: an adb server of its own, none on the port of the user's phones, and Ctrl-C heard."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator

import pytest

from handsight.devices.android.ports import free_port

USERS_PORT = 5037
_broken: list[str] = []
pytest_plugins = ["pytester"]  # for the tests of our own plugin; no other conftest may ask for it

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell that starts us in the background takes Ctrl-C away
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take `--device SERIAL`: tests/devices/test_contract.py then runs what is harmless of it on that phone."""
    parser.addoption(
        "--device", metavar="SERIAL", help="run the contract suite on this phone, as far as it is harmless"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "harmless: may run on a phone in use: it only looks, and goes home")


def pytest_internalerror(excrepr: object) -> None:
    _broken.append(str(excrepr))


def pytest_unconfigure() -> None:
    """Say at the very end what broke pytest itself: of a worker's error the main process shows only what followed."""
    for error in _broken[:1]:
        print(error[-3000:])


def listened_at(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def end_adb_server(port: int) -> None:
    """Ask the adb server at `port`, if there is one, to end, and see it gone."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as server:
            server.sendall(b"0009host:kill")
            while server.recv(64):
                pass
    except ConnectionError:  # there is none, or it went without a word
        return


@pytest.fixture(scope="session", autouse=True)
def adb_server_of_the_suite(request: pytest.FixtureRequest) -> Iterator[int]:
    """The port of the tests' own adb server, which whoever looks for one finds; no USB, no network discovery."""
    if request.config.getoption("--device"):  # which the user's own server holds
        yield USERS_PORT
        return
    port = free_port()
    others = listened_at(USERS_PORT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANDROID_ADB_SERVER_PORT", str(port))
        patch.setenv("ADB_USB", "0")
        patch.setenv("ADB_MDNS", "0")
        for name in ("ANDROID_SERIAL", "ADB_SERVER_SOCKET", "ANDROID_ADB_SERVER_ADDRESS"):
            patch.delenv(name, raising=False)
        yield port
        assert os.environ["ANDROID_ADB_SERVER_PORT"] == str(port)
    end_adb_server(port)
    assert not listened_at(port), f"the tests' adb server on port {port} does not end"
    assert others or not listened_at(USERS_PORT), f"a test started an adb server on port {USERS_PORT}"
