"""Plain JSON, for models that were never trained to call: our tools, one object at the end of the reply."""

from __future__ import annotations

from handsight.prompts.dialect import ChatDialect
from handsight.prompts.forms.tagged import Bare
from handsight.prompts.functions import Vocabulary
from handsight.prompts.layouts import Turns, untagged
from handsight.prompts.nous import TASK, asking
from handsight.prompts.wording import Wording

TOOLS = Wording(
    """\
You can do these things, one per line with their JSON schemas:

{functions}

End your reply with the one you do, as a JSON object:
```json
{"name": "...", "arguments": {...}}
```""",
    """\
你可以做以下事情，每行一个，附 JSON schema：

{functions}

在回复的最后用一个 JSON 对象写明你要做的事：
```json
{"name": "...", "arguments": {...}}
```""",
)


class PlainJsonDialect(ChatDialect):
    """Asks and reads any model, places from 0 to 1000."""

    name = "json"
    vocabulary = Vocabulary()
    desktop = None
    form = Bare()
    layout = Turns(untagged)
    system = asking(TASK, TOOLS)
