"""Find an installed app by what people call it, and bring it to the front.

adb tells packages, and labels only where an app has one for all languages. So a name is held against packages, those
labels and a table of common apps in many languages (`app_names`); what fits two apps opens neither.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from handsight.devices.android import dumpsys
from handsight.devices.android.app_names import AFTER, BEFORE, COMMON
from handsight.devices.android.link import Link
from handsight.errors import Ambiguous, NotFound, ToolFailed

OPEN_S = 6.0
POLL_S = 0.1
_LAUNCHER = ("-a", "android.intent.action.MAIN", "-c", "android.intent.category.LAUNCHER")
_ALIKE = 0.8  # from here on a name counts as another one misspelt
_AS_GOOD = 0.05  # names whose likeness differs by less are equally good
_LEAST = 4  # characters of a name that may be misspelt
_MENTIONED = 8
_QUOTES = " \"'“”‘’「」《》.。!！"


@dataclass(frozen=True)
class Installed:
    """The apps that can be opened: each one's first activity, and the labels that are known."""

    activities: Mapping[str, str]
    labels: Mapping[str, str]

    def named(self, package: str) -> str:
        """The app as it is put to the model: by its name, where one is known, and its package."""
        name = self.labels.get(package) or next(iter(common_names(package)), "")
        return f"{name} ({package})" if name else package


def look_up(name: str, link: Link) -> tuple[str, str]:
    """Package and activity of the installed app that `name` means; the activity may be unknown.

    Raises NotFound, or Ambiguous with the packages that it may be.
    """
    query = ("cmd", "package", "query-activities")
    activities = dumpsys.activities(link.ask(*query, "--brief", *_LAUNCHER).stdout)
    if not activities:  # Android 6 and older cannot be asked so, and some makers forbid it
        activities = dict.fromkeys(dumpsys.packages(link.ask("pm", "list", "packages").stdout), "")
    if name not in activities:
        labels = dumpsys.labels(link.ask(*query, *_LAUNCHER, timeout_s=30.0).stdout)
        name = find(name, Installed(activities, labels))
    return name, activities[name]


def packages_of(name: str, link: Link) -> set[str]:
    """Every installed app that `name` may mean: none, one or several."""
    try:
        return {look_up(name, link)[0]}
    except NotFound:
        return set()
    except Ambiguous as several:
        return {str(package) for package in several.candidates}


def open_app(package: str, activity: str, link: Link, foreground: Callable[[], str]) -> None:
    """Start an app and wait until it is in front. Raises ToolFailed."""
    said = _start(package, activity, link) if activity else "no activity of it is known"
    if said and (other := _monkey(package, link)):
        raise ToolFailed(f"{package} could not be started: {said if activity else other}")
    deadline = time.monotonic() + OPEN_S
    while (app := foreground()) != package:
        if time.monotonic() > deadline:
            raise ToolFailed(f"{package} was started, but {app or 'nothing'} is in front")
        time.sleep(POLL_S)


def _start(package: str, activity: str, link: Link) -> str:
    """What went wrong, nothing ("") if it went well."""
    ran = link.act("am", "start", *_LAUNCHER, "-f", "0x10200000", "-n", f"{package}/{activity}")
    said = f"{ran.stdout}\n{ran.stderr}"
    return dumpsys.gist(said) or f"status {ran.status}" if ran.status or dumpsys.went_wrong(said) else ""


def _monkey(package: str, link: Link) -> str:
    """The same by the way that finds the activity by itself; a last resort, as it turns automatic rotation on."""
    ran = link.act("monkey", "-p", package, "-c", _LAUNCHER[-1], "1")
    return "" if "Events injected: 1" in ran.stdout else dumpsys.gist(f"{ran.stderr}\n{ran.stdout}")


def find(name: str, apps: Installed) -> str:
    """The package that an app's name means ("Settings", "打开设置", "org.example.notes", "notes", "Setings").

    Raises Ambiguous where several are equally good, NotFound where none is: naming those, or the nearest.
    """
    wanted = dict.fromkeys(filter(None, (folded(name), bare(name))))
    for way in (_by_package, _by_name, _by_word, _by_part, _by_likeness):
        found = next(filter(None, (way(said, apps) for said in wanted)), [])
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(apps.named(package) for package in sorted(found)[:_MENTIONED])
            raise Ambiguous(f"{name!r} may be any of {several}; open one by its package", found)
    ranked = sorted(apps.activities, key=lambda package: (-_likeness(bare(name), package, apps), package))
    near = ", ".join(apps.named(package) for package in ranked[:_MENTIONED])
    raise NotFound(
        f"no app {name!r} can be opened; there are {near or 'none'}" + ("; or look on the home screen" if near else "")
    )


def folded(name: str) -> str:
    """A name as it is compared: without case, accents and full-width forms."""
    parted = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    plain = "".join(c for c in parted if not "\u0300" <= c <= "\u036f")
    return " ".join(unicodedata.normalize("NFC", plain).split())


def bare(name: str) -> str:
    """The same without the words around it: "open the settings app" is "settings"."""
    words = folded(name).strip(_QUOTES)
    for before in BEFORE:
        words = words.removeprefix(f"{before} " if before.isascii() else before).strip(_QUOTES) or words
    for after in AFTER:
        words = words.removesuffix(f" {after}" if after.isascii() else after).strip(_QUOTES) or words
    return words


@cache
def common_names(package: str) -> tuple[str, ...]:
    """All that people call a common app; nothing for any other."""
    return tuple(name for names, packages in COMMON if package in packages.split("|") for name in names.split("|"))


def _names(package: str, apps: Installed) -> set[str]:
    label = apps.labels.get(package)
    return {folded(name) for name in (*common_names(package), *([label] if label else ()))}


def _words(package: str) -> set[str]:
    """The parts of a package's name that tell one app from another."""
    return {part for part in package.casefold().split(".") if part not in ("com", "org", "net", "android", "app")}


def _by_package(wanted: str, apps: Installed) -> list[str]:
    return [package for package in apps.activities if package.casefold() == wanted]


def _by_name(wanted: str, apps: Installed) -> list[str]:
    return [package for package in apps.activities if wanted in _names(package, apps)]


def _by_word(wanted: str, apps: Installed) -> list[str]:
    joined = wanted.replace(" ", "")
    return [package for package in apps.activities if joined in _words(package)]


def _by_part(wanted: str, apps: Installed) -> list[str]:
    """By whole words of a label ("Maps" of "Offline Maps"), or within a part of the package."""
    joined = wanted.replace(" ", "")
    return [
        package
        for package in apps.activities
        if (len(joined) > 2 and any(joined in word for word in _words(package)))
        or f" {wanted} " in f" {folded(apps.labels.get(package, ''))} "
    ]


def _by_likeness(wanted: str, apps: Installed) -> list[str]:
    alike = {package: _likeness(wanted, package, apps) for package in apps.activities} if len(wanted) >= _LEAST else {}
    best = max(alike.values(), default=0.0)
    return [package for package, ratio in alike.items() if ratio >= max(_ALIKE, best - _AS_GOOD)]


def _likeness(wanted: str, package: str, apps: Installed) -> float:
    """How like a name is to the nearest of an app's, 0 to 1."""
    return max(
        (SequenceMatcher(None, wanted, name).ratio() for name in _names(package, apps) | _words(package)), default=0
    )
