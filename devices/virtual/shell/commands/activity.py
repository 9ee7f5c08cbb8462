"""Commands that start and stop apps: am and monkey."""

from __future__ import annotations

from dataclasses import dataclass, field

from handsight.devices.virtual.shell.commands.keycodes import KEYCODES
from handsight.devices.virtual.shell.commands.process import Process, Result, missing_argument
from handsight.errors import UnknownName

LAUNCHER = "android.intent.category.LAUNCHER"
_MAIN = "android.intent.action.MAIN"
_HOME = "android.intent.category.HOME"
_SETTINGS_ACTION = "android.settings."
_SETTINGS_PAGES = {
    "WIFI_SETTINGS": ".wifi.WifiSettings",
    "BLUETOOTH_SETTINGS": ".bluetooth.BluetoothSettings",
    "DISPLAY_SETTINGS": ".DisplaySettings",
    "SOUND_SETTINGS": ".SoundSettings",
    "LOCATION_SOURCE_SETTINGS": ".LocationSettings",
    "LOCALE_SETTINGS": ".LanguageSettings",
    "APPLICATION_DEVELOPMENT_SETTINGS": ".DevelopmentSettings",
    "DEVICE_INFO_SETTINGS": ".deviceinfo.AboutPhone",
}
_ONE_VALUE = {
    "-n": "component",
    "-a": "action",
    "-d": "data",
    "-c": "category",
    "-p": "package",
    "-t": "type",
    "-f": "flags",
    "--user": "user",
    "--display": "display",
    "--activity-flags": "flags",
}
_EXTRAS = ("-e", "--es", "--ei", "--ez", "--el", "--ef", "--eu", "--ecn", "--eia", "--esa", "--esn")


@dataclass
class Intent:
    """What an `am` command line asks for."""

    named: dict[str, str] = field(default_factory=dict)
    extras: dict[str, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        shown = {"action": "act", "category": "cat", "data": "dat", "type": "typ"}
        shown |= {"flags": "flg", "package": "pkg", "component": "cmp"}
        parts = []
        for name, label in shown.items():
            if value := self.named.get(name):
                value = f"[{value}]" if name == "category" else value
                value = short_component(value) if name == "component" else value
                parts.append(f"{label}={value}")
        return "{ " + " ".join([*parts, *(["(has extras)"] if self.extras else [])]) + " }"


class _Missing(Exception):
    """An option stands without its value."""


def parse_intent(args: list[str]) -> Intent:
    """Read the options of `am start` and `am broadcast`."""
    intent = Intent()
    remaining = iter(args)

    def value_of(option: str) -> str:
        value = next(remaining, None)
        if value is None:
            raise _Missing(option)
        return value

    for arg in remaining:
        if arg in _ONE_VALUE:
            intent.named[_ONE_VALUE[arg]] = value_of(arg)
        elif arg in _EXTRAS:
            key = value_of(arg)
            intent.extras[key] = "" if arg == "--esn" else value_of(arg)
        elif arg.startswith("-"):
            intent.flags.add(arg)
        elif ":" in arg:
            intent.named["data"] = arg
        elif "/" in arg:
            intent.named["component"] = arg
        else:
            intent.named["package"] = arg
    return intent


def full_component(component: str) -> tuple[str, str]:
    """Part "com.foo/.Bar" into "com.foo" and "com.foo.Bar"."""
    package, _, activity = component.partition("/")
    return package, package + activity if activity.startswith(".") else activity


def short_component(component: str) -> str:
    """Write "com.foo/com.foo.Bar" as "com.foo/.Bar"."""
    package, activity = full_component(component)
    return f"{package}/{activity.removeprefix(package) if activity.startswith(package + '.') else activity}"


def am(args: list[str], process: Process) -> Result:
    """Start and stop activities and send broadcasts. As on a phone, `start` says so when it fails, and exits with 0."""
    verb, rest = (args[0], args[1:]) if args else ("", [])
    try:
        if verb in ("start", "start-activity"):
            return _start(parse_intent(rest), process)
        if verb == "broadcast":
            return _broadcast(parse_intent(rest), process)
    except _Missing as option:
        return missing_argument(verb, str(option))
    if verb in ("force-stop", "kill"):
        names = [arg for arg in rest if not arg.startswith("-")]
        if not names:
            return missing_argument(verb, verb)
        if names[-1] in process.phone.apps:
            process.phone.stop(names[-1])
        return Result()
    if verb == "get-current-user":
        return Result("0\n")
    if verb:
        return Result(err=f"Error: unknown command '{verb}'\n", code=255)
    return Result("Activity manager (activity) commands:\n  start\n  force-stop\n  broadcast\n", code=255)


def _start(intent: Intent, process: Process) -> Result:
    phone = process.phone
    if intent.named.get("category") == _HOME:
        phone.key(KEYCODES["HOME"])
        return Result(f"Starting: Intent {intent}\n")
    target = _resolve(intent, process)
    starting = f"Starting: Intent {intent}\n"
    if target is None:
        return Result(starting, f"Error: Activity not started, unable to resolve Intent {intent}\n")
    package, activity = target
    unknown = Result(starting, f"Error type 3\nError: Activity class {{{package}/{activity}}} does not exist.\n")
    if package not in phone.apps:
        return unknown
    first = full_component(f"{package}/{phone.apps[package].activity}")
    was_open = phone.foreground[0] == package and target in (first, full_component("/".join(phone.foreground)))
    try:
        phone.launch(package, activity)
    except UnknownName:
        return unknown
    warning = ""
    if was_open:
        warning = "Warning: Activity not started, its current task has been brought to the front\n"
    if "-W" not in intent.flags:
        return Result(starting, warning)
    state = "HOT" if was_open else "COLD"
    shown = short_component(f"{package}/{activity}")
    report = f"Status: ok\nLaunchState: {state}\nActivity: {shown}\nTotalTime: 120\nWaitTime: 124\nComplete\n"
    return Result(starting + report, warning)


def _resolve(intent: Intent, process: Process) -> tuple[str, str] | None:
    """Find the activity that an intent means: a component, else an app by package, or by what it can view."""
    apps = process.phone.apps
    if component := intent.named.get("component"):
        return full_component(component)
    package = intent.named.get("package")
    action = intent.named.get("action", _MAIN)
    if package is None and action.startswith(_SETTINGS_ACTION):
        package = "com.android.settings"
    if package is None or package not in apps:
        return None
    activity = _SETTINGS_PAGES.get(action.removeprefix(_SETTINGS_ACTION), "")
    app = apps[package]
    return full_component(f"{package}/{activity if activity in app.activities else app.activity}")


def _broadcast(intent: Intent, process: Process) -> Result:
    """Deliver a broadcast: a keyboard that listens may hear it, and nobody else."""
    action, package = intent.named.get("action", ""), intent.named.get("package", "")
    code, data = process.phone.input_methods.hear(action, intent.extras, package)
    intent.named["flags"] = "0x400000"  # sent from a shell
    told = f', data="{data}"' if data else ""
    return Result(f"Broadcasting: Intent {intent}\nBroadcast completed: result={code}{told}\n")


def monkey(args: list[str], process: Process) -> Result:
    """Open an app the way `monkey -p PACKAGE 1` does."""
    heard = "".join(f"  bash arg: {arg}\n" for arg in args)
    package = args[args.index("-p") + 1] if "-p" in args[:-1] else None
    if package is None or not args[-1].isdecimal():
        return Result(err="Usage: monkey -p PACKAGE [-c CATEGORY] COUNT\n", code=255)
    if package not in process.phone.apps:
        return Result(heard, "** No activities found to run, monkey aborted.\n", 252)
    process.phone.launch(package)
    return Result(f"{heard}Events injected: {args[-1]}\n## Network stats: elapsed time=17ms (0ms mobile, 0ms wifi)\n")


COMMANDS = {"am": am, "monkey": monkey}
