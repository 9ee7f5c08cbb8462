"""YAML 1.2 as a tree that knows its lines, and YAML that is changed with its comments kept.

1.2, so that the key `on` and the time 7:30 are words. Text is kept as it stands: what is typed for `007` is 007.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from handsight.errors import BadTask

_WIDTH = 4096
_CORE = "tag:yaml.org,2002"
_SCALARS = ("str", "int", "float", "bool", "null", "timestamp", "value", "merge")  # what words alone may be taken for


@dataclass(frozen=True)
class Node:
    """A scalar with its text and what YAML takes it for, a list, or a mapping."""

    line: int
    text: str = ""
    value: Any = None
    items: tuple[Node, ...] | None = None
    keys: Mapping[str, Node] | None = None

    @property
    def scalar(self) -> bool:
        return self.items is None and self.keys is None

    @property
    def plain(self) -> Any:
        """What stands here as Python's own values."""
        if self.items is not None:
            return [item.plain for item in self.items]
        if self.keys is not None:
            return {key: node.plain for key, node in self.keys.items()}
        return self.value


def parse(text: str, path: Path, above: int = 0) -> Node | None:
    """The tree of one document that stands below `above` lines; None for an empty one. Raises BadTask."""
    try:
        node = YAML().compose(text)
        return None if node is None else _node(node, path, above, set())
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = f", line {mark.line + 1 + above}" if mark else ""
        why = " ".join(str(problem.problem or problem.context).split())
        raise BadTask(f"{path}{line}: this is no YAML: {why}") from problem
    except (YAMLError, ValueError) as problem:
        raise BadTask(f"{path}: this is no YAML: {' '.join(str(problem).split())}") from problem
    except RecursionError as problem:
        raise BadTask(f"{path}: it is nested too deeply") from problem


def changed(text: str, change: Callable[[Any], None]) -> str:
    """`text` after a change of what it holds; comments, order and quotes stay where nothing was changed."""
    yaml = _round_trip()
    held = yaml.load(text)
    change(held)
    return _dumped(yaml, held)


def dumped(value: Any) -> str:
    """Python's own values as YAML."""
    return _dumped(_round_trip(), value)


def in_a_line(value: Any) -> Any:
    """A mapping or a list that is written on one line, and what is in it as well."""
    if isinstance(value, Mapping):
        made: Any = CommentedMap({key: in_a_line(inner) for key, inner in value.items()})
    elif isinstance(value, list):
        made = CommentedSeq([in_a_line(inner) for inner in value])
    else:
        return value
    made.fa.set_flow_style()
    return made


def _round_trip() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _dumped(yaml: YAML, value: Any) -> str:
    out = StringIO()
    yaml.dump(value, out)
    return out.getvalue()


def _node(node: Any, path: Path, above: int, seen: set[int], line: int | None = None) -> Node:
    line = node.start_mark.line + 1 + above if line is None else line
    if id(node) in seen:
        raise BadTask(f"{path}, line {line}: a task file says each thing where it is meant; leave & and * out")
    seen.add(id(node))
    if isinstance(node, ScalarNode):
        prefix, kind = str(node.tag).rsplit(":", 1) if ":" in str(node.tag) else ("", "")
        if prefix != _CORE or kind not in _SCALARS:
            raise BadTask(f"{path}, line {line}: words are plain here; leave {node.tag} out")
        return Node(line, node.value, _value(kind, node.value))
    if isinstance(node, SequenceNode):
        return Node(line, items=tuple(_node(item, path, above, seen) for item in node.value))
    assert isinstance(node, MappingNode)
    keys: dict[str, Node] = {}
    for key, value in node.value:
        at = key.start_mark.line + 1 + above
        if not isinstance(key, ScalarNode):
            raise BadTask(f"{path}, line {at}: a key is a word")
        if key.value in keys:
            raise BadTask(f"{path}, line {at}: {key.value!r} is said twice")
        keys[key.value] = _node(value, path, above, seen, at)
    return Node(line, keys=keys)


def _value(kind: str, text: str) -> Any:
    if kind == "null":
        return None
    if kind == "bool" and text.lower() in ("true", "false"):  # `yes` is one in YAML 1.1, which a file may ask for
        return text.lower() == "true"
    if kind in ("int", "float"):
        try:
            return int(text) if kind == "int" else float(text)
        except ValueError:  # 0x10, .inf: nobody counts like that in a task
            return text
    return text
