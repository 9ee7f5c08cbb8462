"""A virtual phone that notes what it was made to do, and an app to do it in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from PIL import Image

from handsight.devices.settle import Settle
from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.kit import App, Dialog, Field, Page, Row, Text

QUICK = Settle(react_s=0.3, quiet_s=0.1)  # for phones whose transitions are off


class Playground(App):
    package = "org.example.playground"
    labels = {"en": "Playground"}
    text = ""
    held = 0

    def main(self) -> Page:
        field = Field("Text", self.text, self.set("text"), lines=3)
        rows = [Row(f"Row {number}", on_tap=self.ask) for number in range(40)]
        return Page("Playground", [field, Row("Hold me", on_long_press=self.hold), *rows])

    def hold(self) -> None:
        self.held += 1

    def ask(self) -> None:
        self.show(Dialog("Sure?", "This is a question.", buttons=[("No", None), ("Yes", None)]))


class Vault(App):
    package = "org.example.vault"
    labels = {"en": "Vault"}

    def main(self) -> Page:
        return Page("Vault", [Text("the secret")], secure=True)


class WatchedPhone(VirtualPhone):
    """Notes every event. `meanwhile` is called during the next one; `shrink` makes its pictures smaller than itself."""

    def __init__(self, *, still: bool = True, shrink: int = 1, more: Sequence[type[App]] = (), **options: Any) -> None:
        self.events: list[tuple[Any, ...]] = []
        self.shrink = shrink
        self.meanwhile: Callable[[], None] | None = None
        super().__init__(apps=[Playground, Vault, *more], **options)
        if still:
            self.settings["global"]["transition_animation_scale"] = "0"
        self.launch(Playground.package)

    @property
    def playground(self) -> Playground:
        app = self.app("Playground")
        assert isinstance(app, Playground)
        return app

    def frame(self) -> Image.Image:
        frame = super().frame()
        return frame.reduce(self.shrink) if self.shrink > 1 else frame

    def tap(self, x: float, y: float) -> None:
        self._note("tap", x, y)
        super().tap(x, y)

    def swipe(self, x1: float, y1: float, x2: float, y2: float, duration_s: float = 0.3) -> None:
        self._note("swipe", x1, y1, x2, y2, duration_s)
        super().swipe(x1, y1, x2, y2, duration_s)

    def text(self, s: str) -> None:
        self._note("text", s)
        super().text(s)

    def key(self, code: int) -> None:
        self._note("key", code)
        super().key(code)

    def _note(self, *event: Any) -> None:
        self.events.append(event)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()

    def pull_the_cable(self) -> None:
        """Cut the link off in the middle of what the phone is doing, and let the host notice."""
        threading.Thread(target=self.drop_links).start()
        threading.Event().wait(0.2)
