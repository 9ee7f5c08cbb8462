"""The commands of the virtual phone by name: each a function of its arguments and its process, one file per family."""

from __future__ import annotations

from handsight.devices.virtual.shell.commands import (
    activity,
    dump,
    getevent,
    input,
    machine,
    packages,
    screen,
    settings,
    storage,
    text,
)
from handsight.devices.virtual.shell.commands.process import Command

COMMANDS: dict[str, Command] = {
    **text.COMMANDS,
    **storage.COMMANDS,
    **machine.COMMANDS,
    **input.COMMANDS,
    **screen.COMMANDS,
    **activity.COMMANDS,
    **packages.COMMANDS,
    **settings.COMMANDS,
    **dump.COMMANDS,
    **getevent.COMMANDS,
}
