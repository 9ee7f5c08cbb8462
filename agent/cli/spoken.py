"""Which dialect a model is spoken to in, and why, without loading it."""

from __future__ import annotations

from collections.abc import Iterator

from handsight.families import Choice, chosen
from handsight.models.address import parse_server
from handsight.models.memory import architecture
from handsight.prompts.dialect import ChatDialect
from handsight.wiring import close, is_checkpoint, model_opener, open_dialect
from handsight.wiring.models import OURS

WIDTH = 16


def spoken(words: str, dialect: str | None, size: tuple[int, int], screen_tokens: int) -> Iterator[str]:
    """Lines that say which dialect it is, why, how places are written in it, and what a screen of `size` costs."""
    choice = why(*_told(words), dialect)
    opened = open_dialect(choice.dialect, "", screen_tokens)
    yield line("dialect", f"{choice.dialect}: {choice.why}")
    if isinstance(opened, ChatDialect):
        from handsight.calibration.naming import own

        width, height = opened.sent(size)
        tokens = width * height // opened.factor**2
        yield line("places", own(opened))
        yield line("a screen", f"{size[0]}x{size[1]} is sent as {width}x{height}, {tokens} tokens")


def why(name: str, family: str, dialect: str | None = None) -> Choice:
    """The dialect of a model of that name and architecture, or the one named for it, and why."""
    choice = chosen(name, family)
    if dialect is None:
        return choice
    return Choice(dialect, f"named by --dialect; by itself it would be {choice.dialect}, as {choice.why}")


def line(what: str, said: str) -> str:
    """A line of a table of two columns."""
    return f"{what:<{WIDTH}}{said}"


def _told(words: str) -> tuple[str, str]:
    """The name of a model, and the architecture where it is a checkpoint: what `run` goes by once it is loaded."""
    opener = model_opener(words)
    if words in OURS:
        return words, ""
    if is_checkpoint(words):
        return words.removeprefix("local:"), architecture(words)
    if words.startswith("server:") and (name := parse_server(words)[1]):
        return name, ""
    model = opener()
    try:
        return model.name, getattr(model, "family", "")
    finally:
        close(model)
