"""The shell alone, without adb."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.shell.shell import NOT_FOUND, run
from handsight.devices.virtual.shell.syntax import SyntaxProblem, parse


@pytest.fixture
def phone() -> VirtualPhone:
    phone = VirtualPhone(size=(270, 600), apps=[])
    phone.files.write("/sdcard/one.txt", b"1\n")
    phone.files.write("/sdcard/two.txt", b"2\n")
    return phone


@pytest.fixture(scope="module")
def shared_phone() -> VirtualPhone:
    return VirtualPhone(size=(270, 600), apps=[])


def out(phone: VirtualPhone, script: str) -> str:
    """What a script writes that succeeds without a complaint."""
    stdout, stderr, code = run(script, phone)
    assert (stderr, code) == (b"", 0)
    return stdout.decode()


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("echo a  b", "a b\n"),
        ("echo 'a  b'", "a  b\n"),
        ('echo "a  b"', "a  b\n"),
        (r"echo a\ \ b", "a  b\n"),
        (r'echo "a\"b\\c\d$"', 'a"b\\c\\d$\n'),
        ("echo 'it'\\''s'", "it's\n"),
        ("echo '' \"\" x", "  x\n"),
        ("echo -n hi", "hi"),
        ("echo a#b #c", "a#b\n"),
        ("echo a;echo b", "a\nb\n"),
        ("echo a\necho b\n\n", "a\nb\n"),
        ("echo a && echo b || echo c", "a\nb\n"),
        ("false || echo c", "c\n"),
        ("false && echo b; echo d", "d\n"),
        ("true &&\necho b", "b\n"),
        ("echo a \\\n b", "a b\n"),
        ("false; echo $?", "1\n"),
        ("echo $?$HOME${EXTERNAL_STORAGE}", "0//sdcard\n"),
        ("X=5; echo $X '$X' \"$X\" \\$X ${X}0", "5 $X 5 $X 50\n"),
        ("X='a  b'; echo $X \"$X\"", "a b a  b\n"),
        ("X='a b'; echo x$X'y'", "xa by\n"),
        ("X=1 env | grep ^X=", "X=1\n"),
        ('echo $UNSET; echo "$UNSET"', "\n\n"),
        ("echo 'a\nb' | grep b", "b\n"),
        ("echo hi | cat | cat", "hi\n"),
        ("echo lost > /dev/null", ""),
        ("foo 2>/dev/null || echo none", "none\n"),
        ("foo 2>&1 | wc -l", "1\n"),
        ("echo a >/sdcard/f; echo b >> /sdcard/f; cat </sdcard/f", "a\nb\n"),
        ("echo a>/sdcard/f 2>&1; cat /sdcard/f", "a\n"),
        ("foo >/sdcard/f 2>&1; cat /sdcard/f", "/system/bin/sh: foo: inaccessible or not found\n"),
        ("echo $(echo a; echo b) `echo c`", "a b c\n"),
        ("echo \"$(echo 'a  b')\"", "a  b\n"),
        ("echo $(echo $(echo deep))", "deep\n"),
        ("cd /sdcard && pwd && cat one.txt", "/sdcard\n1\n"),
        ("cat /sdcard/*.txt", "1\n2\n"),
        ("cd /sdcard; echo *.txt", "one.txt two.txt\n"),
        ("echo '/sdcard/*.txt' /sdcard/*.none", "/sdcard/*.txt /sdcard/*.none\n"),
        ("/system/bin/echo hi", "hi\n"),
        ("[ -d /sdcard ] && test ! -e /none && [ 2 -gt 1 ] && [ a = a ] && echo yes", "yes\n"),
        ("echo é中", "é中\n"),
        ("echo a & echo b", "a\nb\n"),
        ("", ""),
        ("   # nothing", ""),
    ],
)
def test_a_script_means_what_it_means_on_a_phone(phone: VirtualPhone, script: str, expected: str) -> None:
    assert out(phone, script) == expected


@pytest.mark.parametrize(
    ("script", "complaint", "code"),
    [
        ("foo", "/system/bin/sh: foo: inaccessible or not found\n", 127),
        ("/bin/ls", "/system/bin/sh: /bin/ls: inaccessible or not found\n", 127),
        ("exit 3", "", 3),
        ("true; exit 300", "", 44),
        ("false", "", 1),
        ("false | true", "", 0),
        ("true | false", "", 1),
        ("cat /none", "cat: /none: No such file or directory\n", 1),
        ("cat < /none", "/system/bin/sh: can't open /none: No such file or directory\n", 1),
        ("echo a > /system/a", "/system/bin/sh: can't create /system/a: Read-only file system\n", 1),
        ("echo a > /sdcard/no/a", "/system/bin/sh: can't create /sdcard/no/a: No such file or directory\n", 1),
        ("echo 'a", "/system/bin/sh: syntax error: no closing quote\n", 1),
        ('echo "a', "/system/bin/sh: syntax error: no closing quote\n", 1),
        ("echo `a", "/system/bin/sh: syntax error: no closing quote\n", 1),
        ("echo $(a", "/system/bin/sh: syntax error: unexpected end of file\n", 1),
        ("echo a |", "/system/bin/sh: syntax error: unexpected end of file\n", 1),
        ("echo a &&", "/system/bin/sh: syntax error: unexpected end of file\n", 1),
        ("; echo a", "/system/bin/sh: syntax error: unexpected ';'\n", 1),
        ("echo a || | b", "/system/bin/sh: syntax error: unexpected '|'\n", 1),
        ("echo a >", "/system/bin/sh: syntax error: unexpected 'newline'\n", 1),
        ("(echo a)", "/system/bin/sh: syntax error: unexpected '('\n", 1),
        ("cd /none", "/system/bin/sh: cd: /none: No such file or directory\n", 2),
    ],
)
def test_a_failure_has_the_words_and_the_exit_code_of_a_phone(
    phone: VirtualPhone, script: str, complaint: str, code: int
) -> None:
    assert run(script, phone) == (b"", complaint.encode(), code)


def test_control_flow_is_refused_rather_than_misread(phone: VirtualPhone) -> None:
    stdout, stderr, code = run("if true; then rm -r /sdcard/one.txt; fi", phone)
    assert (stdout, code) == (b"", 1)
    assert b"no control flow" in stderr
    assert phone.files.exists("/sdcard/one.txt")


def test_a_script_that_does_not_parse_does_nothing(phone: VirtualPhone) -> None:
    run("rm /sdcard/one.txt; echo 'open", phone)
    assert phone.files.exists("/sdcard/one.txt")


def test_output_and_complaints_are_apart_and_nothing_is_lost(phone: VirtualPhone) -> None:
    assert run("echo a; foo; echo b; exit 9; echo c", phone) == (
        b"a\nb\n",
        b"/system/bin/sh: foo: inaccessible or not found\n",
        9,
    )


def test_standard_input_reaches_the_first_of_a_pipeline(phone: VirtualPhone) -> None:
    assert run("cat | grep b", phone, b"a\nb\n")[0] == b"b\n"


def test_bytes_that_are_no_text_pass_unharmed(phone: VirtualPhone) -> None:
    data = bytes(range(256)) * 3
    phone.files.write("/sdcard/data", data)
    assert run("cat /sdcard/data | cat > /sdcard/copy; cat /sdcard/copy", phone)[0] == data


@pytest.mark.parametrize("script", ["echo $(rm /sdcard/one.txt)", "`rm /sdcard/one.txt`", "X=$(rm /sdcard/one.txt)"])
def test_quotes_keep_a_command_from_running(phone: VirtualPhone, script: str) -> None:
    run(f"echo '{script}'", phone)
    assert phone.files.exists("/sdcard/one.txt")
    run(script, phone)
    assert not phone.files.exists("/sdcard/one.txt")


def test_a_parsed_script_tells_its_structure() -> None:
    first, second = parse("A=1 b 'c d' >e | f && g 2>>h")
    assert [len(command.words) for command in first.commands] == [2, 1]
    assert first.commands[0].assignments[0][0] == "A"
    assert (first.after, second.after) == (";", "&&")
    assert (second.commands[0].redirects[0].fd, second.commands[0].redirects[0].append) == (2, True)
    with pytest.raises(SyntaxProblem):
        parse("a | ; b")


@given(st.text(alphabet="ab$`'\"\\ ;&|<>()#*=?{}\n2é", max_size=25))
def test_no_text_at_all_breaks_the_shell(shared_phone: VirtualPhone, script: str) -> None:
    stdout, stderr, code = run(script, shared_phone)
    assert 0 <= code <= 255
    if code == NOT_FOUND:
        assert b"inaccessible or not found" in stderr


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=12), min_size=1, max_size=4))
def test_what_shlex_quotes_arrives_as_it_was(shared_phone: VirtualPhone, words: list[str]) -> None:
    assert run(shlex.join(["echo", "--", *words]), shared_phone)[0].decode() == " ".join(["--", *words]) + "\n"
