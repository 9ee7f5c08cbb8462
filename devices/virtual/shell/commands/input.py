"""The `input` command: touches and keys, with the habits and the errors of Android 14's."""

from __future__ import annotations

import math

from handsight.devices.virtual.shell.commands.keycodes import KEYCODES
from handsight.devices.virtual.shell.commands.process import Process, Result, missing_argument, thrown

SOURCES = (
    *("touchnavigation", "touchscreen", "joystick", "stylus", "touchpad", "gamepad"),
    *("dpad", "mouse", "keyboard", "trackball", "rotaryencoder"),
)
DEFAULT_SWIPE_S = 0.3
LONGEST_GESTURE_S = 60.0
_FRAME = "com.android.server.input.InputShellCommand"
_USAGE = """Usage: input [<source>] [-d DISPLAY_ID] <command> [<arg>...]

The sources are: 
{sources}

-d: specify the display ID.
      (Default: -1 for key event, 0 for motion event if not specified.)
The commands and default sources are:
      text <string> (Default: keyboard)
      keyevent [--longpress|--doubletap|--async] <key code number or name> ... (Default: keyboard)
      tap <x> <y> (Default: touchscreen)
      swipe <x1> <y1> <x2> <y2> [duration(ms)] (Default: touchscreen)
      draganddrop <x1> <y1> <x2> <y2> [duration(ms)] (Default: touchscreen)
      press (Default: trackball)
      roll <dx> <dy> (Default: trackball)
""".format(sources="\n".join(f"      {source}" for source in SOURCES))


def run_input(args: list[str], process: Process) -> Result:
    """Touch the screen or press keys; comes back once that is done."""
    first = args[0] if args else "help"
    if args and args[0] in SOURCES:
        args = args[1:]
    if args[:1] == ["-d"]:
        args = args[2:]
    if not args or args[0] in ("help", "-h"):
        return Result(_USAGE)
    command, rest = args[0], args[1:]
    if command == "text":
        return _text(first, rest, process)
    if command == "keyevent":
        return _keyevent(rest, process)
    if command in ("tap", "swipe", "draganddrop", "roll"):
        return _motion(command, rest, process)
    if command == "press":  # of a trackball, which this phone does not have
        return Result()
    return Result(f"Unknown command: {command}\n")


def _text(first: str, args: list[str], process: Process) -> Result:
    """Type the first argument; "%s" is a space, and what no key types makes a real phone throw before anything."""
    if not args:
        return missing_argument(first, "text")
    text = args[0].replace("%s", " ")
    if not (text.isascii() and text.isprintable()):
        exception = "java.lang.NullPointerException: Attempt to get length of null array"
        return thrown(first, exception, f"{_FRAME}.sendText(InputShellCommand.java:304)")
    process.phone.text(text)
    return Result()


def _keyevent(args: list[str], process: Process) -> Result:
    """Press each key by number or name; a name that nobody knows is key 0, which does nothing."""
    presses = 1
    while args and args[0].startswith("--"):
        presses = 2 if args[0] == "--doubletap" else presses
        args = args[2:] if args[0] == "--delay" else args[1:]
    if not args:
        return missing_argument("keyevent", "keyevent")
    for name in args:
        code = int(name) if name.isdecimal() else KEYCODES.get(name.removeprefix("KEYCODE_"), 0)
        for _ in range(presses):
            process.phone.key(code)
    return Result()


def _motion(command: str, args: list[str], process: Process) -> Result:
    needed = 2 if command in ("tap", "roll") else 4
    if len(args) < needed:
        return missing_argument(command, args[-1] if args else command)
    try:
        numbers = [float(arg) for arg in args[: needed + (needed == 4)]]
        if not all(map(math.isfinite, numbers)):
            raise ValueError(numbers)
    except ValueError:
        exception = f"java.lang.IllegalArgumentException: Error: Invalid arguments for command: {command}"
        return thrown(command, exception, f"{_FRAME}.onCommand(InputShellCommand.java:206)")
    if command == "tap":
        process.phone.tap(numbers[0], numbers[1])
    elif command != "roll":
        duration_s = numbers[4] / 1000 if len(numbers) > 4 and numbers[4] >= 0 else DEFAULT_SWIPE_S
        duration_s = min(duration_s, LONGEST_GESTURE_S)
        gesture = process.phone.swipe if command == "swipe" else process.phone.drag
        gesture(numbers[0], numbers[1], numbers[2], numbers[3], duration_s)
    return Result()


COMMANDS = {"input": run_input}
