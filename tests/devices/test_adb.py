"""Finding adb and a phone, with a real adb server and with peers that are no phone."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from handsight.devices.android.adb import AdbServer, is_address, open_server
from handsight.devices.android.attached import Attached
from handsight.devices.android.link import open_link
from handsight.devices.android.ports import free_port
from handsight.errors import (
    AdbMissing,
    DeviceError,
    DeviceLost,
    DeviceOffline,
    DeviceUnauthorized,
    ExtraMissing,
    NoDevice,
    SeveralDevices,
    UnknownDevice,
    UsageError,
)

from .conftest import Peer, asks_for_ever, greets_as, says_nothing

Listen = Callable[[Peer], str]


def test_without_adbutils_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "adbutils", None)
    with pytest.raises(ExtraMissing, match=r"handsight\[android\]"):
        open_server()


@pytest.mark.parametrize("program", ["missing", "not-a-program", "fails"])
def test_an_adb_that_does_not_run_is_missing(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / program
    if program != "missing":
        path.write_text("#!/bin/sh\necho the port is cursed >&2\nexit 3\n")
        path.chmod(0o755 if program == "fails" else 0o644)
    monkeypatch.setenv("ADBUTILS_ADB_PATH", str(path))
    with pytest.raises(AdbMissing, match="cursed" if program == "fails" else "ADBUTILS_ADB_PATH"):
        open_server(private=True)


def test_a_port_of_its_own_is_none_that_is_listened_at_or_that_systems_hand_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        ports = {free_port() for _ in range(50)}
        assert other.getsockname()[1] not in ports
    assert max(ports) < 32768  # where Linux begins; macOS and Windows begin at 49152
    assert min(ports) > 1024


def test_where_every_port_is_taken_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handsight.devices.android.ports.HOST", "192.0.2.1")  # nobody's address
    with pytest.raises(AdbMissing, match=r"no port is free on 192\.0\.2\.1"):
        free_port()


def test_no_adb_at_all_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import adbutils._utils

    monkeypatch.delenv("ADBUTILS_ADB_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(adbutils._utils, "_get_bin_dir", lambda: str(tmp_path))
    with pytest.raises(AdbMissing, match="platform tools"):
        open_server()


def test_a_port_that_is_no_number_is_the_users_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", "adb")
    with pytest.raises(UsageError, match="'adb'"):
        open_server()


def test_a_shared_server_is_found_at_its_port_and_stays(server: AdbServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(server.port))
    shared = open_server()
    assert shared.port == server.port
    shared.close()
    assert server.devices() == []


def test_a_server_that_was_killed_is_started_again(server: AdbServer) -> None:
    server.close()
    assert server.devices() == []


def test_a_private_server_can_be_closed_twice(server: AdbServer) -> None:
    server.close()
    server.close()


def test_without_a_phone_the_virtual_one_is_offered(server: AdbServer) -> None:
    with pytest.raises(NoDevice, match="--device virtual"):
        server.pick()


def test_an_unknown_serial_lists_what_is_there(server: AdbServer, listen: Listen) -> None:
    with pytest.raises(UnknownDevice, match="adb sees: none"):
        server.pick("emulator-5554")
    address = listen(asks_for_ever)
    with pytest.raises(DeviceUnauthorized):
        server.pick(address)
    with pytest.raises(UnknownDevice, match=address):
        server.pick("emulator-5554")


def test_a_phone_that_has_not_allowed_this_computer_says_where_to_look(server: AdbServer, listen: Listen) -> None:
    with pytest.raises(DeviceUnauthorized, match="dialog on its screen"):
        server.pick(listen(asks_for_ever))
    with pytest.raises(DeviceUnauthorized, match="dialog on its screen"):
        server.pick()  # the only one is taken, and is no better without its name


def test_of_several_phones_one_must_be_named(server: AdbServer, listen: Listen) -> None:
    addresses = [listen(asks_for_ever) for _ in range(2)]
    for address in addresses:
        with pytest.raises(DeviceUnauthorized):
            server.pick(address)
    with pytest.raises(SeveralDevices) as caught:
        server.pick()
    assert all(address in str(caught.value) for address in addresses)


def test_a_serial_in_the_environment_is_meant(server: AdbServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANDROID_SERIAL", "R58M12ABCDE")
    with pytest.raises(UnknownDevice, match="R58M12ABCDE"):
        server.pick()


def test_a_silent_peer_is_offline_and_forgotten(server: AdbServer, listen: Listen) -> None:
    address = listen(says_nothing)
    with pytest.raises(DeviceOffline, match="says nothing"):
        server.connect(address, timeout_s=0.5)
    assert server.devices() == []


def test_a_phone_that_is_attached_and_mute_is_offline(server: AdbServer, listen: Listen) -> None:
    address = listen(greets_as(b"device::"))
    assert server.pick(address).state == "device"
    with pytest.raises(DeviceOffline, match=f"{address} is attached and carries out no command"):
        open_link(server, address, timeout_s=0.3)


def test_a_refused_connection_is_offline(server: AdbServer, nobody: str) -> None:
    with pytest.raises(DeviceOffline, match=nobody):
        server.pick(nobody)


def test_a_host_without_an_address_is_offline(server: AdbServer) -> None:
    with pytest.raises(DeviceOffline, match=r"no\.such\.host\.invalid"):
        server.pick("no.such.host.invalid:5555")


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("unauthorized", DeviceUnauthorized),
        ("authorizing", DeviceUnauthorized),
        ("no", DeviceUnauthorized),
        ("offline", DeviceOffline),
        ("recovery", DeviceOffline),
        ("bootloader", DeviceOffline),
    ],
)
def test_every_state_but_one_is_refused(state: str, error: type[DeviceError]) -> None:
    with pytest.raises(error, match="R58M"):
        Attached("R58M", state).require_usable()
    Attached("R58M", "device").require_usable()


def test_a_server_that_answers_nonsense_is_an_error_of_ours(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    def speaks_http(link: object) -> None:
        link.recv(99)  # type: ignore[attr-defined]
        link.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")  # type: ignore[attr-defined]

    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", listen(speaks_http).rpartition(":")[2])
    with pytest.raises(DeviceLost, match="adb server on port"):
        open_server().devices()


@pytest.mark.parametrize("serial", ["127.0.0.1:5555", "phone.local:37001", "[::1]:5555"])
def test_a_host_with_a_port_is_an_address(serial: str) -> None:
    assert is_address(serial)


@pytest.mark.parametrize("serial", ["emulator-5554", "R58M12ABCDE", "host:", ":5555", "adb-R58M._adb-tls-connect._tcp"])
def test_a_serial_is_no_address(serial: str) -> None:
    assert not is_address(serial)
