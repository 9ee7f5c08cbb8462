"""The `dumpsys` command: the lines that tools look for, in the places where Android 14 prints them."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable

from handsight.devices.virtual.shell.commands.activity import full_component, short_component
from handsight.devices.virtual.shell.commands.packages import apk_path
from handsight.devices.virtual.shell.commands.process import Process, Result
from handsight.devices.virtual.shell.commands.screen import DISPLAY_ID
from handsight.devices.virtual.touch import EDGE_DP


def dumpsys(args: list[str], process: Process) -> Result:
    """Print what a system service says of itself."""
    if not args or args == ["-l"]:
        return Result("Currently running services:\n" + "".join(f"  {name}\n" for name in sorted(_SERVICES)))
    service = _SERVICES.get(args[0])
    if service is None:
        return Result(err=f"Can't find service: {args[0]}\n")
    return Result(service(args[1:], process))


def _token(text: str) -> str:
    """Give the hexadecimal identity that Android would print for a thing."""
    return f"{zlib.crc32(text.encode()) & 0xFFFFFFF:x}"


def _yes(value: object) -> str:
    return "true" if value else "false"


def _foreground(process: Process) -> tuple[str, str]:
    """Give the component in front, in full and short."""
    package, activity = process.phone.foreground
    package, activity = full_component(f"{package}/{activity}")
    return f"{package}/{activity}", short_component(f"{package}/{activity}")


def _record(process: Process) -> str:
    full, short = _foreground(process)
    return f"ActivityRecord{{{_token(full)} u0 {short} t{1 + len(full) % 90}}}"


def _window(args: list[str], process: Process) -> str:
    phone = process.phone
    full, _ = _foreground(process)
    title = "NotificationShade" if phone.locked else full
    focus = f"Window{{{_token(title)} u0 {title}}}"
    focused = f"  mCurrentFocus={focus if phone.awake else 'null'}\n  mFocusedApp={_record(process)}\n"
    windows = f"""WINDOW MANAGER WINDOWS (dumpsys window windows)
  Window #0 {focus}:
    mDisplayId=0 rootTaskId=1 mSession=Session{{{_token("session")} 1000:u0a10000}}
    mOwnerUid=1000 showForAllUsers=false package={full.partition("/")[0]} appop=NONE
    mAttrs={{(0,0)(fillxfill) sim={{adjust=resize}} ty=BASE_APPLICATION
      fl=LAYOUT_IN_SCREEN {"SECURE " if phone.secure else ""}SPLIT_TOUCH HARDWARE_ACCELERATED}}
    isOnScreen={_yes(phone.awake)}
    isVisible={_yes(phone.awake)}
"""
    panel, now = (f"{width}x{height}" for width, height in (phone.physical_size, phone.size))
    displays = f"""WINDOW MANAGER DISPLAY CONTENTS (dumpsys window displays)
  Display: mDisplayId=0 (organized)
    init={panel} {phone.physical_density}dpi cur={now} app={now}
    mCurrentRotation=ROTATION_{phone.rotation * 90}
{_insets(process)}"""
    policy = f"""WINDOW MANAGER POLICY STATE (dumpsys window policy)
    mDreamingLockscreen={_yes(phone.locked)} mShowingLockscreen={_yes(phone.locked)}
    isKeyguardShowing={_yes(phone.locked)}
    mAwake={_yes(phone.awake)} mScreenOnFully={_yes(phone.awake)}
    KeyguardServiceDelegate
      showing={_yes(phone.locked)}
      secure={_yes(phone.pin_lock)}
      KeyguardStateMonitor
        mIsShowing={_yes(phone.locked)}
"""
    parts = {"policy": policy, "displays": displays + focused, "windows": windows + focused}
    return parts[args[0]] if args and args[0] in parts else policy + displays + windows + focused


def _insets(process: Process) -> str:
    """Tell what covers the edges of the screen: bars, the keyboard, the strips whose swipes are the system's."""
    phone = process.phone
    wide, high = phone.size
    with phone.lock:
        keyboard, bar = phone.stage.keyboard_spot, phone.stage.navigation.y
        gestures = phone.settings["secure"].get("navigation_mode") == "2"
        deep = math.ceil(EDGE_DP * phone.scale) if gestures else 0
    sources = [
        ("b0001", "navigationBars", (0, bar, wide, high)),
        ("b0004", "systemGestures", (0, 0, deep, high) if deep else (0, 0, 0, 0)),
        ("b0005", "mandatorySystemGestures", (0, bar, wide, high)),
        ("b0024", "systemGestures", (wide - deep, 0, wide, high) if deep else (0, 0, 0, 0)),
        ("3", "ime", (0, keyboard.y, wide, high) if keyboard else (0, 0, 0, 0)),
    ]
    lines = ["  WindowInsetsStateController", "    InsetsState", f"      mDisplayFrame=Rect(0, 0 - {wide}, {high})"]
    for number, kind, (left, top, right, bottom) in sources:
        seen = _yes(kind != "ime" or keyboard)
        frame = f"[{left},{top}][{right},{bottom}]"
        said = f"frame={frame} visible={seen} flags= insetsRoundedCornerFrame=false"
        lines.append(f"        InsetsSource id={number} type={kind} {said}")
    return "\n".join(lines) + "\n"


def _activity(args: list[str], process: Process) -> str:
    full, short = _foreground(process)
    if args[:1] == ["top"]:
        return f"TASK {full.partition('/')[0]} id=1 userId=0\n  ACTIVITY {short} {_token(full)} pid=4321\n"
    record = _record(process)
    return f"""ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)
Display #0 (activities from top to bottom):
  * Task{{{_token("task")} #1 type=standard A=10001:{full.partition("/")[0]}}}
    mLastPausedActivity: {record}
    topResumedActivity={record}
    * Hist  #0: {record}
      packageName={full.partition("/")[0]} processName={full.partition("/")[0]}
  mResumedActivity: {record}
  ResumedActivity: {record}
  mFocusedApp={record}
"""


def _power(args: list[str], process: Process) -> str:
    awake = process.phone.awake
    return f"""POWER MANAGER (dumpsys power)

Power Manager State:
  mWakefulness={"Awake" if awake else "Asleep"}
  mIsPowered=true
  mStayOn=false
  mBatteryLevel={process.phone.battery}
  mHoldingWakeLockSuspendBlocker={_yes(awake)}
  mHoldingDisplaySuspendBlocker={_yes(awake)}

Display Power: state={"ON" if awake else "OFF"}
"""


def _input_method(args: list[str], process: Process) -> str:
    phone = process.phone
    names = enumerate(phone.input_methods.ids)
    return f"""Current Input Method Manager state:
  Input Methods: mMethodMapUpdateCount=1
{"".join(f"  InputMethod #{index}:{chr(10)}    mId={name}{chr(10)}" for index, name in names)}\
  mCurMethodId={phone.ime}
  mCurId={phone.ime} mHaveConnection=true mBoundToMethod=true
  mShowRequested={_yes(phone.ime_shown)} mShowExplicitlyRequested=false mShowForced=false \
mInputShown={_yes(phone.ime_shown)}
  mInteractive={_yes(phone.awake)}
"""


def _battery(args: list[str], process: Process) -> str:
    return f"""Current Battery Service state:
  AC powered: false
  USB powered: true
  Wireless powered: false
  Dock powered: false
  Max charging current: 500000
  Max charging voltage: 5000000
  Charge counter: {process.phone.battery * 45000}
  status: 2
  health: 2
  present: true
  level: {process.phone.battery}
  scale: 100
  voltage: 4200
  temperature: 250
  technology: Li-ion
"""


def _display(args: list[str], process: Process) -> str:
    phone = process.phone
    width, height = phone.size
    state = "ON" if phone.awake else "OFF"
    return f"""DISPLAY MANAGER (dumpsys display)
  mGlobalDisplayState={state}
  mViewports=[DisplayViewport{{type=INTERNAL, valid=true, isActive={_yes(phone.awake)}, displayId=0, \
uniqueId='local:{DISPLAY_ID}', physicalPort=0, orientation={phone.rotation}, \
logicalFrame=Rect(0, 0 - {width}, {height}), physicalFrame=Rect(0, 0 - {width}, {height}), \
deviceWidth={width}, deviceHeight={height}}}]
  mCurrentOrientation={phone.rotation}
  mScreenState={state}
"""


def _input(args: list[str], process: Process) -> str:
    return f"INPUT MANAGER (dumpsys input)\n      SurfaceOrientation: {process.phone.rotation}\n"


def _surface_flinger(args: list[str], process: Process) -> str:
    return f'Display {DISPLAY_ID} (HWC display 0): port=0 pnpId=GGL displayName="{process.phone.model}"\n'


def _package(args: list[str], process: Process) -> str:
    package = args[0] if args else ""
    app = process.phone.apps.get(package)
    if app is None:
        return f"Unable to find package: {package}\n"
    return f"""Packages:
  Package [{package}] ({_token(package)}):
    userId=10001
    codePath={apk_path(package).rpartition("/")[0]}
    versionCode=1 minSdk=26 targetSdk=34
    versionName={app.version}
    firstInstallTime=2024-01-01 00:00:00
    lastUpdateTime=2024-01-01 00:00:00
    signatures=PackageSignatures{{{_token("signature")} version:3, signatures:[{_token(package)}]}}
    flags=[ SYSTEM HAS_CODE ]
"""


_SERVICES: dict[str, Callable[[list[str], Process], str]] = {
    "window": _window,
    "activity": _activity,
    "power": _power,
    "input_method": _input_method,
    "battery": _battery,
    "display": _display,
    "input": _input,
    "SurfaceFlinger": _surface_flinger,
    "package": _package,
}

COMMANDS = {"dumpsys": dumpsys}
