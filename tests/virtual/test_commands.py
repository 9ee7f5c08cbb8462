"""Android's own commands: their words, their quirks, and what they do to the phone."""

from __future__ import annotations

import base64
import io
import shlex
import struct
from collections.abc import Callable
from datetime import datetime
from xml.etree import ElementTree

import pytest
from PIL import Image

from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.shell.shell import run

from .judges import Pad

PAD = Pad.package


def out(phone: VirtualPhone, script: str) -> str:
    """What a script writes that succeeds without a complaint."""
    stdout, stderr, code = run(script, phone)
    assert (stderr, code) == (b"", 0)
    return stdout.decode()


def place_of_field(phone: VirtualPhone) -> str:
    left, top, right, bottom = next(node for node in phone.tree().walk() if node.cls.endswith("EditText")).bounds
    return f"{(left + right) / 2} {(top + bottom) / 2}"


@pytest.fixture
def pad(phone: VirtualPhone) -> VirtualPhone:
    """A phone with the pad in front, and its field being edited."""
    out(phone, f"am start -n {PAD}/.MainActivity")
    out(phone, f"input tap {place_of_field(phone)}")
    return phone


def written(phone: VirtualPhone) -> str:
    return str(phone.app("pad").state()["written"])


# input


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("input text hello", "hello"),
        ("input text 'a b'", "a b"),
        ("input text a%sb", "a b"),
        ("input text 100%sure", "100 ure"),
        ("input text %%s", "% "),
        ("input text hello world", "hello"),
        ("input keyboard text 'x&y|z;$HOME'", "x&y|z;$HOME"),
        ("input text ab; input keyevent 67; input keyevent DEL; input text c", "c"),
        ("input text ab; input keyevent KEYCODE_MOVE_HOME 112", "b"),
        ("input text a; input keyevent --longpress KEYCODE_SPACE; input text b", "a b"),
        ("input text a; input keyevent 9999 KEYCODE_NONSENSE; input text b", "ab"),
        ("cmd input text a", "a"),
        (f"ime enable com.android.adbkeyboard/.AdbIME; input text {'x' * 200}", "x" * 200),
    ],
)
def test_typing_has_the_habits_of_the_real_command(pad: VirtualPhone, script: str, expected: str) -> None:
    assert run(script, pad)[2] == 0
    assert written(pad) == expected


@pytest.mark.parametrize("text", ["é", "中文", "a\nb", "tab\t", "😀"])
def test_what_no_key_types_throws_and_types_nothing(pad: VirtualPhone, text: str) -> None:
    stdout, stderr, code = run(f"input text {shlex.quote(text)}", pad)
    assert (stdout, code) == (b"", 255)
    assert stderr.startswith(b"\nException occurred while executing 'text':\njava.lang.NullPointerException: ")
    assert written(pad) == ""


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("input tap", 'Argument expected after "tap"'),
        ("input tap 5", 'Argument expected after "5"'),
        ("input tap a b", "Error: Invalid arguments for command: tap"),
        ("input swipe 1 2 3", 'Argument expected after "3"'),
        ("input text", 'Argument expected after "text"'),
        ("input keyevent", 'Argument expected after "keyevent"'),
    ],
)
def test_a_malformed_touch_throws(phone: VirtualPhone, script: str, complaint: str) -> None:
    stdout, stderr, code = run(script, phone)
    assert (stdout, code) == (b"", 255)
    assert f"IllegalArgumentException: {complaint}\n" in stderr.decode()


def test_input_tells_how_it_is_used_and_that_it_does_not_know_a_word(phone: VirtualPhone) -> None:
    assert out(phone, "input").startswith("Usage: input [<source>]")
    assert "draganddrop <x1> <y1> <x2> <y2>" in out(phone, "input help")
    assert out(phone, "input dance") == "Unknown command: dance\n"


@pytest.mark.parametrize("script", ["input {} {} {} {} {} 150", "input touchscreen {} -d 0 {} {} {} {} 150"])
@pytest.mark.parametrize(("command", "glides"), [("swipe", True), ("draganddrop", False)])
def test_gestures_reach_the_phone_as_they_were_told(script: str, command: str, glides: bool) -> None:
    told = []

    class Noting(VirtualPhone):
        def swipe(self, x1: float, y1: float, x2: float, y2: float, duration_s: float = 0.3) -> None:
            told.append((True, x1, y1, x2, y2, duration_s))

        def drag(self, x1: float, y1: float, x2: float, y2: float, duration_s: float = 0.3) -> None:
            told.append((False, x1, y1, x2, y2, duration_s))

    phone = Noting(size=(270, 600), apps=[])
    words = [command, "1", "2.5", "3", "4"]
    if "-d" in script:
        script, words = "input touchscreen -d 0 {} {} {} {} {} 150", words
    out(phone, script.format(*words))
    out(phone, " ".join(["input", *words]))
    assert told == [(glides, 1, 2.5, 3, 4, 0.15), (glides, 1, 2.5, 3, 4, 0.3)]


# screencap, uiautomator, wm


def test_a_capture_goes_to_a_file_in_the_form_its_name_says(phone: VirtualPhone) -> None:
    out(phone, "screencap /sdcard/a.png; screencap /sdcard/a.raw; screencap -p /sdcard/b")
    for name in ("a.png", "b"):
        image = Image.open(io.BytesIO(phone.files.read(f"/sdcard/{name}")))
        assert image.convert("RGB").tobytes() == phone.frame().tobytes()
    assert struct.unpack_from("<4I", phone.files.read("/sdcard/a.raw")) == (270, 600, 1, 1)


def test_a_capture_is_made_once_for_each_picture(pad: VirtualPhone) -> None:
    first, png = pad.captures.raw(), pad.captures.png()
    assert pad.captures.raw() is first
    assert pad.captures.png() is png
    run("input text more", pad)
    assert pad.captures.raw() != first
    assert pad.captures.png() != png


def test_a_capture_that_cannot_be_kept_or_is_of_no_display_says_so(phone: VirtualPhone) -> None:
    assert run("screencap /system/x", phone) == (b"", b"Error opening file: /system/x (Read-only file system)\n", 1)
    stdout, stderr, code = run("screencap -p -d 7", phone)
    assert (stdout, code) == (b"", 1)
    assert stderr.startswith(b"Display Id '7' is not valid.\n")
    display = out(phone, "dumpsys SurfaceFlinger --display-id").split()[1]
    assert run(f"screencap -p -d {display}", phone)[0] == phone.captures.png()


@pytest.mark.parametrize("reason", ["asleep", "secure"])
def test_what_may_not_be_seen_is_black(phone: VirtualPhone, reason: str) -> None:
    if reason == "asleep":
        out(phone, "input keyevent SLEEP")
    else:
        out(phone, f"am start -n {PAD}/.Secret")
        assert "SECURE" in out(phone, "dumpsys window windows | grep fl=")
    assert Image.open(io.BytesIO(phone.captures.png())).getextrema() == ((0, 0),) * 3


def test_the_dump_is_well_formed_and_names_what_is_on_the_screen(pad: VirtualPhone) -> None:
    assert out(pad, "uiautomator dump") == "UI hierchary dumped to: /sdcard/window_dump.xml\n"
    root = ElementTree.fromstring(pad.files.read("/sdcard/window_dump.xml"))
    assert (root.tag, root.get("rotation")) == ("hierarchy", "0")
    texts = [node.get("text") for node in root.iter("node")]
    assert 'a <b> & "c"' in texts
    field = next(node for node in root.iter("node") if node.get("class") == "android.widget.EditText")
    assert (field.get("focused"), field.get("package"), field.get("password")) == ("true", PAD, "false")
    assert field.get("bounds", "").count("][") == 1


def test_a_dump_goes_where_it_is_told_and_can_leave_out_empty_boxes(pad: VirtualPhone) -> None:
    run("input text x; input keyevent 66", pad)
    tty = out(pad, "uiautomator dump /dev/tty")
    assert tty.endswith("</hierarchy>UI hierchary dumped to: /dev/tty\n")
    out(pad, "uiautomator dump --compressed /sdcard/small.xml")
    small = ElementTree.fromstring(pad.files.read("/sdcard/small.xml"))
    assert 0 < len(list(small.iter("node"))) < tty.count("<node ")


def test_a_sleeping_phone_has_no_tree(phone: VirtualPhone) -> None:
    phone.awake = False
    assert b"null root node" in run("uiautomator dump", phone)[1]


def test_sizes_and_densities_are_overridden_and_reset(phone: VirtualPhone) -> None:
    assert out(phone, "wm size; wm density") == "Physical size: 270x600\nPhysical density: 105\n"
    out(phone, "wm size 300x500; wm density 120")
    assert (phone.frame().size, phone.density) == ((300, 500), 120)
    assert out(phone, "wm size") == "Physical size: 270x600\nOverride size: 300x500\n"
    assert out(phone, "wm density") == "Physical density: 105\nOverride density: 120\n"
    out(phone, "wm size reset; wm density reset")
    assert phone.frame().size == (270, 600)
    for wrong in ("wm size 0x5", "wm size big", "wm density 1", "wm density x", "wm dance"):
        assert run(wrong, phone)[2] == 255
    assert phone.frame().size == (270, 600)


# Apps


def test_apps_start_by_component_and_say_so(phone: VirtualPhone) -> None:
    assert out(phone, f"am start -n {PAD}/{PAD}.MainActivity") == f"Starting: Intent {{ cmp={PAD}/.MainActivity }}\n"
    assert phone.foreground == (PAD, ".MainActivity")
    stdout, stderr, code = run(f"am start -n {PAD}/.MainActivity", phone)
    assert (code, stderr.startswith(b"Warning: Activity not started")) == (0, True)
    out(phone, f"am force-stop {PAD}")
    assert phone.foreground[0] != PAD
    waited = out(phone, f"am start -W -a android.intent.action.MAIN -n {PAD}/.MainActivity --es k v --ez b true")
    assert "Status: ok\nLaunchState: COLD\n" in waited
    assert waited.endswith("Complete\n")


@pytest.mark.parametrize("component", ["org.example.none/.Main", f"{PAD}/.Wrong"])
def test_a_start_that_fails_says_so_and_exits_with_zero(phone: VirtualPhone, component: str) -> None:
    before = phone.foreground
    stdout, stderr, code = run(f"am start -n {component}", phone)
    package, activity = component.split("/")
    assert stdout.decode() == f"Starting: Intent {{ cmp={component} }}\n"
    expected = f"Error type 3\nError: Activity class {{{package}/{package}{activity}}} does not exist.\n"
    assert (stderr.decode(), code) == (expected, 0)
    assert phone.foreground == before


def test_an_intent_that_nobody_takes_is_not_resolved(phone: VirtualPhone) -> None:
    stdout, stderr, code = run("am start -a android.intent.action.VIEW -d geo:1,2", phone)
    expected = "Error: Activity not started, unable to resolve Intent { act=android.intent.action.VIEW dat=geo:1,2 }\n"
    assert (stderr.decode(), code) == (expected, 0)
    assert b'Argument expected after "-n"' in run("am start -n", phone)[1]
    assert run("am dance", phone)[2] == 255


@pytest.mark.parametrize(
    ("action", "activity"),
    [("SETTINGS", ".Settings"), ("WIFI_SETTINGS", ".wifi.WifiSettings"), ("DISPLAY_SETTINGS", ".DisplaySettings")],
)
def test_settings_pages_open_by_their_action(
    new_phone: Callable[..., VirtualPhone], action: str, activity: str
) -> None:
    phone = new_phone(apps=["handsight.devices.virtual.apps.settings"])
    out(phone, f"am start -a android.settings.{action}")
    assert phone.foreground == ("com.android.settings", activity)


def test_home_is_an_intent_too(pad: VirtualPhone) -> None:
    out(pad, "am start -a android.intent.action.MAIN -c android.intent.category.HOME")
    assert pad.foreground[0] != PAD


def test_monkey_opens_an_app_or_finds_none(phone: VirtualPhone) -> None:
    assert "Events injected: 1\n" in out(phone, f"monkey -p {PAD} -c android.intent.category.LAUNCHER 1")
    assert phone.foreground[0] == PAD
    stdout, stderr, code = run("monkey -p none -c android.intent.category.LAUNCHER 1", phone)
    assert (stderr, code) == (b"** No activities found to run, monkey aborted.\n", 252)
    assert run("monkey", phone)[2] == 255


def test_packages_are_listed_and_resolved(phone: VirtualPhone) -> None:
    assert f"package:{PAD}\n" in out(phone, "pm list packages")
    assert out(phone, "pm list packages -3") == f"package:{PAD}\npackage:com.android.adbkeyboard\n"
    assert out(phone, "cmd package list packages pad") == f"package:{PAD}\n"
    assert PAD not in out(phone, "pm list packages -s")
    assert out(phone, f"pm path {PAD}").startswith("package:/")
    assert run("pm path none", phone) == (b"", b"", 1)
    resolved = out(phone, f"cmd package resolve-activity --brief {PAD}").splitlines()
    assert resolved[-1] == f"{PAD}/.MainActivity"
    assert out(phone, "cmd package resolve-activity --brief none") == "No activity found\n"
    launchable = (
        "cmd package query-activities --brief -a android.intent.action.MAIN -c android.intent.category.LAUNCHER"
    )
    assert out(phone, launchable).splitlines()[0] == "1 activities found:"
    assert f"    {PAD}/.MainActivity\n" in out(phone, launchable)
    assert out(phone, launchable.replace("--brief", "--components")) == f"{PAD}/.MainActivity\n"


@pytest.mark.parametrize(
    ("script", "said", "code"),
    [
        ("pm install /sdcard/x.apk", "INSTALL_FAILED_NO_MATCHING_ABIS", 1),
        (f"pm uninstall {PAD}", "DELETE_FAILED_INTERNAL_ERROR", 1),
        (f"pm clear {PAD}", "Failed", 1),
        ("pm grant none x", "Unknown package: none", 255),
        ("pm path", "no package specified", 1),
        ("pm list", "unknown list type", 255),
        ("pm dance", "Unknown command: dance", 255),
        ("cmd dance", "Can't find service: dance", 20),
        ("cmd", "No service specified", 20),
    ],
)
def test_what_cannot_be_done_to_packages_is_refused(phone: VirtualPhone, script: str, said: str, code: int) -> None:
    stdout, stderr, exit_code = run(script, phone)
    assert said in (stdout + stderr).decode()
    assert exit_code == code


# Settings, input methods


def test_settings_are_those_of_the_phone(phone: VirtualPhone) -> None:
    assert out(phone, "settings get global wifi_on; settings get secure none") == "1\nnull\n"
    out(phone, "settings put global wifi_on 0; settings put system new 'a b'")
    assert phone.settings["global"]["wifi_on"] == "0"
    assert "new=a b\n" in out(phone, "settings list system")
    assert out(phone, "settings delete system new; settings delete system new") == "Deleted 1 rows\nDeleted 0 rows\n"
    out(phone, "svc wifi enable; svc bluetooth disable")
    assert (phone.settings["global"]["wifi_on"], phone.settings["global"]["bluetooth_on"]) == ("1", "0")
    for wrong in ("settings get nowhere x", "settings get system", "settings dance"):
        assert run(wrong, phone)[2] == 255


def test_the_screen_turns_when_the_settings_say_so(phone: VirtualPhone) -> None:
    out(phone, "settings put system user_rotation 1")
    assert phone.frame().size == (600, 270)
    assert out(phone, "wm size") == "Physical size: 270x600\n"
    assert "orientation=1," in out(phone, "dumpsys display")
    assert "SurfaceOrientation: 1" in out(phone, "dumpsys input")
    assert "cur=600x270" in out(phone, "dumpsys window displays")


def test_the_adb_keyboard_types_what_no_key_types(pad: VirtualPhone) -> None:
    keyboard, before = "com.android.adbkeyboard/.AdbIME", pad.ime
    message = base64.b64encode("Grüße, 世界 😀\n".encode()).decode()
    send = f"am broadcast -a ADB_INPUT_B64 --es msg {message}"
    out(pad, send)
    assert written(pad) == ""
    assert keyboard in out(pad, "ime list -s -a").splitlines()
    assert keyboard not in out(pad, "ime list -s").splitlines()
    assert run(f"ime set {keyboard}", pad)[2] == 255
    out(pad, f"ime enable {keyboard}; ime set {keyboard}")
    assert out(pad, "settings get secure default_input_method") == f"{keyboard}\n"
    assert out(pad, send).endswith("Broadcast completed: result=0\n")
    assert written(pad).startswith("Grüße, 世界 😀")
    out(pad, "am broadcast -a ADB_INPUT_B64 --es msg not-base64!")
    out(pad, f"ime set {before}")
    assert pad.ime == before
    out(pad, "ime reset")
    assert run("ime set none/.None", pad) == (
        b"",
        b"Unknown input method none/.None cannot be selected for user #0\n",
        255,
    )


# dumpsys and the rest


def test_the_window_in_front_is_named_where_tools_look(pad: VirtualPhone) -> None:
    for script in ("dumpsys window", "dumpsys window windows", "dumpsys window displays"):
        assert f" u0 {PAD}/{PAD}.MainActivity}}" in out(pad, f"{script} | grep mCurrentFocus")
        assert f" u0 {PAD}/.MainActivity t" in out(pad, f"{script} | grep mFocusedApp")
    assert f" u0 {PAD}/.MainActivity t" in out(pad, "dumpsys activity activities | grep mResumedActivity")
    assert f"ACTIVITY {PAD}/.MainActivity " in out(pad, "dumpsys activity top")
    assert out(pad, "dumpsys input_method | grep -o mInputShown=.*") == "mInputShown=true\n"
    out(pad, "input keyevent ESCAPE")
    assert out(pad, "dumpsys input_method | grep -o mInputShown=.*") == "mInputShown=false\n"


def test_a_locked_and_a_sleeping_phone_say_so(phone: VirtualPhone) -> None:
    phone.locked = True
    assert "NotificationShade" in out(phone, "dumpsys window | grep mCurrentFocus")
    assert out(phone, "dumpsys window | grep -c isKeyguardShowing=true") == "1\n"
    out(phone, "wm dismiss-keyguard; input keyevent 223")
    assert not phone.locked
    assert "mWakefulness=Asleep" in out(phone, "dumpsys power")
    assert "Display Power: state=OFF" in out(phone, "dumpsys power")
    out(phone, "input keyevent WAKEUP")
    assert "mWakefulness=Awake" in out(phone, "dumpsys power")


def test_the_battery_and_the_packages_are_dumped(phone: VirtualPhone) -> None:
    phone.battery = 12
    assert "  level: 12\n" in out(phone, "dumpsys battery")
    assert "versionName=1.0\n" in out(phone, f"dumpsys package {PAD}")
    assert out(phone, "dumpsys package none") == "Unable to find package: none\n"
    assert run("dumpsys none", phone)[1] == b"Can't find service: none\n"
    assert "  battery\n" in out(phone, "dumpsys -l")


def test_properties_name_the_phone(new_phone: Callable[..., VirtualPhone]) -> None:
    phone = new_phone(model="Model X", serial="abc")
    assert out(phone, "getprop ro.product.model; getprop ro.serialno; getprop none; getprop none x") == (
        "Model X\nabc\n\nx\n"
    )
    assert "[ro.build.version.sdk]: [34]\n" in out(phone, "getprop")
    serials = {out(new_phone(), "getprop ro.serialno") for _ in range(3)}
    assert len(serials) == 3, "a phone that was reconnected is known by it"
    assert out(phone, "getprop sys.boot_completed; whoami; id -u") == "1\nshell\n2000\n"
    assert out(phone, "date +%Y").strip().isdecimal()
    assert "uid=2000(shell)" in out(phone, "id")


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("mkdir -p a/b; echo hi > a/b/c; ls a; cp a/b/c a; mv a/c a/d; ls a; cat a/d", "b\nb\nd\nhi\n"),
        ("mkdir a; touch a/x a/.y; ls a; ls -a a", "x\n.y\nx\n"),
        ("echo 1 > x; echo 2 > y; mkdir z; mv x y z; ls z; rm -r z; ls", "x\ny\n"),
        ("rm -f none; echo $?", "0\n"),
        ("echo a > x; cp x y z", "cp: 'z' not directory\n"),
        ("rm none", "rm: none: No such file or directory\n"),
        ("mkdir a; rm a", "rm: a: Is a directory\n"),
        ("mkdir a; mkdir a", "mkdir: 'a': File exists\n"),
        ("cp none x", "cp: bad 'none': No such file or directory\n"),
        ("echo hi | md5sum", "764efa883dda1e11db47671c4a3bbd9e  -\n"),
        ("echo hi > f; stat -c '%s %n' f; sha256sum f | wc -w", "3 f\n2\n"),
        ("echo 'a\nb\nc' > f; head -n 1 f; tail -1 f; wc -l f; head -2 f | tail -n1", "a\nc\n3 f\nb\n"),
        ("echo 'Ab\ncd' | grep -i AB; echo 'Ab\ncd' | grep -v A; echo 'a|b' | grep 'a|b'", "Ab\ncd\na|b\n"),
        ("echo 'a1\nb2' | grep -E 'a|b' | grep -o '[0-9]'; echo 'x\ny' | grep 'x\\|y' | grep -c .", "1\n2\n2\n"),
        ("echo x | grep -q x && echo found; echo x | grep -q y || echo none", "found\nnone\n"),
        ("echo hi | base64; echo aGk= | base64 -d", "aGkK\nhi"),
        ("grep x none", "grep: none: No such file or directory\n"),
        ("wc none", "wc: none: No such file or directory\n"),
        ("sleep x", "sleep: not 'x'\n"),
        ("uname; pwd", "Linux\n/sdcard/here\n"),
    ],
)
def test_small_tools_work_as_on_a_phone(phone: VirtualPhone, script: str, expected: str) -> None:
    phone.files.mkdir("/sdcard/here")
    stdout, stderr, _ = run(f"cd /sdcard/here; {script}", phone)
    assert (stdout + stderr).decode() == expected


def test_a_long_listing_tells_mode_size_and_time(phone: VirtualPhone) -> None:
    phone.files.write("/sdcard/Download/x", b"12345", mtime=0)
    when = f"{datetime.fromtimestamp(0):%Y-%m-%d %H:%M}"
    assert out(phone, "ls -l /sdcard/Download") == f"total 4\n-rw-rw---- 1 shell shell        5 {when} x\n"
