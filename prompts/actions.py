"""Actions as a family of models knows them: tables of what each is called and takes, read and written strictly.

An action on the model's side is a call of one of our tools on the other. What families publish as schemas is loose (a
click without a coordinate passes); what a model wrote is held here against a strict schema per action.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from handsight.errors import BadCall, UnknownName
from handsight.prompts.forms.literal import shown
from handsight.prompts.kinds import Kind, Schema
from handsight.prompts.mending import nearest
from handsight.prompts.space import Space
from handsight.prompts.wording import Language, Wording
from handsight.tools.registry import Tool
from handsight.types import ToolCall

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

_SAID = 4
_BOUNDS = ("minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
Arguments = dict[str, Any]


@dataclass(frozen=True)
class Action:
    """One action: the tool it is, and for each of its fields the argument of the tool and what kind it is.

    `fixed` are arguments that its very name says, `words` names the argument that takes what was said before the call
    where no field gives it, `defaults` are those of fields that may be left out. A field that is no argument of the
    tool is only said. `complete` turns what was read into the arguments of the tool, where they are not the same.
    `only_read` actions are understood, but neither offered nor written.
    """

    name: str
    tool: str
    help: Wording
    fields: Mapping[str, tuple[str, Kind]] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    complete: Callable[[Arguments, Space], Arguments] | None = None
    reduce: Callable[[Arguments], Arguments | None] | None = None
    only_read: bool = False

    @property
    def says_all(self) -> bool:
        """Whether every call of the tool can be said by this action."""
        written = self.complete is None or self.reduce is not None
        return not self.fixed and written and all(kind.total for _, kind in self.fields.values())

    @property
    def arguments(self) -> set[str]:
        """The tool's arguments that a call of this action gives."""
        return ({ours for ours, _ in self.fields.values()} | self.fixed.keys() | {self.words}) - {""}


class Actions:
    """Those of a family's actions that the tools of a run can carry out."""

    def __init__(self, table: Iterable[Action], tools: Iterable[Tool], *, title: str) -> None:
        given = {tool.name: tool for tool in tools}
        self._title = title
        self._compiled: dict[str, tuple[Schema, Draft202012Validator]] = {}
        self._tools = {a.name: given[a.tool] for a in table if a.tool in given and _takes(given[a.tool], a)}
        self.by_name = {action.name: action for action in table if action.name in self._tools}
        whole = {a.tool for a in self.offered if a.says_all}
        self.covered = {tool.name for tool in self._tools.values()} & whole  # the others are offered by themselves, too

    @property
    def offered(self) -> list[Action]:
        """Those that a model is told of."""
        return [action for action in self.by_name.values() if not action.only_read]

    def __str__(self) -> str:
        return ", ".join(action.name for action in self.offered)

    def named(self, word: Any) -> str | None:
        """The one action that `word` can mean, whatever its case, hyphens and slips of the pen; None where none is."""
        if not isinstance(word, str):
            return None
        if word in self.by_name:
            return word
        ours = [name for name, action in self.by_name.items() if action.tool == word and not action.fixed]
        return ours[0] if len(ours) == 1 else nearest(word, self.by_name)

    def schema(self, name: str, edge: tuple[int, int] | None = None) -> Schema:
        """The arguments of an action; with `edge` as a model is to write them, its places in whole numbers up to it.

        How long a text and how large a number may be is the tool's to say.
        """
        action, tool = self.by_name[name], self._tools[name].parameters
        bounds = {theirs: _bounds(tool["properties"].get(ours, {})) for theirs, (ours, _) in action.fields.items()}
        return {
            "type": "object",
            "properties": {
                theirs: (kind.strict(edge) if edge else kind.schema) | bounds[theirs]
                for theirs, (_, kind) in action.fields.items()
            },
            "required": [t for t, (ours, _) in action.fields.items() if self._needs(action, t, ours)],
            "additionalProperties": False,
        }

    def printed(self, action: Action, places: str, language: Language) -> Schema:
        """An action as a function by itself, loose, as it is printed; `places` says which numbers a place has."""
        return {
            "name": action.name,
            "description": action.help.of(language),
            "parameters": {
                "type": "object",
                "properties": {
                    theirs: {**kind.loose, **({"description": f"[x, y], {places}"} if kind.is_place else {})}
                    for theirs, (_, kind) in action.fields.items()
                },
                "required": self.schema(action.name)["required"],
            },
        }

    def _needs(self, action: Action, theirs: str, ours: str) -> bool:
        required = self._tools[action.name].parameters.get("required", ())
        return ours in required and ours not in action.defaults and ours != action.words

    def read(self, name: str, written: Mapping[str, Any], thought: str, space: Space) -> ToolCall:
        """Turn what the model wrote into a call in pixels, mending only what leaves no doubt. Raises BadCall."""
        action = self.by_name[name]
        known = {theirs for other in self.by_name.values() for theirs in other.fields}
        given = self._renamed(name, {theirs: value for theirs, value in written.items() if value is not None}, known)
        empty = [theirs for theirs in given if theirs in known - action.fields.keys() and given[theirs] in ("", [])]
        arguments = {theirs: _mended(action, theirs, given[theirs]) for theirs in given if theirs not in empty}
        self._check(action, arguments)
        made = {**{name: value for name, value in action.defaults.items() if value is not None}, **action.fixed}
        for theirs, value in arguments.items():
            ours, kind = action.fields[theirs]
            if ours:
                made[ours] = kind.ours(value, space)
            else:  # only said: it goes where the policy looks for words of risk
                thought = f"{thought} ({value})".lstrip()
        if action.words:
            made.setdefault(action.words, thought)
        return ToolCall(action.tool, action.complete(made, space) if action.complete else made, thought)

    def write(self, call: ToolCall, space: Space) -> tuple[str, Arguments]:
        """The action that `call` is, and its arguments as the model would write them: what `read` reads.

        Raises UnknownName where no action says all of it. The most special one comes last in a table, and is taken.
        """
        for action in reversed(self.offered):
            said = _reduced(action, call.arguments) if action.tool == call.name else None
            if said is not None and _says(action, said):
                pairs = [(t, *kind) for t, kind in action.fields.items() if kind[0] in said]
                try:
                    return action.name, {t: kind.theirs(said[ours], space) for t, ours, kind in pairs}
                except UnknownName:
                    continue
        raise UnknownName(f"{call.name} is no action of {self._title}; its actions are {self}")

    def _renamed(self, name: str, given: Arguments, known: set[str]) -> Arguments:
        """What was given, where an action takes one thing and gets one, under the name that this has."""
        needed, unknown = self._strict(name)[0]["required"], given.keys() - known
        if len(needed) == len(unknown) == 1 and needed[0] not in given:
            return {needed[0] if theirs in unknown else theirs: value for theirs, value in given.items()}
        return given

    def _strict(self, name: str) -> tuple[Schema, Draft202012Validator]:
        from jsonschema import Draft202012Validator

        if name not in self._compiled:
            schema = self.schema(name)
            self._compiled[name] = schema, Draft202012Validator(schema)
        return self._compiled[name]

    def _check(self, action: Action, arguments: Mapping[str, Any]) -> None:
        """Raise BadCall, in the model's own vocabulary, unless the strict schema takes `arguments`."""
        schema, strict = self._strict(action.name)
        wrong: list[str] = []
        for error in strict.iter_errors(dict(arguments)):
            if error.validator == "required":
                missing = [name for name in schema["required"] if name not in arguments]
                wrong += [f"{action.name} needs {name}: {action.fields[name][1].shape}" for name in missing]
            elif error.validator == "additionalProperties":
                other = [name for name in arguments if name not in schema["properties"]]
                wrong += [f"{action.name} takes no {shown(name)}" for name in other]
            elif error.validator in _BOUNDS:
                wrong.append(f"{error.absolute_path[0]}: {error.message}")
            else:
                name = str(error.absolute_path[0])
                wrong.append(f"{name} is {action.fields[name][1].shape}, not {shown(arguments[name])}")
        if wrong:
            raise BadCall("; ".join(list(dict.fromkeys(wrong))[:_SAID]))


def _takes(tool: Tool, action: Action) -> bool:
    """Whether `tool` is the one that `action` means: a user's tool of that name may be another."""
    given = action.arguments
    return given <= tool.parameters.get("properties", {}).keys() and given >= set(tool.parameters.get("required", ()))


def _reduced(action: Action, arguments: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The tool's arguments as the action's fields take them; None where it cannot say them."""
    if action.complete is None:
        return arguments
    return action.reduce(dict(arguments)) if action.reduce else None


def _says(action: Action, said: Mapping[str, Any]) -> bool:
    """Whether the action's name and fields hold all that was said."""
    fixed = all(said.get(name) == value for name, value in action.fixed.items())
    return fixed and said.keys() <= action.arguments


def _mended(action: Action, theirs: str, value: Any) -> Any:
    return action.fields[theirs][1].mend(value) if theirs in action.fields else value


def _bounds(schema: Schema) -> Schema:
    return {key: schema[key] for key in _BOUNDS if key in schema}
