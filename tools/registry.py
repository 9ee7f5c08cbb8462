"""From a function to a tool that a model may call: hints and docstring -> JSON schema -> check -> run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from handsight.devices.base import Device
from handsight.types import Screen, ToolCall, ToolResult


@dataclass(frozen=True)
class Tool:
    """A function under a name, with the strict JSON schema of its arguments."""

    name: str
    description: str
    parameters: dict[str, Any]
    function: Callable[..., Any]
    risky: bool = False


class Tools:
    """The tools of one run, by name."""

    def __init__(self, tools: Iterable[Tool | Callable[..., Any]] = ()) -> None:
        raise NotImplementedError

    def __iter__(self) -> Iterator[Tool]:
        raise NotImplementedError

    def __contains__(self, name: str) -> bool:
        raise NotImplementedError

    def __getitem__(self, name: str) -> Tool:
        raise NotImplementedError

    def check(self, call: ToolCall) -> None:
        """Raise BadCall, in the validator's words, unless the call is exactly what the schema asks for."""
        raise NotImplementedError

    def run(self, call: ToolCall, device: Device, screen: Screen) -> ToolResult:
        """Carry out a checked call."""
        raise NotImplementedError
