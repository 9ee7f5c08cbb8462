"""AutoGLM-Phone: a thought and one line such as do(action="Tap", element=[5,7]), places from 0 to 999."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from handsight.prompts.actions import Action
from handsight.prompts.conversation import plain
from handsight.prompts.dialect import ChatDialect
from handsight.prompts.forms.python import read_lines, signature, written
from handsight.prompts.forms.thinking import parted
from handsight.prompts.functions import Functions, Vocabulary, Written
from handsight.prompts.kinds import DURATION, PLACE, TEXT
from handsight.prompts.layouts import Turns, untagged
from handsight.prompts.wording import Language, Wording
from handsight.types import Calls, Reply, Screen

EXPECTED = 'write <think>...</think><answer>do(action="...")</answer> with one action'
DO, FINISH = "do", "finish"
_ANSWER = re.compile(r"<answer>")
_TAG = re.compile(r"</?(?:think|answer)>|<\|(?:begin|end)_of_box\|>")

ACTIONS = (
    Action("Launch", "open_app", Wording("open an app by its name", "按名称打开应用"), {"app": ("name", TEXT)}),
    Action(
        "Tap",
        "tap",
        Wording(
            "touch a place; say in `message` if it pays, sends or grants something",
            "点击；若涉及支付、发送或授权，请写明 `message`",
        ),
        {"element": ("at", PLACE), "message": ("", TEXT)},
    ),
    Action(
        "Type", "type_text", Wording("enter a text where the focus is", "在焦点处输入文字"), {"text": ("text", TEXT)}
    ),
    Action(
        "Swipe",
        "swipe",
        Wording("move the finger from one place to another", "手指从一处滑到另一处"),
        {"start": ("start", PLACE), "end": ("end", PLACE)},
    ),
    Action("Long Press", "long_press", Wording("hold the finger on a place", "长按一处"), {"element": ("at", PLACE)}),
    Action("Take_over", "ask_user", Wording("ask the user for help", "请用户协助"), {"message": ("question", TEXT)}),
    Action("Back", "press", Wording("go back", "返回"), fixed={"key": "back"}),
    Action("Home", "press", Wording("go to the home screen", "回到主屏幕"), fixed={"key": "home"}),
    Action("Wait", "wait", Wording("let some seconds pass", "等待几秒"), {"duration": ("seconds", DURATION)}),
    Action(
        FINISH,
        "finish",
        Wording("end the task", "结束任务"),
        {"message": ("message", TEXT)},
        {"success": True},
        "message",
    ),
    Action("Type_Name", "type_text", Wording("", ""), {"text": ("text", TEXT)}, only_read=True),
    Action("Interact", "ask_user", Wording("", ""), words="question", only_read=True),
)
QUOTED = '"xxx"'
_SAMPLES = {"element": "[x,y]", "start": "[x1,y1]", "end": "[x2,y2]", "duration": '"x seconds"'}


class Do:
    """Actions are one function `do`, but for the last one, which is `finish`."""

    stop: tuple[str, ...] = ()
    holds = False

    def listed(self, functions: Functions, specs: Sequence[dict[str, Any]], language: Language) -> str:
        lines = []
        for action in functions.actions.offered:
            shown = [field for field, (ours, _) in action.fields.items() if ours]
            fields = [f"{field}={_SAMPLES.get(field, QUOTED)}" for field in shown]
            called = [f'action="{action.name}"', *fields]
            line = f"{FINISH}({', '.join(fields)})" if action.name == FINISH else f"{DO}({', '.join(called)})"
            lines.append(f"- {line}\n    {action.help.of(language)}")
        own = [spec for spec in specs if spec["name"] in functions.own]
        return "\n".join([*lines, *(f"- {signature(spec)}" for spec in own)])

    def read(self, reply: Reply, functions: Functions) -> list[Written]:
        thinking, text = parted(reply.text, _ANSWER)
        if not text.strip():  # a thought without an end: it ends where the answer begins
            thinking, text = "", reply.text
        answer = _ANSWER.search(text)
        begin = answer.end() if answer else 0
        found = read_lines(text[begin:], reply, EXPECTED, {DO, FINISH, *functions.own}, marked=answer is not None)
        said = _TAG.sub("", text[: answer.start() if answer else found[0].start]).strip() or thinking
        return [Written(line.name, line.arguments, said) for line in found]

    def write(self, name: str, arguments: dict[str, Any], said: str) -> str:
        action = arguments.get("action") if name == DO else None
        rest = {key: value for key, value in arguments.items() if key != "action"}
        line = _line(action, rest) if action else written(name, arguments, '"')
        return f"<think>{said}</think><answer>{line}</answer>"

    def calls(self, functions: Functions, edge: tuple[int, int]) -> Calls | None:
        return None


def _line(action: str, fields: dict[str, Any]) -> str:
    return written(FINISH, fields, '"') if action == FINISH else written(DO, {"action": action, **fields}, '"')


class AutoGLMDialect(ChatDialect):
    """Asks and reads AutoGLM-Phone, telling it which app is in front."""

    name = "autoglm"
    edge = (999, 999)
    vocabulary = Vocabulary(ACTIONS, DO)
    desktop = None
    phones_only = True
    form = Do()
    layout = Turns(untagged, picture_first=True)
    system = Wording(
        """\
You work a phone for a user, by what was done so far and what the screen shows now.
Answer in this form and no other:
<think>{think}</think>
<answer>{action}</answer>

- {think} is why you do it, in brief.
- {action} is one operation out of these:

{functions}

Places are [x,y], from (0,0) at the top left to (999,999) at the bottom right.""",
        """\
你根据已做的操作和当前屏幕，为用户操作手机。
必须严格按以下格式输出：
<think>{think}</think>
<answer>{action}</answer>

- {think} 简要说明为什么这样做。
- {action} 是以下操作之一：

{functions}

坐标为 [x,y]，从左上角 (0,0) 到右下角 (999,999)。""",
    )
    opening = Wording("{task}\n\n", "{task}\n\n")

    def note(self, screen: Screen, before: Screen | None, language: Language) -> str:
        info = json.dumps({"current_app": plain(screen.app)}, ensure_ascii=False)
        return info if before is None else f"** Screen Info **\n\n{info}"
