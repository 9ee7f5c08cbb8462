"""A device and a model of a user's own, named on the command line as mine:Board and mine:Counting."""

import json
import os
import signal
import time
from pathlib import Path

from PIL import Image

from handsight.types import Picture, Reply, Screen


class Board:
    """Writes each touch to a file at once, as the world does, whatever becomes of the program."""

    name = "board"

    def __init__(self):
        self.log = Path(os.environ["BOARD"])
        self.looks = 0

    def screenshot(self):
        image = Image.new("RGB", (100, 200))
        for n, _ in enumerate(self.touched()):
            image.putpixel((n, 0), (255, 255, 255))
        return Screen(image, "board", timing={"settle": 0.0, "capture": 0.0})

    def touched(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def tap(self, at, on):
        self.die("before")
        with self.log.open("a") as file:
            file.write(json.dumps([at.x, at.y]) + "\n")
        self.die("after")

    def die(self, when):
        """End the program as a power cut would, at the touch and the moment that DIE names."""
        if os.environ.get("DIE") == f"{when} {len(self.touched())}":
            os.kill(os.getpid(), signal.SIGKILL)

    def long_press(self, at, seconds, on):
        self.tap(at, on)

    def swipe(self, start, end, seconds, on):
        self.tap(start, on)

    def close(self):
        pass


class Counting:
    """Looks how many lights are on, and touches for one more until there are twelve."""

    name = "counting"

    def generate(self, prompt):
        time.sleep(float(os.environ.get("PAUSE", "0")))
        picture = [part for message in prompt.messages for part in message.parts if isinstance(part, Picture)][-1]
        image = picture.image
        lit = sum(image.getpixel((x, 0)) == (255, 255, 255) for x in range(image.width))
        act = {"action": "click", "coordinate": [lit * 10 + 5, 500]}
        if lit >= 12:
            act = {"action": "terminate", "status": "success"}
        call = {"name": "mobile_use", "arguments": act}
        return Reply("Light " + str(lit + 1) + ".\n<tool_call>\n" + json.dumps(call) + "\n</tool_call>")
