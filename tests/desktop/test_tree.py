"""What real programs on a private display name on it, held against where they are and what they do."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from handsight.devices.desktop import Display, open_display, tree
from handsight.devices.pointing import box_from_desktop, on_desktop
from handsight.errors import NoTree
from handsight.types import Box, Element, Point

SIZE = (1280, 800)
MONITOR = {"left": 0, "top": 0, "width": 1280, "height": 800}
PAGE = """<title>Order</title><h1>Order</h1><label>Name <input value="Ada"></label>
<label>Secret <input type=password value="open sesame"></label><label><input type=checkbox checked> Gift</label>
<button>Send</button> <a href="#x">Help</a><p style="margin-top: 3000px">Far below</p>"""

ALL_IN_ONE_PLACE = """
from Xlib import X, display
d = display.Display()
root = d.screen().root
for window in root.get_full_property(d.intern_atom("_NET_CLIENT_LIST"), X.AnyPropertyType).value:
    d.create_resource_object("window", window).configure(x=100, y=100)
d.sync()
"""


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [program for program in programs if not shutil.which(program)]
    return pytest.mark.skipif(bool(missing), reason=f"apt-get install {' '.join(missing)}")


@pytest.fixture(scope="module")
def private() -> Iterator[Display]:
    for program, package in (("Xvfb", "xvfb"), ("dbus-daemon", "dbus"), ("openbox", "openbox")):
        if not shutil.which(program):
            pytest.skip(f"there is no {program}: apt-get install {package}")
    with open_display(SIZE) as display, pytest.MonkeyPatch.context() as patch:
        for name, value in display.environ.items():
            patch.setenv(name, value)
        try:
            tree.elements(SIZE, MONITOR)
        except NoTree as problem:
            pytest.skip(str(problem))
        yield display


@pytest.fixture
def run(private: Display) -> Iterator[Callable[..., None]]:
    """Start programs, and end them after the test."""
    started = []
    yield lambda *argv: started.append(private.start(argv))
    for process in started:
        process.terminate()
        process.wait()


def named(wanted: Callable[[Element], object]) -> tuple[Element, ...]:
    """The elements, as soon as one of them is what is waited for."""
    until = time.monotonic() + 40
    while time.monotonic() < until:
        found = tree.elements(SIZE, MONITOR)
        if any(map(wanted, found)):
            return found
        time.sleep(0.2)
    raise AssertionError(f"it does not come; there are {[element.name for element in found]}")


def one(elements: tuple[Element, ...], text: str, role: str) -> Element:
    (found,) = (element for element in elements if (element.text, element.role) == (text, role))
    return found


@needs("galculator")
def test_the_keys_of_a_calculator_are_buttons_in_their_places(run: Callable[..., None]) -> None:
    run("galculator")
    keys = named(lambda element: element.text == "sqrt")
    seven, eight, four = (one(keys, digit, "button") for digit in "784")
    assert seven.clickable
    assert seven.enabled
    assert seven.box.right <= eight.box.left
    assert seven.box.bottom <= four.box.top
    assert not one(keys, "MR", "button").enabled  # nothing is remembered yet
    assert one(keys, "0", "text").box.bottom < seven.box.top


@needs("l3afpad")
def test_a_field_holds_what_stands_in_it(run: Callable[..., None], tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Zürich, 你好\nsecond line")
    run("l3afpad", str(file))
    found = named(lambda element: "second" in element.text)
    field = one(found, "Zürich, 你好 second line", "field")
    assert field.focused
    assert field.box.width > 300
    assert one(found, "File", "menu").clickable


@needs("chromium")
def test_a_page_tells_what_is_in_view_and_keeps_its_secret(run: Callable[..., None], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE)
    run(
        "chromium",
        "--force-renderer-accessibility",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        f"--app={page.as_uri()}",
    )
    found = named(lambda element: element.text == "Send")
    assert one(found, "Ada", "field").description == "Name"
    secret = next(element for element in found if element.password)
    assert (secret.text, secret.description) == ("", "Secret")
    assert one(found, "Gift", "checkbox").checked
    assert one(found, "Send", "button").clickable
    assert len([element for element in found if element.text == "Help"]) == 1  # the link, and not its words as well
    assert not any("sesame" in f"{element.text}{element.description}" for element in found)
    assert all(Box(0, 0, *SIZE).left <= e.box.left and e.box.bottom <= SIZE[1] for e in found)
    assert not any(element.text == "Far below" for element in found)


@needs("galculator", "l3afpad")
def test_what_lies_under_the_window_in_front_is_left_out(private: Display, run: Callable[..., None]) -> None:
    run("galculator")
    named(lambda element: element.text == "sqrt")
    run("l3afpad")
    assert any(element.text == "sqrt" for element in named(lambda element: element.text == "Search"))
    subprocess.run([sys.executable, "-c", ALL_IN_ONE_PLACE], env=private.environ, check=True)
    until = time.monotonic() + 20
    while "sqrt" in (seen := [element.text for element in tree.elements(SIZE, MONITOR)]):
        assert time.monotonic() < until, "what is covered is named all the same"
    assert "Search" in seen


def test_without_programs_there_is_nothing_and_no_error(private: Display) -> None:
    assert tree.elements(SIZE, MONITOR) == ()


def test_without_a_bus_the_reason_is_said(private: Display, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
    monkeypatch.setenv("DISPLAY", ":9999")  # where its address could be read off, too
    with pytest.raises(NoTree, match=r"cannot be read: .*accessibility bus"):
        tree.elements(SIZE, MONITOR)


def test_a_python_without_the_libraries_says_so() -> None:
    isolated = subprocess.run(
        [sys.executable, "-S", "-E", str(tree._program())], capture_output=True, text=True, cwd="/"
    )
    assert isolated.returncode == 1
    assert "this Python has no AT-SPI" in isolated.stdout


@pytest.mark.parametrize("monitor", [MONITOR, {"left": -1920, "top": 40, "width": 1920, "height": 1080}])
@pytest.mark.parametrize("scale", [1, 1.5, 2])
def test_a_place_on_the_desktop_is_the_same_place_on_the_picture(monitor: dict[str, int], scale: float) -> None:
    shown = (round(monitor["width"] * scale), round(monitor["height"] * scale))
    at = Box(monitor["left"] + 100, monitor["top"] + 200, monitor["left"] + 130, monitor["top"] + 220)
    box = box_from_desktop(at, shown, monitor)
    assert on_desktop(Point(box.left, box.top), shown, monitor) == (at.left, at.top)
    assert box.width == pytest.approx(30 * scale)
