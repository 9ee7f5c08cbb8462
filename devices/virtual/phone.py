"""A phone that exists only in memory: a screen, a touch panel, apps, settings. It knows nothing of adb."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from PIL import Image

from handsight.devices.virtual import keys
from handsight.devices.virtual.app import App, Entry, Memory
from handsight.devices.virtual.apps import new_apps
from handsight.devices.virtual.files import VirtualFiles
from handsight.devices.virtual.fonts import Fonts, system_fonts
from handsight.devices.virtual.layout import Node
from handsight.devices.virtual.lock import lock_page
from handsight.devices.virtual.pages import Page
from handsight.devices.virtual.preferences import default_settings
from handsight.devices.virtual.stage import Stage, Window, black
from handsight.devices.virtual.touch import Finger
from handsight.devices.virtual.transitions import SECONDS, Transition
from handsight.errors import UnknownName

LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
WORDS = {"zh": {"Cancel": "取消", "OK": "确定", "Swipe up to unlock": "向上滑动解锁"}}
KEYBOARD, ADB_KEYBOARD = "org.handsight.keyboard/.Keyboard", "com.android.adbkeyboard/.AdbIME"
SYSTEM_UI = "com.android.systemui"
TOAST_S = 2.0
_TICK_S = 0.008


class Phone:
    """A virtual phone. All of it may be used from several threads; gestures block for as long as they take."""

    def __init__(
        self,
        *,
        size: tuple[int, int] = (1080, 2400),
        density: int | None = None,
        dark: bool = False,
        language: str = "en",
        apps: Iterable[str | type[App] | App] | None = None,
        name: str = "Virtual phone",
        model: str = "Virtual Phone",
        serial: str = "virtual-1",
        fonts: Fonts | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        """Make a phone with `apps` (default: all there are) that stands at its home screen.

        Without a `density` (dots per inch) everything has the size that it has on 1080 pixels at 420. `clock` and
        `sleep` drive motion, `now` is the date and time it shows; `StillClock` has all three for stable pictures.
        """
        self.lock = threading.RLock()
        self._finger_lock = threading.Lock()
        self.name, self.model, self.serial = name, model, serial
        self.clock, self.now, self._sleep = clock, now, sleep
        self.fonts = fonts or system_fonts()
        self.physical_size = size
        self.physical_density = density or max(72, round(420 * min(size) / 1080))
        self._override_size: tuple[int, int] | None = None
        self._override_density: int | None = None
        self._awake, self._locked, self._battery = True, False, 87
        self._ime_shown = False
        self._dirty = self._stale = True  # the layout, the picture
        self._picture: Image.Image | None = None
        self._minute = ""
        self._rebuild_at = float("inf")
        self._transition: Transition | None = None
        self._toast: tuple[str, float] | None = None
        self._timers: list[tuple[float, Callable[[], object]]] = []
        self._lock_memory = Memory()
        self.settings = default_settings(self.changed)
        self.settings["system"]["system_locales"] = LANGUAGES.get(language, language)
        self.settings["secure"]["ui_night_mode"] = "2" if dark else "1"
        self.settings["global"]["device_name"] = name
        self.imes = [KEYBOARD, ADB_KEYBOARD]
        self.files = VirtualFiles()
        self._apps: dict[str, App] = {}
        for app in new_apps(apps):
            app._phone = self
            self._apps[app.package] = app
        self._home = next(app for app in self._apps.values() if app.hidden)
        self._running: list[str] = []  # the most recent first
        self.stage = Stage(self)
        for app in self._apps.values():
            app.start()
        self._bring(self._home)

    # What it is

    @property
    def apps(self) -> Mapping[str, App]:
        """The apps by package."""
        return self._apps

    def app(self, name: str) -> App:
        """The app of that short name ("notes"), label or package. Raises UnknownName."""
        for package, app in self._apps.items():
            names = {package, package.rpartition(".")[2], type(app).__module__.rpartition(".")[2], *app.labels.values()}
            if name.lower() in {known.lower() for known in names}:
                return app
        raise UnknownName(f"there is no app {name!r} on this phone; there are: {', '.join(self._apps)}")

    @property
    def density(self) -> int:
        """Dots per inch in force."""
        return self._override_density or self.physical_density

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture now."""
        width, height = self._override_size or self.physical_size
        return (height, width) if self.rotation % 2 else (width, height)

    @property
    def override_size(self) -> tuple[int, int] | None:
        """Another size than the panel's own, as `wm size` sets it."""
        return self._override_size

    @override_size.setter
    def override_size(self, size: tuple[int, int] | None) -> None:
        self._override_size = size
        self.changed()

    @property
    def override_density(self) -> int | None:
        """Another density than the panel's own, as `wm density` sets it."""
        return self._override_density

    @override_density.setter
    def override_density(self, density: int | None) -> None:
        self._override_density = density
        self.changed()

    @property
    def rotation(self) -> int:
        """Quarter turns from upright, 0..3."""
        text = self.settings["system"].get("user_rotation", "0")
        return int(text) if text in ("0", "1", "2", "3") else 0

    @rotation.setter
    def rotation(self, turns: int) -> None:
        if turns not in (0, 1, 2, 3):
            raise ValueError(f"a rotation is 0, 1, 2 or 3 quarter turns, not {turns!r}")
        self.settings["system"]["user_rotation"] = str(turns)

    @property
    def language(self) -> str:
        """The system's language: "en", "zh"."""
        return self.settings["system"].get("system_locales", "en").partition("-")[0].lower()

    @property
    def awake(self) -> bool:
        """Whether the screen is on."""
        return self._awake

    @awake.setter
    def awake(self, on: bool) -> None:
        self._awake = on
        self.changed()

    @property
    def locked(self) -> bool:
        """Whether the lock screen is up."""
        return self._locked

    @locked.setter
    def locked(self, on: bool) -> None:
        with self.lock:
            if on != self._locked:
                self.changes("fade")
                self._locked, self._ime_shown = on, False

    @property
    def battery(self) -> int:
        """Charge in percent."""
        return self._battery

    @battery.setter
    def battery(self, percent: int) -> None:
        self._battery = percent
        self.changed()

    @property
    def ime(self) -> str:
        """The input method in use."""
        return self.settings["secure"].get("default_input_method", "")

    @ime.setter
    def ime(self, name: str) -> None:
        self.settings["secure"]["default_input_method"] = name

    @property
    def ime_shown(self) -> bool:
        """Whether the soft keyboard is up."""
        return self._ime_shown

    @property
    def foreground(self) -> tuple[str, str]:
        """Package and activity of what is in front."""
        with self.lock:
            app = self._apps[self._running[0]]
            return app.package, app._pages[-1].activity

    @property
    def secure(self) -> bool:
        """Whether what is in front forbids pictures of itself."""
        with self._ready():
            content = self.stage.windows[0].content
            return isinstance(content, Page) and content.secure

    def state(self) -> dict[str, Any]:
        """The state of all apps and the settings, as plain JSON values."""
        with self._ready():
            return {
                "foreground": list(self.foreground),
                "settings": {name: dict(values) for name, values in self.settings.items()},
                "apps": {package: app.state() for package, app in self._apps.items()},
            }

    # What it shows

    def frame(self) -> Image.Image:
        """The picture as it is this moment (RGB). The same object as long as nothing changed; black when asleep."""
        with self._ready():
            if not self._awake:
                return black(self.size)
            now = self.clock()
            picture = self._draw(now)
            if self._transition is None:
                return picture
            if self._transition.over(now) or self._transition.old.size != picture.size:
                self._transition = None
                return picture
            return self._transition.frame(picture, now)

    def tree(self) -> Node:
        """What `uiautomator` reads: the visible part of the window in front."""
        with self._ready():
            return self.stage.tree(SYSTEM_UI if self._locked else self._running[0])

    # What is done to it

    def tap(self, x: float, y: float) -> None:
        """Touch the screen shortly."""
        self._gesture(x, y, x, y, 0, fling=True)

    def swipe(self, x1: float, y1: float, x2: float, y2: float, duration_s: float = 0.3) -> None:
        """Move a finger, which takes `duration_s`; lists follow it, and glide on. Held in one place: a long press."""
        self._gesture(x1, y1, x2, y2, duration_s, fling=True)

    def drag(self, x1: float, y1: float, x2: float, y2: float, duration_s: float = 0.3) -> None:
        """Move a finger and let it rest before it leaves: nothing glides on."""
        self._gesture(x1, y1, x2, y2, duration_s, fling=False)

    def text(self, s: str) -> None:
        """Type into the field that is being edited; without one nothing happens."""
        with self._ready():
            edit, memory = self.stage.edit(), self.stage.top.memory
            if self._awake and edit is not None:
                memory.cursor = edit.insert(min(memory.cursor, len(edit.value)), s)
                self.changed()

    def key(self, code: int) -> None:
        """Press a key by its Android code."""
        with self._ready():
            if code in (keys.POWER, keys.SLEEP, keys.WAKE):
                self.awake = code == keys.WAKE or (code == keys.POWER and not self._awake)
            elif self._awake:
                keys.press(self, code)
                self.changed()

    def launch(self, package: str, activity: str | None = None) -> None:
        """Bring an app to the front, at an activity of its own if one is named. Raises UnknownName."""
        with self._ready():
            app = self._apps.get(package)
            if app is None:
                raise UnknownName(f"no package {package!r} is installed")
            method = None
            if activity and _short(activity, package) != app.activity:
                method = app.activities.get(_short(activity, package))
                if method is None:
                    raise UnknownName(f"{package} has no activity {activity!r}")
            self.changes("rise" if app is not self._home else "sink")
            self._bring(app)
            if method:
                app._overlays.clear()
                app._pages.append(Entry(getattr(app, method), _short(str(activity), package)))

    def stop(self, package: str) -> None:
        """Close an app: the next time it starts at its first page, with its state as it is."""
        with self._ready():
            app = self._apps[package]
            if app is not self._home:
                if self._running[0] == package:
                    self.changes("sink")
                self._running = [name for name in self._running if name != package] or [self._home.package]
                app._pages.clear()
                app._overlays.clear()
                self._bring(self._apps[self._running[0]])

    def press_button(self, name: str) -> None:
        """Press "back", "home" or "recents" of the navigation bar."""
        if self._locked:
            return
        app = self._apps[self._running[0]]
        if name == "back":
            self._go_back(app)
        elif name == "recents" and hasattr(self._home, "recents"):
            self.changes("fade")
            self._bring(self._home)
            self._home._pages[1:] = [Entry(self._home.recents, ".RecentsActivity")]
        elif name == "home" and (app is not self._home or app.depth > 1 or app._overlays):
            self.changes("sink")
            self._bring(self._home)
            del self._home._pages[1:]

    # For the parts of the phone and its apps

    @property
    def at_home(self) -> bool:
        """Whether the home screen is in front."""
        return self._running[0] == self._home.package

    @property
    def recent(self) -> list[App]:
        """The apps that run, the most recent first, without the home screen."""
        return [self._apps[name] for name in self._running if name != self._home.package]

    @property
    def entries(self) -> list[Entry]:
        """The windows in front, from below to above."""
        if self._locked:
            return [Entry(self._lock_page, "", self._lock_memory)]
        app = self._apps[self._running[0]]
        return [app._pages[-1], *app._overlays]

    @property
    def toast_text(self) -> str:
        """The short message on the screen, if there is one."""
        return self._toast[0] if self._toast else ""

    def way_back(self) -> Callable[[], None] | None:
        """What the arrow in an app's bar does, or None at its first page."""
        app = self._apps[self._running[0]]
        return app.back if app.depth > 1 and not self._locked else None

    def word(self, text: str) -> str:
        """A word of the system in the phone's language."""
        return WORDS.get(self.language, {}).get(text, text)

    def changed(self) -> None:
        """Note that something changed: everything is laid out anew before it is next looked at."""
        self._dirty = self._stale = True

    def redraw(self) -> None:
        """Note that something moved: the picture is drawn anew."""
        self._stale = True

    def changes(self, kind: str) -> None:
        """Note that the picture is about to change, by a transition of that kind."""
        with self.lock:
            seconds = SECONDS[kind] * self._motion()
            if self._picture is not None and seconds > 0 and self._awake:
                now = self.clock()
                old = self._picture if self._dirty else self._draw(now)
                if self._transition and not self._transition.over(now) and self._transition.old.size == old.size:
                    old = self._transition.frame(old, now)
                keyboard = (self.stage.keyboard_top, self.stage.navigation.y)
                self._transition = Transition(kind, old, now, seconds, *keyboard)
            self.changed()

    def toast(self, text: str) -> None:
        """Show a short message for two seconds."""
        self._toast = (text, self.clock() + TOAST_S)
        self.changed()

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        """Do something later."""
        self._timers.append((self.clock() + seconds, act))

    def hide_keyboard(self) -> None:
        """Put the soft keyboard away."""
        if self._ime_shown:
            self.changes("keyboard_out")
            self._ime_shown = False

    def start_editing(self, memory: Memory, key: str, cursor: int) -> None:
        """Put the cursor into a field and bring up the keyboard."""
        if not self._ime_shown:
            self.stage.keyboard.reset()
            self.changes("keyboard_in")
            self._ime_shown = True
        memory.focus, memory.cursor = key, cursor
        self.changed()

    def press_key(self, name: str) -> None:
        """Take a key of the soft keyboard: a character, "backspace" or "enter"."""
        code = {"backspace": keys.DELETE, "enter": keys.ENTER}.get(name)
        if code:
            keys.press(self, code)
        else:
            self.text(name)

    def swiped(self, window: Window | None, x1: float, y1: float, x2: float, y2: float) -> None:
        """Take a swipe that moved no list."""
        flat = abs(x2 - x1) > abs(y2 - y1)
        way = ("right" if x2 > x1 else "left") if flat else ("down" if y2 > y1 else "up")
        if self._locked:
            if way == "up":
                self.locked = False
        elif window and isinstance(window.content, Page) and window.content.on_swipe:
            window.content.on_swipe(way)
            self.changed()

    def system_swipe(self, x: float, y: float, dx: float, dy: float) -> bool:
        """Take a swipe that begins at the edge, if gestures navigate: up is home, from a side is back."""
        if self._locked or self.settings["secure"].get("navigation_mode") != "2":
            return False
        margin = self.density / 160 * 20
        if y >= self.stage.navigation.y and dy < -abs(dx):
            self.press_button("home")
        elif (x < margin and dx > abs(dy)) or (x > self.size[0] - margin and -dx > abs(dy)):
            self.press_button("back")
        else:
            return False
        self.changed()
        return True

    # Inside

    @contextmanager
    def _ready(self) -> Iterator[None]:
        """Hold the lock, with everything that was due done and everything laid out."""
        with self.lock:
            now = self.clock()
            for timer in [timer for timer in self._timers if timer[0] <= now]:
                self._timers.remove(timer)
                timer[1]()
                self.changed()
            if self._toast and now >= self._toast[1]:
                self.changes("fade")
                self._toast = None
            minute = self.now().strftime("%H:%M")
            if minute != self._minute or now >= self._rebuild_at:
                self._minute = minute
                self.changed()
            if self._dirty:
                self._lay_out(now)
            yield

    def _lay_out(self, now: float) -> None:
        for _ in range(3):
            self._dirty = False
            self.stage.lay_out()
            if not self._dirty:
                break
        wait = self.stage.due()
        self._rebuild_at = now + wait if wait else float("inf")

    def _draw(self, now: float) -> Image.Image:
        moving = self.stage.moving(now)
        if self._picture is None or self._stale or moving:
            self._picture = self.stage.paint()
            self._stale = moving
        return self._picture

    def _gesture(self, x1: float, y1: float, x2: float, y2: float, duration_s: float, *, fling: bool) -> None:
        with self._finger_lock:
            started = self.clock()
            with self._ready():
                if not self._awake:
                    return
                finger = Finger(self, x1, y1)
            while (passed := self.clock() - started) < duration_s:
                with self._ready():
                    share = min(passed / (duration_s * (1 if fling else 0.7)), 1.0)
                    finger.move(x1 + (x2 - x1) * share, y1 + (y2 - y1) * share)
                self._sleep(min(_TICK_S, duration_s - passed))
            with self._ready():
                finger.up(x2, y2)

    def _bring(self, app: App) -> None:
        """Put an app in front."""
        if not app._pages:
            app._pages.append(Entry(app.main, app.activity))
        self._running = [app.package, *(name for name in self._running if name != app.package)]
        self._ime_shown = False
        self.changed()

    def _go_back(self, app: App) -> None:
        if self._ime_shown:
            self.hide_keyboard()
        elif app._overlays:
            content = self.stage.top.content
            if not isinstance(content, Page) and content.cancelable:
                app.dismiss()
        elif app.on_back():
            self.changed()
        elif app.depth > 1:
            app.back()
        elif app is not self._home:
            self.press_button("home")

    def _lock_page(self) -> Page:
        dark = self.settings["secure"].get("ui_night_mode") == "2"
        return lock_page(self.now(), self.size, self.word("Swipe up to unlock"), dark=dark)

    def _motion(self) -> float:
        """The factor by which the settings stretch transitions; 0 turns them off."""
        try:
            return max(0.0, float(self.settings["global"].get("transition_animation_scale", "1.0")))
        except ValueError:
            return 1.0


def _short(activity: str, package: str) -> str:
    """An activity's name as the app writes it: what is in its own package begins with a dot."""
    return activity[len(package) :] if activity.startswith(package + ".") else activity
