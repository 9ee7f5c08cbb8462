"""What the dialects have in common: each says how its family differs, and asks and reads through what stands here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from handsight.errors import BadCall, BadReply
from handsight.prompts.conversation import Layout, converse
from handsight.prompts.forms.base import Form
from handsight.prompts.forms.literal import half_character
from handsight.prompts.forms.tagged import Tagged
from handsight.prompts.functions import COMPUTER_USE, MOBILE_USE, Functions, Vocabulary
from handsight.prompts.layouts import Turns, tagged
from handsight.prompts.space import Space
from handsight.prompts.wording import Language, Wording, language_of
from handsight.sizes import smart_resize
from handsight.tools.registry import Tool
from handsight.types import Prompt, Reply, Screen, ToolCall, Trajectory

Size = tuple[int, int]
_NOW = Wording("The screen's resolution is now {0}x{1}.\n", "The screen's resolution is now {0}x{1}。\n")


class ChatDialect:
    """Asks and reads one family of models; a subclass says in what it differs from the "nous" form.

    A picture costs one token per square of `factor` pixels, at most `max_tokens_per_screen`. Places are numbers up to
    `edge`, or pixels of the picture as it was sent where that is None. Where there is a mouse the family speaks
    `desktop`, else `vocabulary`; None is one that was never told of a mouse. `prints_size` says that the prompt names
    the resolution, `native` that the functions go beside it, to a server that calls by itself. Of the screens the last
    are shown, between `keep_screens` and `most_screens` of them. The prompt is written in `language`, or in that of
    the task.
    """

    name: ClassVar[str]
    factor: ClassVar[int] = 28
    min_tokens: ClassVar[int] = 4
    edge: ClassVar[Size | None] = (1000, 1000)
    prints_size: ClassVar[bool] = False
    native: ClassVar[bool] = False
    vocabulary: ClassVar[Vocabulary] = MOBILE_USE
    desktop: ClassVar[Vocabulary | None] = COMPUTER_USE
    form: ClassVar[Form] = Tagged()
    layout: ClassVar[Layout] = Turns(tagged)
    system: ClassVar[Wording]
    opening: ClassVar[Wording] = Wording("The user query: {task}\n", "The user query: {task}\n")

    def __init__(
        self,
        max_tokens_per_screen: int = 1280,
        *,
        keep_screens: int = 4,
        most_screens: int = 8,
        language: Language | None = None,
    ) -> None:
        if not 0 <= keep_screens < most_screens:
            raise ValueError(f"keep_screens is less than most_screens, not {keep_screens} and {most_screens}")
        self.max_pixels = max_tokens_per_screen * self.factor**2
        self.keep_screens = keep_screens
        self.most_screens = most_screens
        self.language = language
        self._known: tuple[tuple[Tool, ...], Functions] | None = None

    def functions(self, tools: Iterable[Tool]) -> Functions:
        """The tools in this family's words, those of the last call being kept: a run asks with the same ones."""
        given = tuple(tools)
        if self._known is None or self._known[0] != given:
            mouse = self.desktop is not None and self.desktop.meant_for(given, self.vocabulary)
            self._known = given, Functions(given, self.desktop if self.desktop and mouse else self.vocabulary)
        return self._known[1]

    def render(self, trajectory: Trajectory, tools: Iterable[Tool]) -> Prompt:
        """Derive the prompt from the steps so far; the last one has been looked at and not yet been answered."""
        functions = self.functions(tools)
        language = self.language or language_of(trajectory.task)
        screens = [step.screen for step in trajectory.steps if step.screen]
        specs = self.specs(functions, screens[0], language)
        listed, names = self.form.listed(functions, specs, language), ", ".join(functions.names)

        def filled(text: Wording) -> str:
            return text.of(language).replace("{names}", names).replace("{functions}", listed)

        messages = converse(
            trajectory,
            filled(self.system),
            filled(self.opening),
            self.layout,
            self.sent,
            self.keep_screens,
            self.most_screens,
            silent=functions.actions.covered,
            note=lambda screen, before: self.note(screen, before, language),
        )
        return Prompt(
            messages,
            self.form.stop,
            calls=self.form.calls(functions, self.space(screens[-1]).edge),
            functions=tuple(specs) if self.native else (),
        )

    def specs(self, functions: Functions, first: Screen, language: Language) -> list[dict[str, Any]]:
        """The functions as they are printed, by the numbers of the first screen."""
        space = self.space(first)
        return functions.printed(space.words, space.edge if self.prints_size else None, language)

    def note(self, screen: Screen, before: Screen | None, language: Language) -> str:
        """What has to be said of a screen besides showing it: that its numbers are others than those before."""
        now = self.space(screen).edge
        return "" if before is None or now == self.space(before).edge else _NOW.of(language).format(*now)

    def parse(self, reply: Reply, screen: Screen, tools: Iterable[Tool]) -> tuple[ToolCall, ...]:
        """Read the calls, their places in pixels of `screen`. Raises BadReply or BadCall in words for the model."""
        if any(map(half_character.search, _texts(reply))):
            raise BadReply("the reply holds half a character, a surrogate without its other half; write it again")
        functions, space = self.functions(tools), self.space(screen)
        first, *more = self.form.read(reply, functions)
        calls = [functions.read(first, space)]
        for written in more:
            try:
                calls.append(functions.read(written, space))
            except BadCall:
                break
        return tuple(calls)

    def write(self, call: ToolCall, screen: Screen, tools: Iterable[Tool]) -> str:
        """Write `call` as the model would: what `parse` reads. Raises UnknownName for a call that no tool takes."""
        said = call.thought or (call.arguments.get("message", "") if call.name == "finish" else "")
        return self.form.write(*self.functions(tools).write(call, self.space(screen)), said)

    def space(self, screen: Screen) -> Space:
        """Which numbers stand for which pixels of `screen`."""
        return Space(screen.size, self.edge or self.sent(screen.size))

    def sent(self, size: Size) -> Size:
        """The (width, height) at which a picture of that (width, height) is sent."""
        least = self.min_tokens * self.factor**2
        height, width = smart_resize(size[1], size[0], self.factor, least, self.max_pixels)
        return width, height


def _texts(reply: Reply) -> Iterator[str]:
    yield reply.text
    for call in reply.native:
        yield from (call.name, call.arguments)
