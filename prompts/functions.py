"""Everything a model may call in one run, in its words and numbers: its family's actions, and each other tool."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from handsight.errors import BadCall, BadTool, UnknownName
from handsight.prompts import computer_use, mobile_use
from handsight.prompts.actions import Action, Actions
from handsight.prompts.forms.literal import shown
from handsight.prompts.grouped import Describe, printer
from handsight.prompts.mending import mended, nearest
from handsight.prompts.places import bounded, convert, described, read_place
from handsight.prompts.space import Space
from handsight.prompts.wording import Language
from handsight.tools.registry import Tool
from handsight.types import ToolCall


@dataclass(frozen=True)
class Written:
    """One call as the model wrote it: in its own words and numbers, unchecked."""

    name: str
    arguments: Mapping[str, Any]
    thought: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """What a family calls its actions. With `group` they are one function of that name, with an argument `action`.

    `describe` prints that function: by the actions, the words for places, the resolution to name and the language.
    """

    actions: tuple[Action, ...] = ()
    group: str = ""
    describe: Describe | None = None

    def meant_for(self, tools: Iterable[Tool], other: Vocabulary) -> bool:
        """Whether it has words for one of the tools of which `other` knows nothing."""
        return bool(Actions(self.actions, tools, title=self.group).covered - {action.tool for action in other.actions})


MOBILE_USE = Vocabulary(
    mobile_use.ACTIONS, mobile_use.NAME, printer(mobile_use.NAME, mobile_use.ABOUT, mobile_use.FIELDS)
)
COMPUTER_USE = Vocabulary(
    computer_use.ACTIONS, computer_use.NAME, printer(computer_use.NAME, computer_use.ABOUT, computer_use.FIELDS)
)


class Functions:
    """The tools of a run as functions."""

    def __init__(self, tools: Iterable[Tool], vocabulary: Vocabulary = MOBILE_USE) -> None:
        tools = tuple(tools)
        self._describe = vocabulary.describe
        self.actions = Actions(vocabulary.actions, tools, title=vocabulary.group or "this model")
        self.group = vocabulary.group if self.actions.offered else ""
        known = self.actions.covered | {a.name for a in self.actions.by_name.values() if a.name == a.tool}
        self.own = {tool.name: tool for tool in tools if tool.name not in known}
        for name in [self.group] if self.group else self.actions.by_name:
            if name in self.own:
                raise BadTool(f"{name} is the name under which the gestures are offered; rename that tool")

    @property
    def names(self) -> list[str]:
        return ([self.group] if self.group else [action.name for action in self.actions.offered]) + list(self.own)

    def printed(
        self, places: str, size: tuple[int, int] | None = None, language: Language = "en"
    ) -> list[dict[str, Any]]:
        """Name, description and parameters of each."""
        if self.group and self._describe:
            specs = [self._describe(self.actions, places, size, language)]
        else:
            specs = [self.actions.printed(action, places, language) for action in self.actions.offered]
        for tool in self.own.values():
            parameters = described(tool.parameters, places)
            specs.append({"name": tool.name, "description": tool.description, "parameters": parameters})
        return specs

    def strict(self, edge: tuple[int, int]) -> dict[str, dict[str, Any]]:
        """The schema of the arguments of each, places being whole numbers up to `edge`."""
        own = {name: bounded(tool.parameters, edge) for name, tool in self.own.items()}
        actions = {action.name: self.actions.schema(action.name, edge) for action in self.actions.offered}
        if not self.group:
            return actions | own
        for name, schema in actions.items():
            schema["properties"] = {"action": {"const": name}, **schema["properties"]}
            schema["required"] = ["action", *schema["required"]]
        return {self.group: {"anyOf": list(actions.values())}} | own

    def takes(self, function: str) -> set[str]:
        """The names of all arguments that a function has."""
        function = self._meant(function)
        if function in self.own:
            return {*self.own[function].parameters.get("properties", {})}
        return {"action"}.union(*(action.fields for action in self.actions.by_name.values()))

    def takes_text(self, function: str, argument: str) -> bool:
        """Whether that argument of a function is always a text."""
        function = self._meant(function)
        if function in self.own:
            schema = self.own[function].parameters.get("properties", {}).get(argument, {})
            return isinstance(schema, dict) and schema.get("type") == "string"
        kinds = [a.fields[argument][1] for a in self.actions.by_name.values() if argument in a.fields]
        return argument == "action" or any(kind.schema.get("type") == "string" for kind in kinds)

    def read(self, written: Written, space: Space) -> ToolCall:
        """Turn what the model wrote into a call whose places are pixels. Raises BadCall.

        Whether the arguments of a tool of the user's own are right is the tool's to say.
        """

        def place(value: Any, form: str, name: str) -> list[float]:
            return space.to_pixels(read_place(value, form, name))

        name, arguments = self._meant(written.name), dict(written.arguments)
        if name in self.own:
            made = convert(mended(arguments, self.own[name].parameters), self.own[name].parameters, place)
            return ToolCall(name, made, written.thought)
        if self.group and name == self.group:
            name = str(arguments.get("action"))
            if self.actions.named(name) is None:
                raise BadCall(f"action is one of {self.actions}; not {shown(arguments.get('action'))}")
        if action := self.actions.named(name):  # in the place of the function as well: nothing else can be meant
            arguments.pop("action", None)
            return self.actions.read(action, arguments, written.thought, space)
        raise BadCall(f"there is no function {shown(name)}; the functions are {', '.join(self.names) or 'none'}")

    def _meant(self, word: str) -> str:
        """The function of that name, or the one that differs in case or by a slip of the pen."""
        word = word.removeprefix("functions.")
        if word in self.own or word == self.group:
            return word
        near = nearest(word, [*self.own, *self.actions.by_name, *filter(None, [self.group])])
        return near if near in self.own or near == self.group else word

    def write(self, call: ToolCall, space: Space) -> tuple[str, dict[str, Any]]:
        """The function, and its arguments as the model would write them. Raises UnknownName when no tool takes it."""

        def place(value: Any, form: str, name: str) -> list[int]:
            return space.to_model(value)

        try:
            name, arguments = self.actions.write(call, space)
        except UnknownName:
            if call.name not in self.own:
                raise
            return call.name, convert(dict(call.arguments), self.own[call.name].parameters, place)
        return (self.group, {"action": name, **arguments}) if self.group else (name, arguments)
