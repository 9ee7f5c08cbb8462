"""From a function to a tool that a model may call: hints and docstring -> JSON schema -> check -> run."""

from __future__ import annotations

import inspect
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, overload

from pydantic_core import PydanticSerializationError, to_json

from handsight.devices.base import Device
from handsight.errors import BadCall, BadTool, HandsightError, ToolFailed
from handsight.tools.schema import Signature, read
from handsight.tools.validation import validator, violations
from handsight.types import Picture, Screen, ToolCall, ToolResult

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

Function = TypeVar("Function", bound=Callable[..., Any])

_MARK = "__handsight_tool__"
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,63}")
_MAX_CHARS = 8000


@dataclass(frozen=True, eq=False)
class Tool:
    """A function under a name, with the strict JSON schema of its arguments.

    `Tool.of(function)` reads the schema from the function. Made directly, from a schema of your own, the function gets
    the arguments as plain JSON. Raises BadTool when name or schema are malformed.
    """

    name: str
    description: str
    parameters: dict[str, Any]
    function: Callable[..., Any]
    risky: bool = False
    signature: Signature | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise BadTool(f"a tool's name is letters, digits and _, at most 64; this one is {self.name!r}")
        if self.signature is None:  # a schema that was read from hints is well formed by construction
            try:
                validator(self.parameters)
            except BadTool as problem:
                raise BadTool(f"{self.name}: {problem}") from problem

    @classmethod
    def of(cls, function: Callable[..., Any], *, name: str = "", risky: bool = False) -> Tool:
        """Make a tool from a function or a bound method with hints. Raises BadTool."""
        name = name or getattr(function, "__name__", "")
        signature = read(function, name)
        return cls(name, signature.description, signature.parameters, function, risky, signature)

    @cached_property
    def _validator(self) -> Draft202012Validator:
        return validator(self.parameters)

    def check(self, call: ToolCall) -> None:
        """Raise BadCall, in the validator's words, unless the arguments are exactly what the schema asks for."""
        self._checked(call)

    def run(self, call: ToolCall, device: Device, screen: Screen) -> ToolResult:
        """Call the function and measure it. What a user's function raises becomes ToolFailed."""
        arguments = self._checked(call) | self._injected(device, screen)
        started = time.perf_counter()
        try:
            result = self._result(self.function(**arguments))
        except HandsightError:
            raise
        except Exception as problem:
            # A user's tool may raise anything, and the model can often help itself; a bug of our own must surface.
            if _is_ours(self.function):
                raise
            raise _failed(problem) from problem
        return replace(result, seconds=time.perf_counter() - started)

    def _checked(self, call: ToolCall) -> dict[str, Any]:
        arguments = dict(call.arguments)
        if wrong := violations(self._validator, arguments):
            raise BadCall(f"{self.name}: {wrong}")
        try:
            return self.signature.convert(arguments) if self.signature else arguments
        except BadCall as problem:
            raise BadCall(f"{self.name}: {problem}") from problem
        except Exception as problem:  # a validator in a type of the user's is the user's code as well
            raise _failed(problem) from problem

    def _injected(self, device: Device, screen: Screen) -> dict[str, Any]:
        injected: dict[str, Any] = {}
        for name, needs in (self.signature.injected if self.signature else {}).items():
            injected[name] = screen if name == "screen" else device
            lacking = [need.__name__ for need in needs if not isinstance(injected[name], need)]
            if lacking:
                raise ToolFailed(f"{self.name} needs a device with {', '.join(lacking)}; {device.name} has not got it")
        return injected

    def _result(self, value: Any) -> ToolResult:
        if isinstance(value, ToolResult):
            return replace(value, text=_capped(value.text))
        parts = value if isinstance(value, (list, tuple)) and any(map(_is_picture, value)) else [value]
        pictures = tuple(p if isinstance(p, Picture) else Picture(p) for p in parts if _is_picture(p))
        texts = [self._text(part) for part in parts if not _is_picture(part)]
        return ToolResult(_capped("\n".join(texts)), pictures)

    def _text(self, value: Any) -> str:
        if value is None:
            return "Done."
        if isinstance(value, str):
            return value
        if inspect.iscoroutine(value):
            value.close()
        try:
            return to_json(value).decode()
        except PydanticSerializationError as problem:
            kind = type(value).__name__
            raise ToolFailed(f"{self.name} ran, but returned a {kind}: neither text, JSON nor a picture") from problem


@overload
def tool(function: Function, /) -> Function: ...
@overload
def tool(*, name: str = "", risky: bool = False) -> Callable[[Function], Function]: ...
def tool(
    function: Function | None = None, /, *, name: str = "", risky: bool = False
) -> Function | Callable[[Function], Function]:
    """Make a function a tool: `@tool`, or `@tool(name="pay_bill", risky=True)` for one that always asks first.

    The function stays what it was and can be called plainly. Its hints become the schema, its docstring the words.
    Parameters `screen: Screen` and `device: Device` are given by the run, unseen by the model. Raises BadTool.
    """

    def mark(function: Function) -> Function:
        made = Tool.of(function, name=name, risky=risky)
        if inspect.ismethod(function):
            raise BadTool(f"{made.name} is a bound method, which cannot be marked; use Tool.of(...)")
        setattr(function, _MARK, made)
        return function

    return mark if function is None else mark(function)


class Tools:
    """The tools of one run, by name, in order."""

    def __init__(self, tools: Iterable[Tool | Callable[..., Any]] = ()) -> None:
        """Take tools, and functions to make tools from. Raises BadTool, also for a name that comes twice."""
        self._tools: dict[str, Tool] = {}
        for given in tools:
            made = given if isinstance(given, Tool) else marked(given) or Tool.of(given)
            if made.name in self._tools:
                raise BadTool(f"two tools are called {made.name!r}; give one another name: @tool(name=...)")
            self._tools[made.name] = made

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools.values())

    def __len__(self) -> int:
        return len(self._tools)

    def __contains__(self, name: str) -> bool:
        return name in self._tools

    def __getitem__(self, name: str) -> Tool:
        """The tool of that name. Raises BadCall, for it is the model that names tools."""
        if name not in self._tools:
            near = get_close_matches(name, self._tools, n=3)
            said = f"did you mean {' or '.join(near)}?" if near else f"the tools are {', '.join(self._tools) or 'none'}"
            raise BadCall(f"there is no tool {name[:64]!r}; {said}")
        return self._tools[name]

    def check(self, call: ToolCall) -> None:
        """Raise BadCall, in the validator's words, unless the call is exactly what the schema asks for."""
        self[call.name].check(call)

    def run(self, call: ToolCall, device: Device, screen: Screen) -> ToolResult:
        """Carry out a checked call."""
        return self[call.name].run(call, device, screen)


def marked(value: object) -> Tool | None:
    """The tool that `@tool` made of a function; None for anything else."""
    made: Tool | None = getattr(value, _MARK, None)
    if made is None or made.function is value or not callable(value):
        return made
    return Tool.of(value, name=made.name, risky=made.risky)  # another decorator stands around the marked function


def _is_ours(function: Callable[..., Any]) -> bool:
    return str(getattr(function, "__module__", "")).startswith("handsight.")


def _failed(problem: Exception) -> ToolFailed:
    return ToolFailed(_capped(f"{type(problem).__name__}: {problem}"))


def _is_picture(value: Any) -> bool:
    pil = sys.modules.get("PIL.Image")  # whoever made an image has imported it already
    return isinstance(value, Picture) or (pil is not None and isinstance(value, pil.Image))


def _capped(text: str) -> str:
    text = text.encode("utf-8", "replace").decode()  # a lone surrogate, as in the name of a file, could not be recorded
    left_out = len(text) - _MAX_CHARS
    return text if left_out <= 0 else f"{text[:_MAX_CHARS]}\n[{left_out} more characters were left out]"
