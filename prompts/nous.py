"""The "nous" form of Qwen-Agent: `mobile_use` in JSON between <tool_call> tags, places from 0 to 1000.

What the embedded reader speaks, and a model whose name says nothing of its family.
"""

from __future__ import annotations

from handsight.prompts.dialect import ChatDialect
from handsight.prompts.wording import Wording

TOOLS = Wording(
    """\
# Tools

You may call these functions, described one per line:
<tools>
{functions}
</tools>

A call is one JSON object with the function's name and its arguments, between tags:
<tool_call>
{"name": <function-name>, "arguments": <arguments-object>}
</tool_call>""",
    """\
# Tools

你可以调用以下函数，每行一个：
<tools>
{functions}
</tools>

一次调用是一个 JSON 对象，写明函数名和参数，放在标签之间：
<tool_call>
{"name": <function-name>, "arguments": <arguments-object>}
</tool_call>""",
)
TASK = Wording(
    "You carry out the user's task on a screen. After each act you are shown the screen anew. Say in a sentence or two "
    "what you see and what you will do next, then make one call.",
    "你在屏幕上完成用户的任务。每次操作之后你会看到新的屏幕。先用一两句话说明你看到什么、下一步做什么，再进行一次调用。",
)


def asking(task: Wording, tools: Wording) -> Wording:
    """A system text: what is to be done, and with which tools."""
    return Wording(f"{task.en}\n\n{tools.en}", f"{task.zh}\n\n{tools.zh}")


class NousDialect(ChatDialect):
    """Asks and reads as Qwen-Agent does by default, in numbers of 0 to 1000."""

    name = "nous"
    system = asking(TASK, TOOLS)
