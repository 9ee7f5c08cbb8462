"""No words at all make a command fail in any way but its own."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.shell.commands import COMMANDS
from handsight.devices.virtual.shell.commands.process import Process, Result
from handsight.devices.virtual.timing import StillClock

from .judges import Pad

VERBS = """
    start force-stop broadcast list path install uninstall clear grant resolve-activity query-activities package
    packages get put delete enable disable set reset size density dismiss-keyguard dump tap swipe text keyevent
    draganddrop roll press window activity power battery display system secure global wifi power stayon windows top
"""
OPTIONS = "-n -a -d -c -p -W -S -s -3 -f -e -r -rf -l -la -w -i -o -v --es --brief --user --longpress --delay -"
VALUES = f"""
    /sdcard /none .. * = 1x1 300x500 9999999x9999999 1 -1 0 99999 1e999 nan é [ ( %s /dev/tty user_rotation code msg
    android.intent.action.MAIN ADB_INPUT_B64 ADB_INPUT_CODE com.android.adbkeyboard/.AdbIME
    {Pad.package} {Pad.package}/.MainActivity
"""
words = st.sampled_from(f"{VERBS} {OPTIONS} {VALUES}".split()) | st.text(max_size=6)


@pytest.fixture(scope="module")
def phone() -> VirtualPhone:
    clock = StillClock()
    return VirtualPhone(size=(240, 400), apps=[Pad], clock=clock, sleep=clock.sleep, now=clock.now)


@pytest.mark.parametrize("name", sorted(COMMANDS))
@settings(max_examples=30, deadline=None)
@given(args=st.lists(words, max_size=6), typed=st.binary(max_size=30))
def test_any_words_give_a_result(phone: VirtualPhone, name: str, args: list[str], typed: bytes) -> None:
    hung_up = threading.Event()
    hung_up.set()  # so that no sleep lasts
    process = Process(phone, lambda count: typed if count is None else typed[:count], "/sdcard", hung_up)
    try:
        result = COMMANDS[name](args, process)
    except OSError:  # of the phone's files: the shell makes it a complaint in the command's name
        return
    assert isinstance(result, Result)
    assert 0 <= result.code <= 255
    assert phone.frame().width <= 800


@settings(max_examples=50, deadline=None)
@given(args=st.lists(words, max_size=6))
def test_whatever_was_done_the_phone_still_works(phone: VirtualPhone, args: list[str]) -> None:
    process = Process(phone, lambda _: b"", "/sdcard")
    COMMANDS["input"](args, process)
    COMMANDS["settings"](args, process)
    phone.awake, phone.locked = True, False
    phone.launch(Pad.package)
    assert phone.foreground[0] == Pad.package
    assert phone.tree().package == Pad.package
