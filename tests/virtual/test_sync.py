"""Files pushed to and pulled from the phone by the real adb programs, and the raw service behind them."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.adbd.sync import serve_sync
from handsight.devices.virtual.files import VirtualFiles

from .judges import Attached


def test_megabytes_come_back_as_they_went(attached: Attached, phone: VirtualPhone, tmp_path: Path) -> None:
    data = os.urandom(3_000_001)
    (tmp_path / "there").write_bytes(data)
    assert attached("push", str(tmp_path / "there"), "/sdcard/Download/").returncode == 0
    assert phone.files.read("/sdcard/Download/there") == data
    assert attached("pull", "/sdcard/Download/there", str(tmp_path / "back")).returncode == 0
    assert (tmp_path / "back").read_bytes() == data


@pytest.mark.parametrize("size", [0, 1, 65536, 65537])
def test_the_edges_of_a_chunk_lose_nothing(attached: Attached, tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    (tmp_path / "there").write_bytes(data)
    attached("push", str(tmp_path / "there"), "/data/local/tmp/x")
    attached("pull", "/data/local/tmp/x", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == data


def test_a_folder_goes_and_comes_with_all_that_is_in_it(attached: Attached, tmp_path: Path) -> None:
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    (tmp_path / "tree" / "a.txt").write_text("a")
    (tmp_path / "tree" / "deep" / "b 中.txt").write_text("b")
    assert attached("push", str(tmp_path / "tree"), "/sdcard/").returncode == 0
    assert attached.shell("cat '/sdcard/tree/deep/b 中.txt'")[0] == "b"
    assert attached("pull", "/sdcard/tree", str(tmp_path / "back")).returncode == 0
    assert (tmp_path / "back" / "deep" / "b 中.txt").read_text() == "b"


def test_a_pulled_file_keeps_its_time(attached: Attached, phone: VirtualPhone, tmp_path: Path) -> None:
    phone.files.write("/sdcard/old", b"x", mtime=1_600_000_000)
    attached("pull", "-a", "/sdcard/old", str(tmp_path / "old"))
    assert int((tmp_path / "old").stat().st_mtime) == 1_600_000_000


def test_adb_lists_a_folder(attached: Attached, phone: VirtualPhone) -> None:
    phone.files.write("/sdcard/Download/new", b"12345")
    lines = attached("ls", "/sdcard/Download").stdout.decode().splitlines()
    mode, size, _, name = lines[-1].split()
    assert (int(mode, 16), int(size, 16), name) == (0o100660, 5, "new")


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["pull", "/sdcard/none", "{tmp}"], "No such file"),
        (["push", "{tmp}/file", "/system/bin/sh"], "Read-only file system"),
        (["push", "{tmp}/file", "/sdcard/Download/x/"], "Is a directory"),
    ],
)
def test_what_cannot_be_moved_says_why(
    attached: Attached, phone: VirtualPhone, tmp_path: Path, args: list[str], reason: str
) -> None:
    phone.files.mkdir("/sdcard/Download/x/file", parents=True)
    (tmp_path / "file").write_bytes(bytes(200_000))
    done = attached(*(arg.format(tmp=tmp_path) for arg in args))
    assert done.returncode == 1
    assert reason in (done.stdout + done.stderr).decode()
    assert attached.shell("echo still there")[0] == "still there\n"


class Tape:
    """A stream that was recorded: what the host said, and what it is told."""

    def __init__(self, *said: bytes) -> None:
        self.said, self.told = b"".join(said), b""

    def read(self, count: int) -> bytes:
        if len(self.said) < count:
            raise EOFError
        part, self.said = self.said[:count], self.said[count:]
        return part

    def write(self, data: bytes) -> None:
        self.told += data


def request(name: bytes, path: bytes) -> bytes:
    return name + struct.pack("<I", len(path)) + path


def answer(*said: bytes, files: VirtualFiles | None = None) -> bytes:
    tape = Tape(*said, request(b"QUIT", b""))
    serve_sync(tape, files or VirtualFiles(clock=lambda: 1))  # type: ignore[arg-type]
    return tape.told


def test_stat_of_what_is_not_there_is_zeros_in_version_1_and_a_reason_in_version_2() -> None:
    assert answer(request(b"STAT", b"/none")) == b"STAT" + bytes(12)
    told = answer(request(b"STA2", b"/none"))
    assert told[:8] == b"STA2" + struct.pack("<I", 2)
    assert len(told) == 72


def test_both_lists_end_with_done() -> None:
    for name, entry, size in ((b"LIST", b"DENT", 20), (b"LIS2", b"DNT2", 76)):
        told = answer(request(name, b"/sdcard"))
        assert told.count(entry) == 9
        assert told[-size:] == b"DONE" + bytes(size - 4)
        assert answer(request(name, b"/none")) == b"DONE" + bytes(size - 4)


def test_requests_follow_one_another() -> None:
    told = answer(request(b"STAT", b"/sdcard"), request(b"RECV", b"/none"), request(b"STAT", b"/none"))
    assert told.startswith(b"STAT\xf9\x41")
    assert b"FAIL" in told
    assert told.endswith(b"STAT" + bytes(12))


def test_a_chunk_that_is_too_long_and_a_word_nobody_knows_end_the_talk() -> None:
    assert b"FAIL" in answer(request(b"SEND", b"/sdcard/a,420"), b"DATA", struct.pack("<I", 1 << 31))
    assert b"FAIL" in answer(request(b"EVIL", b"/sdcard"))
    assert b"path too long" in answer(b"STAT" + struct.pack("<I", 1 << 30))


def test_a_file_larger_than_the_phone_is_refused_after_it_was_heard_out() -> None:
    files = VirtualFiles(capacity_bytes=10)
    chunks = [request(b"DATA", bytes(8)) for _ in range(3)]
    told = answer(request(b"SEND", b"/sdcard/a,33188"), *chunks, b"DONE" + bytes(4), files=files)
    assert told.startswith(b"FAIL")
    assert b"No space left" in told
    assert not files.exists("/sdcard/a")


def test_a_link_cannot_be_made() -> None:
    told = answer(request(b"SEND", b"/sdcard/a,41471"), request(b"DATA", b"/target"), b"DONE" + bytes(4))
    assert b"not permitted" in told


# Without adb between: every size and every name


def sent(path: str, data: bytes, *, chunk: int = 1 << 16, mode: int = 33188, mtime: int = 1_700_000_000) -> bytes:
    """What a host says in order to push a file."""
    pieces = [request(b"DATA", data[start : start + chunk]) for start in range(0, len(data), chunk)]
    done = b"DONE" + struct.pack("<I", mtime)
    return b"".join([request(b"SEND", f"{path},{mode}".encode()), *pieces, done])


def received(told: bytes) -> bytes:
    """The content of a file that the phone sent, and nothing but well-formed chunks around it."""
    parts, at = [], 0
    while told[at : at + 4] == b"DATA":
        (length,) = struct.unpack_from("<I", told, at + 4)
        assert 0 < length <= 1 << 16
        parts.append(told[at + 8 : at + 8 + length])
        at += 8 + length
    assert told[at:] == b"DONE" + bytes(4)
    return b"".join(parts)


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 131072, 1 << 20, (1 << 21) + 7])
@pytest.mark.parametrize("chunk", [1 << 16, 1000])
def test_a_file_of_any_size_comes_back_whole(size: int, chunk: int) -> None:
    files, data = VirtualFiles(clock=lambda: 1), bytes(i % 251 for i in range(size))
    assert answer(sent("/sdcard/x", data, chunk=chunk), files=files) == b"OKAY" + bytes(4)
    assert files.read("/sdcard/x") == data
    assert received(answer(request(b"RECV", b"/sdcard/x"), files=files)) == data


@pytest.mark.parametrize(
    "name", ["中文.txt", "é è", "a,b", "a,420", "😀", "-rf", ".hidden", "with 'quotes\"", "x" * 255, "%s%n", "a\\b"]
)
def test_a_file_of_any_name_is_kept_found_and_listed(name: str) -> None:
    files = VirtualFiles(clock=lambda: 1)
    assert answer(sent(f"/sdcard/Download/{name}", b"data"), files=files) == b"OKAY" + bytes(4)
    assert [entry.name for entry in files.list("/sdcard/Download")] == [name]
    assert received(answer(request(b"RECV", f"/sdcard/Download/{name}".encode()), files=files)) == b"data"
    told = answer(request(b"LIST", b"/sdcard/Download"), files=files)
    assert told.startswith(b"DENT")
    assert name.encode() in told


def test_a_pushed_file_has_the_mode_and_the_time_it_was_sent_with() -> None:
    files = VirtualFiles(clock=lambda: 1)
    answer(sent("/sdcard/run", b"x", mode=0o100755, mtime=1_234_567_890), files=files)
    entry = files.stat("/sdcard/run")
    assert (entry.mode & 0o777, entry.mtime, entry.size) == (0o755, 1_234_567_890, 1)
    mode, size, mtime = struct.unpack("<3I", answer(request(b"STAT", b"/sdcard/run"), files=files)[4:])
    assert (mode, size, mtime) == (entry.mode, 1, 1_234_567_890)


def test_folders_that_are_missing_are_made_and_those_of_the_system_are_not() -> None:
    files = VirtualFiles(clock=lambda: 1)
    assert answer(sent("/sdcard/a/b/c/d.txt", b"deep"), files=files) == b"OKAY" + bytes(4)
    assert files.is_folder("/sdcard/a/b/c")
    told = answer(sent("/system/a/b.txt", b"no"), files=files)
    assert told.startswith(b"FAIL")
    assert b"Read-only file system" in told
    assert not files.exists("/system/a")


def test_pushing_again_replaces_and_never_appends() -> None:
    files = VirtualFiles(clock=lambda: 1)
    for data in (b"a long first version", b"short", b""):
        answer(sent("/sdcard/x", data), files=files)
        assert files.read("/sdcard/x") == data


@pytest.mark.parametrize("path", ["/sdcard", "/sdcard/Download", "/sdcard/none/deeper.txt/", "/"])
def test_what_is_no_file_cannot_be_received(path: str) -> None:
    told = answer(request(b"RECV", path.encode()))
    assert told.startswith(b"FAIL")
    (length,) = struct.unpack_from("<I", told, 4)
    assert told[8:].decode().startswith("open failed: ")
    assert len(told) == 8 + length


def test_a_host_that_leaves_in_the_middle_of_a_file_leaves_nothing_behind() -> None:
    files = VirtualFiles(clock=lambda: 1)
    whole = sent("/sdcard/x", bytes(200_000))
    for cut in (30, 5000, len(whole) - 3):
        with pytest.raises(EOFError):
            serve_sync(Tape(whole[:cut]), files)  # type: ignore[arg-type]
        assert not files.exists("/sdcard/x")


def test_paths_as_long_as_allowed_are_read_and_longer_ones_refused() -> None:
    assert answer(request(b"STAT", b"/" + b"x" * 1023)) == b"STAT" + bytes(12)
    assert b"path too long" in answer(request(b"STAT", b"/" + b"x" * 1024))
