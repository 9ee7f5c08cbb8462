"""A model that says what it was told to say, for tests of agents, tools and devices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from handsight.errors import ModelError, UsageError
from handsight.talk import Talks
from handsight.types import Prompt, Reply

Line = str | Reply | Exception | Callable[[Prompt], str]
SEPARATOR = "---"


class ScriptedModel(Talks):
    """Gives its replies in order and keeps the prompts it was asked, in `prompts`.

    An exception in the script is raised instead of an answer; a function is asked with the prompt. Once the script has
    run out ModelError is raised, so that a test never passes on an answer that nobody wrote.
    """

    def __init__(self, replies: Iterable[Line], *, name: str = "scripted") -> None:
        self.name = name
        self.prompts: list[Prompt] = []
        self._script = list(replies)

    @classmethod
    def from_file(cls, path: Path | str) -> ScriptedModel:
        """Read a script in plain text: replies as they are, with a line `---` between two of them."""
        path = Path(path)
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as problem:
            raise UsageError(f"the script {path} cannot be read as UTF-8 text: {problem}") from problem
        replies: list[list[str]] = [[]]
        for line in lines:
            if line.strip() == SEPARATOR:
                replies.append([])
            else:
                replies[-1].append(line)
        texts = ["\n".join(reply).strip("\n") for reply in replies]
        if not any(texts):
            raise UsageError(f"the script {path} is empty; write replies with a line {SEPARATOR} between two of them")
        if not texts[-1]:  # the file ends with the separator
            texts.pop()
        return cls(texts, name=path.name)

    @property
    def left(self) -> int:
        """How many replies have not been given yet."""
        return max(0, len(self._script) - len(self.prompts))

    def generate(self, prompt: Prompt) -> Reply:
        """Give the next reply of the script, whatever is asked."""
        self.prompts.append(prompt)
        if len(self.prompts) > len(self._script):
            raise ModelError(f"the script has {len(self._script)} replies, and a further one was asked for")
        line = self._script[len(self.prompts) - 1]
        if isinstance(line, Exception):
            raise line
        if callable(line):
            line = line(prompt)
        return line if isinstance(line, Reply) else Reply(line)

    def stream(self, prompt: Prompt, tell: Callable[[str], None]) -> Reply:
        """Give the next reply, and tell it word by word."""
        reply = self.generate(prompt)
        for word in re.findall(r"\S*\s+|\S+", reply.text):
            tell(word)
        return reply
