"""A conversation in the form of the Qwen2-VL dialect, on screens of which the lines are given: no picture is read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from PIL import Image

from handsight.models.reader.decide import decide
from handsight.models.reader.lines import Line
from handsight.models.reader.talk import listen
from handsight.types import Box, Message, Picture, Prompt

ACTIONS = ("key", "click", "long_press", "swipe", "type", "system_button", "open", "wait", "terminate", "answer")
MOUSE = (
    "key",
    "type",
    "mouse_move",
    "left_click",
    "right_click",
    "double_click",
    "scroll",
    "hscroll",
    "wait",
    "terminate",
)
SIZE = (1000, 2000)


def function(name: str, **properties: Any) -> str:
    parameters = {"type": "object", "properties": properties}
    return json.dumps({"type": "function", "function": {"name": name, "parameters": parameters}})


def line(text: str, x: float, y: float, tall: float = 40) -> Line:
    return Line(text, Box(x, y, x + len(text) * tall / 2, y + tall))


class Told:
    """Asks the reader again and again. A screen is a list of texts from the top down, or of lines."""

    def __init__(
        self,
        task: str,
        *screen: str | Line,
        actions: Sequence[str] = ACTIONS,
        functions: Sequence[str] = (),
        hand: str = "mobile_use",
    ):
        self._hand = hand
        listed = "\n".join([function(hand, action={"type": "string", "enum": list(actions)}), *functions])
        self.messages = [Message("system", (f"You work a screen.\n\n# Tools\n\n<tools>\n{listed}\n</tools>\n",))]
        self._lines: dict[int, list[Line]] = {}
        self._pictures: list[Image.Image] = []
        self._see((f"The user query: {task}\n",), screen)

    def _see(self, said: tuple[str, ...], screen: Sequence[str | Line], *, same: bool = False) -> None:
        if not same or not self._pictures:
            shade = 40 + 20 * (len(self._pictures) % 10)  # each screen looks different from the one before
            self._pictures.append(Image.new("RGB", SIZE, (shade, shade, shade)))
        picture = self._pictures[-1]
        placed = [one if isinstance(one, Line) else line(one, 100, 300 + 150 * i) for i, one in enumerate(screen)]
        self._lines[id(picture)] = placed
        self.messages.append(Message("user", (*said, Picture(picture))))

    def asks(self) -> tuple[str, dict[str, Any]]:
        """The reader's thought and its call: the arguments, with the function under "name" where it is another."""
        text = decide(listen(Prompt(tuple(self.messages))), lambda image: self._lines[id(image)])
        self.messages.append(Message("assistant", (text,)))
        thought, _, rest = text.partition("\n<tool_call>\n")
        call = json.loads(rest.removesuffix("\n</tool_call>"))
        arguments: dict[str, Any] = call["arguments"]
        return thought, arguments if call["name"] == self._hand else {"name": call["name"], **arguments}

    def hears(self, response: str, *screen: str | Line, same: bool = False) -> None:
        """Tell what came of the call, and show the next screen: the same picture when `same`."""
        if same:
            screen = tuple(self._lines[id(self._pictures[-1])])
        self._see((f"<tool_response>\n{response}\n</tool_response>\n",), screen, same=same)


UNCHANGED = "Tapped.\nThe screen did not change."
IN_DOUBT = (
    "This act may or may not have been carried out: the run was interrupted. Look at the screen before repeating it."
)
NOT_DONE = "This act was not carried out: the run was interrupted."
