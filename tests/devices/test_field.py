"""What is read of the field that has the focus, and whether a text counts as arrived there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsight.devices.android import VirtualAndroid, field, open_virtual
from handsight.devices.android.field import Field, arrived, read, wrong
from handsight.devices.virtual.shell.commands import COMMANDS
from handsight.devices.virtual.shell.commands.process import Process, Result

from .playground import QUICK
from .writing import Office

ID = "org.example.desk:id/text"
TEXT = st.text(alphabet="ab 你\n", max_size=8)
SOME = st.text(alphabet="ab 你\n", min_size=1, max_size=8)


@pytest.fixture(scope="module")
def device() -> Iterator[VirtualAndroid]:
    device = open_virtual(Office(), numbers=QUICK)
    yield device
    device.close()


def offer(device: VirtualAndroid, kind: str, text: str = "") -> None:
    assert isinstance(device.phone, Office)
    device.phone.offer(kind, text)


@pytest.mark.parametrize(
    "text", ["plain", "a\n\tb", "<a href='x'>&amp;\"", "👩🏽‍🚀 שלום \u200f", "x" * 10_000, " two  spaces "]
)
def test_a_field_is_read_exactly(device: VirtualAndroid, text: str) -> None:
    offer(device, "note", text)
    assert read(device.link) == Field(text, id=ID)


def test_bullets_and_hints_are_told_from_text(device: VirtualAndroid) -> None:
    offer(device, "password", "abc")
    assert read(device.link) == Field("•••", password=True, id=ID)
    offer(device, "line")
    assert read(device.link) == Field("Write here", id=ID)


def test_where_no_field_has_the_focus_there_is_none(device: VirtualAndroid) -> None:
    device.press("home")
    assert read(device.link) is None


@pytest.mark.parametrize(
    "said",
    [
        "",
        "ERROR: could not get idle state.\n",
        "<hierarchy rotation='0'><node></hierarchy>",
        "<hierarchy><node class='android.widget.EditText' focused='false' text='x' /></hierarchy>",
        "<hierarchy><node class='android.widget.Button' focused='true' text='x' /></hierarchy>",
        "<hierarchy>" + "<node class='android.widget.EditText' focused='true' text='x' />" * 2 + "</hierarchy>",
        "<hierarchy><node text='&bomb;' /></hierarchy>",
    ],
)
def test_what_is_no_tree_or_names_no_one_field_is_not_read(
    device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setitem(COMMANDS, "uiautomator", lambda args, process: Result(said))
    assert read(device.link) is None


def test_a_phone_that_does_not_come_to_an_end_of_it_is_not_waited_for_and_stays_usable(
    device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(args: list[str], process: Process) -> Result:
        process.hung_up.wait(20)
        return Result()

    monkeypatch.setattr(field, "DUMP_S", 0.3)
    monkeypatch.setitem(COMMANDS, "uiautomator", hang)
    assert read(device.link) is None
    monkeypatch.undo()
    offer(device, "note", "still here")
    assert read(device.link) == Field("still here", id=ID)


def test_words_around_the_tree_and_a_hint_that_is_told_are_understood(
    device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = "<hierarchy><node class='androidx.AppCompatEditText' focused='true' text='Name' hint='Name' /></hierarchy>"
    said = f"WARNING: linker\n<?xml version='1.0'?>{tree}UI hierchary dumped to: /dev/tty\n"
    monkeypatch.setitem(COMMANDS, "uiautomator", lambda args, process: Result(said))
    found = read(device.link)
    assert found == Field("Name", hint="Name")
    assert found
    assert found.empty


@given(TEXT, TEXT, TEXT, SOME)
def test_a_text_that_was_typed_anywhere_has_arrived(start: str, selected: str, end: str, text: str) -> None:
    before, after = Field(start + selected + end), Field(start + text + end)
    assert arrived(text, before, after) is (before.text != after.text)


@given(SOME, TEXT)
def test_a_text_typed_over_a_hint_has_arrived(text: str, hint: str) -> None:
    assert arrived(text, Field(hint), Field(text)) is (hint != text)
    assert arrived(text, Field(hint, hint=hint), Field(text)) is (hint != text)


@given(TEXT, st.text(alphabet="cd", min_size=2, max_size=8), TEXT)
def test_a_text_that_came_in_part_or_not_at_all_has_not_arrived(start: str, text: str, end: str) -> None:
    before = Field(start + end)
    for part in range(len(text)):
        assert not arrived(text, before, Field(start + text[:part] + end))
    assert not arrived(text, before, Field(start + text + text + "!" + end))


def test_what_a_tree_cannot_hold_is_a_full_stop_there() -> None:
    assert arrived("a\ufffeb", Field(""), Field("a.b"))
    assert arrived("a\ufdd0b", Field("\ufdd0"), Field("\ufdd0a\ufdd0b"))


def test_a_field_that_still_fills_is_looked_at_again() -> None:
    shown = iter([Field(""), Field("ab"), Field("abc")])
    assert wrong("abc", Field(""), lambda: next(shown)) == ""


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (["", ""], "none of it arrived"),
        (["ab", "ab"], "only the first 2 of 3"),
        (["x", "x"], "only the first 0 of 3"),
        ([*map(str, range(field.READS + 1))], "still changes"),
    ],
)
def test_what_is_wrong_is_said_without_the_text(shown: list[str], said: str) -> None:
    looks = iter(Field(text) for text in shown)
    problem = wrong("abc", Field(""), lambda: next(looks))
    assert problem
    assert said in problem
    assert "abc" not in problem


@pytest.mark.parametrize("seen", [None, Field("•••", password=True)])
def test_what_cannot_be_seen_is_neither_right_nor_wrong(seen: Field | None) -> None:
    assert wrong("abc", Field(""), lambda: seen) is None
