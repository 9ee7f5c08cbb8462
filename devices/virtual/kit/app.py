"""An app of the virtual phone: a class with its state as attributes and its pages as methods.

    class Counter(App):
        package = "org.example.counter"
        labels = {"en": "Counter", "zh": "计数器"}
        icon, color = "add", "#00897B"
        texts = {"zh": {"Add one": "加一"}}
        count = 0

        def main(self) -> Page:
            return Page(self.label(), [Text(str(self.count), style="display"), Button(self.t("Add one"), self.add)])

        def add(self) -> None:
            self.count += 1

Pages are built anew after every event, so a callback only changes attributes. Attributes that do not start with "_" are
the app's state: what `phone.state()` tells.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec

from handsight.devices.virtual.kit.pages import Dialog, Menu, Overlay, Page, Sheet
from handsight.devices.virtual.kit.scroll import Scroll

if TYPE_CHECKING:
    from handsight.devices.virtual.phone import Phone

P = ParamSpec("P")


@dataclass
class Memory:
    """What a window remembers while its page is built anew: where lists stand, and which field is being edited."""

    scrolls: dict[str, Scroll] = field(default_factory=dict)
    focus: str = ""
    cursor: int = 0


@dataclass
class Entry:
    """A window of an app: how it is built, and what it remembers."""

    build: Callable[[], Page | Overlay]
    activity: str = ""
    memory: Memory = field(default_factory=Memory)


class App:
    """One app. Subclass it, name `package` and `labels`, and write `main`."""

    package: ClassVar[str] = ""
    activity: ClassVar[str] = ".MainActivity"
    labels: ClassVar[Mapping[str, str]] = {}
    icon: ClassVar[str] = "apps"
    color: ClassVar[str] = "#5C6BC0"
    texts: ClassVar[Mapping[str, Mapping[str, str]]] = {}  # language -> English text -> its translation
    activities: ClassVar[Mapping[str, str]] = {}  # further activities -> the name of the method that builds the page
    version: ClassVar[str] = "1.0"
    hidden: ClassVar[bool] = False  # not shown among the apps

    _phone: Phone | None = None
    _pages: list[Entry]
    _overlays: list[Entry]

    def __new__(cls, *args: Any, **more: Any) -> App:
        """Give each instance its own copy of the state that stands in the class, so that two phones share nothing."""
        app = super().__new__(cls)
        app._pages, app._overlays = [], []
        for owner in reversed(cls.__mro__):
            for name, value in vars(owner).items():
                if _is_state(name, value):
                    setattr(app, name, copy.deepcopy(value))
        return app

    def main(self) -> Page:
        """Build the first page."""
        raise NotImplementedError(f"{type(self).__name__} needs a method `main` that returns a Page")

    def start(self) -> None:
        """Prepare what needs the phone (its files, its clock); called once, before the first page."""

    def on_back(self) -> bool:
        """Handle the back button; True means that it is done, False leaves it to the phone."""
        return False

    def label(self, language: str | None = None) -> str:
        """The app's name in a language, by default the phone's."""
        wanted = language or (self._phone.language if self._phone else "en")
        return self.labels.get(wanted) or self.labels.get("en") or type(self).__name__

    def t(self, text: str) -> str:
        """`text` in the phone's language, or as it is."""
        return self.texts.get(self.phone.language, {}).get(text, text)

    @property
    def phone(self) -> Phone:
        """The phone on which it runs."""
        if self._phone is None:
            raise RuntimeError(f"{type(self).__name__} is not on a phone yet: pass it to Phone(apps=[...])")
        return self._phone

    @property
    def depth(self) -> int:
        """How many pages are open, one above the other."""
        return len(self._pages)

    def set(self, name: str) -> Callable[[Any], None]:
        """Give a callback that stores what it is told as the attribute `name`."""

        def store(value: Any) -> None:
            setattr(self, name, value)

        return store

    def open(self, page: Callable[P, Page], *args: P.args, **more: P.kwargs) -> None:
        """Open a page: one of the app's methods, and what it is to be given."""
        self.phone.changes("push")
        self._overlays.clear()
        self._pages.append(
            Entry(lambda: page(*args, **more), self._pages[-1].activity if self._pages else self.activity)
        )

    def back(self) -> None:
        """Go back one page."""
        if len(self._pages) > 1:
            self.phone.changes("pop")
            self._overlays.clear()
            self._pages.pop()

    def show(self, overlay: Overlay | Callable[P, Overlay], *args: P.args, **more: P.kwargs) -> None:
        """Show a dialog, menu or sheet above the page: as it is, or a method that builds it anew after every event."""
        self.phone.changes("fade")

        def build() -> Overlay:
            built = overlay if isinstance(overlay, (Dialog, Menu, Sheet)) else overlay(*args, **more)
            built.dismiss = self.dismiss
            return built

        self._overlays.append(Entry(build))

    def dismiss(self) -> None:
        """Close the topmost dialog, menu or sheet."""
        if self._overlays:
            self.phone.changes("fade")
            self._overlays.pop()

    def confirm(self, title: str, text: str, yes: str, act: Callable[[], object]) -> None:
        """Ask before doing something."""
        self.show(Dialog(title, text, buttons=[(self.phone.word("Cancel"), None), (yes, act)]))

    def toast(self, text: str) -> None:
        """Show a short message for two seconds."""
        self.phone.later.toast(text)

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        """Do something later, by the phone's clock."""
        self.phone.later.after(seconds, act)

    def state(self) -> dict[str, Any]:
        """The app's public attributes as plain JSON values."""
        return {name: _plain(value) for name, value in vars(self).items() if not name.startswith("_")}


_NOT_STATE = {"package", "activity", "labels", "icon", "color", "texts", "activities", "version", "hidden", "depth"}


def _is_state(name: str, value: object) -> bool:
    if name.startswith("_") or name in _NOT_STATE:
        return False
    return not callable(value) and not isinstance(value, (property, classmethod, staticmethod))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(inner) for inner in (sorted(value, key=str) if isinstance(value, (set, frozenset)) else value)]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
