"""A conversation in a folder like a run's: its record is appended to, and its pictures stand beside it.

Each question is on disk before it is asked, with its pictures at the size at which they are sent. Only one that was
answered is part of the conversation, so that one taken up again is, token for token, the one that was left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from handsight.errors import BadRecord
from handsight.journal import Journal, now, unwritable
from handsight.journal import read as events
from handsight.media import resized
from handsight.png import encode
from handsight.talk.parts import Part
from handsight.talk.thoughts import spoken
from handsight.types import Clip, Message, Picture, Reply

RECORD = "chat.jsonl"


@dataclass(frozen=True)
class Past:
    """What a record holds: what the chat was begun with, what was said, how each answer ended, pictures so far."""

    said: dict[str, Any]
    messages: tuple[Message, ...] = ()
    finishes: tuple[str, ...] = ()
    unanswered: str = ""
    pictures: int = 0


class History:
    """Writes a chat down as it goes."""

    def __init__(self, journal: Journal, pictures: int = 0) -> None:
        self.folder = journal.path.parent
        self._journal = journal
        self._pictures = pictures

    @classmethod
    def create(cls, folder: Path, said: dict[str, Any]) -> History:
        """Begin in a new or empty folder; `said` is what the chat is begun with. Raises BadRecord."""
        return cls(Journal.create(folder / RECORD, {"event": "start", "time": now(), "said": said}))

    @classmethod
    def reopen(cls, folder: Path, past: Past) -> History:
        """Go on with the record in a folder, of which `past` was read."""
        return cls(Journal.reopen(folder / RECORD), past.pictures)

    def question(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """Write a question down, and give its parts with the pictures as they stand in the folder."""
        kept = tuple(part if isinstance(part, str) else self._kept(part) for part in parts)
        self._note("question", parts=[_plain(part) for part in kept])
        return kept

    def answer(self, reply: Reply) -> None:
        self._note("answer", **asdict(reply))

    def error(self, problem: Exception) -> None:
        self._note("error", kind=type(problem).__name__, message=str(problem))

    def close(self) -> None:
        self._journal.close()

    def _note(self, event: str, **more: Any) -> None:
        self._journal.write({"event": event, "time": now(), **more})

    def _kept(self, part: Picture | Clip) -> Picture | Clip:
        self._pictures += 1
        if isinstance(part, Picture):
            return self._file(part, f"{self._pictures:04}.png")
        names = (f"{self._pictures:04}-{number:03}.png" for number in range(1, len(part.frames) + 1))
        return Clip(tuple(map(self._file, part.frames, names)), part.seconds)

    def _file(self, picture: Picture, name: str) -> Picture:
        image = resized(picture)
        path = self.folder / name
        try:
            path.write_bytes(encode(image))
        except OSError as problem:
            raise unwritable(self._journal.path, problem) from problem
        return Picture(path, image.size)


def read(folder: Path) -> Past:
    """Read a chat back, as far as it was written. Raises BadRecord when there is none in `folder`."""
    said: dict[str, Any] | None = None
    messages: list[Message] = []
    finishes: list[str] = []
    asked: Message | None = None
    pictures = 0
    try:
        for number, event in enumerate(events(folder / RECORD)):
            if not number:
                said = dict(event["said"])
            elif event["event"] == "question":
                asked = Message("user", tuple(_part(part, folder) for part in event["parts"]))
                pictures += sum(not isinstance(part, str) for part in asked.parts)
            elif event["event"] == "answer" and asked:
                messages += [asked, Message("assistant", (event["text"],))]
                finishes.append(event["finish"])
                asked = None
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise BadRecord(f"{folder / RECORD} is no record of a chat: an event lacks or misplaces {problem}") from problem
    if said is None:
        raise BadRecord(f"{folder} holds no chat: {RECORD} is empty")
    return Past(said, tuple(messages), tuple(finishes), text_of(asked) if asked else "", pictures)


def text_of(message: Message) -> str:
    """The words of a message."""
    return "\n".join(part for part in message.parts if isinstance(part, str))


def in_markdown(messages: list[Message], finishes: tuple[str, ...]) -> Iterator[str]:
    """A conversation as text to be kept or sent on, line by line."""
    ends = iter(finishes)
    for message in messages:
        if message.role == "system":
            continue
        yield "## Question" if message.role == "user" else "## Answer"
        yield ""
        for part in message.parts:
            said = spoken(part) if message.role == "assistant" and isinstance(part, str) else part
            yield said if isinstance(said, str) else f"*{named(said)}*"
            yield ""
        if message.role == "assistant" and (end := next(ends, "stop")) != "stop":
            yield f"*({'interrupted' if end == 'interrupted' else 'cut off'})*"
            yield ""


def named(part: Picture | Clip) -> str:
    """A picture or a video in a few words."""
    if isinstance(part, Picture):
        width, height = part.sent or part.size
        return f"picture, {width}x{height}"
    return f"video, {len(part.frames)} frames from {part.seconds[0]:.1f} to {part.seconds[-1]:.1f} s"


def _plain(part: Part) -> Any:
    if isinstance(part, str):
        return part
    if isinstance(part, Picture):
        return {"picture": Path(part.source).name, "sent": part.sent}  # type: ignore[arg-type]
    return {"video": [_plain(frame) for frame in part.frames], "seconds": part.seconds}


def _part(value: Any, folder: Path) -> Part:
    if isinstance(value, str):
        return value
    if "video" in value:
        frames = tuple(_part(frame, folder) for frame in value["video"])
        return Clip(frames, tuple(value["seconds"]))  # type: ignore[arg-type]
    path = folder / Path(value["picture"]).name
    if not path.is_file():
        raise BadRecord(f"{folder} lacks the picture {path.name} that its record names")
    width, height = value["sent"]
    return Picture(path, (width, height))
