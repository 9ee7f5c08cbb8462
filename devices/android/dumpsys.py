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
_DISPLAY = "Display: mDisplayId="
_INSET = re.compile(  # not those behind `mSource=`, which may be of another time
    r"^ *InsetsSource (?:id=\w+ )?type=(\w+) frame=\[(-?\d+),(-?\d+)\]\[(-?\d+),(-?\d+)\](?!.* visible=false)",
    re.MULTILINE,
)
_VIEWPORT = re.compile(r"DisplayViewport\{.*?\}")
_RECT = r"=Rect\((-?\d+), (-?\d+) - (-?\d+), (-?\d+)\)"
_SHOWING = (  # the first that is there counts: the others have been seen to be stale
    r"\bmIsShowing=(true|false)",
    r"^\s*showing=(true|false)",
    r"\bisKeyguardShowing=(true|false)",
    r"\bmShowingLockscreen=(true|false)",
)
_OLDER_INSETS = {  # Android 13 and older
    "ITYPE_IME": "ime",
    "ITYPE_LEFT_GESTURES": "systemGestures",
    "ITYPE_RIGHT_GESTURES": "systemGestures",
    "ITYPE_BOTTOM_MANDATORY_GESTURES": "mandatorySystemGestures",
    "ITYPE_BOTTOM_GESTURES": "mandatorySystemGestures",
}


@dataclass(frozen=True)
class Inset:
    """Something of the system's at an edge, as the window manager names it ("ime", "systemGestures"), and where."""

    kind: str
    left: int
    top: int
    right: int
    bottom: int

    def holds(self, x: int, y: int) -> bool:
        return self.left <= x < self.right and self.top <= y < self.bottom


@dataclass(frozen=True)
class Front:
    """What is in front: the app's package, the window's id, the size in which touches are counted, the system's parts.

    `insets` are empty on phones that do not tell (Android 10 and older).
    """

    app: str = ""
    window: str = ""
    size: tuple[int, int] | None = None
    insets: tuple[Inset, ...] = ()


@dataclass(frozen=True)
class Viewport:
    """How a display lies on its panel: quarter turns, the panel's size as it is turned, and what of it is shown on."""

    turns: int
    panel: tuple[int, int]
    frame: tuple[int, int, int, int]

    def shown(self, across: float, down: float) -> tuple[float, float]:
        """Where a place of the panel, in shares as it is held upright, lies on the picture, in shares."""
        turned = ((across, down), (down, 1 - across), (1 - across, 1 - down), (1 - down, across))[self.turns]
        left, top, right, bottom = self.frame
        return (
            (turned[0] * self.panel[0] - left) / (right - left),
            (turned[1] * self.panel[1] - top) / (bottom - top),
        )


def front(window_dump: str) -> Front:
    """Read `dumpsys window`, or the part of it called `displays`: of several displays the first, which is touched."""
    sections = window_dump.split(_DISPLAY)
    own = next((part for part in sections[1:] if re.match(r"0\b", part)), "") if len(sections) > 2 else ""
    return _front(own) if own and _FOCUSED_APP.search(own) else _front(window_dump)


def _front(window_dump: str) -> Front:
    focus, app, size = (pattern.search(window_dump) for pattern in (_FOCUS, _FOCUSED_APP, _SIZE))
    window, title = focus.groups() if focus else ("", "")
    package, slash, _ = title.partition("/")
    if not slash:  # a window without an activity, a popup, or nothing while windows change
        package = "com.android.systemui" if title in _SYSTEM_WINDOWS else app[1] if app else ""
    insets = [Inset(_OLDER_INSETS.get(kind, kind), *map(int, sides)) for kind, *sides in _INSET.findall(window_dump)]
    seen = tuple(inset for inset in insets if inset.left < inset.right and inset.top < inset.bottom)
    return Front(package, window, (int(size[1]), int(size[2])) if size else None, seen)


def is_secure(window_dump: str, window: str) -> bool:
    """Whether `dumpsys window windows` says that a window forbids pictures of itself."""
    described = window_dump.split("Window #")
    return any(f"Window{{{window} " in part and re.search(r"\bfl=.*\bSECURE\b", part) for part in described)


def is_awake(power_dump: str) -> bool:
    """Whether `dumpsys power` says that the screen is on; a phone that does not say is taken to be."""
    return "mWakefulness=" not in power_dump or "mWakefulness=Awake" in power_dump


def keyguard(policy_dump: str) -> tuple[bool, bool]:
    """Read `dumpsys window policy`: whether the lock screen is up, and whether it asks for a secret."""
    showing = next(filter(None, (re.search(word, policy_dump, re.MULTILINE) for word in _SHOWING)), None)
    return bool(showing and showing[1] == "true"), re.search(r"^\s*secure=true", policy_dump, re.MULTILINE) is not None


def displays(surface_flinger_dump: str) -> list[str]:
    """Read `dumpsys SurfaceFlinger --display-id`: the ids of all panels, on or off."""
    return re.findall(r"^Display (\d+) ", surface_flinger_dump, re.MULTILINE)


def panel_in_use(display_dump: str) -> str:
    """Read `dumpsys display`: the id of the panel that shows the display that is touched; empty if it is not said."""
    viewports = [part for part in _VIEWPORT.findall(display_dump) if "isActive=false" not in part]
    first = next((part for part in viewports if "displayId=0," in part), "")
    named = re.search(r"uniqueId='local:(\d+)'", first)
    return named[1] if named else ""


def viewport(display_dump: str) -> Viewport:
    """Read `dumpsys display`: how the display that is touched lies on its panel; upright where it is not said."""
    viewports = [part for part in _VIEWPORT.findall(display_dump) if "isActive=false" not in part]
    first = next((part for part in viewports if "displayId=0," in part), "")
    turns, wide, high = (
        re.search(rf"\b{word}=(\d+)", first) for word in ("orientation", "deviceWidth", "deviceHeight")
    )
    size = (int(wide[1]), int(high[1])) if wide and high and int(wide[1]) and int(high[1]) else (1, 1)
    found = re.search(rf"physicalFrame{_RECT}", first)
    left, top, right, bottom = map(int, found.groups()) if found else (0, 0, *size)
    frame = (left, top, right, bottom) if left < right and top < bottom and size != (1, 1) else (0, 0, *size)
    return Viewport(int(turns[1]) % 4 if turns else 0, size, frame)


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
