"""Pairing, up to where a real phone is needed: an adb that can, one that cannot, and peers that do not pair."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import adbutils._utils
import pytest

from handsight.devices.android.adb import AdbServer, open_server
from handsight.errors import AdbMissing, DeviceOffline

from .conftest import Peer, says_nothing


@pytest.fixture
def newest(monkeypatch: pytest.MonkeyPatch) -> Iterator[AdbServer]:
    """The adb that comes with adbutils, which can pair."""
    monkeypatch.setenv("ADBUTILS_ADB_PATH", f"{adbutils._utils._get_bin_dir()}/adb")
    server = open_server(private=True)
    yield server
    server.close()


def answers(said: bytes) -> Peer:
    """An adb server that gives this answer to whatever it is asked."""

    def peer(link: object) -> None:
        link.recv(99)  # type: ignore[attr-defined]
        link.sendall(said)  # type: ignore[attr-defined]

    return peer


def test_where_nobody_listens_nothing_is_paired(newest: AdbServer, nobody: str) -> None:
    with pytest.raises(DeviceOffline, match="not paired .* on the phone anew"):
        newest.pair(nobody, "123456", timeout_s=5)
    assert newest.devices() == []


def test_a_peer_that_says_nothing_is_not_waited_for_for_ever(newest: AdbServer, listen: Callable[[Peer], str]) -> None:
    address = listen(says_nothing)
    with pytest.raises(DeviceOffline, match=f"{address} takes the call and says nothing"):
        newest.pair(address, "123456", timeout_s=0.5)


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (b"OKAY0032Failed: Wrong password or connection was dropped.\n", DeviceOffline, "Wrong password"),
        (b"FAIL0014unknown host service", AdbMissing, "too old to pair"),
        (b"OKAY0000", DeviceOffline, "not paired"),
    ],
)
def test_what_an_adb_server_says_becomes_one_sentence(
    listen: Callable[[Peer], str], monkeypatch: pytest.MonkeyPatch, answer: bytes, error: type[Exception], words: str
) -> None:
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", listen(answers(answer)).rpartition(":")[2])
    with pytest.raises(error, match=words) as caught:
        open_server().pair("192.168.1.20:37001", "123456")
    assert "123456" not in str(caught.value)


def test_the_words_for_success_are_understood(listen: Callable[[Peer], str], monkeypatch: pytest.MonkeyPatch) -> None:
    said = b"Successfully paired to 192.168.1.20:37001 [guid=adb-R58M-abcdef]"
    peer = answers(b"OKAY" + b"%04x" % len(said) + said)
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", listen(peer).rpartition(":")[2])
    open_server().pair("192.168.1.20:37001", "123456")
