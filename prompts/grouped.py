"""Many actions under one function, with an argument `action` that names the one: how that is printed for a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handsight.prompts.actions import Actions
from handsight.prompts.kinds import Kind, Schema
from handsight.prompts.wording import Language, Wording

Describe = Callable[[Actions, str, tuple[int, int] | None, Language], Schema]
_SIZE = Wording(" The screen's resolution is {0}x{1}.", "The screen's resolution is {0}x{1}. ")
_USERS = Wording("for {}", "用于 {}")


def printer(name: str, about: Wording, fields: Mapping[str, tuple[Kind, Wording]]) -> Describe:
    """What prints a function in its official shape: loose, its `fields` in their order, in words of our own."""

    def printed(actions: Actions, places: str, size: tuple[int, int] | None, language: Language) -> Schema:
        offered = actions.offered
        properties: Schema = {
            "action": {
                "type": "string",
                "enum": [action.name for action in offered],
                "description": "\n".join(f"{action.name}: {action.help.of(language)}." for action in offered),
            }
        }
        for field, (kind, help) in fields.items():
            if users := [action.name for action in offered if field in action.fields]:
                said = help.of(language).format(places=places), _USERS.of(language).format(", ".join(users))
                properties[field] = {**kind.loose, "description": "; ".join(filter(None, said))}
        resolution = _SIZE.of(language).format(*size) if size else ""
        return {
            "name": name,
            "description": about.of(language).format(size=resolution),
            "parameters": {"type": "object", "properties": properties, "required": ["action"]},
        }

    return printed
