"""`handsight check` as a user runs it, against virtual phones with and without quirks."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from handsight.cli.check import markdown
from handsight.cli.doctor import Finding
from handsight.cli.phone import list_quirks
from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.quirks import QUIRKS

Run = Callable[..., subprocess.CompletedProcess[str]]


def rows(said: str) -> dict[str, str]:
    """What was found, by what was looked at."""
    lines = [line.split(maxsplit=1)[1] for line in said.splitlines() if line[:1] in "✓–✗"]
    return {what: found.strip() for what, found in (line.split("  ", 1) for line in lines)}


def test_a_good_phone_is_said_to_be_good(handsight: Run) -> None:
    ran = handsight("check", "--device", "virtual:540x960")
    found = rows(ran.stdout)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert found["screenshot"].startswith("540x960, quiet, settle ")
    assert found["size"] == "touches count in 540x960, 1 for a pixel"
    assert found["phone"].startswith("handsight Virtual Phone, Android 14 (API 34)")
    assert "ms" in found["raw capture"] + found["PNG capture"]
    assert found["left out"].startswith("touching (--touch gives leave), typing, swipes")
    assert "tap" not in found


def test_with_leave_it_touches_the_phone_a_little(handsight: Run) -> None:
    found = rows(handsight("check", "--device", "virtual:540x960", "--touch").stdout)
    assert found["home"].startswith(("quiet", "unchanged"))
    assert found["tap"].startswith("is let through")
    assert found["left out"].startswith("typing")


@pytest.mark.parametrize(
    ("quirk", "what", "words"),
    [
        ("foldable", "panels", "several, the one in use is named"),
        ("png-only", "raw capture", "does not work"),
        ("size-override-unseen", "size", "touches count in 1080x1920, 2 for a pixel"),
        ("gesture-navigation", "navigation", "by gestures"),
        ("spinner", "motion", "a part of the screen never rests"),
        ("pointer-location", "overlay", "'Pointer location' of the phone is on"),
    ],
)
def test_what_is_odd_about_a_phone_is_told(handsight: Run, quirk: str, what: str, words: str) -> None:
    ran = handsight("check", "--device", f"virtual:540x960,quirk={quirk}")
    assert ran.returncode == 0, ran.stdout
    assert words in rows(ran.stdout)[what]


@pytest.mark.parametrize(
    ("quirk", "words"),
    [
        ("secure", "APP forbids pictures of its screen"),
        ("no-capture", "Failed to take screenshot"),
        ("pin-lock", "asks for its PIN"),
        ("no-touch", "USB debugging (Security settings)"),
    ],
)
def test_what_is_broken_is_told_and_the_exit_code_says_so(handsight: Run, quirk: str, words: str) -> None:
    ran = handsight("check", "--device", f"virtual:540x960,quirk={quirk}")
    assert (ran.returncode, ran.stderr) == (1, "")
    assert any(words in line for line in ran.stdout.splitlines() if line.startswith("✗"))


def test_the_report_tells_neither_the_phone_nor_what_is_on_it(handsight: Run, folder: Path) -> None:
    with VirtualPhone(size=(540, 960), quirks=("secure",), serial="R58M12ABCDE") as phone:
        ran = handsight("check", "--device", phone.address, "--report", "report.md")
        package = phone.foreground[0]
        address = phone.address
    report = (folder / "report.md").read_text(encoding="utf-8")
    assert ran.returncode == 1
    assert report.startswith("# handsight check, ")
    assert "| broken | looks | APP forbids pictures of its screen" in report
    for secret in ("R58M12ABCDE", package, address):
        assert secret not in report


def test_a_phone_that_is_not_there_is_a_finding_too(handsight: Run, folder: Path) -> None:
    ran = handsight("check", "--device", "R58M12ABCDE", "--report", "report.md")
    assert ran.returncode == 1
    assert "no phone has the serial SERIAL" in (folder / "report.md").read_text(encoding="utf-8")


def test_a_device_of_the_users_own_is_checked_as_far_as_it_goes(handsight: Run) -> None:
    found = rows(handsight("check", "--device", "mine:Board").stdout)
    assert "panels" not in found
    assert found["opens"].startswith("as Board in ")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--device", "virtual:huge"), "'huge' is none of these"),
        (("--device", "virtual:540x960", "--report", "nowhere/report.md"), "cannot be written to nowhere/report.md"),
    ],
)
def test_wrong_words_are_one_sentence(handsight: Run, words: tuple[str, ...], sentence: str) -> None:
    ran = handsight("check", *words)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert sentence in ran.stderr


def test_a_table_survives_what_is_in_its_cells() -> None:
    said = markdown([Finding("adb", "broken", "one | two\nthree", "mend it")])
    assert said.splitlines()[-1] == "| broken | adb | one \\| two three → mend it |"


def test_the_quirks_are_listed_as_the_table_of_the_documentation(handsight: Run) -> None:
    ran = handsight("phone", "--quirks")
    assert ran.returncode == 0
    lines = ran.stdout.splitlines()
    assert [line.split("`")[1] for line in lines[2:]] == list(QUIRKS)
    assert {line.count(" | ") for line in lines if "---" not in line} == {3}


def test_a_quirk_that_nobody_knows_is_one_sentence(handsight: Run) -> None:
    ran = handsight("phone", "--quirk", "fold")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("handsight: no quirk is called 'fold'; there are: linker-warning, foldable")


def test_a_locked_phone_ends_a_run_as_one_that_needs_a_person(handsight: Run, folder: Path) -> None:
    ran = handsight("run", "open Settings", "--device", "virtual:540x960,quirk=pin-lock")
    assert (ran.returncode, ran.stdout) == (5, "")
    assert "asks for its PIN, pattern or finger: unlock it by hand" in ran.stderr
    assert not (folder / "runs").exists() or not list((folder / "runs").iterdir())


def test_the_documentation_has_the_table_as_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    list_quirks()
    page = Path(__file__).parents[2] / "devices" / "virtual" / "quirks" / "README.md"
    assert capsys.readouterr().out in page.read_text(encoding="utf-8")
