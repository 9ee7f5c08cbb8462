"""The desktop of a real X server, and a real program on it."""

import os
import random
import subprocess
import sys

import pytest

from handsight.devices.base import Apps, Device, Glance, Keys, Mouse, Touch
from handsight.devices.desktop import DesktopDevice
from handsight.errors import NotFound, UserStopped
from handsight.types import Point


def place(at: list[int]) -> Point:
    return Point(*at)


def test_it_is_looked_at_touched_and_typed_on(desktop: DesktopDevice) -> None:
    assert all(isinstance(desktop, able) for able in (Device, Glance, Mouse, Keys))
    assert not any(isinstance(desktop, other) for other in (Apps, Touch))


def test_a_screenshot_is_the_monitor_at_rest(desktop: DesktopDevice, form) -> None:
    desktop.screenshot()  # what was done before it is over
    screen = desktop.screenshot()
    assert (screen.size, screen.image.mode, screen.settled) == ((1280, 800), "RGB", "quiet")
    assert screen.image.getpixel((5, 5)) == (255, 255, 255)
    assert set(screen.timing) == {"settle", "capture"}


def test_a_click_lands_on_the_pixel_meant(desktop: DesktopDevice, form) -> None:
    screen = desktop.screenshot()
    chance = random.Random(7)
    for _ in range(20):
        at = (chance.randrange(1, 1279), chance.randrange(1, 470))
        desktop.click(Point(*at), screen)
        down = form.next("down")
        assert (down["x"], down["y"]) == at


@pytest.mark.parametrize(("button", "number"), [("left", 1), ("middle", 2), ("right", 3)])
def test_each_button_is_that_button(desktop: DesktopDevice, form, button: str, number: int) -> None:
    desktop.click(Point(300, 200), desktop.screenshot(), button)
    down, up = form.next("down"), form.next("up")
    assert (down["button"], up["button"]) == (number, number)


@pytest.mark.parametrize(("count", "kind"), [(2, "double"), (3, "triple")])
def test_clicks_in_a_row_are_a_double_and_a_triple_click(desktop: DesktopDevice, form, count: int, kind: str) -> None:
    desktop.click(Point(700, 100), desktop.screenshot())  # whatever the window manager does at the first one is done
    assert form.next("up")["x"] == 700
    desktop.click(Point(320, 220), desktop.screenshot(), count=count)
    assert (form.next(kind)["x"], form.next("up")["y"]) == (320, 220)


def test_a_drag_goes_in_small_steps_from_where_to_where(desktop: DesktopDevice, form) -> None:
    screen = desktop.screenshot()
    desktop.drag(Point(100, 100), Point(500, 300), 0.2, screen)
    down = form.next("down")
    way = form.until("up", "moved")
    assert (down["x"], down["y"]) == (100, 100)
    assert (way[-1]["x"], way[-1]["y"]) == (500, 300)
    across = [event["x"] for event in way]
    assert across == sorted(across)
    assert len(set(across)) >= 8


def test_a_button_is_held_as_long_as_was_said(desktop: DesktopDevice, form) -> None:
    desktop.click(Point(200, 200), desktop.screenshot(), seconds=0.3)
    down, up = form.next("down"), form.next("up")
    assert (down["x"], down["y"]) == (up["x"], up["y"]) == (200, 200)
    assert up["time"] - down["time"] >= 300


def test_a_key_is_held_and_let_go(desktop: DesktopDevice, form) -> None:
    desktop.click(place(form.places["field"]), desktop.screenshot())
    desktop.screenshot()
    desktop.press("F5", seconds=0.1)
    assert form.next("held")["down"] is True
    assert form.next("held")["down"] is False


def test_the_pointer_moves_without_a_click_and_says_where_it_is(desktop: DesktopDevice, form) -> None:
    screen = desktop.screenshot()
    desktop.move_to(Point(640, 333), screen)
    assert desktop.pointer(screen) == Point(640.5, 333.5)
    desktop.click(Point(10, 10), screen)
    assert form.next("down")["x"] == 10


@pytest.mark.parametrize(("direction", "button"), [("up", 4), ("down", 5), ("left", 6), ("right", 7)])
def test_the_wheel_turns_each_way_where_it_should(desktop: DesktopDevice, buttons, direction, button: int) -> None:
    screen = desktop.screenshot()
    desktop.scroll(direction, 300, Point(700, 150), screen)
    turns = [buttons.next("down") for _ in range(3)]
    assert [(turn["button"], turn["x"], turn["y"]) for turn in turns] == [(button, 700, 150)] * 3
    desktop.click(Point(11, 12), screen)
    assert buttons.next("down")["button"] == 1  # there were no more


def test_a_wheel_turns_by_one_notch_at_least_where_the_pointer_is(desktop: DesktopDevice, buttons) -> None:
    screen = desktop.screenshot()
    desktop.move_to(Point(90, 80), screen)
    desktop.scroll("down", 5, None, screen)
    desktop.click(Point(11, 12), screen)
    notch, click = buttons.next("down"), buttons.next("down")
    assert (notch["button"], notch["x"], notch["y"], click["button"]) == (5, 90, 80, 1)


def test_a_chord_is_pressed_together(desktop: DesktopDevice, form) -> None:
    screen = desktop.screenshot()
    desktop.click(place(form.places["field"]), screen)
    desktop.screenshot()
    desktop.type_text("old")
    desktop.press("shift+home")
    desktop.press("delete")
    desktop.type_text("new")
    desktop.click(place(form.places["save"]), screen)
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
        desktop.click(Point(300, 300), screen)
    move_pointer(9, 9)
    desktop.click(Point(400, 300), screen)
    assert form.next("down")["x"] == 400


def test_a_target_in_the_corner_is_no_stop(desktop: DesktopDevice, form) -> None:
    screen = desktop.screenshot()
    desktop.click(Point(0, 0), screen)
    desktop.click(Point(300, 300), screen)
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
    assert opened(DISPLAY=":9999").startswith("NoDevice the display :9999 cannot be seen")


def test_a_monitor_that_is_not_there_is_said(display: str) -> None:
    assert "there is no monitor 3; there are 1" in opened(DISPLAY=display, monitor="3")
