"""Whatever is typed stands in the field exactly, and nothing of it is ever executed: under each adb that there is."""

from __future__ import annotations

import string
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.virtual.judges import bundled_adb, system_adb

from handsight.devices.android import VirtualAndroid, open_virtual
from handsight.devices.android.typing import CHUNK, UNSEEN
from handsight.devices.virtual.files import VirtualFiles
from handsight.devices.virtual.shell.commands import COMMANDS
from handsight.errors import ToolFailed

from .playground import QUICK
from .scripts import CLUSTERS, SCRIPTS
from .writing import ADB_KEYBOARD, OWN, Office

PRINTABLE = "".join(c for c in string.printable if c.isprintable())
META = [
    "; touch /sdcard/pwned",
    "$(touch /sdcard/pwned)",
    "`touch /sdcard/pwned`",
    "' ; touch /sdcard/pwned ; '",
    '" ; touch /sdcard/pwned ; "',
    "| touch /sdcard/pwned",
    "& touch /sdcard/pwned &",
    "> /sdcard/pwned",
    "\n touch /sdcard/pwned \n",
    "a\ntouch /sdcard/pwned\n\tb",
    "\\; touch /sdcard/pwned",
    "--es msg x; touch /sdcard/pwned",
    "${HOME} $? $$ ~ * /sdcard/* [a-z] {a,b} !! # %s %n %%",
    "'\"$` \\;|&<>(){}*?!#~",
]


@pytest.fixture(scope="module", params=[bundled_adb, system_adb], ids=["bundled", "system"])
def opened(request: pytest.FixtureRequest) -> Iterator[VirtualAndroid]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADBUTILS_ADB_PATH", request.param())
        device = open_virtual(Office(), numbers=QUICK)
        yield device
        device.close()


@pytest.fixture
def device(opened: VirtualAndroid) -> VirtualAndroid:
    office_of(opened).offer("note")
    return opened


def office_of(device: VirtualAndroid) -> Office:
    assert isinstance(device.phone, Office)
    return device.phone


def typed(device: VirtualAndroid, text: str) -> str:
    """Type into an empty note, and give what stands in it."""
    office_of(device).offer("note")
    assert device.type_text(text) == ""
    return office_of(device).desk.text


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_arrives_exactly(device: VirtualAndroid, name: str) -> None:
    assert typed(device, SCRIPTS[name]) == SCRIPTS[name]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=60))
def test_any_text_arrives(opened: VirtualAndroid, text: str) -> None:
    assert typed(opened, text) == text


def test_there_are_scripts_enough() -> None:
    assert len({name.partition(",")[0] for name in SCRIPTS}) >= 40


@pytest.mark.parametrize("name", CLUSTERS)
def test_what_is_joined_arrives_joined_and_what_is_apart_apart(device: VirtualAndroid, name: str) -> None:
    assert typed(device, CLUSTERS[name]) == CLUSTERS[name]


@pytest.mark.parametrize("mixed", ["", " – 你好"], ids=["by keys", "by a keyboard app"])
@pytest.mark.parametrize("text", META)
def test_nothing_is_executed(device: VirtualAndroid, text: str, mixed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    for name in ("touch", "cat", "ls", "rm", "sh"):
        monkeypatch.setitem(COMMANDS, name, lambda args, process: ran.append(args))  # type: ignore[arg-type,return-value]
    before = everything(office_of(device).files)
    assert typed(device, text + mixed) == text + mixed
    assert ran == []
    assert everything(office_of(device).files) == before


def test_what_would_be_executed_would_be_noticed(device: VirtualAndroid) -> None:
    before = everything(office_of(device).files)
    device.link.act("touch", "/sdcard/pwned")
    assert {*everything(office_of(device).files)} - {*before} == {"/sdcard/pwned"}
    device.link.act("rm", "/sdcard/pwned")


def everything(files: VirtualFiles, folder: str = "/sdcard") -> list[str]:
    found = []
    for entry in files.list(folder):
        path = f"{folder}/{entry.name}"
        found += [path, *(everything(files, path) if entry.is_folder else [])]
    return found


def test_every_pair_of_printable_characters_arrives(device: VirtualAndroid) -> None:
    for start in range(0, len(PRINTABLE), 19):
        text = "".join(a + b for a in PRINTABLE[start : start + 19] for b in PRINTABLE)
        assert typed(device, text) == text


@pytest.mark.parametrize("mixed", ["", "é"], ids=["by keys", "by a keyboard app"])
def test_ten_thousand_characters_arrive(device: VirtualAndroid, mixed: str) -> None:
    text = (mixed + "The quick brown fox jumps over 13 lazy dogs. " * 230)[:10_000]
    assert typed(device, text) == text


def test_ten_thousand_characters_of_every_script_arrive(device: VirtualAndroid) -> None:
    text = ("\n".join([*SCRIPTS.values(), *CLUSTERS.values()]) * 10)[:10_000]
    assert len(text) == 10_000
    assert typed(device, text.rstrip()) == text.rstrip()


@pytest.mark.parametrize("text", ["a\tb\nc", "é\tb\nc", "\ta", "\té", "first\r\nsecond", "é\r\nb"])
def test_line_breaks_and_tabs_within_a_text_arrive(device: VirtualAndroid, text: str) -> None:
    assert typed(device, text) == text.replace("\r\n", "\n")


@pytest.mark.parametrize("word", ["query", "搜索"])
def test_a_line_break_at_the_end_is_the_enter_key(device: VirtualAndroid, word: str) -> None:
    office_of(device).offer("line")
    assert device.type_text(word + "\n") == ""
    assert (office_of(device).desk.text, office_of(device).desk.sent) == (word, 1)
    office_of(device).offer("note")
    device.type_text(word + "\n")
    assert office_of(device).desk.text == word + "\n"


@pytest.mark.parametrize("text", ["in the middle", "在中间"])
def test_text_goes_where_the_cursor_is(device: VirtualAndroid, text: str) -> None:
    office_of(device).offer("line", "ab")
    device.press("dpad_left")
    assert device.type_text(text) == ""
    assert office_of(device).desk.text == f"a{text}b"


@pytest.mark.parametrize("text", ["bell\a", "null\0", "\x7f", "c1 \x85", "half \ud83d", "a\rb"])
def test_what_nothing_types_is_not_typed_in_part(device: VirtualAndroid, text: str) -> None:
    with pytest.raises(ToolFailed, match="nothing was typed"):
        device.type_text(text)
    assert office_of(device).desk.text == ""
    assert office_of(device).events == []


def test_keys_type_ascii_and_the_keyboard_of_the_user_stays(device: VirtualAndroid) -> None:
    office = office_of(device)
    typed(device, "plain")
    assert office.input_methods.enabled == [OWN] or ADB_KEYBOARD in office.input_methods.enabled
    office.offer("note")
    device.type_text("你好")
    assert office.ime == OWN
    assert [event[0] for event in office.events] == ["text"]


def test_a_mixed_text_goes_one_way_as_a_whole(device: VirtualAndroid) -> None:
    office = office_of(device)
    device.type_text("ASCII and 汉字 and ASCII")
    assert office.events == [("text", "ASCII and 汉字 and ASCII")]


def test_only_what_is_at_risk_is_read_back(device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    dump = COMMANDS["uiautomator"]
    monkeypatch.setitem(COMMANDS, "uiautomator", lambda args, process: looks.append(1) or dump(args, process))
    typed(device, "x" * CHUNK)
    assert looks == []
    typed(device, "x" * (CHUNK + 1))
    assert looks == [1, 1]
    typed(device, "é")
    assert looks == [1, 1, 1, 1]


def test_what_cannot_be_read_back_is_said_to_be_so(device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch) -> None:
    office_of(device).offer("password")
    assert "password field" in device.type_text("pässword")
    assert office_of(device).desk.text == "pässword"
    office_of(device).offer("note")
    monkeypatch.delitem(COMMANDS, "uiautomator")
    assert device.type_text("Grüße") == UNSEEN
    assert office_of(device).desk.text == "Grüße"


CLEARED = {
    "short": "abc",
    "clusters": "a👨‍👩‍👧‍👦é🇨🇳",
    "lines": "one\n二\n\n3",
    "long": "word " * 200,
    "wrapped": "word " * 25,
}


@pytest.mark.parametrize("name", CLEARED)
@pytest.mark.parametrize("back", [0, 2])
def test_a_field_is_emptied_wherever_the_cursor_is(device: VirtualAndroid, name: str, back: int) -> None:
    office = office_of(device)
    office.offer("note", CLEARED[name])
    for _ in range(back):
        device.press("dpad_left")
    assert device.clear_text() == ""
    assert office.desk.text == ""
    device.type_text("new")
    assert office.desk.text == "new"
    assert office.ime == OWN


@pytest.mark.parametrize(("kind", "text"), [("password", "secret"), ("number", "-12.5"), ("line", "x y")])
def test_fields_of_every_kind_are_emptied(device: VirtualAndroid, kind: str, text: str) -> None:
    office_of(device).offer(kind, text)
    assert device.clear_text() == ""
    assert office_of(device).desk.text == ""


def test_an_empty_field_is_left_empty_and_a_hint_is_no_text(device: VirtualAndroid) -> None:
    office_of(device).offer("line")
    assert "it was empty" in device.clear_text()
    assert office_of(device).desk.text == ""


def test_a_field_that_cannot_be_read_is_emptied_as_far_as_can_be(
    device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(COMMANDS, "uiautomator")
    office_of(device).offer("note", "one\ntwo")
    assert "could not be read back" in device.clear_text()
    assert office_of(device).desk.text == ""


def test_what_is_left_in_a_field_is_counted_and_not_told(
    device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = COMMANDS["input"]
    monkeypatch.setitem(
        COMMANDS, "input", lambda args, process: whole([arg for arg in args if arg != "112"] + ["0"], process)
    )
    office_of(device).offer("note", "one\nlast")
    for _ in range(5):
        device.press("dpad_left")
    with pytest.raises(ToolFailed, match="^5 characters are left in the field$"):
        device.clear_text()
    assert office_of(device).desk.text == "\nlast"
