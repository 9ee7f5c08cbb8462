"""Standard input in pieces, and a shell that is typed into."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.shell.shell import Shell
from handsight.devices.virtual.shell.terminal import Stdin, converse


def stdin(*pieces: bytes) -> Stdin:
    """Pieces, and then the end for ever."""
    left = list(pieces)
    return Stdin(lambda: left.pop(0) if left else b"")


def typed(phone: VirtualPhone, *pieces: bytes, terminal: bool = False) -> tuple[str, int]:
    """What is seen when the pieces are typed, and the exit code."""
    seen: list[bytes] = []
    source = stdin(*pieces)

    def write(_: int, data: bytes) -> None:
        seen.append(data)

    code = converse(Shell(phone, write, source.read), source, write, terminal=terminal)
    return b"".join(seen).decode(), code


@pytest.fixture(scope="module")
def phone() -> VirtualPhone:
    return VirtualPhone(size=(270, 600), apps=[])


@given(st.lists(st.binary(min_size=1, max_size=9), max_size=6), st.integers(0, 60))
def test_reading_does_not_care_how_the_bytes_were_cut(pieces: list[bytes], count: int) -> None:
    whole = b"".join(pieces)
    source = stdin(*pieces)
    assert source.read(count) == whole[:count]
    assert source.read(None) == whole[count:]
    assert source.read(None) == b""
    assert source.read_line() is None


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8), max_size=5), st.integers(1, 7))
def test_lines_do_not_care_either(lines: list[str], size: int) -> None:
    whole = "".join(f"{line}\n" for line in lines).encode()
    source = stdin(*(whole[start : start + size] for start in range(0, len(whole), size)))
    assert [source.read_line() for _ in lines] == lines
    assert source.read_line() is None


def test_reading_waits_no_longer_than_it_must() -> None:
    asked = []

    def read_some() -> bytes:
        asked.append(True)
        return b"abc"

    source = Stdin(read_some)
    assert source.read(0) == b""
    assert asked == []
    assert source.read(2) == b"ab"
    assert source.read(1) == b"c"
    assert len(asked) == 1


def test_the_end_is_asked_for_once() -> None:
    asked = []

    def read_some() -> bytes:
        asked.append(True)
        return b""

    source = Stdin(read_some)
    assert (source.read(None), source.read(5), source.read_line()) == (b"", b"", None)
    assert len(asked) == 1


def test_lines_run_one_after_another_and_share_a_shell(phone: VirtualPhone) -> None:
    assert typed(phone, b"X=1\ncd /sdc", b"ard\necho $X\npwd\nfalse") == ("1\n/sdcard\n", 1)


def test_exit_ends_it_and_what_follows_is_not_run(phone: VirtualPhone) -> None:
    assert typed(phone, b"exit 6\necho never\n") == ("", 6)
    assert typed(phone, b"") == ("", 0)


def test_a_command_may_take_the_rest_of_what_is_typed(phone: VirtualPhone) -> None:
    assert typed(phone, b"cat\nfirst\nsecond\n") == ("first\nsecond\n", 0)


@pytest.mark.parametrize(
    ("keys", "seen"),
    [
        (b"echo hi\r", "echo hi\r\nhi\n"),
        (b"ecj\x7fho hi\r", "ecj\b \bho hi\r\nhi\n"),
        (b"\x7f\x08echo hi\r", "echo hi\r\nhi\n"),
        (b"nonsense\x03echo hi\r", "nonsense^C\r\n{prompt}echo hi\r\nhi\n"),
        (b"\r", "\r\n"),
    ],
)
def test_a_terminal_shows_a_prompt_and_what_is_typed(phone: VirtualPhone, keys: bytes, seen: str) -> None:
    prompt = "virtual:/ $ "
    assert typed(phone, keys, b"\x04", b"echo never\r", terminal=True) == (
        prompt + seen.format(prompt=prompt) + prompt,
        0,
    )


def test_the_prompt_tells_the_folder(phone: VirtualPhone) -> None:
    assert typed(phone, b"cd /sdcard\r\x04", terminal=True)[0].endswith("\r\nvirtual:/sdcard $ ")
