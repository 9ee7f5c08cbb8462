"""A link that breaks: reads go on, acts are never done twice, and another phone is not taken for the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from handsight.devices.android import VirtualAndroid, open_virtual
from handsight.devices.android import link as link_file
from handsight.errors import DeviceLost, ToolFailed
from handsight.types import Point, Screen

from .playground import QUICK, WatchedPhone


@pytest.fixture
def phone() -> WatchedPhone:
    return WatchedPhone()


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


def test_a_phone_that_does_not_come_back_is_lost(
    device: VirtualAndroid, phone: WatchedPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_file, "MEND_S", 0.5)
    phone.close()
    with pytest.raises(DeviceLost, match="not back"):
        device.glance()
