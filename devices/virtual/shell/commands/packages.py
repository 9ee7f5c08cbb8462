"""Commands on packages: pm and `cmd package`."""

from __future__ import annotations

from handsight.devices.virtual.shell.commands.activity import am, full_component, short_component
from handsight.devices.virtual.shell.commands.input import run_input
from handsight.devices.virtual.shell.commands.process import Process, Result
from handsight.devices.virtual.shell.commands.screen import wm
from handsight.devices.virtual.shell.commands.settings import ime, settings

NO_CODE = "Failure [INSTALL_FAILED_NO_MATCHING_ABIS: the virtual phone runs no apk]\n"
_MATCH = "priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault="
_MAX_STREAMED_BYTES = 1 << 30
_USERS = ("com.android.adbkeyboard",)  # installed by hand, whatever its name


def pm(args: list[str], process: Process) -> Result:
    """List and resolve packages; installing fails with a reason, as the virtual phone runs no apk."""
    verb, rest = (args[0], args[1:]) if args else ("", [])
    names = [arg for arg in rest if not arg.startswith("-")]
    apps = process.phone.apps
    match verb:
        case "list":
            return _list(names, rest, process)
        case "path" | "uninstall" | "clear" | "grant" | "revoke" if not names:
            return Result(err="Error: no package specified\n", code=1)
        case "path":
            there = names[0] in _installed(process)
            return Result(f"package:{apk_path(names[0])}\n") if there else Result(code=1)
        case "resolve-activity":
            return _resolve(rest, process)
        case "query-activities" | "query-intent-activities":
            return _query(rest, process)
        case "install" | "install-create" | "install-incremental":
            size = (
                int(rest[rest.index("-S") + 1]) if "-S" in rest[:-1] and rest[rest.index("-S") + 1].isdecimal() else 0
            )
            process.read(min(size, _MAX_STREAMED_BYTES))  # the host sends the apk before it listens
            return Result(NO_CODE, code=1)
        case "uninstall":
            return Result("Failure [DELETE_FAILED_INTERNAL_ERROR]\n", code=1)
        case "clear":
            return Result("Failed\n", code=1)
        case "grant" | "revoke" if names[0] in apps:
            return Result()
        case "grant" | "revoke":
            return Result(err=f"java.lang.IllegalArgumentException: Unknown package: {names[0]}\n", code=255)
    return Result(err=f"Unknown command: {verb}\n", code=255)


def apk_path(package: str) -> str:
    """Give where a package's apk would lie."""
    return f"/system/app/{package}/{package}.apk"


def _list(names: list[str], args: list[str], process: Process) -> Result:
    if names[:1] not in (["packages"], ["package"]):
        return Result(err=f"Error: unknown list type '{names[0] if names else ''}'\n", code=255)
    wanted = names[1] if len(names) > 1 else ""
    found = [] if "-d" in args else [name for name in _installed(process) if wanted in name]
    if "-3" in args:
        found = [name for name in found if not is_system(name)]
    elif "-s" in args:
        found = [name for name in found if is_system(name)]
    paths = {name: f"{apk_path(name)}=" if "-f" in args else "" for name in found}
    return Result("".join(f"package:{paths[name]}{name}\n" for name in found))


def _installed(process: Process) -> list[str]:
    return [*process.phone.apps, *process.phone.input_methods.packages]


def is_system(package: str) -> bool:
    """Say whether a package counts as part of the system."""
    return package.startswith(("com.android.", "com.google.android.")) and package not in _USERS


def _component(package: str, process: Process) -> str:
    return short_component("/".join(full_component(f"{package}/{process.phone.apps[package].activity}")))


def _resolve(args: list[str], process: Process) -> Result:
    package = _package_of(args)
    if package not in process.phone.apps:
        return Result("No activity found\n")
    component = _component(package, process)
    if "--components" in args:
        return Result(f"{component}\n")
    return Result(f"{_MATCH}true\n{component}\n")


def _query(args: list[str], process: Process) -> Result:
    package = _package_of(args)
    names = [name for name, app in process.phone.apps.items() if package == name or not (package or app.hidden)]
    if not names:
        return Result("No activities found\n")
    if "--components" in args:
        return Result("".join(f"{_component(name, process)}\n" for name in names))
    lines = [f"{len(names)} activities found:\n"]
    for index, name in enumerate(names):
        if "--brief" not in args:
            lines.append(f"  Activity #{index}:\n{_described(name, process)}")
            continue
        lines.append(f"  Activity #{index}:\n    {_MATCH}false\n    {_component(name, process)}\n")
    return Result("".join(lines))


def _described(package: str, process: Process) -> str:
    """Print what Android knows of an app's activity; the apps of this phone have a label for all languages."""
    app = process.phone.apps[package]
    label = f"labelRes=0x0 nonLocalizedLabel={app.label()} icon=0x0"
    name = full_component(f"{package}/{app.activity}")[1]
    front = f"      name={name}\n      packageName={package}\n      {label} banner=0x0\n"
    return (
        f"    {_MATCH}false\n    {label}\n    ActivityInfo:\n{front}"
        f"      enabled=true exported=true directBootAware=false\n      taskAffinity={package} targetActivity=null\n"
        f"      ApplicationInfo:\n        packageName={package}\n        {label} banner=0x0\n"
    )


def _package_of(args: list[str]) -> str:
    """Find the package in an intent's options: `-p NAME`, or what stands alone."""
    package, remaining = "", iter(args)
    for arg in remaining:
        if arg in ("-a", "-c", "-d", "-t", "-f", "--user"):
            next(remaining, None)
        elif arg in ("-p", "-n"):
            package = next(remaining, "").partition("/")[0]
        elif not arg.startswith("-"):
            package = arg.partition("/")[0]
    return package


def cmd(args: list[str], process: Process) -> Result:
    """Hand a command to a system service by its name."""
    services = {
        "package": pm,
        "activity": am,
        "window": wm,
        "input": run_input,
        "settings": settings,
        "input_method": ime,
    }
    if not args:
        return Result(err="cmd: No service specified; use -l to list all services.\n", code=20)
    if args[0] == "-l":
        return Result("Currently running services:\n" + "".join(f"  {name}\n" for name in services))
    if args[0] not in services:
        return Result(err=f"cmd: Can't find service: {args[0]}\n", code=20)
    return services[args[0]](args[1:], process)


COMMANDS = {"pm": pm, "cmd": cmd}
