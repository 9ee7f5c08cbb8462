"""What the devices that name their screens have in common."""

from __future__ import annotations

_MOST_CHARS = 300


def label(text: str) -> str:
    """The text of a label, on one line and not longer than a label is."""
    line = " ".join(text[: 4 * _MOST_CHARS].replace("\ufffc", " ").split())  # which stands for an embedded object
    return line if len(line) <= _MOST_CHARS else line[: _MOST_CHARS - 1] + "…"
