"""What is special about phones: screens that are off or secret, input that is refused, apps that do not come up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PIL import Image

from handsight.devices.android import VirtualAndroid, apps, open_android, open_virtual
from handsight.devices.android import device as android
from handsight.devices.android.typing import pieces
from handsight.devices.virtual.adbd.capture import Captures
from handsight.devices.virtual.shell.commands import COMMANDS
from handsight.devices.virtual.shell.commands.process import Process, Result, thrown
from handsight.errors import CaptureFailed, InputRefused, NotFound, ScreenOff, ScreenSecure, ToolFailed
from handsight.types import Point

from .playground import QUICK, WatchedPhone


@pytest.fixture
def phone() -> WatchedPhone:
    return WatchedPhone()


@pytest.fixture
def device(phone: WatchedPhone) -> Iterator[VirtualAndroid]:
    device = open_virtual(phone, numbers=QUICK)
    yield device
    device.close()


def test_a_phone_is_opened_by_its_address(device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(device.link.server.port))
    for serial in (device.phone.address, None):
        other = open_android(serial, numbers=QUICK)
        assert other.screenshot().app == "org.example.playground"
        assert device.phone.address in other.name
        other.close()
    assert device.glance().app == "org.example.playground"  # the shared server stays


def test_what_failed_to_open_leaves_nothing_open(phone: WatchedPhone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "dumpsys", lambda args, process: Result("mWakefulness=Asleep\n"))
    monkeypatch.setattr(android, "_OPEN_S", 0.0)
    with pytest.raises(ScreenOff, match="by hand"):
        open_virtual(phone)
    with pytest.raises(RuntimeError):
        assert phone.address


def test_a_sleeping_locked_phone_is_woken(phone: WatchedPhone) -> None:
    phone.awake, phone.locked = False, True
    device = open_virtual(phone, numbers=QUICK)
    try:
        assert (phone.awake, phone.locked) == (True, False)
        assert ("key", 26) not in phone.events
        assert device.screenshot().app == "org.example.playground"
    finally:
        device.close()


def test_a_screen_that_goes_off_is_no_black_picture(device: VirtualAndroid, phone: WatchedPhone) -> None:
    device.screenshot()
    phone.awake = False
    with pytest.raises(ScreenOff, match="wakeup"):
        device.screenshot()
    device.press("wakeup")
    assert device.screenshot().app == "org.example.playground"


def test_a_secure_screen_is_no_black_picture(device: VirtualAndroid, phone: WatchedPhone) -> None:
    device.open_app("Vault")
    with pytest.raises(ScreenSecure, match=r"org\.example\.vault"):
        device.screenshot()
    device.press("back")
    assert device.screenshot().settled == "quiet"


def test_a_black_app_is_a_picture(device: VirtualAndroid, phone: WatchedPhone) -> None:
    black = Image.new("RGB", phone.size)
    phone.captures = Captures(lambda: black)
    assert device.glance().image.getbbox() is None


def test_no_picture_at_all_is_an_error(device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "screencap", lambda args, process: Result(err="Status -1\n", code=1))
    with pytest.raises(CaptureFailed, match="Status -1"):
        device.screenshot()


def test_the_faster_way_to_capture_is_taken_and_the_other_when_it_fails(
    device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch
) -> None:
    screencap = COMMANDS["screencap"]
    asked: list[list[str]] = []

    def only_png(args: list[str], process: Process) -> Result:
        asked.append(args)
        return screencap(args, process) if "-p" in args else Result(b"unsupported")

    monkeypatch.setitem(COMMANDS, "screencap", only_png)
    screen = device.screenshot()
    assert screen.size == (1080, 2400)
    asked.clear()
    device.glance()
    assert asked == [["-p"]]


@pytest.mark.parametrize(
    "error",
    [
        "java.lang.SecurityException: Injecting input events requires the caller to have the INJECT_EVENTS permission.",
        "java.lang.SecurityException: Injecting to another application requires INJECT_EVENTS permission",
    ],
)
def test_refused_input_names_the_switch(device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch, error: str) -> None:
    screen = device.screenshot()
    monkeypatch.setitem(COMMANDS, "input", lambda args, process: thrown("tap", error, "com.android.Input.run(Input:1)"))
    with pytest.raises(InputRefused, match="Security settings"):
        device.tap(Point(5, 5), on=screen)


def test_input_that_fails_says_why_in_one_line(device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = thrown("keyevent", "java.lang.NullPointerException: no display", "com.android.Input.run(Input.java:1)")
    monkeypatch.setitem(COMMANDS, "input", lambda args, process: failing)
    with pytest.raises(ToolFailed, match="NullPointerException: no display$"):
        device.press("home")


def test_an_app_that_does_not_start_says_why(device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "Starting: Intent { }\nError type 3\nError: Activity class {org.example.vault} does not exist.\n"
    aborted = Result("** No activities found to run, monkey aborted.\n", code=252)
    monkeypatch.setitem(COMMANDS, "am", lambda args, process: Result(err=said))
    monkeypatch.setitem(COMMANDS, "monkey", lambda args, process: aborted)
    with pytest.raises(ToolFailed, match="does not exist"):
        device.open_app("Vault")


def test_an_app_whose_activity_cannot_be_started_is_opened_by_its_package(
    device: VirtualAndroid, phone: WatchedPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = Result(err="Error type 3\nError: Activity class {org.example.vault} does not exist.\n")
    monkeypatch.setitem(COMMANDS, "am", lambda args, process: said)
    assert device.open_app("Vault") == phone.foreground[0] == "org.example.vault"


def test_a_phone_that_tells_no_activities_opens_apps_all_the_same(
    device: VirtualAndroid, phone: WatchedPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        COMMANDS, "cmd", lambda args, process: Result(err="cmd: Can't find service: package\n", code=20)
    )
    assert device.open_app("vault") == phone.foreground[0] == "org.example.vault"
    with pytest.raises(NotFound, match=r"no app 'bank'.*org\.example\.vault"):
        device.open_app("bank")


def test_an_app_that_does_not_come_up_was_not_opened(device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "am", lambda args, process: Result("Starting: Intent { }\n"))
    monkeypatch.setattr(apps, "OPEN_S", 0.2)
    with pytest.raises(ToolFailed, match=r"org\.example\.playground is in front"):
        device.open_app("Vault")


def test_a_rotation_between_look_and_look_is_followed(device: VirtualAndroid, phone: WatchedPhone) -> None:
    assert device.screenshot().size == (1080, 2400)
    phone.rotation = 1
    screen = device.screenshot()
    assert screen.size == (2400, 1080)
    device.tap(Point(2300, 1000), on=screen)
    assert phone.events[-1] == ("tap", 2300, 1000)


def test_a_transition_is_waited_out(phone: WatchedPhone) -> None:
    moving = WatchedPhone(still=False)
    device = open_virtual(moving)
    try:
        device.screenshot()
        device.press("home")
        screen = device.screenshot()
        assert screen.settled == "quiet"
        assert screen.image.tobytes() == moving.frame().tobytes()
        assert screen.app == moving.foreground[0] != "org.example.playground"
    finally:
        device.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("plain", ["plain"]),
        ("100%sure", ["100%", "sure"]),
        ("%%s%s", ["%%", "s%", "s"]),
        ("a\nb\tc", ["a", "\n", "b", "\t", "c"]),
        ("\n\n", ["\n", "\n"]),
        ("x" * 301, ["x" * 150, "x" * 150, "x"]),
        ("x" * 149 + "%s", ["x" * 149 + "%", "s"]),
        ("x" * 150 + "%s", ["x" * 150, "%", "s"]),
    ],
)
def test_text_is_cut_where_the_phone_would_misread_it(text: str, expected: list[str]) -> None:
    assert list(pieces(text)) == expected
