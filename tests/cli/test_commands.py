"""The commands beside `run`: help, devices, phone, report, doctor, demo."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from handsight import __version__
from handsight.cli.demo import rings
from handsight.cli.doctor import BASE, EXTRAS
from handsight.cli.run import EXIT_CODES
from handsight.devices.android import VirtualAndroid
from handsight.devices.android.adb import open_server
from handsight.devices.virtual.apps.clock import Alarm, Clock
from handsight.wiring import open_device

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_help_names_every_command_and_the_exit_codes(handsight: Run) -> None:
    ran = handsight("--help")
    assert ran.returncode == 0
    for command in ("run", "devices", "phone", "report", "doctor", "demo"):
        assert re.search(rf"^  {command} ", ran.stdout, re.MULTILINE)
    codes = handsight("run", "--help").stdout
    for code in set(EXIT_CODES.values()) | {2}:
        assert re.search(rf"^    {code} +\S", codes, re.MULTILINE), code


def test_help_loads_no_library_that_it_does_not_need() -> None:
    code = (
        "import sys\nfrom handsight.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit: pass\nprint('LOADED', *sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in ran.stdout.rpartition("LOADED ")[2].split()}
    heavy = {"PIL", "adbutils", "openai", "httpx", "torch", "transformers", "numpy", "cv2", "rapidocr", "jinja2"}
    assert loaded.isdisjoint(heavy | {"jsonschema", "pydantic", "rich", "mss", "pyautogui"})


def test_a_run_loads_no_model_or_device_that_it_does_not_use(handsight: Run, folder: Path) -> None:
    (folder / "script.txt").write_text("a\n---\nb\n---\nc\n---\nd")
    (folder / "telling.py").write_text(
        "import atexit, sys\nfrom mine import Board as Told\n"
        "atexit.register(lambda: print('LOADED', *sys.modules, file=sys.stderr))\n"
    )
    ran = handsight("run", "x", "--device", "telling:Told", "--model", "scripted:script.txt")
    loaded = {name.split(".")[0] for name in ran.stderr.rpartition("LOADED ")[2].split()}
    assert ran.returncode == 3
    assert loaded.isdisjoint({"adbutils", "openai", "torch", "transformers", "cv2", "rapidocr", "mss", "pyautogui"})


def test_the_version_is_printed(handsight: Run) -> None:
    assert handsight("--version").stdout == f"handsight {__version__}\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_one_sentence() -> None:
    with Path("/dev/full").open("w") as full:
        words = [sys.executable, "-m", "handsight", "doctor"]
        ran = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True)
    assert ran.returncode == 1
    assert ran.stderr.startswith("handsight: there is no space left")
    assert len(ran.stderr.splitlines()) == 1


def test_nothing_to_do_shows_the_help(handsight: Run) -> None:
    ran = handsight()
    assert "Usage: handsight" in ran.stdout + ran.stderr


def test_the_exit_codes_are_six_different_ways_to_end() -> None:
    assert EXIT_CODES["claimed"] == EXIT_CODES["verified"] == 0
    others = [code for kind, code in EXIT_CODES.items() if kind not in ("claimed", "verified")]
    assert len(set(others)) == len(others) == 5
    assert 2 not in others


def test_a_virtual_phone_is_there_for_any_adb_until_ctrl_c(
    folder: Path, environment: dict[str, str], handsight: Run
) -> None:
    command = [sys.executable, "-m", "handsight", "phone", "--size", "540x960", "--dark"]
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as phone:
        assert phone.stdout
        said = [phone.stdout.readline() for _ in range(3)]
        address = said[1].split()[-1]
        assert said[0] == f"Virtual Phone 540x960 at {address}; Ctrl-C ends it\n"
        shown = handsight("devices").stdout
        assert re.search(r"^virtual +ready", shown, re.MULTILINE)
        assert address not in shown
        subprocess.run([open_server().program, "connect", address], check=True, capture_output=True)
        shown = handsight("devices").stdout
        assert re.search(rf"^{re.escape(address)} +ready +\S", shown, re.MULTILINE)
        looked = handsight("doctor")
        assert address in looked.stdout
        ran = handsight("run", "open Settings, tap Display", "--device", address, "--json")
        assert json.loads(ran.stdout.splitlines()[-1])["kind"] == "claimed"
        phone.send_signal(signal.SIGINT)
        assert phone.wait(30) == 0
        open_server().forget(address)


def test_a_port_that_is_taken_is_said_to_be(handsight: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = handsight("phone", "--port", str(port))
    assert ran.returncode == 2
    assert ran.stderr.startswith(f"handsight: port {port} cannot be listened on")


def test_without_adb_the_list_says_what_is_missing_and_what_is_there(handsight: Run) -> None:
    ran = handsight("devices", PATH="/nowhere", ADBUTILS_ADB_PATH="/nowhere/adb", ANDROID_ADB_SERVER_PORT="1")
    assert ran.returncode == 0
    assert "virtual" in ran.stdout
    assert "Phones cannot be listed: " in ran.stdout


def test_the_desktop_is_listed_where_there_is_a_display(handsight: Run) -> None:
    assert "desktop" not in handsight("devices", DISPLAY="", WAYLAND_DISPLAY="").stdout
    listed = handsight("devices", DISPLAY=":7").stdout
    assert ["desktop", "ready", "this computer's own screen: X11 at :7"] in rows(listed)


def rows(printed: str) -> list[list[str]]:
    """The cells of a table, line by line."""
    return [[cell.strip() for cell in re.split(r"\s{2,}", line.strip())] for line in printed.splitlines()]


def test_a_private_desktop_is_listed_where_one_can_be_opened(handsight: Run) -> None:
    can = shutil.which("Xvfb") is not None
    row = ["private:PROGRAM", "ready", "a program on a display of its own"]
    assert (row in rows(handsight("devices").stdout)) is can
    assert row not in rows(handsight("devices", PATH="/nowhere").stdout)


def test_the_doctor_says_what_a_private_desktop_wants(handsight: Run, tmp_path: Path) -> None:
    assert "apt install xvfb openbox xclip" in handsight("doctor", PATH="/nowhere").stdout
    (tmp_path / "bin").mkdir()
    for program in ("Xvfb", "openbox"):
        (tmp_path / "bin" / program).write_text("#!/bin/sh\n")
        (tmp_path / "bin" / program).chmod(0o755)
    said = handsight("doctor", PATH=str(tmp_path / "bin")).stdout
    assert "Xvfb, without xclip" in said
    assert "apt install xclip" in said


def test_the_doctor_looks_at_everything_and_is_content_with_a_sound_base(handsight: Run) -> None:
    ran = handsight("doctor")
    assert (ran.returncode, ran.stderr) == (0, "")
    for what in ("handsight", *EXTRAS, "adb", "phones", "fonts", "display"):
        assert re.search(rf"^\S +{what} ", ran.stdout, re.MULTILINE), what
    assert f"{__version__}, Python 3." in ran.stdout
    for line in ran.stdout.splitlines():
        assert "\x1b" not in line


def test_the_doctor_knows_the_base_as_it_is_declared() -> None:
    import tomllib

    config = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    declared = {re.split(r"[><=]", entry)[0] for entry in config["project"]["dependencies"]}
    assert set(BASE) == declared
    extras = config["project"]["optional-dependencies"]
    for extra, (packages, _) in EXTRAS.items():
        assert set(packages) <= {re.split(r"[><=]", entry)[0] for entry in extras[extra]}


def test_a_report_is_written_again_from_the_record(handsight: Run, folder: Path) -> None:
    (folder / "script.txt").write_text("a\n---\nb\n---\nc\n---\nd")
    handsight("run", "x", "--device", "mine:Board", "--model", "scripted:script.txt", "--run-folder", "here")
    page = folder / "here" / "report.html"
    written = page.read_text("utf-8")
    page.unlink()
    ran = handsight("report", "here")
    assert (ran.returncode, ran.stdout) == (0, "here/report.html\n")
    assert page.read_text("utf-8") == written


def test_the_demo_by_the_embedded_eye_is_believed_only_once_it_is_verified(handsight: Run) -> None:
    ran = handsight("demo", "--mini")
    assert ("done, and verified" in ran.stdout) is (ran.returncode == 0)
    assert "says the model" not in ran.stdout
    assert "open_app" in ran.stdout


def test_what_the_embedded_eye_is_to_reach_is_a_phone_that_rings() -> None:
    with closing(open_device("virtual")) as device:
        assert isinstance(device, VirtualAndroid)
        clock = device.phone.app("clock")
        assert isinstance(clock, Clock)
        assert not rings(device)
        clock.alarms.append(Alarm(7, 30))
        assert rings(device)
        clock.alarms[-1].on = False
        assert not rings(device)


def test_the_demo_is_verified_and_tells_where_the_time_went(handsight: Run, folder: Path) -> None:
    ran = handsight("demo")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "done, and verified" in ran.stdout
    acts = re.findall(r"(open_app|tap|press|swipe|type_text) ", ran.stdout)
    assert {"open_app", "tap", "swipe", "type_text"} <= set(acts)
    assert len(acts) >= 6
    summary = next(line for line in ran.stdout.splitlines() if " on average " in line)
    assert all(phase in summary for phase in ("settle", "capture", "model", "act"))
    report = ran.stdout.splitlines()[-1].removeprefix("report: ")
    assert (folder / report).is_file()
