"""A phone's UI tree: taken as it is, refused where it is none, and never waited for without end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handsight.devices.android import VirtualAndroid, open_virtual, tree
from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.kit.layout import Node
from handsight.devices.virtual.shell.commands import COMMANDS
from handsight.devices.virtual.shell.commands.process import Process, Result
from handsight.errors import DeviceError, NoTree

from ..virtual.tour import tour
from .playground import QUICK

Says = Callable[[list[str]], Result]
GOOD = "<hierarchy rotation='0'><node text='x' bounds='[0,0][9,9]' /></hierarchy>"
NULL_ROOT = "ERROR: null root node returned by UiTestAutomationBridge.\n"
RESTLESS = "ERROR: could not get idle state.\n"


@pytest.fixture(scope="module")
def device() -> Iterator[VirtualAndroid]:
    phone = VirtualPhone()
    phone.settings["global"]["transition_animation_scale"] = "0"
    device = open_virtual(phone, numbers=QUICK)
    yield device
    device.close()


@pytest.fixture
def uiautomator(monkeypatch: pytest.MonkeyPatch) -> Callable[[Says], list[list[str]]]:
    """Let the phone answer so, and note what it was asked; what is written to a file is what would be printed."""

    def answer(says: Says) -> list[list[str]]:
        asked: list[list[str]] = []

        def command(args: list[str], process: Process) -> Result:
            asked.append(args)
            return says(args)

        monkeypatch.setitem(COMMANDS, "uiautomator", command)
        return asked

    return answer


def test_every_page_of_every_app_is_taken_as_it_is(device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch) -> None:
    dump, restless = COMMANDS["uiautomator"], []
    for name, phone in tour():
        monkeypatch.setitem(
            COMMANDS, "uiautomator", lambda args, process, phone=phone: dump(args, replace(process, phone=phone))
        )
        try:
            (root,) = tree.take(device.link)
        except NoTree as problem:
            restless.append((name, str(problem).rpartition("ERROR: ")[2]))
            continue
        assert [as_told(node.attrib) for node in root.iter()] == [as_shown(node) for node in phone.tree().walk()], name
    idle = "could not get idle state."
    assert restless == [("clock main, counting", idle), ("clock main, timing", idle)]


def as_told(said: dict[str, str]) -> tuple[object, ...]:
    words = ("text", "content-desc", "resource-id", "class", "package", "bounds")
    flags = ("checkable", "checked", "clickable", "enabled", "focused", "scrollable", "long-clickable", "password")
    return (*(said[word] for word in words), *(said[flag] == "true" for flag in flags))


def as_shown(node: Node) -> tuple[object, ...]:
    left, top, right, bottom = map(round, node.bounds)
    words = (node.text, node.description, node.resource_id, node.cls, node.package, f"[{left},{top}][{right},{bottom}]")
    flags = (node.checkable, node.checked, node.clickable, node.enabled, node.focused, node.scrollable)
    return (*words, *flags, node.long_clickable, node.password)


def test_what_is_refused_at_first_is_tried_again_and_then_compressed(device: VirtualAndroid, uiautomator) -> None:
    answers = iter([Result(err=NULL_ROOT), Result(err=NULL_ROOT), Result(GOOD)])
    asked = uiautomator(lambda args: next(answers))
    assert tree.take(device.link)[0].get("text") == "x"
    assert ["--compressed" in args for args in asked] == [False, False, True]


@pytest.mark.parametrize("error", [NULL_ROOT, RESTLESS])
def test_what_android_says_is_what_is_wrong(device: VirtualAndroid, uiautomator, error: str) -> None:
    asked = uiautomator(lambda args: Result("WARNING: linker: unused\n", err=error))
    with pytest.raises(NoTree, match=error.strip().rstrip(".")):
        tree.take(device.link)
    assert len(asked) == 3


def test_a_screen_that_never_rests_is_not_waited_for_again(
    device: VirtualAndroid, uiautomator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "_AGAIN_S", -1.0)  # as if the first try had taken its ten seconds
    asked = uiautomator(lambda args: Result(err=RESTLESS))
    with pytest.raises(NoTree, match="idle"):
        tree.take(device.link)
    assert len(asked) == 1


def test_a_phone_that_has_no_terminal_to_write_to_writes_to_a_file_that_is_gone_afterwards(
    device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump = COMMANDS["uiautomator"]
    paths: list[str] = []

    def without_terminal(args: list[str], process: Process) -> Result:
        if args[-1] == "/dev/tty":
            return Result(
                err="java.io.FileNotFoundException: /dev/tty: open failed: ENXIO (No such device or address)\n"
            )
        paths.append(args[-1])
        return dump(args, process)

    device.press("home")
    monkeypatch.setitem(COMMANDS, "uiautomator", without_terminal)
    (root,) = tree.take(device.link)
    assert root.get("package") == "com.android.launcher3"
    (path,) = paths
    assert device.link.ask("ls", path).status != 0


def test_an_old_file_does_not_pass_for_a_tree(device: VirtualAndroid, uiautomator) -> None:
    device.phone.files.write("/sdcard/window_dump.xml", GOOD.encode())
    uiautomator(lambda args: Result(err="java.lang.IllegalStateException: UiAutomationService already registered!\n"))
    with pytest.raises(NoTree, match="already registered"):
        tree.take(device.link)


def test_a_phone_that_does_not_come_to_an_end_is_left_and_stays_usable(
    device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(args: list[str], process: Process) -> Result:
        process.hung_up.wait(20)
        return Result()

    monkeypatch.setitem(COMMANDS, "uiautomator", hang)
    with pytest.raises(NoTree, match="come to an end"):
        tree.take(device.link, timeout_s=0.3)
    monkeypatch.undo()
    assert len(tree.take(device.link)) == 1


def test_a_sleeping_phone_has_no_tree(device: VirtualAndroid) -> None:
    device.phone.awake = False
    try:
        with pytest.raises(NoTree, match="null root"):
            tree.take(device.link)
    finally:
        device.phone.awake = True


def test_no_tree_is_a_device_error_that_a_run_may_go_on_from() -> None:
    assert issubclass(NoTree, DeviceError)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("", "it says nothing"),
        ("Killed", "Killed"),
        ("<hierarchy><node></hierarchy>", "not XML"),
        ("<hierarchy><node text='a", "no tree"),
        ("<hierarchy rotation='0'></hierarchy>", "empty"),
        ("<hierarchy><node text='&bomb;' /></hierarchy>", "not XML"),
        ("<hierarchy><!DOCTYPE x [<!ENTITY b 'b'>]><node text='&b;' /></hierarchy>", "not XML"),
        ("<hierarchy><node text='\x00' /></hierarchy>", "not XML"),
        ("<hierarchy><node text='a' text='b' /></hierarchy>", "not XML"),
        ("<hierarchy>" + "<node>" * 300 + "</node>" * 300 + "</hierarchy>", "250 deep"),
        ("<hierarchy>" + "<node/>" * 60_000 + "</hierarchy>", "larger"),
        ("<hierarchy>" + "<node/>" + " " * 16_000_000 + "</hierarchy>", "bytes"),
    ],
)
def test_what_is_no_tree_is_not_read(said: str, problem: str) -> None:
    with pytest.raises(NoTree, match=problem):
        tree.read(said.encode())


def test_entities_cannot_be_declared() -> None:
    bomb = "<!DOCTYPE b [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'><!ENTITY c '&b;&b;'>]>"
    with pytest.raises(NoTree, match="undefined entity"):
        tree.read(f"<?xml version='1.0'?>{bomb}<hierarchy><node text='&c;' /></hierarchy>".encode())
    outside = "<!DOCTYPE b [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"
    with pytest.raises(NoTree, match="undefined entity"):
        tree.read(f"{outside}<hierarchy><node>&a;</node></hierarchy>".encode())


def test_broken_letters_cost_only_themselves() -> None:
    root = tree.read(b"<hierarchy><node text='a\xff\xe4\xbd\xa0' /></hierarchy>")
    assert root[0].get("text") == "a\ufffd\u4f60"


def test_a_tree_of_three_megabytes_comes_over_whole(device: VirtualAndroid, uiautomator) -> None:
    count = 15_000
    node = "<node text='{}' class='android.widget.TextView' bounds='[0,0][9,9]' content-desc='" + "w" * 130 + "' />"
    large = f"<hierarchy>{''.join(node.format(number) for number in range(count))}</hierarchy>"
    assert len(large) > 3_000_000
    uiautomator(lambda args: Result(f"<?xml version='1.0'?>{large}UI hierchary dumped to: /dev/tty\n"))
    assert [child.get("text") for child in tree.take(device.link)] == list(map(str, range(count)))


@settings(max_examples=300)
@given(st.text(alphabet="<hierarchynode/>&;'\"= \x00", max_size=60), st.integers(0, len(GOOD)))
def test_any_bytes_give_a_tree_or_no_tree(noise: str, at: int) -> None:
    said = (GOOD[:at] + noise + GOOD[at:]).encode()
    try:
        root = tree.read(said)
    except NoTree:
        return
    assert root.tag == "hierarchy"
    assert len(root)
