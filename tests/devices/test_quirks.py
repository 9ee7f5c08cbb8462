"""Each quirk of real phones that the contract suite cannot run on, or of which it does not see the point."""

from __future__ import annotations

import logging
import struct
from collections.abc import Callable, Iterator

import pytest

from handsight import ScriptedModel, open_agent
from handsight.devices.android import VirtualAndroid, open_virtual, swiping
from handsight.devices.android.dumpsys import Front, Inset
from handsight.devices.base import changed_near
from handsight.devices.settle import Settle
from handsight.devices.virtual.quirks import QUIRKS, motion
from handsight.devices.virtual.quirks.pictures import COVER_ID
from handsight.devices.virtual.quirks.screens import TURN_S
from handsight.devices.virtual.shell.shell import run
from handsight.devices.virtual.timing import StillClock
from handsight.errors import (
    CaptureFailed,
    InputRefused,
    NeedsHuman,
    NoTree,
    ScreenSecure,
    TargetChanged,
    ToolFailed,
    UnknownName,
)
from handsight.tools.gestures import gestures_for
from handsight.tools.registry import Tools
from handsight.types import Point, Prompt, ToolCall

from .playground import QUICK, WatchedPhone

Quirky = Callable[..., VirtualAndroid]


@pytest.fixture
def quirky() -> Iterator[Quirky]:
    """Open a phone with these quirks."""
    opened: list[VirtualAndroid] = []

    def open_it(*quirks: str, numbers: Settle = QUICK, **options: object) -> VirtualAndroid:
        opened.append(open_virtual(WatchedPhone(quirks=quirks, **options), numbers=numbers))
        return opened[-1]

    yield open_it
    for device in opened:
        device.close()


def watched(device: VirtualAndroid) -> WatchedPhone:
    assert isinstance(device.phone, WatchedPhone)
    return device.phone


def shell(device: VirtualAndroid, *words: str) -> str:
    ran = device.link.ask(*words)
    return ran.stdout + ran.stderr


# The table


@pytest.mark.parametrize("name", QUIRKS)
def test_a_quirk_says_what_it_is_where_it_was_seen_and_what_is_done_about_it(name: str) -> None:
    quirk = QUIRKS[name]
    for words in (quirk.what, quirk.seen, quirk.answer):
        assert 10 < len(words) < 160
        assert not words.endswith(".")
        assert "|" not in words  # it is a cell of a table


def test_a_quirk_that_nobody_knows_is_answered_with_the_list() -> None:
    with pytest.raises(UnknownName, match=r"no quirk is called 'fold'; there are: linker-warning, foldable, raw-12"):
        WatchedPhone(quirks=("fold",))


@pytest.mark.parametrize("name", QUIRKS)
def test_a_quirk_is_nothing_but_a_switch(name: str) -> None:
    """A phone without it answers as ever: nothing of a quirk is left in what phones share."""
    now = StillClock().now  # a minute that passes is seen on the screen
    before = answers(WatchedPhone(serial="one", now=now))
    quirky = answers(WatchedPhone(serial="one", now=now, quirks=(name,)))
    assert answers(WatchedPhone(serial="one", now=now)) == before
    assert quirky != before or QUIRKS[name] in motion.QUIRKS or name in ("turns", "cut-short", "no-touch-silent")


def answers(phone: WatchedPhone) -> list[tuple[bytes, bytes, int]]:
    """What a phone's shell says to the questions whose answers differ between phones."""
    asked = ("window", "power", "display", "SurfaceFlinger --display-id")
    commands = [*(f"dumpsys {service}" for service in asked), "settings list system", "wm size", "wm dismiss-keyguard"]
    return [
        run(command, phone) for command in (*commands, "screencap", "screencap -p", "uiautomator dump", "input tap 1 1")
    ]


# Pictures


def test_without_an_id_a_foldable_shows_the_wrong_panel_behind_a_warning(quirky: Quirky) -> None:
    device = quirky("foldable")
    said = device.link.fetch("screencap", "-p")
    assert said.startswith(b"[Warning] Multiple displays were found, but no display id was specified!")
    assert device.screenshot().image.getbbox() is not None


def test_a_foldable_is_followed_when_it_is_folded_and_unfolded(quirky: Quirky) -> None:
    device = quirky("foldable")
    inner = device.screenshot()
    shell(device, "cmd", "device_state", "state", "0")
    cover = device.screenshot()
    assert (inner.size, cover.size) == ((1080, 2400), (972, 1920))
    assert cover.image.getbbox() is not None
    assert COVER_ID in shell(device, "dumpsys", "display")
    device.tap(Point(900, 1900), on=cover)
    assert watched(device).events[-1] == ("tap", 900, 1900)
    shell(device, "cmd", "device_state", "state", "3")
    assert device.screenshot().size == inner.size


def test_an_act_decided_on_the_other_panel_is_refused(quirky: Quirky) -> None:
    device = quirky("foldable")
    screen = device.screenshot()
    shell(device, "cmd", "device_state", "state", "0")
    with pytest.raises(TargetChanged):
        call(device, "tap", screen, at=Point(500, 500))
    assert watched(device).events == []


@pytest.mark.parametrize(("quirk", "bytes_of"), [("raw-12", 12), ("rgbx", 16)])
def test_an_odd_raw_picture_is_read_right(quirky: Quirky, quirk: str, bytes_of: int) -> None:
    device = quirky(quirk)
    raw = device.link.fetch("screencap")
    assert len(raw) == bytes_of + 4 * 1080 * 2400
    assert struct.unpack_from("<I", raw, 8) == ((2,) if quirk == "rgbx" else (1,))
    assert device.screenshot().image.tobytes() == watched(device).frame().tobytes()


@pytest.mark.parametrize("quirk", ["linker-warning", "png-only", "png-cut", "cut-short", "foldable"])
def test_no_picture_of_many_is_wrong(quirky: Quirky, quirk: str) -> None:
    device = quirky(quirk)
    expected = watched(device).frame().tobytes()
    for _ in range(7):
        assert device.glance().image.tobytes() == expected


def test_a_capture_that_fails_is_said_in_the_phones_own_words(quirky: Quirky) -> None:
    device = quirky("no-capture")
    with pytest.raises(CaptureFailed, match=r"Failed to take screenshot\. Status: -2"):
        device.screenshot()


# What the screen is


@pytest.mark.parametrize("quirk", ["secure", "secure-refused"])
def test_a_secret_screen_is_named_and_never_shown(quirky: Quirky, quirk: str) -> None:
    device = quirky(quirk)
    with pytest.raises(ScreenSecure, match=r"org\.example\.playground forbids"):
        device.screenshot()
    watched(device).keeps_secret = False
    if quirk == "secure":
        assert device.screenshot().app == "org.example.playground"


@pytest.mark.parametrize("quirk", ["asleep", "dozing", "swipe-lock", "swipe-lock-old"])
def test_a_phone_without_a_secret_is_brought_up(quirky: Quirky, quirk: str) -> None:
    phone = watched(quirky(quirk))
    assert (phone.awake, phone.locked) == (True, False)
    assert ("key", 26) not in phone.events


def test_a_lock_without_a_secret_is_dismissed_on_a_screen_that_is_on(quirky: Quirky) -> None:
    device = quirky()
    watched(device).locked = True
    device.wake()
    assert not watched(device).locked


@pytest.mark.parametrize("awake", [True, False])
def test_a_phone_that_wants_a_pin_needs_a_human_and_is_not_swiped_at(quirky: Quirky, awake: bool) -> None:
    phone = WatchedPhone(quirks=("pin-lock",))
    phone.awake = awake
    with pytest.raises(NeedsHuman, match="PIN, pattern or finger: unlock it by hand") as stop:
        open_virtual(phone, numbers=QUICK)
    assert (stop.value.outcome.kind, stop.value.exit_code) == ("needs_human", 5)
    assert [event for event in phone.events if event[0] != "key"] == []
    assert phone.locked


def test_a_lock_that_no_way_opens_needs_a_human(monkeypatch: pytest.MonkeyPatch) -> None:
    from handsight.devices.android import waking

    monkeypatch.setattr(waking, "UNLOCK_S", 0.0)
    phone = WatchedPhone(quirks=("swipe-lock-old",))
    monkeypatch.setattr(phone, "swipe", lambda *path: None)
    with pytest.raises(NeedsHuman, match="stays locked"):
        open_virtual(phone, numbers=QUICK)


@pytest.mark.parametrize("gesture", ["tap", "swipe"])
def test_a_screen_that_turned_in_the_middle_of_a_step_is_not_touched(quirky: Quirky, gesture: str) -> None:
    still = StillClock()
    device = quirky("turns", clock=still, sleep=still.sleep, now=still.now)
    screen = device.screenshot()
    still.sleep(TURN_S)
    places = {"tap": {"at": Point(500, 1800)}, "swipe": {"start": Point(500, 1800), "end": Point(500, 900)}}
    with pytest.raises(TargetChanged, match="nothing was touched"):
        call(device, gesture, screen, **places[gesture])
    assert watched(device).events == []
    again = device.screenshot()
    assert again.size == (2400, 1080)
    call(device, "tap", again, at=Point(2000, 700))
    assert watched(device).events[-1] == ("tap", 2000, 700)


def test_a_cutout_takes_nothing_from_the_space_of_touches(quirky: Quirky) -> None:
    device = quirky("cutout")
    said = shell(device, "dumpsys", "window", "displays")
    assert "cur=1080x2400 app=1080x2316" in said
    assert "type=displayCutout frame=[0,0][1080,84]" in said
    device.tap(Point(1079, 2399), on=device.screenshot())
    assert watched(device).events[-1] == ("tap", 1079, 2399)


def test_a_phone_without_a_tree_types_and_says_that_nobody_read_it_back(quirky: Quirky) -> None:
    device = quirky("no-tree")
    device.tap(Point(300, 420), on=device.screenshot())
    assert "could not be read back" in device.type_text("für dich")
    assert watched(device).playground.text == "für dich"
    with pytest.raises(NoTree, match="idle state"):
        device.elements(device.screenshot())


# Motion


@pytest.mark.parametrize("quirk", ["caret", "spinner", "video", "120hz"])
def test_what_never_rests_is_seen_not_to_hold_up_nor_to_hide_a_change(quirky: Quirky, quirk: str) -> None:
    device = quirky(quirk, numbers=Settle())
    first = device.screenshot()
    assert first.settled == "quiet"
    looks = (device.glance().image.tobytes() for _ in range(100))
    assert any(first.image.tobytes() != look for look in looks) or quirk == "caret"
    call(device, "tap", first, at=Point(300, 1500))  # a row: a dialog comes up
    after = device.screenshot()
    assert after.settled == "quiet"
    assert changed_near(first, after, Point(540, 1200))
    call(device, "tap", after, at=Point(1079, 1200))  # beside the dialog: it goes, or nothing happens
    assert device.screenshot().settled in ("quiet", "unchanged")


def test_a_tap_beside_a_video_is_not_refused(quirky: Quirky) -> None:
    device = quirky("video", numbers=Settle())
    screen = device.screenshot()
    assert screen.moving is not None
    call(device, "tap", screen, at=Point(600, 1580))
    assert watched(device).events[-1][0] == "tap"


def test_a_video_over_everything_is_a_restless_screen(quirky: Quirky) -> None:
    numbers = Settle(cap_s=1.5)
    screen = quirky("whole-video", numbers=numbers).screenshot()
    assert (screen.settled, screen.size) == ("restless", (1080, 2400))


# Touches


@pytest.mark.parametrize("quirk", ["no-touch", "no-touch-old"])
@pytest.mark.parametrize("act", ["tap", "swipe", "long_press", "press", "type_text"])
def test_refused_touches_name_the_switch(quirky: Quirky, quirk: str, act: str) -> None:
    device = quirky(quirk)
    screen, place = device.screenshot(), Point(500, 900)
    acts: dict[str, Callable[[], object]] = {
        "tap": lambda: device.tap(place, on=screen),
        "swipe": lambda: device.swipe(place, Point(500, 300), 0.2, on=screen),
        "long_press": lambda: device.long_press(place, 0.6, on=screen),
        "press": lambda: device.press("home"),
        "type_text": lambda: device.type_text("hello"),
    }
    with pytest.raises(InputRefused, match=r"USB debugging \(Security settings\)"):
        acts[act]()
    assert watched(device).events == []


def test_touches_that_are_lost_silently_leave_the_screen_unchanged(quirky: Quirky) -> None:
    device = quirky("no-touch-silent")
    for _ in range(2):
        device.tap(Point(300, 1500), on=device.screenshot())
        assert device.screenshot().settled == "unchanged"


def test_lines_over_the_screen_are_warned_of_once(quirky: Quirky, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="handsight"):
        device = quirky("pointer-location")
        screen = device.screenshot()
        device.tap(Point(1000, 400), on=screen)
        after = device.screenshot()
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "the developer option 'Pointer location' of the phone is on"
    ]
    assert after.image.getpixel((1000, 1200)) == (0, 96, 255)
    assert watched(device).events[-1] == ("tap", 1000, 400)


def test_a_phone_without_lines_is_not_warned_of(quirky: Quirky, caplog: pytest.LogCaptureFixture) -> None:
    quirky()
    assert caplog.records == []


@pytest.mark.parametrize("seconds", [0.05, 0.3, 0.75, 2.0])
def test_swipes_and_presses_take_as_long_as_was_said(quirky: Quirky, seconds: float) -> None:
    """By the phone's clock, which only gestures move here."""
    still = StillClock()
    device = quirky(clock=still, sleep=still.sleep, now=still.now)
    screen, began = device.screenshot(), still()
    device.long_press(Point(500, 1500), seconds, on=screen)
    pressed = still()
    device.swipe(Point(500, 1500), Point(500, 1000), seconds, on=screen)
    assert pressed - began == pytest.approx(seconds, abs=0.002)
    assert still() - pressed == pytest.approx(seconds, abs=0.002)


# Where a swipe may begin


def test_a_swipe_from_the_side_begins_inside_where_gestures_navigate(quirky: Quirky) -> None:
    device = quirky("gesture-navigation")
    screen = device.screenshot()
    remark = call(device, "swipe", screen, start=Point(5, 1200), end=Point(800, 1200))
    assert remark == f"Swiped. {swiping.BACK}"
    assert watched(device).events[-1][1:5] == (53, 1200, 800, 1200)
    assert device.screenshot().app == "org.example.playground"
    assert call(device, "swipe", screen, start=Point(1079, 1200), end=Point(200, 1200)) == f"Swiped. {swiping.BACK}"
    assert watched(device).events[-1][1:3] == (1026, 1200)


def test_a_swipe_from_the_bottom_scrolls_and_does_not_go_home(quirky: Quirky) -> None:
    device = quirky("gesture-navigation")
    screen = device.screenshot()
    assert call(device, "swipe", screen, start=Point(540, 2390), end=Point(540, 1200)) == f"Swiped. {swiping.HOME}"
    after = device.screenshot()
    assert (after.app, after.settled) == ("org.example.playground", "quiet")


def test_the_same_swipe_unmoved_would_have_gone_home(quirky: Quirky) -> None:
    device = quirky("gesture-navigation")
    shell(device, "input", "swipe", "540", "2390", "540", "1200")
    assert device.screenshot().app != "org.example.playground"


def test_swipes_are_left_alone_where_buttons_navigate(quirky: Quirky) -> None:
    device = quirky()
    assert call(device, "swipe", device.screenshot(), start=Point(5, 1200), end=Point(800, 1200)) == "Swiped."
    assert watched(device).events[-1][1:3] == (5, 1200)


def test_a_swipe_on_the_soft_keyboard_is_refused_and_works_once_that_is_away(quirky: Quirky) -> None:
    device = quirky(ime="none")  # so that the phone's own keyboard is up
    device.tap(Point(300, 420), on=device.screenshot())
    screen = device.screenshot()
    assert watched(device).ime_shown
    watched(device).events.clear()
    with pytest.raises(ToolFailed, match="soft keyboard.*nothing was touched.*press escape"):
        call(device, "swipe", screen, start=Point(540, 2100), end=Point(540, 900))
    assert watched(device).events == []
    assert call(device, "swipe", screen, start=Point(540, 1200), end=Point(540, 700)) == "Swiped."
    device.press("escape")
    screen = device.screenshot()
    assert call(device, "swipe", screen, start=Point(540, 2100), end=Point(540, 900)) == "Swiped."


STRIPS = (
    Inset("systemGestures", 0, 0, 78, 2424),
    Inset("systemGestures", 1002, 0, 1080, 2424),
    Inset("mandatorySystemGestures", 0, 2340, 1080, 2424),
    Inset("mandatorySystemGestures", 0, 0, 1080, 174),
)
FRONT = Front("app", "1f", (1080, 2424), STRIPS)


@pytest.mark.parametrize(
    ("start", "end", "begins"),
    [
        ((0, 900), (700, 900), (78, 900)),
        ((77, 900), (700, 900), (78, 900)),
        ((78, 900), (700, 900), (78, 900)),
        ((1079, 900), (300, 900), (1001, 900)),
        ((0, 900), (0, 200), (0, 900)),  # along the edge
        ((40, 900), (0, 900), (40, 900)),  # outwards
        ((0, 900), (60, 900), (0, 900)),  # too short to begin elsewhere
        ((500, 2400), (500, 900), (500, 2339)),
        ((500, 10), (500, 1500), (500, 10)),  # the shade is meant
        ((500, 900), (500, 2400), (500, 900)),
    ],
)
def test_only_what_the_system_would_take_is_moved(start: tuple[int, int], end: tuple[int, int], begins: object) -> None:
    begin, remark = swiping.begin_swipe(start, end, FRONT)
    assert begin == begins
    assert bool(remark) == (begin != start)


def test_a_phone_that_tells_nothing_is_left_alone() -> None:
    assert swiping.begin_swipe((0, 5), (500, 5), Front("app", "1f", (1080, 2400))) == ((0, 5), "")


def call(device: VirtualAndroid, name: str, screen: object, **arguments: Point) -> str:
    """Carry out a gesture as a run does: the target is looked at again."""
    tools = Tools(gestures_for(device))
    wanted = ToolCall(name, {key: [p.x, p.y] for key, p in arguments.items()})
    tools.check(wanted)
    return tools.run(wanted, device, screen).text  # type: ignore[arg-type]


def test_a_run_on_a_phone_that_loses_touches_ends_as_stuck(quirky: Quirky) -> None:
    tap = '<tool_call>{"name": "mobile_use", "arguments": {"action": "click", "coordinate": [300, 600]}}</tool_call>'
    with open_agent(quirky("no-touch-silent"), ScriptedModel([tap] * 10), dialect="nous") as agent:
        trajectory = agent.run("tap the row")
    assert trajectory.outcome is not None
    assert trajectory.outcome.kind == "stuck"


def test_a_run_on_a_phone_that_turns_again_and_again_loses_no_step(quirky: Quirky) -> None:
    """The screen turns while the model thinks: its act is refused, and the next one is on the screen as it is."""
    device = quirky()
    phone = watched(device)

    def replied(at: list[int]) -> str:
        return (
            f'<tool_call>{{"name": "mobile_use", "arguments": {{"action": "click", "coordinate": {at}}}}}</tool_call>'
        )

    def replied_late(prompt: Prompt) -> str:
        phone.rotation = 1
        return replied([300, 600])

    done = '<tool_call>{"name": "mobile_use", "arguments": {"action": "terminate", "status": "success"}}</tool_call>'
    with open_agent(
        device, ScriptedModel([replied([999, 40]), replied_late, replied([300, 700]), done]), dialect="nous"
    ) as agent:
        steps = agent.run("tap three times").steps
    assert [type(step.problem).__name__ for step in steps] == ["NoneType", "TargetChanged", "NoneType", "NoneType"]
    assert [event[0] for event in phone.events] == ["tap", "tap"]
    assert phone.events[-1][1] == pytest.approx(300 / 1000 * 2400, abs=3)
