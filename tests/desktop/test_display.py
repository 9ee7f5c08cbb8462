"""A private display: a real X server, what runs on it, and what is left when it is closed."""

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from handsight.devices.desktop import Display, open_display
from handsight.errors import NoDevice, UsageError

pytestmark = pytest.mark.skipif(
    not shutil.which("Xvfb"), reason="there is no X server of our own: apt-get install xvfb"
)

IS_THERE = "from Xlib.display import Display; s = Display().screen(); print(s.width_in_pixels, s.height_in_pixels)"
MANAGED = """
from Xlib.display import Display
from Xlib import X
d = Display()
root = d.screen().root
check = root.get_full_property(d.intern_atom("_NET_SUPPORTING_WM_CHECK"), X.AnyPropertyType)
window = d.create_resource_object("window", check.value[0])
print(window.get_full_property(d.intern_atom("_NET_WM_NAME"), X.AnyPropertyType).value)
"""


@pytest.fixture(scope="module")
def private() -> Iterator[Display]:
    with open_display((800, 600)) as display:
        yield display


def said(code: str, environ: dict[str, str]) -> str:
    """What a program in another process prints, and what it complains of."""
    run = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=60)
    return run.stdout.strip() + run.stderr.strip()


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def test_it_has_the_size_asked_for_and_programs_find_it(private: Display) -> None:
    assert private.size == (800, 600)
    assert private.name.startswith(":")
    assert said(IS_THERE, private.environ) == "800 600"
    assert private.alive


def test_nobody_else_may_look_at_it(private: Display, tmp_path: Path) -> None:
    strangers = {**private.environ, "XAUTHORITY": str(tmp_path / "none")}
    (tmp_path / "none").touch()
    assert "800 600" not in said(IS_THERE, strangers)
    authority = Path(private.environ["XAUTHORITY"])
    assert authority.stat().st_mode & 0o077 == 0


def test_it_listens_to_no_network(private: Display) -> None:
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", 6000 + int(private.name[1:]))) != 0


def test_its_programs_are_told_of_no_other_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("SESSION_MANAGER", "local/here")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/1000/bus")
    with open_display((320, 240)) as display:
        assert not {"WAYLAND_DISPLAY", "SESSION_MANAGER"} & display.environ.keys()
        assert display.environ["DBUS_SESSION_BUS_ADDRESS"] != "unix:path=/run/user/1000/bus"
        assert display.environ["GDK_BACKEND"] == "x11"
        assert os.environ["WAYLAND_DISPLAY"] == "wayland-0"  # this process is told nothing


@pytest.mark.skipif(not shutil.which("openbox"), reason="there is no window manager: apt-get install openbox")
def test_a_window_manager_is_at_work_once_it_is_open(private: Display) -> None:
    assert said(MANAGED, private.environ) == "Openbox"


def test_several_can_be_open_and_each_chooses_a_number_of_its_own(private: Display) -> None:
    with open_display((320, 240)) as other:
        assert other.name != private.name
        assert said(IS_THERE, other.environ) == "320 240"


def test_closing_ends_what_was_started_on_it_and_nothing_else() -> None:
    other = subprocess.Popen(["sleep", "60"])
    try:
        display = open_display((320, 240))
        program = display.start(["sleep", "60"])
        stubborn = display.start(["sh", "-c", "trap '' TERM; sleep 60"])
        folder = Path(display.environ["XAUTHORITY"]).parent
        display.close()
        assert program.poll() is not None
        assert stubborn.poll() is not None
        assert not folder.exists()
        assert other.poll() is None
        assert said(IS_THERE, display.environ) != "320 240"
        assert not display.alive
        display.close()
        with pytest.raises(NoDevice, match="is closed"):
            display.start(["sleep", "1"])
    finally:
        other.terminate()
        other.wait()


def test_a_programs_children_end_with_it(tmp_path: Path) -> None:
    with open_display((320, 240)) as display:
        fifo = tmp_path / "child"
        os.mkfifo(fifo)
        display.start(["sh", "-c", f"sleep 60 & echo $! > {fifo}; wait"])
        child = int(fifo.read_text())
        assert not gone(child)
    assert gone(child)


def test_it_ends_with_the_process_that_opened_it_even_if_that_is_killed() -> None:
    code = """
from handsight.devices.desktop import open_display
display = open_display((320, 240))
print(*(process.pid for process in (display._server, *display._programs)), flush=True)
print(display.environ["XAUTHORITY"], flush=True)
input()
"""
    opener = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert opener.stdout
    assert opener.stdin
    waiting = [os.pidfd_open(int(pid)) for pid in opener.stdout.readline().split()]
    authority = opener.stdout.readline().strip()
    opener.send_signal(signal.SIGKILL)
    opener.wait()
    for process in waiting:  # the server, the message bus and the window manager
        assert select.select([process], [], [], 20)[0], "it outlived whoever opened the display"
        os.close(process)
    opener.stdin.close()
    opener.stdout.close()
    shutil.rmtree(Path(authority).parent)


def test_a_program_that_is_not_there_is_said(private: Display) -> None:
    with pytest.raises(UsageError, match="no program 'mousepda'"):
        private.start(["mousepda"])
    with pytest.raises(UsageError, match="no program was named"):
        private.start([])


@pytest.mark.parametrize("size", [(0, 100), (100, 63), (20000, 100)])
def test_a_size_that_no_display_has_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(UsageError, match="64x64 to 16384x16384"):
        open_display(size)


def test_what_is_missing_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoDevice, match="apt install xvfb"):
        open_display()
    monkeypatch.setenv("DISPLAY", ":7")
    with pytest.raises(NoDevice, match="apt install xserver-xephyr"):
        open_display(shown=True)
    monkeypatch.delenv("DISPLAY")
    with pytest.raises(NoDevice, match="no display of yours"):
        open_display(shown=True)


@pytest.mark.skipif(not shutil.which("Xephyr"), reason="there is no server in a window: apt-get install xserver-xephyr")
def test_it_can_be_shown_in_a_window_of_the_users_own_display(
    private: Display, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", private.name)
    monkeypatch.setenv("XAUTHORITY", private.environ["XAUTHORITY"])
    with open_display((320, 240), shown=True) as inner:
        assert said(IS_THERE, inner.environ) == "320 240"
        assert inner.name != private.name


def test_a_process_works_one_display_after_the_other_and_never_the_wrong_one() -> None:
    code = """
from handsight.devices.desktop import open_desktop, open_display
from handsight.errors import NoDevice
from handsight.types import Point
with open_display((320, 240)) as first, open_display((640, 480)) as second:
    old = open_desktop(display=first)
    print(old.glance().size)
    new = open_desktop(display=second)
    screen = new.glance()
    new.move_to(Point(600, 400), screen)
    print(screen.size, new.pointer(screen))
    try:
        old.move_to(Point(10, 10), screen)
    except NoDevice as problem:
        print(problem)
    new.close()
    old.close()
with open_display((400, 300)) as third:
    again = open_desktop(display=third)
    print(again.glance().size)
    again.close()
"""
    one, two, three, four = said(code, dict(os.environ)).splitlines()
    assert one == "(320, 240)"
    assert two == "(640, 480) Point(x=600.5, y=400.5)"
    assert three == "this process has opened another display since; to work several at once, use several processes"
    assert four == "(400, 300)"


def test_what_is_done_can_be_broken_off_while_the_server_does_not_answer() -> None:
    """By Ctrl-C, or by what else a signal raises; the display is worked on as before."""
    code = """
import os, signal
from handsight.devices.desktop import open_desktop, open_display
from handsight.types import Point
with open_display((320, 240)) as display:
    device = open_desktop(display=display)
    screen = device.screenshot()
    for act, raised in (
        (lambda: device.move_to(Point(50, 60), screen), KeyboardInterrupt()),
        (lambda: device._inputs._gui.position(), TimeoutError()),
    ):
        def interrupt(*_):
            os.killpg(display._server.pid, signal.SIGCONT)
            raise raised
        signal.signal(signal.SIGALRM, interrupt)
        os.killpg(display._server.pid, signal.SIGSTOP)
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        try:
            act()
        except (KeyboardInterrupt, TimeoutError):
            print("broken off")
    device.move_to(Point(70, 80), screen)
    print(device.pointer(screen))
    device.close()
"""
    assert said(code, dict(os.environ)).splitlines() == ["broken off", "broken off", "Point(x=70.5, y=80.5)"]


def test_a_connection_is_closed_once_its_server_is_gone() -> None:
    """Whatever was still to be sent: a broken pipe is one way to hear of it."""
    code = """
from handsight.devices.desktop import open_desktop, open_display
from handsight.devices.desktop.inputs import open_inputs
with open_display((320, 240)) as display:
    open_desktop(display=display).close()
    inputs = open_inputs()
connection = inputs._gui.platformModule._display.display
print(inputs.connected, connection.socket.fileno())
"""
    assert said(code, dict(os.environ)) == "False -1"
