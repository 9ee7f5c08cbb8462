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
from handsight.devices.virtual.apps import new_apps
from handsight.devices.virtual.body import Body
from handsight.devices.virtual.display import Display
from handsight.devices.virtual.kit.app import App, Entry, Memory
from handsight.devices.virtual.kit.edit import Edit
from handsight.devices.virtual.kit.fonts import Fonts
from handsight.devices.virtual.kit.layout import Node
from handsight.devices.virtual.kit.pages import Page
from handsight.devices.virtual.later import Later
from handsight.devices.virtual.lock import lock_page
from handsight.devices.virtual.running import Running
from handsight.devices.virtual.stage import Stage
from handsight.devices.virtual.touch import gesture

SYSTEM_UI = "com.android.systemui"


class Phone(Body):
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
        serial: str | None = None,
        fonts: Fonts | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        """Make a phone with `apps` (default: all there are) that stands at its home screen.

        Without a `density` (dots per inch) everything has the size that it has on 1080 pixels at 420; without a
        `serial` it gets one that no other phone has. `clock` and `sleep` drive motion, `now` is the date and time it
        shows; `StillClock` has all three for stable pictures.
        """
        self.display = Display(self)
        super().__init__(
            size=size, density=density, dark=dark, language=language, name=name, model=model, serial=serial,
            fonts=fonts, clock=clock, now=now,
        )  # fmt: skip
        self._sleep = sleep
        self._finger_lock = threading.Lock()
        self._locked = self.ime_shown = False  # the latter: whether the soft keyboard is up
        self._lock_memory = Memory()
        self.later = Later(self)
        self.running = Running(self, new_apps(apps))
        self.running.bring(self.running.home)
        self.stage = Stage(self)
        for app in self.apps.values():
            app.start()

    @property
    def apps(self) -> Mapping[str, App]:
        """The apps by package."""
        return self.running.apps

    def app(self, name: str) -> App:
        """The app of that short name ("notes"), label or package. Raises UnknownName."""
        return self.running.named(name)

    @property
    def locked(self) -> bool:
        """Whether the lock screen is up."""
        return self._locked

    @locked.setter
    def locked(self, on: bool) -> None:
        with self.lock:
            if on != self._locked and (on or not self.pin_lock):
                self.changes("fade")
                self._locked, self.ime_shown = on, False

    @property
    def foreground(self) -> tuple[str, str]:
        """Package and activity of what is in front."""
        with self.lock:
            app = self.running.front
            return app.package, app._pages[-1].activity

    @property
    def secure(self) -> bool:
        """Whether what is in front forbids pictures of itself."""
        with self._ready():
            content = self.stage.windows[0].content
            return self.keeps_secret or (isinstance(content, Page) and content.secure)

    def state(self) -> dict[str, Any]:
        """The state of all apps and the settings, as plain JSON values."""
        with self._ready():
            return {
                "foreground": list(self.foreground),
                "settings": {name: dict(values) for name, values in self.settings.items()},
                "apps": {package: app.state() for package, app in self.apps.items()},
            }

    # What it shows

    def frame(self) -> Image.Image:
        """The picture as it is this moment (RGB). The same object as long as nothing changed; black when asleep."""
        with self._ready():
            return self.display.frame()

    def tree(self) -> Node:
        """What `uiautomator` reads: the visible part of the window in front."""
        with self._ready():
            return self.stage.tree(SYSTEM_UI if self._locked else self.running.front.package)

    # What is done to it

    def tap(self, x: float, y: float) -> None:
        """Touch the screen shortly."""
        gesture(self, x, y, x, y, 0, rest=0)

    def swipe(self, x1: float, y1: float, x2: float, y2: float, duration_s: float = 0.3) -> None:
        """Move a finger, which takes `duration_s`; lists follow it, and glide on. Held in one place: a long press."""
        gesture(self, x1, y1, x2, y2, duration_s, rest=0)

    def drag(self, x1: float, y1: float, x2: float, y2: float, duration_s: float = 0.3) -> None:
        """Move a finger and let it rest before it leaves: nothing glides on."""
        gesture(self, x1, y1, x2, y2, duration_s, rest=0.3)

    def text(self, s: str) -> None:
        """Type into the field that is being edited; without one nothing happens."""
        self.edit(lambda edit, cursor: edit.insert(cursor, s))

    def edit(self, change: Callable[[Edit, int], int]) -> None:
        """Change the field that is being edited, if there is one; `change` gives the new place of the cursor."""
        with self._ready():
            edit, memory = self.stage.edit(), self.stage.top.memory
            if self.awake and edit is not None:
                memory.cursor = change(edit, min(memory.cursor, len(edit.value)))
                self.changed()

    def key(self, code: int) -> None:
        """Press a key by its Android code."""
        with self._ready():
            if code in (keys.POWER, keys.SLEEP, keys.WAKE):
                self.awake = code == keys.WAKE or (code == keys.POWER and not self.awake)
            elif self.awake:
                keys.press(self, code)
                self.changed()

    def launch(self, package: str, activity: str | None = None) -> None:
        """Bring an app to the front, at an activity of its own if one is named. Raises UnknownName."""
        with self._ready():
            self.running.launch(package, activity)

    def stop(self, package: str) -> None:
        """Close an app: the next time it starts at its first page, with its state as it is."""
        with self._ready():
            self.running.stop(package)

    # For the parts of the phone and its apps

    @property
    def entries(self) -> list[Entry]:
        """The windows in front, from below to above."""
        return [Entry(self._lock_page, "", self._lock_memory)] if self._locked else self.running.entries

    def _lock_page(self) -> Page:
        return lock_page(self.now(), self.size, self.word("Swipe up to unlock"), dark=self.dark)

    def changed(self) -> None:
        """Note that something changed: everything is laid out anew before it is next looked at."""
        self.display.changed()

    def changes(self, kind: str) -> None:
        """Note that the picture is about to change, by a transition of that kind."""
        with self.lock:
            self.display.begin(kind)

    def press_button(self, name: str) -> None:
        """Press "back", "home" or "recents" of the navigation bar."""
        if not self._locked:
            self.running.press(name)

    def press_key(self, name: str) -> None:
        """Take a key of the soft keyboard: a character, "backspace" or "enter"."""
        if name in ("backspace", "enter"):
            keys.press(self, keys.DELETE if name == "backspace" else keys.ENTER)
        else:
            self.text(name)

    def start_editing(self, memory: Memory, key: str, cursor: int) -> None:
        """Put the cursor into a field and bring up the keyboard."""
        if not self.ime_shown:
            self.stage.keyboard.reset()
            self.changes("keyboard_in")
            self.ime_shown = True
        memory.focus, memory.cursor = key, cursor
        self.changed()

    def hide_keyboard(self) -> None:
        """Put the soft keyboard away, visibly."""
        if self.ime_shown:
            self.changes("keyboard_out")
            self.ime_shown = False

    def put_keyboard_away(self) -> None:
        """Put the soft keyboard away together with the window that it belonged to."""
        self.ime_shown = False
        self.changed()

    # Inside

    @contextmanager
    def _ready(self) -> Iterator[None]:
        """Hold the lock, with everything done that was due and everything laid out."""
        with self.lock:
            self.later.run_due()
            self.display.settle()
            yield
