"""A device of your own, to copy and to change: a crane over ten places, of which one has a ball.

Saved as crane.py: handsight run --device crane:Crane "call move with place = 6, call grip, call move with place = 2"
"""

from typing import Annotated, Any

from PIL import Image, ImageDraw, ImageFont
from pydantic import Field

from handsight.errors import ToolFailed
from handsight.types import Screen

Place = Annotated[int, Field(ge=0, le=9)]


class Crane:
    """What a device needs: a name, a picture, an end. `acts` is what it can do: hints and docstring are the schema."""

    name = "crane"

    def __init__(self) -> None:
        self.place, self.ball, self.holds = 0, 6, False

    def screenshot(self) -> Screen:  # a camera's picture would do; raise CaptureFailed where there is none
        image = Image.new("RGB", (1000, 400), "white")
        pen, font = ImageDraw.Draw(image), ImageFont.load_default(40)
        for place in range(10):
            pen.text((100 * place + 50, 360), str(place), "black", font, anchor="mm")
        x, ball_x = 100 * self.place + 50, 100 * self.ball + 50
        pen.line((x, 0, x, 120), "black", 6)
        pen.rectangle((x - 35, 120, x + 35, 140), "black")
        y = 175 if self.holds else 300
        pen.ellipse((ball_x - 35, y - 35, ball_x + 35, y + 35), "red")
        return Screen(image)

    def close(self) -> None: ...

    def acts(self) -> list[Any]:
        return [self.move, self.grip, self.let_go]

    def move(self, place: Place) -> str:
        """Drive the crane over a place, and along with it what it holds. `place` is the number below."""
        self.place, self.ball = place, place if self.holds else self.ball
        return f"It is over {place}."

    def grip(self) -> str:
        """Take what lies under the crane."""
        if self.place != self.ball:
            raise ToolFailed("nothing lies under the crane")
        self.holds = True
        return "It holds the ball."

    def let_go(self) -> None:
        """Let down what the crane holds."""
        self.holds = False
