"""The `getevent` command: what the panel and the keys tell, with the columns of Android 14's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from queue import Empty

from handsight.devices.virtual.hardware import KEYS, PANEL, PANEL_MOST, SLOTS, Told
from handsight.devices.virtual.shell.commands.process import Process, Result

_POLL_S = 0.05
_USAGE = """Usage: getevent [-t] [-n] [-s switchmask] [-S] [-v [mask]] [-d] [-p] [-i] [-l] [-q] [-c count] [-r] [device]
    -t: show time stamps
    -p: show possible events (errs, dev, name, pos. events)
    -l: label event types and names in plain text
    -q: quiet (clear verbosity mask)
    -c: print given number of events then exit
"""
_KINDS = {"EV_SYN": 0, "EV_KEY": 1, "EV_ABS": 3}
_CODES = {
    "SYN_REPORT": 0,
    **{"KEY_VOLUMEDOWN": 114, "KEY_VOLUMEUP": 115, "KEY_POWER": 116, "KEY_BACK": 158, "KEY_HOMEPAGE": 172},
    **{"BTN_TOUCH": 330, "KEY_APPSELECT": 580, "ABS_MT_SLOT": 47, "ABS_MT_TOUCH_MAJOR": 48, "ABS_MT_POSITION_X": 53},
    **{"ABS_MT_POSITION_Y": 54, "ABS_MT_TRACKING_ID": 57, "ABS_MT_PRESSURE": 58},
}
_AXES = (
    *(("ABS_MT_SLOT", SLOTS - 1), ("ABS_MT_TOUCH_MAJOR", 255), ("ABS_MT_POSITION_X", PANEL_MOST)),
    *(("ABS_MT_POSITION_Y", PANEL_MOST), ("ABS_MT_TRACKING_ID", 65535), ("ABS_MT_PRESSURE", 255)),
)
_NAMES = {KEYS: "gpio-keys", PANEL: "virtual_touchscreen"}


def getevent(args: list[str], process: Process) -> Result:
    """Say which devices there are and what each can tell, or tell what happens until whoever asked hangs up."""
    flags, paths, count = set[str](), list[str](), 0
    remaining = iter(args)
    for arg in remaining:
        if arg == "-c":
            said = next(remaining, "")
            count = int(said) if said.isdecimal() else 0
        elif arg.startswith("-"):
            flags |= {*arg[1:]}
        else:
            paths.append(arg)
    if unknown := sorted(flags - {*"tplqn"}):
        return Result(err=f"getevent: invalid option -{unknown[0]}\n{_USAGE}", code=1)
    if len(paths) > 1:
        return Result(err=_USAGE, code=1)
    for path in paths:
        if path not in _NAMES:
            return Result(err=f"could not open {path}, No such file or directory\n", code=1)
    chosen = paths or [*_NAMES]
    labelled = "l" in flags
    if "p" in flags:
        return Result("".join(line for path in chosen for line in _described(path, [*_NAMES].index(path), labelled)))
    if "q" not in flags and not paths:
        heads = (f'add device {i}: {path}\n  name:     "{_NAMES[path]}"\n' for i, path in enumerate(chosen, 1))
        process.write("".join(heads).encode())
    with process.phone.hardware.listening() as told:
        left = count or -1
        while left and not process.hung_up.is_set():
            try:
                event = told.get(timeout=_POLL_S)
            except Empty:
                continue
            if event.path in chosen:
                process.write(line(event, timed="t" in flags, named=not paths, labelled=labelled).encode())
                left -= 1
    return Result()


def line(event: Told, *, timed: bool, named: bool, labelled: bool) -> str:
    """One event as a line."""
    start = f"[{int(event.at):8d}.{int(event.at % 1 * 1e6):06d}] " if timed else ""
    start += f"{event.path}: " if named else ""
    if not labelled:
        return f"{start}{_KINDS[event.kind]:04x} {_CODES[event.code]:04x} {event.value:08x}\n"
    value = {0: "UP", 1: "DOWN"}.get(event.value) if event.kind == "EV_KEY" else None
    return f"{start}{event.kind:<12.12} {event.code:<20.20} {value or f'{event.value:08x}':<20.20}\n"


def _described(path: str, index: int, labelled: bool) -> Iterator[str]:
    """A device as `-p` has it; four names to a line, or eight numbers, and an axis to each."""
    yield f'add device {index + 1}: {path}\n  name:     "{_NAMES[path]}"\n  events:\n'
    codes = ["BTN_TOUCH"] if path == PANEL else [code for code in _CODES if code.startswith("KEY_")]
    yield from _rows("KEY (0001):", codes, 4 if labelled else 8, lambda code: _column(code, labelled))
    if path == PANEL:
        axes = {code: f" : value 0, min 0, max {most}, fuzz 0, flat 0, resolution 0" for code, most in _AXES}
        yield from _rows("ABS (0003):", [*axes], 1, lambda code: _column(code, labelled) + axes[code])
    yield "  input props:\n" + ("    INPUT_PROP_DIRECT\n" if path == PANEL else "    <none>\n")


def _column(code: str, labelled: bool) -> str:
    return f" {code:<20.20} " if labelled else f" {_CODES[code]:04x} "


def _rows(title: str, codes: Sequence[str], each: int, column: Callable[[str], str]) -> Iterator[str]:
    for start in range(0, len(codes), each):
        head = f"    {title}" if start == 0 else " " * 15
        yield head + "".join(map(column, codes[start : start + each])) + "\n"


COMMANDS = {"getevent": getevent}
