"""What a device is to the loop, and what it may be able to do.

A device that a user writes needs `name`, `screenshot` and `close`. Each further protocol that it satisfies gives the
model the gestures that go with it; anything else it can do it brings along, as `Acts`, or the user registers as a tool.
Places are pixels of the screen they were decided on, which comes along as `on`: the device turns them into its own
input space.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from handsight.devices.settle import changed_near as changed_near
from handsight.types import Element, Point, Screen

Button = Literal["left", "right", "middle"]
Direction = Literal["down", "up", "right", "left"]


@runtime_checkable
class Device(Protocol):
    """Anything that can show a picture of itself."""

    name: str

    def screenshot(self) -> Screen:
        """The screen once the last act has settled. Raises DeviceError; never gives a made-up picture."""
        ...

    def close(self) -> None:
        """Let go of everything that was opened; safe to call twice."""
        ...


@runtime_checkable
class Glance(Protocol):
    """Can be looked at without waiting: just before a pointer act, to see with `changed_near` that its target stays."""

    def glance(self) -> Screen:
        """The screen as it is this moment."""
        ...


@runtime_checkable
class Touch(Protocol):
    """Has a screen that a finger works."""

    def tap(self, at: Point, on: Screen) -> None: ...

    def long_press(self, at: Point, seconds: float, on: Screen) -> None: ...

    def swipe(self, start: Point, end: Point, seconds: float, on: Screen) -> str | None:
        """Move the finger, touching the screen, from `start` to `end`.

        Gives what the model has to know of it, if there is something, such as that it had to begin elsewhere.
        """
        ...


@runtime_checkable
class Mouse(Protocol):
    """Has a pointer with buttons and a wheel."""

    def click(self, at: Point, on: Screen, button: Button = "left", count: int = 1, seconds: float = 0) -> None:
        """Click `count` times in a row; with `seconds` the button is held down so long, each time."""
        ...

    def move_to(self, at: Point, on: Screen) -> None: ...

    def drag(self, start: Point, end: Point, seconds: float, on: Screen) -> None:
        """Press the left button at `start`, move to `end` in many small steps, and let go."""
        ...

    def scroll(self, direction: Direction, pixels: float, at: Point | None, on: Screen) -> None:
        """Turn the wheel to bring into view what lies in a direction, at a place or where the pointer is.

        A wheel turns in steps; `pixels` says about how far, and one step is the least.
        """
        ...

    def pointer(self, on: Screen) -> Point | None:
        """Where the pointer is on the screen; None where it is elsewhere."""
        ...


@runtime_checkable
class Keys(Protocol):
    """Takes text and keys."""

    def type_text(self, text: str) -> str | None:
        """Type `text` exactly, or raise ToolFailed saying what would be needed. Never types a part silently.

        Gives what the model has to know of it, if there is something, such as that it could not be read back. Neither
        that nor an error holds any of the text, which may be a secret.
        """
        ...

    def press(self, key: str) -> None:
        """Press a key by name ("back", "home", "enter", "ctrl+s"). Raises NotFound for a key it does not have."""
        ...


@runtime_checkable
class Eraser(Protocol):
    """Can empty a text field."""

    def clear_text(self) -> str | None:
        """Empty the field that has the focus, or raise ToolFailed. Gives what the model has to know of it."""
        ...


@runtime_checkable
class Apps(Protocol):
    """Has apps that can be opened by name."""

    def open_app(self, name: str) -> str:
        """Open an app by its name or package and give the identity of what came up. Raises NotFound, Ambiguous."""
        ...


@runtime_checkable
class Tree(Protocol):
    """Can name what is on its screen: a second sense, which costs a second or more on some devices."""

    def elements(self, on: Screen) -> tuple[Element, ...]:
        """What the device names on `on`, the screen it showed last, in its pixels. Raises NoTree."""
        ...


@dataclass(frozen=True)
class Act:
    """One thing that a device can do, by the JSON schema of its arguments; `function` takes these as plain JSON.

    Where a function's own hints and docstring say it all, that function does instead of an Act.
    """

    name: str
    description: str
    parameters: dict[str, Any]
    function: Callable[..., Any]
    risky: bool = False


@runtime_checkable
class Acts(Protocol):
    """Can do things that no other device can: drive, grip, jump."""

    def acts(self) -> Iterable[Act | Callable[..., Any]]:
        """What the model may call besides the gestures, the same for as long as the device is open.

        What an act returns is told to the model. It raises ToolFailed for what cannot be done now, DeviceError once
        the device is gone.
        """
        ...


@runtime_checkable
class Judge(Protocol):
    """Knows by more than its picture whether what is to be done on it is done."""

    judge: Callable[[], bool] | None
    """Holds a model's claim against the truth, as `Agent.check`, where the user gave no check. None: it cannot tell."""


Share = tuple[float, float]
"""A place as shares of the width and the height of what is shown."""


@dataclass(frozen=True)
class Gesture:
    """What a person did with a device, as the tool that does the same and its arguments.

    Those arguments that are places stand in `places` by name, as shares: no picture was taken at that moment. `began`
    and `ended` are seconds of the monotonic clock. Where no tool does the same, `tool` is empty and `words` say what it
    was. A password's text is `MASKED`.
    """

    tool: str
    arguments: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Share] = field(default_factory=dict)
    began: float = 0.0
    ended: float = 0.0
    words: str = ""


class Watch(Protocol):
    """Sees what a person does with a device."""

    remark: str
    """What has to be known of how it sees; empty where there is nothing to say."""

    def begun(self) -> tuple[float, ...]:
        """When each thing began that is not over yet, or not told."""
        ...

    def take(self, timeout_s: float) -> list[Gesture]:
        """What is over by now, in order; waits so long for the first. Raises DeviceError once the device is gone."""
        ...

    def finish(self) -> list[Gesture]:
        """What was begun and might have gone on, such as a text."""
        ...


@runtime_checkable
class Watched(Protocol):
    """Can see what a person does with it."""

    def watch(self) -> AbstractContextManager[Watch]: ...
