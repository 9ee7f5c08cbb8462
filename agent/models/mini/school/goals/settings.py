"""Goals within the settings: switches, choices, facts, and what is not there."""

from __future__ import annotations

from dataclasses import dataclass

from handsight.models.mini.school.goals.base import DONE, Asked, Goal, in_language
from handsight.models.mini.school.phrasing import phrased
from handsight.models.mini.school.words import Words
from handsight.models.mini.school.world import Act, World

_WAYS: dict[str, tuple[str, ...]] = {
    "Wi-Fi": ("Network & internet",),
    "Mobile data": ("Network & internet",),
    "Airplane mode": ("Network & internet",),
    "Bluetooth": ("Connected devices",),
    "On the lock screen": ("Notifications",),
    "Do not disturb": ("Notifications",),
    "Touch sounds": ("Sound & vibration",),
    "Vibration on touch": ("Sound & vibration",),
    "Dark theme": ("Display",),
    "Night light": ("Display",),
    "Adaptive brightness": ("Display",),
    "Auto-rotate screen": ("Display",),
    "Battery Saver": ("Battery",),
    "Stay awake while charging": ("Battery",),
    "Use location": ("Location",),
    "Captions": ("Accessibility",),
    "Colour inversion": ("Accessibility",),
}


@dataclass
class Switched(Asked):
    """A switch of the settings is on, or off."""

    label: str
    on: bool

    def next(self, world: World) -> Act:
        settings = world.app("Settings")
        go = world.reach(settings, *map(settings.t, _WAYS[self.label]))
        if go:
            return go
        label = settings.t(self.label)
        switch = world.thing(label, kind="switch")
        if switch is None:
            return world.toward(label) or Act("fail", f"no {label}")
        return Act("done", about=switch) if switch.on is self.on else Act("tap", label, switch)


def switched(words: Words, world: World, language: str) -> Goal:
    random = words.random
    label, on = random.choice(list(_WAYS)), random.random() < 0.5
    shown = in_language(language, world.app("Settings"), label)
    shown = shown.lower() if random.random() < 0.25 else shown
    return Switched(phrased(words, "switch on" if on else "switch off", language, what=shown), label, on)


_CHOICES = {
    "Languages": (("System", "Languages"), ("English (United States)", "简体中文（中国）")),
    "Font size": (("Display", "Font size"), ("Small", "Default", "Large", "Largest")),
    "Screen timeout": (("Display",), ("15 seconds", "30 seconds", "1 minute", "5 minutes", "10 minutes")),
}


@dataclass
class Chosen(Asked):
    """One of several is chosen in the settings."""

    label: str
    option: str

    def next(self, world: World) -> Act:
        settings = world.app("Settings")
        label, option = settings.t(self.label), settings.t(self.option)
        titles = [settings.t(title) for title in _CHOICES[self.label][0]]
        if self.label == "Screen timeout":
            if world.front is settings and world.above == label:
                return world.find(option) or Act("back")
            go = world.reach(settings, *titles)
            if go:
                return go
            return DONE if world.shows(option) else world.find(label) or Act("fail", f"no {label}")
        go = world.reach(settings, *titles)
        if go:
            return go
        radio = world.thing(option, kind="switch")
        if radio is None:
            return world.toward(option) or Act("fail", f"no {option}")
        return Act("done", about=radio) if radio.on else Act("tap", option, radio)


def chosen(words: Words, world: World, language: str) -> Goal:
    random, settings = words.random, world.app("Settings")
    label = random.choice(list(_CHOICES))
    option = random.choice(_CHOICES[label][1])
    if label == "Languages":
        to_chinese = "中文" in option
        name = random.choice(("Chinese", "simplified Chinese") if to_chinese else ("English",))
        shown = name if language == "en" else "中文" if to_chinese else "英文"
        return Chosen(phrased(words, "language", language, to=shown), label, option)
    what = in_language(language, settings, label)
    what = what.lower() if random.random() < 0.5 else what
    return Chosen(
        phrased(words, "choice", language, what=what, to=in_language(language, settings, option)), label, option
    )


_FACTS = {
    "Android version": ("About phone",), "Model": ("About phone",), "Serial number": ("About phone",),
    "Apps": ("Storage",), "Images": ("Storage",), "Videos": ("Storage",), "Documents": ("Storage",),
    "Device name": ("About phone",), "Screen timeout": ("Display",), "Font size": ("Display",),
}  # fmt: skip


@dataclass
class Told(Asked):
    """A fact of the settings is told."""

    label: str

    def next(self, world: World) -> Act:
        settings = world.app("Settings")
        go = world.reach(settings, *map(settings.t, _FACTS[self.label]))
        if go:
            return go
        label = settings.t(self.label)
        value = beside(world, label)
        return Act("say", value) if value else world.toward(label) or Act("fail", f"no {label}")


def told(words: Words, world: World, language: str) -> Goal:
    label = words.random.choice(list(_FACTS))
    what = in_language(language, world.app("Settings"), label)
    kind = "space" if _FACTS[label] == ("Storage",) else "fact"
    return Told(phrased(words, kind, language, what=what if language == "zh" else what.lower()), label)


def beside(world: World, label: str) -> str | None:
    """What is written to the right of a label, else right below it."""
    runs = world.view.runs
    own = next((run for run in runs if run.text == label), None)
    if own is None:
        return None
    middle, high = (own.box[1] + own.box[3]) / 2, own.box[3] - own.box[1]
    right = [run for run in runs if run.box[0] > own.box[2] and run.box[1] < middle < run.box[3]]
    below = [run for run in runs if 0 < run.box[1] - own.box[3] < high and abs(run.box[0] - own.box[0]) < 3]
    found = sorted(right, key=lambda run: run.box[0]) or below
    return found[0].text if found else None


@dataclass
class Missing(Asked):
    """What is asked for is not there: that is to be said, and nothing else touched."""

    what: str

    def next(self, world: World) -> Act:
        settings = world.app("Settings")
        go = world.reach(settings)
        if go:
            return go
        scroll = world.phone.stage.top.memory.scrolls.get("body")
        at_end = scroll is None or scroll.at(world.phone.clock()) >= scroll.limit - 4
        return Act("fail", f"no {self.what}") if at_end else Act("scroll down")


def missing(words: Words, world: World, language: str) -> Goal:
    what = words.phrase(2, 16)
    return Missing(phrased(words, "missing", language, what=what), what)
