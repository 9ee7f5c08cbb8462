"""UI-TARS: a thought and a line of Python such as click(start_box='(5,7)').

UI-TARS 1 is made of Qwen2-VL and writes places relative to 1000, UI-TARS 1.5 pixels of the picture as it was sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from handsight.errors import BadCall, UnknownName
from handsight.prompts.actions import Action, Arguments
from handsight.prompts.dialect import ChatDialect
from handsight.prompts.forms.python import read_lines, signature, written
from handsight.prompts.forms.thinking import parted
from handsight.prompts.functions import Functions, Vocabulary, Written
from handsight.prompts.kinds import NUMBER, PLACE, TEXT, Kind, choice
from handsight.prompts.layouts import Turns, untagged
from handsight.prompts.space import Space
from handsight.prompts.wording import Language, Wording
from handsight.types import Calls, Reply

EXPECTED = "write Thought: and what you think, then Action: and one line such as click(start_box='(x,y)')"
SCROLLED = 0.4  # of the screen, in one scroll
_BOX = "<|box_start|>({},{})<|box_end|>"


def _spaced(keys: str, space: Space) -> str:
    if "+".join(keys.replace("+", " ").split()) != keys:
        raise UnknownName(f"{keys!r} cannot be said with spaces between the keys")
    return keys.replace("+", " ")


_HOTKEY = Kind(
    TEXT.schema,
    "keys with spaces between them",
    lambda value: value.strip() if isinstance(value, str) else value,
    ours=lambda value, space: "+".join(value.split()),
    theirs=_spaced,
)
_WAY = choice({word: word for word in ("down", "up", "right", "left")}, total=True)
_DIRECTION = choice({"down": (0, -1), "up": (0, 1), "right": (-1, 0), "left": (1, 0)})  # the way of the finger


def _scrolled(made: Arguments, space: Space) -> Arguments:
    """The swipe that brings into view what lies in a direction, from a place or from the middle."""
    width, height = space.size
    x, y = made.get("start", [width / 2, height / 2])
    right, down = made["end"]
    end = [x + right * SCROLLED * width, y + down * SCROLLED * height]
    inside = [min(max(at, 0.0), side - 1.0) for at, side in zip(end, space.size, strict=True)]
    return {"start": [x, y], "end": inside}


def _dragged(made: Arguments, space: Space) -> Arguments:
    """A drag says where it begins: nothing else shows where the pointer is."""
    if "start" not in made:
        raise BadCall("drag needs start_box: [x, y]")
    return made


_KEYS = Action("hotkey", "press", Wording("press keys", "按键"), {"key": ("key", _HOTKEY)})
_TYPE = Action("type", "type_text", Wording("", ""), {"content": ("text", TEXT)})
_SEE = Wording("show what lies in that direction", "显示该方向的内容")
_LAST = (
    Action(
        "wait",
        "wait",
        Wording("5 seconds, or as many as `seconds` says", "等待 5 秒，或 `seconds` 秒"),
        {"seconds": ("seconds", NUMBER)},
        defaults={"seconds": 5},
    ),
    Action(
        "finished",
        "finish",
        Wording("the task is done; `content` says what came of it", "任务完成，`content` 说明结果"),
        {"content": ("message", TEXT)},
        fixed={"success": True},
        words="message",
    ),
    Action("call_user", "ask_user", Wording("", ""), words="question", only_read=True),
)
MOBILE = (
    _KEYS,
    Action("click", "tap", Wording("", ""), {"start_box": ("at", PLACE)}),
    Action("long_press", "long_press", Wording("", ""), {"start_box": ("at", PLACE), "time": ("seconds", NUMBER)}),
    _TYPE,
    Action(
        "scroll",
        "swipe",
        _SEE,
        {"start_box": ("start", PLACE), "direction": ("end", _DIRECTION)},
        defaults={"start": None},
        complete=_scrolled,
    ),
    Action("open_app", "open_app", Wording("", ""), {"app_name": ("name", TEXT)}),
    Action("drag", "swipe", Wording("", ""), {"start_box": ("start", PLACE), "end_box": ("end", PLACE)}),
    Action("press_home", "press", Wording("", ""), fixed={"key": "home"}),
    Action("press_back", "press", Wording("", ""), fixed={"key": "back"}),
    *_LAST,
)
DESKTOP = (
    Action("click", "click", Wording("", ""), {"start_box": ("at", PLACE)}),
    Action("left_double", "click", Wording("", ""), {"start_box": ("at", PLACE)}, {"count": 2}),
    Action("right_single", "click", Wording("", ""), {"start_box": ("at", PLACE)}, {"button": "right"}),
    Action(
        "drag",
        "drag",
        Wording("", ""),
        {"start_box": ("start", PLACE), "end_box": ("end", PLACE)},
        complete=_dragged,
        reduce=lambda made: made if "start" in made else None,
    ),
    _KEYS,
    Action(
        "type",
        "type_text",
        Wording("a line break at the end submits it", "末尾的换行表示提交"),
        {"content": ("text", TEXT)},
    ),
    Action("scroll", "scroll", _SEE, {"start_box": ("at", PLACE), "direction": ("direction", _WAY)}),
    *_LAST,
)
_TITLE = re.compile(r"\A\W*(?:Thought|Reflection|Action_Summary)\**\s*[:：]\**\s*")
_MARK = re.compile(r"^[ \t>*#-]*Action\**[ \t]*[:：]\**", re.MULTILINE)
_INLINE = re.compile(r"(?<![\w\"'“‘(])Action[:：]")
_ALIASES = {"point": "start_box", "start_point": "start_box", "end_point": "end_box"}
_NAMES = {"navigate_home": "press_home", "navigate_back": "press_back", "left_single": "click"}


class Lines:
    """ "Thought:" and "Action:", several lines of which are carried out in order."""

    stop: tuple[str, ...] = ()
    holds = False

    def listed(self, functions: Functions, specs: Sequence[dict[str, Any]], language: Language) -> str:
        own = [spec for spec in specs if spec["name"] in functions.own]
        lines = [_signature(action) + _said(action.help.of(language)) for action in functions.actions.offered]
        return "\n".join([*lines, *(signature(spec) for spec in own)])

    def read(self, reply: Reply, functions: Functions) -> list[Written]:
        thinking, text = parted(reply.text, _MARK)
        mark = _MARK.search(text) or _INLINE.search(text)
        begin = mark.end() if mark else 0
        known = {*functions.actions.by_name, *functions.own, *_NAMES}
        found = read_lines(text[begin:], reply, EXPECTED, known, marked=mark is not None)
        said = _TITLE.sub("", text[: mark.start() if mark else found[0].start]).strip() or thinking
        return [
            Written(line.name, line.arguments, said)
            if line.name in functions.own
            else Written(_NAMES.get(line.name, line.name), _renamed(line.arguments), said)
            for line in found
        ]

    def write(self, name: str, arguments: dict[str, Any], said: str) -> str:
        boxed = {key: _BOX.format(*value) if key.endswith("_box") else value for key, value in arguments.items()}
        return f"Thought: {said}\nAction: {written(name, boxed)}"

    def calls(self, functions: Functions, edge: tuple[int, int]) -> Calls | None:
        return None


def _renamed(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments under the names of UI-TARS 1; those of its successors are the same places."""
    return {_ALIASES.get(key, key): value for key, value in arguments.items()}


def _signature(action: Action) -> str:
    samples = {"start_box": _BOX.format("x1", "y1"), "end_box": _BOX.format("x3", "y3")}
    samples["direction"] = "down or up or right or left"
    shown = [field for field, (ours, _) in action.fields.items() if not action.defaults.get(ours)]
    arguments = [f"{field}={samples.get(field, '')!r}" for field in shown]
    return f"{action.name}({', '.join(arguments)})"


def _said(help: str) -> str:
    return f" # {help}" if help else ""


class UiTarsDialect(ChatDialect):
    """Asks and reads UI-TARS 1."""

    name = "ui_tars"
    vocabulary = Vocabulary(MOBILE)
    desktop = Vocabulary(DESKTOP)
    form = Lines()
    layout = Turns(untagged)
    system = Wording("You are a helpful assistant.", "You are a helpful assistant.")
    opening = Wording(
        """\
You work a screen for a user. You see the task, what you did so far and the screenshots of it; say what to do next.

## Output Format
```
Thought: ...
Action: ...
```

## Action Space

{functions}

## Note
- Write the `Thought` part in English.
- A thought is a small plan, and ends with a sentence on the next action and its target.

## User Instruction
{task}
""",
        """\
你为用户操作屏幕。你会看到任务、已做的操作和截图，请给出下一步操作。

## Output Format
```
Thought: ...
Action: ...
```

## Action Space

{functions}

## Note
- 在 `Thought` 部分使用中文。
- 思考是一个小计划，最后用一句话说明下一步操作及其目标。

## User Instruction
{task}
""",
    )


class UiTars15Dialect(UiTarsDialect):
    """Asks and reads UI-TARS 1.5, in pixels of the picture as it was sent."""

    name = "ui_tars_15"
    edge = None
