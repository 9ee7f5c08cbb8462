"""A session on a real X server becomes a run, each step with the screen before it; and a browser shows a phone."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from handsight.devices.desktop import DesktopDevice, Display, open_display
from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.window import Window
from handsight.play.live import record_live
from handsight.store import load
from handsight.types import Screen, Step, Trajectory

from .conftest import Form
from .test_watching import Person

TRIES = 600


class Session:
    """Records in a thread of its own, so that a test may be the person."""

    def __init__(self, desktop: DesktopDevice, folder: Path) -> None:
        self.over, self.told = threading.Event(), list[Step | str]()
        self.run: Trajectory | None = None
        self._thread = threading.Thread(target=self._record, args=(desktop, folder))
        self._thread.start()
        self.wait(lambda: bool(self.told))

    def _record(self, desktop: DesktopDevice, folder: Path) -> None:
        self.run = record_live(desktop, folder, until=self.over.is_set, told=self.told.append)

    def wait(self, holds: Callable[[], bool]) -> None:
        pause = threading.Event()
        for _ in range(TRIES):
            if holds():
                pause.wait(1.0)  # a person looks first
                return
            pause.wait(0.02)
        raise AssertionError(f"it never came to that: {self.told}")

    def steps(self) -> int:
        return sum(isinstance(each, Step) for each in self.told)

    def end(self) -> Trajectory:
        self.over.set()
        self._thread.join()
        assert self.run
        return self.run


def says_saved(screen: Screen | None) -> bool:
    """Whether the form shows its word beside the button: something dark where all was light."""
    assert screen
    width, height = screen.size
    word = screen.image.crop((width // 2, int(height * 0.9), width * 3 // 4, height - 20)).convert("L")
    return word.getextrema()[0] < 100


@pytest.fixture
def person(display: str) -> Iterator[Person]:
    person = Person()
    person.move(640, 100)
    yield person
    person.close()


def test_a_session_on_a_desktop_is_what_was_done(
    desktop: DesktopDevice, form: Form, person: Person, tmp_path: Path
) -> None:
    session = Session(desktop, tmp_path / "run")
    person.click(*form.places["field"])
    session.wait(lambda: session.steps() == 1)
    person.write("Hi")
    person.click(*form.places["save"])
    assert form.next("saved")["text"] == "Hi"
    session.wait(lambda: session.steps() == 3)
    person.click(300, 200, count=2)
    session.wait(lambda: session.steps() == 4)
    run = session.end()
    field, save = ([value + 0.5 for value in form.places[name]] for name in ("field", "save"))
    for trajectory in (run, load(tmp_path / "run")):
        assert [(step.call.name, step.call.arguments) for step in trajectory.steps if step.call] == [
            ("click", {"at": field}),
            ("type_text", {"text": "Hi"}),
            ("click", {"at": save}),
            ("click", {"at": [300.5, 200.5], "count": 2}),
            ("finish", {"success": True, "message": ""}),
        ]
        assert [says_saved(step.screen) for step in trajectory.steps] == [False, False, False, True, True]


@pytest.fixture
def private() -> Iterator[Display]:
    for program in ("Xvfb", "openbox", "chromium"):
        if not shutil.which(program):
            pytest.skip(f"there is no {program}")
    with open_display((800, 900)) as display, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", display.name)
        patch.setenv("XAUTHORITY", display.environ["XAUTHORITY"])
        yield display


def test_a_real_browser_shows_a_phone_and_touches_it(private: Display, tmp_path: Path) -> None:
    options = ["--no-sandbox", "--no-first-run", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", "--kiosk"]
    pause = threading.Event()
    with VirtualPhone() as phone, Window(phone) as window, phone.hardware.listening() as told:
        private.start(["chromium", *options, f"--app={window.address}"], quiet=True)
        person = Person()
        felt: dict[str, int] = {}
        for _ in range(TRIES):
            pause.wait(0.2)
            person.click(400, 450)
            while not told.empty():
                event = told.get()
                felt.setdefault(event.code, event.value)
            if "ABS_MT_POSITION_Y" in felt:
                break
        person.close()
    across, down = (felt[f"ABS_MT_POSITION_{axis}"] / 32768 for axis in "XY")
    assert across == pytest.approx(0.5, abs=0.02)  # it stands in the middle of the window
    assert 0.4 < down < 0.6
