"""Read what Android's services print about themselves; the wording differs between versions."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FOCUS = re.compile(r"mCurrentFocus=Window\{(\w+) \S+ ([^}]+)\}")
_FOCUSED_APP = re.compile(r"mFocusedApp=.*?\s([\w.]+)/")
_SIZE = re.compile(r"\bcur=(\d+)x(\d+)")
_COMPONENT = re.compile(r"^\s*([\w.]+)/([\w.$]+)\s*$", re.MULTILINE)
_PACKAGE_NAME = re.compile(r"\bpackageName=([\w.]+)")
_LABEL = re.compile(r"\bnonLocalizedLabel=(.*?) icon=0x")
_SYSTEM_WINDOWS = ("NotificationShade", "StatusBar")


@dataclass(frozen=True)
class Front:
    """What is in front: the app's package, the window's id, and the size in which Android counts touches."""

    app: str = ""
    window: str = ""
    size: tuple[int, int] | None = None


def front(window_dump: str) -> Front:
    """Read `dumpsys window`, or the part of it called `displays`."""
    focus, app, size = (pattern.search(window_dump) for pattern in (_FOCUS, _FOCUSED_APP, _SIZE))
    window, title = focus.groups() if focus else ("", "")
    package, slash, _ = title.partition("/")
    if not slash:  # a window without an activity, a popup, or nothing while windows change
        package = "com.android.systemui" if title in _SYSTEM_WINDOWS else app[1] if app else ""
    return Front(package, window, (int(size[1]), int(size[2])) if size else None)


def is_secure(window_dump: str, window: str) -> bool:
    """Whether `dumpsys window windows` says that a window forbids pictures of itself."""
    described = window_dump.split("Window #")
    return any(f"Window{{{window} " in part and re.search(r"\bfl=.*\bSECURE\b", part) for part in described)


def is_awake(power_dump: str) -> bool:
    """Whether `dumpsys power` says that the screen is on; a phone that does not say is taken to be."""
    return "mWakefulness=" not in power_dump or "mWakefulness=Awake" in power_dump


def input_method(input_method_dump: str) -> tuple[str, bool]:
    """Read `dumpsys input_method`: the connected one's id, empty where that is not said, and whether it is shown."""
    connected = re.search(r"\bmCurId=(\S+)", input_method_dump)
    return connected[1] if connected else "", "mInputShown=true" in input_method_dump


def activities(query: str) -> dict[str, str]:
    """Read `cmd package query-activities --brief`: the first activity of each package."""
    return dict(reversed(_COMPONENT.findall(query)))


def labels(query: str) -> dict[str, str]:
    """Read `cmd package query-activities`: the labels of those apps that have one label for all languages."""
    found: dict[str, str] = {}
    for described in query.split("ActivityInfo:")[1:]:
        package, label = _PACKAGE_NAME.search(described), _LABEL.search(described)
        if package and label and label[1] != "null":
            found.setdefault(package[1], label[1])
    return found


def packages(listed: str) -> list[str]:
    """Read `pm list packages`."""
    return [line.removeprefix("package:").strip() for line in listed.splitlines() if line.startswith("package:")]


def went_wrong(start: str) -> bool:
    """Whether `am start`, which exits 0 on most errors, says that it did not start anything."""
    return re.search(r"^\s*(Error|Exception|java\.|Security exception)", start, re.MULTILINE) is not None


def gist(said: str) -> str:
    """The line of an error that says what is wrong, without Java's trace."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return next((line for line in lines if "Error:" in line or "Exception:" in line), lines[0] if lines else "")
