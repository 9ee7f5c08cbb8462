"""The command line as a user runs it: a process of its own, in a folder of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The user's folder, with a device and a model of the user's own in `mine.py`."""
    shutil.copy(Path(__file__).with_name("mine.py"), tmp_path)
    return tmp_path


@pytest.fixture
def environment(folder: Path) -> dict[str, str]:
    """An environment in which no phone and no key is known, with the adb server of the tests."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("HANDSIGHT")}
    paths = os.pathsep.join(path for path in sys.path if path)
    return {
        **keep,
        "PYTHONPATH": paths,
        "BOARD": str(folder / "board.log"),
        "COLUMNS": "100",
        "PYTHONWARNINGS": "error",
    }


@pytest.fixture
def handsight(folder: Path, environment: dict[str, str]) -> Run:
    """Run `handsight` with these words and give what it printed."""

    def run(*words: str, **more: object) -> subprocess.CompletedProcess[str]:
        env = {**environment, **{name: str(value) for name, value in more.items()}}
        command = [sys.executable, "-m", "handsight", *words]
        return subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, timeout=100, stdin=subprocess.DEVNULL
        )

    return run
