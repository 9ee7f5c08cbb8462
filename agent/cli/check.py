"""`handsight check`: whether a device can be worked, and what is odd about it, as a table to attach to a bug report.

It changes nothing on the device unless it is given leave, but that it wakes it, and tells nothing of what is on it: no
picture, no name of an app, no serial.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from handsight.cli.options import Device

if TYPE_CHECKING:
    from handsight.cli.doctor import Finding
    from handsight.devices.android import AndroidDevice

LEFT_OUT = "typing, swipes and opening apps, which change what is on the device"
_PROPERTIES = ("ro.product.manufacturer", "ro.product.model", "ro.build.version.release", "ro.build.version.sdk",
               "ro.build.display.id")  # fmt: skip


def check(
    device: Device = None,
    touch: Annotated[bool, typer.Option("--touch", help="On a phone, press home and tap the status bar too.")] = False,
    report: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Write what was found to this file as well, as Markdown."),
    ] = None,
) -> int:
    """Look whether a device can be worked, and what is odd about it; nothing on it is changed, nor shown."""
    from handsight import wiring
    from handsight.cli.doctor import tell
    from handsight.errors import UsageError

    open_device = wiring.device_opener(device)
    findings = list(_examine(open_device, device or "", touch=touch))
    if report:
        try:
            report.write_text(markdown(findings), encoding="utf-8")
        except OSError as problem:
            raise UsageError(f"the report cannot be written to {report}: {problem.strerror}") from None
    return tell(findings)


def markdown(findings: list[Finding]) -> str:
    """The findings as a table in Markdown."""
    rows = [(f.state, f.what, " ".join(filter(None, (f.found, f.mend and f"→ {f.mend}")))) for f in findings]
    cells = ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    title = f"# handsight check, {time.strftime('%Y-%m-%d %H:%M')}"
    return "\n".join([title, "", "| | what | found |", "|---|---|---|", *cells, ""])


def _examine(open_device: Callable[[], Any], words: str, *, touch: bool) -> Iterator[Finding]:
    from handsight import __version__
    from handsight.cli.doctor import Finding
    from handsight.errors import HandsightError

    yield Finding("handsight", "good", f"{__version__}, Python {platform.python_version()}, {platform.platform()}")
    began = time.monotonic()
    try:
        device = open_device()
    except HandsightError as problem:
        phone = words if words not in ("desktop",) and not words.startswith("virtual") else ""
        yield Finding("opens", "broken", _without(str(problem), phone))
        return
    try:
        yield Finding("opens", "good", f"as {type(device).__name__} in {time.monotonic() - began:.2f} s")
        looks = [_looks, *_of_a_phone(device, touch=touch)]
        for look in looks:
            try:
                yield from look(device)
            except HandsightError as problem:
                serial = getattr(getattr(device, "link", None), "serial", "")
                app = getattr(getattr(device, "front", None), "app", "")
                yield Finding(look.__name__.strip("_"), "broken", _without(str(problem), serial, app))
        yield Finding("left out", "missing", LEFT_OUT if touch else f"touching (--touch gives leave), {LEFT_OUT}")
    finally:
        device.close()


def _without(said: str, serial: str, app: str = "") -> str:
    """What was said, but for which phone it was and what was on its screen."""
    for secret, word in ((serial, "SERIAL"), (app, "APP")):
        said = said.replace(secret, word) if secret else said
    return said


def _looks(device: Any) -> Iterator[Finding]:
    """What holds for every device: two looks at the same screen."""
    from handsight.cli.doctor import Finding
    from handsight.devices.base import Apps, Eraser, Glance, Keys, Mouse, Touch, Tree
    from handsight.errors import NoTree

    able = [kind.__name__ for kind in (Glance, Touch, Mouse, Keys, Eraser, Apps, Tree) if isinstance(device, kind)]
    yield Finding("can", "good", ", ".join(able) or "only be looked at")
    screen = device.screenshot()
    wide, high = screen.size
    took = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in screen.timing.items())
    yield Finding("screenshot", "good", f"{wide}x{high}, {screen.settled}, {took}")
    if screen.moving:
        yield Finding("motion", "good", "a part of the screen never rests, and is left out")
    if isinstance(device, Glance):
        same = device.glance().size == screen.size
        yield Finding("glance", "good" if same else "broken", "of the same size" if same else "of another size")
    if isinstance(device, Tree):
        began = time.monotonic()
        try:
            count = len(device.elements(screen))
            yield Finding("tree", "good", f"names {count} things, in {(time.monotonic() - began) * 1000:.0f} ms")
        except NoTree as problem:
            yield Finding("tree", "missing", str(problem))


def _of_a_phone(device: Any, *, touch: bool) -> list[Callable[[Any], Iterator[Finding]]]:
    if not (hasattr(device, "link") and hasattr(device, "screencap")):
        return []
    return [_phone, _captures, _window, _input, *([_touches] if touch else [])]


def _phone(device: AndroidDevice) -> Iterator[Finding]:
    from handsight.cli.doctor import Finding, adb_version
    from handsight.devices.android import ime, overlays

    yield Finding("adb", "good", adb_version(device.link.server.program))
    about = [device.link.ask("getprop", name).stdout.strip() for name in _PROPERTIES]
    yield Finding("phone", "good", "{} {}, Android {} (API {}), {}".format(*(word or "?" for word in about)))
    for sentence in overlays.drawn(device.link):
        yield Finding("overlay", "missing", sentence)
    try:
        yield Finding("keyboard", "good", f"other scripts go by {ime.find(device.link).name}")
    except ime.NoKeyboard as problem:
        yield Finding("keyboard", "missing", f"keys type only ASCII: {problem}")


def _captures(device: AndroidDevice) -> Iterator[Finding]:
    """Both ways of capturing, as they were compared at the first look."""
    from handsight.cli.doctor import Finding
    from handsight.devices.android.screencap import ENCODED, RAW

    screencap = device.screencap
    for name, way in (("raw capture", RAW), ("PNG capture", ENCODED)):
        if way in screencap.took:
            used = ", in use" if way == screencap.way else ""
            yield Finding(name, "good", f"{screencap.took[way] * 1000:.0f} ms{used}")
        else:
            yield Finding(name, "missing", "does not work")
    yield Finding("panels", "good", "several, the one in use is named" if screencap.panel else "one")


def _window(device: AndroidDevice) -> Iterator[Finding]:
    """What the window manager tells, against the picture."""
    from handsight.cli.doctor import Finding

    wide, high = device.glance().size
    front = device.front
    if front.size is None:
        yield Finding("size", "missing", "the window manager does not tell: the picture's is taken")
    else:
        scale = max(front.size) / max(wide, high)
        yield Finding("size", "good", f"touches count in {front.size[0]}x{front.size[1]}, {scale:g} for a pixel")
    yield Finding("app in front", "good" if front.app else "missing", "is named" if front.app else "is not named")
    kinds = {inset.kind for inset in front.insets}
    ways = "gestures" if "systemGestures" in kinds else "buttons, or not told"
    keyboard = "; the soft keyboard is up" if "ime" in kinds else ""
    yield Finding("navigation", "good", f"by {ways}{keyboard}")


def _input(device: AndroidDevice) -> Iterator[Finding]:
    """Whether keys are let through: waking a phone that is awake changes nothing."""
    from handsight.cli.doctor import Finding

    began = time.monotonic()
    device.press("wakeup")
    yield Finding("keys", "good", f"are let through, in {(time.monotonic() - began) * 1000:.0f} ms")


def _touches(device: AndroidDevice) -> Iterator[Finding]:
    """Home, and a tap on the status bar, where there is nothing to hit."""
    from handsight.cli.doctor import Finding
    from handsight.types import Point

    device.press("home")
    screen = device.screenshot()
    yield Finding("home", "good", f"{screen.settled} after {screen.timing['settle'] * 1000:.0f} ms")
    device.tap(Point(screen.size[0] / 2, 2), on=screen)
    screen = device.screenshot()
    yield Finding("tap", "good", f"is let through; then {screen.settled}")
