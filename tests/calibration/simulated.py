"""Models that find the named target by its colour in the real pixels they are sent, and write numbers their own way."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from handsight.calibration.asking import TOOLS
from handsight.calibration.sheets import COLORS
from handsight.media.sending import resized
from handsight.prompts.dialect import ChatDialect
from handsight.prompts.functions import Functions
from handsight.sizes import smart_resize
from handsight.types import NativeCall, Picture, Prompt, Reply, Screen, ToolCall

Size = tuple[int, int]
NAMED = re.compile(rf"\b({'|'.join(COLORS)}) (?:circle|square|triangle|diamond|hexagon)\b")
Write = Callable[[float, float, Size, Size], tuple[float, float]]
"""From a place as parts of the picture, the size it was seen at and that of the screenshot, to a model's numbers."""


def relative(edge: float, digits: int = 0) -> Write:
    return lambda x, y, seen, size: (_round(x * edge, digits), _round(y * edge, digits))


def pixels_seen(x: float, y: float, seen: Size, size: Size) -> tuple[float, float]:
    return round(x * seen[0]), round(y * seen[1])


def pixels_of_the_screenshot(x: float, y: float, seen: Size, size: Size) -> tuple[float, float]:
    return round(x * size[0]), round(y * size[1])


def padded(edge: float) -> Write:
    def write(x: float, y: float, seen: Size, size: Size) -> tuple[float, float]:
        side = max(seen)
        left, top = (side - seen[0]) / 2, (side - seen[1]) / 2
        return round((left + x * seen[0]) / side * edge), round((top + y * seen[1]) / side * edge)

    return write


def swapped(write: Write) -> Write:
    return lambda x, y, seen, size: write(x, y, seen, size)[::-1]


def shifted(write: Write, right: float, down: float) -> Write:
    def moved(x: float, y: float, seen: Size, size: Size) -> tuple[float, float]:
        across, along = write(x, y, seen, size)
        return across + right, along + down

    return moved


def _round(number: float, digits: int) -> float:
    return round(number, digits) if digits else round(number)


class Simulated:
    """Writes numbers by `write`, each `noise` off (of the screen), and nonsense in a share of its replies.

    `sees` is what the server's own processing makes of a picture's size. `blind` points anywhere at all.
    """

    def __init__(
        self,
        dialect: ChatDialect,
        write: Write,
        *,
        noise: float = 0.004,
        nonsense: float = 0.0,
        wrong: float = 0.0,
        sees: Callable[[Size], Size] = lambda sent: sent,
        seed: int = 1,
        blind: bool = False,
    ) -> None:
        self.name = "simulated"
        self.dialect, self.write, self.noise, self.sees = dialect, write, noise, sees
        self.nonsense, self.wrong, self.blind = nonsense, wrong, blind
        self.chance = random.Random(seed)

    def generate(self, prompt: Prompt) -> Reply:
        (picture,) = [part for m in prompt.messages for part in m.parts if isinstance(part, Picture)]
        text = "".join(part for m in prompt.messages for part in m.parts if isinstance(part, str))
        assert picture.sent
        seen = self.sees(picture.sent)
        tokens = len(text) // 4 + seen[0] * seen[1] // self.dialect.factor**2
        if self.chance.random() < self.nonsense:
            return Reply("I am not able to help with that.", prompt_tokens=tokens)
        if self.blind or self.chance.random() < self.wrong:
            x, y = self.chance.random(), self.chance.random()
        else:
            x, y = (at + self.chance.gauss(0, self.noise) for at in looked_for(text, picture, seen))
        return spoken(self.dialect, self.write(x, y, seen, picture.size), tokens)


_FOUND: dict[tuple[int, Size | None, Size, str], tuple[Any, tuple[float, float]]] = {}


def looked_for(text: str, picture: Picture, seen: Size) -> tuple[float, float]:
    """Where the thing that the text names is in a picture, as parts of it. What was found once is remembered."""
    key = id(picture.source), picture.sent, seen, NAMED.findall(text)[-1]
    if key not in _FOUND:
        _FOUND[key] = picture.source, middle(resized(picture).resize(seen), key[-1])
    return _FOUND[key][1]


def middle(image: Image.Image, color: str) -> tuple[float, float]:
    """Where the thing of that colour is, as parts of the picture: the middle of the box around its pixels."""
    pixels = np.asarray(image.convert("RGB"), dtype=np.int16)
    distance = np.abs(pixels - np.array(COLORS[color], dtype=np.int16)).sum(axis=2)
    rows, columns = np.nonzero(distance < 60)
    assert len(rows), f"there is nothing {color}"
    height, width = pixels.shape[:2]
    return (columns.min() + columns.max() + 1) / 2 / width, (rows.min() + rows.max() + 1) / 2 / height


def spoken(dialect: ChatDialect, place: tuple[float, float], tokens: int = 0) -> Reply:
    """A tap at these numbers as a model of that dialect writes it, whatever they are."""
    functions = Functions(TOOLS, dialect.vocabulary)
    screen = Screen(Image.new("RGB", (640, 480)))
    name, arguments = functions.write(ToolCall("tap", {"at": [0, 0]}), dialect.space(screen))
    raw = {key: list(place) if value == [0, 0] else value for key, value in arguments.items()}
    if dialect.name.startswith("native"):
        call = NativeCall("call_1", name, json.dumps(raw))
        return Reply("I tap it.", prompt_tokens=tokens, native=(call,))
    return Reply(dialect.form.write(name, raw, "I tap it."), prompt_tokens=tokens)


def shrinking(tokens: int, factor: int = 28) -> Callable[[Size], Size]:
    """A server that brings every picture to so many tokens at most."""

    def sees(sent: Size) -> Size:
        height, width = smart_resize(sent[1], sent[0], factor, 4 * factor**2, tokens * factor**2)
        return width, height

    return sees


def shortened(longest: int) -> Callable[[Size], Size]:
    """A server that brings the longer side of every picture to so many pixels at most."""

    def sees(sent: Size) -> Size:
        by = min(1.0, longest / max(sent))
        return round(sent[0] * by), round(sent[1] * by)

    return sees


def enlarging(pixels: int) -> Callable[[Size], Size]:
    """A server that brings every picture to so many pixels at least."""

    def sees(sent: Size) -> Size:
        by: Any = max(1.0, (pixels / (sent[0] * sent[1])) ** 0.5)
        return round(sent[0] * by), round(sent[1] * by)

    return sees
