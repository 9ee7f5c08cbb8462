"""A program on a terminal of its own, as a person uses it: typed at, read, interrupted."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

# The child takes the terminal as its own, so that a typed Ctrl-C becomes a signal, and then becomes the program.
_START = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
CTRL_C, CTRL_D = "\x03", "\x04"


class Terminal:
    """Runs `handsight` with these words on a pseudo-terminal until the end of the `with`."""

    def __init__(self, words: list[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._master, slave = pty.openpty()
        env = {**environment, "TERM": "xterm", "LC_ALL": "C.UTF-8", "INPUTRC": "/dev/null"}
        program = [sys.executable, "-m", "handsight", *words]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, *program],
            cwd=folder,
            env=env,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self._read = b""
        self._from = 0

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._master)

    @property
    def screen(self) -> str:
        """All that was shown so far, without colours and the movements of the cursor."""
        text = self._read.decode("utf-8", "replace")
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "")

    def types(self, text: str) -> None:
        os.write(self._master, text.encode())

    def shows(self, text: str, within_s: float = 60) -> str:
        """Wait until this is shown, after what was waited for before, and give what came until then."""
        ends = time.monotonic() + within_s
        while text not in self.screen[self._from :]:
            assert self._more(ends), f"{text!r} does not come after {self.screen!r}"
        start, self._from = self._from, self.screen.index(text, self._from) + len(text)
        return self.screen[start : self._from]

    def ends(self, within_s: float = 60) -> int:
        """Wait until the program is over, and give its exit code."""
        ends = time.monotonic() + within_s
        while self._more(ends):
            pass
        return self._process.wait(within_s)

    def _more(self, ends: float) -> bool:
        """Read what is there; False when nothing more comes."""
        ready, _, _ = select.select([self._master], [], [], max(0, ends - time.monotonic()))
        try:
            new = os.read(self._master, 65536) if ready else b""
        except OSError:  # the program has ended, and with it the terminal
            new = b""
        self._read += new
        return bool(new)
