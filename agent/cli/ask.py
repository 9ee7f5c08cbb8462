"""`handsight ask`: one question about pictures, a video or a device's screen."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from handsight import wiring
from handsight.cli.voice import Voice
from handsight.devices.base import Device
from handsight.errors import BadMedia, UsageError
from handsight.media import Remote
from handsight.media.clips import check_media
from handsight.media.sources import opened
from handsight.models.base import Model
from handsight.models.reader import ReaderModel
from handsight.models.reader.talk import CANNOT_TALK
from handsight.talk import Chat
from handsight.talk.thoughts import spoken
from handsight.types import Clip, Picture, Reply

_READS = re.compile(r"\b(read|says?|said|text|words|written|stands?)\b|[读讀写寫]|文字", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """What is asked about what, and how the answer is to be had."""

    text: str
    sources: Sequence[str] = ()
    device: str | None = None
    model: str = "reader"
    schema: Path | None = None
    start_s: float | None = None
    end_s: float | None = None
    screen_tokens: int = 1280
    max_tokens: int = 1024
    allow_private: bool = False
    constrain: bool = False


def answer(question: Question, *, as_json: bool = False) -> int:
    """Ask, print the answer as it comes, and give the exit code."""
    if not question.text.strip():
        raise UsageError("the question is empty; say what you would like to know")
    began = time.perf_counter()
    schema = read_schema(question.schema)
    if question.constrain and schema is None:
        raise UsageError("--constrain holds the answer to a schema: name its file with --json-schema")
    open_model = wiring.model_opener(question.model, constrain=question.constrain)
    look = wiring.device_opener(question.device) if question.device is not None else None
    if question.model == "reader" and (schema is not None or not can_read_out(question.text)):
        raise UsageError(CANNOT_TALK)
    check_files(question.sources)
    voice = Voice()
    try:
        said, reply, name = _asked(question, open_model, look, schema, voice, aloud=not as_json)
    finally:
        voice.end()
    if as_json:
        counts = {key: value for key, value in asdict(reply).items() if key not in ("text", "native")}
        seconds = round(time.perf_counter() - began, 3)
        print(json.dumps({"answer": said, "model": name, **counts, "seconds": seconds}, ensure_ascii=False))
    elif reply.finish == "length":
        voice.note(f"(cut off after {question.max_tokens} tokens; --max-tokens allows more)")
    return 0


def _asked(
    question: Question,
    open_model: Callable[[], Model],
    look: Callable[[], Device] | None,
    schema: dict[str, Any] | None,
    voice: Voice,
    *,
    aloud: bool,
) -> tuple[Any, Reply, str]:
    """Look, then ask: the answer, the reply it was taken from, and the name of the model."""
    voice.wait("looking")
    screens = []
    if look:
        with closing(look()) as device:
            screens.append(device.screenshot())
    voice.wait("opening the model")
    with ExitStack() as opened:
        model = open_model()
        opened.callback(wiring.close, model)
        remote = Remote(allow_private=True) if question.allow_private else None
        chat = Chat(model, screen_tokens=question.screen_tokens, max_tokens=question.max_tokens, remote=remote)
        parts = [*looked_at(chat, question, voice), *(chat.look(screen) for screen in screens)]
        voice.wait("thinking")
        if isinstance(model, ReaderModel):
            said: Any = read_out(model, parts)
        elif schema is not None:
            said = chat.ask(*parts, question.text, type=schema)
        else:
            said = spoken(chat.reply(*parts, question.text, tell=voice if aloud else None).text).strip()
            aloud = False  # it was told as it came
        if aloud:
            voice(said if schema is None else json.dumps(said, ensure_ascii=False, indent=2))
        return said, chat.last or Reply(str(said)), model.name


def looked_at(chat: Chat, question: Question, voice: Voice) -> Iterable[Picture | Clip]:
    """The pictures and videos that a question is about, opened one after another."""
    for source in question.sources:
        yield chat.look(source, start_s=question.start_s, end_s=question.end_s, progress=voice.seen)


def check_files(sources: Iterable[str]) -> None:
    """Raise BadMedia for a file that cannot be read: a model may take long to load, and that would be in vain."""
    for source in sources:
        if not re.match(r"https?://", source, re.IGNORECASE):
            with opened(source, Remote()) as file:
                check_media(file)


def can_read_out(question: str) -> bool:
    """Whether a question is answered by what stands there."""
    return _READS.search(question) is not None


def read_out(model: ReaderModel, parts: Iterable[Picture | Clip]) -> str:
    """What stands on pictures, line by line, read by the reader."""
    lines = []
    for part in parts:
        if isinstance(part, Clip):
            raise BadMedia("the reader reads pictures, not videos; name a model that can look at them")
        lines += [line.text for line in model.ocr.read(part.image)]
    if not lines:
        raise UsageError("the reader finds no text there; show it a picture or a screen with some")
    return "\n".join(lines)


def read_schema(path: Path | None) -> dict[str, Any] | None:
    """The JSON schema in a file. Raises UsageError."""
    if path is None:
        return None
    try:
        schema = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise UsageError(f"the schema {path} cannot be read as JSON: {problem}") from problem
    if not isinstance(schema, dict):
        raise UsageError(f"the schema {path} is not a JSON object")
    return schema
