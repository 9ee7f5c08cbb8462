"""The home screen: the time, the apps on pages, and the favourites at the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from handsight.devices.virtual.kit import App, Card, Grid, Line, Page, Pager, Row, Space, Text, Widget
from handsight.devices.virtual.kit.languages import by_language
from handsight.devices.virtual.kit.layout import Act, Spot
from handsight.devices.virtual.kit.paint import Canvas
from handsight.devices.virtual.kit.theme import WHITE, Look, rgb
from handsight.devices.virtual.kit.widgets import text_spot
from handsight.devices.virtual.lock import wallpaper

DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}
MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
           "Dezember"),
}  # fmt: skip
FAVOURITES = ("contacts", "messages", "notes", "shop", "settings")


class Launcher(App):
    package = "com.android.launcher3"
    activity = ".Launcher"
    labels = {"en": "Home", "zh": "主屏幕", "de": "Startbildschirm", "ja": "ホーム"}
    texts = by_language({
        "Recent apps": ("最近使用的应用", "Letzte Apps", "最近使ったアプリ"),
        "No recent apps": ("没有最近使用的应用", "Keine letzten Apps", "最近使ったアプリはありません"),
        "Apps": ("应用", "Apps", "アプリ"),
    })  # fmt: skip
    icon = "home"
    hidden = True
    home_page = 0

    def main(self) -> Page:
        phone = self.phone
        apps = [app for app in phone.apps.values() if not app.hidden]
        dock = [app for name in FAVOURITES for app in apps if app.package.endswith("." + name)][:4] or apps[:4]
        width, height = phone.size
        columns, rows = (4, 4) if width <= height else (6, 2)
        now = phone.now()
        share = columns * rows
        pages = [apps[i : i + share] for i in range(0, max(1, len(apps)), share)]
        tall = phone.size[1] / phone.density * 160 > 560
        head: list[Widget] = (
            [
                Space(20),
                Text(now.strftime("%H:%M"), style="display", align="center", color="#FFFFFF"),
                Text(self._date(), align="center", color="#FFFFFF"),
                Space(28),
            ]
            if tall
            else [Space(4)]
        )
        grids = [[Grid([self._icon(app) for app in page], columns, gap=12)] for page in pages]
        return Page(
            "",
            [*head, Pager(grids, self.set("home_page"), margin=12)],
            bar=False,
            scrolls=False,
            wallpaper=wallpaper(phone.size, dark=phone.dark),
            bottom=[_Dots(len(pages), self.home_page), _Dock([self._icon(app, label=False) for app in dock])],
        )

    def recents(self) -> Page:
        """Build the list of the apps that run."""
        rows: list[Widget] = [
            Card([Row(app.label(), icon=app.icon, tint=app.color)], on_tap=partial(self.phone.launch, app.package))
            for app in self.phone.running.recent
        ]
        return Page(
            self.t("Recent apps"), rows or [Space(40), Text(self.t("No recent apps"), align="center", faint=True)]
        )

    def _icon(self, app: App, *, label: bool = True) -> AppIcon:
        return AppIcon(app.label(), app.icon, app.color, partial(self.phone.launch, app.package), show_label=label)

    def _date(self) -> str:
        now = self.phone.now()
        if self.phone.language == "zh":
            return f"{now.month}月{now.day}日 星期{'一二三四五六日'[now.weekday()]}"
        if self.phone.language == "ja":
            return f"{now.month}月{now.day}日 {'月火水木金土日'[now.weekday()]}曜日"
        language = self.phone.language if self.phone.language in DAYS else "en"
        day, month = DAYS[language][now.weekday()], MONTHS[language][now.month - 1]
        return f"{day}, {now.day}. {month}" if language == "de" else f"{day}, {now.day} {month}"


@dataclass
class AppIcon(Widget):
    """An app on the home screen: its sign in a coloured square, and its name."""

    name: str
    icon: str
    color: str
    on_tap: Act
    show_label: bool = True

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        px = look.px
        side = min(px(60), width)
        glyph = side * 11 // 20
        spot = Spot(width, side + (px(30) if self.show_label else 0), cls="android.widget.TextView", text=self.name,
                    description=self.name, on_tap=self.on_tap)  # fmt: skip
        left = (width - side) // 2
        spot.mark(Canvas.round, (left, 0, left + side, side), side * 2 // 5, rgb(self.color))
        spot.mark(Canvas.icon, self.icon, left + (side - glyph) // 2, (side - glyph) // 2, glyph, WHITE)
        if self.show_label:
            face = text_spot(look, self.name, "caption", width, WHITE, lines=1, align="center")
            spot.draw(face, 0, side + px(6))
            spot.height = side + px(10) + face.height
        return spot


@dataclass
class _Dots(Widget):
    """Which of the pages is seen."""

    count: int
    chosen: int
    inset = False

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        px = look.px
        spot = Spot(width, px(20))
        for i in range(self.count if self.count > 1 else 0):
            x = width // 2 + px(14) * i - px(14) * (self.count - 1) // 2
            spot.mark(Canvas.disc, x, px(10), px(4 if i == self.chosen else 2.5), WHITE)
        return spot


@dataclass
class _Dock(Widget):
    icons: Sequence[AppIcon]
    inset = False

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        row = Line([Grid(self.icons, max(1, len(self.icons)))]).place(look, max(1, width - look.px(24)))
        spot = Spot(width, row.height + look.px(24))
        spot.put(row, look.px(12), look.px(8))
        return spot
