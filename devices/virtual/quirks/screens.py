"""Quirks of what the screen is: off, locked, secret, of another size, turned, cut out, without a focus."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handsight.devices.virtual.quirks.quirk import Quirk, Twist, Twists, begun, only
from handsight.devices.virtual.shell.commands.process import Command, Process, Result

if TYPE_CHECKING:
    from handsight.devices.virtual.served import VirtualPhone

TURN_S = 5.0


def _reworded(service: str, old: str, new: str) -> Twist:
    """Let `dumpsys` say `new` where it says `old` of a service."""

    def twist(run: Command, args: list[str], process: Process) -> Result:
        done = run(args, process)
        if args[:1] != [service] or not isinstance(done.out, str):
            return done
        return replace(done, out=done.out.replace(old, new))

    return twist


def _sleep(phone: VirtualPhone) -> None:
    phone.awake = False


def _doze(phone: VirtualPhone) -> Twists:
    phone.awake = False
    return {"dumpsys": _reworded("power", "mWakefulness=Asleep", "mWakefulness=Dozing")}


def _lock(phone: VirtualPhone) -> None:
    phone.locked, phone.awake = True, False


def _lock_without_command(phone: VirtualPhone) -> Twists:
    _lock(phone)

    def wm(run: Command, args: list[str], process: Process) -> Result:
        if args == ["dismiss-keyguard"]:
            return Result(err="Error: unknown command 'dismiss-keyguard'\n", code=1)
        return run(args, process)

    return {"wm": wm}


def _lock_by_pin(phone: VirtualPhone) -> None:
    phone.locked = phone.pin_lock = True


def _keep_secret(phone: VirtualPhone) -> Twists:
    """Let every app have FLAG_SECURE: what others may see of it is black."""
    phone.keeps_secret = True
    return {}


def _keep_secret_and_refuse(phone: VirtualPhone) -> Twists:
    phone.keeps_secret = True
    return {"screencap": lambda run, args, process: Result(err="Status -1\n", code=1)}


def _override(phone: VirtualPhone) -> None:
    wide, high = phone.physical_size
    phone.override_size = (wide * 3 // 4, high * 3 // 4)


def _override_unseen(phone: VirtualPhone) -> None:
    """Double the size in which Android counts, and let pictures keep that of the panel."""
    wide, high = phone.physical_size
    phone.override_size = (wide * 2, high * 2)
    phone.display.above.append(lambda picture, now: picture.reduce(2))


def _turn_for_ever(phone: VirtualPhone) -> None:
    def turn() -> None:
        phone.rotation = (phone.rotation + 1) % 4
        phone.later.after(TURN_S, turn)

    phone.later.after(TURN_S, turn)


def _cut_out(phone: VirtualPhone) -> Twists:
    """Take a strip beside the camera away from apps: their size is no longer that of the panel."""

    def dumpsys(run: Command, args: list[str], process: Process) -> Result:
        done = run(args, process)
        if args[:1] != ["window"] or not isinstance(done.out, str):
            return done
        wide, high = phone.size
        deep = round(32 * phone.scale)
        inner = f"{wide}x{high - deep}" if high > wide else f"{wide - deep}x{high}"
        frame = f"[0,0][{wide},{deep}]" if high > wide else f"[0,0][{deep},{high}]"
        hole = f"    InsetsState\n        InsetsSource id=27 type=displayCutout frame={frame} visible=true flags= \n"
        out = done.out.replace(f"app={wide}x{high}", f"app={inner}").replace("    InsetsState\n", hole)
        return replace(done, out=out)

    return {"dumpsys": dumpsys}


def _without_focus(run: Command, args: list[str], process: Process) -> Result:
    done = run(args, process)
    if args[:1] != ["window"] or not isinstance(done.out, str):
        return done
    lines = done.out.splitlines(keepends=True)
    return replace(done, out="".join("  mCurrentFocus=null\n" if "mCurrentFocus=" in line else line for line in lines))


QUIRKS = (
    Quirk(
        "asleep",
        "the screen is off when the phone is opened",
        "every phone after its time-out",
        "wakes it (key 224, which never turns it off)",
        begun(_sleep),
    ),
    Quirk(
        "dozing",
        "the screen is off but for a clock, and the power service says Dozing",
        "always-on displays: Pixel, Galaxy, Xiaomi",
        "counts as off, and is woken",
        _doze,
    ),
    Quirk(
        "swipe-lock",
        "the screen is off and locked without a secret",
        "phones with the lock set to Swipe",
        "wakes it and sends the lock screen away",
        begun(_lock),
    ),
    Quirk(
        "swipe-lock-old",
        "the same, and `wm dismiss-keyguard` is unknown",
        "Android versions without that command",
        "swipes up over the lock screen",
        _lock_without_command,
    ),
    Quirk(
        "pin-lock",
        "the lock screen asks for a PIN, a pattern or a finger",
        "most phones in use",
        "ends with needs_human: unlock it by hand; no secret is ever guessed",
        begun(_lock_by_pin),
        works=False,
    ),
    Quirk(
        "secure",
        "the app in front has FLAG_SECURE: its picture is black",
        "banking, passwords, DRM video, incognito tabs",
        "ends with ScreenSecure, which names the app; never a black picture",
        _keep_secret,
        works=False,
    ),
    Quirk(
        "secure-refused",
        "the same, and there is no picture at all",
        "no phone is named; a capture that is refused",
        "ends with ScreenSecure as well",
        _keep_secret_and_refuse,
        works=False,
    ),
    Quirk(
        "size-override",
        "`wm size` gives the screen another size, and pictures have it",
        "phones whose resolution was turned down, as Galaxy's can be; test rigs",
        "takes each picture's own size",
        begun(_override),
    ),
    Quirk(
        "size-override-unseen",
        "`wm size` gives the screen another size, and pictures keep the panel's",
        "emulators, makers' own resolution switches",
        "scales from the picture to the size that touches are counted in",
        begun(_override_unseen),
    ),
    Quirk(
        "turns",
        f"the screen turns by a quarter every {TURN_S:g} s",
        "auto-rotation, apps that force landscape",
        "refuses the act (TargetChanged) when the screen turned after it was looked at, and looks again",
        begun(_turn_for_ever),
        works=False,
    ),
    Quirk(
        "cutout",
        "a hole for the camera makes the apps' area smaller than the screen",
        "most phones since 2018",
        "counts on the whole screen, never on the apps' area",
        _cut_out,
    ),
    Quirk(
        "no-focus",
        "the window manager names no window that has the focus",
        "windows that are changing, overlays, some makers' builds",
        "goes by the app that is to have it",
        only("dumpsys", _without_focus),
    ),
    Quirk(
        "no-tree",
        "`uiautomator dump` never gives a tree: it waits for a rest that does not come",
        "apps with animations, games, Flutter and web views; phones on which a uiautomator2 server runs",
        "does without: the tree is a second sense, and text that cannot be read back is said to be unread",
        only("uiautomator", lambda run, args, process: Result(err="ERROR: could not get idle state.\n")),
    ),
)
