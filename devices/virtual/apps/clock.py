"""Clock: alarms, the time elsewhere, a stopwatch, a timer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from handsight.devices.virtual.apps.clock_words import CITIES, HERE, TEXTS
from handsight.devices.virtual.apps.counting import Stopwatch, Timer, written
from handsight.devices.virtual.apps.signs import nothing, search_field
from handsight.devices.virtual.kit import (
    App,
    Button,
    Card,
    Chip,
    Column,
    Dialog,
    Field,
    Grid,
    Group,
    IconButton,
    Line,
    Page,
    Row,
    Space,
    Switch,
    Tabs,
    Text,
    Widget,
    Wrap,
)
from handsight.devices.virtual.kit.layout import Act

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
REPEATS = {(): "Once", (0, 1, 2, 3, 4): "Weekdays", (5, 6): "Weekends", tuple(range(7)): "Every day"}
TABS = {"Alarms": "bell", "World clock": "globe", "Stopwatch": "stopwatch", "Timer": "hourglass"}


@dataclass
class Alarm:
    hour: int
    minute: int
    label: str = ""
    days: list[int] = field(default_factory=list)  # 0 is Monday; none: it rings once
    on: bool = True


class Clock(App):
    package = "org.handsight.clock"
    labels = {"en": "Clock", "zh": "时钟", "de": "Uhr", "ja": "時計"}
    icon, color = "clock", "#5E35B1"
    texts = TEXTS
    tab = 0
    alarms: list[Alarm] = []
    draft: Alarm | None = None  # what is being set: saved, it becomes a new alarm, or takes the place of `edited`
    edited: Alarm | None = None
    cities: list[str] = ["London", "New York", "Tokyo"]
    city_search = ""
    stopwatch: Stopwatch = Stopwatch()
    timer: Timer = Timer()
    digits = ""  # of the timer, as typed: hours, minutes, seconds

    def start(self) -> None:
        yoga, sleep = self.t("Yoga"), self.t("Sleep")
        self.alarms = [Alarm(7, 0, "", [0, 1, 2, 3, 4]), Alarm(8, 30, yoga, [5], on=False), Alarm(22, 15, sleep)]

    def main(self) -> Page:
        t, name = self.t, list(TABS)[self.tab]
        body = (self._alarms, self._world, self._stopwatch, self._timer)[self.tab]()
        add: list[tuple[str, Act, str]] = [
            ("add", partial(self.edit, None), t("Add alarm")),
            ("add", self.find_city, t("Add city")),
        ]
        tabs = Tabs([t(name) for name in TABS], self.tab, self.set("tab"), list(TABS.values()))
        runs = self.stopwatch.since is not None or self.timer.ends is not None
        return Page(
            t(name),
            body,
            bottom=[tabs],
            fab=add[self.tab] if self.tab < 2 else None,
            every_s=0.1 if runs and self.tab > 1 else 0,
        )

    # Alarms

    def _alarms(self) -> list[Widget]:
        alarms = sorted(self.alarms, key=lambda alarm: (alarm.hour, alarm.minute))
        return [self._card(alarm) for alarm in alarms] or nothing("bell", self.t("No alarms"))

    def _card(self, alarm: Alarm) -> Card:
        time = Text(f"{alarm.hour:02}:{alarm.minute:02}", style="display", faint=not alarm.on)
        label = [Text(alarm.label, style="label")] if alarm.label else []
        switch = Switch(self._repeat(alarm), alarm.on, partial(setattr, alarm, "on"))
        return Card([*label, time, switch], on_tap=partial(self.edit, alarm))

    def _repeat(self, alarm: Alarm) -> str:
        days = tuple(sorted(alarm.days))
        return self.t(REPEATS[days]) if days in REPEATS else ", ".join(self.t(DAYS[day]) for day in days)

    def edit(self, alarm: Alarm | None) -> None:
        """Open the form for a new alarm, or for a copy of one: only saving changes it."""
        self.edited, self.draft = alarm, replace(alarm, days=list(alarm.days)) if alarm else Alarm(6, 0)
        self.open(self.form)

    def form(self) -> Page:
        t, draft = self.t, self.draft
        assert draft is not None
        days = [Chip(t(day), partial(self._repeat_on, i), on=i in draft.days) for i, day in enumerate(DAYS)]
        delete = [IconButton("delete", self.ask_delete, t("Delete"))] if self.edited else []
        body: list[Widget] = [
            Grid([self._wheel("hour", draft.hour, 24), self._wheel("minute", draft.minute, 60)], 2, gap=16),
            Space(8),
            Field(t("Label"), draft.label, partial(setattr, draft, "label"), icon="tag"),
            Space(0),
            Text(t("Repeat"), style="label"),
            Wrap(days),
        ]
        return Page(t("Edit alarm" if self.edited else "Add alarm"), body,
                    actions=[*delete, Button(t("Save"), self.save, style="text")])  # fmt: skip

    def _wheel(self, name: str, value: int, count: int) -> Column:
        """A number with a step up and a step down; a tap on it shows all there are."""
        step = {way: partial(setattr, self.draft, name, (value + way) % count) for way in (1, -1)}
        return Column([
            Text(self.t(name.capitalize()), style="label", align="center"),
            IconButton("up", step[1], self.t(f"Later {name}"), style="raised"),
            Button(f"{value:02}", partial(self.show, self.pick, name, count), style="tonal", big=True),
            IconButton("down", step[-1], self.t(f"Earlier {name}"), style="raised"),
        ])  # fmt: skip

    def pick(self, name: str, count: int) -> Dialog:
        chosen = getattr(self.draft, name)
        numbers = range(0, count, 1 if count == 24 else 5)
        chips = [Chip(f"{n:02}", partial(self._pick, name, n), on=n == chosen) for n in numbers]
        return Dialog(self.t(name.capitalize()), body=[Grid(chips, 4)], buttons=[(self.phone.word("Cancel"), None)])

    def save(self) -> None:
        assert self.draft is not None
        if self.edited:
            self.alarms.remove(self.edited)
        self.alarms.append(replace(self.draft, label=self.draft.label.strip(), days=sorted(self.draft.days), on=True))
        self.back()
        self.toast(self.t("Alarm saved"))

    def ask_delete(self) -> None:
        assert self.edited is not None
        time = f"{self.edited.hour:02}:{self.edited.minute:02}"
        self.confirm(self.t("Delete alarm?"), time, self.t("Delete"), self._delete)

    def _pick(self, name: str, value: int) -> None:
        setattr(self.draft, name, value)
        self.dismiss()

    def _repeat_on(self, day: int) -> None:
        assert self.draft is not None
        self.draft.days = [known for known in self.draft.days if known != day] + [day] * (day not in self.draft.days)

    def _delete(self) -> None:
        if self.edited:
            self.alarms.remove(self.edited)
        self.back()
        self.toast(self.t("Alarm deleted"))

    # World clock

    def _world(self) -> list[Widget]:
        now, t = self.phone.now(), self.t
        rows = []
        for city in self.cities:
            ahead = CITIES[city] - HERE.get(self.phone.language, 0)
            there = now + timedelta(hours=ahead)
            day = {0: "Today, {} h", 1: "Tomorrow, {} h", -1: "Yesterday, {} h"}[(there.date() - now.date()).days]
            remove = IconButton("close", partial(self.cities.remove, city), t("Remove {}").format(t(city)))
            time = Line([Text(f"{there:%H:%M}", style="headline"), remove])
            rows.append(Row(t(city), t(day).format(f"{ahead:+g}"), trailing=time))
        here = [Text(f"{now:%H:%M}", style="display", align="center"), Space(8)]
        return [*here, Group(rows)] if rows else [*here, *nothing("globe", t("No cities"))]

    def find_city(self) -> None:
        self.city_search = ""
        self.open(self.add_city)

    def add_city(self) -> Page:
        t, wanted = self.t, self.city_search.casefold()
        found = [city for city in CITIES if city not in self.cities and wanted in f"{city} {t(city)}".casefold()]
        rows = [Row(t(city), f"GMT{CITIES[city]:+g}", on_tap=partial(self._add_city, city)) for city in found]
        search = search_field(t("Search for a city"), self.city_search, self.set("city_search"))
        return Page(t("Add city"), [Group(rows)] if rows else nothing("globe", t("No city found")), top=[search])

    def _add_city(self, city: str) -> None:
        self.cities.append(city)
        self.back()

    # Stopwatch

    def _stopwatch(self) -> list[Widget]:
        t, watch, now = self.t, self.stopwatch, self.phone.clock()
        runs, shown = watch.since is not None, watch.read(now)
        buttons = [
            Button(t("Reset"), partial(self.set("stopwatch"), Stopwatch()), style="tonal", big=True, enabled=shown > 0),
            Button(t("Lap"), self.lap, style="tonal", big=True, enabled=runs),
            Button(t("Pause" if runs else "Resume" if shown else "Start"), self.start_or_pause, big=True),
        ]
        laps = [Row(t("Lap {}").format(i), value=written(lap, 2)) for i, lap in enumerate(watch.laps, 1)]
        time = Text(written(shown, 2), style="display", align="center")
        return [Space(48), time, Space(32), Grid(buttons, 3), Space(8), *([Group(laps[::-1])] if laps else [])]

    def start_or_pause(self) -> None:
        self.stopwatch.start_or_pause(self.phone.clock())

    def lap(self) -> None:
        self.stopwatch.laps.append(self.stopwatch.read(self.phone.clock()))

    # Timer

    def _timer(self) -> list[Widget]:
        t = self.t
        if self.timer.left_s:
            go_on = Button(t("Resume" if self.timer.ends is None else "Pause"), self.run_or_pause, big=True)
            cancel = Button(t("Cancel timer"), self.cancel_timer, style="tonal", big=True)
            time = Text(written(self.timer.read(self.phone.clock())), style="display", align="center")
            return [Space(96), time, Space(48), Grid([cancel, go_on], 2)]
        typed = self.digits.rjust(6, "0")
        keys = {key: (self.digits + key).lstrip("0")[:6] for key in (*"123456789", "00", "0")}
        pad = [Button(key, partial(self.set("digits"), then), style="raised", big=True) for key, then in keys.items()]
        pad.append(Button("", partial(self.set("digits"), self.digits[:-1]), icon="backspace", style="tonal", big=True,
                          description=t("Delete")))  # fmt: skip
        time = Text(f"{typed[:2]}:{typed[2:4]}:{typed[4:]}", style="display", align="center", faint=not self.digits)
        start = Button(t("Start"), self.set_timer, big=True, icon="play", enabled=bool(self.digits))
        return [Space(8), time, Space(8), Grid(pad, 3), Space(8), start]

    def set_timer(self) -> None:
        typed = self.digits.rjust(6, "0")
        self.timer = Timer(int(typed[:2]) * 3600 + int(typed[2:4]) * 60 + int(typed[4:]))
        self.digits = ""
        self.run_or_pause()

    def run_or_pause(self) -> None:
        self.timer.start_or_pause(self.phone.clock())
        if self.timer.ends is not None:
            self.after(self.timer.left_s, partial(self._ring, self.timer.ends))

    def cancel_timer(self) -> None:
        self.timer = Timer()

    def _ring(self, ends: float) -> None:
        if self.timer.ends == ends:  # neither paused nor cancelled since
            self.timer = Timer()
            self.show(Dialog(self.t("Time's up"), buttons=[(self.phone.word("OK"), None)]))
