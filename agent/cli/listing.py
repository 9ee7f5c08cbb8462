"""`handsight devices`: what can be worked."""

from __future__ import annotations

from importlib.util import find_spec

from handsight.errors import AdbMissing, DeviceError, ExtraMissing

HELP = {
    "device": "ready",
    "unauthorized": "unauthorized: accept the dialog on its screen",
    "authorizing": "unauthorized: accept the dialog on its screen",
    "no": "no permission: add Android's udev rules to this computer",
    "offline": "offline: unlock it, plug or connect it again",
}


def devices() -> None:
    """Print a table of the phones that adb knows, and of what is always there."""
    from rich.table import Table

    from handsight.cli.console import plain
    from handsight.cli.doctor import display, private

    console = plain()
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 3, 0, 0))
    for heading in ("device", "state", "model"):
        table.add_column(heading, overflow="fold")
    phones, problem = attached()
    for serial, state, model in phones:
        table.add_row(serial, HELP.get(state, state), model)
    for screen in display():
        if screen.state == "good":
            table.add_row("desktop", "ready", f"this computer's own screen: {screen.found}")
    if any(part.state == "good" for part in private()):
        table.add_row("private:PROGRAM", "ready", "a program on a display of its own")
    table.add_row("virtual", "ready", "a virtual phone, started for the run")
    if find_spec("gymnasium"):
        table.add_row("gym:ID", "ready", "a Gymnasium environment, such as gym:FrozenLake-v1")
    console.print(table)
    if problem:
        console.print(f"\nPhones cannot be listed: {problem}", style="yellow")


def attached() -> tuple[list[tuple[str, str, str]], DeviceError | ExtraMissing | None]:
    """Serial, state and model of each phone that adb knows, or why they cannot be known."""
    try:
        from handsight.devices.android import adb

        return [(phone.serial, phone.state, phone.model) for phone in adb.devices()], None
    except (AdbMissing, DeviceError, ExtraMissing) as problem:
        return [], problem
