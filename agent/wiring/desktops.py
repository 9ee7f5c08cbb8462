"""Desktops in words: "desktop:2,pointer", "desktop:window=Notes", "private:1280x800,mousepad notes.txt"."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

from handsight.errors import UsageError

if TYPE_CHECKING:
    from handsight.devices.base import Device

_SIZE = re.compile(r"(\d{2,5})x(\d{2,5})")
_DESKTOP = "desktop:2,pointer,yield,paste=ctrl+shift+v,window=TITLE, of which window comes last"
_PRIVATE = "private:PROGRAM, or private:1280x800,show,pointer,PROGRAM with its arguments"


def desktop_settings(options: str) -> dict[str, Any]:
    """Read what follows "desktop:" as `open_desktop` takes it; a title may hold commas. Raises UsageError."""
    settings: dict[str, Any] = {}
    while options:
        option, _, rest = options.partition(",")
        option = option.strip()
        if option.startswith("window="):
            settings["window"], rest = options.strip().removeprefix("window="), ""
        elif option.isdecimal():
            settings["monitor"] = int(option)
        elif option in ("pointer", "yield"):
            settings["yielding" if option == "yield" else option] = True
        elif option.startswith("paste=") and option != "paste=":
            settings["paste"] = option.removeprefix("paste=")
        else:
            raise UsageError(f"a desktop is written as {_DESKTOP}; {option!r} is none of these")
        options = rest
    if "window" in settings and ("monitor" in settings or not settings["window"]):
        raise UsageError(f"a desktop is written as {_DESKTOP}; a window is named, and chosen instead of a monitor")
    return settings


def private_settings(options: str) -> dict[str, Any]:
    """Read what follows "private:" as `open_private` takes it. Raises UsageError."""
    settings: dict[str, Any] = {}
    while True:
        option, comma, rest = options.partition(",")
        if comma and (size := _SIZE.fullmatch(option.strip())):
            settings["size"] = (int(size[1]), int(size[2]))
        elif comma and option.strip() in ("show", "pointer"):
            settings["shown" if option.strip() == "show" else "pointer"] = True
        else:
            break
        options = rest
    try:
        settings["program"] = shlex.split(options)
    except ValueError as problem:
        raise UsageError(f"the program of a private desktop is written as in a shell: {problem}") from problem
    if not settings["program"]:
        raise UsageError(f"a private desktop is written as {_PRIVATE}; no program was named")
    return settings


def open_private(
    program: list[str], size: tuple[int, int] | None = None, *, shown: bool = False, **options: Any
) -> Device:
    """Open a private display with a program on it, as a desktop that ends both when it is closed.

    `options` are those of `open_desktop`. Raises DeviceError, UsageError for a program that is not there.
    """
    from handsight.devices.desktop import open_desktop, open_display
    from handsight.devices.desktop.display import SIZE

    display = open_display(size or SIZE, shown=shown)
    try:
        display.start(program, quiet=True)
        return open_desktop(display=display, **options).then(display.close)
    except BaseException:
        display.close()
        raise
