"""What Android's services print, in the forms that differ between versions."""

from __future__ import annotations

import pytest

from handsight.devices.android import dumpsys
from handsight.devices.android.dumpsys import Front, Inset

ANDROID_14 = """\
WINDOW MANAGER DISPLAY CONTENTS (dumpsys window displays)
  Display: mDisplayId=0 (organized)
    init=1080x2400 420dpi mMinSizeOfResizeableTaskDp=220 cur=1080x2400 app=1080x2274 rng=1080x1017-2337x2274
    deferred=false mLayoutNeeded=false mTouchExcludeRegion=SkRegion((0,0,1080,2400))
  mLayoutSeq=1203
  mCurrentFocus=Window{a1b2c3d u0 com.android.settings/com.android.settings.SubSettings}
  mFocusedApp=ActivityRecord{77aa00 u0 com.android.settings/.SubSettings t42}
"""
ANDROID_9 = """\
WINDOW MANAGER WINDOWS (dumpsys window windows)
  Window #4 Window{4c52a07 u0 com.miui.home/com.miui.home.launcher.Launcher}:
    mAttrs={(0,0)(fillxfill) sim={adjust=pan} ty=BASE_APPLICATION fl=SHOW_WALLPAPER HARDWARE_ACCELERATED}
  mCurrentFocus=Window{4c52a07 u0 com.miui.home/com.miui.home.launcher.Launcher}
  mFocusedApp=AppWindowToken{9c3 token=Token{1 ActivityRecord{7 u0 com.miui.home/.launcher.Launcher t1}}}
"""
SECURE = """\
WINDOW MANAGER WINDOWS (dumpsys window windows)
  Window #1 Window{5f00 u0 NavigationBar0}:
    mAttrs={(0,0)(fillx126) ty=NAVIGATION_BAR fmt=TRANSLUCENT
      fl=NOT_FOCUSABLE NOT_TOUCH_MODAL HARDWARE_ACCELERATED
      pfl=COLOR_SPACE_AGNOSTIC}
  Window #2 Window{beef01 u0 org.example.bank/org.example.bank.Login}:
    mAttrs={(0,0)(fillxfill) sim={adjust=resize} ty=BASE_APPLICATION wanim=0x10302fe
      fl=LAYOUT_IN_SCREEN SECURE SPLIT_TOUCH HARDWARE_ACCELERATED
      pfl=NO_MOVE_ANIMATION}
  Window #3 Window{aaa u0 com.android.launcher3/.Launcher}:
    mAttrs={(0,0)(fillxfill) ty=BASE_APPLICATION
      fl=SHOW_WALLPAPER}
"""


def focused(title: str, app: str = "com.android.chrome/.Main") -> str:
    return f"  mCurrentFocus={title}\n  mFocusedApp=ActivityRecord{{7 u0 {app} t9}}\n cur=2400x1080 \n"


def test_the_app_window_and_size_in_front_are_read() -> None:
    assert dumpsys.front(ANDROID_14) == Front("com.android.settings", "a1b2c3d", (1080, 2400))


def test_an_older_phone_tells_them_elsewhere() -> None:
    assert dumpsys.front(ANDROID_9) == Front("com.miui.home", "4c52a07", None)


@pytest.mark.parametrize(
    ("title", "app"),
    [
        ("null", "com.android.chrome"),
        ("Window{1f u0 PopupWindow:9d2}", "com.android.chrome"),
        ("Window{1f u0 Application Not Responding: x}", "com.android.chrome"),
        ("Window{1f u0 NotificationShade}", "com.android.systemui"),
        ("Window{1f u0 org.mozilla.firefox/org.mozilla.firefox.App}", "org.mozilla.firefox"),
        ("Window{1f u10 org.mozilla.firefox/org.mozilla.firefox.App}", "org.mozilla.firefox"),
    ],
)
def test_what_has_the_focus_is_the_app_in_front(title: str, app: str) -> None:
    assert dumpsys.front(focused(title)).app == app


def test_a_dump_without_a_focus_names_no_app() -> None:
    assert dumpsys.front("Can't find service: window\n") == Front()


def test_only_the_window_in_front_makes_the_screen_secure() -> None:
    assert dumpsys.is_secure(SECURE, "beef01")
    assert not dumpsys.is_secure(SECURE, "aaa")
    assert not dumpsys.is_secure(SECURE, "5f00")
    assert not dumpsys.is_secure(ANDROID_9, "4c52a07")


@pytest.mark.parametrize(
    ("dump", "awake"),
    [
        ("  mWakefulness=Awake\n", True),
        ("  mWakefulness=Asleep\n", False),
        ("  mWakefulness=Dozing\n", False),
        ("", True),
    ],
)
def test_a_screen_that_is_off_says_so(dump: str, awake: bool) -> None:
    assert dumpsys.is_awake(dump) is awake


def test_the_first_activity_of_each_package_is_the_one_to_start() -> None:
    query = """\
3 activities found:
  Activity #0:
    priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true
    com.android.settings/.Settings
  Activity #1:
    priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true
    org.example.notes/org.example.notes.Main$Alias
  Activity #2:
    priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true
    com.android.settings/.Other
"""
    assert dumpsys.activities(query) == {
        "com.android.settings": ".Settings",
        "org.example.notes": "org.example.notes.Main$Alias",
    }
    assert dumpsys.activities("No activities found\n") == {}


@pytest.mark.parametrize(
    "said",
    [
        "Starting: Intent { cmp=a/.B }\nError type 3\nError: Activity class {a/a.B} does not exist.\n",
        "Starting: Intent { cmp=a/.B }\njava.lang.SecurityException: Permission Denial: not exported\n",
        "\nException occurred while executing 'start':\njava.lang.SecurityException: no\n",
    ],
)
def test_a_start_that_exits_well_may_have_failed(said: str) -> None:
    assert dumpsys.went_wrong(said)


@pytest.mark.parametrize(
    "said",
    [
        "Starting: Intent { act=android.intent.action.MAIN cmp=org.error.app/.ErrorScreen }\n",
        "Starting: Intent { cmp=a/.B }\nWarning: Activity not started, its task has been brought to the front\n",
    ],
)
def test_a_start_that_only_warns_went_well(said: str) -> None:
    assert not dumpsys.went_wrong(said)


def test_the_gist_of_a_trace_is_the_line_that_says_what_is_wrong() -> None:
    trace = "\nException occurred while executing 'tap':\njava.lang.SecurityException: no INJECT_EVENTS\n\tat a.b(C)"
    assert dumpsys.gist(trace) == "java.lang.SecurityException: no INJECT_EVENTS"
    assert dumpsys.gist("  plain words\nmore") == "plain words"
    assert dumpsys.gist("") == ""


NEWER_INSETS = """\
    InsetsState
        InsetsSource id=f1880000 type=statusBars frame=[0,0][1080,142] visible=true flags= sideHint=TOP
        InsetsSource id=3 type=ime frame=[0,1500][1080,2424] visible=true flags= sideHint=BOTTOM
        InsetsSource id=70790004 type=systemGestures frame=[0,0][78,2424] visible=true flags= sideHint=LEFT
        InsetsSource id=70790024 type=systemGestures frame=[1002,0][1080,2424] visible=true flags= sideHint=RIGHT
        InsetsSource id=70790006 type=tappableElement frame=[0,0][0,0] visible=true flags= sideHint=NONE
      mSource=InsetsSource id=3 type=ime frame=[0,900][1080,2424] visible=true flags=
"""
OLDER_INSETS = """\
      InsetsSource type=ITYPE_STATUS_BAR frame=[0,0][1080,66] visible=true
      InsetsSource type=ITYPE_LEFT_GESTURES frame=[0,0][0,0] 
      InsetsSource type=ITYPE_RIGHT_GESTURES frame=[1000,0][1080,2280] visible=true
      InsetsSource type=ITYPE_LEFT_DISPLAY_CUTOUT frame=[0,0][-2147483648,2280] visible=true
      InsetsSource type=ITYPE_IME frame=[0,1398][1080,2220] visibleFrame=[0,1398][1080,2220] visible=false
"""


def test_what_the_system_keeps_at_the_edges_is_read() -> None:
    kinds = [(inset.kind, inset.left, inset.top) for inset in dumpsys.front(NEWER_INSETS).insets]
    assert kinds == [("statusBars", 0, 0), ("ime", 0, 1500), ("systemGestures", 0, 0), ("systemGestures", 1002, 0)]


def test_older_phones_call_it_otherwise_and_a_keyboard_on_its_way_out_is_none() -> None:
    insets = dumpsys.front(OLDER_INSETS).insets
    assert [inset.kind for inset in insets] == ["ITYPE_STATUS_BAR", "systemGestures"]
    assert insets[1] == Inset("systemGestures", 1000, 0, 1080, 2280)
    assert insets[1].holds(1000, 0)
    assert not insets[1].holds(999, 0)


def test_of_several_displays_the_one_that_is_touched_counts() -> None:
    def display(number: int, size: str, app: str) -> str:
        return (
            f"  Display: mDisplayId={number} (organized)\n    init={size} 420dpi cur={size} app={size}\n"
            f"  mCurrentFocus=Window{{{number}f u0 {app}/.Main}}\n  mFocusedApp=ActivityRecord{{7 u0 {app}/.Main t1}}\n"
        )

    several = display(2, "1920x1080", "org.example.desk") + display(0, "1080x2400", "org.example.hand")
    assert dumpsys.front(several) == Front("org.example.hand", "0f", (1080, 2400))
    assert dumpsys.front(display(2, "1920x1080", "org.example.desk")).app == "org.example.desk"


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("    KeyguardServiceDelegate\n      showing=true\n      secure=true\n", (True, True)),
        ("      showing=true\n      secure=false\n        mIsShowing=false\n", (False, False)),  # the first is stale
        ("      showingAndNotOccluded=true\n      showing=false\n", (False, False)),
        ("    mShowingLockscreen=true mShowingDream=false\n", (True, False)),
        ("    isKeyguardShowing=true\n", (True, False)),
        ("", (False, False)),
    ],
)
def test_a_lock_screen_is_read_in_every_wording(policy: str, expected: tuple[bool, bool]) -> None:
    assert dumpsys.keyguard(policy) == expected


def test_the_panel_in_use_is_the_one_that_shows_what_is_touched() -> None:
    ids = 'Display 4630 (HWC display 0): port=0 displayName=""\nDisplay 4631 (HWC display 1): port=1 displayName=""\n'
    assert dumpsys.displays(ids) == ["4630", "4631"]
    outer = "DisplayViewport{type=INTERNAL, valid=true, isActive=false, displayId=3, uniqueId='local:4631', x=0}"
    inner = "DisplayViewport{type=INTERNAL, valid=true, isActive=true, displayId=0, uniqueId='local:4630', x=0}"
    assert dumpsys.panel_in_use(f"  mViewports=[{outer}, {inner}]") == "4630"
    older = "DisplayViewport{valid=true, displayId=0, uniqueId='local:0', orientation=0}"
    assert dumpsys.panel_in_use(older) == "0"
    for unsaid in ("", outer, "DisplayViewport{isActive=true, displayId=0, uniqueId='virtual:x,1'}"):
        assert dumpsys.panel_in_use(unsaid) == ""
