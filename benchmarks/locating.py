"""Locating: whether a text that stands on a screen is found by its words, and where it is.

Screens of the virtual phone (every app, four languages, both themes, four sizes) and of real programs on a private
display. For each text that stands whole and once on a screen the one candidate is asked for, by reading alone and with
the tree besides; found is when its middle lies in the text's own box. A text that stands there twice is Ambiguous by
right, and counted apart.

    python benchmarks/locating.py [--only phone|programs] [--rounds N] [--misses] [--out DIR]

Ends with 1 when fewer than 98 % are found by reading alone.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageDraw

from handsight.errors import Ambiguous, NotFound, UsageError
from handsight.sight import match
from handsight.sight.finding import Finder
from handsight.sight.ocr import Ocr
from handsight.types import Box, Screen
from scoring.tables import rate
from screens import Label, Shot, phone, programs

LEAST = 0.98
TEXT, SIGN, TWIN = "text", "sign", "twin"  # a sign has neither letter nor digit in it
FOUND, MISSED, ELSEWHERE, SEVERAL = "found", "not found", "elsewhere", "ambiguous"


@dataclass(frozen=True)
class Try:
    """What came of looking for a label: one of the four words above, and what was found instead."""

    shot: str
    tags: dict[str, str]
    label: Label
    kind: str
    read: str
    named: str
    instead: str


def tries(shot: Shot, ocr: Ocr) -> Iterator[Try]:
    """Look for every label of a screen."""
    screen = Screen(shot.image)
    elements = shot.elements()
    by_text, by_both = Finder(screen, ocr.read), Finder(screen, ocr.read, lambda: elements)
    names = Counter(match.plain(element.name) for element in elements)
    once, twins = shot.unique()
    for label in once:
        kind = TEXT if re.search(r"[^\W_]", label.text) else SIGN
        read, instead = outcome(by_text, label.text, [label.box])
        named = SEVERAL if names[match.plain(label.text)] > 1 else outcome(by_both, label.text, [label.box])[0]
        yield Try(shot.name, shot.tags, label, kind, read, named, instead)
    for text, boxes in twins.items():
        read, instead = outcome(by_text, text, boxes)
        yield Try(shot.name, shot.tags, Label(text, boxes[0]), TWIN, read, "", instead)


def outcome(finder: Finder, text: str, boxes: Sequence[Box]) -> tuple[str, str]:
    """Whether a text is found in one of its places, and what is found instead."""
    try:
        found = finder.one(text)
    except (NotFound, UsageError) as problem:  # words with quotes in them may not be understood
        return MISSED, str(problem)
    except Ambiguous as problem:
        return SEVERAL, str(problem)
    if any(found.box.center in box or (found.by == "tree" and box.center in found.box) for box in boxes):
        return FOUND, ""
    return ELSEWHERE, f'"{found.text}" at ({found.box.center.x:.0f}, {found.box.center.y:.0f})'


def table(tries: list[Try], tag: str) -> Iterator[str]:
    """Rates by one kind of category."""
    yield f"| {tag} | labels | by reading, % | 95 % | with the tree, % | 95 % |"
    yield "|---|---|---|---|---|---|"
    groups: dict[str, list[Try]] = {}
    for one in tries:
        groups.setdefault(one.tags.get(tag, "all"), []).append(one)
    for name, group in sorted(groups.items()):
        single = [one for one in group if one.named != SEVERAL]  # what the tree has twice is ambiguous there, rightly
        cells = [*rate(sum(one.read == FOUND for one in group), len(group)),
                 *rate(sum(one.named == FOUND for one in single), len(single))]  # fmt: skip
        yield f"| {' | '.join([name, str(len(group)), *cells])} |"


def annotate(shot: Shot, misses: list[Try], folder: Path) -> None:
    """Save a screen with its missed labels framed."""
    folder.mkdir(parents=True, exist_ok=True)
    image = shot.image.copy()
    pen = ImageDraw.Draw(image)
    for one in misses:
        box = one.label.box
        pen.rectangle((box.left - 4, box.top - 4, box.right + 4, box.bottom + 4), outline="#FF0000", width=3)
    image.save(folder / f"{re.sub(r'[^A-Za-z0-9]+', '-', shot.name).strip('-')}.png")


def report(all_tries: list[Try], *, misses: bool) -> Iterator[str]:
    """The lines that are printed at the end."""
    texts, signs, twins = ([one for one in all_tries if one.kind == kind] for kind in (TEXT, SIGN, TWIN))
    for tag in ("language", "app", "look", "all"):
        yield from table(texts, tag)
        yield ""
    count = Counter(one.read for one in twins)
    yield (
        f"{len(twins)} texts stand there more than once: {count[SEVERAL]} ambiguous, rightly; {count[FOUND]} one of "
        f"which is a title; {count[MISSED]} not found; {count[ELSEWHERE]} found elsewhere"
    )
    yield f"{len(signs)} are signs without a letter or digit: {sum(one.read == FOUND for one in signs)} found"
    for one in (*texts, *signs, *twins) if misses else ():
        if one.read != FOUND and not (one.kind == TWIN and one.read == SEVERAL):
            yield f'{one.kind} {one.read}: "{one.label.text}" on {one.shot}: {one.instead}'


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("phone", "programs"))
    parser.add_argument("--rounds", type=int, default=1, help="how often each page of the phone is drawn")
    parser.add_argument("--misses", action="store_true", help="list what was not found")
    parser.add_argument("--out", type=Path, help="save the screens with a miss there")
    said = parser.parse_args(words)
    ocr, done = Ocr(), list[Try]()
    sources = [phone.shots(said.rounds)] if said.only != "programs" else []
    sources += [programs.shots()] if said.only != "phone" else []
    for source in sources:
        for shot in source:
            new = list(tries(shot, ocr))
            done += new
            missed = [one for one in new if one.read != FOUND and one.kind == TEXT]
            if said.out and missed:
                annotate(shot, missed, said.out)
    print(*report(done, misses=said.misses), sep="\n")
    texts = [one for one in done if one.kind == TEXT]
    return int(sum(one.read == FOUND for one in texts) < LEAST * len(texts))


if __name__ == "__main__":
    sys.exit(main())
