"""The official `mobile_use` function: its actions on one side, our tools on the other.

Names, fields and their order are those the Qwen models were trained on. The published schema lets a click without a
coordinate pass; what the model wrote is held here against a strict schema per action.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from handsight.errors import BadCall, UnknownName
from handsight.prompts.literal import read_number
from handsight.prompts.places import SHAPES, read_place, whole
from handsight.prompts.space import Space
from handsight.tools.registry import Tool
from handsight.types import ToolCall

NAME = "mobile_use"

Schema = dict[str, Any]

_POINT: Schema = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
_FIELDS: dict[str, Schema] = {
    "coordinate": _POINT,
    "coordinate2": _POINT,
    "text": {"type": "string"},
    "time": {"type": "number"},
    "button": {"type": "string", "enum": ["Back", "Home", "Menu", "Enter"]},
    "status": {"type": "string", "enum": ["success", "failure"]},
}
_SHAPES = {
    "coordinate": SHAPES["point"],
    "coordinate2": SHAPES["point"],
    "text": "a text",
    "time": "a number of seconds",
    "button": "one of Back, Home, Menu, Enter",
    "status": "success or failure",
}
_KEY_OF = {button: button.lower() for button in _FIELDS["button"]["enum"]}
_SAID = 4
_BOUNDS = ("minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


@dataclass(frozen=True)
class Action:
    """One action: the tool it is, and which argument of the tool each of its fields is.

    `words` names the argument that takes what the model said before the call.
    """

    name: str
    tool: str
    help: str
    fields: Mapping[str, str]
    words: str = ""


ACTIONS = (
    Action("key", "press", "press the key named `text`, such as volume_up, power or del", {"text": "key"}),
    Action("click", "tap", "touch the point `coordinate`", {"coordinate": "at"}),
    Action(
        "long_press",
        "long_press",
        "hold the finger on `coordinate` for `time` seconds",
        {"coordinate": "at", "time": "seconds"},
    ),
    Action(
        "swipe",
        "swipe",
        "move the finger from `coordinate` to `coordinate2`; what is shown moves along with it",
        {"coordinate": "start", "coordinate2": "end"},
    ),
    Action("type", "type_text", "enter `text` into the field that has the focus", {"text": "text"}),
    Action("system_button", "press", "press the system's `button`", {"button": "key"}),
    Action("open", "open_app", "open the app named `text`", {"text": "name"}),
    Action("wait", "wait", "let `time` seconds pass", {"time": "seconds"}),
    Action(
        "terminate",
        "finish",
        "end the task with `status`, having said what came of it",
        {"status": "success"},
        "message",
    ),
    Action("answer", "answer", "end the task by answering the user with `text`", {"text": "text"}),
)


class MobileUse:
    """The actions that the tools of a run can carry out."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        given = {tool.name: tool for tool in tools}
        self._tools = {a.name: given[a.tool] for a in ACTIONS if a.tool in given and _takes(given[a.tool], a)}
        self.actions = {action.name: action for action in ACTIONS if action.name in self._tools}
        self.covered = {tool.name for tool in self._tools.values()}

    def printed(self, space_words: str) -> Schema:
        """The function as it is printed for the model: the official shape, loose, in words of our own."""
        uses = {name: [a.name for a in self.actions.values() if name in a.fields] for name in _FIELDS}
        about = {
            "coordinate": f"[x, y], {space_words}: the place, from the top left of the screenshot",
            "coordinate2": f"[x, y], {space_words}: where the swipe ends",
            "text": "the text, key, app or answer",
            "time": "seconds",
        }
        properties: Schema = {
            "action": {
                "type": "string",
                "enum": list(self.actions),
                "description": "\n".join(f"{action.name}: {action.help}." for action in self.actions.values()),
            }
        }
        for name, users in uses.items():
            if users:
                plain = {key: part for key, part in _FIELDS[name].items() if key in ("type", "enum")}
                said = "; ".join(part for part in (about.get(name), f"for {', '.join(users)}") if part)
                properties[name] = {**plain, "description": said}
        return {
            "name": NAME,
            "description": "Works the screen by touch and keys. Aim at the middle of what you mean to hit.",
            "parameters": {"type": "object", "properties": properties, "required": ["action"]},
        }

    def schema(self) -> Schema:
        """What is accepted: exactly one action with all that it needs and nothing else."""
        return {"type": "object", "oneOf": [self._strict(action) for action in self.actions.values()]}

    def read(self, written: Mapping[str, Any], thought: str, space: Space) -> ToolCall:
        """Turn what the model wrote into a call in pixels, mending only what leaves no doubt. Raises BadCall."""
        arguments = self._mended(written)
        self._check(arguments)
        action = self.actions[arguments["action"]]
        del arguments["action"]
        made = {action.fields[name]: _to_ours(name, value, space) for name, value in arguments.items()}
        return ToolCall(action.tool, {**made, action.words: thought} if action.words else made, thought)

    def write(self, call: ToolCall, space: Space) -> Schema:
        """The arguments with which the model would write `call`: what `read` reads. Raises UnknownName."""
        by_button = call.name == "press" and call.arguments.get("key") in _KEY_OF.values()
        for action in self.actions.values():
            if action.tool == call.name and (action.name == "system_button") == by_button:
                taken = {name: call.arguments[ours] for name, ours in action.fields.items() if ours in call.arguments}
                return {"action": action.name} | {name: _to_theirs(name, value, space) for name, value in taken.items()}
        raise UnknownName(f"{call.name} is no action of {NAME}; its actions are {', '.join(self.actions)}")

    def _mended(self, written: Mapping[str, Any]) -> dict[str, Any]:
        given = {name: value for name, value in written.items() if value is not None}
        given["action"] = _cased(given.get("action"), self.actions)
        action = self.actions.get(given["action"]) if isinstance(given["action"], str) else None
        if action is None:
            raise BadCall(f"action is one of {', '.join(self.actions)}; not {_shown(written.get('action'))}")
        unused = [name for name in _FIELDS if given.get(name) in ("", []) and name not in action.fields]
        return {name: _mended(name, value) for name, value in given.items() if name not in unused}

    def strict(self, edge: tuple[int, int]) -> Schema:
        """What the model is to write: the arguments of one action, its places in whole numbers up to `edge`."""
        actions = [self._strict(action) for action in self.actions.values()]
        for action in actions:
            places = {name: whole("point", edge) for name in action["properties"] if name.startswith("coordinate")}
            action["properties"] |= places
        return {"anyOf": actions}

    def _strict(self, action: Action) -> Schema:
        """The schema of one action; how long a text and how large a number may be is the tool's to say."""
        tool = self._tools[action.name].parameters
        fields = {name: _FIELDS[name] | _bounds(tool["properties"][ours]) for name, ours in action.fields.items()}
        return {
            "type": "object",
            "properties": {"action": {"const": action.name}, **fields},
            "required": ["action", *[name for name, ours in action.fields.items() if ours in tool.get("required", ())]],
            "additionalProperties": False,
        }

    def _check(self, arguments: Mapping[str, Any]) -> None:
        """Raise BadCall, in the model's own vocabulary, unless the strict schema takes `arguments`."""
        from jsonschema import Draft202012Validator

        action = arguments["action"]
        schema = self._strict(self.actions[action])
        wrong: list[str] = []
        for error in Draft202012Validator(schema).iter_errors(dict(arguments)):
            if error.validator == "required":
                missing = [name for name in schema["required"] if name not in arguments]
                wrong += [f"{action} needs {name}: {_SHAPES[name]}" for name in missing]
            elif error.validator == "additionalProperties":
                other = [name for name in arguments if name not in schema["properties"]]
                wrong += [f"{action} takes no {_shown(name)}" for name in other]
            elif error.validator in _BOUNDS:
                wrong.append(f"{error.absolute_path[0]}: {error.message}")
            else:
                name = str(error.absolute_path[0])
                wrong.append(f"{name} is {_SHAPES[name]}, not {_shown(arguments[name])}")
        if wrong:
            raise BadCall("; ".join(list(dict.fromkeys(wrong))[:_SAID]))


def _takes(tool: Tool, action: Action) -> bool:
    """Whether `tool` is the one that `action` means: a user's tool of that name may be another."""
    ours = {*action.fields.values(), action.words} - {""}
    return ours <= tool.parameters.get("properties", {}).keys() and ours >= set(tool.parameters.get("required", ()))


def _bounds(schema: Schema) -> Schema:
    return {key: schema[key] for key in _BOUNDS if key in schema}


def _mended(name: str, value: Any) -> Any:
    """The field as it is meant, if only one thing can be meant; else as it is, for the schema to refuse."""
    if name.startswith("coordinate"):
        return read_place(value, "point", name)
    if name == "time" and isinstance(value, str):
        number = read_number(value.strip())
        return value if number is None else number
    if name == "text" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _cased(value, _FIELDS.get(name, {}).get("enum", ()))


def _cased(value: Any, words: Iterable[str]) -> Any:
    """The one of `words` that differs from `value` in case at most."""
    return next((word for word in words if isinstance(value, str) and word.casefold() == value.casefold()), value)


def _to_ours(name: str, value: Any, space: Space) -> Any:
    if name.startswith("coordinate"):
        return space.to_pixels(value)
    if name == "button":
        return _KEY_OF[value]
    return value == "success" if name == "status" else value


def _to_theirs(name: str, value: Any, space: Space) -> Any:
    if name.startswith("coordinate"):
        return space.to_model(value)
    if name == "button":
        return value.capitalize()
    return ("success" if value else "failure") if name == "status" else value


def _shown(value: Any) -> str:
    return repr(value)[:80]
