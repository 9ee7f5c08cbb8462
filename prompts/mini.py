"""The embedded mini model: acts of a few words, such as tap “Save” ‹455›‹120›, places in thousandths.

It sees one screen, the task, and the acts so far without their places; it was taught nothing of tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from PIL import ImageChops
from PIL.Image import Image

from handsight.errors import BadReply
from handsight.prompts.actions import Action, Arguments
from handsight.prompts.conversation import Round
from handsight.prompts.dialect import ChatDialect
from handsight.prompts.functions import Functions, Vocabulary, Written
from handsight.prompts.kinds import PLACE, TEXT
from handsight.prompts.space import Space
from handsight.prompts.wording import Language, Wording
from handsight.tools.registry import Tool
from handsight.types import Calls, Message, Prompt, Reply, Trajectory

REMEMBERED = 10  # acts
TOP_SHARE = 0.04  # of a screen, above which a phone's status bar is
EXPECTED = "write one act, such as tap “Save” ‹455›‹120›, type “milk”, open “Notes”, scroll down, back or done"
_ACT = re.compile(
    r"(?P<verb>[a-z]+(?: (?:down|up|left|right))?)(?: ?“(?P<words>[^”]*)”)?(?: ?‹(?P<x>\d+)›‹(?P<y>\d+)›)?"
)
_PLACE = re.compile(r" ?‹\d+›‹\d+›\s*$")
_NOTHING = Wording("", "")


def _scroll(word: str, start: tuple[float, float], end: tuple[float, float]) -> Action:
    """A movement of the finger from and to a share of the screen."""
    return Action(f"scroll {word}", "swipe", _NOTHING, fixed={"start": start, "end": end}, complete=_moved)


def _moved(made: Arguments, space: Space) -> Arguments:
    return {name: [at * side for at, side in zip(made[name], space.size, strict=True)] for name in ("start", "end")}


ACTIONS = (
    Action("tap", "tap", _NOTHING, {"at": ("at", PLACE)}),
    Action("hold", "long_press", _NOTHING, {"at": ("at", PLACE)}),
    Action("type", "type_text", _NOTHING, {"words": ("text", TEXT)}),
    Action("open", "open_app", _NOTHING, {"words": ("name", TEXT)}),
    Action("clear", "clear_text", _NOTHING),
    Action("back", "press", _NOTHING, fixed={"key": "back"}),
    Action("home", "press", _NOTHING, fixed={"key": "home"}),
    Action("enter", "press", _NOTHING, fixed={"key": "enter"}),
    _scroll("down", (0.5, 0.7), (0.5, 0.35)),
    _scroll("up", (0.5, 0.35), (0.5, 0.7)),
    _scroll("right", (0.8, 0.5), (0.2, 0.5)),
    _scroll("left", (0.2, 0.5), (0.8, 0.5)),
    Action("wait", "wait", _NOTHING, fixed={"seconds": 1}),
    Action("done", "finish", _NOTHING, fixed={"success": True, "message": "done"}),
    Action("say", "answer", _NOTHING, {"words": ("text", TEXT)}),
    Action("fail", "finish", _NOTHING, {"words": ("message", TEXT)}, fixed={"success": False}),
)


class Acts:
    """One act and nothing else."""

    stop: tuple[str, ...] = ()
    holds = False

    def listed(self, functions: Functions, specs: Sequence[dict[str, Any]], language: Language) -> str:
        return ""

    def read(self, reply: Reply, functions: Functions) -> list[Written]:
        found = _ACT.fullmatch(reply.text.strip())
        if found is None:
            raise BadReply(f"the reply is no act; {EXPECTED}")
        verb, words = found["verb"], found["words"]
        arguments: dict[str, Any] = {"at": [int(found["x"]), int(found["y"])]} if found["x"] else {}
        if words is not None and verb not in ("tap", "hold"):
            arguments["words"] = words
        return [Written(verb, arguments, words if verb in ("tap", "hold") and words else "")]

    def write(self, name: str, arguments: dict[str, Any], said: str) -> str:
        words = arguments.get("words", said if name in ("tap", "hold") else None)
        at = "".join(f"‹{number}›" for number in arguments.get("at", ()))
        return " ".join(filter(None, [name, f"“{words}”" if words is not None else "", at]))

    def calls(self, functions: Functions, edge: tuple[int, int]) -> Calls | None:
        return None


class OneLook:
    """One turn of the user: the last screen, the task, and a line for each act before."""

    def __call__(self, opening: str, rounds: Sequence[Round]) -> Iterator[Message]:
        acts = [_PLACE.sub("", round_.said).strip() for round_ in rounds if round_.reply][-REMEMBERED:]
        yield Message("user", (rounds[-1].picture, "\n".join((opening, *acts))))


class MiniDialect(ChatDialect):
    """Asks and reads the model that the package carries."""

    name = "mini"
    vocabulary = Vocabulary(ACTIONS)
    desktop = None
    phones_only = True
    form = Acts()
    layout = OneLook()
    system = _NOTHING
    opening = Wording("{task}", "{task}")

    def __init__(self, max_tokens_per_screen: int = 320, *, language: Language | None = None) -> None:
        super().__init__(max_tokens_per_screen, language=language)

    def render(self, trajectory: Trajectory, tools: Iterable[Tool]) -> Prompt:
        """As every dialect; what was done on this very screen before is not to be done again: it led back here."""
        return replace(super().render(trajectory, tools), avoid=tuple(_led_back(trajectory)))


def _led_back(trajectory: Trajectory) -> Iterator[str]:
    *before, now = [step for step in trajectory.steps if step.screen]
    for step in before[-REMEMBERED:]:
        said = _PLACE.sub("", step.reply.text).strip() if step.reply else ""  # with "" every reply begins
        if said and step.screen and now.screen and alike(step.screen.image, now.screen.image):
            yield said


def alike(one: Image, two: Image) -> bool:
    """Whether two pictures of a phone show the same below the status bar, where the time passes."""
    if one.size != two.size:
        return False
    width, height = one.size
    below = (0, round(height * TOP_SHARE), width, height)
    return ImageChops.difference(*(picture.crop(below).convert("RGB") for picture in (one, two))).getbbox() is None
