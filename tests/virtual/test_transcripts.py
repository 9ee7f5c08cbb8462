"""Each file in golden/shell is a talk with the phone's shell, as a terminal would show it.

A line that begins with "$ " is typed; what the phone answers, standard error included, follows until the next; an exit
code other than 0 stands at its end as "[code]".
"""

from __future__ import annotations

from pathlib import Path

import pytest

from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.shell.shell import Shell
from handsight.devices.virtual.timing import StillClock

from .judges import Pad

FILES = sorted((Path(__file__).parents[1] / "golden" / "shell").glob("*.txt"))
PROMPT = "$ "


def talk(script: str) -> str:
    """Type the lines of a transcript that begin with a prompt, and write the transcript anew."""
    clock = StillClock()
    phone = VirtualPhone(size=(270, 600), apps=[Pad], serial="golden-1", clock=clock, sleep=clock.sleep, now=clock.now)
    written: list[bytes] = []
    shell = Shell(phone, lambda _, data: written.append(data))
    lines = []
    for line in script.splitlines():
        if line.startswith(PROMPT):
            written.clear()
            code = shell.run(line.removeprefix(PROMPT))
            answer = b"".join(written).decode()
            lines += [f"{line}\n", answer if not answer or answer.endswith("\n") else f"{answer}%\n"]
            lines += [f"[{code}]\n"] if code else []
    return "".join(lines)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_shell_answers_as_it_did(file: Path) -> None:
    assert talk(file.read_text(encoding="utf-8")) == file.read_text(encoding="utf-8")


def test_there_are_transcripts() -> None:
    assert len(FILES) >= 8
