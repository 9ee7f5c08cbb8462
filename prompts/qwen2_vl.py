"""Qwen2-VL: places from 0 to 1000, the official `mobile_use`, calls between <tool_call> tags (the "nous" form)."""

from __future__ import annotations

from collections.abc import Iterable

from handsight.prompts import mobile_use
from handsight.prompts.conversation import converse, plain
from handsight.prompts.functions import Functions
from handsight.prompts.reply import read_calls
from handsight.prompts.space import Space
from handsight.sizes import smart_resize
from handsight.tools.registry import Tool
from handsight.types import Prompt, Reply, Screen, ToolCall, Trajectory

FACTOR = 28
MIN_PIXELS = 4 * FACTOR**2
EDGE = (1000, 1000)
STOP = ("<tool_response>",)

SYSTEM = """\
You carry out the user's task on a screen. After each act you are shown the screen anew. Say in a sentence or two what \
you see and what you will do next, then make one call.

# Tools

You may call these functions, described one per line:
<tools>
{functions}
</tools>

A call is one JSON object with the function's name and its arguments, between tags:
<tool_call>
{"name": <function-name>, "arguments": <arguments-object>}
</tool_call>"""


class Qwen2VLDialect:
    """Asks and reads Qwen2-VL. A picture costs one token per 28x28 pixels, at most `max_tokens_per_screen`."""

    name = "qwen2_vl"

    def __init__(self, max_tokens_per_screen: int = 1280, *, keep_screens: int = 4, most_screens: int = 8) -> None:
        if not 0 <= keep_screens < most_screens:
            raise ValueError(f"keep_screens is less than most_screens, not {keep_screens} and {most_screens}")
        self.max_pixels = max_tokens_per_screen * FACTOR**2
        self.keep_screens = keep_screens
        self.most_screens = most_screens

    def render(self, trajectory: Trajectory, tools: Iterable[Tool]) -> Prompt:
        """Derive the prompt from the steps so far; the last one has been looked at and not yet been answered."""
        words = Space((1, 1)).words  # the same for every screen
        functions = Functions(tools)
        system = SYSTEM.replace("{functions}", plain("\n".join(functions.printed(words))))
        messages = converse(trajectory, system, self.sent, self.keep_screens, self.most_screens)
        return Prompt(messages, STOP, calls=functions.calls(EDGE))

    def parse(self, reply: Reply, screen: Screen, tools: Iterable[Tool]) -> ToolCall:
        """Read the first call, its places in pixels of `screen`. Raises BadReply or BadCall in words for the model."""
        return Functions(tools).read(read_calls(reply, mobile_use.NAME)[0], self.space(screen))

    def write(self, call: ToolCall, screen: Screen, tools: Iterable[Tool]) -> str:
        """Write `call` as the model would: what `parse` reads. Raises UnknownName for a call that no tool takes."""
        said = call.thought or (call.arguments.get("message", "") if call.name == "finish" else "")
        line = Functions(tools).write(call, self.space(screen))
        return f"{said}\n<tool_call>\n{line}\n</tool_call>".lstrip("\n")

    def space(self, screen: Screen) -> Space:
        """Which numbers stand for which pixels of `screen`."""
        return Space(screen.size)

    def sent(self, size: tuple[int, int]) -> tuple[int, int]:
        """The (width, height) at which a picture of that (width, height) is sent."""
        height, width = smart_resize(size[1], size[0], FACTOR, MIN_PIXELS, self.max_pixels)
        return width, height
