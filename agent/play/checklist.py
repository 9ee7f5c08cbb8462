"""A checklist in Markdown: `- [ ] words` lines are steps, as the reader follows them, or as `verb: argument`.

A list is a template: a step that is ticked is one all the same. Everything else in the file is for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from handsight.errors import BadTask, UsageError
from handsight.models.reader.instructions import parse as parse_words
from handsight.models.reader.steps import Instruction
from handsight.play import scope
from handsight.play.reading import HEAD, Reading
from handsight.play.taskfile import Loop, TaskFile, TaskStep
from handsight.play.verbs import verbs
from handsight.play.yamltree import Node, parse
from handsight.sight.targets import Target, meant

_ITEM = re.compile(r"(?P<indent>\s*)(?:[-*+]|\d+[.)])\s+\[[ xX]\]\s+(?P<words>.*)")
_COMMENT = re.compile(r"^ {0,3}<!--.*?-->", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"\s*(```|~~~)")
_YAML_STEP = re.compile(r"(?P<word>[a-z_]+):(?:\s|$)")
_SAME = {"go": "tap", "open": "open", "tap": "tap", "long_press": "long_press", "double_click": "double_click",
         "right_click": "right_click", "turn_on": "turn_on", "turn_off": "turn_off"}  # fmt: skip
_RELATIONS = {"": "", "beside": "next to", "below": "below", "above": "above"}


def read(text: str, path: Path) -> TaskFile:
    """Read a task file in Markdown. Raises BadTask."""
    reading = Reading(path)
    lines = _lines(text)
    front = _front(lines)
    if front is None:
        raise reading.wrong(1, "the keys that begin below --- end with another line of ---")
    head = parse("\n".join(lines[1 : front - 1]), path, above=1) if front else None
    if head and head.keys is None:
        raise reading.wrong(2, "between the --- lines stand keys and values, such as `device: virtual`")
    keys = head.keys if head and head.keys else {}
    reading.only(HEAD, keys, "a checklist")
    heading = next((found[1].strip() for line in lines[front:] if (found := re.match(r"#+\s+(.+)", line))), "")
    said = {"task": heading or path.stem, **reading.head(keys)}
    steps = [step for at, words in _items(lines, front) for step in _read_item(words, at, reading)]
    if not steps:
        raise BadTask(f"{path}: there is no step; one is a line such as `- [ ] tap Save`")
    task = TaskFile(steps=tuple(steps), path=path, text=text, **said)
    scope.check(task)
    return task


def holds_steps(path: Path) -> bool:
    """Whether a file is a checklist at all, among the other Markdown of a folder."""
    try:
        return any(_items(_lines(path.read_text("utf-8", "replace")), 0))
    except OSError:
        return False


def _lines(text: str) -> list[str]:
    """The lines of a file; those of a comment are empty."""
    return _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text).split("\n")


def _front(lines: list[str]) -> int | None:
    """How many lines the front matter takes; None where it has no end."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    return next((at + 1 for at, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)


def _items(lines: list[str], begin: int) -> Iterator[tuple[int, str]]:
    """Each step's words with the number of its line; lines that are indented below it belong to it."""
    fenced = False
    item: tuple[int, list[str]] | None = None
    for number, line in enumerate(lines[begin:], begin + 1):
        if _FENCE.match(line):
            fenced = not fenced
        found = None if fenced else _ITEM.fullmatch(line)
        if item and (found or not re.match(r"\s+\S", line) or fenced):
            yield item[0], "\n".join(item[1])
            item = None
        if found:
            item = number, [found["words"]]
        elif item:
            item[1].append(line)
    if item:
        yield item[0], "\n".join(item[1])


def _read_item(words: str, line: int, reading: Reading) -> list[TaskStep | Loop]:
    named = _YAML_STEP.match(words)
    if named and (named["word"] in verbs() or named["word"] == "for"):
        first, *more = words.split("\n")
        short = min((len(each) - len(each.lstrip()) for each in more), default=0)
        node = parse("\n".join([first, *(each[short:] for each in more)]), reading.path, above=line - 1)
        assert isinstance(node, Node)
        return [reading.step(node)]
    try:
        instructions = parse_words(" ".join(words.split()))
        return [step for each in instructions for step in _steps(each, line)]
    except UsageError as problem:
        said = str(problem).partition(". For goals")[0]  # whose end names models, which play no part here
        raise reading.wrong(line, said) from problem


def _steps(said: Instruction, line: int) -> list[TaskStep]:
    """A step of the reader's as steps of a hand. Raises UsageError for one that a hand does not take."""
    if said.act in _SAME and said.target:
        return [TaskStep(_SAME[said.act], _words(said.target), line=line)]
    if said.act == "type":
        into = {"into": _words(said.target)} if said.target else {}
        return [TaskStep("type", said.text, into, line=line)]
    if said.act == "press":
        return [TaskStep("press", said.text, line=line)] * int(said.count)
    if said.act == "scroll" and said.target:
        return [TaskStep("scroll_to", _words(said.target), {"direction": said.text}, line=line)]
    if said.act == "scroll" and said.count:
        return [TaskStep("swipe", said.text, line=line)] * int(said.count)
    if said.act in ("check", "wait_for") and said.target:
        if said.expects in ("on", "off"):
            return [TaskStep("check", _words(said.target), {"on": said.expects == "on"}, line=line)]
        verb = "gone" if said.expects == "gone" else said.act
        return [TaskStep(verb, _words(said.target), line=line)]
    if said.act == "wait":
        raise UsageError(f'{said.words!r}: a step waits by itself; say what is waited for: wait for "Saved"')
    if said.act == "scroll":
        raise UsageError(f'{said.words!r}: say what is scrolled to: scroll to "About phone"')
    raise UsageError(
        f"{said.words!r} is no step of a checklist; write `read: Total`, `ask: How many?` or `run: a goal`"
    )


def _words(target: Target) -> str:
    """Words that a hand takes to mean just that target."""
    order = "" if not target.ordinal else "last " if target.ordinal < 0 else f"{_nth(target.ordinal)} "
    place = f' {_RELATIONS[target.relation]} "{target.anchor}"' if target.relation else ""
    name = target.names[0]
    for words in (name, f'"{name}"', f"{order}{name}{place}", f'{order}"{name}"{place}', str(target)):
        try:
            if meant(words) == target:
                return words
        except UsageError:
            continue
    raise UsageError(f"{target} cannot be said in one name; write `tap: ...` with words that stand on the screen")


def _nth(number: int) -> str:
    return str(number) + {1: "st", 2: "nd", 3: "rd"}.get(number, "th")
