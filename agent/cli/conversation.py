"""The lines of a chat, carried out one after another."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from handsight.cli.console import complain
from handsight.cli.lines import Lines, breakable
from handsight.cli.voice import Voice
from handsight.devices.base import Device
from handsight.errors import DeviceError, HandsightError, UsageError
from handsight.talk import Chat, History
from handsight.talk.history import Past, in_markdown, named, text_of
from handsight.talk.thoughts import spoken
from handsight.types import Clip, Picture

_SPAN = re.compile(r"(?P<path>.+?)\s+(?P<start>\d+(?:\.\d+)?)-(?P<end>\d+(?:\.\d+)?)")


class Conversation:
    """Takes lines: what begins with / is carried out, all else is asked. The record begins with the first question."""

    def __init__(
        self, chat: Chat, voice: Voice, record: Callable[[], History], look: Callable[[], Device] | None, past: Past
    ) -> None:
        self.chat, self.voice, self.lines = chat, voice, Lines()
        self.pending: list[Picture | Clip] = []
        self.finishes = list(past.finishes)
        self._past, self._record, self._open_device = past, record, look
        self._history: History | None = None
        self._device: Device | None = None
        self._commands: dict[str, Callable[[str], None]] = {
            "/screen": self.screen,
            "/image": self.image,
            "/video": self.video,
            "/save": self.save,
            "/help": self.help,
        }

    def __enter__(self) -> Conversation:
        return self

    def __exit__(self, *_: object) -> None:
        self._let_device_go()
        if self._history:
            self._history.close()

    def hold(self) -> None:
        """Take line after line until they end, or /quit. Piped lines end at the first mistake, typed ones go on."""
        self._greet()
        with breakable(Lines.read, Chat.hear, Conversation.look):
            while True:
                try:
                    line = self.lines.read()
                    if line is None or line.strip() == "/quit":
                        break
                    self.take(line.strip())
                except KeyboardInterrupt:
                    if not self.lines.typed:
                        raise
                    self.voice.note("(/quit or Ctrl-D leaves)")
                except HandsightError as problem:
                    self.voice.end()
                    if not self.lines.typed:
                        raise
                    complain(problem)
        if self._history and self.lines.typed:
            self.voice.note(f"go on with: handsight chat --resume {self._history.folder}")

    def take(self, line: str) -> None:
        """Carry out one line."""
        command, _, rest = line.partition(" ")
        if command in self._commands:
            self._commands[command](rest.strip())
        elif re.fullmatch(r"/\w*", command):
            raise UsageError(f"there is no {command}; there are {', '.join([*self._commands, '/quit'])}")
        elif line:
            self.ask(line)

    def ask(self, line: str) -> None:
        """Ask about what has been shown since the last answer. A question without an answer may be asked again."""
        if self._history is None:
            self._history = self._record()
        before = self.chat.last
        question = self._history.question((*self.pending, line))
        self.voice.wait("thinking")
        try:
            self.chat.reply(*question, tell=self.voice)
        except KeyboardInterrupt:
            if self.chat.last is before:
                self.voice.note("(interrupted before the first word: the question is taken back)")
            if not self.lines.typed:
                raise
        except HandsightError as problem:
            self._history.error(problem)
            raise
        finally:
            self.voice.end()
            if self.chat.last is not None and self.chat.last is not before:
                self._answered()

    def _answered(self) -> None:
        reply = self.chat.last
        assert reply
        assert self._history
        self._history.answer(reply)
        self.finishes.append(reply.finish)
        self.pending.clear()
        if reply.finish == "interrupted":
            self.voice.note("(interrupted)")
        elif reply.finish == "length":
            self.voice.note(f"(cut off after {self.chat.max_tokens} tokens; --max-tokens allows more)")

    def screen(self, question: str) -> None:
        """/screen [QUESTION]           look at the device's screen now"""
        if self._open_device is None:
            raise UsageError("there is no device to look at; begin the chat with --device")
        try:
            self._device = self._device or self._open_device()
            device = self._device
            self._show(self.look(device.screenshot), device.name)
        except DeviceError:
            self._let_device_go()  # it is opened anew the next time
            raise
        if question:
            self.ask(question)

    def image(self, source: str) -> None:
        """/image PATH_OR_URL           show a picture"""
        path = _named(source, "/image photo.jpg")
        self._show(self.look(lambda: path), Path(path).name)

    def video(self, source: str) -> None:
        """/video PATH_OR_URL [2-10.5]  show a video, or these seconds of it"""
        span = None if Path(source).is_file() else _SPAN.fullmatch(source)
        seconds = {"start_s": float(span["start"]), "end_s": float(span["end"])} if span else {"start_s": 0.0}
        path = _named(span["path"] if span else source, "/video talk.mp4 2-10.5")
        self._show(self.look(lambda: path, **seconds), Path(path).name)

    def save(self, name: str) -> None:
        """/save FILE                   write what was said as Markdown"""
        path = Path(_named(name, "/save talk.md")).expanduser()
        try:
            with path.open("x", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in in_markdown(self.chat.messages, tuple(self.finishes)))
        except FileExistsError as problem:
            raise UsageError(f"{path} is there already; name another file") from problem
        except OSError as problem:
            raise UsageError(f"{path} cannot be written: {problem.strerror}") from problem
        self.voice.note(f"saved as {path}")

    def help(self, _: str) -> None:
        """/help                        say what can be typed"""
        described = [command.__doc__ or "" for command in self._commands.values()]
        self.voice.note("\n".join([*described, "/quit                        leave, as Ctrl-D does"]))
        self.voice.note("Ctrl-C breaks an answer off; what was said of it stays.")

    def look(self, source: Any, **how: Any) -> Picture | Clip:
        """Open what is to be shown. Ctrl-C breaks it off."""
        self.voice.wait("looking")
        return self.chat.look(source(), progress=self.voice.seen, **how)

    def _show(self, part: Picture | Clip, name: str) -> None:
        self.pending.append(part)
        self.voice.end()
        if self.lines.typed:
            self.voice.note(f"{name}: {named(part)}; now ask")

    def _let_device_go(self) -> None:
        device, self._device = self._device, None
        if device:
            device.close()

    def _greet(self) -> None:
        if not self.lines.typed:
            return
        self.voice.note(f"{self.chat.model.name}; /help says what can be typed")
        asked = [text_of(message) for message in self._past.messages if message.role == "user"]
        self.lines.remember(asked)
        if asked:
            self.voice.note(f"{len(asked)} questions so far; the last one:")
            self.voice(f"> {asked[-1]}\n{spoken(text_of(self._past.messages[-1]))}\n")
        if self._past.unanswered:
            self.voice.note(f"not answered: {self._past.unanswered}")


def _named(source: str, example: str) -> str:
    """The name as it is meant: a file that is dropped on a terminal comes in quotes."""
    quoted = re.fullmatch(r"(['\"])(.+)\1", source)
    source = quoted[2] if quoted and not Path(source).is_file() else source
    if not source:
        raise UsageError(f"a name is missing, as in {example}")
    return source
