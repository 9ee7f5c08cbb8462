"""Peers that break the protocol, vanish or lie: none of them may take the phone down."""

from __future__ import annotations

import random
import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest

from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.adbd.link import CLSE, CNXN, HEADER, OKAY, OPEN, VERSION, WRTE

OLD = 0x01000000
Packet = tuple[int, int, int, bytes]


class Host:
    """One end of a link, packet by packet."""

    def __init__(self, address: str) -> None:
        name, _, port = address.partition(":")
        self.socket = socket.create_connection((name, int(port)), timeout=10)

    def send(self, command: int, arg0: int = 0, arg1: int = 0, data: bytes = b"", checksum: int | None = None) -> None:
        checksum = sum(data) if checksum is None else checksum
        self.raw(HEADER.pack(command, arg0, arg1, len(data), checksum, command ^ 0xFFFFFFFF) + data)

    def raw(self, data: bytes) -> None:
        self.socket.sendall(data)

    def receive(self) -> Packet | None:
        """The next packet, or None once the phone has hung up."""
        header = self._exactly(HEADER.size)
        if header is None:
            return None
        command, arg0, arg1, length, checksum, _ = HEADER.unpack(header)
        data = self._exactly(length) or b""
        self.checksum_ok = checksum == sum(data)
        return command, arg0, arg1, data

    def greet(self, version: int = VERSION, max_payload: int = 1 << 20) -> bytes:
        self.send(CNXN, version, max_payload, b"host::features=shell_v2")
        packet = self.receive()
        assert packet
        assert packet[0] == CNXN
        return packet[3]

    def open(self, name: bytes, local: int = 7) -> int:
        self.send(OPEN, local, 0, name + b"\0")
        packet = self.receive()
        assert packet
        assert packet[0] == OKAY
        assert packet[2] == local
        return packet[1]

    def ask(self, name: bytes, local: int = 7) -> bytes:
        """Run a service and give all it writes."""
        remote, said = self.open(name, local), b""
        while (packet := self.receive()) and packet[0] != CLSE:
            assert packet[0] == WRTE
            said += packet[3]
            self.send(OKAY, local, remote)
        self.send(CLSE, local, remote)
        return said

    def _exactly(self, count: int) -> bytes | None:
        data = b""
        while len(data) < count:
            try:
                part = self.socket.recv(count - len(data))
            except ConnectionResetError:
                return None
            if not part:
                return None
            data += part
        return data


@pytest.fixture
def connect(phone: VirtualPhone) -> Iterator[Callable[[], Host]]:
    hosts: list[Host] = []

    def new() -> Host:
        hosts.append(Host(phone.address))
        return hosts[-1]

    yield new
    for host in hosts:
        host.socket.close()


@pytest.fixture
def host(connect: Callable[[], Host]) -> Host:
    return connect()


def test_the_phone_introduces_itself_and_never_asks_for_a_key(host: Host) -> None:
    banner = host.greet()
    assert banner.startswith(b"device::ro.product.name=")
    assert banner.endswith(b"features=shell_v2,cmd,stat_v2,ls_v2,fixed_push_mkdir")


@pytest.mark.parametrize("name", [b"tcp:80", b"localabstract:x", b"jdwp:1", b"", b"shell", b"\xff\xfe", b"sync:x"])
def test_a_service_that_is_not_there_is_closed(host: Host, name: bytes) -> None:
    host.greet()
    host.send(OPEN, 9, 0, name + b"\0")
    assert host.receive() == (CLSE, 0, 9, b"")


def test_one_payload_waits_for_the_other_and_the_goodbye_for_both(host: Host) -> None:
    host.greet(max_payload=4096)
    host.send(OPEN, 1, 0, b"exec:echo -n first; echo second\0")
    _, remote, _, _ = host.receive() or pytest.fail("hung up")
    assert host.receive() == (WRTE, remote, 1, b"first")
    host.socket.settimeout(0.05)
    with pytest.raises(TimeoutError):
        host.receive()
    host.socket.settimeout(10)
    host.send(OKAY, 1, remote)
    assert host.receive() == (WRTE, remote, 1, b"second\n")
    host.send(OKAY, 1, remote)
    assert host.receive() == (CLSE, remote, 1, b"")


@pytest.mark.parametrize("max_payload", [1, 100, 4096, 1 << 24])
def test_no_payload_is_longer_than_the_host_takes(host: Host, phone: VirtualPhone, max_payload: int) -> None:
    phone.files.write("/sdcard/x", bytes(range(250)) * (1 if max_payload < 100 else 50))
    host.greet(max_payload=max_payload)
    host.send(OPEN, 1, 0, b"exec:cat /sdcard/x\0")
    said = b""
    while (packet := host.receive()) and packet[0] != CLSE:
        assert len(packet[3]) <= max_payload
        said += packet[3]
        if packet[0] == WRTE:
            host.send(OKAY, 1, packet[1])
    assert said == phone.files.read("/sdcard/x")


def test_an_old_host_gets_checksums_and_has_its_own_checked(connect: Callable[[], Host]) -> None:
    host = connect()
    host.greet(OLD)
    assert host.checksum_ok
    assert host.ask(b"exec:echo hi") == b"hi\n"
    host.send(OPEN, 8, 0, b"exec:echo hi\0", checksum=1)
    assert host.receive() is None


def test_a_new_host_need_not_send_them(host: Host) -> None:
    host.greet()
    host.send(OPEN, 8, 0, b"exec:echo hi\0", checksum=0)
    assert (host.receive() or [0])[0] == OKAY


def test_streams_share_a_link_without_mixing(host: Host) -> None:
    host.greet()
    remotes = {local: host.open(b"exec:cat", local) for local in (1, 2, 3)}
    for local, remote in remotes.items():
        host.send(WRTE, local, remote, b"%d" % local)
        assert host.receive() == (OKAY, remote, local, b"")
    host.send(CLSE, 2, remotes[2])
    assert host.receive() == (CLSE, remotes[2], 2, b"")
    assert host.ask(b"exec:echo more") == b"more\n"


def test_a_second_greeting_starts_anew(host: Host) -> None:
    host.greet()
    remote = host.open(b"exec:cat")
    host.greet()
    host.send(WRTE, 7, remote, b"late")
    assert host.ask(b"exec:echo hi") == b"hi\n"


def test_late_packets_for_a_stream_that_is_over_are_let_pass(host: Host) -> None:
    host.greet()
    host.ask(b"exec:true")
    for command in (WRTE, OKAY, CLSE):
        host.send(command, 7, 1, b"x" if command == WRTE else b"")
        host.send(command, 7, 99999)
    assert host.ask(b"exec:echo hi") == b"hi\n"


def broken(rng: random.Random) -> bytes:
    """Something that is not adb, or nearly is."""
    command = rng.choice([CNXN, OPEN, OKAY, WRTE, CLSE, rng.getrandbits(32)])
    length = rng.choice([0, 1, 24, 1 << 20, (1 << 20) + 1, 1 << 31, 0xFFFFFFFF])
    header = struct.pack("<6I", command, rng.getrandbits(32), rng.getrandbits(8), length, 0, command ^ 0xFFFFFFFF)
    return rng.choice([rng.randbytes(rng.randrange(1, 64)), header[: rng.randrange(1, 25)], header + rng.randbytes(30)])


@pytest.mark.parametrize("greeted", [False, True])
def test_garbage_ends_its_own_link_and_no_other(
    connect: Callable[[], Host], phone: VirtualPhone, greeted: bool
) -> None:
    rng = random.Random(greeted)
    witness = connect()
    witness.greet()
    for _ in range(150):
        host = Host(phone.address)
        if greeted:
            host.greet()
        try:
            for _ in range(3):
                host.raw(broken(rng))
            host.socket.shutdown(socket.SHUT_WR)
        except OSError:  # the phone had enough before all was said
            pass
        while host.receive():
            pass
        host.socket.close()
    assert witness.ask(b"exec:echo alive") == b"alive\n"


@pytest.mark.parametrize(
    "header",
    [
        HEADER.pack(OPEN, 1, 0, (1 << 20) + 1, 0, OPEN ^ 0xFFFFFFFF),
        HEADER.pack(OPEN, 1, 0, 0xFFFFFFFF, 0, OPEN ^ 0xFFFFFFFF),
        HEADER.pack(OPEN, 1, 0, 0, 0, OPEN),
    ],
    ids=["too long by one", "four gigabytes", "bad magic"],
)
def test_a_lie_in_the_header_ends_the_link(host: Host, header: bytes) -> None:
    host.greet()
    host.raw(header)
    assert host.receive() is None


def test_who_does_not_greet_first_is_cut_off(host: Host) -> None:
    host.send(OPEN, 1, 0, b"exec:echo hi\0")
    assert host.receive() is None


def test_a_host_that_writes_without_waiting_is_cut_off(host: Host) -> None:
    host.greet()
    remote = host.open(b"exec:sleep 500")
    for _ in range(3):
        host.send(WRTE, 7, remote, b"x")
    assert host.receive() is None


def test_a_host_that_opens_without_end_is_refused_at_last(host: Host) -> None:
    host.greet()
    answers = []
    for local in range(1, 300):
        host.send(OPEN, local, 0, b"exec:cat\0")
        answers.append((host.receive() or [0])[0])
    assert answers == [OKAY] * 256 + [CLSE] * 43


def test_close_does_not_wait_for_hosts_that_stay_silent_or_do_not_read(connect: Callable[[], Host]) -> None:
    before = threading.active_count()
    with VirtualPhone(apps=[]) as phone:
        silent, deaf, asleep = (Host(phone.address) for _ in range(3))
        deaf.greet()
        deaf.send(OPEN, 1, 0, b"exec:screencap\0")
        asleep.greet()
        asleep.open(b"exec:sleep 600")
    assert threading.active_count() == before
    for host in (silent, deaf, asleep):
        host.socket.close()
