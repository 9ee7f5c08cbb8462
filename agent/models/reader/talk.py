"""The conversation so far, as the reader needs it. All that it knows of the past is read here, so a run resumes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handsight.errors import ModelError, UsageError
from handsight.models.native import refuse_native
from handsight.types import Message, Picture, Prompt

_THOUGHT = re.compile(r"Step (?P<step>\d+) of \d+: (?P<said>.*)", re.DOTALL)
_NOTE = re.compile(r'Noted: ("(?:[^"\\]|\\.)*")')
CANNOT_TALK = (
    "the reader follows steps on a screen and cannot answer questions; name a model that can, such as "
    "server:http://localhost:8000/v1#Qwen2-VL-7B-Instruct, or a checkpoint such as Qwen/Qwen2-VL-2B-Instruct"
)
_TASK = "The user query: "
HANDS = ("mobile_use", "computer_use")
_DENIED = re.compile(r"the user said no|a rule forbids", re.IGNORECASE)


@dataclass(frozen=True)
class Turn:
    """One earlier reply and what came of it: `step` counts from 0, `after` is the next screen."""

    step: int
    said: str
    name: str
    arguments: Mapping[str, Any]
    response: str
    before: Picture | None
    after: Picture | None

    @property
    def failed(self) -> bool:
        return self.response.startswith("Error:") or "was not carried out" in self.response

    @property
    def interrupted(self) -> bool:
        """Whether it certainly did not happen and nobody is to blame."""
        return "was not carried out" in self.response or "nothing was touched" in self.response

    @property
    def denied(self) -> bool:
        return self.failed and bool(_DENIED.search(self.response))

    @property
    def in_doubt(self) -> bool:
        return "may or may not have been carried out" in self.response

    @property
    def unchanged(self) -> bool:
        return "The screen did not change." in self.response

    @property
    def action(self) -> str:
        """The action of the device, or the name of another function."""
        return str(self.arguments.get("action", "")) if self.name in HANDS else self.name


@dataclass(frozen=True)
class Talk:
    """The task, what may be called, the turns so far, what was noted on the way, and the screen to decide on."""

    task: str
    functions: Mapping[str, Mapping[str, Any]]
    turns: tuple[Turn, ...]
    notes: tuple[str, ...]
    picture: Picture

    @property
    def hand(self) -> str:
        """The function that works the device."""
        return next((name for name in HANDS if name in self.functions), HANDS[0])

    @property
    def scrolls(self) -> bool:
        """Whether what is out of sight can be brought into view."""
        return bool(self.actions & {"swipe", "scroll"})

    @property
    def actions(self) -> frozenset[str]:
        """What this device can carry out."""
        properties = self.functions.get(self.hand, {}).get("parameters", {}).get("properties", {})
        return frozenset(properties.get("action", {}).get("enum", ()))


def listen(prompt: Prompt) -> Talk:
    """Read a prompt in the form of the Qwen2-VL dialect. Raises ModelError for another, UsageError where no task is."""
    refuse_native(prompt, "the reader")
    users = [message for message in prompt.messages if message.role == "user"]
    if users and _TASK not in _text(users[0]):
        raise UsageError(CANNOT_TALK)
    replies = [message for message in prompt.messages if message.role == "assistant"]
    if not users or len(users) != len(replies) + 1:
        raise ModelError("the reader expects a screen after each of its replies; the prompt has another form")
    picture = _screen(users[-1])
    if picture is None:
        raise ModelError("the reader expects a picture of the screen in the last message; there is none")
    turns: list[Turn] = []
    notes: list[str] = []
    step = 0
    for before, reply, after in zip(users, replies, users[1:], strict=False):
        text = _text(reply)
        thought = _THOUGHT.search(text.partition("<tool_call>")[0])
        step = int(thought["step"]) - 1 if thought else step
        said = thought["said"].strip() if thought else ""
        notes += [json.loads(note) for note in _NOTE.findall(said)]
        name, arguments = _call(text)
        turns.append(Turn(step, said, name, arguments, _response(after), _screen(before), _screen(after)))
    asked = users[0].parts[0] if users[0].parts else ""  # what follows is a picture, or that it is left out
    task = str(asked).partition(_TASK)[2].replace("\u200b", "").strip()
    return Talk(task, _functions(prompt), tuple(turns), tuple(notes), picture)


def _text(message: Message) -> str:
    return "".join(part for part in message.parts if isinstance(part, str))


def _screen(message: Message) -> Picture | None:
    last = message.parts[-1] if message.parts else None
    return last if isinstance(last, Picture) else None


def _response(message: Message) -> str:
    inner = _text(message).partition("<tool_response>")[2].rpartition("</tool_response>")[0]
    return inner.strip()


def _call(text: str) -> tuple[str, Mapping[str, Any]]:
    written = text.partition("<tool_call>")[2].partition("</tool_call>")[0]
    try:
        call = json.loads(written)
        return str(call["name"]), dict(call["arguments"])
    except (ValueError, KeyError, TypeError):
        return "", {}  # not a reply of the reader's: its step goes on as if nothing had been tried


def _functions(prompt: Prompt) -> dict[str, Mapping[str, Any]]:
    system = "\n".join(_text(message) for message in prompt.messages if message.role == "system")
    listed = system.partition("<tools>\n")[2].partition("\n</tools>")[0]
    functions = {}
    for line in listed.splitlines():
        try:
            function = json.loads(line)["function"]
            functions[str(function["name"])] = function
        except (ValueError, KeyError, TypeError) as problem:
            raise ModelError(f"a line between <tools> and </tools> is not a function: {line[:80]}") from problem
    return functions
