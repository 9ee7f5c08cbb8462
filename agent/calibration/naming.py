"""Conventions in words for the user."""

from __future__ import annotations

from handsight.calibration.conventions import Convention
from handsight.prompts.dialect import ChatDialect


def named(convention: Convention, dialect: ChatDialect) -> str:
    """What a model writes that follows `convention`, as the object of a sentence; `own` is that of `dialect`."""
    said = _kind(convention, dialect)
    if convention.swapped:
        said += ", y before x"
    if any(convention.shift):
        x, y = convention.shift
        said += f", shifted by {x:+.3g} and {y:+.3g}"
    return said


def own(dialect: ChatDialect) -> str:
    """What a model writes that follows its dialect."""
    if dialect.edge is None:
        return "pixels of the picture as it was sent"
    right, bottom = dialect.edge
    return relative(right) if right == bottom else f"numbers from 0 to {right} across and from 0 to {bottom} down"


def _kind(convention: Convention, dialect: ChatDialect) -> str:
    number = convention.number
    if convention.kind == "own":
        return own(dialect)
    if convention.kind == "relative":
        return relative(number) + (" or so" if convention.free else "")
    if convention.kind == "padded":
        return f"{relative(number)} on a square into which the picture was padded"
    return {
        "sent": "pixels of the picture as it was sent",
        "original": "pixels of the screenshot itself, not of the picture as it was sent",
        "capped": f"pixels of a picture shrunk again after it was sent, to about {number / 1e6:.2f} megapixels",
        "raised": f"pixels of a picture enlarged after it was sent, to about {number / 1e6:.2f} megapixels",
        "longest": f"pixels of a picture shrunk again after it was sent, to a longer side of about {number:.0f}",
    }[convention.kind]


def relative(number: float) -> str:
    """Numbers that go from 0 to `number` on both axes."""
    if number == 1:
        return "fractions of the screen, from 0 to 1"
    if number == 100:
        return "percents of the screen, from 0 to 100"
    return f"relative numbers, from 0 to {number:.4g}"
