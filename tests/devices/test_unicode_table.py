"""The table of texts that arrive, in the benchmarks' README, is what a run prints today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def rows(text: str) -> list[str]:
    head = "| text | characters | typed by | exact |"
    lines = text[text.index(head) :].splitlines()
    return lines[: next((at for at, line in enumerate(lines) if not line.startswith("|")), len(lines))]


def test_the_table_was_made_by_a_run() -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "unicode_table.py")]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert rows((ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")) == rows(ran.stdout)
