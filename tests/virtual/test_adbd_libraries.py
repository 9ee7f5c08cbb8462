"""Two Python libraries judge the virtual phone: adbutils through an adb server, adb-shell without one."""

from __future__ import annotations

import gc
import io
import os
from collections.abc import Iterator
from typing import Any

import pytest

from handsight.devices.virtual import VirtualPhone

from .judges import Adb, Pad


@pytest.fixture
def adbutils_device(bundled: Adb, phone: VirtualPhone) -> Iterator[Any]:
    adbutils = pytest.importorskip("adbutils")
    client = adbutils.AdbClient(port=bundled.port)
    client.connect(phone.address)
    yield client.device(phone.address)
    client.disconnect(phone.address)


@pytest.fixture
def adb_shell_device(phone: VirtualPhone) -> Iterator[Any]:
    adb_device = pytest.importorskip("adb_shell.adb_device")
    host, _, port = phone.address.partition(":")
    device = adb_device.AdbDeviceTcp(host, int(port), default_transport_timeout_s=10)
    device.connect()
    yield device
    device.close()


def test_adbutils_runs_commands_with_exit_codes(adbutils_device: Any) -> None:
    assert adbutils_device.shell("echo hi") == "hi"
    result = adbutils_device.shell2("echo hi; foo; exit 3", v2=True)
    assert (result.stdout, result.returncode) == ("hi\n", 3)
    assert "inaccessible or not found" in result.stderr
    assert adbutils_device.shell2("false").returncode == 1


def test_adbutils_takes_the_same_picture_in_both_ways(adbutils_device: Any, phone: VirtualPhone) -> None:
    frame = phone.frame().tobytes()
    assert adbutils_device.screenshot(error_ok=False).convert("RGB").tobytes() == frame
    assert adbutils_device.screenshot(display_id=0, error_ok=False).convert("RGB").tobytes() == frame


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # adbutils leaves its socket to the collector here
def test_adbutils_reads_the_framebuffer(adbutils_device: Any, phone: VirtualPhone) -> None:
    assert adbutils_device.framebuffer().convert("RGB").tobytes() == phone.frame().tobytes()
    gc.collect()


def test_adbutils_moves_files(adbutils_device: Any, phone: VirtualPhone) -> None:
    data = os.urandom(1_500_000)
    adbutils_device.sync.push(data, "/sdcard/Download/data")
    assert phone.files.read("/sdcard/Download/data") == data
    assert adbutils_device.sync.read_bytes("/sdcard/Download/data") == data
    assert adbutils_device.sync.stat("/sdcard/Download/data").size == len(data)
    assert adbutils_device.sync.exists("/sdcard/Download/data")
    assert not adbutils_device.sync.exists("/sdcard/none")
    assert "data" in [info.path for info in adbutils_device.sync.list("/sdcard/Download")]


def test_adbutils_reads_what_the_phone_says_of_itself(adbutils_device: Any, phone: VirtualPhone) -> None:
    assert adbutils_device.prop.model == phone.model
    assert tuple(adbutils_device.window_size()) == (270, 600)
    assert adbutils_device.rotation() == 0
    assert adbutils_device.is_screen_on()
    assert adbutils_device.battery().level == phone.battery
    assert Pad.package in adbutils_device.list_packages()
    assert adbutils_device.app_info(Pad.package).version_name == "1.0"
    assert adbutils_device.app_info("org.example.none") is None
    assert adbutils_device.dump_hierarchy().startswith("<?xml")


def test_adbutils_sees_a_turned_and_sleeping_phone(adbutils_device: Any, phone: VirtualPhone) -> None:
    phone.rotation = 1
    assert adbutils_device.rotation() == 1
    assert tuple(adbutils_device.window_size()) == (600, 270)
    assert adbutils_device.screenshot(error_ok=False).size == (600, 270)
    adbutils_device.keyevent("SLEEP")
    assert not adbutils_device.is_screen_on()


def test_adbutils_starts_and_stops_apps(adbutils_device: Any) -> None:
    adbutils_device.app_start(Pad.package)
    assert adbutils_device.app_current().package == Pad.package
    adbutils_device.app_stop(Pad.package)
    assert adbutils_device.app_current().package != Pad.package
    adbutils_device.app_start(Pad.package, ".MainActivity")
    assert adbutils_device.app_current().activity == f"{Pad.package}.MainActivity"


def test_adbutils_types_into_a_field(adbutils_device: Any, phone: VirtualPhone) -> None:
    adbutils_device.app_start(Pad.package)
    field = next(node for node in phone.tree().walk() if node.cls.endswith("EditText"))
    left, top, right, bottom = field.bounds
    adbutils_device.click((left + right) / 2, (top + bottom) / 2)
    adbutils_device.send_keys("hello world")
    assert phone.app("pad").state()["written"] == "hello world"


def test_adb_shell_speaks_the_protocol_with_checksums(adb_shell_device: Any) -> None:
    assert adb_shell_device.shell("echo hi; foo") == "hi\n/system/bin/sh: foo: inaccessible or not found\n"
    assert adb_shell_device.exec_out("echo é") == "é\n"
    assert adb_shell_device.root() is None
    assert adb_shell_device.shell("echo again") == "again\n"


def test_adb_shell_takes_pictures_and_moves_files(adb_shell_device: Any, phone: VirtualPhone) -> None:
    assert adb_shell_device.exec_out("screencap", decode=False) == phone.captures.raw()
    data = os.urandom(300_000)
    adb_shell_device.push(io.BytesIO(data), "/sdcard/new/folder/data", mtime=1_700_000_000)
    assert adb_shell_device.stat("/sdcard/new/folder/data") == (0o100770, len(data), 1_700_000_000)
    back = io.BytesIO()
    adb_shell_device.pull("/sdcard/new/folder/data", back)
    assert back.getvalue() == data
    assert [file.filename for file in adb_shell_device.list("/sdcard/new")] == [b"folder"]


def test_adb_shell_streams(adb_shell_device: Any) -> None:
    assert "".join(adb_shell_device.streaming_shell("echo a; sleep 0; echo b")) == "a\nb\n"


def test_adb_shell_hears_why_a_push_failed(adb_shell_device: Any) -> None:
    exceptions = pytest.importorskip("adb_shell.exceptions")
    with pytest.raises(exceptions.PushFailedError, match="Read-only file system"):
        adb_shell_device.push(io.BytesIO(b"x"), "/system/bin/sh")
