"""What a model is asked, and what it answers: pictures and words in turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from handsight.calls import Calls, NativeCall

if TYPE_CHECKING:
    from PIL.Image import Image

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, eq=False)
class Seen:
    """What a picture and a screen are: pixels in memory or in a file."""

    source: Image | Path

    @property
    def image(self) -> Image:
        """The picture, as it was captured; a file is read anew each time, so that old pictures hold no memory."""
        if not isinstance(self.source, Path):
            return self.source
        from PIL import Image

        with Image.open(self.source) as stored:
            return stored.convert("RGB")

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, as captured; of a file, only the header is read."""
        if not isinstance(self.source, Path):
            return self.source.size
        from PIL import Image

        with Image.open(self.source) as stored:
            return stored.size


@dataclass(frozen=True, eq=False)
class Picture(Seen):
    """A picture, and the (width, height) in pixels at which a model is to see it."""

    sent: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False)
class Clip:
    """A video as a model is to see it: an even number of frames, all sent at one size, and the second of each."""

    frames: tuple[Picture, ...]
    seconds: tuple[float, ...]

    def __post_init__(self) -> None:
        sizes = {frame.sent or frame.size for frame in self.frames}
        if not self.frames or len(self.frames) % 2 or len(sizes) != 1:
            raise ValueError(f"a clip has an even number of frames of one size, not {len(self.frames)} of {len(sizes)}")
        if len(self.seconds) != len(self.frames):
            raise ValueError(f"each frame has its second; there are {len(self.seconds)} for {len(self.frames)} frames")

    @property
    def fps(self) -> float:
        """Frames per second on the average; frames that all show one moment count as a second each."""
        span = self.seconds[-1] - self.seconds[0]
        return (len(self.frames) - 1) / span if span > 0 else 1.0


@dataclass(frozen=True)
class Message:
    """One turn of a prompt: text, pictures and videos in the order in which the model is to see them.

    With native calls, an assistant's turn made `calls`, and a tool's `answers` the one with that id.
    """

    role: Role
    parts: tuple[str | Picture | Clip, ...]
    calls: tuple[NativeCall, ...] = ()
    answers: str = ""


@dataclass(frozen=True)
class Prompt:
    """What a model is asked, in no backend's format. Step N+1's messages start with step N's.

    A last message of the assistant's is one that the model goes on with; what it wrote stays a part by itself, so that
    it is known again. With `calls`, a model that can stop by itself ends its reply with its first call, and one that
    can be held to a grammar writes no other. `functions` (name, description, parameters) are for a server's own tool
    calling, whose calls come back as `Reply.native`. A reply had better not begin with any text of `avoid`: a model in
    this process draws others until one does not, a few times.
    """

    messages: tuple[Message, ...]
    stop: tuple[str, ...] = ()
    max_tokens: int = 512
    calls: Calls | None = field(default=None, compare=False)
    functions: tuple[Mapping[str, Any], ...] = field(default=(), compare=False)
    avoid: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What a model wrote. `finish` is "stop", or "length" when it ran out of room.

    `computed_tokens` of the prompt's were computed for it, and the others kept from before; None where nobody knows.
    """

    text: str
    prompt_tokens: int = 0
    reply_tokens: int = 0
    finish: str = "stop"
    computed_tokens: int | None = field(default=None, compare=False)
    native: tuple[NativeCall, ...] = ()
