"""The scripts that are there to copy work real programs, each in a process and on a display of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NEEDS = {
    "calculator": "galculator",
    "editor": "l3afpad",
    "terminal": "xterm",
    "spreadsheet": "gnumeric",
    "browser": "chromium",
}
PRINTS = {
    "calculator": "50",
    "editor": "Zürich, 你好, שלום <3 👍🏽\nSecond line: 100%sure",
    "terminal": "42",
    "spreadsheet": "Item,Price\nMilk,1.2\nBrötchen,2.3\nTotal,3.5",
    "browser": "\n".join(["{'name': ['Ada Lovelace'], 'city': ['Zürich'], 'gift': ['on']}"] * 2),
}


@pytest.mark.parametrize("name", NEEDS)
def test_a_script_does_its_work_and_leaves_a_report(name: str, tmp_path: Path) -> None:
    for program, package in (("Xvfb", "xvfb"), ("openbox", "openbox"), (NEEDS[name], NEEDS[name])):
        if not shutil.which(program):
            pytest.skip(f"there is no {program}: apt-get install {package}")
    words = [sys.executable, "-m", f"handsight.hand.examples.{name}"]
    ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == PRINTS[name]
    reports = [*tmp_path.glob("runs/*/report.html")]
    assert reports
    assert all(name in report.read_text() for report in reports)


FILLED = """
from handsight import open_hand
with open_hand("private:1024x768,l3afpad") as hand:
    hand.find("Search")
    hand.type("first words")
    hand.check("first words")
    hand.type("others", clear=True)
    hand.check("others")
    print(hand.shows("first words"))
"""


@pytest.mark.skipif(
    not all(map(shutil.which, ("Xvfb", "openbox", "l3afpad"))), reason="apt-get install xvfb openbox l3afpad"
)
def test_a_field_of_a_desktop_is_emptied_first_where_that_is_asked_for(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", FILLED], cwd=tmp_path, capture_output=True, text=True)
    assert (ran.stdout, ran.returncode) == ("False\n", 0), ran.stderr
