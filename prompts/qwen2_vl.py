"""Qwen2-VL as in its report (arXiv 2409.12191, 2.2.1): actions such as Tap(point) between marks with flowers.

The whole run is one turn of the assistant: thought, FUNCTION, ARGS, RESULT with the next screen, RETURN, and so on. The
report shows `Tap`; the other actions follow its example.
"""

from __future__ import annotations

from handsight.prompts.actions import Action
from handsight.prompts.functions import Vocabulary
from handsight.prompts.kinds import NUMBER, PLACE, TEXT
from handsight.prompts.nous import TASK, asking
from handsight.prompts.qwen_agent import MARKS, QwenAgentDialect
from handsight.prompts.wording import Wording

ACTIONS = (
    Action("Press", "press", Wording("Press the key named `key`.", "按名为 `key` 的键。"), {"key": ("key", TEXT)}),
    Action("Tap", "tap", Wording("Touch the place `point`.", "点击 `point` 处。"), {"point": ("at", PLACE)}),
    Action(
        "LongPress",
        "long_press",
        Wording("Hold the finger on `point` for `seconds`.", "在 `point` 处按住 `seconds` 秒。"),
        {"point": ("at", PLACE), "seconds": ("seconds", NUMBER)},
    ),
    Action(
        "Swipe",
        "swipe",
        Wording("Move the finger from `start` to `end`.", "手指从 `start` 移到 `end`。"),
        {"start": ("start", PLACE), "end": ("end", PLACE)},
    ),
    Action(
        "Type",
        "type_text",
        Wording("Enter `text` where the focus is.", "在焦点处输入 `text`。"),
        {"text": ("text", TEXT)},
    ),
    Action("Open", "open_app", Wording("Open the app `name`.", "打开应用 `name`。"), {"name": ("name", TEXT)}),
    Action("Wait", "wait", Wording("Let `seconds` pass.", "等待 `seconds` 秒。"), {"seconds": ("seconds", NUMBER)}),
    Action("Home", "press", Wording("Go to the home screen.", "回到主屏幕。"), fixed={"key": "home"}),
    Action("Back", "press", Wording("Go back.", "返回。"), fixed={"key": "back"}),
    Action("Enter", "press", Wording("Press Enter.", "按回车键。"), fixed={"key": "enter"}),
    Action(
        "Answer", "answer", Wording("Answer with `text` and end.", "用 `text` 回答并结束。"), {"text": ("text", TEXT)}
    ),
)

TOOLS = Wording(
    f"# Actions\n\n## These actions are yours:\n\n{{functions}}\n\n## To take one, write in your reply:\n\n{MARKS.en}",
    f"# 操作\n\n## 你可以进行这些操作：\n\n{{functions}}\n\n## 要进行操作，请在回复中写入：\n\n{MARKS.zh}",
)


class Qwen2VLDialect(QwenAgentDialect):
    """Asks and reads Qwen2-VL in the form of its report."""

    name = "qwen2_vl"
    vocabulary = Vocabulary(ACTIONS)
    desktop = None  # the report shows phones only: the mouse goes by the names of our tools
    system = asking(TASK, TOOLS)
