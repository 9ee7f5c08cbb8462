"""Cases of function calling: one JSON object a line. `benchmarks/README.md` describes the format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handsight.errors import BadCall, BadTool, UsageError
from handsight.tools.registry import Tool, Tools
from handsight.types import ToolCall
from scoring.drawing import drawn
from scoring.readers.files import an_object, digest, picture, read_lines, shown, size_of, take

if TYPE_CHECKING:
    from PIL.Image import Image

_FIELDS = ("id", "tools", "question", "pictures", "expected", "any_order", "language")


@dataclass(frozen=True, eq=False)
class FunctionCase:
    """A question, the functions there are, and the calls that answer it. `raw` is the case as it was written."""

    id: str
    tools: Tools
    question: str
    pictures: tuple[Image | Path, ...]
    expected: tuple[ToolCall, ...]
    any_order: bool
    language: str
    raw: Mapping[str, Any]


def read(path: Path) -> tuple[str, list[FunctionCase]]:
    """The mark of a file and its cases. Raises UsageError, also for an expected call that its own tools refuse."""
    cases: dict[str, FunctionCase] = {}
    for where, entry in read_lines(path):
        case = _case(entry, where, path.parent)
        if case.id in cases:
            raise UsageError(f"{where}: a case before it has the id {case.id!r} as well")
        cases[case.id] = case
    if not cases:
        raise UsageError(f"{path} holds no cases")
    return digest([case.raw for case in cases.values()]), [*cases.values()]


def _case(entry: dict[str, Any], where: str, folder: Path) -> FunctionCase:
    if unknown := [name for name in entry if name not in _FIELDS]:
        raise UsageError(f"{where}: there is no field {unknown[0]!r}; there are {', '.join(_FIELDS)}")
    listed = [an_object(tool, f"{where}, tools") for tool in take(entry, "tools", list, where)]
    try:
        tools = Tools([_tool(tool, where) for tool in listed])
    except BadTool as problem:
        raise UsageError(f"{where}: {problem}") from problem
    expected = tuple(_call(an_object(c, f"{where}, expected"), where) for c in take(entry, "expected", list, where))
    if not expected:
        raise UsageError(f"{where}: expected names at least one call")
    for call in expected:
        try:
            tools.check(call)
        except BadCall as problem:
            raise UsageError(f"{where}: an expected call does not fit its own tools: {problem}") from problem
    return FunctionCase(
        id=take(entry, "id", str, where),
        tools=tools,
        question=take(entry, "question", str, where),
        pictures=tuple(_picture(p, where, folder) for p in take({"pictures": [], **entry}, "pictures", list, where)),
        expected=expected,
        any_order=take({"any_order": False, **entry}, "any_order", bool, where),
        language=take({"language": "", **entry}, "language", str, where),
        raw=entry,
    )


def _tool(tool: dict[str, Any], where: str) -> Tool:
    inner = tool.get("function", tool)  # as it is, or in the envelope that OpenAI's interface puts around it
    spec = an_object(inner, f"{where}, tools")
    parameters = take(spec, "parameters", dict, f"{where}, tools")
    return Tool(
        take(spec, "name", str, where), take({"description": "", **spec}, "description", str, where), parameters, _never
    )


def _never(**_: Any) -> None:
    raise AssertionError("a benchmark calls nothing")


def _call(call: dict[str, Any], where: str) -> ToolCall:
    return ToolCall(take(call, "name", str, where), take({"arguments": {}, **call}, "arguments", dict, where))


def _picture(value: Any, where: str, folder: Path) -> Image | Path:
    if isinstance(value, str):
        path = picture((folder / value,), value, where)
        size_of(path, where)
        return path
    if isinstance(value, dict):
        return drawn(value, where)
    raise UsageError(
        f"{where}: a picture is the name of a file or an object that says what to draw, not {shown(value)}"
    )
