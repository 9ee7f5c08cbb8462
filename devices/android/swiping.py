"""Where a swipe may begin: not on the soft keyboard, which would write, nor in a strip whose swipes are the system's.

Places are Android's own pixels. What is where is what the window manager said at the last look.
"""

from __future__ import annotations

from handsight.devices.android.dumpsys import Front
from handsight.errors import ToolFailed

Place = tuple[int, int]
BACK = "It began beside the edge, where the system would have gone back; to go back, press back."
HOME = "It began above the bottom edge, where the system would have gone home; to go home, press home."
_REMARKS = {"": "", "back": BACK, "home": HOME}


def begin_swipe(start: Place, end: Place, front: Front) -> tuple[Place, str]:
    """Give where the swipe is to begin, and what the model has to know of that. Raises ToolFailed on the keyboard.

    Only what the system would take is moved: from a side inwards, from the bottom upwards, where gestures navigate.
    """
    if any(inset.kind == "ime" and inset.holds(*start) for inset in front.insets):
        raise ToolFailed(
            "the swipe would begin on the soft keyboard, which takes it for writing, and nothing was touched:"
            " begin above it, or press escape first, which puts it away"
        )
    begin, key = _within(start, end, front)
    return begin, _REMARKS[key]


def system_key(start: Place, end: Place, front: Front) -> str:
    """What the system makes of a swipe: "back", "home", or nothing, which leaves it to the app."""
    return _within(start, end, front)[1]


def _within(start: Place, end: Place, front: Front) -> tuple[Place, str]:
    """Where a swipe would have to begin to be the app's, and what the system makes of it as it is."""
    sides = [inset for inset in front.insets if inset.kind == "systemGestures"]
    if not sides or front.size is None:
        return start, ""
    (x, y), (wide, high) = start, front.size
    dx, dy = end[0] - x, end[1] - y
    if abs(dx) > abs(dy):
        for strip in sides:
            if strip.holds(x, y) and strip.left == 0 and dx > 0 and end[0] > strip.right:
                return (strip.right, y), "back"
            if strip.holds(x, y) and strip.right == wide and dx < 0 and end[0] < strip.left - 1:
                return (strip.left - 1, y), "back"
    elif dy < 0:
        for strip in (inset for inset in front.insets if inset.kind == "mandatorySystemGestures"):
            if strip.holds(x, y) and strip.bottom == high and end[1] < strip.top - 1:
                return (x, strip.top - 1), "home"
    return start, ""
