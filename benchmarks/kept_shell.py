"""Whether a shell that is kept open carries out acts faster than a service for each act.

The kept shell is one `shell,v2` stream without a script: commands go to its standard input, a line with a mark and the
exit status comes back. Both sides tap the same virtual phone through the same adb server, turn about.

    python benchmarks/kept_shell.py
"""

from __future__ import annotations

import socket
import statistics
import time

from handsight.devices.android import VirtualAndroid, open_virtual
from handsight.devices.virtual import VirtualPhone

ROUNDS, ACTS = 10, 50
STDIN, STDOUT = 0, 1
MARK = b"@done "


class KeptShell:
    """Just enough of one to be measured: it has no time-outs, and errors are not told from output."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link

    def run(self, command: str) -> int:
        line = f"{command}; echo '{MARK.decode()}'$?\n".encode()
        self._link.sendall(bytes([STDIN]) + len(line).to_bytes(4, "little") + line)
        said = b""
        while MARK not in said or not said.endswith(b"\n"):
            head = self._link.recv(5, socket.MSG_WAITALL)
            data = self._link.recv(int.from_bytes(head[1:], "little"), socket.MSG_WAITALL)
            said += data if head[0] == STDOUT else b""
        return int(said.partition(MARK)[2])


def measure(device: VirtualAndroid) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds for each act: through the link as it is, as one bare service each, through the kept shell."""
    link, serial = device.link, device.link.serial
    ours, bare, kept = list[float](), list[float](), list[float]()
    with link.server.service(serial, "shell,v2,raw:", 10) as stream:
        shell = KeptShell(stream)
        for _ in range(ROUNDS):
            for took, act in (
                (ours, lambda: link.act("input", "tap", "1", "1").status),
                (bare, lambda: link._shell("input tap 1 1", 10).status),
                (kept, lambda: shell.run("input tap 1 1")),
            ):
                for _ in range(ACTS):
                    began = time.perf_counter()
                    assert act() == 0
                    took.append(1000 * (time.perf_counter() - began))
    return ours, bare, kept


def main() -> None:
    device = open_virtual(VirtualPhone())
    try:
        ours, bare, kept = measure(device)
    finally:
        device.close()
    rows = {"as it is, which asks what phone it is": ours, "a service for each act": bare, "kept shell": kept}
    for name, took in rows.items():
        print(f"{name:38}{min(took):6.2f} ms at best, {statistics.median(took):6.2f} in the middle")
    ratios = min(kept) / min(ours), statistics.median(kept) / statistics.median(ours)
    print(f"{'kept shell / as it is':38}{ratios[0]:6.2f}          {ratios[1]:9.2f}")


if __name__ == "__main__":
    main()
