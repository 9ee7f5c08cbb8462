"""What a client may call, and what each call does: look, touch, carry out a task, ask.

A client's places are pixels of the last screenshot it was given, at the size at which that was sent; here they become
pixels of the screen it shows. Every act goes through the same tools, schemas and policy as a model's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field, replace
from threading import Event
from typing import Annotated, Any, Protocol

from PIL.Image import Image
from pydantic import Field

from handsight.errors import BadCall, Denied, HandsightError, UserStopped
from handsight.loop import Agent
from handsight.media import open_media, resized
from handsight.policy import Policy
from handsight.prompts.places import convert, described, read_place
from handsight.prompts.space import Space
from handsight.store import Store
from handsight.tools.gestures import gestures_for
from handsight.tools.registry import Tool, Tools
from handsight.tools.session import session_tools
from handsight.types import Picture, Screen, Step, ToolCall, Trajectory
from handsight.view.words import call_in_words

_PLACES = "in pixels of the last screenshot you were sent"
LOOKS = ("screenshot", "ask")  # these change nothing
Text = Annotated[str, Field(min_length=1)]


class Caller(Protocol):
    """Who called. What is asked is put to the person there, and `stop` is set once nobody waits any more."""

    can_ask: bool
    stop: Event

    def allows(self, question: str) -> bool: ...

    def answers(self, question: str) -> str: ...

    def hears(self, steps: int, said: str) -> None:
        """Be told that so many steps are done."""
        ...


@dataclass(frozen=True)
class Answer:
    """What a call gives back: words, pictures at the size at which they are sent, and the same as plain JSON."""

    text: str
    pictures: tuple[Image, ...] = ()
    data: Mapping[str, Any] | None = None


@dataclass
class Served:
    """A device and an agent for it. Carries out one call at a time.

    `own` are the user's tools among the agent's. `asked` answers a question about a screen, `check_task` raises
    UsageError for a task that the model is known not to understand, `record` begins the record of a run.
    """

    agent: Agent
    asked: Callable[[str, Screen], str]
    own: Iterable[Tool | Callable[..., Any]] = ()
    check_task: Callable[[str], None] = lambda task: None
    record: Callable[[str], Store] | None = None
    screen_tokens: int = 1280
    tools: Tools = field(init=False)
    _screen: Screen | None = field(default=None, init=False)  # the last one that was sent, and its size there
    _sent: tuple[int, int] = field(default=(0, 0), init=False)
    _caller: Caller = field(init=False)  # of the call that is carried out

    def __post_init__(self) -> None:
        ours = [Tool.of(self.screenshot), Tool.of(self.run_task), Tool.of(self.ask)]
        self._acts = Tools([*gestures_for(self.agent.device), *self.own])
        self._doings: dict[str, Callable[..., Answer]] = {tool.name: tool.function for tool in ours}
        self.tools = Tools([*ours, *self._acts])

    def listed(self) -> list[dict[str, Any]]:
        """The tools as a client is told of them: name, description, parameters."""
        return [
            {"name": t.name, "description": t.description, "parameters": described(t.parameters, _PLACES)}
            for t in self.tools
        ]

    def call(self, name: str, arguments: Mapping[str, Any], caller: Caller) -> Answer:
        """Carry out a call. Raises HandsightError in words for the client."""
        tool = self.tools[name]
        if name not in self._doings:
            return self._act(tool, arguments, caller)
        tool.check(ToolCall(name, arguments))
        self._caller = caller
        return self._doings[name](**arguments)

    def screenshot(self) -> Answer:
        """Look at the screen. Places in later calls are pixels of this picture, at the size at which it is sent."""
        screen = self.agent.device.screenshot()
        picture = open_media(Picture(screen.source), max_tokens=self.screen_tokens)
        assert isinstance(picture, Picture)
        image = resized(picture)
        self._screen, self._sent = screen, image.size
        data = {"width": image.width, "height": image.height, "app": screen.app, "settled": screen.settled}
        words = f"The screen, {image.width}x{image.height} pixels{f', {screen.app}' if screen.app else ''}."
        return Answer(words, (image,), data)

    def run_task(self, task: Text) -> Answer:
        """Have a task carried out: look, decide, act, again and again, until it is done or cannot be.

        Afterwards take a screenshot: places of an earlier one no longer count.

        Args:
            task: what is to be done, in words
        """
        self.check_task(task)
        caller = self._caller
        self._screen = None

        def tell(step: Step, trajectory: Trajectory) -> None:
            if step.over and step.call:
                caller.hears(step.number, call_in_words(step.call))

        recording: AbstractContextManager[Store | None] = self.record(task) if self.record else nullcontext()
        with recording as store:
            worker = self._worker(caller, [*([store] if store else []), tell])
            try:
                trajectory = worker.run(task)
            except HandsightError as problem:
                if store:
                    store.note("error", kind=type(problem).__name__, message=str(problem))
                raise
        outcome = trajectory.outcome
        assert outcome
        folder = str(store.folder.resolve()) if store else None
        data = {**asdict(outcome), "steps": len(trajectory.steps), "record": folder}
        words = ": ".join(filter(None, (outcome.kind, outcome.message, outcome.answer)))
        return Answer(words, data=data)

    def ask(self, question: Text) -> Answer:
        """Ask the model that looks at this device about what the screen shows now.

        Args:
            question: what you would like to know
        """
        return Answer(self.asked(question, self.agent.device.screenshot()))

    def _act(self, tool: Tool, arguments: Mapping[str, Any], caller: Caller) -> Answer:
        device, placed = self.agent.device, []

        def place(value: Any, form: str, name: str) -> list[float]:
            if self._screen is None:
                raise BadCall(f"take a screenshot first: {name} is {_PLACES}")
            placed.append(name)
            return Space(self._screen.size, self._sent).to_pixels(read_place(value, form, name))

        call = ToolCall(tool.name, convert(dict(arguments), tool.parameters, place))
        tool.check(call)
        wants_screen = tool.signature is not None and "screen" in tool.signature.injected
        screen = self._screen if placed or not wants_screen else None
        screen = screen or device.screenshot()
        verdict = self._policy(caller)(call, screen)
        if not verdict.allowed:
            raise Denied(verdict.reason)
        if caller.stop.is_set():
            raise UserStopped
        result = tool.run(call, device, screen)
        return Answer(result.text, tuple(map(resized, result.pictures)))

    def _worker(self, caller: Caller, hooks: list[Any]) -> Agent:
        """The agent, for one run on behalf of `caller`."""
        tools = Tools([*self._acts, *session_tools(caller.answers if caller.can_ask else None)])
        limits, policy = replace(self.agent.limits), self._policy(caller)
        return replace(self.agent, tools=tools, policy=policy, limits=limits, hooks=hooks, stop=caller.stop)

    def _policy(self, caller: Caller) -> Policy:
        return replace(self.agent.policy, ask=caller.allows if caller.can_ask else None)
