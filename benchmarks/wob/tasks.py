"""The tasks that the `miniwob` package brings, as pages in a folder, and those that no screenshots can do."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from handsight.errors import ExtraMissing, UsageError

_MOVES = "what it shows moves faster than screens are looked at"
LEFT_OUT = {
    "chase-circle": _MOVES,
    "hover-shape": _MOVES,
    "moving-items": _MOVES,
    "simon-says": "a sequence flashes once, while the screen is being waited for to settle",
    "stock-market": "a price has to be caught in the second that it stands there",
}


def folder() -> Path:
    """Where the pages are. The package is not imported: it wants a gym and a web driver, and its pages need neither."""
    try:
        pages = Path(str(distribution("miniwob").locate_file("miniwob/html/miniwob")))
    except PackageNotFoundError as problem:
        raise ExtraMissing("miniwob", "opening the pages of MiniWoB++") from problem
    if not pages.is_dir():
        raise UsageError(f"the miniwob package that is installed has no pages at {pages}; install miniwob 1.1 or later")
    return pages


def names() -> list[str]:
    """Every task, by name."""
    return sorted(page.stem for page in folder().glob("*.html"))


def chosen(words: Sequence[str]) -> list[str]:
    """The tasks that are named, in order, or all but those left out. Raises UsageError for one there is not."""
    known = names()
    for word in words:
        if word not in known:
            near = get_close_matches(word, known, n=3)
            raise UsageError(f"there is no task {word!r}" + (f"; did you mean {' or '.join(near)}?" if near else ""))
    return list(dict.fromkeys(words)) or [name for name in known if name not in LEFT_OUT]


def address(task: str) -> str:
    """The page of a task, as a browser is told."""
    return (folder() / f"{task}.html").as_uri()
