"""At which port an adb server listens: the one that all programs share, or one of its own."""

from __future__ import annotations

import os
import random
import socket

from handsight.errors import AdbMissing, UsageError

HOST = "127.0.0.1"


def shared_port() -> int:
    """Where this computer's adb server is. Raises UsageError where the environment names no port."""
    said = os.environ.get("ANDROID_ADB_SERVER_PORT") or "5037"
    if not said.isdecimal():
        raise UsageError(f"ANDROID_ADB_SERVER_PORT must be a port number, not {said!r}")
    return int(said)


def free_port() -> int:
    """A port for later that nobody listens at, below those that systems hand out. Raises AdbMissing.

    One of those might be given to another program meanwhile; and whoever knocks at one may be connected to himself.
    """
    for port in random.SystemRandom().sample(range(20000, 32000), 100):
        try:
            socket.create_server((HOST, port)).close()
        except OSError:  # taken
            continue
        return port
    raise AdbMissing(f"no port is free on {HOST} for an adb server, of a hundred that were tried")
