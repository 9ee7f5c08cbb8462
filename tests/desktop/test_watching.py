"""What a person does on a real X server is seen as the gesture that does the same. By a second connection."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from Xlib import XK, X
from Xlib.ext import xtest

from handsight.devices.base import Gesture, Watched
from handsight.devices.desktop import DesktopDevice, Display, open_display, tree
from handsight.devices.desktop.heard import Input
from handsight.devices.desktop.watching import DesktopWatch, Typed, watching
from handsight.devices.desktop.x11 import connect
from handsight.errors import DeviceLost, NoTree, UsageError
from handsight.types import MASKED

from .conftest import SIZE, Form

PATIENCE_S = 10.0


class Person:
    """Somebody at the mouse and the keys."""

    def __init__(self) -> None:
        self.server: Any = connect()

    def close(self) -> None:
        self.server.close()

    def move(self, x: int, y: int) -> None:
        xtest.fake_input(self.server, X.MotionNotify, x=x, y=y)
        self.server.sync()

    def button(self, number: int, *, down: bool) -> None:
        xtest.fake_input(self.server, X.ButtonPress if down else X.ButtonRelease, number)
        self.server.sync()

    def click(self, x: int, y: int, number: int = 1, count: int = 1) -> None:
        self.move(x, y)
        for _ in range(count):
            self.button(number, down=True)
            self.button(number, down=False)

    def write(self, text: str) -> None:
        special = {"\n": XK.XK_Return, "\b": XK.XK_BackSpace}
        for letter in text:
            code, column = self.server.keysym_to_keycodes(special.get(letter, ord(letter)))[0]
            shift = [self.server.keysym_to_keycode(XK.XK_Shift_L)] if column % 2 else []
            self._strike(*shift, code)

    def keys(self, *names: str) -> None:
        """Press keys together, by the names of their keysyms."""
        self._strike(*(self.server.keysym_to_keycode(XK.string_to_keysym(name)) for name in names))

    def _strike(self, *codes: int) -> None:
        for code in codes:
            xtest.fake_input(self.server, X.KeyPress, code)
        for code in reversed(codes):
            xtest.fake_input(self.server, X.KeyRelease, code)
        self.server.sync()


@pytest.fixture
def person(display: str) -> Iterator[Person]:
    person = Person()
    person.move(640, 400)
    yield person
    person.close()


@pytest.fixture
def watch(person: Person, desktop: DesktopDevice) -> Iterator[DesktopWatch]:
    with desktop.watch() as watch:
        assert isinstance(watch, DesktopWatch)
        yield watch


def seen(watch: DesktopWatch, count: int = 1) -> list[Gesture]:
    told: list[Gesture] = []
    until = time.monotonic() + PATIENCE_S
    while len(told) < count and time.monotonic() < until:
        told += watch.take(0.05)
    return told


def brief(gestures: list[Gesture]) -> list[tuple[str, dict[str, Any]]]:
    return [(gesture.tool, gesture.arguments) for gesture in gestures]


def at(x: float, y: float) -> Any:
    return pytest.approx(((x + 0.5) / SIZE[0], (y + 0.5) / SIZE[1]))


def test_a_desktop_can_be_watched(desktop: DesktopDevice) -> None:
    assert isinstance(desktop, Watched)


def test_clicks_have_a_button_and_a_count(watch: DesktopWatch, person: Person, form: Form) -> None:
    person.click(300, 200)
    assert brief(told := seen(watch)) == [("click", {})]
    assert told[0].places["at"] == at(300, 200)
    person.click(320, 210, 3)
    person.click(500, 300, count=2)
    told = seen(watch, 2)
    assert brief(told) == [("click", {"button": "right"}), ("click", {"count": 2})]
    assert told[1].places["at"] == at(500, 300)


def test_a_drag_begins_and_ends_where_it_did(watch: DesktopWatch, person: Person) -> None:
    person.move(100, 100)
    person.button(1, down=True)
    while not watch.begun():
        assert watch.take(1) == []
    for step in range(11):
        person.move(100 + 20 * step, 100 + 10 * step)
    person.button(1, down=False)
    (drag,) = seen(watch)
    assert (drag.tool, drag.places["start"], drag.places["end"]) == ("drag", at(100, 100), at(300, 200))
    assert watch.begun() == ()


def test_a_drag_that_no_tool_makes_is_said(watch: DesktopWatch, person: Person, form: Form) -> None:
    for number, corner in ((3, None), (1, (500, 100))):
        person.move(100, 100)
        person.button(number, down=True)
        if corner:
            person.move(*corner)
        person.move(500, 500)
        person.button(number, down=False)
    told = seen(watch, 2)
    assert [gesture.tool for gesture in told] == ["", ""]
    assert "button" in told[0].words
    assert "straight" in told[1].words


def test_a_button_that_is_held_is_held_for_so_long(watch: DesktopWatch, person: Person) -> None:
    person.move(100, 100)
    person.button(1, down=True)
    while not watch.begun():
        watch.take(0.1)
    assert watch.take(0.7) == []
    person.button(1, down=False)
    (click,) = seen(watch)
    assert click.tool == "click"
    assert click.arguments["seconds"] >= 0.5


def test_the_wheel_is_one_turn_each_way(watch: DesktopWatch, person: Person) -> None:
    person.move(400, 200)
    for number in (5, 5, 5, 4):
        person.button(number, down=True)
        person.button(number, down=False)
    told = seen(watch, 2)
    assert brief(told) == [
        ("scroll", {"direction": "down", "pixels": 300}),
        ("scroll", {"direction": "up", "pixels": 100}),
    ]
    assert told[0].places["at"] == at(400, 200)


def test_keys_are_the_text_they_write_and_the_chords_they_are(watch: DesktopWatch, person: Person, form: Form) -> None:
    person.click(*form.places["field"])
    assert brief(seen(watch)) == [("click", {})]
    person.write("Hi yuo\b\bou!")
    person.keys("Return")
    person.write("a")
    person.keys("Control_L", "a")
    person.keys("Control_L", "Shift_L", "Left")
    person.keys("Super_L")
    person.write("z")
    told = [*seen(watch, 6), *watch.finish()]
    assert brief(told) == [
        ("type_text", {"text": "Hi you!"}),
        ("press", {"key": "enter"}),
        ("type_text", {"text": "a"}),
        ("press", {"key": "ctrl+a"}),
        ("press", {"key": "ctrl+shift+left"}),
        ("press", {"key": "win"}),
        ("type_text", {"text": "z"}),
    ]
    person.click(*form.places["save"])
    assert form.next("saved")["text"] == "Hi za"  # z took the place of what was marked


def test_text_ends_where_something_else_is_done(watch: DesktopWatch, person: Person) -> None:
    person.write("ab")
    person.click(50, 50)
    person.write("cd")
    told = [*seen(watch, 2), *watch.finish()]
    assert [gesture.tool for gesture in told] == ["type_text", "click", "type_text"]
    assert told[0].began < told[0].ended <= told[1].began
    assert told[2].arguments == {"text": "cd"}


def test_the_ctrl_c_that_ends_a_recording_is_no_part_of_it(watch: DesktopWatch, person: Person) -> None:
    person.keys("Control_L", "c")
    person.keys("Control_L", "v")
    assert [gesture.arguments["key"] for gesture in seen(watch, 2)] == ["ctrl+c", "ctrl+v"]
    person.keys("Control_L", "c")
    assert [gesture.arguments["key"] for gesture in seen(watch)] == ["ctrl+c"]  # a while ago, by now
    person.keys("Control_L", "c")
    while not watch.begun():
        assert watch.take(0.05) == []
    assert watch.finish() == []


def test_what_is_done_beside_the_window_is_said(person: Person) -> None:
    area = {"left": 200, "top": 100, "width": 400, "height": 300}
    with watching(lambda: area, lambda: False) as watch:
        person.click(100, 50)
        person.click(210, 120)
        told = seen(watch, 2)
    assert told[0].tool == ""
    assert told[1].places["at"] == pytest.approx((10.5 / 400, 20.5 / 300))


def test_a_display_that_is_closed_is_lost_once_all_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    if not shutil.which("Xvfb"):
        pytest.skip("there is no X server of our own: apt-get install xvfb")
    with open_display((640, 480)) as private:
        monkeypatch.setenv("DISPLAY", private.name)
        monkeypatch.setenv("XAUTHORITY", private.environ["XAUTHORITY"])
        area = {"left": 0, "top": 0, "width": 640, "height": 480}
        with watching(lambda: area, lambda: False) as watch:
            person = Person()
            person.click(5, 5)
            assert [gesture.tool for gesture in seen(watch)] == ["click"]
            person.close()
            private.close()
            with pytest.raises(DeviceLost):
                seen(watch)


def test_other_systems_say_that_it_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(UsageError, match="X11"), watching(dict, lambda: False):
        pass


# Keys without a server


def typed(*keys: int, secret: Callable[[], bool] = lambda: False) -> list[tuple[str, object]]:
    made = Typed(secret)
    told: list[Gesture] = []
    for number in keys:
        heard = Input("key", 1.0, 0, 0, number, number)
        told += made.key(heard, writes=made.writes(heard))
    told += made.flush()
    return [
        (gesture.tool, gesture.arguments.get("text", gesture.arguments.get("key", gesture.words))) for gesture in told
    ]


def test_dead_keys_and_other_scripts_are_text() -> None:
    assert typed(0xFE51, XK.XK_e, 0x6C1, 0x1004F60) == [("type_text", "éа你")]


@pytest.mark.parametrize("keys", [(0xFF20, XK.XK_a), (0xFE51, XK.XK_q), (0xFE51, 0xFE57, XK.XK_a), (XK.XK_a, 0xFE51)])
def test_what_is_composed_otherwise_is_not_guessed(keys: tuple[int, ...]) -> None:
    ((tool, words),) = typed(*keys)
    assert (tool, "composed" in str(words)) == ("", True)


def test_a_backspace_takes_back_what_was_typed_and_is_a_key_where_nothing_was() -> None:
    assert typed(XK.XK_a, XK.XK_BackSpace) == []
    assert typed(XK.XK_BackSpace) == [("press", "backspace")]


def test_a_password_is_never_told() -> None:
    assert typed(XK.XK_a, XK.XK_b, secret=lambda: True) == [("type_text", MASKED)]
    focused: list[bool] = []
    made = Typed(lambda: bool(focused))
    heard = Input("key", 1.0, 0, 0, XK.XK_a, XK.XK_a)
    assert [*made.key(heard, writes=True)] == []
    focused.append(True)  # the program moves the focus while it is typed
    assert [*made.key(replace(heard, at=2.0), writes=True)] == []
    made.rest()
    assert brief(made.flush()) == [("type_text", {"text": MASKED})]


LOGIN = """
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk
window = Gtk.Window(title="Login")
box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
for hidden in (False, True):
    entry = Gtk.Entry()
    entry.set_visibility(not hidden)
    if hidden:
        entry.set_input_purpose(Gtk.InputPurpose.PASSWORD)
    box.add(entry)
window.add(box)
window.show_all()
Gtk.main()
"""


@pytest.fixture
def private() -> Iterator[Display]:
    for program in ("Xvfb", "dbus-daemon", "openbox"):
        if not shutil.which(program):
            pytest.skip(f"there is no {program}")
    with open_display(SIZE) as display, pytest.MonkeyPatch.context() as patch:
        for name, value in display.environ.items():
            patch.setenv(name, value)
        try:
            tree.hides()
            tree.elements(SIZE, {"left": 0, "top": 0, "width": SIZE[0], "height": SIZE[1]})
        except NoTree as problem:
            pytest.skip(str(problem))
        yield display


def test_a_password_in_a_real_program_is_kept_out(private: Display) -> None:
    area = {"left": 0, "top": 0, "width": SIZE[0], "height": SIZE[1]}
    private.start(["/usr/bin/python3", "-c", LOGIN], quiet=True)
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        focused = [element for element in tree.elements(SIZE, area) if element.focused]
        if focused:
            break
    else:
        pytest.skip("GTK 3 has no bindings for the system's Python: apt-get install gir1.2-gtk-3.0")
    person = Person()
    with watching(lambda: area, tree.hides) as watch:
        person.write("ada")
        until = time.monotonic() + PATIENCE_S
        while not watch.begun() and time.monotonic() < until:
            assert watch.take(0.05) == []
        person.keys("Tab")
        told = seen(watch, 2)
        while not tree.hides() and time.monotonic() < until:
            continue
        person.write("opensesame")
        person.keys("Return")
        told += seen(watch, 2)
    person.close()
    assert brief(told) == [
        ("type_text", {"text": "ada"}),
        ("press", {"key": "tab"}),
        ("type_text", {"text": MASKED}),
        ("press", {"key": "enter"}),
    ]
