"""Which part of the desktop is worked: real monitors beside each other, real windows, the pointer, the user's mouse."""

import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PIL import Image

from handsight.devices.desktop import DesktopDevice, open_desktop
from handsight.devices.desktop.eye import draw_pointer
from handsight.devices.desktop.views import meant, within
from handsight.devices.pointing import from_desktop, on_desktop
from handsight.errors import DeviceLost, NoDevice, TargetChanged, UserStopped
from handsight.tools.gestures import click
from handsight.tools.registry import Tools
from handsight.types import Point, ToolCall

from .conftest import Form

needs_xrandr = pytest.mark.skipif(
    not shutil.which("xrandr"), reason="monitors cannot be made: apt-get install x11-xserver-utils"
)
needs_openbox = pytest.mark.skipif(
    not shutil.which("openbox"), reason="there is no window manager: apt-get install openbox"
)


@pytest.fixture
def two_monitors(display: str) -> Iterator[None]:
    """A left one of 640 pixels, and a right one that is lower by 100."""
    made = (("west", "640/170x800/210+0+0", "screen"), ("east", "640/170x700/190+640+100", "none"))
    for monitor in made:
        subprocess.run(["xrandr", "--setmonitor", *monitor], check=True)
    yield
    for name, *_ in reversed(made):
        subprocess.run(["xrandr", "--delmonitor", name], check=True)


@needs_xrandr
@pytest.mark.parametrize(
    ("number", "size", "corner"), [(1, (640, 800), (0, 0)), (2, (640, 700), (640, 100))], ids=["west", "east"]
)
def test_each_monitor_has_its_own_places(two_monitors: None, buttons: Form, number: int, size, corner) -> None:
    desktop = open_desktop(number)
    try:
        screen = desktop.screenshot()
        assert screen.size == size
        for at in ((30, 40), (639, 5), (320, 350)):
            desktop.click(Point(*at), screen)
            down = buttons.next("down")
            assert (down["x"], down["y"]) == (corner[0] + at[0], corner[1] + at[1])
            assert desktop.pointer(screen) == Point(at[0] + 0.5, at[1] + 0.5)
    finally:
        desktop.close()


@needs_xrandr
def test_a_pointer_on_another_monitor_is_on_none_of_this_one(two_monitors: None) -> None:
    west, east = open_desktop(1), open_desktop(2)
    try:
        west.move_to(Point(100, 100), west.glance())
        assert east.pointer(east.glance()) is None
        with pytest.raises(NoDevice, match="there is no monitor 3; there are 2"):
            open_desktop(3)
    finally:
        west.close()
        east.close()


@pytest.fixture
def window(display: str) -> Iterator[Form]:
    program = Form("fields.py")
    yield program
    program.close()


@needs_openbox
def test_a_window_is_worked_wherever_it_stands(display: str, window: Form) -> None:
    desktop = open_desktop(window="fields of a TEST")
    try:
        screen = desktop.screenshot()
        assert screen.size == (600, 300)
        left, top = window.places["corner"]
        x, y = window.places["line"]
        desktop.click(Point(x - left, y - top), screen)
        desktop.screenshot()
        desktop.type_text("in the window")
        desktop.press("f2")
        assert window.next("text")["text"] == "in the window"
        desktop.press("f4")  # it moves itself
        moved = window.next("moved")["corner"]
        assert moved != [left, top]
        screen = desktop.screenshot()
        assert screen.size == (600, 300)
        x, y = (a - b for a, b in zip(window.places["page"], (left, top), strict=True))
        desktop.click(Point(x, y), screen)
        assert window.next("click")["root"] == [moved[0] + x, moved[1] + y]
    finally:
        desktop.close()


def look_until_gone(desktop: DesktopDevice) -> None:
    """Look again and again: the server may show a window a moment longer."""
    while True:
        desktop.glance()


@needs_openbox
def test_a_window_that_was_closed_is_said(display: str, window: Form) -> None:
    desktop = open_desktop(window="Fields of a test")
    try:
        desktop.glance()
        window.close()
        with pytest.raises(DeviceLost, match="'Fields of a test' was closed or hidden"):
            look_until_gone(desktop)
    finally:
        desktop.close()


@needs_openbox
def test_a_title_that_is_not_there_names_those_that_are(display: str, window: Form) -> None:
    with pytest.raises(NoDevice, match="no window 'Calculator'; there are: .*'Fields of a test'"):
        open_desktop(window="Calculator")


def test_one_title_is_meant() -> None:
    titles = ["Notes", "Notes of today", "Files"]
    assert meant("notes", titles) == 0
    assert meant("today", titles) == 1
    with pytest.raises(NoDevice, match="2 windows are called 'note'"):
        meant("note", titles)
    with pytest.raises(NoDevice, match="there are: none"):
        meant("note", [])


DESKTOP = {"left": -100, "top": 0, "width": 500, "height": 400}


@pytest.mark.parametrize(
    ("area", "seen"),
    [
        ((0, 10, 100, 50), (0, 10, 100, 50)),
        ((-150, -20, 100, 50), (-100, 0, 50, 30)),
        ((350, 380, 100, 50), (350, 380, 50, 20)),
    ],
)
def test_of_a_window_that_leaves_the_desktop_the_rest_is_worked(area: tuple[int, ...], seen: tuple[int, ...]) -> None:
    names = ("left", "top", "width", "height")
    assert within(dict(zip(names, area, strict=True)), DESKTOP, "x") == dict(zip(names, seen, strict=True))


def test_a_window_outside_the_desktop_is_none() -> None:
    with pytest.raises(DeviceLost, match="'Notes' lies outside the screen"):
        within({"left": 400, "top": 0, "width": 10, "height": 10}, DESKTOP, "Notes")


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("at", [(-100, 0), (0, 0), (399, 399), (17, 203)])
def test_a_place_on_the_desktop_comes_back(at: tuple[int, int], scale: int) -> None:
    shown = (DESKTOP["width"] * scale, DESKTOP["height"] * scale)
    found = from_desktop(at, shown, DESKTOP)
    assert found is not None
    assert on_desktop(found, shown, DESKTOP) == at


def test_a_place_beside_the_monitor_is_none() -> None:
    assert from_desktop((-101, 0), (500, 400), DESKTOP) is None
    assert from_desktop((0, 400), (500, 400), DESKTOP) is None


def test_the_pointer_is_drawn_on_request_with_its_tip_at_the_place(display: str, form: Form) -> None:
    plain, pointed = open_desktop(), open_desktop(pointer=True)
    try:
        plain.move_to(Point(500, 200), plain.screenshot())
        without, shown = plain.glance().image, pointed.glance().image
        assert without.getpixel((500, 200)) == (255, 255, 255)
        assert shown.getpixel((500, 200)) == (0, 0, 0)
        assert shown.getpixel((502, 206)) == (255, 255, 255)
        assert without.crop((0, 0, 490, 480)).tobytes() == shown.crop((0, 0, 490, 480)).tobytes()
    finally:
        plain.close()
        pointed.close()


def test_the_pointer_is_as_large_as_the_pixels_want_and_may_leave_the_picture() -> None:
    large, small = Image.new("RGB", (1000, 800), "gray"), Image.new("RGB", (500, 400), "gray")
    draw_pointer(large, (100, 100), DESKTOP)
    draw_pointer(small, (100, 100), DESKTOP)
    assert large.getpixel((400, 200)) == small.getpixel((200, 100)) == (0, 0, 0)
    grey = lambda image: image.histogram()[128]  # noqa: E731
    assert 3 < (1000 * 800 - grey(large)) / (500 * 400 - grey(small)) < 5
    draw_pointer(small, (395, 395), DESKTOP)
    draw_pointer(small, (-300, 0), DESKTOP)


def warp(*places: tuple[int, int], rest: float = 0.0) -> subprocess.Popen[bytes]:
    """Move the pointer as a person would, behind the device's back."""
    code = f"""
import time
from Xlib.display import Display
d = Display()
for x, y in {list(places)}:
    d.screen().root.warp_pointer(x, y)
    d.sync()
    time.sleep({rest})
"""
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL)


def test_the_users_own_mouse_pauses_and_then_the_screen_is_looked_at_again(display: str, form: Form) -> None:
    desktop = open_desktop(yielding=True)
    try:
        screen = desktop.screenshot()
        desktop.move_to(Point(100, 100), screen)
        assert warp((300, 300), (320, 300), (340, 300), rest=0.3).wait() == 0
        with pytest.raises(TargetChanged, match="the user moved the mouse meanwhile; nothing was touched"):
            Tools([click]).run(ToolCall("click", {"at": [200, 200]}), desktop, screen)
        desktop.click(Point(210, 200), screen)
        assert form.next("down")["x"] == 210
    finally:
        desktop.close()


def test_it_waits_as_long_as_the_mouse_moves(display: str, form: Form) -> None:
    desktop = open_desktop(yielding=True)
    try:
        screen = desktop.screenshot()
        desktop.move_to(Point(100, 100), screen)
        places = [(200 + 5 * n, 300) for n in range(20)]
        assert warp(places[0]).wait() == 0
        moving = warp(*places, rest=0.1)
        with pytest.raises(TargetChanged):
            desktop.press("a")
        assert moving.wait() == 0  # it was over before the pause was
        assert desktop.pointer(screen) == Point(295.5, 300.5)
    finally:
        desktop.close()


def test_without_being_asked_to_it_does_not_wait(desktop: DesktopDevice, form: Form) -> None:
    screen = desktop.screenshot()
    assert warp((300, 300)).wait() == 0
    desktop.click(Point(200, 200), screen)
    assert form.next("down")["x"] == 200


def test_the_corner_stops_a_pause_and_a_text_as_well(display: str, form: Form) -> None:
    desktop = open_desktop(yielding=True)
    try:
        screen = desktop.screenshot()
        desktop.move_to(Point(100, 100), screen)
        assert warp((0, 0)).wait() == 0
        with pytest.raises(UserStopped, match="corner"):
            desktop.click(Point(300, 300), screen)
    finally:
        assert warp((50, 50)).wait() == 0
        desktop.close()
    other = open_desktop()
    try:
        assert warp((0, 0)).wait() == 0
        with pytest.raises(UserStopped, match="corner"):
            other.type_text("not typed")
    finally:
        assert warp((50, 50)).wait() == 0
        other.close()


def test_it_can_be_closed_twice(display: str) -> None:
    told: list[str] = []
    desktop = open_desktop().then(lambda: told.append("closed"))
    desktop.close()
    desktop.close()
    assert told == ["closed"]
