"""From words to places: which of the lines on the screen is meant.

The best kind of agreement wins, and only candidates of that kind are returned: the whole line as written, in another
case, with OCR's slips; then a part of a line; then words spread over neighbouring lines. Whoever gets several back must
not guess between them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher, get_close_matches

from handsight.sight.lines import Line
from handsight.sight.order import distinct, follows, gap_y, near, overlap_y, union
from handsight.sight.targets import Target
from handsight.types import Box

_SPELLINGS = str.maketrans("’‘×", "''x")
_LOOKALIKES = str.maketrans({"1": "l", "i": "l", "|": "l", "!": "l", "0": "o", "丨": "l"})
# One character in its Chinese and its Japanese form, which differ by a stroke and are read for one another.
_FORMS = str.maketrans("每奧黑户內說稅靑", "毎奥黒戸内説税青")


@dataclass(frozen=True)
class Match:
    """Where a target stands: the line, the box of the words within it, and how like they are to those looked for."""

    line: Line
    box: Box
    text: str
    likeness: float = 1.0


_Kind = Callable[[Sequence[Line], str], list[Match]]


def plain(text: str) -> str:
    """One spelling of the same words: full-width forms, quotes and runs of spaces do not count."""
    text = unicodedata.normalize("NFKC", text).translate(_SPELLINGS).replace("…", "...")
    return " ".join(text.split())


def loose(text: str) -> str:
    """What is left when case, spaces, punctuation and the letters that OCR confuses do not count."""
    folded = plain(text).casefold().translate(_LOOKALIKES).translate(_FORMS)
    return re.sub(r"[\W_]+", "", folded) or re.sub(r"\s+", "", folded)


def find(
    lines: Sequence[Line],
    target: Target,
    height: float,
    *,
    strict: bool = False,
    titles: bool = False,
    whole: bool = False,
) -> list[Match]:
    """The candidates for `target` in reading order, on a screen `height` pixels high; several mean it is not clear.

    A `strict` look allows no wrong letter: what is checked, "not connected", must not be found in "now connected". A
    page's title is no candidate beside another one, unless `titles` count. `whole` lines are looked at as such only.
    """
    hits: list[Match] = []
    for kind in _KINDS:
        if (strict and kind in _GUESSED) or (whole and kind not in _WHOLE):
            continue
        for name in target.names:
            hits += [replace(match, likeness=_likeness(kind, match, name)) for match in kind(lines, name)]
        if hits and not (target.ordinal and kind in _KINDS[:2]):  # ordinals count "Add" and "ADD" alike
            break
    hits = distinct(hits)
    if target.relation and target.anchor:
        anchors = find(lines, Target((target.anchor,)), height, strict=strict)
        hits = distinct(match for anchor in anchors for match in near(hits, anchor.box, target.relation))
    if target.ordinal:
        index = target.ordinal - 1 if target.ordinal > 0 else target.ordinal
        return [hits[index]] if -len(hits) <= index < len(hits) else []
    return hits if titles else _without_title(hits, lines, height)


def nearest_words(lines: Sequence[Line], target: Target) -> list[str]:
    """What on the screen comes closest to a target that is not there."""
    texts = {loose(line.text): line.text for line in lines}
    close = [m for name in target.names for m in get_close_matches(loose(name), texts, n=3, cutoff=0.5)]
    return list(dict.fromkeys(texts[match] for match in close))[:3]


def value(lines: Sequence[Line], match: Match, relation: str) -> str | None:
    """The text that stands beside a label (else below it), or below or above it."""
    beside = relation in ("beside", "left", "right")
    _, _, rest = match.line.text.partition(match.text)
    if beside and rest.strip(" :：-–—·"):
        return rest.strip(" :：-–—·")
    others = [line for line in lines if line is not match.line]
    box, tall = match.box, match.box.height
    if beside:
        right = [o for o in others if overlap_y(o.box, box) > 0.5 and o.box.left >= box.right - tall / 3]
        if right:
            return min(right, key=lambda o: o.box.left).text
    above = relation == "above"
    column = [o for o in others if o.box.left < box.right and o.box.right > box.left]
    column = [o for o in column if (o.box.center.y < box.top if above else o.box.center.y > box.bottom)]
    column = [o for o in column if gap_y(o.box, box) < 3 * tall]
    return min(column, key=lambda o: gap_y(o.box, box)).text if column else None


def _exact(lines: Sequence[Line], name: str) -> list[Match]:
    return [Match(line, line.box, line.text) for line in lines if plain(line.text) == plain(name)]


def _same_letters(lines: Sequence[Line], name: str) -> list[Match]:
    wanted = plain(name).casefold()
    return [Match(line, line.box, line.text) for line in lines if plain(line.text).casefold() == wanted]


def _lookalike(lines: Sequence[Line], name: str) -> list[Match]:
    return [Match(line, line.box, line.text) for line in lines if loose(line.text) == loose(name)]


def _before_caret(lines: Sequence[Line], name: str) -> list[Match]:
    """A text that is being typed: the caret after it reads as a letter."""
    wanted = loose(name)
    return [Match(o, o.box, o.text) for o in lines if len(wanted) > 3 and loose(o.text) in (wanted + "l", "l" + wanted)]


def _misread(lines: Sequence[Line], name: str) -> list[Match]:
    """One wrong letter in six; never a wrong digit, which would be another thing."""
    wanted = loose(name)
    digits = re.findall(r"\d", name)
    return [
        Match(line, line.box, line.text)
        for line in lines
        if re.findall(r"\d", line.text) == digits and _distance(loose(line.text), wanted, len(wanted) // 6) is not None
    ]


def _begins(lines: Sequence[Line], name: str) -> list[Match]:
    return [match for match in _within(lines, name) if loose(match.line.text).startswith(loose(name))]


def _within(lines: Sequence[Line], name: str) -> list[Match]:
    """The name as words inside a line; in Chinese, which has no spaces, anywhere in it."""
    words = [re.escape(word) for word in plain(name).split()]
    inner = r"(?<=[a-z])(?=[A-Z])"  # in "RedGreen", two words that were read as one
    before, after = rf"(?:(?<![A-Za-z0-9])|{inner})", rf"(?:(?![A-Za-z0-9])|{inner})"
    pattern = re.compile(before + "(?i:" + r"\s*".join(words) + ")" + after)
    hits = []
    for line in lines:
        text = unicodedata.normalize("NFKC", line.text).translate(_SPELLINGS)
        for found in pattern.finditer(text if len(text) == len(line.text) else line.text):
            hits.append(Match(line, line.span(*found.span()), found[0]))
    return hits


def _spread(lines: Sequence[Line], name: str) -> list[Match]:
    """A name that wraps, or that was read as several boxes of one row."""
    wanted, hits = loose(name), []
    for first in lines:
        run, box, text = loose(first.text), first.box, first.text
        used = [first]
        while run and run != wanted and wanted.startswith(run):
            following = [o for o in lines if o not in used and follows(o.box, used[-1].box)]
            fitting = [o for o in following if wanted.startswith(run + loose(o.text)) and loose(o.text)]
            if not fitting:
                break
            used.append(fitting[0])
            run += loose(fitting[0].text)
            text += " " + fitting[0].text
            box = union(box, fitting[0].box)
        if run == wanted and len(used) > 1:
            hits.append(Match(first, box, text))
    return hits


def _spread_misread(lines: Sequence[Line], name: str) -> list[Match]:
    """A name that wraps and has a wrong letter in it as well; never a wrong digit."""
    wanted, digits, hits = loose(name), re.findall(r"\d", name), []
    for first in lines:
        box, text, last = first.box, first.text, first
        while len(loose(text)) < len(wanted):
            after = next((line for line in lines if line is not last and follows(line.box, last.box)), None)
            if after is None:
                break
            box, text, last = union(box, after.box), f"{text} {after.text}", after
        as_said = last is not first and re.findall(r"\d", text) == digits
        if as_said and _distance(loose(text), wanted, len(wanted) // 6) is not None:
            hits.append(Match(first, box, text))
    return hits


_KINDS: tuple[_Kind, ...] = (
    _exact, _same_letters, _lookalike, _before_caret, _misread, _begins, _within, _spread, _spread_misread,
)  # fmt: skip
_WHOLE = (_exact, _same_letters, _lookalike)
_GUESSED = (_misread, _spread_misread)
_LIKENESS: dict[_Kind, float] = {_begins: 0.9, _within: 0.9, _spread: 0.95, _lookalike: 0.95, _before_caret: 0.95}


def _likeness(kind: _Kind, match: Match, name: str) -> float:
    """How like the words found are to those looked for: 1 as they are, less for a part and for each wrong letter."""
    if kind not in _GUESSED:
        return _LIKENESS.get(kind, 1.0)
    return SequenceMatcher(None, loose(match.text), loose(name), autojunk=False).ratio()


def _without_title(hits: list[Match], lines: Sequence[Line], height: float) -> list[Match]:
    """Of two candidates, one of them the page's title, the other is meant: a title does nothing when it is tapped."""
    if len(hits) != 2:
        return hits
    title = hits[0].box
    over = [o for o in lines if o.box.bottom <= title.top and o.box.center.y > 0.05 * height]
    before = [o for o in lines if overlap_y(o.box, title) > 0.5 and o.box.right <= title.left and len(o.text) > 1]
    is_title = title.center.y < 0.2 * height and not over and not before and hits[1].box.top >= title.bottom
    return hits[1:] if is_title else hits


def _distance(a: str, b: str, most: int) -> int | None:
    """The number of letters to change, add or drop between two words; None when it is more than `most`."""
    if abs(len(a) - len(b)) > most:
        return None
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (left != right))
    return row[-1] if row[-1] <= most else None
