"""The standard input and output, kept for a protocol alone: whatever else is printed goes to the standard error."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TextIO

import anyio
import anyio.from_thread
import anyio.lowlevel

_PIECE = 1 << 16


class Wire:
    """Takes the standard input and output away from everything else in this process and its children."""

    def __init__(self) -> None:
        sys.stdout.flush()
        self._in = os.dup(0)
        self.out: TextIO = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)

    def close(self) -> None:
        """Write nothing any more. The input is left to the thread that may still read it."""
        with suppress(OSError):  # whoever read it has gone
            self.out.close()

    async def lines(self) -> AsyncIterator[str]:
        """The lines that come in, until the input ends. Read in a thread that nobody has to wait for."""
        send, receive = anyio.create_memory_object_stream[bytes](0)
        loop = anyio.lowlevel.current_token()

        def read() -> None:
            with suppress(RuntimeError, anyio.BrokenResourceError, OSError):  # nobody listens any more
                rest = b""
                while piece := os.read(self._in, _PIECE):
                    *lines, rest = (rest + piece).split(b"\n")
                    for line in lines:
                        anyio.from_thread.run(send.send, line, token=loop)
            with suppress(RuntimeError):
                anyio.from_thread.run_sync(send.close, token=loop)

        threading.Thread(target=read, name="stdin", daemon=True).start()
        async with send, receive:
            async for line in receive:
                yield line.decode("utf-8", "replace")
