import errno

import pytest

from handsight.devices.virtual.files import VirtualFiles, normalize


@pytest.fixture
def files():
    return VirtualFiles(clock=lambda: 1_700_000_000)


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [
        ("/sdcard/a", "/", "/sdcard/a"),
        ("/storage/emulated/0/a", "/", "/sdcard/a"),
        ("/mnt/sdcard", "/", "/sdcard"),
        ("//sdcard//a/", "/", "/sdcard/a"),
        ("a/../b", "/sdcard", "/sdcard/b"),
        ("../../..", "/sdcard", "/"),
        ("/sdcardigan", "/", "/sdcardigan"),
        ("/mnt/sdcardigan", "/", "/mnt/sdcardigan"),
    ],
)
def test_a_place_has_one_name(path, folder, expected):
    assert normalize(path, folder) == expected


def test_what_is_written_reads_back_under_every_name(files):
    files.write("/sdcard/Download/note.txt", b"hello")
    assert files.read("/storage/emulated/0/Download/note.txt") == b"hello"
    entry = files.stat("/sdcard/Download/note.txt")
    assert (entry.name, entry.size, entry.mtime, entry.is_folder) == ("note.txt", 5, 1_700_000_000, False)


def test_a_new_phone_has_the_usual_folders(files):
    assert {"DCIM", "Download", "Pictures"} <= {entry.name for entry in files.list("/sdcard")}
    assert {"data", "sdcard", "system"} == {entry.name for entry in files.list("/")}


def test_mtime_and_mode_are_kept(files):
    files.write("/data/local/tmp/run", b"", mode=0o755, mtime=12)
    entry = files.stat("/data/local/tmp/run")
    assert (entry.mode, entry.mtime) == (0o100755, 12)


@pytest.mark.parametrize(
    ("act", "number"),
    [
        (lambda f: f.read("/sdcard/none"), errno.ENOENT),
        (lambda f: f.stat("/sdcard/none"), errno.ENOENT),
        (lambda f: f.list("/sdcard/none"), errno.ENOENT),
        (lambda f: f.read("/sdcard"), errno.EISDIR),
        (lambda f: f.write("/sdcard/DCIM", b""), errno.EISDIR),
        (lambda f: f.write("/sdcard/none/a", b""), errno.ENOENT),
        (lambda f: f.write("/sdcard/file/a", b""), errno.ENOTDIR),
        (lambda f: f.list("/sdcard/file"), errno.ENOTDIR),
        (lambda f: f.write("/system/bin/sh", b""), errno.EROFS),
        (lambda f: f.remove("/system", recursive=True), errno.EROFS),
        (lambda f: f.remove("/sdcard", recursive=True), errno.EPERM),
        (lambda f: f.remove("/sdcard/DCIM"), errno.EISDIR),
        (lambda f: f.remove("/sdcard/none"), errno.ENOENT),
        (lambda f: f.mkdir("/sdcard/DCIM"), errno.EEXIST),
        (lambda f: f.mkdir("/sdcard/file", parents=True), errno.EEXIST),
        (lambda f: f.mkdir("/sdcard/none/a"), errno.ENOENT),
        (lambda f: f.move("/sdcard/none", "/sdcard/a"), errno.ENOENT),
        (lambda f: f.move("/sdcard/DCIM", "/sdcard/DCIM/in"), errno.EINVAL),
        (lambda f: f.move("/sdcard/file", "/sdcard/DCIM"), errno.EEXIST),
    ],
)
def test_failures_are_the_phones_own(files, act, number):
    files.write("/sdcard/file", b"x")
    with pytest.raises(OSError, match=r".+") as failure:
        act(files)
    assert failure.value.errno == number
    assert files.read("/sdcard/file") == b"x"


def test_a_folder_goes_with_all_that_is_in_it(files):
    files.mkdir("/sdcard/a/b/c", parents=True)
    files.mkdir("/sdcard/a/b/c", parents=True)
    files.write("/sdcard/a/b/c/file", b"1")
    files.write("/sdcard/ab", b"2")
    files.move("/sdcard/a", "/sdcard/z")
    assert files.read("/sdcard/z/b/c/file") == b"1"
    assert not files.exists("/sdcard/a/b")
    files.remove("/sdcard/z", recursive=True)
    assert not files.exists("/sdcard/z/b/c/file")
    assert files.read("/sdcard/ab") == b"2"


def test_a_move_replaces_a_file(files):
    files.write("/sdcard/old", b"old")
    files.write("/sdcard/new", b"new")
    files.move("/sdcard/new", "/sdcard/old")
    assert files.read("/sdcard/old") == b"new"
    assert not files.exists("/sdcard/new")


def test_a_full_phone_takes_no_more_but_lets_a_file_be_replaced():
    files = VirtualFiles(capacity_bytes=100)
    files.write("/sdcard/a", bytes(90))
    with pytest.raises(OSError, match="No space") as failure:
        files.write("/sdcard/b", bytes(11))
    assert failure.value.errno == errno.ENOSPC
    files.write("/sdcard/a", bytes(100))
    assert files.stat("/sdcard/a").size == 100
