"""Work an Android phone over adb: look, touch, type, open apps."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image

from handsight.devices.android import apps, dumpsys, elements, field, ime, overlays, tree, typing, waking
from handsight.devices.android.adb import AdbServer, open_server
from handsight.devices.android.link import Link, Ran, open_link
from handsight.devices.android.names import keycode
from handsight.devices.android.screencap import Screencap, mostly_black
from handsight.devices.android.swiping import begin_swipe
from handsight.devices.android.watching import watching
from handsight.devices.base import Watch
from handsight.devices.pointing import on_display
from handsight.devices.settle import SETTLE, Settle, settle
from handsight.errors import CaptureFailed, InputRefused, ScreenOff, ScreenSecure, ToolFailed
from handsight.types import MASKED, Element, Point, Screen

if TYPE_CHECKING:
    from handsight.devices.virtual import VirtualPhone


def open_android(serial: str | None = None, *, numbers: Settle = SETTLE) -> AndroidDevice:
    """Open the phone of that serial (`host:port` for one on the network), or the only one, and wake it."""
    server = open_server()
    phone = server.pick(serial)
    device = AndroidDevice(open_link(server, phone.serial), model=phone.model, numbers=numbers)
    device.wake()
    ime.give_back(device.link)
    overlays.warn(device.link)
    return device


def open_virtual(
    phone: VirtualPhone | None = None, *, server: AdbServer | None = None, numbers: Settle = SETTLE
) -> VirtualAndroid:
    """Start a virtual phone, or take a given one, and an adb server for it alone; both end with `close`.

    Many phones share a `server` that is given, each with a device and a thread of its own; it stays open.
    """
    from handsight.devices.virtual import VirtualPhone

    shared, server = server, server or open_server(private=True)
    try:
        phone = phone or VirtualPhone()
        phone.open()
        link = open_link(server, server.pick(phone.address).serial)
        device = VirtualAndroid(link, phone, shared=shared is not None, numbers=numbers)
        device.wake()
        ime.give_back(device.link)
        overlays.warn(device.link)
    except BaseException:
        if phone:
            phone.close()
        if not shared:
            server.close()
        raise
    return device


class AndroidDevice:
    """A phone at the end of an adb link."""

    def __init__(self, link: Link, *, model: str = "", numbers: Settle = SETTLE) -> None:
        self.name = f"{model} ({link.serial})" if model else link.serial
        self.link, self.numbers = link, numbers
        self.screencap = Screencap(link)
        self._before: Screen | None = None
        self._acted = False
        self.front = dumpsys.Front()

    def screenshot(self) -> Screen:
        """The screen once the last act has settled."""
        screen = settle(self._capture, self._before, acted=self._acted, numbers=self.numbers)
        self._before = self._checked(screen)
        self._acted = False
        return self._before

    def glance(self) -> Screen:
        """The screen as it is this moment."""
        began = time.monotonic()
        image = self._capture()
        screen = Screen(image, timing={"capture": time.monotonic() - began})
        self._before = self._checked(replace(screen, moving=self._before.moving if self._before else None))
        return self._before

    def foreground(self) -> str:
        """The package of the app in front, empty if there is none."""
        return self._look().app

    def tap(self, at: Point, on: Screen) -> None:
        self._input("tap", *map(str, self._place(at, on)))

    def long_press(self, at: Point, seconds: float, on: Screen) -> None:
        self._drag(self._place(at, on), self._place(at, on), seconds)

    def swipe(self, start: Point, end: Point, seconds: float, on: Screen) -> str:
        """Move a finger, not from where the system would take it; gives a remark where that changed the start."""
        to = self._place(end, on)
        begin, remark = begin_swipe(self._place(start, on), to, self.front)
        self._drag(begin, to, seconds)
        return remark

    def type_text(self, text: str) -> str:
        """Type any text exactly, newlines at its end as enter; gives a remark where it could not be read back."""
        self._acted = True
        return typing.type_text(text, self.link, self._input)

    def clear_text(self) -> str:
        """Empty the field that has the focus; gives a remark where that could not be seen."""
        self._acted = True
        return typing.clear_text(self.link, self._input)

    def press(self, key: str) -> None:
        self._input("keyevent", str(keycode(key)))

    def open_app(self, name: str) -> str:
        """Open an app by its package or by a name of it in any language, and see that it came up."""
        package, activity = apps.look_up(name, self.link)
        self._acted = True
        apps.open_app(package, activity, self.link, self.foreground)
        return package

    def same_app(self, one: str, other: str) -> bool:
        """Whether two names may mean the same installed app."""
        return not apps.packages_of(one, self.link).isdisjoint(apps.packages_of(other, self.link))

    def elements(self, on: Screen) -> tuple[Element, ...]:
        """What the phone's UI tree names; takes a second or more. Raises NoTree."""
        root = tree.take(self.link)
        tree.check_front(root, on.app)
        return elements.elements(root, on.size, self.front.size)

    def watch(self) -> AbstractContextManager[Watch]:
        """See what a person does with the phone. Raises NoDevice where adb is shown no touch panel."""
        return watching(self.link, lambda: self.front, lambda: field.read(self.link))

    def wake(self) -> None:
        """Turn the screen on and a plain lock screen away. Raises ScreenOff or NeedsHuman where that fails."""
        waking.wake(self.link, self._input, self.name)

    def close(self) -> None:
        """Nothing stays open between two commands."""

    def _capture(self) -> Image.Image:
        try:
            return self.screencap.take()
        except CaptureFailed:
            self._explain_no_picture()
            raise

    def _checked(self, screen: Screen) -> Screen:
        """Name the app in front, and refuse a picture that shows nothing."""
        self.front = self._look()
        if mostly_black(screen.image):
            self._explain_no_picture()
        return replace(screen, app=self.front.app)

    def _explain_no_picture(self) -> None:
        if not waking.is_awake(self.link):
            raise ScreenOff(f"the screen of {self.name} is off: press `wakeup`, or wake the phone by hand")
        front = self._look()
        if front.window and dumpsys.is_secure(self.link.ask("dumpsys", "window", "windows").stdout, front.window):
            raise ScreenSecure(
                f"{front.app or 'the app in front'} forbids pictures of its screen: leave it, or ask the user"
            )

    def _look(self) -> dumpsys.Front:
        front = dumpsys.front(self.link.ask("dumpsys", "window", "displays").stdout)
        return front if front.app else dumpsys.front(self.link.ask("dumpsys", "window").stdout)  # Android 9 and older

    def _place(self, at: Point, on: Screen) -> tuple[int, int]:
        """Turn pixels of a screenshot into Android's own."""
        return on_display(at, on.size, self.front.size)

    def _drag(self, start: tuple[int, int], end: tuple[int, int], seconds: float) -> None:
        self._input("swipe", *map(str, (*start, *end, round(seconds * 1000))))

    def _input(self, *words: str) -> None:
        self._acted = True
        ran = self.link.act("input", *words)
        _require_done(ran, *words)


class VirtualAndroid(AndroidDevice):
    """A virtual phone, worked as any other, and the adb server that it is attached to: its own unless it is shared."""

    def __init__(self, link: Link, phone: VirtualPhone, *, shared: bool = False, numbers: Settle = SETTLE) -> None:
        super().__init__(link, numbers=numbers)
        self.name, self.phone, self._shared = "virtual", phone, shared

    def close(self) -> None:
        if self._shared:
            self.link.server.forget(self.link.serial)
        else:
            self.link.server.close()
        self.phone.close()


def _require_done(ran: Ran, act: str, *words: str) -> None:
    said = f"{ran.stderr}\n{ran.stdout}"
    if "INJECT_EVENTS" in said or "SecurityException" in said:
        raise InputRefused(
            "the phone lets adb look but not touch: in its developer options turn on"
            " 'USB debugging (Security settings)' (Xiaomi) or 'Disable permission monitoring' (Oppo, OnePlus)"
        )
    if ran.status:
        for word in words if act == "text" else ():
            said = said.replace(word, MASKED)  # it may be a secret
        raise ToolFailed(f"the phone did not carry out {act}: {dumpsys.gist(said) or f'status {ran.status}'}")
