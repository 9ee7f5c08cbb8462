"""A private desktop from the command line: kept until Ctrl-C, or for the length of a run."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Run

pytestmark = pytest.mark.skipif(
    not shutil.which("Xvfb"), reason="there is no X server of our own: apt-get install xvfb"
)

HANDSIGHT = [sys.executable, "-m", "handsight"]
FORM = Path(__file__).parents[1] / "desktop" / "form.py"
SIZE_OF = "from Xlib.display import Display; s = Display().screen(); print(s.width_in_pixels, s.height_in_pixels)"


@pytest.mark.parametrize("ends", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
def test_it_is_there_for_other_processes_until_it_is_ended(ends: signal.Signals) -> None:
    command = [*HANDSIGHT, "desktop", "--size", "320x240", "--", "sleep", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as kept:
        assert kept.stdout
        first, how, program = (kept.stdout.readline() for _ in range(3))
        assert first.startswith("a private desktop of 320x240 at :")
        assert "handsight run --device desktop" in how
        words = dict(word.split("=", 1) for word in program.split()[:2])
        ran = subprocess.run(
            [sys.executable, "-c", SIZE_OF], capture_output=True, text=True, env={**os.environ, **words}
        )
        assert ran.stdout == "320 240\n"
        kept.send_signal(ends)
        assert kept.wait(20) == 0
        assert not Path(words["XAUTHORITY"]).exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--size", "big"], "a size is written as 1920x1080, not 'big'"),
        (["--size", "10x10"], "64x64 to 16384x16384"),
        (["mousepda"], "no program 'mousepda'"),
    ],
)
def test_what_is_wrong_is_one_sentence(handsight: Run, arguments: list[str], says: str) -> None:
    ran = handsight("desktop", *arguments)
    assert ran.returncode == 2
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr


def test_without_a_server_it_says_what_to_install(handsight: Run) -> None:
    ran = handsight("desktop", PATH="/nowhere")
    assert ran.returncode == 1
    assert "apt install xvfb" in ran.stderr


def test_showing_needs_a_display_to_show_it_on(handsight: Run) -> None:
    ran = handsight("desktop", "--show", DISPLAY="")
    assert ran.returncode == 1
    assert "no display of yours" in ran.stderr


def test_a_run_has_a_desktop_of_its_own_and_takes_it_away_again(handsight: Run, tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    task = 'type "Zoë < 牛奶" into Name, click Save, check Saved is shown'
    ran = handsight(
        "run", "--device", f"private:1280x800,{sys.executable} {FORM}", task, DISPLAY="", TMPDIR=str(tmp_path)
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert [*tmp_path.glob("handsight-display-*")] == []
