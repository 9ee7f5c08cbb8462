"""Which apps are on the phone, which of them run, and which is in front."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from handsight.devices.virtual.kit.app import App, Entry
from handsight.devices.virtual.kit.pages import Page
from handsight.errors import UnknownName

if TYPE_CHECKING:
    from handsight.devices.virtual.phone import Phone


class Running:
    """The apps of one phone."""

    def __init__(self, phone: Phone, apps: list[App]) -> None:
        self._phone = phone
        self.apps = {app.package: app for app in apps}
        self.home = next(app for app in apps if app.hidden)
        self._order: list[str] = []  # the most recent first
        for app in apps:
            app._phone = phone

    @property
    def front(self) -> App:
        """The app in front."""
        return self.apps[self._order[0]]

    @property
    def at_home(self) -> bool:
        """Whether the home screen is in front."""
        return self.front is self.home

    @property
    def recent(self) -> list[App]:
        """The apps that run, the most recent first, without the home screen."""
        return [self.apps[name] for name in self._order if name != self.home.package]

    @property
    def entries(self) -> list[Entry]:
        """The windows in front, from below to above."""
        return [self.front._pages[-1], *self.front._overlays]

    def named(self, name: str) -> App:
        """The app of that short name ("notes"), label or package. Raises UnknownName."""
        for package, app in self.apps.items():
            names = {package, package.rpartition(".")[2], type(app).__module__.rpartition(".")[2], *app.labels.values()}
            if name.lower() in {known.lower() for known in names}:
                return app
        raise UnknownName(f"there is no app {name!r} on this phone; there are: {', '.join(self.apps)}")

    def way_back(self) -> Callable[[], None] | None:
        """What the arrow in the app's bar does, or None at its first page. An app may handle it, as the button."""
        return self._up if self.front.depth > 1 else None

    def bring(self, app: App) -> None:
        """Put an app in front."""
        if not app._pages:
            app._pages.append(Entry(app.main, app.activity))
        self._order = [app.package, *(name for name in self._order if name != app.package)]
        self._phone.put_keyboard_away()

    def launch(self, package: str, activity: str | None) -> None:
        """Bring an app to the front, at an activity of its own if one is named. Raises UnknownName."""
        app = self.apps.get(package)
        if app is None:
            raise UnknownName(f"no package {package!r} is installed")
        short = activity[len(package) :] if activity and activity.startswith(package + ".") else activity
        method = app.activities.get(short) if short and short != app.activity else "main"
        if method is None:
            raise UnknownName(f"{package} has no activity {activity!r}")
        self._phone.changes("rise" if app is not self.home else "sink")
        self.bring(app)
        if short and method != "main":
            app._overlays.clear()
            app._pages.append(Entry(getattr(app, method), short))

    def stop(self, package: str) -> None:
        """Close an app: the next time it starts at its first page, with its state as it is."""
        app = self.apps[package]
        if app is self.home:
            return
        if self.front is app:
            self._phone.changes("sink")
        self._order = [name for name in self._order if name != package]
        app._pages.clear()
        app._overlays.clear()
        self.bring(self.apps[self._order[0]] if self._order else self.home)

    def press(self, button: str) -> None:
        """Press "back", "home" or "recents" of the navigation bar."""
        app, home = self.front, self.home
        if button == "back":
            self._back(app)
        elif button == "recents" and hasattr(home, "recents"):
            self._phone.changes("fade")
            self.bring(home)
            home._pages[1:] = [Entry(home.recents, ".RecentsActivity")]
        elif button == "home" and (app is not home or app.depth > 1 or app._overlays):
            self._phone.changes("sink")
            self.bring(home)
            home._overlays.clear()
            del home._pages[1:]

    def _up(self) -> None:
        app = self.front
        if not app.on_back():
            app.back()

    def _back(self, app: App) -> None:
        if self._phone.ime_shown:
            self._phone.hide_keyboard()
        elif app._overlays:
            content = self._phone.stage.top.content
            if not isinstance(content, Page) and content.cancelable:
                app.dismiss()
        elif app.on_back():
            self._phone.changed()
        elif app.depth > 1:
            app.back()
        elif app is not self.home:
            self.press("home")
