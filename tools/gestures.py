"""What a hand can do: the gestures a model gets for each protocol that the device satisfies, and the device's own acts.

What they answer holds no pixels: the model has numbers of its own, and would mistake ours for them.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from handsight.devices.base import (
    Act,
    Acts,
    Apps,
    Button,
    Device,
    Direction,
    Eraser,
    Glance,
    Keys,
    Mouse,
    Touch,
    changed_near,
)
from handsight.errors import BadCall, BadTool, TargetChanged
from handsight.tools.registry import Tool, Tools, tool, tools_of
from handsight.types import Point, Screen

Seconds = Annotated[float, Field(gt=0, le=10)]


@tool
def tap(at: Point, device: Touch, screen: Screen) -> str:
    """Tap a place on the screen.

    Args:
        at: where to tap
    """
    aim(device, screen, at)
    device.tap(at, on=screen)
    return "Tapped."


@tool
def long_press(at: Point, device: Touch, screen: Screen, seconds: Seconds = 1.0) -> str:
    """Press a place on the screen and hold.

    Args:
        at: where to press
        seconds: how long to hold
    """
    aim(device, screen, at)
    device.long_press(at, seconds, on=screen)
    return f"Pressed for {seconds:g} s."


@tool
def swipe(start: Point, end: Point, device: Touch, screen: Screen, seconds: Seconds = 0.3) -> str:
    """Move a finger over the screen, to scroll or to drag. Content follows the finger: swipe up to see what is below.

    Args:
        start: where the finger touches down
        end: where it lifts
        seconds: how long it takes; slower drags, faster flings
    """
    _on_screen(end, screen)
    aim(device, screen, start)
    remark = device.swipe(start, end, seconds, on=screen)
    return f"Swiped. {remark}" if remark else "Swiped."


@tool
def click(
    at: Point,
    device: Mouse,
    screen: Screen,
    button: Button = "left",
    count: Annotated[int, Field(ge=1, le=3)] = 1,
    seconds: Annotated[float, Field(ge=0, le=10)] = 0,
) -> str:
    """Click a place on the screen.

    Args:
        at: where to click
        button: which button of the mouse
        count: 2 for a double click, 3 for a triple click
        seconds: how long to hold the button down
    """
    aim(device, screen, at)
    device.click(at, screen, button, count, seconds)
    return "Clicked."


@tool
def move_to(at: Point, device: Mouse, screen: Screen) -> str:
    """Move the pointer to a place without clicking.

    Args:
        at: where to
    """
    _on_screen(at, screen)
    device.move_to(at, screen)
    return "Moved."


@tool
def drag(end: Point, device: Mouse, screen: Screen, start: Point | None = None, seconds: Seconds = 0.5) -> str:
    """Press the left button, move the pointer, and let go.

    Args:
        end: where to let go
        start: where to press; left out, where the pointer is
        seconds: how long it takes
    """
    _on_screen(end, screen)
    start = start or device.pointer(screen)
    if start is None:
        raise BadCall("the pointer is not on this screen: move it to where the drag begins")
    aim(device, screen, start)
    device.drag(start, end, seconds, screen)
    return "Dragged."


@tool
def scroll(
    direction: Direction,
    device: Mouse,
    screen: Screen,
    pixels: Annotated[float, Field(gt=0, le=20000)] = 500,
    at: Point | None = None,
) -> str:
    """Turn the wheel to see what lies further in a direction.

    Args:
        direction: which part of the content to bring into view
        pixels: about how far
        at: what to scroll; left out, what the pointer is over
    """
    if at is not None:
        aim(device, screen, at)
    device.scroll(direction, pixels, at, screen)
    return f"Scrolled {direction}."


@tool
def type_text(text: Annotated[str, Field(min_length=1)], device: Keys) -> str:
    """Type text into the field that has the focus; tap the field first.

    Args:
        text: what to type, exactly
    """
    remark = device.type_text(text)
    typed = f"Typed {len(text)} character{'s' if len(text) > 1 else ''}."  # the text itself may be a secret
    return f"{typed} {remark}" if remark else typed


@tool
def clear_text(device: Eraser) -> str:
    """Empty the text field that has the focus."""
    remark = device.clear_text()
    return f"Cleared. {remark}" if remark else "Cleared."


@tool
def press(key: Annotated[str, Field(min_length=1)], device: Keys) -> str:
    """Press a key or a button of the device.

    Args:
        key: its name, such as back, home or enter
    """
    device.press(key)
    return f"Pressed {key}."


@tool
def open_app(name: Annotated[str, Field(min_length=1)], device: Apps) -> str:
    """Open an app.

    Args:
        name: its name as it is shown, or its package
    """
    return f"Opened {name}: {device.open_app(name)} came up."


GESTURES = {
    Touch: (tap, long_press, swipe),
    Mouse: (click, move_to, drag, scroll),
    Keys: (type_text, press),
    Eraser: (clear_text,),
    Apps: (open_app,),
}
_TAKEN = frozenset(made.name for all_of in GESTURES.values() for made in Tools(all_of))


def gestures_for(device: Device) -> list[Tool]:
    """The gestures of every protocol that `device` satisfies, and the acts that it brings along. Raises BadTool."""
    gestures = (made for protocol, all_of in GESTURES.items() if isinstance(device, protocol) for made in all_of)
    return [*Tools([*gestures, *acts_of(device)])]


def acts_of(device: Device) -> list[Tool]:
    """The tools that are this device's own. Raises BadTool."""
    given = device.acts() if isinstance(device, Acts) and callable(device.acts) else ()
    tools = [made for act in given for made in ([_tool(act)] if isinstance(act, Act) else tools_of(act))]
    for made in tools:
        if made.name in _TAKEN:  # the policy knows by the name what a gesture touches
            raise BadTool(f"{made.name} is the name of a gesture; give that act of {device.name} another name")
    return tools


def _tool(act: Act) -> Tool:
    return Tool(act.name, act.description, act.parameters, act.function, act.risky)


def aim(device: object, screen: Screen, at: Point) -> None:
    """Make sure that what `at` was decided on is still there: the last look before a pointer touches anything.

    Raises BadCall for a place that is not on the screen, TargetChanged when the device shows something else there by
    now. A device that has no `glance` is taken at its word.
    """
    _on_screen(at, screen)
    if isinstance(device, Glance) and changed_near(screen, device.glance(), at):
        raise TargetChanged("the screen changed there after you saw it; nothing was touched: look again")


def _on_screen(at: Point, screen: Screen) -> None:
    width, height = screen.size
    if not (0 <= at.x < width and 0 <= at.y < height):
        raise BadCall("that place is not on the screen")
