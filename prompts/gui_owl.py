"""GUI-Owl: `mobile_use` in the "nous" form, a line "Action:" before each call, bare screens in between.

GUI-Owl 1.5 writes places relative to 1000; the first generation (7B, 32B) is made of Qwen2.5-VL and writes its pixels.
"""

from __future__ import annotations

from handsight.prompts.dialect import ChatDialect
from handsight.prompts.layouts import Turns, untagged
from handsight.prompts.nous import TOOLS, asking
from handsight.prompts.wording import Wording

FORMAT = Wording(
    """\
# Response format

Each step has two parts and no others:
1) Action: what to do now, in one short imperative.
2) One <tool_call>...</tool_call> with nothing but its JSON.""",
    """\
# Response format

每一步只有两部分：
1) Action: 用一个简短的祈使句说明现在做什么。
2) 一个 <tool_call>...</tool_call>，其中只有 JSON。""",
)


class GuiOwlDialect(ChatDialect):
    """Asks and reads GUI-Owl 1.5."""

    name = "gui_owl"
    factor = 32
    min_tokens = 64
    prints_size = True
    layout = Turns(untagged)
    system = asking(TOOLS, FORMAT)
    opening = Wording(
        "Give the next step, by the screenshot, the instruction and what was done so far.\n\n"
        "Instruction: {task}\n\nPrevious actions:\nNo previous action.\n",
        "请根据截图、指令和已做的操作，给出下一步。\n\nInstruction: {task}\n\nPrevious actions:\nNo previous action.\n",
    )


class GuiOwl1Dialect(GuiOwlDialect):
    """Asks and reads GUI-Owl 7B and 32B, in pixels of the picture as it was sent."""

    name = "gui_owl_1"
    factor = 28
    min_tokens = 4
    edge = None
