"""Quirks of `screencap`: warnings before the picture, other headers, pictures cut short, none at all, two panels."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from handsight.devices.virtual.adbd.capture import Captures
from handsight.devices.virtual.display import black
from handsight.devices.virtual.quirks.quirk import Quirk, Twist, Twists, only
from handsight.devices.virtual.shell.commands.process import Command, Process, Result
from handsight.devices.virtual.shell.commands.screen import DISPLAY_ID

if TYPE_CHECKING:
    from handsight.devices.virtual.served import VirtualPhone

COVER_ID = "4619827551948147201"
CUT_AT = 40_000  # bytes
_LINKER = (
    b'WARNING: linker: Warning: "[vdso]" unused DT entry: unknown processor-specific (type 0x70000001 arg 0x0)'
    b" (ignoring)\n"
)
_SEVERAL = (
    b"[Warning] Multiple displays were found, but no display id was specified! Defaulting to the first display found,"
    b" however this default is not guaranteed to be consistent across captures. A display id should be specified.\n"
    b"A display ID can be specified with the [-d display-id] option.\n"
    b'See "dumpsys SurfaceFlinger --display-id" for valid display IDs.\n'
)
_FAILED = Result(err="Failed to take screenshot. Status: -2\nCapturing failed.\n", code=1)


def _changed(change: Callable[[bytes, bool], bytes]) -> Twist:
    """Change what is written to standard output, given whether it is a PNG."""

    def twist(run: Command, args: list[str], process: Process) -> Result:
        done = run(args, process)
        out = done.out.encode() if isinstance(done.out, str) else done.out
        return replace(done, out=change(out, "-p" in args)) if out else done

    return twist


def _short_header(data: bytes, png: bool) -> bytes:
    return data if png else data[:12] + data[16:]


def _no_alpha(data: bytes, png: bool) -> bytes:
    return data if png else data[:8] + struct.pack("<I", 2) + data[12:]


def _without_raw(run: Command, args: list[str], process: Process) -> Result:
    return run(args, process) if "-p" in args else _FAILED


def _without_whole_png(data: bytes, png: bool) -> bytes:
    return data[: min(CUT_AT, len(data) // 2)] if png else data


def _now_and_then(phone: VirtualPhone) -> Twists:
    """Cut every third capture short."""
    number = count(1)
    return {"screencap": _changed(lambda data, png: data[: len(data) // 2] if next(number) % 3 == 0 else data)}


def _foldable(phone: VirtualPhone) -> Twists:
    """Give the phone a cover panel, which is the one in use once `cmd device_state state 0` has folded it."""
    inner = phone.physical_size
    panels = {DISPLAY_ID: inner, COVER_ID: (inner[0] * 9 // 10, inner[1] * 4 // 5)}
    folded = False

    def in_use() -> str:
        return COVER_ID if folded else DISPLAY_ID

    def screencap(run: Command, args: list[str], process: Process) -> Result:
        named = args[args.index("-d") + 1] if "-d" in args[:-1] else ""
        if named and named not in panels:
            return run(args, process)
        if named == in_use():
            at = args.index("-d")
            return run(args[:at] + args[at + 2 :], process)
        dark = next(panel for panel in panels if panel != in_use())  # of the two, the default is the wrong one
        captures = Captures(lambda: black(panels[dark]))
        picture = captures.png() if "-p" in args else captures.raw()
        return Result(picture if named else _SEVERAL + picture)

    def dumpsys(run: Command, args: list[str], process: Process) -> Result:
        if args[:1] == ["SurfaceFlinger"]:
            rows = enumerate(panels)
            ids = (f'Display {id} (HWC display {n}): port={n} pnpId=GGL displayName="Common Panel"\n' for n, id in rows)
            return Result("".join(ids))
        done = run(args, process)
        if args[:1] != ["display"] or not isinstance(done.out, str):
            return done
        dark = next(panel for panel in panels if panel != in_use())
        out = done.out.replace(f"local:{DISPLAY_ID}", f"local:{in_use()}")
        wide, high = panels[dark]
        other = (
            "  mViewports=[DisplayViewport{type=INTERNAL, valid=true, isActive=false, displayId=3, "
            f"uniqueId='local:{dark}', physicalPort=1, orientation=0, logicalFrame=Rect(0, 0 - {wide}, {high})}}, "
        )
        return replace(done, out=out.replace("  mViewports=[", other))

    def cmd(run: Command, args: list[str], process: Process) -> Result:
        nonlocal folded
        if args[:2] != ["device_state", "state"] or args[2:] not in (["0"], ["3"]):
            return run(args, process)
        with phone.lock:
            folded = args[2] == "0"
            phone.physical_size = panels[in_use()]
            phone.changed()
        return Result()

    return {"screencap": screencap, "dumpsys": dumpsys, "cmd": cmd}


QUIRKS = (
    Quirk(
        "linker-warning",
        "lines of the linker come before every picture, raw or PNG",
        "emulators, containers such as Waydroid",
        "skips what is no picture",
        only("screencap", _changed(lambda data, png: _LINKER * 2 + data)),
    ),
    Quirk(
        "foldable",
        "two panels: without an id `screencap` warns and shows the one that is off; folding changes panel, id and size",
        "Galaxy Z Fold, Pixel Fold, MIX Flip, Find N; emulators with several displays",
        "captures the panel in use by its id (`-d`), and asks again when that one goes dark",
        _foldable,
    ),
    Quirk(
        "raw-12",
        "raw pictures have a header of 12 bytes, without a colour space",
        "Android 8 and older",
        "tells the header from the length",
        only("screencap", _changed(_short_header)),
    ),
    Quirk(
        "rgbx",
        "raw pictures are RGBX, whose fourth byte means nothing",
        "no phone is named; Android's pixel formats have it",
        "reads three of the four bytes",
        only("screencap", _changed(_no_alpha)),
    ),
    Quirk(
        "png-only",
        "raw capture fails, PNG works",
        "no phone is named; a frame buffer in another format",
        "takes the way that works",
        only("screencap", _without_raw),
    ),
    Quirk(
        "png-cut",
        "every PNG comes truncated",
        "no phone is named; links that drop bytes",
        "takes no half picture: captures raw",
        only("screencap", _changed(_without_whole_png)),
    ),
    Quirk(
        "cut-short",
        "every third capture, raw or PNG, comes truncated",
        "no phone is named; links that drop bytes",
        "captures again",
        _now_and_then,
    ),
    Quirk(
        "no-capture",
        "no capture succeeds",
        "Android 14, of displays that cannot be captured",
        "ends with CaptureFailed and the phone's own words; never a made-up picture",
        only("screencap", lambda run, args, process: _FAILED),
        works=False,
    ),
)
