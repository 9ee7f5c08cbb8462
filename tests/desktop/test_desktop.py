"""The desktop of a real X server, and a real program on it."""

import os
import random
import subprocess
import sys

import pytest

from handsight.devices.base import Apps, Device, Glance, Keys, Touch
from handsight.devices.desktop import DesktopDevice
from handsight.errors import NotFound, ToolFailed, UserStopped
from handsight.types import Point

ASCII = "".join(chr(code) for code in range(32, 127) if chr(code) != "<")


def place(at: list[int]) -> Point:
    return Point(*at)


def test_it_is_looked_at_touched_and_typed_on(desktop: DesktopDevice) -> None:
    assert all(isinstance(desktop, able) for able in (Device, Glance, Touch, Keys))
    assert not isinstance(desktop, Apps)


def test_a_screenshot_is_the_monitor_at_rest(desktop: DesktopDevice, form) -> None:
    screen = desktop.screenshot()
    assert (screen.size, screen.image.mode, screen.settled) == ((1280, 800), "RGB", "quiet")
    assert screen.image.getpixel((5, 5)) == (255, 255, 255)
    assert set(screen.timing) == {"settle", "capture"}


def test_a_click_lands_on_the_pixel_meant(desktop: DesktopDevice, form) -> None:
    screen = desktop.screenshot()
    chance = random.Random(7)
    for _ in range(20):
        at = (chance.randrange(1, 1279), chance.randrange(1, 470))
        desktop.tap(Point(*at), on=screen)
        down = form.next("down")
        assert (down["x"], down["y"]) == at


def test_a_drag_begins_and_ends_where_it_should(desktop: DesktopDevice, form) -> None:
    screen = desktop.screenshot()
    desktop.swipe(Point(100, 100), Point(500, 300), 0.1, on=screen)
    down, up = form.next("down"), form.next("up")
    assert [down["x"], down["y"], up["x"], up["y"]] == [100, 100, 500, 300]


def test_a_long_press_holds_the_button(desktop: DesktopDevice, form) -> None:
    desktop.long_press(Point(200, 200), 0.2, on=desktop.screenshot())
    down, up = form.next("down"), form.next("up")
    assert (down["x"], down["y"]) == (up["x"], up["y"]) == (200, 200)


def test_typed_text_arrives_whole(desktop: DesktopDevice, form) -> None:
    screen = desktop.screenshot()
    desktop.tap(place(form.places["field"]), on=screen)
    desktop.type_text(ASCII + "\nsecond line")
    desktop.tap(place(form.places["save"]), on=screen)
    assert form.next("saved")["text"] == ASCII + "\nsecond line"


@pytest.mark.parametrize("text", ["milk and zwölf", "牛奶", "\x07"])
def test_what_no_key_types_is_refused_before_anything_is_typed(desktop: DesktopDevice, form, text: str) -> None:
    screen = desktop.screenshot()
    desktop.tap(place(form.places["field"]), on=screen)
    with pytest.raises(ToolFailed, match="nothing was typed") as refused:
        desktop.type_text(text)
    assert not any(c in str(refused.value) for c in text if not c.isascii())  # it may be a secret
    desktop.tap(place(form.places["save"]), on=screen)
    assert form.next("saved")["text"] == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a fault of the keys of X11")
def test_the_sign_that_x11_types_wrong_is_refused(desktop: DesktopDevice) -> None:
    with pytest.raises(ToolFailed, match="'<'"):
        desktop.type_text("a < b")


def test_a_chord_is_pressed_together(desktop: DesktopDevice, form) -> None:
    screen = desktop.screenshot()
    desktop.tap(place(form.places["field"]), on=screen)
    desktop.type_text("old")
    desktop.press("shift+home")
    desktop.press("delete")
    desktop.type_text("new")
    desktop.tap(place(form.places["save"]), on=screen)
    assert form.next("saved")["text"] == "new"


def test_an_unknown_key_names_its_neighbours(desktop: DesktopDevice) -> None:
    with pytest.raises(NotFound, match="did you mean .*enter"):
        desktop.press("entre")


def move_pointer(x: int, y: int) -> None:
    """Move the pointer as a person would, behind the device's back."""
    code = f"from Xlib.display import Display; d = Display(); d.screen().root.warp_pointer({x}, {y}); d.sync()"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_the_pointer_in_the_corner_means_stop(desktop: DesktopDevice, form) -> None:
    screen = desktop.screenshot()
    move_pointer(0, 0)
    with pytest.raises(UserStopped, match="corner"):
        desktop.tap(Point(300, 300), on=screen)
    move_pointer(9, 9)
    desktop.tap(Point(400, 300), on=screen)
    assert form.next("down")["x"] == 400


def test_a_target_in_the_corner_is_no_stop(desktop: DesktopDevice, form) -> None:
    screen = desktop.screenshot()
    desktop.tap(Point(0, 0), on=screen)
    desktop.tap(Point(300, 300), on=screen)
    assert (form.next("down")["x"], form.next("down")["x"]) == (1, 300)


def opened(**environment: str) -> str:
    """What opening the desktop says in another process with this environment."""
    code = """
from handsight.devices.desktop import open_desktop
from handsight.errors import HandsightError
try:
    open_desktop(monitor=int("{monitor}"))
except HandsightError as problem:
    print(type(problem).__name__, problem)
""".replace("{monitor}", environment.pop("monitor", "1"))
    clean = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**clean, **environment})
    assert run.stderr == ""
    return run.stdout


def test_without_a_display_it_says_how_to_start_one() -> None:
    said = opened()
    assert said.startswith("NoDevice")
    assert "handsight desktop" in said


def test_wayland_is_named() -> None:
    assert "Wayland" in opened(WAYLAND_DISPLAY="wayland-0")


def test_a_display_that_does_not_answer_is_no_device() -> None:
    assert opened(DISPLAY=":9999").startswith("NoDevice the display :9999 cannot be worked")


def test_a_monitor_that_is_not_there_is_said(display: str) -> None:
    assert "there is no monitor 3; there are 1" in opened(DISPLAY=display, monitor="3")
