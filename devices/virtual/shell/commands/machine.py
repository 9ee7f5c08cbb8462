"""Commands about the machine: date, id, getprop, sleep and the like."""

from __future__ import annotations

import operator
from collections.abc import Callable

from handsight.devices.virtual.shell.commands.process import Process, Result

LONGEST_SLEEP_S = 600.0
_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "-eq": operator.eq,
    "-ne": operator.ne,
    "-lt": operator.lt,
    "-gt": operator.gt,
    "-le": operator.le,
    "-ge": operator.ge,
}
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def properties(process: Process) -> dict[str, str]:
    """Give what `getprop` knows."""
    phone = process.phone
    codename = phone.name.lower().replace(" ", "_")
    fingerprint = f"handsight/{codename}/{codename}:14/VIRTUAL/1:user/release-keys"
    return {
        "dev.bootcomplete": "1",
        "init.svc.bootanim": "stopped",
        "persist.sys.locale": phone.settings["system"].get("system_locales", "en-US"),
        "ro.boottime.init": str(phone.booted_ns),
        "ro.build.characteristics": "default",
        "ro.build.fingerprint": fingerprint,
        "ro.build.type": "user",
        "ro.build.version.release": "14",
        "ro.build.version.sdk": "34",
        "ro.debuggable": "0",
        "ro.product.brand": "handsight",
        "ro.product.cpu.abi": "arm64-v8a",
        "ro.product.device": codename,
        "ro.product.locale": "en-US",
        "ro.product.manufacturer": "handsight",
        "ro.product.model": phone.model,
        "ro.product.name": codename,
        "ro.secure": "1",
        "ro.serialno": phone.serial,
        "ro.sf.lcd_density": str(phone.physical_density),
        "sys.boot_completed": "1",
    }


def getprop(args: list[str], process: Process) -> Result:
    """Print one property, or with no key all of them; an unknown one is an empty line, or the default given."""
    known = properties(process)
    if args:
        return Result(known.get(args[0], args[1] if len(args) > 1 else "") + "\n")
    return Result("".join(f"[{key}]: [{value}]\n" for key, value in sorted(known.items())))


def date(args: list[str], process: Process) -> Result:
    """Print the time, in the format that `+...` asks for."""
    pattern = next((arg[1:] for arg in args if arg.startswith("+")), "%a %b %e %H:%M:%S %Z %Y")
    return Result(process.phone.now().astimezone().strftime(pattern) + "\n")


def identity(args: list[str], process: Process) -> Result:
    if args == ["-u"]:
        return Result("2000\n")
    groups = "2000(shell),1004(input),1007(log),1015(sdcard_rw),1028(sdcard_r),3003(inet)"
    return Result(f"uid=2000(shell) gid=2000(shell) groups={groups} context=u:r:shell:s0\n")


def whoami(args: list[str], process: Process) -> Result:
    return Result("shell\n")


def sleep(args: list[str], process: Process) -> Result:
    """Wait, but no longer than ten minutes, nor than whoever asked stays."""
    total_s = 0.0
    for arg in args:
        unit = _UNITS.get(arg[-1:], 0)
        try:
            total_s += float(arg[:-1]) * unit if unit else float(arg)
        except ValueError:
            return Result(err=f"sleep: not '{arg}'\n", code=1)
    if not args:
        return Result(err='sleep: Needs 1 argument (see "sleep --help")\n', code=1)
    process.hung_up.wait(total_s if 0 <= total_s < LONGEST_SLEEP_S else LONGEST_SLEEP_S)
    return Result()


def uname(args: list[str], process: Process) -> Result:
    return Result("Linux localhost 5.15.0-virtual aarch64 Toybox\n" if "-a" in args else "Linux\n")


def pwd(args: list[str], process: Process) -> Result:
    return Result(process.folder + "\n")


def env(args: list[str], process: Process) -> Result:
    return Result("".join(f"{name}={value}\n" for name, value in sorted(process.variables.items())))


def true(args: list[str], process: Process) -> Result:
    return Result()


def false(args: list[str], process: Process) -> Result:
    return Result(code=1)


def test(args: list[str], process: Process) -> Result:
    """Evaluate one condition: -e -f -d PATH, -n -z TEXT, A = B, A != B, and the number comparisons."""
    args = [arg for arg in args if arg != "]"]
    negated = args[:1] == ["!"]
    return Result(code=int(_holds(args[1:] if negated else args, process) == negated))


def _holds(args: list[str], process: Process) -> bool:
    files = process.phone.files
    match args:
        case ["-e", name]:
            return files.exists(process.path(name))
        case ["-d", name]:
            return files.is_folder(process.path(name))
        case ["-f", name]:
            return files.exists(process.path(name)) and not files.is_folder(process.path(name))
        case ["-n", text] | [text]:
            return bool(text)
        case ["-z", text]:
            return not text
        case [left, "=" | "==", right]:
            return left == right
        case [left, "!=", right]:
            return left != right
        case [left, sign, right] if sign in _COMPARISONS:
            return _COMPARISONS[sign](_number(left), _number(right))
    return False


def _number(text: str) -> int:
    return int(text) if text.removeprefix("-").isdecimal() else 0


COMMANDS = {
    "getprop": getprop,
    "date": date,
    "id": identity,
    "whoami": whoami,
    "sleep": sleep,
    "uname": uname,
    "pwd": pwd,
    "env": env,
    "true": true,
    "false": false,
    "test": test,
    "[": test,
}
