"""Goals within the clock: alarms and timers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from handsight.devices.virtual.apps.clock import Clock
from handsight.models.mini.school.goals.base import DONE, Asked, Goal
from handsight.models.mini.school.phrasing import phrased
from handsight.models.mini.school.screens import Box
from handsight.models.mini.school.words import Words
from handsight.models.mini.school.world import Act, World


@dataclass
class Alarm(Asked):
    """An alarm rings at a time."""

    hour: int
    minute: int

    def next(self, world: World) -> Act:
        clock = cast(Clock, world.app("clock"))
        if world.front is clock and world.title == clock.t("Add alarm"):
            return self._form(world, clock)
        go = world.reach(clock) if world.front is not clock or world.above is not None else None
        if go or clock.depth > 1:
            return go or Act("back")
        if clock.tab:
            return world.tap(clock.t("Alarms")) or Act("back")
        time = f"{self.hour:02}:{self.minute:02}"
        card = world.thing(time)
        if any((alarm.hour, alarm.minute) == (self.hour, self.minute) for alarm in clock.alarms):
            if card is None:
                return world.toward(time) or Act("fail", f"no {time}")
            inner = (thing for thing in world.view.things if thing.kind == "switch" and _within(thing.area, card.area))
            switch = next(inner, None)
            if switch is None:  # out of sight
                return Act("scroll down")
            return Act("done", about=switch) if switch.on else Act("tap", switch.label, switch)
        return world.find(clock.t("Add alarm")) or Act("back")

    def _form(self, world: World, clock: Clock) -> Act:
        draft = clock.draft
        assert draft
        if world.above in (clock.t("Hour"), clock.t("Minute")):
            wanted = f"{self.hour:02}" if world.above == clock.t("Hour") else f"{self.minute // 5 * 5:02}"
            return world.find(wanted) or Act("back")
        if world.above is not None:
            return Act("back")
        for name, goal, now in (("Hour", self.hour, draft.hour), ("Minute", self.minute, draft.minute)):
            if goal == now:
                continue
            if name == "Minute" and goal // 5 * 5 <= now < goal:
                return world.named(clock.t("Later minute")) or Act("back")
            return self._wheel(world, name, f"{now:02}") or Act("back")
        return world.tap(clock.t("Save")) or Act("back")

    def _wheel(self, world: World, name: str, shown: str) -> Act | None:
        left = [thing for thing in world.view.things if thing.label == shown and thing.kind == "button"]
        if not left:
            return world.toward(shown)
        middle = world.view.image.width / 2
        wanted = [thing for thing in left if (thing.middle[0] < middle) is (name == "Hour")]
        return Act("tap", shown, wanted[0]) if wanted else None


def alarm(words: Words, world: World, language: str) -> Goal:
    random = words.random
    hour = random.randrange(24)
    minute = random.choice((0, 15, 30, 45, 5 * random.randrange(12), 5 * random.randrange(12)))
    if random.random() < 0.08:
        minute = random.randrange(60)
    forms = [f"{hour}:{minute:02}", f"{hour:02}:{minute:02}"]
    if language == "en" and random.random() < 0.25:
        forms = [f"{(hour - 1) % 12 + 1}:{minute:02} {'am' if hour < 12 else 'pm'}"]
    elif language == "zh" and random.random() < 0.4:
        forms = [f"{hour}点{minute}分" if minute else f"{hour}点"]
    return Alarm(phrased(words, "alarm", language, at=random.choice(forms)), hour, minute)


@dataclass
class Timed(Asked):
    """A timer runs for some minutes."""

    minutes: int

    def next(self, world: World) -> Act:
        clock = cast(Clock, world.app("clock"))
        if world.front is not clock:
            return Act("open", clock.label())
        if world.above is not None or clock.depth > 1:
            return Act("back")
        if clock.tab != 3:
            return world.tap(clock.t("Timer")) or Act("back")
        if clock.timer.left_s:
            if world.did(clock.t("Start")):
                return DONE
            return world.find(clock.t("Cancel timer")) or Act("back")
        wanted = f"{self.minutes}00"
        if clock.digits == wanted:
            return world.find(clock.t("Start")) or Act("back")
        if not wanted.startswith(clock.digits):
            return world.named(clock.t("Delete")) or Act("back")
        rest = wanted[len(clock.digits) :]
        return world.find("00" if rest == "00" else rest[0]) or Act("back")


def timed(words: Words, world: World, language: str) -> Goal:
    minutes = words.random.choice((1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 30, 45, words.random.randint(1, 59)))
    return Timed(phrased(words, "timer", language, n=str(minutes)), minutes)


def _within(inner: Box, outer: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
