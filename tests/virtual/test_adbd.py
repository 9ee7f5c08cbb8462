"""The real adb programs judge the virtual phone."""

from __future__ import annotations

import io
import struct
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from handsight.devices.virtual import VirtualPhone

from .judges import Adb, Attached


def test_adb_sees_a_device_with_its_model(adb: Adb, attached: Attached, phone: VirtualPhone) -> None:
    line = next(line for line in adb("devices", "-l").stdout.decode().splitlines() if phone.address in line)
    assert line.split()[1] == "device"
    assert "model:Virtual_Phone" in line


def test_a_shell_tells_output_complaint_and_exit_code_apart(attached: Attached) -> None:
    assert attached.shell("echo out; foo; exit 7") == (
        "out\n",
        "/system/bin/sh: foo: inaccessible or not found\n",
        7,
    )


def test_the_old_shell_protocol_merges_them(attached: Attached) -> None:
    done = attached("shell", "-x", "echo out; foo")
    assert done.stdout == b"out\n/system/bin/sh: foo: inaccessible or not found\n"


def test_standard_input_reaches_the_command(attached: Attached) -> None:
    data = b"line\n" * 100_000
    assert attached("shell", "cat", stdin=data).stdout == data
    assert attached("shell", "wc -c", stdin=data).stdout == b"500000\n"


def test_a_shell_without_a_command_runs_what_is_typed(attached: Attached) -> None:
    done = attached("shell", stdin=b"cd /sdcard\npwd\nX=5\necho $X\nexit 4\necho never\n")
    assert (done.stdout, done.returncode) == (b"/sdcard\n5\n", 4)


def test_a_terminal_gets_a_prompt_and_an_echo(attached: Attached) -> None:
    done = attached("shell", "-tt", stdin=b"echi\x7fo hi\rexit\r")
    assert b"virtual:/ $ " in done.stdout
    assert b"\r\nhi\r\n" in done.stdout
    assert b"\b \b" in done.stdout


@pytest.mark.parametrize("option", [[], ["-p"]])
def test_a_capture_is_the_frame(attached: Attached, phone: VirtualPhone, option: list[str]) -> None:
    data = attached("exec-out", "screencap", *option).stdout
    if option:
        image = Image.open(io.BytesIO(data)).convert("RGB")
    else:
        width, height, pixel_format, _ = struct.unpack_from("<4I", data)
        assert (pixel_format, len(data)) == (1, 16 + 4 * width * height)
        image = Image.frombytes("RGBA", (width, height), data[16:]).convert("RGB")
    assert image.tobytes() == phone.frame().tobytes()


def test_ten_shells_at_once_do_not_mix(attached: Attached) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda n: attached.shell(f"echo {n}; cat; exit {n}", b"x" * n * 1000), range(10)))
    assert answers == [(f"{n}\n" + "x" * n * 1000, "", n) for n in range(10)]


def test_two_phones_side_by_side_keep_apart(adb: Adb, new_phone: Callable[..., VirtualPhone]) -> None:
    phones = [new_phone(model=model, size=size) for model, size in (("One", (108, 240)), ("Two", (240, 108)))]
    first, second = (adb.connect(phone) for phone in phones)
    try:
        assert first.shell("getprop ro.product.model; echo 1 > /sdcard/mine")[0] == "One\n"
        assert second.shell("getprop ro.product.model; ls /sdcard/mine") == (
            "Two\n",
            "ls: /sdcard/mine: No such file or directory\n",
            1,
        )
        assert second.shell("wm size")[0] == "Physical size: 240x108\n"
    finally:
        for phone in phones:
            adb("disconnect", phone.address)


def test_an_install_is_refused_with_a_reason(attached: Attached, tmp_path: Path) -> None:
    apk = tmp_path / "app.apk"
    apk.write_bytes(bytes(3_000_000))
    done = attached("install", str(apk))
    assert done.returncode == 1
    assert b"INSTALL_FAILED_NO_MATCHING_ABIS" in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("verb", "answer"), [("root", b"cannot run as root"), ("reboot", b"does not reboot"), ("remount", b"")]
)
def test_what_a_virtual_phone_cannot_do_it_refuses(attached: Attached, verb: str, answer: bytes) -> None:
    done = attached(verb)
    assert answer in done.stdout + done.stderr
    assert attached.shell("echo still there")[0] == "still there\n"


def test_a_dropped_phone_is_back_after_a_new_connect(adb: Adb, attached: Attached, phone: VirtualPhone) -> None:
    phone.drop_links()
    adb("disconnect", phone.address)
    assert adb.connect(phone).shell("echo back") == ("back\n", "", 0)


def test_a_drop_in_the_middle_ends_the_command(attached: Attached, phone: VirtualPhone) -> None:
    with ThreadPoolExecutor(1) as pool:
        sleeping = pool.submit(attached.shell, "touch /sdcard/asleep; sleep 500; touch /sdcard/woken")
        while not phone.files.exists("/sdcard/asleep"):
            assert not sleeping.done(), sleeping.result()
        phone.drop_links()
        sleeping.result()
    assert not phone.files.exists("/sdcard/woken")


def test_a_port_may_be_chosen_and_is_free_again_after_close(adb: Adb, new_phone: Callable[..., VirtualPhone]) -> None:
    port = int(new_phone().address.rpartition(":")[2]) + 0
    phone = VirtualPhone(size=(108, 240), apps=[])
    with pytest.raises(OSError, match="in use"):
        phone.serve(port)
    with pytest.raises(RuntimeError, match="before it is opened"):
        _ = phone.address
    with phone:
        assert phone.serve() == phone.address
        adb.connect(phone)
    phone.close()
    assert adb("-s", "127.0.0.1:1", "shell", "true").returncode == 1


def test_no_thread_outlives_a_phone(adb: Adb) -> None:
    before = set(threading.enumerate())
    with VirtualPhone(size=(108, 240), apps=[]) as phone:
        attached = adb.connect(phone)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(attached.shell, ["echo a"] * 8))
        adb("disconnect", phone.address)
    assert set(threading.enumerate()) == before
