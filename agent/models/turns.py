"""A prompt as tokens: those of each message after those of the last, so that a longer prompt begins with a shorter one.

Ids are made here, not by a chat template: only so can they be appended to at the next step, and only so does text on a
screen stay text, whatever tokens it spells. What the model has written keeps the ids that it was written with.
"""

from __future__ import annotations

import re
from array import array
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from PIL.Image import Image

from handsight.errors import UsageError
from handsight.media import resized
from handsight.models.looks import Looks, key_of
from handsight.models.native import refuse_native
from handsight.models.positions import Span
from handsight.types import Clip, Message, Picture, Prompt

THOUGHT = "<think>\n"
NO_THOUGHT = "<think>\n\n</think>\n\n"
REPLIES = 1024
_MARKS = re.compile(r"(<\|(?:box|quad|object_ref)_(?:start|end)\|>)")


@dataclass(frozen=True, eq=False)
class Sight(Span):
    """A picture in a prompt, or frames of a video: the span of its tokens, and the key that each of them has."""

    frames: tuple[Picture, ...] = field(kw_only=True)
    key: int = field(kw_only=True)
    moves: bool = field(kw_only=True, default=False)
    fresh: tuple[Image | None, ...] = field(kw_only=True)

    @property
    def images(self) -> list[Image]:
        """What the vision tower is to see: RGB, at the size at which it is sent."""
        return [fresh or resized(frame) for frame, fresh in zip(self.frames, self.fresh, strict=True)]


@dataclass
class Tokens:
    """A prompt up to where the assistant is to write.

    `keys` are the ids, but each token of a picture has a negative number that is told by what the picture shows.
    `head` counts the tokens of a system message, with which other conversations may begin as well. `thinking` says that
    the assistant writes on within a thought, of which `opening` is what the reply is to begin with.
    """

    ids: list[int] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    sights: list[Sight] = field(default_factory=list)
    head: int = 0
    opening: str = ""
    thinking: bool = False

    def add(self, ids: Sequence[int]) -> None:
        self.ids += ids
        self.keys += ids


class Turns:
    """The turns of a family of models as tokens, by its tokenizer and the ids of its control `tokens`.

    A picture becomes one token per square of `factor` pixels. `opening` is what each turn of the assistant begins with
    that it does not write itself; a reply that was written after another opening begins with that. `pace` is how far
    apart a second of video is on the axis of time, for a family that counts seconds; None stamps the second on each
    pair of frames, as families from Qwen3-VL on do; 0 does neither.
    """

    def __init__(
        self,
        name: str,
        tokenizer: Any,
        tokens: Mapping[str, int],
        factor: int,
        opening: str = "",
        pace: float | None = 0,
    ) -> None:
        self.name = name
        self.tokenizer = tokenizer
        self.token = tokens
        self.factor = factor
        self.opening = opening
        self.pace = pace
        self._looks = Looks()
        self._written: OrderedDict[tuple[bytes, str], list[int]] = OrderedDict()

    def encode(self, prompt: Prompt) -> Tokens:
        """Give the tokens of a prompt. Raises UsageError for a picture of a size that the model cannot be sent."""
        refuse_native(prompt, self.name)
        tokens = Tokens()
        for left, message in zip(range(len(prompt.messages))[::-1], prompt.messages, strict=True):
            tokens.add([self.token["<|im_start|>"]])
            if message.role == "assistant":
                self._replied(tokens, message)
                if not left:  # the model goes on with it
                    tokens.thinking = _in_thought(message)
                    return tokens
            else:
                self._said(tokens, f"{message.role}\n", message.parts)
            tokens.add([self.token["<|im_end|>"], *self.plain("\n")])
            if message is prompt.messages[0] and message.role == "system":
                tokens.head = len(tokens.ids)
        tokens.add([self.token["<|im_start|>"], *self.plain("assistant\n"), *self.plain(self.opening)])
        tokens.thinking = self.opening == THOUGHT
        tokens.opening = THOUGHT if tokens.thinking else ""
        return tokens

    def remember(self, tokens: Tokens, text: str, ids: list[int]) -> None:
        """Note that `text` was written in answer to `tokens`, with the first of `ids`: a stop string may cut it."""
        while self.text(ids) != text and ids:
            ids = ids[:-1]
        if not ids:
            return  # it ends within a token: its ids will be made of the text
        self._written[_place(tokens), text] = ids
        if len(self._written) > REPLIES:
            self._written.popitem(last=False)

    def plain(self, text: str) -> list[int]:
        """The ids of text that is nothing but text."""
        return plain(self.tokenizer, text)

    def text(self, ids: Sequence[int]) -> str:
        """What ids spell, without control tokens."""
        said: str = self.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return said

    def _said(self, tokens: Tokens, text: str, parts: Sequence[str | Picture | Clip]) -> None:
        for part in parts:
            if isinstance(part, str):
                text += part
                continue
            if isinstance(part, Clip) and self.pace is None:
                for at in range(0, len(part.frames), 2):
                    second = sum(part.seconds[at : at + 2]) / 2
                    tokens.add(self.plain(f"{text}<{second:.1f} seconds>"))
                    self._shown(tokens, part.frames[at : at + 2], moves=True)
                    text = ""
                continue
            tokens.add(self.plain(text))
            if isinstance(part, Clip):
                self._shown(tokens, part.frames, moves=True, interval=2 * self.pace / part.fps if self.pace else 1)
            else:
                self._shown(tokens, (part,))
            text = ""
        tokens.add(self.plain(text))

    def _replied(self, tokens: Tokens, message: Message) -> None:
        """Add what the assistant wrote, and was shown meanwhile: part by part, since one may end where it wrote on."""
        first = message.parts[0] if message.parts and isinstance(message.parts[0], str) else ""
        opening = self.opening and (THOUGHT if first.startswith(THOUGHT) else NO_THOUGHT)
        tokens.add([*self.plain("assistant\n"), *self.plain(opening)])
        parts = (first.removeprefix(opening), *message.parts[1:]) if opening == THOUGHT else message.parts
        for part in parts:
            written = self._written.get((_place(tokens), part)) if isinstance(part, str) else None
            if written is not None:
                tokens.add(written)
            else:
                self._said(tokens, "", (part,))

    def _shown(self, tokens: Tokens, frames: Sequence[Picture], *, moves: bool = False, interval: float = 1) -> None:
        """Add a picture, or frames of a video, two of which become one on the axis of time."""
        frames = tuple(Picture(frame.source, self._size(frame)) for frame in frames)
        width, height = frames[0].sent or frames[0].size
        looks = [self._looks.at(frame) for frame in frames]
        tokens.add([self.token["<|vision_start|>"]])
        sight = Sight(
            len(tokens.ids),
            (max(1, len(frames) // 2), height // self.factor, width // self.factor),
            interval,
            frames=frames,
            key=key_of(array("q", [key for key, _ in looks]).tobytes(), "video") if moves else looks[0][0],
            moves=moves,
            fresh=tuple(image for _, image in looks),
        )
        tokens.ids += [self.token["<|video_pad|>" if moves else "<|image_pad|>"]] * sight.length
        tokens.keys += [sight.key] * sight.length
        tokens.sights.append(sight)
        tokens.add([self.token["<|vision_end|>"]])

    def _size(self, picture: Picture) -> tuple[int, int]:
        """The size at which a picture is sent; one that nobody has sized goes to the nearest that fits."""
        width, height = picture.sent or picture.size
        fits = self._fitting(width), self._fitting(height)
        if picture.sent not in (None, fits):
            raise UsageError(
                f"{self.name} sees pictures whose sides are multiples of {self.factor}, and one is sent at "
                f"{width}x{height}; choose the dialect of the model's own family"
            )
        return fits

    def _fitting(self, side: int) -> int:
        return max(1, round(side / self.factor)) * self.factor


def plain(tokenizer: Any, text: str) -> list[int]:
    """The ids of text that is nothing but text: a `<|im_start|>` in it is spelled out, and begins no turn.

    What marks a box or a name is a token all the same where the tokenizer has it: it can forge nothing.
    """
    ids: list[int] = []
    known = tokenizer.get_added_vocab() if "<|" in text else {}
    for piece in _MARKS.split(text) if known else [text]:
        if piece in known and _MARKS.fullmatch(piece):
            ids.append(known[piece])
        elif piece:
            ids += tokenizer(piece, add_special_tokens=False, split_special_tokens=True).input_ids
    return ids


def _in_thought(message: Message) -> bool:
    """Whether a message of the assistant's ends within the thought that it began with."""
    said = "".join(part for part in message.parts if isinstance(part, str))
    return said.startswith(THOUGHT) and "</think>" not in said


def _place(tokens: Tokens) -> bytes:
    """What stands before a reply, in a few bytes."""
    return blake2b(array("q", tokens.keys).tobytes(), digest_size=16).digest()
