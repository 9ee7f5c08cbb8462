"""The services that a host may open on the virtual phone: shell, exec, sync, framebuffer and polite refusals."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from handsight.devices.virtual.adbd.link import Service, Stream
from handsight.devices.virtual.adbd.sync import serve_sync
from handsight.devices.virtual.shell.shell import STDOUT, Shell
from handsight.devices.virtual.shell.terminal import Stdin, converse

if TYPE_CHECKING:
    from handsight.devices.virtual.served import VirtualPhone

FEATURES = "shell_v2,cmd,stat_v2,ls_v2,fixed_push_mkdir"
STDIN, EXIT, CLOSE_STDIN = 0, 3, 4
_PACKET = struct.Struct("<BI")
_REFUSALS = {
    "reboot": "the virtual phone does not reboot; close it and open it again\n",
    "root": "adbd cannot run as root in production builds\n",
    "unroot": "adbd not running as root\n",
    "remount": "Device must be bootloader unlocked\n",
}


def find_service(phone: VirtualPhone, name: str) -> Service | None:
    """Give what answers a service name such as "shell,v2,raw:ls /sdcard", or None where a phone hangs up."""
    kind, colon, rest = name.partition(":")
    if not colon:
        return None
    kind, *options = kind.split(",")
    if kind == "shell" and "v2" in options:
        return partial(_serve_shell_v2, phone=phone, script=rest, terminal="pty" in options)
    if kind in ("shell", "exec"):
        return partial(_serve_shell, phone=phone, script=rest, terminal=kind == "shell" and "raw" not in options)
    if name == "sync:":
        return partial(serve_sync, files=phone.files)
    if name == "framebuffer:":
        return partial(_serve_framebuffer, phone=phone)
    if kind in _REFUSALS:
        return partial(_write, text=_REFUSALS[kind])
    if name == "reverse:list-forward":
        return partial(_write, text="OKAY0000")
    return None


def _serve_shell(stream: Stream, phone: VirtualPhone, script: str, *, terminal: bool) -> None:
    """Speak the old shell protocol: bytes as they are, standard error among them, no exit code."""
    _run(phone, script, lambda _, data: stream.write(data), Stdin(stream.read_some), stream.hung_up, terminal=terminal)


def _serve_shell_v2(stream: Stream, phone: VirtualPhone, script: str, *, terminal: bool) -> None:
    """Speak the new one: packets of a number that says which descriptor, a length, and data; at last the exit code."""

    def write(fd: int, data: bytes) -> None:
        room = stream.link.max_payload - _PACKET.size
        for start in range(0, len(data), room):
            part = memoryview(data)[start : start + room]
            stream.write(b"".join((_PACKET.pack(fd, len(part)), part)))

    def read_some() -> bytes:
        while True:
            kind, length = _PACKET.unpack(stream.read(_PACKET.size))
            data = stream.read(length)
            if kind == CLOSE_STDIN:
                return b""
            if kind == STDIN and data:
                return data

    code = _run(phone, script, write, Stdin(read_some), stream.hung_up, terminal=terminal)
    stream.write(_PACKET.pack(EXIT, 1) + bytes([code & 0xFF]))


def _run(
    phone: VirtualPhone,
    script: str,
    write: Callable[[int, bytes], None],
    stdin: Stdin,
    hung_up: threading.Event,
    *,
    terminal: bool,
) -> int:
    """Run a script, or what is typed where there is none."""
    if script:
        return Shell(phone, write, stdin.read, hung_up).run(script)

    def write_lines(_: int, data: bytes) -> None:
        write(STDOUT, data.replace(b"\n", b"\r\n"))

    shell = Shell(phone, write_lines if terminal else write, stdin.read, hung_up)
    return converse(shell, stdin, write, terminal=terminal)


def _serve_framebuffer(stream: Stream, phone: VirtualPhone) -> None:
    header, pixels = phone.captures.framebuffer()
    stream.write(header)
    stream.write(pixels)


def _write(stream: Stream, text: str) -> None:
    stream.write(text.encode())
