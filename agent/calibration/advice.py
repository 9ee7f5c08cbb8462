"""What to do about a model that follows another convention than its dialect's."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from handsight.calibration.asking import Shown
from handsight.calibration.conventions import Convention
from handsight.calibration.tokens import cost
from handsight.prompts.dialect import ChatDialect

LEAST_TOKENS, MOST_TOKENS = 256, 16384  # that --screen-tokens takes
SAFELY = 0.97  # of a measured limit


def advise(
    convention: Convention, dialect: ChatDialect, others: Mapping[str, ChatDialect], screens: Sequence[Shown]
) -> tuple[str, ...]:
    """Sentences that say what to do; `screens` are those that were shown, `others` the dialects there are."""
    if convention.swapped:
        return ("No dialect reads y before x: see to it that the server's chat template is that of the model.",)
    if any(convention.shift):
        return (
            "Something pads or crops the pictures before the model sees them: look for it in the server's settings; no "
            "dialect reads shifted numbers.",
        )
    match convention.kind:
        case "padded":
            return (
                "The server pads pictures to a square: start it without, since no dialect reads places on the padding.",
            )
        case "relative":
            return (_relative(convention.number, dialect, others),)
        case "sent":
            return (f"Use {_spoken(pixels(dialect, others))}.",)
        case "original":
            return (_original(dialect, others, screens),)
        case _:
            return _resized(convention, dialect, others, screens)


def pixels(dialect: ChatDialect, others: Mapping[str, ChatDialect]) -> str | None:
    """The dialect most like this one that reads pixels of the picture as it was sent."""
    return _like(dialect, {name: other for name, other in others.items() if other.edge is None})


def _relative(number: float, dialect: ChatDialect, others: Mapping[str, ChatDialect]) -> str:
    edge = (round(number), round(number))
    near = {name: other for name, other in others.items() if other.edge and _same(other.edge, number)}
    name = _like(dialect, near)
    if name is None:
        return (
            f"No dialect reads them: write one, a subclass of {type(dialect).__name__} with edge = {edge}, and name it "
            "as --dialect my_module:MyDialect."
        )
    return f"Use {_spoken(name)}."


def _same(edge: tuple[int, int], number: float) -> bool:
    """Whether the difference cannot be seen: of 999 and 1000 it is a pixel on a phone."""
    return all(abs(one - number) <= 0.002 * number for one in edge)


def _like(dialect: ChatDialect, others: Mapping[str, ChatDialect]) -> str | None:
    """Of `others`, the one that asks most as `dialect` does: form first, words next, and how pictures are cut last."""

    def likeness(name: str) -> tuple[bool, ...]:
        other = others[name]
        form = type(other.form) is type(dialect.form)
        return (
            form,
            other.vocabulary == dialect.vocabulary,
            other.layout == dialect.layout,
            other.system == dialect.system,
            other.factor == dialect.factor,
            other.prints_size == dialect.prints_size,
        )

    return max(others, key=likeness, default=None)


def _spoken(name: str | None) -> str:
    return f"--dialect {name}" if name else "a dialect of your own with edge = None, named as my_module:MyDialect"


def _original(dialect: ChatDialect, others: Mapping[str, ChatDialect], screens: Iterable[Shown]) -> str:
    needed = max(math.ceil(w / dialect.factor) * math.ceil(h / dialect.factor) for w, h in (s.size for s in screens))
    if needed > MOST_TOKENS:
        return (
            f"No dialect reads them, and screens of that size would cost {needed} tokens each if they were sent whole."
        )
    with_dialect = "" if dialect.edge is None else f"{_spoken(pixels(dialect, others))} "
    return f"Send screens at their own size, where the two are the same: {with_dialect}--screen-tokens {needed}."


def _resized(
    convention: Convention, dialect: ChatDialect, others: Mapping[str, ChatDialect], screens: Sequence[Shown]
) -> tuple[str, ...]:
    sizes = "; ".join(
        f"{shown.sent[0]}x{shown.sent[1]} to about {right:.0f}x{bottom:.0f}"
        for shown in dict.fromkeys(screens)
        for *_, right, bottom in [convention.corners(shown)]
        if round(right) != shown.sent[0]
    )
    happened = f"The server resizes what it is sent: {sizes}."
    speak = None if dialect.edge is None else _spoken(pixels(dialect, others))
    spoken = f", and use {speak}" if speak else ""
    if convention.kind == "raised":
        return happened, f"Start it with a lower min_pixels, or with none{spoken}."
    limit = min(math.prod(convention.corners(shown)[2:]) for shown in _shrunk(convention, screens))
    tokens = int(SAFELY * limit / dialect.factor**2)
    most = max(cost(shown.sent, dialect.factor) for shown in screens) * dialect.factor**2
    start = f"start it with max_pixels of {most} or more"
    if tokens < LEAST_TOKENS:
        return happened, f"Its limit is too low for screens: {start}{spoken}."
    return happened, f"Send less than its limit, with --screen-tokens {tokens}, or {start}{spoken}."


def _shrunk(convention: Convention, screens: Iterable[Shown]) -> list[Shown]:
    return [shown for shown in screens if convention.corners(shown)[2] < shown.sent[0]]
