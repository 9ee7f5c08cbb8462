"""A link that breaks: reads go on, acts are never done twice, and another phone is not taken for the first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from handsight.devices.android import VirtualAndroid, open_virtual
from handsight.devices.android import link as link_file
from handsight.devices.android.adb import AdbServer
from handsight.devices.android.link import Identity, TookTooLong, open_link
from handsight.devices.android.screencap import ENCODED, RAW, Screencap, Way
from handsight.errors import DeviceLost, ToolFailed
from handsight.types import Point, Screen

from .playground import QUICK, WatchedPhone
from .proxy import Cable, cable_to


@pytest.fixture
def phone() -> Iterator[WatchedPhone]:
    phone = WatchedPhone()
    yield phone
    phone.close()


@pytest.fixture
def cable(phone: WatchedPhone) -> Iterator[Cable]:
    with cable_to(phone.open().address) as cable:
        yield cable


@pytest.fixture
def device(phone: WatchedPhone) -> Iterator[VirtualAndroid]:
    device = open_virtual(phone, numbers=QUICK)
    yield device
    device.close()


def test_a_command_gives_its_output_errors_and_status(device: VirtualAndroid) -> None:
    assert device.link.ask("echo", "one", "two").stdout == "one two\n"
    ran = device.link.ask("ls", "/no/such/folder")
    assert ran.status != 0
    assert "/no/such/folder" in ran.stderr


@pytest.mark.parametrize(
    "word", ["a b", "$HOME", "`id`", "'; reboot '", '"', "\\", "*", "", "多字节 é", "a\nb", "--", "# no"]
)
def test_a_word_stays_one_word_whatever_is_in_it(device: VirtualAndroid, word: str) -> None:
    assert device.link.ask("echo", word).stdout == f"{word}\n"
    assert device.link.fetch("echo", word) == f"{word}\n".encode()


def test_a_long_answer_comes_whole(device: VirtualAndroid) -> None:
    word = "0123456789abcdef" * 3000
    assert device.link.ask("echo", word).stdout == f"{word}\n"


def test_a_link_that_was_dropped_between_two_looks_is_mended(device: VirtualAndroid, phone: WatchedPhone) -> None:
    before = device.screenshot()
    for _ in range(3):
        phone.drop_links()
        assert device.screenshot().size == before.size


def test_a_picture_that_was_cut_by_the_break_is_taken_again(device: VirtualAndroid, phone: WatchedPhone) -> None:
    before = device.screenshot()
    whole, cuts = phone.captures.raw, [1, 2]

    def cut() -> bytes:
        if cuts:
            cuts.pop()
            phone.pull_the_cable()
        return whole()

    phone.captures.raw = phone.captures.png = cut  # type: ignore[method-assign]
    try:
        assert device.glance().size == before.size
    finally:
        del phone.captures.raw, phone.captures.png
    assert cuts == []


ACTS: dict[str, Callable[[VirtualAndroid, Screen], None]] = {
    "tap": lambda device, screen: device.tap(Point(300, 900), on=screen),
    "swipe": lambda device, screen: device.swipe(Point(300, 900), Point(300, 500), 0.1, on=screen),
    "text": lambda device, screen: device.type_text("once"),
    "key": lambda device, screen: device.press("volume_up"),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_the_break_interrupts_is_in_doubt_and_not_done_twice(
    device: VirtualAndroid, phone: WatchedPhone, act: str
) -> None:
    screen = device.screenshot()
    phone.meanwhile = phone.pull_the_cable
    with pytest.raises(ToolFailed, match="may or may not have happened"):
        ACTS[act](device, screen)
    assert [event[0] for event in phone.events] == [act]
    device.press("volume_down")  # the link is whole again
    assert [event[0] for event in phone.events] == [act, "key"]


def test_an_act_on_a_link_that_is_already_broken_touches_nothing(device: VirtualAndroid, phone: WatchedPhone) -> None:
    device.link.server.forget(device.link.serial)
    with pytest.raises(ToolFailed, match="nothing was touched"):
        device.press("home")
    assert phone.events == []
    device.press("home")
    assert phone.events == [("key", 3)]


def test_the_rest_of_a_text_is_not_typed_after_a_break(device: VirtualAndroid, phone: WatchedPhone) -> None:
    phone.meanwhile = phone.pull_the_cable
    with pytest.raises(ToolFailed):
        device.type_text("one\ntwo")
    assert phone.events == [("text", "one")]


def test_a_killed_adb_server_is_started_again(device: VirtualAndroid) -> None:
    device.link.server.close()
    assert device.screenshot().app == "org.example.playground"


def test_another_phone_at_the_same_address_is_not_worked(device: VirtualAndroid, phone: WatchedPhone) -> None:
    port = int(phone.address.rpartition(":")[2])
    phone.close()
    other = WatchedPhone(serial="another")
    other.serve(port)
    try:
        with pytest.raises(DeviceLost, match="'another'"):
            device.press("home")
        assert other.events == []
    finally:
        other.close()


def test_a_phone_that_others_connected_at_this_address_is_not_worked(
    server: AdbServer, phone: WatchedPhone, cable: Cable
) -> None:
    link = open_link(server, server.pick(cable.address).serial)
    with WatchedPhone(serial="another") as other:
        cable.plug_into(other.address)
        server.reconnect(cable.address, 5)
        for work in (link.act, link.ask):
            with pytest.raises(DeviceLost, match="'another'"):
                work("input", "keyevent", "3")
        assert other.events == []
    assert link.identity.serial == phone.serial


def test_a_phone_that_was_started_anew_is_asked_again_but_not_touched(
    server: AdbServer, phone: WatchedPhone, cable: Cable
) -> None:
    link = open_link(server, server.pick(cable.address).serial)
    phone.booted_ns += 1
    with pytest.raises(ToolFailed, match="started anew .* nothing was touched"):
        link.act("input", "keyevent", "3")
    link.act("input", "keyevent", "4")
    phone.booted_ns += 1
    assert link.ask("echo", "there").stdout == "there\n"
    with pytest.raises(ToolFailed, match="nothing was touched"):
        link.act("input", "keyevent", "5")
    assert phone.events == [("key", 4)]


def test_a_phone_that_keeps_its_start_secret_is_known_by_its_serial(server: AdbServer, phone: WatchedPhone) -> None:
    link = open_link(server, server.pick(phone.open().address).serial)
    link.identity = Identity(phone.serial)
    assert link.act("input", "keyevent", "3").status == 0
    link.identity = Identity("someone else")
    with pytest.raises(DeviceLost, match="'someone else'"):
        link.act("input", "keyevent", "3")
    assert phone.events == [("key", 3)]


def test_a_command_may_end_with_any_status(device: VirtualAndroid) -> None:
    for status in (0, 1, 92, 93, 94, 255):
        assert device.link.act("exit", str(status)).status == status


def test_an_act_is_refused_when_the_link_broke_after_the_screen_was_seen(
    device: VirtualAndroid, phone: WatchedPhone
) -> None:
    device.screenshot()
    phone.drop_links()
    device.foreground()  # notices it, and mends
    with pytest.raises(ToolFailed, match="after the screen was seen: nothing was touched"):
        device.press("home")
    device.press("home")  # whoever was told decides anew
    phone.drop_links()
    device.foreground()
    device.glance()
    device.press("back")
    assert phone.events == [("key", 3), ("key", 4)]


def test_a_command_that_writes_nothing_for_long_is_waited_for_on_a_link_that_answers(
    device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_file, "SILENCE_S", 0.1)
    assert device.link.ask("sleep", "0.6").status == 0
    device.swipe(Point(300, 900), Point(300, 500), 0.6, on=device.glance())
    assert device.link.mended == 0


def test_a_command_that_never_ends_is_told_from_a_broken_link(device: VirtualAndroid) -> None:
    with pytest.raises(TookTooLong, match="no answer in 0.3 s"):
        device.link.ask("sleep", "60", timeout_s=0.3)
    with pytest.raises(ToolFailed, match="may or may not have happened"):
        device.link.act("sleep", "60", timeout_s=0.3)
    assert device.link.mended == 0


def test_a_link_that_falls_silent_is_noticed_and_mended(
    server: AdbServer, phone: WatchedPhone, cable: Cable, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SILENCE_S", "PROBE_S"):
        monkeypatch.setattr(link_file, name, 0.3)
    link = open_link(server, server.pick(cable.address).serial)
    cable.mute = True
    cured = threading.Timer(1.0, lambda: setattr(cable, "mute", False))
    cured.start()
    assert link.ask("echo", "still", "here").stdout == "still here\n"
    cured.join()
    assert link.mended == 1


def test_on_a_slow_line_png_wins_and_on_a_fast_one_again_raw(
    server: AdbServer, phone: WatchedPhone, cable: Cable
) -> None:
    link = open_link(server, server.pick(cable.address).serial)
    screencap = Screencap(link)
    size = screencap.take().size
    screencap.way, screencap._patience_s = RAW, 0.1  # whichever won on this machine
    cable.bytes_per_s = 1e6  # ten seconds for a raw picture
    assert screencap.take().size == size
    assert screencap.way == ENCODED
    assert screencap.take().size == size
    cable.be_fast()
    chosen = screencap.way
    cable.cut()
    tried = list[Way]()
    plain = screencap._take
    screencap._take = lambda way: (tried.append(way), plain(way))[1]  # type: ignore[method-assign]
    screencap.take()
    screencap.take()
    assert {RAW, ENCODED} <= set(tried[1 if tried[0] == chosen else 0 :])  # both were tried anew


def test_a_time_that_is_already_over_leaves_one_short_try(device: VirtualAndroid, phone: WatchedPhone) -> None:
    device.link.mend(since=time.monotonic() - 60)
    phone.close()
    with pytest.raises(DeviceLost, match="not back .*is the phone on"):
        device.link.mend(since=time.monotonic() - 60)


def test_a_phone_that_does_not_come_back_is_lost(
    device: VirtualAndroid, phone: WatchedPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_file, "MEND_S", 0.5)
    phone.close()
    with pytest.raises(DeviceLost, match="not back"):
        device.glance()
