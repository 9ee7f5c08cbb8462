"""handsight looks at a screen and works it.

The public names, each imported when it is first used: `import handsight` alone loads no other library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "Agent": "loop",
    "Limits": "loop",
    "Policy": "policy",
    "Rule": "policy",
    "Store": "store",
    "Box": "types",
    "Element": "types",
    "Outcome": "types",
    "Point": "types",
    "Prompt": "types",
    "Reply": "types",
    "Screen": "types",
    "Step": "types",
    "ToolCall": "types",
    "ToolResult": "types",
    "Trajectory": "types",
    "Verdict": "types",
    "HandsightError": "errors",
    "ScriptedModel": "models.scripted",
    "VirtualPhone": "devices.virtual",
    "Chat": "talk",
    "ask": "talk",
    "Tool": "tools.registry",
    "Tools": "tools.registry",
    "tool": "tools.registry",
    "tool_from_schema": "tools.openapi",
    "tools_from_openapi": "tools.openapi",
    "Hand": "hand.hand",
    "open_agent": "wiring",
    "open_device": "wiring",
    "open_hand": "hand.opening",
    "open_model": "wiring",
}

__all__ = [*_HOME, "__version__"]

if TYPE_CHECKING:
    from handsight.devices.virtual import VirtualPhone as VirtualPhone
    from handsight.errors import HandsightError as HandsightError
    from handsight.hand.hand import Hand as Hand
    from handsight.hand.opening import open_hand as open_hand
    from handsight.loop import Agent as Agent
    from handsight.loop import Limits as Limits
    from handsight.models.scripted import ScriptedModel as ScriptedModel
    from handsight.policy import Policy as Policy
    from handsight.policy import Rule as Rule
    from handsight.store import Store as Store
    from handsight.talk import Chat as Chat
    from handsight.talk import ask as ask
    from handsight.tools.openapi import tool_from_schema as tool_from_schema
    from handsight.tools.openapi import tools_from_openapi as tools_from_openapi
    from handsight.tools.registry import Tool as Tool
    from handsight.tools.registry import Tools as Tools
    from handsight.tools.registry import tool as tool
    from handsight.types import Box as Box
    from handsight.types import Element as Element
    from handsight.types import Outcome as Outcome
    from handsight.types import Point as Point
    from handsight.types import Prompt as Prompt
    from handsight.types import Reply as Reply
    from handsight.types import Screen as Screen
    from handsight.types import Step as Step
    from handsight.types import ToolCall as ToolCall
    from handsight.types import ToolResult as ToolResult
    from handsight.types import Trajectory as Trajectory
    from handsight.types import Verdict as Verdict
    from handsight.wiring import open_agent as open_agent
    from handsight.wiring import open_device as open_device
    from handsight.wiring import open_model as open_model


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'handsight' has no attribute {name!r}")
    value = getattr(import_module(f"handsight.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
