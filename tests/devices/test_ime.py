"""Typing by a keyboard app, and all that goes wrong with one. The user's own keyboard always comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from handsight.devices.android import VirtualAndroid, ime, open_android, open_virtual
from handsight.devices.virtual.shell.commands import COMMANDS
from handsight.devices.virtual.shell.commands.process import Process, Result
from handsight.errors import HandsightError, ToolFailed

from .playground import QUICK
from .writing import ADB_KEYBOARD, OWN, U2_KEYBOARD, Office

TEXT = "Grüße, 世界 👋🏽"


@pytest.fixture
def open_office() -> Iterator[Callable[..., tuple[VirtualAndroid, Office]]]:
    """Open a phone with a keyboard of that name."""
    opened: list[VirtualAndroid] = []

    def make(name: str = "adbkeyboard") -> tuple[VirtualAndroid, Office]:
        office = Office(ime=name)
        opened.append(open_virtual(office, numbers=QUICK))
        return opened[-1], office

    yield make
    for device in opened:
        device.close()


Open = Callable[..., tuple[VirtualAndroid, Office]]


def is_back(office: Office) -> bool:
    return office.ime == OWN and ime.MARK not in office.settings["global"]


@pytest.mark.parametrize(("name", "id"), [("adbkeyboard", ADB_KEYBOARD), ("uiautomator2", U2_KEYBOARD)])
def test_either_keyboard_types_and_empties(open_office: Open, name: str, id: str) -> None:
    device, office = open_office(name)
    used: list[str] = []
    office.meanwhile = lambda: used.append(office.ime)
    assert device.type_text(TEXT) == ""
    assert (office.desk.text, used) == (TEXT, [id])
    assert is_back(office)
    office.offer("note", TEXT * 20)
    assert device.clear_text() == ""
    assert office.desk.text == ""
    assert is_back(office)


def test_without_a_keyboard_for_it_the_user_is_told_what_to_install(open_office: Open) -> None:
    device, office = open_office("none")
    with pytest.raises(ToolFailed, match=r"nothing was typed: .*adb install ADBKeyboard\.apk.*uiautomator2 init"):
        device.type_text(TEXT)
    assert (office.desk.text, office.events) == ("", [])
    device.type_text("plain")
    office.offer("note", "x" * 200)
    assert device.clear_text() == ""
    assert office.desk.text == ""


def test_a_keyboard_that_was_chosen_by_the_user_stays_chosen(open_office: Open) -> None:
    device, office = open_office()
    office.input_methods.choose(ADB_KEYBOARD)
    office.input_methods.refused = True  # nothing needs to be chosen
    assert device.type_text(TEXT) == ""
    assert (office.desk.text, office.ime) == (TEXT, ADB_KEYBOARD)


def test_a_phone_that_lets_adb_choose_none_is_told_from_one_that_has_none(open_office: Open) -> None:
    device, office = open_office()
    office.input_methods.refused = True
    with pytest.raises(ToolFailed, match="nothing was typed: ADBKeyBoard is installed, but .* choose it by hand"):
        device.type_text(TEXT)
    assert (office.desk.text, office.ime) == ("", OWN)
    bare, office = open_office("none")
    office.input_methods.refused = True
    with pytest.raises(ToolFailed, match="nothing was typed: .*install"):
        bare.type_text(TEXT)


def test_a_phone_that_lists_keyboards_and_refuses_to_choose_one_says_so(
    open_office: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, office = open_office()
    whole = COMMANDS["ime"]

    def only_lists(args: list[str], process: Process) -> Result:
        office.input_methods.refused = args[0] != "list"
        return whole(args, process)

    monkeypatch.setitem(COMMANDS, "ime", only_lists)
    with pytest.raises(ToolFailed, match="nothing was typed: .* choose it by hand"):
        device.type_text(TEXT)
    assert (office.desk.text, office.ime) == ("", OWN)
    office.offer("note", "y" * 160)
    assert device.clear_text() == ""  # by keys
    assert office.desk.text == ""


def test_a_keyboard_that_comes_up_late_is_waited_for(open_office: Open) -> None:
    device, office = open_office()
    office.input_methods.late_s = 0.3
    assert device.type_text(TEXT) == ""
    assert (office.desk.text, is_back(office)) == (TEXT, True)
    assert device.type_text(TEXT) == ""  # not while the first is still being put away
    assert (office.desk.text, is_back(office)) == (TEXT * 2, True)


def test_a_phone_that_does_not_say_which_is_connected_is_waited_for_as_well(
    open_office: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, office = open_office()
    monkeypatch.delitem(COMMANDS, "dumpsys")
    office.input_methods.late_s = 0.3
    assert device.type_text(TEXT) == ""
    assert (office.desk.text, is_back(office)) == (TEXT, True)


def test_a_keyboard_that_does_not_come_up_types_nothing(open_office: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    device, office = open_office()
    office.input_methods.late_s = 1000
    monkeypatch.setattr(ime, "FLIP_S", 0.2)
    with pytest.raises(ToolFailed, match="did not come up; nothing was typed"):
        device.type_text(TEXT)
    assert (office.desk.text, office.ime) == ("", OWN)


@pytest.mark.parametrize("name", ["adbkeyboard", "uiautomator2"])
def test_a_broadcast_that_is_lost_is_noticed_and_not_sent_again(open_office: Open, name: str) -> None:
    device, office = open_office(name)
    office.input_methods.lost = 1
    with pytest.raises(ToolFailed, match="none of it arrived|did not hear the text"):
        device.type_text(TEXT)
    assert (office.desk.text, is_back(office)) == ("", True)


def test_a_keyboard_that_does_not_hear_that_it_is_to_empty_a_field_leaves_it(open_office: Open) -> None:
    device, office = open_office("uiautomator2")
    office.offer("note", "z" * 200)
    office.input_methods.lost = 1
    with pytest.raises(ToolFailed, match="did not hear that the field is to be emptied"):
        device.clear_text()
    assert (office.desk.text, is_back(office)) == ("z" * 200, True)


def test_a_field_that_does_not_let_itself_be_emptied_is_said_to_be_so(open_office: Open) -> None:
    device, office = open_office()
    office.offer("note", "z" * 200)
    office.input_methods.lost = 1
    assert "does not let itself be emptied" in device.clear_text()
    assert office.desk.text == "z" * 200


def test_a_keyboard_that_drops_the_end_of_a_broadcast_is_noticed(open_office: Open) -> None:
    device, office = open_office()
    office.input_methods.most = 4
    with pytest.raises(ToolFailed, match="only the first 4 of 12 characters") as failed:
        device.type_text(TEXT)
    assert office.desk.text == TEXT[:4]
    assert not any(word in str(failed.value) for word in ("Grü", "世", "👋"))
    assert is_back(office)


def test_the_second_broadcast_of_a_long_text_that_is_lost_leaves_a_part_and_says_so(open_office: Open) -> None:
    device, office = open_office("uiautomator2")
    office.meanwhile = lambda: setattr(office.input_methods, "lost", 1)
    with pytest.raises(ToolFailed, match=f"after {ime.CHUNK} characters of it"):
        device.type_text("ä" * (ime.CHUNK + 1))
    assert office.desk.text == "ä" * ime.CHUNK


def test_a_field_that_takes_only_some_characters_is_noticed(open_office: Open) -> None:
    device, office = open_office()
    office.offer("number")
    with pytest.raises(ToolFailed, match="none of it arrived"):
        device.type_text("é")
    with pytest.raises(ToolFailed, match="only the first 1 of 3"):
        device.type_text("7é8")


def test_no_field_takes_nothing_and_nobody_claims_that_it_did(open_office: Open) -> None:
    device, office = open_office()
    device.press("home")
    assert "could not be read back" in device.type_text(TEXT)
    assert TEXT not in str(office.state())


def test_a_cable_pulled_in_the_middle_leaves_a_doubt_and_the_users_keyboard(open_office: Open) -> None:
    device, office = open_office()
    office.meanwhile = office.pull_the_cable
    with pytest.raises(ToolFailed, match="may or may not have happened"):
        device.type_text(TEXT)
    assert office.events == [("text", TEXT)]
    assert is_back(office)


KILLED = """
import sys
from handsight.devices.android import open_android
device = open_android(sys.argv[1])
print("open", flush=True)
sys.stdin.readline()
device.type_text("你好")
"""


def test_after_a_crash_the_next_to_open_the_phone_gives_the_keyboard_back(
    open_office: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, office = open_office()
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(device.link.server.port))
    command = [sys.executable, "-c", KILLED, office.address]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "open\n"
        office.meanwhile = lambda: os.kill(process.pid, signal.SIGKILL)
        process.stdin.write("go\n")
        process.stdin.flush()
        process.wait(30)
    assert (office.ime, office.settings["global"][ime.MARK]) == (ADB_KEYBOARD, OWN)
    open_android(office.address, numbers=QUICK).close()
    assert is_back(office)


def test_a_keyboard_that_the_user_chose_after_the_crash_is_left_alone(open_office: Open) -> None:
    device, office = open_office()
    office.settings["global"][ime.MARK] = "org.gone/.Keyboard"
    ime.give_back(device.link)
    assert is_back(office)


def test_a_keyboard_that_cannot_be_given_back_is_remembered(open_office: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    device, office = open_office()
    monkeypatch.setattr(ime, "FLIP_S", 0.2)
    office.input_methods.choose(ADB_KEYBOARD)
    office.settings["global"][ime.MARK] = OWN
    office.input_methods.late_s = 1000
    ime.give_back(device.link)
    assert office.settings["global"][ime.MARK] == OWN
    office.input_methods.late_s = 0
    ime.give_back(device.link)
    assert is_back(office)


def test_only_the_keyboard_hears_the_text(open_office: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    device, office = open_office()
    heard: list[list[str]] = []
    am = COMMANDS["am"]
    monkeypatch.setitem(COMMANDS, "am", lambda args, process: heard.append(args) or am(args, process))
    device.type_text(TEXT)
    assert [args[-2:] for args in heard] == [["-p", "com.android.adbkeyboard"]]


SECRET = "hunter2-pässword"
FAILURES: dict[str, Callable[[Office, pytest.MonkeyPatch], object]] = {
    "nothing installed": lambda office, patch: office.input_methods.ids.pop(),
    "refused": lambda office, patch: setattr(office.input_methods, "refused", True),
    "lost": lambda office, patch: setattr(office.input_methods, "lost", 1),
    "cut short": lambda office, patch: setattr(office.input_methods, "most", 9),
    "broadcast fails and repeats what it was told": lambda office, patch: patch.setitem(COMMANDS, "am", repeats),
    "keys fail and repeat what they were told": lambda office, patch: patch.setitem(COMMANDS, "input", repeats),
    "cable": lambda office, patch: setattr(office, "meanwhile", office.pull_the_cable),
    "control": lambda office, patch: None,
}


def repeats(args: list[str], process: Process) -> Result:
    return Result(err=f"Error: cannot do {' '.join(args)}\n", code=1)


@pytest.mark.parametrize("failure", FAILURES)
def test_no_message_of_any_rung_holds_the_text(
    open_office: Open, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    device, office = open_office()
    FAILURES[failure](office, monkeypatch)
    keyed = failure.startswith("keys")
    secret = "hunter2-password" if keyed else SECRET + "\a" * (failure == "control")
    with pytest.raises(HandsightError) as failed:
        device.type_text(secret)
    said = f"{failed.value} {failed.value.__cause__} {failed.value.__context__}"
    for part in ("hunter", "pass", "päss", "ä", "aHVudGVy"):
        assert part not in said
