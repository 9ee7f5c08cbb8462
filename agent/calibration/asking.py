"""Ask a model to tap each target through its own dialect, and keep the numbers as it wrote them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from handsight.calibration.sheets import Sheet, Target
from handsight.errors import BadCall, BadReply, UsageError
from handsight.models.base import Model
from handsight.prompts.dialect import ChatDialect
from handsight.prompts.functions import Functions
from handsight.prompts.space import AsWritten
from handsight.tools.gestures import tap
from handsight.tools.registry import Tools
from handsight.tools.session import finish
from handsight.types import Reply, Trajectory

Size = tuple[int, int]
Pair = tuple[float, float]
MOST = 1e9  # a number beyond this is nonsense in any convention
TOOLS = Tools([tap, finish])


@dataclass(frozen=True)
class Shown:
    """A screen as a model was shown it: its own size, that at which it was sent, and the dialect's numbers for it.

    `edge` are the numbers that the right and the bottom edge have as the dialect reads them.
    """

    size: Size
    sent: Size
    edge: Size


@dataclass(frozen=True)
class Answer:
    """What a model answered when asked to tap `target`: its numbers as it wrote them, or why there are none."""

    target: Target
    shown: Shown
    numbers: Pair | None
    problem: str = ""
    said: str = ""
    prompt_tokens: int = 0

    @property
    def meant(self) -> Pair:
        """The middle of the target, as parts of the screen's width and height."""
        middle = self.target.box.center
        return middle.x / self.shown.size[0], middle.y / self.shown.size[1]

    @property
    def half(self) -> Pair:
        """Half the target's width and height, as parts of the screen's."""
        box, (width, height) = self.target.box, self.shown.size
        return box.width / 2 / width, box.height / 2 / height


def ask(
    model: Model, dialect: Any, sheets: Sequence[Sheet], tell: Callable[[Target], object] = lambda target: None
) -> list[Answer]:
    """Ask for every target once, each in a conversation of its own; `tell` is told of each before it is asked for.

    Raises ModelError where the model cannot answer, UsageError for a dialect whose numbers cannot be had.
    """
    if not isinstance(dialect, ChatDialect):
        raise UsageError(f"{dialect.name} is a dialect that keeps its model's numbers to itself: subclass ChatDialect")
    return list(_answers(model, dialect, sheets, tell))


def _answers(
    model: Model, dialect: ChatDialect, sheets: Sequence[Sheet], tell: Callable[[Target], object]
) -> Iterable[Answer]:
    for sheet in sheets:
        screen = sheet.screen
        shown = Shown(screen.size, dialect.sent(screen.size), dialect.space(screen).edge)
        for target in sheet.targets:
            tell(target)
            run = Trajectory(f"Tap {target.words}, in its middle.")
            run.add_step().screen = screen
            reply = model.generate(dialect.render(run, TOOLS))
            numbers, problem = _read(reply, dialect)
            yield Answer(target, shown, numbers, problem, reply.text, reply.prompt_tokens)


def _read(reply: Reply, dialect: ChatDialect) -> tuple[Pair | None, str]:
    """The numbers of the first tap in a reply, neither turned into pixels nor refused, or why there are none."""
    functions, names = Functions(TOOLS, dialect.vocabulary), []
    try:
        for written in dialect.form.read(reply, functions):
            call = functions.read(written, AsWritten((1, 1)))
            if call.name == "tap" and "at" in call.arguments:
                x, y = call.arguments["at"]
                if max(abs(x), abs(y)) > MOST:
                    return None, f"{x:.3g} and {y:.3g} are numbers of no place"
                return (float(x), float(y)), ""
            names.append(call.name)
    except (BadReply, BadCall) as problem:
        return None, str(problem)
    return None, f"it calls {', '.join(names)} and not tap"
