"""Commands on settings: settings, ime, svc."""

from __future__ import annotations

from handsight.devices.virtual.shell.commands.process import Process, Result, missing_argument, thrown

NAMESPACES = ("system", "secure", "global")
_REFUSED = "java.lang.SecurityException: uid 2000 does not have android.permission.WRITE_SECURE_SETTINGS."


def settings(args: list[str], process: Process) -> Result:
    """Read and write what the Settings app shows; something unset reads as "null"."""
    if args[:1] == ["--user"]:
        args = args[2:]
    if not args or args[0] not in ("get", "put", "list", "delete"):
        usage = "Settings provider (settings) commands:\n"
        usage += "".join(f"  {verb}\n" for verb in ("get NAMESPACE KEY", "put NAMESPACE KEY VALUE", "list NAMESPACE"))
        return Result(usage) if not args or args == ["help"] else Result(err=f"Invalid command: {args[0]}\n", code=255)
    verb, rest = args[0], args[1:]
    if len(rest) < {"get": 2, "put": 3, "list": 1, "delete": 2}[verb]:
        return Result(err="Bad arguments\n", code=255)
    if rest[0] not in NAMESPACES:
        return Result(err=f"Invalid namespace '{rest[0]}'\n", code=255)
    values = process.phone.settings[rest[0]]
    if verb in ("put", "delete") and process.phone.input_methods.refused:
        return thrown("settings", _REFUSED, "android.os.Parcel.createExceptionOrNull(Parcel.java:3011)")
    if verb == "get":
        return Result(f"{values.get(rest[1], 'null')}\n")
    if verb == "list":
        return Result("".join(f"{key}={value}\n" for key, value in sorted(values.items())))
    if verb == "delete":
        return Result(f"Deleted {int(values.pop(rest[1], None) is not None)} rows\n")
    values[rest[1]] = rest[2]
    return Result()


def ime(args: list[str], process: Process) -> Result:
    """List, enable and choose input methods."""
    phone, methods = process.phone, process.phone.input_methods
    enabled = methods.enabled
    if methods.refused:
        return thrown("ime", _REFUSED, "android.app.ContextImpl.enforce(ContextImpl.java:2187)")
    match args:
        case ["list", *options]:
            names = methods.ids if "-a" in options else enabled
            return Result("".join(f"{name}\n" if "-s" in options else f"{name}:\n  mId={name}\n" for name in names))
        case [("enable" | "disable" | "set") as verb, name] if name not in methods.ids:
            past = {"enable": "enabled", "disable": "disabled", "set": "selected"}[verb]
            return Result(err=f"Unknown input method {name} cannot be {past} for user #0\n", code=255)
        case ["enable", name]:
            already = "already" if name in enabled else "now"
            methods.enabled = enabled if name in enabled else [*enabled, name]
            return Result(f"Input method {name}: {already} enabled for user #0\n")
        case ["disable", name]:
            methods.enabled = [other for other in enabled if other != name]
            if name == phone.ime:
                methods.choose(methods.ids[0])
            return Result(f"Input method {name} now disabled for user #0\n")
        case ["set", name]:
            if name not in enabled:
                return Result(err=f"Unknown input method {name} cannot be selected for user #0\n", code=255)
            methods.choose(name)
            return Result(f"Input method {name} selected for user #0\n")
        case ["reset"]:
            methods.enabled = methods.ids[:1]
            methods.choose(methods.ids[0])
            return Result(f"Reset current and enabled IMEs for user #0\n  Newly selected: {methods.ids[0]}\n")
        case [("enable" | "disable" | "set") as verb]:
            return missing_argument(verb, verb)
    return Result("ime <command>:\n  list [-a] [-s]\n  enable <ID>\n  disable <ID>\n  set <ID>\n  reset\n")


def svc(args: list[str], process: Process) -> Result:
    """Turn Wi-Fi, mobile data or Bluetooth on or off."""
    keys = {"wifi": "wifi_on", "data": "mobile_data", "bluetooth": "bluetooth_on"}
    match args:
        case [("wifi" | "data" | "bluetooth") as radio, ("enable" | "disable") as verb]:
            process.phone.settings["global"][keys[radio]] = str(int(verb == "enable"))
            return Result()
        case ["power", "stayon", mode]:
            process.phone.settings["global"]["stay_on_while_plugged_in"] = "0" if mode == "false" else "7"
            return Result()
    return Result("Available commands:\n    power\n    data\n    wifi\n    bluetooth\n")


COMMANDS = {"settings": settings, "ime": ime, "svc": svc}
