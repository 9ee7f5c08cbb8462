"""Put a question to a model and read its calls: the one place here that knows how a dialect is used."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handsight import wiring
from handsight.errors import BadCall, BadReply, UsageError
from handsight.models.base import Model
from handsight.prompts.base import Dialect
from handsight.prompts.dialect import ChatDialect
from handsight.tools.registry import Tools
from handsight.types import Message, Picture, Prompt, Reply, Screen, Step, ToolCall, ToolResult, Trajectory

if TYPE_CHECKING:
    from PIL.Image import Image

_NO_PICTURE = (28, 28)


@dataclass(frozen=True, eq=False)
class Question:
    """A task, the tools for it, and what is shown: one screen, several pictures, or none.

    `past` are screens and what was done on each, the true steps so far. `strict` holds each call against its tool's
    schema, as an agent does before it acts; a call that does not fit is then a reply in a wrong format. `exact` gives
    arguments as the model wrote them, where a dialect mends what leaves no doubt (a number written as a text).
    """

    task: str
    tools: Tools
    pictures: tuple[Image | Path, ...] = ()
    past: tuple[tuple[Image | Path, ToolCall], ...] = ()
    strict: bool = True
    exact: bool = False


@dataclass(frozen=True)
class Answer:
    """What came back. Where `problem` says why no call can be read from it, there are none."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    problem: str = ""
    tokens: tuple[int, int] = (0, 0)
    seconds: float = 0.0


class Asker:
    """A model and the dialect it is asked in."""

    def __init__(self, model: Model, dialect: Dialect) -> None:
        self.model = model
        self.dialect = dialect

    @classmethod
    def open(cls, model: str, dialect: str | None = None, screen_tokens: int | None = None) -> Asker:
        """Open what the words name, as `handsight run` does. Raises UsageError and ModelError."""
        opened = wiring.open_model(model)
        try:
            return cls(opened, wiring.dialect_of(opened, dialect, screen_tokens))
        except BaseException:
            wiring.close(opened)
            raise

    def close(self) -> None:
        wiring.close(self.model)

    def ask(self, question: Question) -> Answer:
        """Ask for the next reply. Raises ModelError; what the model wrote wrongly is an answer with a problem."""
        prompt, screen = self.prompt(question)
        began = time.perf_counter()
        reply = self.model.generate(prompt)
        answer = Answer(reply.text, (), "", (reply.prompt_tokens, reply.reply_tokens), time.perf_counter() - began)
        try:
            calls = self._calls(reply, screen, question)
        except (BadReply, BadCall) as problem:
            return replace(answer, problem=str(problem))
        return replace(answer, calls=calls)

    def _calls(self, reply: Reply, screen: Screen, question: Question) -> tuple[ToolCall, ...]:
        calls = self.dialect.parse(reply, screen, question.tools)
        if question.strict:
            for call in calls:
                question.tools.check(call)
        return self._unmended(calls, reply, question.tools) if question.exact else calls

    def _unmended(self, calls: tuple[ToolCall, ...], reply: Reply, tools: Tools) -> tuple[ToolCall, ...]:
        """The calls with the arguments that stand in the reply, places aside: those are pixels by now."""
        if not isinstance(self.dialect, ChatDialect):
            return calls
        functions = self.dialect.functions(tools)
        unmended = []
        for call, written in zip(calls, self.dialect.form.read(reply, functions), strict=False):
            own = functions.own.get(call.name)
            schemas = own.parameters.get("properties", {}) if own else {}
            plain = {name: value for name, value in written.arguments.items() if "format" not in schemas.get(name, {})}
            unmended.append(replace(call, arguments={**call.arguments, **plain}) if own else call)
        return tuple(unmended)

    def prompt(self, question: Question) -> tuple[Prompt, Screen]:
        """What the model is asked, and the screen on which its places lie."""
        screen = Screen(question.pictures[0] if question.pictures else _blank())
        prompt = self.dialect.render(self._trajectory(question, screen), question.tools)
        if len(question.pictures) == 1:
            return prompt, screen
        shown = [self._shown(question, Screen(picture)) for picture in question.pictures]
        *before, last = prompt.messages
        at = next(index for index, part in enumerate(last.parts) if isinstance(part, Picture))
        parts: tuple[Any, ...] = (*last.parts[:at], *shown, *last.parts[at + 1 :])
        return replace(prompt, messages=(*before, Message(last.role, parts))), screen

    def _shown(self, question: Question, screen: Screen) -> Picture:
        """A further picture at the size at which the dialect would send it."""
        prompt = self.dialect.render(self._trajectory(question, screen), question.tools)
        return next(part for part in prompt.messages[-1].parts if isinstance(part, Picture))

    def _trajectory(self, question: Question, screen: Screen) -> Trajectory:
        trajectory = Trajectory(question.task)
        for picture, call in question.past:
            self._did(trajectory.add_step(), Screen(picture), call, question.tools)
        trajectory.add_step().screen = screen
        return trajectory

    def _did(self, step: Step, screen: Screen, call: ToolCall, tools: Tools) -> None:
        """Make a step one that the model seems to have taken itself, in its own words."""
        write = getattr(self.dialect, "write", None)
        if write is None:
            raise UsageError(
                f"the dialect {self.dialect.name} cannot write the steps before as the model would; "
                "use --history none, or another dialect"
            )
        step.screen, step.call = screen, call
        step.reply = Reply(write(call, screen, tools))
        step.result = ToolResult("Done.")
        step.over = True


def _blank() -> Image:
    """Stands in for the picture of a question without one, which is then taken out of the prompt."""
    from PIL import Image

    return Image.new("RGB", _NO_PICTURE)
