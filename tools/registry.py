"""From a function to a tool that a model may call: hints and docstring -> JSON schema -> check -> run."""

from __future__ import annotations

import inspect
import math
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from handsight.devices.base import Device
from handsight.errors import BadCall, BadTool, HandsightError, ToolFailed
from handsight.tools.calling import call_to_its_end
from handsight.tools.results import capped, result
from handsight.tools.schema import Signature, read
from handsight.tools.validation import validator, violations
from handsight.types import Screen, ToolCall, ToolResult

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

Function = TypeVar("Function", bound=Callable[..., Any])

_MARK = "__handsight_tool__"
_FUNCTIONS = (FunctionType, staticmethod, classmethod)
_TO_COPY = ("handsight.tools.examples.", "handsight.devices.examples.")  # they stand for a user's own
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,63}")


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
    timeout_s: float | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise BadTool(f"a tool's name is letters, digits and _, at most 64; this one is {self.name!r}")
        if self.timeout_s is not None and not 0 < self.timeout_s < math.inf:
            raise BadTool(f"{self.name}: timeout_s is a number of seconds above zero; this one is {self.timeout_s!r}")
        if self.signature is None:  # a schema that was read from hints is well formed by construction
            try:
                validator(self.parameters)
            except BadTool as problem:
                raise BadTool(f"{self.name}: {problem}") from problem

    @classmethod
    def of(
        cls, function: Callable[..., Any], *, name: str = "", risky: bool = False, timeout_s: float | None = None
    ) -> Tool:
        """Make a tool from a function or a bound method with hints, plain or async. Raises BadTool."""
        name = name or getattr(function, "__name__", "")
        signature = read(function, name)
        return cls(name, signature.description, signature.parameters, function, risky, signature, timeout_s)

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
            made = result(call_to_its_end(self.function, arguments, self.name, self.timeout_s), self.name)
        except HandsightError:
            raise
        except Exception as problem:
            # A user's tool may raise anything, and the model can often help itself; a bug of our own must surface.
            if _is_ours(self.function):
                raise
            raise _failed(problem) from problem
        return replace(made, seconds=time.perf_counter() - started)

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


@dataclass(frozen=True)
class Method:
    """What `@tool` was told about a method, which becomes a tool once it is bound to an object."""

    name: str = ""
    risky: bool = False
    timeout_s: float | None = None


@overload
def tool(function: Function, /) -> Function: ...
@overload
def tool(*, name: str = "", risky: bool = False, timeout_s: float | None = None) -> Callable[[Function], Function]: ...
def tool(
    function: Function | None = None, /, *, name: str = "", risky: bool = False, timeout_s: float | None = None
) -> Function | Callable[[Function], Function]:
    """Make a function a tool: `@tool`, or `@tool(name="pay_bill", risky=True)` for one that always asks first.

    The function, plain or async, stays what it was. Its hints become the schema, its docstring the words. Parameters
    `screen: Screen` and `device: Device` are given by the run, unseen by the model. A marked method is a tool of each
    object of its class: pass the object among the tools of a run.

    With `timeout_s` the call is waited for so long and then told to the model as failed. An async function is broken
    off; a plain one runs in a thread of its own and may go on in it, so it should not be one that works the device.
    Without, a call takes as long as it takes, in the thread of the run; only Ctrl-C ends it. Raises BadTool.
    """

    def mark(function: Function) -> Function:
        inner = function.__func__ if isinstance(function, (staticmethod, classmethod)) else function
        if _is_to_be_bound(inner):
            setattr(inner, _MARK, Method(name, risky, timeout_s))
            return function
        made = Tool.of(inner, name=name, risky=risky, timeout_s=timeout_s)
        if inspect.ismethod(inner):
            raise BadTool(f"{made.name} is a bound method, which cannot be marked; use Tool.of(...)")
        setattr(inner, _MARK, made)
        return function

    return mark if function is None else mark(function)


class Tools:
    """The tools of one run, by name, in order."""

    def __init__(self, tools: Iterable[object] = ()) -> None:
        """Take tools, functions to make tools from, and objects with methods under `@tool`.

        Raises BadTool, also for a name that comes twice.
        """
        self._tools: dict[str, Tool] = {}
        for made in (made for given in tools for made in tools_of(given)):
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
    """The tool that `@tool` made of a function or a bound method; None for anything else."""
    made: Tool | Method | None = getattr(value, _MARK, None)
    if isinstance(made, Tool) and (made.function is value or not callable(value)):
        return made
    if isinstance(made, (Tool, Method)) and callable(value):  # to be bound, or another decorator stands around it
        return Tool.of(value, name=made.name, risky=made.risky, timeout_s=made.timeout_s)
    return None


def tools_of(given: object) -> list[Tool]:
    """The tools that something stands for: itself, or the marked methods of an object. Raises BadTool."""
    made = given if isinstance(given, Tool) else marked(given)
    if made is not None:
        return [made]
    methods = [marked(getattr(given, name)) for name in marked_methods(type(given))]
    return [method for method in methods if method] or [Tool.of(given)]  # type: ignore[arg-type]  # it may refuse


def marked_methods(kind: type) -> list[str]:
    """The names of the methods of a class that are under `@tool`, those of its bases first; nothing is called."""
    found = {name: held for each in reversed(kind.__mro__) for name, held in vars(each).items()}
    functions = {name: held for name, held in found.items() if isinstance(held, _FUNCTIONS)}
    return [
        name for name, held in functions.items() if _MARK in getattr(getattr(held, "__func__", held), "__dict__", ())
    ]


def _is_to_be_bound(function: object) -> bool:
    """Whether a function stands in a class and takes the object, or the class, first."""
    if not inspect.isfunction(function):
        return False
    first = next(iter(inspect.signature(function).parameters), "")
    within = function.__qualname__.rpartition(".")[0]
    return first in ("self", "cls") and bool(within) and not within.endswith("<locals>")


def _is_ours(function: Callable[..., Any]) -> bool:
    module = str(getattr(function, "__module__", ""))
    return module.startswith("handsight.") and not module.startswith(_TO_COPY)


def _failed(problem: Exception) -> ToolFailed:
    return ToolFailed(capped(f"{type(problem).__name__}: {problem}"))
