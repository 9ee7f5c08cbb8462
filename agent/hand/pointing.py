"""Have a model point at what words mean: it is asked through its own dialect, with the one gesture that points."""

from __future__ import annotations

from handsight.devices.base import Device, Touch
from handsight.errors import BadCall, BadReply
from handsight.models.base import Model
from handsight.prompts.base import Dialect
from handsight.tools.registry import Tools
from handsight.tools.session import finish
from handsight.types import Point, Screen, Trajectory

_TASK = "Tap this, in its middle: {what}. If it is not on the screen, finish without success."


class Pointer:
    """Asks where something is on a screen; None for an answer that is no place."""

    def __init__(self, model: Model, dialect: Dialect, gestures: Tools) -> None:
        self._model, self._dialect = model, dialect
        self._touch = "tap" if "tap" in gestures else "click"
        self._tools = Tools([gestures[self._touch], finish])

    def __call__(self, screen: Screen, what: str) -> Point | None:
        """Ask in a conversation of its own. Raises ModelError where the model cannot answer."""
        run = Trajectory(_TASK.format(what=what))
        run.add_step().screen = screen
        reply = self._model.generate(self._dialect.render(run, self._tools))
        try:
            call = self._dialect.parse(reply, screen, self._tools)[0]
            self._tools.check(call)
        except (BadReply, BadCall):
            return None
        return Point(*call.arguments["at"]) if call.name == self._touch else None


def pointer(device: Device, model: Model, dialect: Dialect, gestures: Tools) -> Pointer | None:
    """A pointer of that model; None where it cannot point: a device without places, a dialect without a mouse.

    The reader is none either: it looks for words as a hand does.
    """
    if model.name == "reader" or not ("tap" in gestures or "click" in gestures):
        return None
    if getattr(dialect, "phones_only", False) and not isinstance(device, Touch):
        return None
    return Pointer(model, dialect, gestures)
