"""Keyboards that listen to broadcasts: what they type, what comes back, and what goes wrong with them on request."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.shell.shell import run
from handsight.errors import UsageError

from .judges import Attached, Pad

ADB, U2, OWN = (
    "com.android.adbkeyboard/.AdbIME",
    "com.github.uiautomator/.AdbKeyboard",
    "org.handsight.keyboard/.Keyboard",
)
UNHEARD, HEARD = "Broadcast completed: result=0\n", 'Broadcast completed: result=-1, data="success"\n'
Make = Callable[..., VirtualPhone]


def out(phone: VirtualPhone, script: str) -> str:
    stdout, stderr, code = run(script, phone)
    assert (stderr, code) == (b"", 0)
    return stdout.decode()


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def editing(phone: VirtualPhone) -> VirtualPhone:
    """The phone with the pad's empty field being edited."""
    phone.launch(Pad.package)
    left, top, right, bottom = next(n for n in phone.tree().walk() if n.cls.endswith("EditText")).bounds
    phone.tap((left + right) // 2, (top + bottom) // 2)
    return phone


def choose(phone: VirtualPhone, name: str) -> VirtualPhone:
    out(phone, f"ime enable {name} && ime set {name}")
    return phone


def written(phone: VirtualPhone) -> str:
    return str(phone.app("pad").state()["written"])


@pytest.mark.parametrize(
    ("ime", "there"),
    [("adbkeyboard", [OWN, ADB]), ("uiautomator2", [OWN, U2]), ("none", [OWN])],
)
def test_what_is_installed_can_be_chosen(new_phone: Make, ime: str, there: list[str]) -> None:
    phone = new_phone(ime=ime)
    assert out(phone, "ime list -a -s").split() == there
    packages = [name.partition("/")[0] for name in there[1:]]
    assert [p for p in out(phone, "pm list packages").split() if "eyboard" in p or "uiautomator" in p] == [
        f"package:{name}" for name in packages
    ]
    for name in packages:
        assert out(phone, f"pm path {name}").startswith("package:")
    for name in {ADB, U2} - {*there}:
        assert (
            run(f"ime set {name}", phone)[1] == f"Unknown input method {name} cannot be selected for user #0\n".encode()
        )


def test_a_keyboard_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match="adbkeyboard, uiautomator2 or none, not 'gboard'"):
        VirtualPhone(ime="gboard")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("-a ADB_INPUT_TEXT --es msg 'a b'", "a b"),
        (f"-a ADB_INPUT_B64 --es msg {b64('你好 🙂')}", "你好 🙂"),
        ("-a ADB_INPUT_CHARS --eia chars 128512,32,97", "😀 a"),
        ("-a ADB_INPUT_CHARS --eia chars x", ""),
        ("-a ADB_INPUT_CODE --ei code 29", "a"),
        ("-a ADB_INPUT_CODE --ei code x", ""),
        ("-a ADB_EDITOR_CODE --ei code 3", ""),
        ("-a ADB_INPUT_B64 --es msg /////w==", ""),
        ("-a ADB_INPUT_B64", ""),
        (f"-a ADB_KEYBOARD_INPUT_TEXT --es text {b64('other')}", ""),
        (f"-a ADB_INPUT_B64 --es msg {b64('x')} -p com.android.adbkeyboard", "x"),
        (f"-a ADB_INPUT_B64 --es msg {b64('x')} -p com.example.other", ""),
    ],
)
def test_adbkeyboard_does_what_it_is_sent_and_never_says_so(new_phone: Make, sent: str, expected: str) -> None:
    phone = editing(choose(new_phone(), ADB))
    assert out(phone, f"am broadcast {sent}").endswith(UNHEARD)
    assert written(phone) == expected


def test_uiautomator2s_says_whether_it_did(new_phone: Make) -> None:
    phone = choose(new_phone(ime="uiautomator2"), U2)
    send = f"am broadcast -a ADB_KEYBOARD_INPUT_TEXT --es text {b64('你好')}"
    phone.key(3)
    assert out(phone, send).endswith(UNHEARD)
    assert out(editing(phone), send).endswith(HEARD)
    assert written(phone) == "你好"
    assert out(phone, "am broadcast -a ADB_KEYBOARD_CLEAR_TEXT").endswith(HEARD)
    assert written(phone) == ""


def test_a_field_is_emptied_and_goes_on_taking_text(new_phone: Make) -> None:
    phone = editing(choose(new_phone(), ADB))
    out(phone, "input text abc; am broadcast -a ADB_CLEAR_TEXT; input text d")
    assert written(phone) == "d"


def test_a_keyboard_that_is_not_chosen_hears_nothing(new_phone: Make) -> None:
    phone = editing(new_phone())
    assert out(phone, f"am broadcast -a ADB_INPUT_B64 --es msg {b64('x')}") == (
        f"Broadcasting: Intent {{ act=ADB_INPUT_B64 flg=0x400000 (has extras) }}\n{UNHEARD}"
    )
    assert written(phone) == ""


def test_disabling_the_chosen_one_brings_the_phones_own_back(new_phone: Make) -> None:
    phone = choose(new_phone(), ADB)
    assert f"mCurId={ADB} " in out(phone, "dumpsys input_method")
    out(phone, f"ime disable {ADB}")
    assert phone.ime == OWN
    assert phone.input_methods.enabled == [OWN]


def test_a_choice_may_take_a_while(new_phone: Make) -> None:
    phone = new_phone()
    phone.input_methods.late_s = 0.3
    choose(phone, ADB)
    assert out(phone, "settings get secure default_input_method") == f"{OWN}\n"
    phone._sleep(0.31)
    assert out(phone, "settings get secure default_input_method") == f"{ADB}\n"


@pytest.mark.parametrize("command", ["ime list -s", f"ime enable {ADB}", f"ime set {ADB}"])
def test_a_phone_may_let_adb_choose_none(new_phone: Make, command: str) -> None:
    phone = new_phone()
    phone.input_methods.refused = True
    stdout, stderr, code = run(command, phone)
    assert (stdout, code) == (b"", 255)
    assert b"java.lang.SecurityException: uid 2000 does not have" in stderr
    assert b"SecurityException" in run("settings put global a b", phone)[1]
    assert out(phone, "settings get secure enabled_input_methods") == f"{OWN}\n"


def test_broadcasts_are_lost_and_cut_short_on_request(new_phone: Make) -> None:
    phone = editing(choose(new_phone(), ADB))
    phone.input_methods.lost, phone.input_methods.most = 1, 3
    for _ in range(2):
        out(phone, "am broadcast -a ADB_INPUT_TEXT --es msg abcdef")
    assert written(phone) == "abc"


def test_a_keyboard_is_worked_through_every_adb(attached: Attached, phone: VirtualPhone) -> None:
    editing(phone)
    attached.shell(f"ime enable {ADB}; ime set {ADB}")
    said = attached.shell(f"am broadcast -a ADB_INPUT_B64 --es msg {b64('שלום 你好')}")
    assert said == (f"Broadcasting: Intent {{ act=ADB_INPUT_B64 flg=0x400000 (has extras) }}\n{UNHEARD}", "", 0)
    assert written(phone) == "שלום 你好"
