"""What users and other packages bring along: modules, files with tools, MCP servers, and entry points."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handsight.errors import BadTool, HandsightError, UnknownName, UsageError

if TYPE_CHECKING:
    from types import ModuleType

    from handsight.tools.registry import Tool

_CLASS = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


def load_tools(words: Iterable[str]) -> list[Tool]:
    """Every tool in what is named: modules, .py files, OpenAPI documents. Raises BadTool, also where there is none.

    In Python these are functions under `@tool`, objects with methods under it, and lists of tools.
    """
    from handsight.tools.openapi import is_document, read_document

    found: list[Tool] = []
    for word in words:
        if is_document(word):
            tools = read_document(word)
        else:
            module = _from_file(Path(word)) if word.endswith(".py") else _module(word, BadTool)
            tools = _tools_in(module, word)
        found += [tool for tool in tools if not any(_is_same(tool, known) for known in found)]
    return found


def _tools_in(module: ModuleType, word: str) -> list[Tool]:
    from handsight.tools.registry import Tool, marked, marked_methods, tools_of

    found: list[Tool] = []
    classes: list[str] = []
    for name, value in vars(module).items():
        if isinstance(value, type):
            classes += [name] if marked_methods(value) else []
        elif isinstance(value, (list, tuple)):
            found += value if all(isinstance(part, Tool) for part in value) else []
        elif isinstance(value, Tool) or (callable(value) and marked(value)) or marked_methods(type(value)):
            found += tools_of(value)
    if not found and classes:
        made = f"make an object of {classes[0]}, such as {classes[0].lower()} = {classes[0]}()"
        raise BadTool(f"{word} holds no tool: a method is one of an object's, so {made}")
    if not found:
        raise BadTool(f"{word} holds no tool: put @tool, from handsight, above a function")
    return found


def _is_same(one: Tool, other: Tool) -> bool:
    return (one.name, one.function) == (other.name, other.function)


@contextmanager
def mcp_tools(config: str | Path | Mapping[str, Any] | None) -> Iterator[list[Tool]]:
    """The tools of the MCP servers that a config names, for as long as they are connected; none without a config."""
    if config is None:
        yield []
        return
    from handsight.tools.mcp import open_mcp

    with open_mcp(config) as tools:
        yield tools


def brought(group: str, words: str | None) -> Callable[[], Any] | None:
    """What `pkg.module:Class` or a name registered by another package stands for."""
    from importlib.metadata import entry_points

    if words is None:
        return None
    if _CLASS.fullmatch(words):
        module, _, name = words.partition(":")
        made: Callable[[], Any] | None = getattr(_module(module, UnknownName), name, None)
        if made is None:
            raise UnknownName(f"the module {module} has no {name}")
        return made
    for entry in entry_points(group=group, name=words):
        loaded: Callable[[], Any] = entry.load()
        return loaded
    return None


def registered(group: str) -> list[str]:
    """The names that other packages offer under an entry point group."""
    from importlib.metadata import entry_points

    return sorted(entry.name for entry in entry_points(group=group))


def _module(name: str, wrong: type[UsageError]) -> ModuleType:
    """Import a module of the user's, also from the current folder."""
    with importable(Path.cwd()):
        try:
            return import_module(name)
        except ModuleNotFoundError as problem:
            if problem.name and (name == problem.name or name.startswith(problem.name + ".")):
                raise wrong(f"there is no module {name!r}, neither installed nor in this folder") from problem
            raise wrong(f"{name} cannot be loaded: {problem}") from problem
        except Exception as problem:  # a user's file may fail in any way; which way is said
            raise wrong(f"{name} cannot be loaded: {_told(problem)}") from problem


def _from_file(path: Path) -> ModuleType:
    """Run a .py file as a module of its own; its neighbours can be imported from it."""
    from importlib.util import module_from_spec, spec_from_file_location

    if not path.is_file():
        raise BadTool(f"there is no file {path}")
    spec = spec_from_file_location(f"handsight_user_{path.stem}", path)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # where hints are looked up
    with importable(path.parent.resolve()):
        try:
            spec.loader.exec_module(module)
        except Exception as problem:  # a user's file may fail in any way; which way is said
            del sys.modules[spec.name]
            raise BadTool(f"{path} cannot be loaded: {_told(problem)}") from problem
    return module


@contextmanager
def importable(folder: Path) -> Iterator[None]:
    """Let modules in `folder` be imported."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def _told(problem: Exception) -> str:
    if isinstance(problem, SyntaxError):
        return f"line {problem.lineno}: {problem.msg}"
    return str(problem) if isinstance(problem, HandsightError) else f"{type(problem).__name__}: {problem}"
