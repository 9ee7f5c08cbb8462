"""Qwen3.5 and later: calls as XML-like tags with a parameter each, places relative to 1000."""

from __future__ import annotations

from handsight.prompts.forms.xml import Xml
from handsight.prompts.nous import TASK, asking
from handsight.prompts.qwen3_vl import Qwen3VLDialect
from handsight.prompts.wording import Wording

_EXAMPLE = """\
<tool_call>
<function=example_function_name>
<parameter=example_parameter_1>
value_1
</parameter>
<parameter=example_parameter_2>
{second}
</parameter>
</function>
</tool_call>"""

TOOLS = Wording(
    """\
# Tools

These functions are yours to call:

<tools>
{functions}
</tools>

A call has exactly this form, and nothing comes after it:

"""
    + _EXAMPLE.replace("{second}", "a second value,\nwhich may have\nseveral lines"),
    """\
# Tools

你可以调用这些函数：

<tools>
{functions}
</tools>

调用必须严格采用以下格式，其后不要再写任何内容：

"""
    + _EXAMPLE.replace("{second}", "第二个值，\n可以有\n多行"),
)


class Qwen35Dialect(Qwen3VLDialect):
    """Asks and reads Qwen3.5, 3.6 and 3.8."""

    name = "qwen35"
    form = Xml()
    system = asking(TASK, TOOLS)
