"""Quirks of `input`: touches that are refused, lost without a word, drawn on the screen, or taken by the system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import ImageDraw

from handsight.devices.virtual.quirks.quirk import Quirk, Twist, Twists, begun, only
from handsight.devices.virtual.shell.commands.process import Command, Process, Result

if TYPE_CHECKING:
    from PIL.Image import Image

    from handsight.devices.virtual.served import VirtualPhone

_NEWER = """
Exception occurred while executing '{act}':
java.lang.SecurityException: Injecting input events requires the caller (or the source of the instrumentation, if any) \
to have the INJECT_EVENTS permission.
\tat com.android.server.input.InputManagerService.injectInputEventToTarget(InputManagerService.java:911)
\tat android.hardware.input.InputManagerGlobal.injectInputEvent(InputManagerGlobal.java:1217)
\tat com.android.server.input.InputShellCommand.onCommand(InputShellCommand.java:257)
\tat com.android.modules.utils.BasicShellCommandHandler.exec(BasicShellCommandHandler.java:97)
"""
_OLDER = """java.lang.SecurityException: Injecting to another application requires INJECT_EVENTS permission
\tat android.os.Parcel.createException(Parcel.java:2075)
\tat android.hardware.input.IInputManager$Stub$Proxy.injectInputEvent(IInputManager.java:925)
\tat com.android.commands.input.Input.onRun(Input.java:108)
\tat com.android.internal.os.RuntimeInit.main(RuntimeInit.java:380)
"""


def _refused(words: str, code: int) -> Twist:
    def twist(run: Command, args: list[str], process: Process) -> Result:
        return Result(err=words.format(act=args[0] if args else "input"), code=code)

    return twist


class Crosshair:
    """Two lines through the last touch, which stay on the screen."""

    def __init__(self) -> None:
        self.at: tuple[int, int] | None = None

    def __call__(self, picture: Image, now: float) -> Image:
        if self.at is None:
            return picture
        picture = picture.copy()
        draw = ImageDraw.Draw(picture)
        (x, y), (wide, high) = self.at, picture.size
        draw.line((x, 0, x, high), fill=(0, 96, 255), width=3)
        draw.line((0, y, wide, y), fill=(0, 96, 255), width=3)
        return picture


def _point_out(phone: VirtualPhone) -> Twists:
    phone.settings["system"]["pointer_location"] = "1"
    crosshair = Crosshair()
    phone.display.above.append(crosshair)

    def touch(run: Command, args: list[str], process: Process) -> Result:
        done = run(args, process)
        if args[0] in ("tap", "swipe") and not done.err:
            x, y = args[1:3] if args[0] == "tap" else args[3:5]
            crosshair.at = (int(x), int(y))
        return done

    return {"input": touch}


def _navigate_by_gestures(phone: VirtualPhone) -> None:
    phone.settings["secure"]["navigation_mode"] = "2"


QUIRKS = (
    Quirk(
        "no-touch",
        "adb may look but not touch: `input` throws for want of INJECT_EVENTS",
        "Xiaomi (MIUI 14, HyperOS), Oppo and vivo on Android 13 and newer",
        "ends with InputRefused, which names the developer option to turn on",
        only("input", _refused(_NEWER, 255)),
        works=False,
    ),
    Quirk(
        "no-touch-old",
        "the same in older words, and `input` still exits with 0",
        "Xiaomi (MIUI 12 and older), Android 8 to 11",
        "reads the words, not only the exit code",
        only("input", _refused(_OLDER, 0)),
        works=False,
    ),
    Quirk(
        "no-touch-silent",
        "touches and keys do nothing, `input` says nothing and exits with 0",
        "an Android 8.1 tablet; phones under a maker's protection",
        "the model is told that the screen is unchanged, and the run ends as stuck, never as done",
        only("input", lambda run, args, process: Result()),
        works=False,
    ),
    Quirk(
        "pointer-location",
        "lines through the last touch stay on the screen",
        "phones whose developer option Pointer location is on",
        "warns once, when the phone is opened: they hide things, and make every touch look like a change",
        _point_out,
        works=False,
    ),
    Quirk(
        "gesture-navigation",
        "swipes that begin at the edge are the system's: back, home",
        "most phones since Android 10",
        "lets a swipe begin just inside the strip that the window manager names, and tells the model",
        begun(_navigate_by_gestures),
    ),
)
