"""What can be asked of a phone, in several phrasings and two languages, and the oracle's next act towards it.

An oracle goes by the phone's true state. It says "done" only where a person who remembers what was done could say so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from handsight.devices.virtual.kit import App
from handsight.models.mini.school.words import Words
from handsight.models.mini.school.world import Act, World

Phrases = Sequence[str]
DONE = Act("done")


class Goal(Protocol):
    """A task. `text` is how it is asked; `next` is what to do now, and ends with an act that ends it."""

    text: str

    def next(self, world: World) -> Act: ...


@dataclass
class Asked:
    """A goal that was put into words."""

    text: str


def phrased(random: Random, english: Phrases, chinese: Phrases, language: str, **words: str) -> str:
    """One of the phrasings, in a language, now and then with a small letter or a full stop."""
    text = random.choice(chinese if language == "zh" else english).format(**words)
    if language != "zh":
        kind = random.random()
        text = text[0].upper() + text[1:] if kind < 0.6 else text
        text += "." * (random.random() < 0.12)
    return text


# Settings

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
_ON = (
    "turn on {what}", "turn {what} on", "enable {what}", "switch on {what}", "switch {what} on", "activate {what}",
    "please turn on {what}", "I want {what} on", "make sure {what} is on",
)  # fmt: skip
_OFF = (
    "turn off {what}", "turn {what} off", "disable {what}", "switch off {what}", "switch {what} off",
    "please turn off {what}", "I want {what} off", "make sure {what} is off",
)  # fmt: skip
_ON_ZH = ("打开{what}", "开启{what}", "把{what}打开", "启用{what}", "请打开{what}")
_OFF_ZH = ("关闭{what}", "关掉{what}", "把{what}关掉", "停用{what}", "请关闭{what}")


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
            return world.toward(label) or Act("fail", label)
        return DONE if switch.on is self.on else Act("tap", label, switch)


def switched(random: Random, words: Words, world: World, language: str) -> Goal:
    label, on = random.choice(list(_WAYS)), random.random() < 0.5
    shown = in_language(language, world.app("Settings"), label)
    shown = shown.lower() if random.random() < 0.25 else shown
    english, chinese = (_ON, _ON_ZH) if on else (_OFF, _OFF_ZH)
    return Switched(phrased(random, english, chinese, language, what=shown), label, on)


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
                return world.tap(option) or Act("back")
            go = world.reach(settings, *titles)
            if go:
                return go
            return DONE if world.shows(option) else world.find(label) or Act("fail", label)
        go = world.reach(settings, *titles)
        if go:
            return go
        radio = world.thing(option, kind="switch")
        if radio is None:
            return world.toward(option) or Act("fail", option)
        return DONE if radio.on else Act("tap", option, radio)


def chosen(random: Random, words: Words, world: World, language: str) -> Goal:
    settings = world.app("Settings")
    label = random.choice(list(_CHOICES))
    option = random.choice(_CHOICES[label][1])
    if label == "Languages":
        to_chinese = "中文" in option
        name = random.choice(("Chinese", "simplified Chinese") if to_chinese else ("English",))
        english: Phrases = ("change the language to {to}", "set the phone to {to}", "switch the language to {to}")
        chinese: Phrases = ("把语言改成{to}", "将系统语言设为{to}", "切换到{to}")
        shown = name if language == "en" else "中文" if to_chinese else "英文"
    else:
        english = ("set the {what} to {to}", "change {what} to {to}", "{what}: {to}", "choose {to} as {what}")
        chinese = ("把{what}设为{to}", "将{what}改成{to}", "{what}设置为{to}")
        shown = in_language(language, settings, option)
    what = in_language(language, settings, label)
    what = what.lower() if random.random() < 0.5 else what
    return Chosen(phrased(random, english, chinese, language, what=what, to=shown), label, option)


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
        return Act("say", value) if value else world.toward(label) or Act("fail", label)


def told(random: Random, words: Words, world: World, language: str) -> Goal:
    label = random.choice(list(_FACTS))
    what = in_language(language, world.app("Settings"), label)
    if _FACTS[label] == ("Storage",):
        english: Phrases = ("how much space do {what} use?", "how much storage is used by {what}?")
        chinese: Phrases = ("{what}占用了多少空间？", "{what}用了多少存储空间？")
    else:
        english = ("what is the {what}?", "tell me the {what}", "look up the {what}", "which {what} is set?")
        chinese = ("{what}是什么？", "告诉我{what}", "查看{what}")
    return Told(phrased(random, english, chinese, language, what=what if language == "zh" else what.lower()), label)


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


# Opening things


@dataclass
class Opened(Asked):
    """An app is in front."""

    label: str

    def next(self, world: World) -> Act:
        app = world.app(self.label)
        return DONE if world.front is app else Act("open", app.label())


def opened(random: Random, words: Words, world: World, language: str) -> Goal:
    app = random.choice([app for app in world.phone.apps.values() if not app.hidden and app.label() != "School"])
    name = app.label(language)
    english, chinese = (
        ("open {what}", "open the {what} app", "start {what}", "go to {what}"),
        ("打开{what}", "启动{what}"),
    )
    return Opened(phrased(random, english, chinese, language, what=name), app.label())


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


def missing(random: Random, words: Words, world: World, language: str) -> Goal:
    what = words.phrase(2, 16)
    english: Phrases = ("turn on {what} in Settings", "open {what} in Settings", "turn off {what} in Settings")
    chinese: Phrases = ("在设置中打开{what}", "在设置中关闭{what}")
    return Missing(phrased(random, english, chinese, language, what=what), what)


@dataclass
class Both(Asked):
    """One goal, and then another."""

    first: Goal
    second: Goal
    over: bool = False

    def next(self, world: World) -> Act:
        if not self.over:
            act = self.first.next(world)
            if act.verb != "done":
                return act
            self.over = True
        return self.second.next(world)


def joined(random: Random, first: Goal, second: Goal, language: str) -> Both:
    """Two goals in one sentence."""
    one, two = first.text.rstrip("."), second.text.rstrip(".")
    if language == "zh":
        return Both(one + random.choice(("，然后", "，再", "并")) + two, first, second)
    small = two if two[:2].isupper() or two.startswith("I ") else two[0].lower() + two[1:]
    return Both(one + random.choice((" and ", ", then ", " and then ", ", and ")) + small, first, second)


def in_language(language: str, app: App, text: str) -> str:
    """A text of an app in the language of the task."""
    return app.texts.get(language, {}).get(text, text)


Maker = Callable[[Random, Words, World, str], Goal]
