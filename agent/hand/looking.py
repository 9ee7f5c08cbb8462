"""What a script asks of a screen without touching it: what is there, what it says, whether it is as it should be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, overload

from handsight.errors import CheckFailed, Feedback, NotFound, UsageError
from handsight.hand.steps import Steps
from handsight.models.base import Model
from handsight.sight.finding import Finder, Found
from handsight.sight.found import Seen, quoted, said
from handsight.sight.match import plain
from handsight.sight.states import state_of
from handsight.talk.chat import ask
from handsight.types import Element, ToolCall, Trajectory

T = TypeVar("T")


class Looking:
    """Looks at a device's screen, for as long as it takes within `timeout_s`."""

    def __init__(self, steps: Steps, model: Model | None) -> None:
        self._steps, self._model = steps, model

    @property
    def trajectory(self) -> Trajectory:
        """Every call so far, as steps."""
        return self._steps.trajectory

    @property
    def steps(self) -> Steps:
        """What takes this hand's steps, for whoever finds places in another way."""
        return self._steps

    @property
    def timeout_s(self) -> float:
        """How many seconds things are looked for."""
        return self._steps.timeout_s

    @timeout_s.setter
    def timeout_s(self, seconds: float) -> None:
        self._steps.timeout_s = seconds

    def see(self) -> tuple[Element, ...]:
        """What is on the screen: all that the device names, or what can be read where it names nothing."""
        finder = self._steps.look()
        return tuple(finder.elements) or tuple(Element(line.text, line.box, "text") for line in finder.lines)

    def find(self, what: Seen) -> Found:
        """Where it is, by which sense it was found and how surely. Raises NotFound, Ambiguous."""
        return self._steps.find(ToolCall("find", _sought(what)), lambda finder: finder.one(what), pointing=True)

    def read(self, label: str) -> str:
        """What stands beside a label, else below it, or in the field of that name."""
        return self._steps.find(ToolCall("read", {"what": label}), lambda finder: _value(label, finder))

    def is_on(self, what: str) -> bool:
        """Whether its switch, check box or radio button is on. Raises NotFound where nothing says so."""

        return self._steps.find(ToolCall("is_on", {"what": what}), lambda finder: _state(what, finder))

    def shows(self, what: Seen) -> bool:
        """Whether it stands on the screen as it is now; no wrong letter counts."""
        return bool(self._steps.look().all(what, strict=True))

    def wait_for(self, what: Seen, timeout_s: float | None = None) -> None:
        """Wait until it shows. Raises CheckFailed after `timeout_s`."""
        self._until(what, wanted=True, timeout_s=timeout_s)

    def gone(self, what: Seen, timeout_s: float | None = None) -> None:
        """Wait until it does not show any more. Raises CheckFailed after `timeout_s`."""
        self._until(what, wanted=False, timeout_s=timeout_s)

    def check(self, what: Seen, *, on: bool | None = None, reads: str | None = None) -> None:
        """Make sure that it shows, or that its switch is on or off, waiting if need be. Raises CheckFailed.

        "Wi-Fi is on" is the state of that switch, unless a line of just these words stands on the screen. With `reads`,
        that is what has to stand beside it, as `read` gives it.
        """
        if reads is not None:
            if not isinstance(what, str):
                raise UsageError("what stands beside something is checked by its name, not by a picture of it")
            self._check_value(what, reads)
            if on is None:
                return None
        told = state_of(what) if isinstance(what, str) and on is None else None
        if told is None and on is None:
            return self.wait_for(what)
        if not isinstance(what, str):
            raise UsageError("whether something is on is checked by its name, not by a picture of it")
        name, wanted = told or (what, on)

        def state(finder: Finder) -> None:
            if told and finder.stands(what):
                return
            if _state(name, finder) is not wanted:
                raise NotFound(f"{name!r} is not {'on' if wanted else 'off'}")

        return self._checked(ToolCall("check", {"what": what} | ({} if told else {"on": on})), state)

    @overload
    def ask(self, question: str, *, type: None = None) -> str: ...

    @overload
    def ask(self, question: str, *, type: type[T]) -> T: ...

    @overload
    def ask(self, question: str, *, type: Any) -> Any: ...

    def ask(self, question: str, *, type: Any = None) -> Any:
        """Ask the model about the screen; with `type`, the answer is a value of it. Raises BadAnswer.

        The types are those of `Chat.ask`: int, bool, list[str], a pydantic model, a JSON schema.
        """
        if self._model is None:
            raise UsageError("this hand was opened without a model; open it with model=...")
        model = self._model

        def answer(finder: Finder) -> Any:
            return ask(model, finder.screen.image, question, type=type)

        return self._steps.find(ToolCall("ask", {"question": question}), answer)

    def _until(self, what: Seen, *, wanted: bool, timeout_s: float | None) -> None:
        def looked(finder: Finder) -> None:
            if bool(finder.all(what, strict=True)) is not wanted:
                near = finder.nearest(what) if wanted and isinstance(what, str) else []
                raise NotFound(
                    f"{quoted(what)} {'does not show' if wanted else 'still shows'}"
                    + (f"; nearest: {', '.join(near)}" if near else "")
                )

        self._checked(ToolCall("wait_for" if wanted else "gone", _sought(what)), looked, timeout_s)

    def _check_value(self, label: str, wanted: str) -> None:
        def value(finder: Finder) -> None:
            if plain(read := _value(label, finder)) != plain(wanted):
                raise NotFound(f"{label!r} reads {read!r}, not {wanted!r}")

        self._checked(ToolCall("check", {"what": label, "reads": wanted}), value)

    def _checked(self, call: ToolCall, looked: Callable[[Finder], None], timeout_s: float | None = None) -> None:
        """Look until it is as it should be. Raises CheckFailed with what stood in the way at the end."""
        try:
            self._steps.find(call, looked, timeout_s)
        except Feedback as problem:
            raise CheckFailed(str(problem)) from problem


def _sought(what: Seen) -> dict[str, str]:
    """What is looked for, as a record holds it."""
    return {"what" if isinstance(what, str) else "picture": said(what)}


def _state(what: str, finder: Finder) -> bool:
    """Whether its switch is on. Raises NotFound where nothing says so, Ambiguous."""
    on = finder.is_on(finder.one(what))
    if on is None:
        raise NotFound(f"it cannot be seen whether {what!r} is on or off")
    return on


def _value(label: str, finder: Finder) -> str:
    """What stands beside a label, else below it, or in the field of that name. Raises NotFound, Ambiguous."""
    named = [e for e in finder.elements if e.role == "field" and label in (e.description, e.id)]
    if len(named) == 1:
        return named[0].text
    read = finder.value(finder.one(label))
    if read is None:
        raise NotFound(f"nothing stands beside or below {label!r}")
    return read
