"""On a desktop a thing is told by its looks where a program has no tree, and by its dialog where it has one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TILL = """
import tkinter as tk
root = tk.Tk()
root.title("Till")
root.geometry("500x300+60+60")
tk.Label(root, text="Total").pack()
row = tk.Frame(root)
row.pack()
for text, colour in (("Pay", "#2657CB"), ("Void", "#B3261E")):
    look = {"bg": colour, "fg": "white", "activebackground": colour, "activeforeground": "white"}
    tk.Button(row, text=text, command=lambda t=text: said.config(text=t + " done"), **look).pack(side="left", padx=10)
said = tk.Label(root, text="nothing yet")
said.pack(pady=40)
root.mainloop()
"""

LOOKS = """
import sys
from handsight import open_hand
with open_hand("private:1024x768," + sys.argv[1] + " till.py") as hand:
    for what in ("the red button", "the blue button under Total", "the button right of Pay", "the first button"):
        hand.tap(what)
        hand.wait_for("Void done" if what in ("the red button", "the button right of Pay") else "Pay done")
        print(hand.find(what).by)
    box = hand.find("the red button").box
    cut = hand.device.screenshot().image.crop(tuple(map(round, (box.left, box.top, box.right, box.bottom))))
    hand.tap(cut)
    hand.wait_for("Void done")
"""

DIALOG = """
from handsight import open_hand
from handsight.errors import NotFound
with open_hand("private:1024x768,l3afpad") as hand:
    hand.find("Search")
    hand.type("first words")
    hand.press("ctrl+q")
    hand.wait_for("Cancel in the dialog")
    print(hand.find("Cancel in the Question dialog").by)
    print(*map(hand.shows, ("Search in the dialog", "Search in the window", "Cancel in the window '*(Untitled)'")))
    hand.tap("Cancel in the dialog")
    hand.gone("Cancel in the dialog")
    hand.timeout_s = 0.3
    try:
        hand.tap("Cancel in the dialog")
    except NotFound as problem:
        print(problem)
"""


def ran(script: str, folder: Path, *words: str) -> str:
    done = subprocess.run([sys.executable, "-c", script, *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(not all(map(shutil.which, ("Xvfb", "openbox"))), reason="apt-get install xvfb openbox")
def test_without_a_tree_buttons_are_told_by_their_colours(tmp_path: Path) -> None:
    pytest.importorskip("tkinter", reason="apt-get install python3-tk", exc_type=ImportError)
    (tmp_path / "till.py").write_text(TILL)
    assert ran(LOOKS, tmp_path, sys.executable).split() == ["picture"] * 4


@pytest.mark.skipif(
    not all(map(shutil.which, ("Xvfb", "openbox", "l3afpad"))), reason="apt-get install xvfb openbox l3afpad"
)
def test_a_programs_dialog_is_told_from_its_window(tmp_path: Path) -> None:
    by, shown, said = ran(DIALOG, tmp_path).splitlines()
    assert by == "tree"
    assert shown == "False True False"
    assert said == "there is no dialog on the screen, for 'Cancel in the dialog'"
