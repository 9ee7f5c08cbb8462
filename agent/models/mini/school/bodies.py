"""Random bodies of pages, and what lies above them: lists, forms, grids, dialogs with words that stand nowhere else."""

from __future__ import annotations

from typing import Any

from handsight.devices.virtual.apps.launcher import AppIcon
from handsight.devices.virtual.apps.signs import TINTS, Sign
from handsight.devices.virtual.kit import (
    Bubble,
    Button,
    Card,
    Checkbox,
    Chip,
    Column,
    Dialog,
    Field,
    Grid,
    Group,
    IconButton,
    Line,
    Menu,
    Radio,
    Row,
    Sheet,
    Slider,
    Space,
    Switch,
    Tabs,
    Text,
    Widget,
    Wrap,
)  # fmt: skip
from handsight.models.mini.school.words import Words

ICONS = {
    "add": "Add", "back": "Back", "bell": "Bell", "calendar": "Calendar", "camera": "Camera", "cart": "Cart",
    "check": "Check", "close": "Close", "delete": "Delete", "download": "Download", "edit": "Edit", "heart": "Heart",
    "home": "Home", "info": "Info", "list": "List", "lock": "Lock", "mail": "Mail", "map": "Map", "menu": "Menu",
    "mic": "Microphone", "minus": "Minus", "more": "More options", "pause": "Pause", "person": "Person",
    "phone": "Phone", "play": "Play", "refresh": "Refresh", "search": "Search", "send": "Send",
    "settings": "Settings", "share": "Share", "sort": "Sort", "star": "Star", "truck": "Orders", "volume": "Volume",
}  # fmt: skip
_STYLES = ("filled", "tonal", "outlined", "text", "raised", "danger")


class Bodies:
    """Makes them of words; nothing happens when they are touched."""

    def __init__(self, words: Words) -> None:
        self.words, self.random = words, words.random

    def lists(self) -> list[Widget]:
        random, words = self.random, self.words
        subtitles, values = random.random() < 0.5, random.random() < 0.25
        icons = random.choice(("", "plain", "tint", "letter"))
        groups: list[Widget] = []
        for _ in range(random.randint(1, 4)):
            rows: list[Widget] = []
            for _ in range(random.randint(1, 7)):
                title = words.phrase()
                icon = title[0].upper() if icons == "letter" else random.choice(list(ICONS)) if icons else ""
                rows.append(Row(
                    title,
                    words.sentence(34) if subtitles and random.random() < 0.8 else "",
                    icon=icon,
                    tint=random.choice(TINTS) if icons in ("tint", "letter") else "",
                    value=words.value() if values and random.random() < 0.7 else "",
                    trailing=self.icon() if not values and random.random() < 0.08 else None,
                    on_tap=self.nothing,
                    bold=random.random() < 0.1,
                ))  # fmt: skip
            groups.append(Group(rows, words.phrase() if random.random() < 0.5 else ""))
        return groups

    def switches(self) -> list[Widget]:
        random, words = self.random, self.words
        kind: Any = random.choice((Switch, Switch, Switch, Checkbox))
        groups: list[Widget] = []
        for _ in range(random.randint(1, 3)):
            rows: list[Widget] = [
                kind(words.phrase(), random.random() < 0.5, self.nothing, words.sentence(30) * (random.random() < 0.2),
                     icon=random.choice(list(ICONS)) if random.random() < 0.4 else "")
                if random.random() < 0.8
                else Row(words.phrase(), words.sentence(28), on_tap=self.nothing)
                for _ in range(random.randint(1, 5))
            ]  # fmt: skip
            if random.random() < 0.15:
                rows.append(Slider(words.phrase(2), random.randint(0, 100), self.nothing))
            groups.append(Group(rows, words.phrase() if random.random() < 0.6 else ""))
        return groups

    def cards(self) -> list[Widget]:
        random, words = self.random, self.words

        def card() -> Card:
            inner: list[Widget] = [Text(words.phrase(), style=random.choice(("subtitle", "body", "title")))]
            if random.random() < 0.7:
                inner.append(Text(words.sentence(90), style="small", faint=True, lines=3))
            if random.random() < 0.3:
                inner.append(Line([Button(words.phrase(1, 10), self.nothing, style=random.choice(_STYLES))]))
            elif random.random() < 0.2:
                inner.append(Switch(words.phrase(1, 14), random.random() < 0.5, self.nothing))
            return Card(inner, on_tap=self.nothing)

        if random.random() < 0.35:
            prices = [Card([Text(words.phrase(2, 14), lines=1), Text(words.value(), style="subtitle")],
                           on_tap=self.nothing) for _ in range(random.randint(2, 10))]  # fmt: skip
            return [self.chips(), Grid(prices, 2)]
        return [card() for _ in range(random.randint(1, 6))]

    def form(self) -> list[Widget]:
        random, words = self.random, self.words
        fields: list[Widget] = []
        for _ in range(random.randint(1, 6)):
            typed = words.typed()[:26] if random.random() < 0.4 else ""
            fields.append(Field(words.phrase(2, 16), typed, self.nothing,
                                icon=random.choice(list(ICONS)) if random.random() < 0.3 else ""))  # fmt: skip
        extra: list[Widget] = []
        if random.random() < 0.3:
            extra = [Group([Radio(words.phrase(2), False, self.nothing) for _ in range(random.randint(2, 4))])]
        save = [Button(words.phrase(1, 12), self.nothing, style=random.choice(_STYLES))] * (random.random() < 0.5)
        return [Column(fields, gap=16), *extra, *save]

    def buttons(self) -> list[Widget]:
        random, words = self.random, self.words
        made: list[Widget] = [Space(random.choice((0, 16, 48, 96)))]
        if random.random() < 0.5:
            made.append(Text(words.sentence(50), align=random.choice(("left", "center"))))
        for _ in range(random.randint(1, 6)):
            size: Any = {"style": random.choice(_STYLES), "big": random.random() < 0.3}
            if random.random() < 0.4:
                pair = [Button(words.phrase(1, 11), self.nothing, **size) for _ in range(2)]
                made.append(Grid(pair, 2))
            else:
                made.append(Button(words.phrase(2, 20), self.nothing, **size))
        if random.random() < 0.4:
            made.append(self.chips())
        if random.random() < 0.2:
            keys = [Button(str(n), self.nothing, style="raised", big=True) for n in range(1, 10)]
            made.append(Grid(keys, 3))
        return made

    def icons(self) -> list[Widget]:
        random, words = self.random, self.words
        apps = [
            AppIcon(words.phrase(1, 11), random.choice(list(ICONS)), random.choice(TINTS), self.nothing)
            for _ in range(random.randint(4, 24))
        ]
        return [Grid(apps, random.choice((3, 4, 4)), gap=12)]

    def talk(self) -> list[Widget]:
        random, words = self.random, self.words
        return [
            Bubble(words.sentence(70), mine=random.random() < 0.5, note=words.value() if random.random() < 0.5 else "")
            for _ in range(random.randint(2, 9))
        ]

    def facts(self) -> list[Widget]:
        random, words = self.random, self.words
        made: list[Widget] = []
        if random.random() < 0.4:
            made.append(Sign(random.choice(list(ICONS)), random.choice(TINTS)))
            made.append(Text(words.phrase(), style="headline", align="center"))
        rows: list[Widget] = [Row(words.phrase(2, 16), value=words.value()) for _ in range(random.randint(2, 8))]
        return [*made, Group(rows, words.phrase(2))]

    def prints(self) -> list[Widget]:
        random, words = self.random, self.words
        makers = (words.sentence, words.sentence, words.phrase, words.typed, words.value)

        def lines() -> list[Widget]:
            style = random.choice(("small", "small", "body", "body", "label", "subtitle", "title"))
            return [
                Text("  ".join(random.choice(makers)() for _ in range(random.randint(1, 3))), style=style,
                     faint=random.random() < 0.3)
                for _ in range(random.randint(1, 8))
            ]  # fmt: skip

        return [
            Card(lines()) if random.random() < 0.3 else Column(lines(), gap=random.randint(0, 10)) for _ in range(9)
        ]

    # Parts

    def overlay(self) -> Dialog | Menu | Sheet:
        random, words = self.random, self.words
        kind = random.random()
        if kind < 0.25:
            return Menu([(words.phrase(), self.nothing) for _ in range(random.randint(2, 6))])
        if kind < 0.45:
            rows: list[Widget] = [
                Row(words.phrase(), icon=random.choice(list(ICONS)), on_tap=self.nothing)
                for _ in range(random.randint(2, 6))
            ]
            return Sheet(words.phrase(2), rows)
        body: list[Widget] = []
        if random.random() < 0.3:
            body = [Radio(words.phrase(), False, self.nothing) for _ in range(random.randint(2, 5))]
        elif random.random() < 0.2:
            body = [Field(words.phrase(2, 14), "", self.nothing)]
        buttons = [(words.phrase(1, 10), self.nothing) for _ in range(random.randint(1, 2))]
        return Dialog(words.phrase(2), words.sentence(80) if not body else "", body, buttons)

    def tabs(self, *, icons: bool) -> Tabs:
        count = self.random.randint(2, 5)
        labels = [self.words.phrase(1, 10) for _ in range(count)]
        signs = self.random.sample(list(ICONS), count) if icons else ()
        return Tabs(labels, self.random.randrange(count), self.nothing, signs)

    def chips(self) -> Wrap:
        count = self.random.randint(2, 7)
        chosen = self.random.randrange(count)
        return Wrap([Chip(self.words.phrase(1, 14), self.nothing, on=i == chosen) for i in range(count)])

    def icon(self) -> Button:
        icon = self.random.choice(list(ICONS))
        return IconButton(icon, self.nothing, ICONS[icon], style=self.random.choice(("text", "text", "raised")))

    def nothing(self, *_: Any) -> None:
        """What everything here does when it is touched."""
