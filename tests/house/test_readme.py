"""What the README says works: its Python runs as it stands, its commands exist, its links lead somewhere."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
PHONE, SCRIPT, DESKTOP, TOOL, TESTS, ASK = [code for language, code in BLOCKS if language == "python"]


def run(code: str, folder: Path) -> str:
    """Run Python as a reader of the README would: from a file, in a folder of their own."""
    script = folder / "example.py"
    script.write_text(code, encoding="utf-8")
    ran = subprocess.run([sys.executable, script], cwd=folder, capture_output=True, text=True, timeout=110)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_examples_are_ten_lines_at_most() -> None:
    for code in (PHONE, SCRIPT, DESKTOP, TOOL, TESTS, ASK):
        assert len([line for line in code.splitlines() if line.strip()]) <= 10


def test_the_phone_example_ends_verified(tmp_path: Path) -> None:
    assert run(PHONE, tmp_path) == "verified\n"


def test_the_tool_example_calls_the_tool(tmp_path: Path) -> None:
    assert run(TOOL, tmp_path) == "time to tidy up\n"


def test_the_example_of_a_question_gives_a_value(tmp_path: Path) -> None:
    (tmp_path / ".github").symlink_to(ROOT / ".github")
    assert run(ASK, tmp_path) == "12.5\n"


def test_the_desktop_example_fills_the_form(display: str, form, tmp_path: Path) -> None:
    run(DESKTOP, tmp_path)
    assert form.next("saved")["text"] == "Ada Lovelace"
    assert "Ada Lovelace" in next(tmp_path.glob("runs/*/report.html")).read_text()


def test_a_script_has_five_lines_beside_its_import(tmp_path: Path) -> None:
    for code in (SCRIPT, DESKTOP):
        lines = [line for line in code.splitlines() if line.strip() and not line.startswith(("from ", "import "))]
        assert len(lines) <= 5
    run(SCRIPT, tmp_path)


def test_the_example_tests_pass(tmp_path: Path) -> None:
    (tmp_path / "test_screen.py").write_text(TESTS, encoding="utf-8")
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_screen.py"]
    ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=110)
    assert ran.returncode == 0, ran.stdout


def test_the_example_task_file_is_played(tmp_path: Path) -> None:
    task = next(code for language, code in BLOCKS if language == "yaml")
    (tmp_path / "shop.yaml").write_text(task, encoding="utf-8")
    words = [sys.executable, "-m", "handsight", "play", "shop.yaml"]
    secret = {**os.environ, "GIFT_CARD": "4471"}
    ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=110, env=secret)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("command", re.findall(r"`(handsight [a-z]+)", README))
def test_a_command_that_is_named_exists(command: str) -> None:
    ran = subprocess.run([sys.executable, "-m", *shlex.split(command), "--help"], capture_output=True, text=True)
    assert ran.returncode == 0
    assert "Usage: " + command in ran.stdout


def test_the_command_line_example_is_understood(tmp_path: Path) -> None:
    shown = next(line for line in README.splitlines() if line.startswith("$ handsight run"))
    words = [sys.executable, "-m", *shlex.split(shown.removeprefix("$ ")), "--json"]
    ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=110)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1])["kind"] == "claimed"


def test_the_reader_reads_out_the_screen_as_shown(tmp_path: Path) -> None:
    shown = next(line for line in README.splitlines() if line.startswith("$ handsight ask --device virtual"))
    words = [sys.executable, "-m", *shlex.split(shown.removeprefix("$ "), comments=True)]
    ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=110)
    assert ran.returncode == 0, ran.stderr
    assert "Settings" in ran.stdout.splitlines()


def test_the_questions_and_the_chat_are_understood(tmp_path: Path) -> None:
    shown = [line for line in README.splitlines() if re.match(r"\$ handsight (ask|chat) .*--model MODEL", line)]
    assert len(shown) == 3
    (tmp_path / "s.txt").write_text("Nothing.", encoding="utf-8")
    shutil.copy(ROOT / ".github" / "run.png", tmp_path / "photo.jpg")
    frames = [Image.new("RGB", (64, 48), (n, 0, 0)) for n in range(50)]
    frames[0].save(tmp_path / "talk.mp4", "GIF", save_all=True, append_images=frames[1:], duration=1000)
    for line in shown:
        words = shlex.split(line.removeprefix("$ ").replace("MODEL", "scripted:s.txt"), comments=True)
        ran = subprocess.run(
            [sys.executable, "-m", *words], cwd=tmp_path, input="Well?\n", capture_output=True, text=True, timeout=110
        )
        assert (ran.stdout, ran.stderr, ran.returncode) == ("Nothing.\n", "", 0)


def test_links_and_pictures_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_the_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"make (\w+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_extras_exist() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for named in re.findall(r"\.\[([a-z,]+)\]", README):
        assert set(named.split(",")) <= extras.keys()
