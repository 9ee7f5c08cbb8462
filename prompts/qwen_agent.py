"""Qwen-Agent's "qwen" form: calls between marks with flowers, results and screens in the assistant's own turn."""

from __future__ import annotations

from handsight.prompts.dialect import ChatDialect
from handsight.prompts.forms.flowers import ARGS, FUNCTION, RESULT, RETURN, Flowers
from handsight.prompts.layouts import OneTurn, flowers
from handsight.prompts.nous import TASK, asking
from handsight.prompts.wording import Wording

MARKS = Wording(
    f"""\
{FUNCTION}: the function, one of [{{names}}]
{ARGS}: what it is given
{RESULT}: what came of it
{RETURN}: what follows from that""",
    f"""\
{FUNCTION}: 要用的函数，[{{names}}]之一
{ARGS}: 函数的输入
{RESULT}: 函数的结果
{RETURN}: 由结果得出的回复""",
)
TOOLS = Wording(
    f"# Tools\n\n## These tools are yours:\n\n{{functions}}\n\n## To use one, write this in your reply:\n\n{MARKS.en}",
    f"# 工具\n\n## 你可以使用这些工具：\n\n{{functions}}\n\n## 要使用工具，请在回复中写入：\n\n{MARKS.zh}",
)


class QwenAgentDialect(ChatDialect):
    """Asks and reads a model in the form that Qwen-Agent calls "qwen". The run is one turn that grows."""

    name = "qwen_agent"
    form = Flowers()
    layout = OneTurn(flowers, f"\n{RETURN}")
    system = asking(TASK, TOOLS)
