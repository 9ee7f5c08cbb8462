"""The result of a play as JUnit XML, as build servers read it: a suite for each file, a test case for each row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from handsight.errors import BadTask
from handsight.play.playing import Played
from handsight.play.whole import write_whole

# What XML 1.0 cannot hold, not even escaped.
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def check_junit(path: Path) -> None:
    """Raise BadTask, before anything is played, where the result could not be written."""
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise BadTask(f"the result cannot be written to {path}: name a file in a folder that is there")


def write_junit(path: Path, played: Sequence[Played]) -> None:
    """Write the file whole or not at all. Raises BadTask."""
    write_whole(path, junit(played), "the result")


def junit(played: Sequence[Played]) -> bytes:
    """The XML."""
    root = Element("testsuites", {"name": "handsight", **_counts(played)})
    for path, group in groupby(played, key=lambda each: each.path):
        cases = list(group)
        suite = SubElement(root, "testsuite", {"name": _sayable(str(path)), "skipped": "0", **_counts(cases)})
        for case in cases:
            _add(suite, case)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add(suite: Element, played: Played) -> None:
    owner = ".".join(played.path.with_suffix("").parts[-2:])
    known = {"name": _sayable(played.name), "classname": _sayable(owner), "time": f"{played.seconds:.3f}"}
    case = SubElement(suite, "testcase", known)
    if not played.passed:
        where = f"{played.path}, line {played.line}" if played.line else str(played.path)
        why = SubElement(case, "error" if played.broken else "failure")
        why.set("message", _sayable(played.problem))
        why.set("type", played.kind)
        why.text = _sayable("\n".join([f"{where}: {played.problem}", *map(str, played.pictures)]))
    if played.report:
        SubElement(case, "system-out").text = _sayable(f"report: {played.report}")


def _counts(played: Sequence[Played]) -> dict[str, str]:
    return {
        "tests": str(len(played)),
        "failures": str(sum(not each.passed and not each.broken for each in played)),
        "errors": str(sum(each.broken for each in played)),
        "time": f"{sum(each.seconds for each in played):.3f}",
    }


def _sayable(text: str) -> str:
    return _UNSAYABLE.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
