"""What a frame of the virtual phone costs: when it changed, while a list glides, in a transition, and when nothing did.

Every app is measured at its first page and at its fullest one, at 1080 x 2400. A change builds the page anew, lays it
out and draws all of it. Between the changes the same picture is copied and turned into the bytes of a capture: what
any screen costs that is looked at. Times are the processor's: what else runs on the machine counts little.

    python benchmarks/phone.py            exits with 1 when a changed frame costs over 5 times a frame's bytes
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

from PIL import Image

from handsight.devices.virtual.apps.contacts import Contacts
from handsight.devices.virtual.apps.files import Files
from handsight.devices.virtual.apps.messages import Conversation, Message, Messages
from handsight.devices.virtual.apps.notes import Notes
from handsight.devices.virtual.apps.settings import Settings
from handsight.devices.virtual.apps.shop import Shop
from handsight.devices.virtual.apps.shop_goods import GOODS
from handsight.devices.virtual.phone import Phone
from handsight.devices.virtual.timing import StillClock

ROUNDS, MOST = 40, 5.0


def busiest(phone: Phone) -> str:
    """Open the fullest page of the app in front, and give its name."""
    app, now = phone.running.front, phone.now()
    if isinstance(app, Contacts):
        app.open(app.one, app.contacts[0])
        return "a contact"
    if isinstance(app, Messages):
        said = [Message("A line of some words, as people write them " * (i % 3 + 1), i % 2 > 0, now) for i in range(60)]
        app.open(app.thread, Conversation("Ada", said))
        return "60 bubbles"
    if isinstance(app, Notes):
        app.notes *= 20
        return f"{len(app.notes)} notes"
    if isinstance(app, Files):
        for number in range(100):
            phone.files.write(f"/sdcard/Download/file {number}.txt", b"text")
        app.open(app.folder, "/sdcard/Download")
        return "100 files"
    if isinstance(app, Shop):
        app.cart = {product.name: 1 for product in GOODS}
        app.open(app.cart_page)
        return "a full cart"
    if isinstance(app, Settings):
        app.open(app.sound)
        return "sliders"
    if phone.running.at_home:
        for other in phone.apps:
            phone.launch(other)
        phone.press_button("recents")
        return "recent apps"
    app.tab = 3  # type: ignore[attr-defined]  # of the clock
    return "the timer's keys"


def milliseconds(act: Callable[[], object]) -> float:
    """The processor's time that `act` takes, once."""
    began = time.thread_time()
    act()
    return 1000 * (time.thread_time() - began)


def as_bytes(picture: Image.Image) -> bytes:
    """The pixels of a capture."""
    return picture.convert("RGBA").tobytes()


class Bench:
    """A phone by a clock of its own, and what its frames cost."""

    def __init__(self) -> None:
        self.clock = StillClock()
        self.phone = Phone(clock=self.clock, sleep=self.clock.sleep, now=self.clock.now)
        self.phone.frame()
        self.copies: list[float] = []
        self.bytes: list[float] = []
        self.frames: dict[str, list[float]] = {}

    def measure(self, name: str, before: Callable[[], object]) -> None:
        """Measure the frame after each of many `before`, and what the same picture costs to copy and to convert."""
        took = self.frames[name] = []
        for _ in range(ROUNDS):
            before()
            took.append(milliseconds(self.phone.frame))
            picture = self.phone.frame()
            self.copies.append(milliseconds(picture.copy))
            self.bytes.append(milliseconds(partial(as_bytes, picture)))

    def rest(self) -> None:
        """Let every motion come to its end."""
        self.clock.sleep(5)
        self.phone.frame()

    def pages(self) -> None:
        """The first page and the fullest page of every app."""
        for package, app in list(self.phone.apps.items()):
            self.phone.launch(package)
            self.rest()
            self.measure(f"{app.label()}, first page", self.phone.changed)
            name = busiest(self.phone)
            self.rest()
            self.measure(f"{app.label()}, {name}", self.phone.changed)

    def motion(self) -> None:
        """A list that glides, transitions, and nothing at all."""
        contacts = self.phone.app("contacts")
        self.phone.stop(contacts.package)
        self.phone.launch(contacts.package)
        self.rest()
        scroll = self.phone.stage.top.memory.scrolls["body"]
        scroll.fling(90_000, self.clock())
        self.measure("a list glides", lambda: (scroll.jump(scroll.at(0) % 1000 + 7), self.phone.display.moved()))
        for kind in ("push", "rise", "fade"):
            self.phone.changes(kind)
            self.measure(f"a transition: {kind}", lambda: self.clock.sleep(0.004))
            self.rest()
        self.measure("nothing changed", lambda: None)


def main() -> None:
    bench = Bench()
    bench.pages()
    bench.motion()
    measure = statistics.median(bench.bytes)
    print(f"{'':32} {'ms':>7} {'ratio':>7}  to the bytes of a frame")
    for name, took in [*bench.frames.items(), ("a frame is copied", bench.copies), ("its bytes", bench.bytes)]:
        print(f"{name:32} {statistics.median(took):7.2f} {statistics.median(took) / measure:7.2f}")
    most = max(statistics.median(took) for took in bench.frames.values()) / measure
    print(f"{'the most of all ratios':40} {most:7.2f}  (at most {MOST:g})")
    sys.exit(most > MOST)


if __name__ == "__main__":
    main()
