"""The phone as its oracle knows it: the true state, and how to get from any page to any other.

Only the school and the report card may ask it; a model sees the picture alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL.Image import Image

from handsight.devices.virtual.kit import App
from handsight.devices.virtual.kit.edit import Edit
from handsight.devices.virtual.kit.layout import place_of
from handsight.devices.virtual.phone import Phone
from handsight.devices.virtual.timing import StillClock
from handsight.models.mini.school.screens import Eye, Thing, View
from handsight.prompts.mini import REMEMBERED, alike

_KEYS = {"back": 4, "home": 3, "enter": 66}
_REST_S = 2.5  # that pass with each act: a short message is gone by then, an answer is there


@dataclass(frozen=True)
class Act:
    """What to do: the verb, its words, and what is touched where that is something seen.

    `about` is what shows that it is right, where nothing is touched: a switch that is on already.
    """

    verb: str
    words: str = ""
    thing: Thing | None = None
    about: Thing | None = field(default=None, compare=False)

    @property
    def said(self) -> str:
        """The act without its place, as a history tells it."""
        quoted = f" “{self.words}”" if self.verb in ("tap", "hold", "type", "open", "say", "fail") else ""
        return f"{self.verb}{quoted}"

    @property
    def ends(self) -> bool:
        """Whether it ends the task."""
        return self.verb in ("done", "say", "fail")


@dataclass
class World:
    """One phone, what it shows, and what was done on it so far; `looks` has for each act what was seen before it."""

    phone: Phone
    clock: StillClock
    eye: Eye
    history: list[str] = field(default_factory=list)
    looks: list[Image] = field(default_factory=list, repr=False)
    view: View = field(init=False)

    def __post_init__(self) -> None:
        self.look()

    def look(self) -> View:
        """Look at the screen as it is now."""
        self.view = self.eye.look()
        return self.view

    def do(self, act: Act) -> None:
        """Carry out an act that does not end the task, and look again."""
        phone = self.phone
        width, height = phone.size
        if act.thing:
            x = act.thing.middle[0] * width / self.view.image.width
            y = act.thing.middle[1] * height / self.view.image.height
            if act.verb == "hold":
                phone.swipe(x, y, x, y, 1.0)
            else:
                phone.tap(x, y)
        elif act.verb == "type":
            phone.text(act.words)
        elif act.verb == "clear":
            phone.edit(_emptied)
        elif act.verb == "open":
            phone.launch(self.app(act.words).package)
        elif act.verb.startswith("scroll"):
            start, end = (0.7, 0.35) if act.verb.endswith("down") else (0.35, 0.7)
            phone.drag(width / 2, height * start, width / 2, height * end, 0.4)
        elif act.verb in _KEYS:
            phone.key(_KEYS[act.verb])
        self.clock.sleep(_REST_S)
        self.history.append(act.said)
        self.looks.append(self.view.image)
        self.look()

    @property
    def led_back(self) -> tuple[str, ...]:
        """What was done on this very screen before, of the last acts."""
        done = zip(self.history[-REMEMBERED:], self.looks[-REMEMBERED:], strict=False)
        return tuple(said for said, look in done if alike(look, self.view.image))

    # What is there

    def app(self, name: str) -> App:
        """The app of that label, in the language of the phone or in English, or of that short name."""
        apps = self.phone.apps.values()
        return next((app for app in apps if name in (app.label(), app.label("en"))), None) or self.phone.app(name)

    @property
    def front(self) -> App:
        return self.phone.apps[self.phone.foreground[0]]

    @property
    def title(self) -> str:
        """The title of the page in front."""
        return str(getattr(self.phone.stage.windows[0].content, "title", ""))

    @property
    def above(self) -> str | None:
        """The title of the dialog, menu or sheet above it, "" for one without; None where there is none."""
        windows = self.phone.stage.windows
        return str(getattr(windows[-1].content, "title", "")) if len(windows) > 1 else None

    def thing(self, name: str, kind: str = "") -> Thing | None:
        """What bears that name, the touchable before what only stands there."""
        named = [
            thing
            for thing in self.view.things
            if name in (thing.label, thing.also) and (not kind or thing.kind == kind)
        ]
        return min(named, key=lambda thing: thing.kind == "text", default=None)

    def shows(self, text: str) -> bool:
        """Whether that stands on the screen."""
        return any(run.text == text for run in self.view.runs)

    def holds(self, text: str) -> bool:
        """Whether the page in front has that text, be it in several lines or out of sight."""
        return any(spot.text == text for spot in self.phone.stage.top.root.walk())

    def field(self) -> Thing | None:
        """The field that is being edited."""
        return next((thing for thing in self.view.things if thing.focused), None)

    # How to get there

    def tap(self, name: str) -> Act | None:
        """Tap what bears that name, if it is seen."""
        thing = self.thing(name)
        return Act("tap", name, thing) if thing and thing.kind != "text" else None

    def find(self, name: str) -> Act | None:
        """Tap it, or scroll towards it; None where this page does not have it."""
        return self.tap(name) or self.toward(name)

    def toward(self, name: str) -> Act | None:
        """Scroll towards a name on this page that is out of sight."""
        root, now = self.phone.stage.top.root, self.phone.clock()
        middle = self.phone.size[1] / 2
        for spot in root.walk():
            if spot.text == name and (place := place_of(root, spot, now)):
                return Act("scroll down" if place[1] > middle else "scroll up")
        return None

    def reach(self, app: App, *titles: str) -> Act | None:
        """The next act on the way to the page of the last title; None once it is in front, with nothing above it."""
        if self.front is not app:
            return Act("open", app.label())
        if self.above is not None:
            return Act("back")
        known = [app.label(), *titles]
        if self.title == known[-1]:
            return None
        if self.title in known:
            return self.find(known[known.index(self.title) + 1]) or Act("back")
        return Act("back")

    def write(self, label: str, now: str, wanted: str, *, key: str = "") -> Act | None:
        """The next act on the way to a field's having a text; None once it has. `now` is what it holds."""
        if now == wanted:
            return None
        focused = self.phone.stage.top.memory.focus == (key or label) and self.phone.ime_shown
        if focused:
            return Act("clear") if now else Act("type", wanted)
        shown = self.thing(label, kind="field") or self.thing(now, kind="field")
        return Act("tap", label, shown) if shown else self.toward(label)

    def named(self, said: str) -> Act | None:
        """Tap an icon by what is said of it."""
        thing = self.thing(said)
        return Act("tap", said, thing) if thing else None

    def searched(self, name: str, field: str, now: str) -> Act:
        """Look for it by a search field that holds `now`, seen or not, then tap it; fail where nothing is found.

        Whether a name is among many is hard to see; that it was typed is in the history.
        """
        row = self.thing(name, kind="row")
        if now != name and (key := self.write(field, now, name, key="search")):
            return key
        return Act("tap", name, row) if row else Act("fail", f"no {name}")

    def did(self, label: str) -> bool:
        """Whether that was tapped."""
        return f"tap “{label}”" in self.history


def _emptied(edit: Edit, cursor: int) -> int:
    edit.on_change("")
    return 0
