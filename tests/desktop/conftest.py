"""A display of the tests' own, and a real program on it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handsight.devices.desktop import DesktopDevice, open_desktop, open_display

SIZE = (1280, 800)


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """A private X server; DISPLAY names it for this process and for the programs it starts."""
    if not shutil.which("Xvfb"):
        pytest.skip("there is no X server of our own: apt-get install xvfb")
    pytest.importorskip("tkinter", reason="pyautogui wants tkinter: apt-get install python3-tk", exc_type=ImportError)
    with pytest.MonkeyPatch.context() as patch, open_display(SIZE) as display:
        patch.setenv("DISPLAY", display.name)
        patch.setenv("XAUTHORITY", display.environ["XAUTHORITY"])
        patch.delenv("WAYLAND_DISPLAY", raising=False)
        yield display.name


@pytest.fixture(scope="session")
def desktop(display: str) -> Iterator[DesktopDevice]:
    device = open_desktop()
    yield device
    device.close()


class Form:
    """The program in form.py, seen from outside: what it says of the events that reached it."""

    def __init__(self, name: str = "form.py") -> None:
        program = Path(__file__).with_name(name)
        self._process = subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, text=True)
        self.places = self.next("ready")

    def next(self, kind: str) -> dict[str, Any]:
        """The next event of a kind."""
        assert self._process.stdout
        for line in self._process.stdout:
            event: dict[str, Any] = json.loads(line)
            if event["kind"] == kind:
                return event
        raise AssertionError(f"the program ended before it said {kind!r}")

    def until(self, last: str, kind: str) -> list[dict[str, Any]]:
        """The events of a kind that come before one of the kind `last`, and that one."""
        assert self._process.stdout
        found: list[dict[str, Any]] = []
        for line in self._process.stdout:
            event: dict[str, Any] = json.loads(line)
            if event["kind"] in (kind, last):
                found.append(event)
            if event["kind"] == last:
                return found
        raise AssertionError(f"the program ended before it said {last!r}")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()


@pytest.fixture
def form(display: str) -> Iterator[Form]:
    program = Form()
    yield program
    program.close()


@pytest.fixture
def buttons(display: str) -> Iterator[Form]:
    """A window that says every button, also those of a wheel that turns sideways, of which Tk tells nothing."""
    program = Form("buttons.py")
    yield program
    program.close()
