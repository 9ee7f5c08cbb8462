"""An app that writes down, outside of the phone, whatever is done to it; and a model that keeps the count.

What was written down, by `handsight phone --apps ledger`, is the truth about what the phone got.
"""

import json
import os
import sys
from itertools import pairwise
from pathlib import Path

from PIL import Image

from handsight.devices.virtual.kit import App, Button, Field, Page, Row
from handsight.devices.virtual.kit import Picture as Shown
from handsight.types import Picture, Reply

MARK = (255, 0, 255)
PAPER = (0, 0, 0)
WIDE = 24
ACTS = ("tap", "hold", "swipe", "tap", "hold", "swipe")

CALLS = {
    "open": {"action": "open", "text": "Ledger"},
    "tap": {"action": "click", "coordinate": [500, 140]},
    "hold": {"action": "long_press", "coordinate": [500, 214], "time": 1.2},
    "swipe": {"action": "swipe", "coordinate": [500, 800], "coordinate2": [500, 500]},
    "end": {"action": "terminate", "status": "success"},
}


class Ledger(App):
    package = "org.example.ledger"
    labels = {"en": "Ledger"}
    marks = 0
    words = ""

    def main(self) -> Page:
        strip = Image.new("RGB", (WIDE, 1))
        for n in range(self.marks):
            strip.putpixel((2 * n, 0), MARK)
        strip = strip.resize((WIDE * 10, 40), Image.Resampling.NEAREST)
        return Page(
            "Ledger",
            [
                Button("Add one", lambda: self.note("tap"), big=True),
                Row("Hold me", f"{self.marks} marks", on_long_press=lambda: self.note("hold")),
                Shown(strip, height=40),
                Field("Words", self.words, self.write),
            ],
            on_swipe=lambda way: self.note("swipe"),
        )

    def note(self, act: str) -> None:
        self.marks += 1
        self.log([act])

    def write(self, words: str) -> None:
        self.words = words
        self.log(["words", words])

    def log(self, line: list[str]) -> None:
        with Path(os.environ["LEDGER"]).open("a") as file:
            file.write(json.dumps(line) + "\n")


class Keeper:
    """Sees how many marks there are, and does what the next one takes, until there are as many as `ACTS`."""

    name = "keeper"

    def __init__(self):
        sys.modules["rapidocr"] = None  # as if not installed: labels are not the matter here, and take a second a run

    def generate(self, prompt):
        image = [part for message in prompt.messages for part in message.parts if isinstance(part, Picture)][-1].image
        y = image.height * 330 // 1200  # through the middle of the strip
        row = [image.getpixel((x, y)) for x in range(image.width)]
        done = sum(here == MARK != before for before, here in pairwise(row))
        act = "open" if row.count(PAPER) < image.width // 3 else [*ACTS, "end"][done]
        call = {"name": "mobile_use", "arguments": CALLS[act]}
        return Reply(f"{act} {done}\n<tool_call>\n{json.dumps(call)}\n</tool_call>")
