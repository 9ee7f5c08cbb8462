"""Questions about one screen, and what is right to answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from handsight.models.mini.school.acts import told
from handsight.models.mini.school.episodes import Task
from handsight.models.mini.school.screens import Run, Thing, View
from handsight.models.mini.school.words import Words
from handsight.models.mini.school.world import Act
from handsight.models.mini.vocabulary import STEP

_TAP = (
    "tap {}",
    "tap {}",
    "tap {}",
    "tap “{}”",
    'tap "{}"',
    "click {}",
    "press {}",
    "select {}",
    "tap on {}",
    "choose {}",
)
_TAP_ZH = ("点击{}", "点击“{}”", "点{}", "选择{}", "按{}")
_ICON = ("tap {}", "tap the {} icon", "press {}", "tap the {} button")
_HOLD, _HOLD_ZH = ("long press {}", "press and hold {}", "hold {}"), ("长按{}",)
_ON, _OFF = ("turn on {}", "enable {}", "switch {} on", "check {}"), ("turn off {}", "disable {}", "switch {} off")
_ON_ZH, _OFF_ZH = ("打开{}", "开启{}"), ("关闭{}", "关掉{}")
_TYPE, _TYPE_ZH = (
    ("type {}", 'type "{}"', "enter {}", 'write "{}"', "type the text {}"),
    ("输入{}", "输入“{}”", "键入{}"),
)
_PLAIN = {
    "back": ("go back", "back", "return", "返回", "后退"),
    "home": ("go home", "home screen", "press home", "回到主屏幕", "回桌面"),
    "enter": ("press enter", "press the enter key", "按回车"),
    "clear": ("clear the field", "clear the text", "empty the field", "清空"),
    "scroll down": ("scroll down", "show what is further down", "向下滚动", "往下翻"),
    "scroll up": ("scroll up", "show what is further up", "向上滚动", "往上翻"),
    "wait": ("wait", "wait a moment", "等待"),
}
_KINDS = {"tap": 30, "icon": 14, "hold": 3, "switch": 40, "read": 30, "beside": 9, "type": 7, "absent": 9, "plain": 3}


@dataclass(frozen=True)
class Lesson:
    """What is asked, what was done before, and the right act; `line` is what is to be read.

    By its `kind` it is reported, and weighed.
    """

    ask: str
    act: Act
    kind: str
    history: tuple[str, ...] = ()
    line: Run | None = None

    @property
    def prompt(self) -> str:
        """What the model is told besides the picture."""
        return told(self.ask, self.history)


def written(act: Act, size: tuple[int, int]) -> str:
    """An act as the model writes it, its place in thousandths of a picture of that size."""
    if act.thing is None:
        return act.said
    x, y = (round(at / side * 1000 / STEP) * STEP for at, side in zip(act.thing.middle, size, strict=True))
    return f"{act.said} ‹{min(1000, max(0, x))}›‹{min(1000, max(0, y))}›"


def lessons(view: View, random: Random, words: Words) -> Iterator[Lesson]:
    """Questions about a screen without end, each of a kind that it has an answer for."""
    counted = Counter(name for thing in view.things for name in {thing.label, thing.also} if name)
    single = [thing for thing in view.things if counted[thing.label] == 1 and _sayable(thing.label)]
    groups = {
        "tap": [thing for thing in single if thing.kind not in ("icon", "text")],
        "icon": [thing for thing in single if thing.kind == "icon"],
        "switch": [thing for thing in single if thing.kind == "switch"],
    }
    groups["hold"] = groups["tap"]
    lines = [run for run in view.runs if _sayable(run.text)]
    makers: dict[str, Callable[[], Lesson | None]] = {
        "tap": lambda: _touched(random, groups["tap"], words, _TAP, _TAP_ZH, "tap"),
        "icon": lambda: _touched(random, groups["icon"], words, _ICON, ("点击{}",), "icon"),
        "hold": lambda: _touched(random, groups["hold"], words, _HOLD, _HOLD_ZH, "hold"),
        "switch": lambda: _switched(random, groups["switch"], words),
        "read": lambda: _read(random, lines, view),
        "beside": lambda: _beside(random, lines),
        "type": lambda: _typed(random, words),
        "absent": lambda: _absent(random, words, view),
        "plain": lambda: _plain(random),
    }
    while True:
        kind = random.choices(list(_KINDS), list(_KINDS.values()))[0]
        if lesson := makers[kind]():
            yield lesson


def of_task(task: Task, view: View, kind: str) -> Lesson:
    """What a moment of a task teaches."""
    said = [run for run in view.runs if task.act.verb == "say" and run.text == task.act.words]
    return Lesson(task.text, task.act, kind, task.history, said[0] if len(said) == 1 else None)


def _touched(
    random: Random, things: Sequence[Thing], words: Words, english: Sequence[str], chinese: Sequence[str], kind: str
) -> Lesson | None:
    if not things:
        return None
    thing = random.choice(things)
    label = thing.label
    asked = label.lower() if random.random() < 0.12 else label
    return Lesson(
        _form(random, words, english, chinese).format(asked),
        Act("hold" if kind == "hold" else "tap", label, thing),
        kind,
    )


def _switched(random: Random, things: Sequence[Thing], words: Words) -> Lesson | None:
    if not things:
        return None
    thing, on = random.choice(things), random.random() < 0.5
    english, chinese = (_ON, _ON_ZH) if on else (_OFF, _OFF_ZH)
    right = Act("done", about=thing) if thing.on is on else Act("tap", thing.label, thing)
    return Lesson(_form(random, words, english, chinese).format(thing.label), right, "switch")


def _read(random: Random, lines: Sequence[Run], view: View) -> Lesson | None:
    if not lines:
        return None
    run = random.choice(lines)
    left, top, right, bottom = run.box
    x = left + (right - left) * random.uniform(0.3, 0.7)
    y = (top + bottom) / 2 + random.uniform(-2, 2)
    places = (round(at / side * 1000 / STEP) * STEP for at, side in zip((x, y), view.image.size, strict=True))
    return Lesson(
        "read " + "".join(f"‹{min(1000, max(0, place))}›" for place in places), Act("say", run.text), "read", line=run
    )


def _beside(random: Random, lines: Sequence[Run]) -> Lesson | None:
    """What stands at the right end of the row that a label begins."""
    counted = Counter(run.text for run in lines)
    pairs = []
    for label in lines:
        middle = (label.box[1] + label.box[3]) / 2
        right = [run for run in lines if run.box[0] > label.box[2] + 8 and run.box[1] < middle < run.box[3]]
        if len(right) == 1 and counted[label.text] == 1:
            pairs.append((label.text, right[0]))
    if not pairs:
        return None
    name, value = random.choice(pairs)
    ask = random.choice(
        ("what stands next to {}?", "read the text next to {}", "what is the value of {}?", "{}旁边是什么？")
    )
    return Lesson(ask.format(name), Act("say", value.text), "beside", line=value)


def _typed(random: Random, words: Words) -> Lesson:
    text = words.typed()[:36].strip()
    return Lesson(_form(random, words, _TYPE, _TYPE_ZH).format(text), Act("type", text), "type")


def _absent(random: Random, words: Words, view: View) -> Lesson | None:
    label = words.phrase(2, 16)
    if view.scrolls or any(label.casefold() in run.text.casefold() for run in view.runs):
        return None
    return Lesson(_form(random, words, _TAP, _TAP_ZH).format(label), Act("fail", f"no {label}"), "absent")


def _plain(random: Random) -> Lesson:
    verb = random.choice(list(_PLAIN))
    return Lesson(random.choice(_PLAIN[verb]), Act(verb), "plain")


def _form(random: Random, words: Words, english: Sequence[str], chinese: Sequence[str]) -> str:
    form = random.choice(chinese if words.language == "zh" and random.random() < 0.7 else english)
    return form[0].upper() + form[1:] if random.random() < 0.5 else form


def _sayable(label: str) -> bool:
    """Whether a label can be written in an act: one line, not too long, not the sign that ends it."""
    return 0 < len(label) <= 40 and "\n" not in label and "”" not in label and "“" not in label
