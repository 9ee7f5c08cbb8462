"""A shell without a script: standard input line by line, with prompt and echo where a terminal asks for them."""

from __future__ import annotations

from collections.abc import Callable

from handsight.devices.virtual.shell.shell import STDOUT, Shell

CTRL_C, CTRL_D, BACKSPACES = 0x03, 0x04, (0x08, 0x7F)
_ENDS_LINE = b"\r\n"


class Stdin:
    """Standard input made of pieces. `read_some` waits for the next one, and gives nothing at the end."""

    def __init__(self, read_some: Callable[[], bytes | memoryview]) -> None:
        self._read_some = read_some
        self._unread = bytearray()
        self._ended = False

    def read(self, count: int | None) -> bytes:
        """Wait for `count` bytes, or for all until the end."""
        while (count is None or len(self._unread) < count) and self._fill():
            pass
        count = len(self._unread) if count is None else count
        data = bytes(self._unread[:count])
        del self._unread[:count]
        return data

    def read_line(self, echo: Callable[[bytes], None] | None = None) -> str | None:
        """Wait for a line, without its end; None at the end. `echo` shows what is typed and lets it be corrected."""
        line = bytearray()
        while self._unread or self._fill():
            byte = self._unread.pop(0)
            if byte in _ENDS_LINE or (echo and byte == CTRL_C):
                if echo:
                    echo(b"\r\n" if byte != CTRL_C else b"^C\r\n")
                return "" if byte == CTRL_C else line.decode("utf-8", "replace")
            if echo and byte in BACKSPACES:
                if line:
                    del line[-1:]
                    echo(b"\b \b")
            elif echo and byte == CTRL_D:
                return None
            else:
                line.append(byte)
                if echo:
                    echo(bytes([byte]))
        return line.decode("utf-8", "replace") if line else None

    def _fill(self) -> bool:
        """Wait for a piece and say whether one came."""
        if not self._ended:
            piece = self._read_some()
            self._unread += piece
            self._ended = not piece
        return not self._ended


def converse(shell: Shell, stdin: Stdin, write: Callable[[int, bytes], None], *, terminal: bool) -> int:
    """Run line after line until the end or `exit`, and give the last exit code."""

    def show(data: bytes) -> None:
        write(STDOUT, data)

    while not shell.exited:
        if terminal:
            show(f"virtual:{shell.folder} $ ".encode())
        line = stdin.read_line(show if terminal else None)
        if line is None:
            break
        shell.run(line)
    return shell.status
