"""From YAML to a task file, held strictly against what a hand can do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from handsight.errors import BadTask
from handsight.play import names, scope
from handsight.play.data import Row, text_of
from handsight.play.secrets import check_reference
from handsight.play.taskfile import TIMEOUT_S, Loop, TaskFile, TaskStep
from handsight.play.verbs import POINTING, TYPES, Argument, Verb, verbs
from handsight.play.yamltree import Node, parse

HEAD = ("task", "device", "variables", "secrets", "data", "timeout_s")


def read(text: str, path: Path) -> TaskFile:
    """Read a task file in YAML. Raises BadTask."""
    node = parse(text, path)
    reading = Reading(path)
    if node is None or node.keys is None:
        raise BadTask(f"{path}: a task file is a mapping with `steps`")
    reading.only((*HEAD, "steps", "after"), node.keys, "a task file")
    if "steps" not in node.keys:
        raise BadTask(f"{path}: there are no `steps`")
    said = {"task": path.stem, **reading.head(node.keys)}
    after = reading.steps(node.keys["after"]) if "after" in node.keys else ()
    task = TaskFile(steps=reading.steps(node.keys["steps"]), after=after, path=path, text=text, **said)
    scope.check(task)
    return task


class Reading:
    """Reads the parts of one file; whatever is wrong is said with its line."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def wrong(self, line: int, message: str) -> BadTask:
        return BadTask(f"{self.path}, line {line}: {message}")

    def only(self, known: Iterable[str], keys: Mapping[str, Node], whose: str) -> None:
        """Raise BadTask for a key that is none of the known ones."""
        for key, node in keys.items():
            if key not in known:
                raise self.wrong(node.line, f"{whose} has no {key!r}; there are: {', '.join(known)}")

    def head(self, keys: Mapping[str, Node]) -> dict[str, Any]:
        """What stands beside the steps, as `TaskFile` takes it."""
        said: dict[str, Any] = {key: self.text(keys[key], key) for key in ("task", "device") if key in keys}
        for key in ("variables", "secrets"):
            if key in keys:
                said[key] = self._texts(keys[key], key)
        for name, reference in said.get("secrets", {}).items():
            try:
                check_reference(name, reference)
            except BadTask as problem:
                raise self.wrong(keys["secrets"].line, str(problem)) from problem
        if "data" in keys:
            said["data"] = self.rows(keys["data"])
        if "timeout_s" in keys:
            said["timeout_s"] = self._number(keys["timeout_s"], "timeout_s", TIMEOUT_S)
        return said

    def steps(self, node: Node) -> tuple[TaskStep | Loop, ...]:
        """A list of steps."""
        if not node.items:
            raise self.wrong(node.line, "here a list of steps is expected, such as `- tap: Save`")
        return tuple(self.step(item) for item in node.items)

    def step(self, node: Node) -> TaskStep | Loop:
        """One step, or a loop."""
        if not node.keys:
            raise self.wrong(node.line, "a step is written as `tap: Save`")
        if "for" in node.keys:
            return self._loop(node.keys, node.line)
        word = next(iter(node.keys))
        verb = verbs().get(word)
        if verb is None:
            raise self.wrong(node.line, f"there is no step {word!r}; there are: {', '.join(sorted(verbs()))}, for")
        more = [*verb.others, *(["as"] if verb.gives else []), *(["anchor"] if word in POINTING else [])]
        rest = {key: inner for key, inner in node.keys.items() if key != word}
        self.only([*more, *(["to_anchor"] if word == "drag" else [])], rest, f"`{word}`")
        named = {key: self._argument(rest[key], verb.others[key]) for key in rest if key in verb.others}
        missing = [each.name for each in verb.others.values() if each.required and each.name not in named]
        if missing:
            raise self.wrong(node.line, f"`{word}` also needs `{missing[0]}`")
        anchors = {key: self._anchor(rest[key], key) for key in ("anchor", "to_anchor") if key in rest}
        if word == "type" and anchors and "into" not in named:
            raise self.wrong(rest["anchor"].line, "`type` has an anchor only with `into`")
        return TaskStep(
            word,
            self._first(node.keys[word], verb),
            named,
            self.name(rest["as"], "as") if "as" in rest else "",
            line=node.line,
            **anchors,
        )

    def rows(self, node: Node, name: str = "") -> str | list[Row]:
        """Data: a file's name, or the rows themselves; single values are rows of one column called `name`."""
        if node.scalar:
            return self.text(node, "data")
        if not node.items:
            raise self.wrong(node.line, "data is a .csv or .json file, or a list of rows such as `{item: milk}`")
        return [self._row(item, name) for item in node.items]

    def text(self, node: Node, key: str) -> str:
        """Words, as they stand."""
        if not node.scalar or node.value is None or not node.text:
            raise self.wrong(
                node.line, f"`{key}` needs words; put them in quotes where YAML takes them for something else"
            )
        return node.text

    def name(self, node: Node, key: str) -> str:
        """The name of a variable."""
        return self._named(self.text(node, key), node.line)

    def _loop(self, keys: Mapping[str, Node], line: int) -> Loop:
        self.only(("for", "as", "steps"), keys, "`for`")
        if "steps" not in keys:
            raise self.wrong(line, "`for` needs `steps`")
        column = self.name(keys["as"], "as") if "as" in keys else ""
        return Loop(self.rows(keys["for"], column), self.steps(keys["steps"]), line)

    def _row(self, node: Node, name: str) -> Row:
        if node.scalar and name:
            return {name: node.text}
        if not node.keys:
            how = "a row is written as `{item: milk}`" + (
                "" if name else "; in a `for`, single values need `as`, their name"
            )
            raise self.wrong(node.line, how)
        return self._texts(node, "a row")

    def _texts(self, node: Node, what: str) -> Row:
        if node.keys is None:
            raise self.wrong(node.line, f"{what}: names and values are expected, such as `item: milk`")
        for name, inner in node.keys.items():
            self._named(name, inner.line)
            if not inner.scalar:
                raise self.wrong(inner.line, f"{name!r} is a single value, not a list or a mapping")
        return {name: text_of(inner.value, inner.text) for name, inner in node.keys.items()}

    def _named(self, name: str, line: int) -> str:
        if not names.NAME.fullmatch(name):
            raise self.wrong(line, f"{name!r} is no name: letters, digits, _, - and spaces make one")
        return name

    def _first(self, node: Node, verb: Verb) -> Any:
        if node.scalar and not node.text and verb.name == "type" and node.value is not None:
            return ""  # with `clear`, it leaves the field empty
        return self._argument(node, verb.first, verb.name)

    def _argument(self, node: Node, given: Argument, word: str = "") -> Any:
        key = word or given.name
        if node.scalar and "${" in node.text:
            return node.text
        if "text" in given.kinds and node.scalar:
            return self.text(node, key)
        if "truth" in given.kinds and isinstance(node.value, bool):
            return node.value
        if "number" in given.kinds and node.scalar:
            return self._number(node, key)
        place = node.plain
        if "place" in given.kinds and isinstance(place, list) and len(place) == 2 and all(map(_counts, place)):
            return place
        if "type" in given.kinds and (node.text in TYPES or node.keys):
            return node.plain
        raise self.wrong(node.line, f"`{key}` is {_expected(given)}, not {str(place)[:60]!r}")

    def _number(self, node: Node, key: str, usual: float = 10) -> float:
        if not _counts(node.value) or node.value < 0:
            raise self.wrong(node.line, f"`{key}` is a number such as {usual:g}, not {str(node.plain)[:60]!r}")
        return float(node.value)

    def _anchor(self, node: Node, key: str) -> Mapping[str, Any]:
        if node.keys is None:
            raise self.wrong(node.line, f"`{key}` is what was recorded of a place, such as `{{text: Save}}`")
        anchor: Mapping[str, Any] = node.plain
        return anchor


def _counts(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _expected(given: Argument) -> str:
    said = {
        "text": "words",
        "place": "a place such as [540, 1210]",
        "truth": "true or false",
        "type": f"one of {', '.join(TYPES)} or a JSON schema",
    }
    return " or ".join(words for kind, words in said.items() if kind in given.kinds) or "a number"
