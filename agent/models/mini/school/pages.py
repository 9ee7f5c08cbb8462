"""An app whose pages are random."""

from __future__ import annotations

from collections.abc import Callable

from handsight.devices.virtual.apps.signs import search_field
from handsight.devices.virtual.kit import App, Button, Page, Space, Widget
from handsight.devices.virtual.lock import wallpaper
from handsight.models.mini.school.bodies import Bodies
from handsight.models.mini.school.words import Words


class Pages(App):
    """Shows one random page after another: `turn` makes the next one.

    `printed` ones are full of text and hold nothing else.
    """

    package = "org.handsight.school"
    labels = {"en": "School"}
    hidden = False

    def __init__(self, words: Words, *, printed: bool = False) -> None:
        self._words, self._random, self._printed = words, words.random, printed
        self._make = Bodies(words)
        self._page: Page = Page("", [])

    def main(self) -> Page:
        return self._page

    def turn(self) -> None:
        """Make another page, now and then with a dialog, a menu or a sheet above it."""
        while len(self._overlays):
            self.dismiss()
        if self._pages:
            self._pages[0].memory.focus, self._pages[0].memory.scrolls = "", {}
        self._page = self._new_page()
        if self._random.random() < 0.14 and not self._printed:
            self.show(self._make.overlay())
        self.phone.changed()

    def _new_page(self) -> Page:
        random, words, make = self._random, self._words, self._make
        if self._printed:
            return Page(words.phrase(), [Space(random.randint(0, 24)), *self._make.prints()])
        body: Callable[[], list[Widget]] = random.choices(
            (make.lists, make.switches, make.cards, make.form, make.buttons, make.icons, make.talk, make.facts),
            (28, 60, 12, 14, 10, 10, 5, 6),
        )[0]
        actions = [make.icon() for _ in range(random.choice((0, 0, 1, 1, 2, 3)))]
        if random.random() < 0.2:
            actions.append(Button(words.phrase(1, 8), make.nothing, style="text"))
        bottom: list[Widget] = []
        if random.random() < 0.3:
            bottom = [make.tabs(icons=random.random() < 0.7)]
        elif random.random() < 0.2:
            bottom = [Button(words.phrase(2, 18), make.nothing, big=random.random() < 0.5)]
        top: list[Widget] = [search_field(words.phrase(2), "", make.nothing)] if random.random() < 0.2 else []
        fab = (random.choice(("add", "edit", "search")), make.nothing, words.phrase(2, 14))
        if body == make.icons:
            picture = wallpaper(self.phone.size, dark=self.phone.dark)
            return Page("", [Space(20), *body()], bar=False, scrolls=False, wallpaper=picture)
        return Page(
            words.phrase(2, 16), [Space(4), *body()], actions=actions, top=top, bottom=bottom,
            fab=fab if random.random() < 0.18 else None, large=random.random() < 0.15,
        )  # fmt: skip
