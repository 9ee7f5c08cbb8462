"""What a person does to a phone in the hand is seen through the real adb, as the gesture that does the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from handsight.devices.android import VirtualAndroid, field, open_virtual
from handsight.devices.android.dumpsys import Viewport, viewport
from handsight.devices.android.field import Field
from handsight.devices.android.watching import AndroidWatch
from handsight.devices.android.written import GONE, UNREAD, Writing
from handsight.devices.base import Gesture, Watch, Watched
from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.shell.commands import COMMANDS
from handsight.devices.virtual.shell.commands.process import Process, Result
from handsight.errors import DeviceLost, NoDevice
from handsight.types import MASKED

from .playground import QUICK, WatchedPhone

PATIENCE = 200  # looks


@pytest.fixture
def phone() -> WatchedPhone:
    return WatchedPhone()


@pytest.fixture
def device(phone: WatchedPhone) -> Iterator[VirtualAndroid]:
    device = open_virtual(phone, numbers=QUICK)
    yield device
    device.close()


@pytest.fixture
def watch(device: VirtualAndroid) -> Iterator[AndroidWatch]:
    device.screenshot()
    with device.watch() as watch:
        assert isinstance(watch, AndroidWatch)
        while not device.phone.hardware.listened:
            watch.take(0.01)
        yield watch


def seen(watch: AndroidWatch, device: VirtualAndroid, count: int = 1) -> list[Gesture]:
    """The next gestures; the screen is looked at meanwhile, as whoever records does."""
    told: list[Gesture] = []
    for _ in range(PATIENCE):
        told += watch.take(0.05)
        if len(told) >= count:
            break
        device.glance()
    return told


def until(watch: AndroidWatch, device: VirtualAndroid, holds: Callable[[], bool]) -> None:
    for _ in range(PATIENCE):
        assert watch.take(0.05) == []
        device.glance()
        if holds():
            return
    raise AssertionError("it never came to that")


def test_a_phone_can_be_watched(device: VirtualAndroid) -> None:
    assert isinstance(device, Watched)


def test_a_tap_a_press_and_a_swipe_are_what_they_were(watch: AndroidWatch, device: VirtualAndroid) -> None:
    wide, high = device.phone.size
    me = device.phone.person
    me.tap(540, 1200)
    me.tap(300, 600, 0.7)
    me.swipe(540, 1800, 500, 900, 0.3)
    tap, press, swipe = seen(watch, device, 3)
    assert (tap.tool, tap.arguments) == ("tap", {})
    assert tap.places["at"] == pytest.approx((540 / wide, 1200 / high), abs=1e-4)
    assert press.tool == "long_press"
    assert 0.7 <= press.arguments["seconds"] < 3
    assert swipe.tool == "swipe"
    assert swipe.places["start"] == pytest.approx((540 / wide, 1800 / high), abs=1e-4)
    assert swipe.places["end"] == pytest.approx((500 / wide, 900 / high), abs=1e-4)
    assert 0.3 <= swipe.arguments["seconds"] < 3
    assert tap.began < tap.ended <= press.began < press.ended <= swipe.began


def test_what_a_program_does_is_not_a_persons(watch: AndroidWatch, device: VirtualAndroid) -> None:
    device.press("volume_up")
    device.phone.person.press("volume_down")
    assert [gesture.arguments for gesture in seen(watch, device)] == [{"key": "volume_down"}]


def test_what_no_tool_does_is_said(watch: AndroidWatch, device: VirtualAndroid) -> None:
    device.phone.person.pinch(500, 900, 300)
    (gesture,) = seen(watch, device)
    assert (gesture.tool, "several fingers" in gesture.words) == ("", True)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_places_are_those_of_the_picture_however_it_is_turned(
    watch: AndroidWatch, device: VirtualAndroid, turns: int
) -> None:
    device.phone.rotation = turns
    wide, high = device.screenshot().size
    device.phone.person.tap(100, 200)
    (tap,) = seen(watch, device)
    assert tap.places["at"] == pytest.approx((100 / wide, 200 / high), abs=1e-3)


def test_swipes_that_the_system_takes_are_its_keys(watch: AndroidWatch, device: VirtualAndroid) -> None:
    device.phone.settings["secure"]["navigation_mode"] = "2"
    device.screenshot()
    me = device.phone.person
    me.swipe(2, 1200, 600, 1210, 0.1)
    me.swipe(540, 2395, 540, 1500, 0.1)
    me.swipe(540, 2395, 540, 1500, 0.8)
    assert [gesture.arguments["key"] for gesture in seen(watch, device, 3)] == ["back", "home", "app_switch"]


def test_a_panel_that_adb_may_not_see_is_said(device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = "could not open /dev/input/event2, Permission denied\n"
    monkeypatch.setitem(COMMANDS, "getevent", lambda args, process: Result(err=refused))
    with pytest.raises(NoDevice, match="Permission denied"), device.watch():
        pass


def wait_in_vain(watch: Watch) -> None:
    for _ in range(PATIENCE):
        assert [gesture.tool for gesture in watch.take(0.05) if gesture.tool] == []


def test_a_phone_that_stops_telling_is_not_asked_for_ever(
    device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = COMMANDS["getevent"]
    monkeypatch.setitem(
        COMMANDS, "getevent", lambda args, process: honest(args, process) if "-pl" in args else Result()
    )
    monkeypatch.setattr("handsight.devices.android.watching._REOPEN_S", 0)
    with device.watch() as watch, pytest.raises(DeviceLost, match="`getevent -lt` ends at once"):
        wait_in_vain(watch)


def test_whatever_ends_the_listening_is_told(device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(line: str) -> None:
        raise ValueError(line)

    monkeypatch.setattr("handsight.devices.android.getevent.event", stumble)
    with device.watch() as watch, pytest.raises(ValueError, match="add device"):
        wait_in_vain(watch)


def test_hostile_lines_are_passed_over(device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = COMMANDS["getevent"]

    def noisy(args: list[str], process: Process) -> Result:
        if args == ["-lt"]:
            process.write(b"\xff\x00\x1b[2J" * 5000 + b"\n[9" + b"9" * 20000)
            process.write(b"\n[       1.000000] /dev/input/event2: EV_ABS       ABS_MT_SLOT          7fffffff  \r\n")
            process.write(b"[999999999999.000000] /dev/input/event9: EV_KEY       KEY_HOME  SIDEWAYS  \r\n")
        return honest(args, process)

    monkeypatch.setitem(COMMANDS, "getevent", noisy)
    device.screenshot()
    with device.watch() as watch:
        while not device.phone.hardware.listened:
            watch.take(0.01)
        device.phone.person.tap(540, 1200)
        assert isinstance(watch, AndroidWatch)
        assert [gesture.tool for gesture in seen(watch, device)] == ["tap"]


def test_a_link_that_breaks_is_mended_and_the_gap_is_said(watch: AndroidWatch, device: VirtualAndroid) -> None:
    device.phone.person.tap(540, 1200)
    assert len(seen(watch, device)) == 1
    device.phone.drop_links()
    (gap,) = seen(watch, device)
    assert (gap.tool, "meanwhile" in gap.words) == ("", True)
    while not device.phone.hardware.listened:
        watch.take(0.01)
    device.phone.person.tap(540, 1300)
    assert [gesture.tool for gesture in seen(watch, device)] == ["tap"]


def test_a_phone_that_is_gone_is_lost_once_all_was_told(
    watch: AndroidWatch, device: VirtualAndroid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handsight.devices.android.link.MEND_S", 0.3)
    device.phone.person.tap(540, 1200)
    assert len(watch.take(5)) == 1
    device.phone.close()
    for _ in range(2):  # and it stays so
        with pytest.raises(DeviceLost):
            waited(watch)


def waited(watch: AndroidWatch) -> None:
    for _ in range(PATIENCE):
        watch.take(0.1)


# What is written


@pytest.fixture
def notes(phone: WatchedPhone) -> Iterator[VirtualAndroid]:
    phone = VirtualPhone()  # type: ignore[assignment]
    phone.settings["global"]["transition_animation_scale"] = "0"
    device = open_virtual(phone, numbers=QUICK)
    phone.launch("org.handsight.notes")
    yield device
    device.close()


def place(phone: VirtualPhone, text: str) -> tuple[float, float]:
    node = next(node for node in phone.tree().walk() if text in (node.text, node.description))
    left, top, right, bottom = node.bounds
    return (left + right) / 2, (top + bottom) / 2


def test_what_is_written_is_the_text_of_its_field_and_its_keys_are_no_taps(notes: VirtualAndroid) -> None:
    me = notes.phone.person
    notes.screenshot()
    with notes.watch() as watch:
        assert isinstance(watch, AndroidWatch)
        while not notes.phone.hardware.listened:
            watch.take(0.01)
        me.tap(*place(notes.phone, "New note"))
        assert [gesture.tool for gesture in seen(watch, notes)] == ["tap"]
        me.tap(*place(notes.phone, "Title"))
        assert [gesture.tool for gesture in seen(watch, notes)] == ["tap"]
        until(watch, notes, lambda: watch._writing._known)
        me.write("Milkk\b")
        until(watch, notes, lambda: watch._writing._seen is not None)
        assert watch.begun()
        me.press("volume_up")
        told = seen(watch, notes, 2)
        assert [(g.tool, g.arguments) for g in told][-2:] == [
            ("type_text", {"text": "Milk"}),
            ("press", {"key": "volume_up"}),
        ]
        assert watch.begun() == ()
        assert watch.finish() == []


def test_the_key_that_puts_the_keyboard_away_is_enter(notes: VirtualAndroid) -> None:
    me = notes.phone.person
    notes.screenshot()
    with notes.watch() as watch:
        assert isinstance(watch, AndroidWatch)
        while not notes.phone.hardware.listened:
            watch.take(0.01)
        me.tap(*place(notes.phone, "New note"))
        seen(watch, notes)
        me.tap(*place(notes.phone, "Title"))
        seen(watch, notes)
        until(watch, notes, lambda: watch._writing._known)
        me.write("Tea")
        until(watch, notes, lambda: watch._writing._seen is not None)
        me.write("\n")
        told = seen(watch, notes, 2)
        assert [(g.tool, g.arguments) for g in told][-2:] == [
            ("type_text", {"text": "Tea"}),
            ("press", {"key": "enter"}),
        ]


class Fields:
    """Fields that are read one after the other; the last for ever."""

    def __init__(self, *fields: Field | None) -> None:
        self.fields = [*fields]

    def __call__(self) -> Field | None:
        return self.fields.pop(0) if len(self.fields) > 1 else self.fields[0]


def written(*fields: Field | None, ready: bool = True, rest: bool = True) -> list[tuple[str, object]]:
    writing = Writing(Fields(*fields))
    if ready:
        writing.ready()
    writing.key(1.0, 1.1)
    if rest:
        writing.rest(1.2)  # the fingers do not rest yet
        writing.rest(9.0)
    return [(gesture.tool, gesture.arguments.get("text", gesture.words)) for gesture in writing.end()]


TITLE = Field("Title", hint="Title", id="app:id/title")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (written(TITLE, Field("Milk", id="app:id/title")), [("type_text", "Milk")]),
        (written(Field("Mil"), Field("Milk")), [("clear_text", ""), ("type_text", "Milk")]),
        (written(Field("Milk"), Field("")), [("clear_text", "")]),
        (written(Field("Milk"), Field("Milk")), []),
        (written(None, Field("Milk")), [("clear_text", ""), ("type_text", "Milk")]),
        (written(Field("", password=True), Field("•••••", password=True)), [("type_text", MASKED)]),
        (written(Field("", password=True), None), [("type_text", MASKED)]),
        (written(Field("Milk"), None), [("", UNREAD)]),
        (written(TITLE, Field("x", id="app:id/other"), rest=False), [("", UNREAD)]),  # another field, by now
        (written(Field("a"), Field("b"), rest=False), [("", UNREAD)]),  # perhaps another field
        (written(TITLE, Field("Milk", id="app:id/title"), rest=False), [("type_text", "Milk")]),
        (written(Field("Milk"), ready=False), [("clear_text", ""), ("type_text", "Milk")]),
    ],
)
def test_a_text_is_told_from_what_its_field_held_before(
    told: list[tuple[str, object]], expected: list[tuple[str, str]]
) -> None:
    assert told == expected


def test_a_text_that_is_gone_again_is_not_passed_over() -> None:
    writing = Writing(Fields(Field(""), Field("Hello"), Field("")))
    writing.ready()
    writing.key(1.0, 1.1)
    writing.rest(2.0)
    writing._touched = writing._looked  # a further key
    writing.rest(writing._touched + 1)
    assert [gesture.words for gesture in writing.end()] == [GONE]


def test_a_field_that_is_read_knows_its_id(notes: VirtualAndroid) -> None:
    notes.phone.person.tap(*place(notes.phone, "New note"))
    notes.phone.person.tap(*place(notes.phone, "Title"))
    found = field.read(notes.link)
    assert found
    assert ":id/" in found.id


@pytest.mark.parametrize(
    ("dump", "at", "shown"),
    [
        ("", (0.25, 0.5), (0.25, 0.5)),
        ("DisplayViewport{displayId=0, orientation=1, deviceWidth=2400, deviceHeight=1080}", (1, 0), (0, 0)),
        ("DisplayViewport{displayId=2, orientation=1, deviceWidth=9, deviceHeight=9}", (0.25, 0.5), (0.25, 0.5)),
        (
            "DisplayViewport{displayId=0, orientation=0, physicalFrame=Rect(0, 100 - 1000, 1900), deviceWidth=1000, "
            "deviceHeight=2000}",
            (0.5, 0.05),
            (0.5, 0.0),
        ),
        (
            "DisplayViewport{displayId=0, physicalFrame=Rect(5, 5 - 5, 5), deviceWidth=0, deviceHeight=0}",
            (0.3, 0.4),
            (0.3, 0.4),
        ),
    ],
)
def test_the_panel_lies_under_the_picture_as_the_display_says(
    dump: str, at: tuple[float, float], shown: tuple[float, float]
) -> None:
    found = viewport(dump)
    assert isinstance(found, Viewport)
    assert found.shown(*at) == pytest.approx(shown)


def test_the_stream_ends_where_it_is_told_to(device: VirtualAndroid) -> None:
    over = threading.Event()
    chunks = device.link.stream("getevent", "-lt", over=over)
    assert next(chunks).startswith(b"add device 1")
    over.set()
    assert [*chunks] == []
