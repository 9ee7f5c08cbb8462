"""What a script asks of a screen without touching it: what is there, what it says, whether it is as it should be."""

from __future__ import annotations

from typing import Any, TypeVar, overload

from handsight.errors import CheckFailed, Feedback, NotFound, UsageError
from handsight.hand.steps import Steps
from handsight.models.base import Model
from handsight.sight.finding import Finder, Found
from handsight.sight.match import plain
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

    def find(self, what: str) -> Found:
        """Where it is. Raises NotFound, Ambiguous."""
        return self._steps.find(ToolCall("find", {"what": what}), lambda finder: finder.one(what))

    def read(self, label: str) -> str:
        """What stands beside a label, else below it, or in the field of that name."""

        return self._steps.find(ToolCall("read", {"what": label}), lambda finder: _value(label, finder))

    def is_on(self, what: str) -> bool:
        """Whether its switch, check box or radio button is on. Raises NotFound where nothing says so."""

        def state(finder: Finder) -> bool:
            on = finder.is_on(finder.one(what))
            if on is None:
                raise NotFound(f"it cannot be seen whether {what!r} is on or off")
            return on

        return self._steps.find(ToolCall("is_on", {"what": what}), state)

    def shows(self, what: str) -> bool:
        """Whether it stands on the screen as it is now; no wrong letter counts."""
        return bool(self._steps.look().all(what, strict=True))

    def wait_for(self, what: str, timeout_s: float | None = None) -> None:
        """Wait until it shows. Raises CheckFailed after `timeout_s`."""
        self._until(what, wanted=True, timeout_s=timeout_s)

    def gone(self, what: str, timeout_s: float | None = None) -> None:
        """Wait until it does not show any more. Raises CheckFailed after `timeout_s`."""
        self._until(what, wanted=False, timeout_s=timeout_s)

    def check(self, what: str, *, on: bool | None = None, reads: str | None = None) -> None:
        """Make sure that it shows, waiting if need be; or that its switch is on or off, or what stands beside it.

        Raises CheckFailed.
        """
        if on is None and reads is None:
            return self.wait_for(what)

        def state(finder: Finder) -> None:
            if on is not None and finder.is_on(finder.one(what)) is not on:
                raise NotFound(f"{what!r} is not {'on' if on else 'off'}")
            if reads is not None and plain(value := _value(what, finder)) != plain(reads):
                raise NotFound(f"{what!r} reads {value!r}, not {reads!r}")

        wanted = {"on": on, "reads": reads}
        call = ToolCall("check", {"what": what, **{key: value for key, value in wanted.items() if value is not None}})
        try:
            return self._steps.find(call, state)
        except Feedback as problem:
            raise CheckFailed(str(problem)) from problem

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

    def _until(self, what: str, *, wanted: bool, timeout_s: float | None) -> None:
        def looked(finder: Finder) -> None:
            if bool(finder.all(what, strict=True)) is not wanted:
                near = finder.nearest(what) if wanted else []
                raise NotFound(
                    f"{what!r} {'does not show' if wanted else 'still shows'}"
                    + (f"; nearest: {', '.join(near)}" if near else "")
                )

        try:
            self._steps.find(ToolCall("wait_for" if wanted else "gone", {"what": what}), looked, timeout_s)
        except NotFound as problem:
            raise CheckFailed(str(problem)) from problem


def _value(label: str, finder: Finder) -> str:
    """What stands beside a label, else below it, or in the field of that name. Raises NotFound, Ambiguous."""
    named = [e for e in finder.elements if e.role == "field" and label in (e.description, e.id)]
    if len(named) == 1:
        return named[0].text
    read = finder.value(finder.one(label))
    if read is None:
        raise NotFound(f"nothing stands beside or below {label!r}")
    return read
