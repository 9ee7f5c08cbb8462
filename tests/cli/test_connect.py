"""`handsight connect`: a phone over the network, and how a user is told that there is none."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from handsight.devices.android.adb import open_server
from handsight.devices.virtual import VirtualPhone

from ..devices.conftest import Peer, asks_for_ever, listen, nobody, says_nothing  # noqa: F401 (fixtures)

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_a_phone_is_connected_and_how_to_work_it_is_said(handsight: Run) -> None:
    with VirtualPhone(serial="mine") as phone:
        for _ in range(2):  # connected already is as good
            ran = handsight("connect", phone.address)
            assert (ran.returncode, ran.stderr) == (0, "")
            assert ran.stdout.startswith(f"Connected: {phone.address} ")
            assert f"handsight run --device {phone.address} " in ran.stdout
        server = open_server()
        assert (phone.address, "device") in [(found.serial, found.state) for found in server.devices()]
        server.forget(phone.address)


def test_nobody_at_that_address(handsight: Run, nobody: str) -> None:  # noqa: F811
    ran = handsight("connect", nobody)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert f"is the phone on, and does it listen at {nobody}?" in ran.stderr


@pytest.mark.parametrize(
    ("peer", "words"), [(says_nothing, "says nothing"), (asks_for_ever, "accept the dialog on its screen")]
)
def test_peers_that_cannot_be_worked(
    handsight: Run,
    listen: Callable[[Peer], str],  # noqa: F811
    peer: Peer,
    words: str,
) -> None:
    address = listen(peer)
    ran = handsight("connect", address)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert words in ran.stderr
    open_server().forget(address)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "connect HOST:PORT, or --pair HOST:PORT"),
        (["192.168.1.20"], "not '192.168.1.20'"),
        (["192.168.1.20:0"], "not '192.168.1.20:0'"),
        (["192.168.1.20:99999"], "not '192.168.1.20:99999'"),
        (["a phone:5555"], "not 'a phone:5555'"),
        (["--pair", "192.168.1.20"], "not '192.168.1.20'"),
        (["192.168.1.20:5555", "--code", "123456"], "--code goes with --pair"),
        (["--pair", "192.168.1.20:37001", "--code", "12345"], "six digits"),
        (["--pair", "192.168.1.20:37001", "--code", "12345x"], "six digits"),
        (["--pair", "192.168.1.20:37001"], "say --code DIGITS"),
    ],
)
def test_what_is_said_wrongly_is_refused_before_anything_is_opened(
    handsight: Run, arguments: list[str], words: str
) -> None:
    ran = handsight("connect", *arguments, ADBUTILS_ADB_PATH="/nowhere/adb")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert words in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_a_pairing_that_fails_says_what_to_do(handsight: Run, nobody: str) -> None:  # noqa: F811
    ran = handsight("connect", "--pair", nobody, "--code", "123456")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "not paired" in ran.stderr or "too old to pair" in ran.stderr  # whichever adb is installed
    assert "123456" not in ran.stderr
