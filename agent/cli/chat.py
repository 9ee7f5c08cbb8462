"""`handsight chat`: a conversation with a model, line by line, that can be broken off and taken up again."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from handsight import __version__, wiring
from handsight.cli.conversation import Conversation
from handsight.cli.voice import Voice
from handsight.errors import UsageError
from handsight.media import Remote
from handsight.models.reader.talk import CANNOT_TALK
from handsight.talk import Chat, History
from handsight.talk.history import Past, read


@dataclass(frozen=True)
class Words:
    """What a chat is begun with; its record keeps it for when it is taken up."""

    model: str = "reader"
    device: str | None = None
    screen_tokens: int = 1280
    max_tokens: int = 1024
    allow_private: bool = False


def begin(said: Words, folder: Path | None = None) -> int:
    """Converse until the lines end, and give the exit code."""
    return _converse(said, Past({}), lambda: History.create(folder or new_folder(), _about(said)))


def go_on(folder: Path, said: dict[str, Any]) -> int:
    """Take up the chat in a folder; what `said` leaves out is as it was at first."""
    past = read(folder)
    known = {field.name for field in fields(Words)}
    first = {name: value for name, value in past.said.items() if name in known}
    return _converse(Words(**{**first, **said}), past, lambda: History.reopen(folder, past))


def new_folder() -> Path:
    """A folder for a new chat, named after the time, under `chats`."""
    name = time.strftime("%Y-%m-%d_%H-%M-%S")
    folder, number = Path("chats") / name, 2
    while folder.exists():
        folder, number = Path("chats") / f"{name}_{number}", number + 1
    return folder


def _about(said: Words) -> dict[str, Any]:
    return {"handsight": __version__, **asdict(said)}


def _converse(said: Words, past: Past, record: Callable[[], History]) -> int:
    open_model = wiring.model_opener(said.model)
    look = wiring.device_opener(said.device) if said.device is not None else None
    if said.model == "reader":
        raise UsageError(CANNOT_TALK)
    voice = Voice()
    with ExitStack() as opened:
        opened.callback(voice.end)
        voice.wait("opening the model")
        model = open_model()
        opened.callback(wiring.close, model)
        if hasattr(model, "reach"):
            model.reach()
        voice.end()
        remote = Remote(allow_private=True) if said.allow_private else None
        chat = Chat(
            model,
            screen_tokens=said.screen_tokens,
            max_tokens=said.max_tokens,
            remote=remote,
            messages=past.messages,
        )
        with Conversation(chat, voice, record, look, past) as conversation:
            conversation.hold()
    return 0
