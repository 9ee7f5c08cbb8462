"""Which model "mini", "reader", "server:URL#NAME" or a checkpoint's folder stands for, and which dialect it speaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from handsight.errors import UnknownName, UsageError
from handsight.families import ACTS_ALONE, DIALECTS, chosen
from handsight.plugins import brought, registered
from handsight.wiring.later import later

if TYPE_CHECKING:
    from handsight.models.base import Model
    from handsight.prompts.base import Dialect

_KINDS = ("server", "scripted", "local")
OURS = {"reader": "handsight.models.reader:open_reader", "mini": "handsight.models.mini:open_mini"}


def open_model(words: str = "reader", *, constrain: bool = False) -> Model:
    """Open "reader", "mini", "server:URL#NAME", "scripted:FILE", a checkpoint's folder or hub name, "pkg.module:Class".

    `constrain` holds a checkpoint to what a prompt allows: calls that there are, answers of the form asked for.
    """
    return model_opener(words, constrain=constrain)()


def model_opener(words: str, *, constrain: bool = False) -> Callable[[], Model]:
    """Understand which model is meant. `constrain` holds one in this process to what a prompt allows."""
    kind, _, rest = words.partition(":")
    found = None if words in OURS or kind in _KINDS else brought("handsight.models", words)
    if constrain and (found or words in OURS or kind in ("server", "scripted")):
        raise UsageError(f"--constrain holds a checkpoint in this process to a grammar, and {words} is none")
    if words in OURS:
        return later(OURS[words])
    if kind == "server":
        return later("handsight.models.server:open_server", words)
    if kind == "scripted" and rest:
        return later("handsight.models.scripted:ScriptedModel.from_file", rest)
    if found:
        return found
    if is_checkpoint(words):
        return later("handsight.models.local:open_local", words, constrain=constrain)
    known = [*OURS, "server:URL#NAME", "scripted:FILE", "a checkpoint's folder or hub name", "pkg.module:Class"]
    raise UnknownName(f"no model is called {words!r}; there are: {', '.join(known + registered('handsight.models'))}")


def is_checkpoint(words: str) -> bool:
    """Whether words that name a model name a checkpoint: a folder, or a name on the Hugging Face hub."""
    kind = words.partition(":")[0]
    if words in OURS or kind in ("server", "scripted"):
        return False
    return kind == "local" or "/" in words or bool(words and Path(words).is_dir())


def dialect_of(model: Model, name: str | None = None, screen_tokens: int | None = None) -> Dialect:
    """The dialect of that name, or the one that `model` speaks."""
    return open_dialect(name or chosen(model.name, getattr(model, "family", "")).dialect, model.name, screen_tokens)


def open_dialect(name: str | None = None, model: str = "", screen_tokens: int | None = None) -> Dialect:
    """The dialect of that name, or the one that a model of that name speaks. Raises UnknownName.

    `screen_tokens` is the most that a screen may cost; left out, that is the dialect's to say.
    """
    name = name or chosen(model).dialect
    known = {**DIALECTS, **ACTS_ALONE}
    found = brought("handsight.dialects", known.get(name, name))
    if found is None:
        there_are = ", ".join([*known, *registered("handsight.dialects")])
        raise UnknownName(f"no dialect is called {name!r}; there are: {there_are}")
    dialect: Dialect = found(**({} if screen_tokens is None else {"max_tokens_per_screen": screen_tokens}))
    return dialect


def check_held(dialect: Dialect) -> None:
    """Raise UsageError for a dialect whose calls no grammar describes: nothing would hold a model to them."""
    form = getattr(dialect, "form", None)
    if form is not None and not form.holds:
        raise UsageError(f"the calls of the dialect {dialect.name} have no grammar; leave --constrain out")


def check_task(model: str, task: str) -> None:
    """Raise UsageError for a task that a model is known not to understand, before anything is opened."""
    if model == "reader":
        from handsight.models.reader import check_task

        check_task(task)


def close(opened: object) -> None:
    """Let go of a model that holds something: a connection, a graphics card."""
    if hasattr(opened, "close"):
        opened.close()
