"""Record what a person does with a device, as a run's folder: each gesture is a step, with the screen it was made on.

The device is looked at all the time, since a picture that is taken after a touch shows what came of it. Nothing is
given to a model, and a password is never in the record.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PIL import ImageChops

from handsight.devices.base import Device, Gesture, Glance, Tree, Watch, Watched
from handsight.errors import DeviceError, NoTree, ScreenOff, ScreenSecure, UsageError
from handsight.store import Store
from handsight.types import Outcome, Point, Screen, Step, ToolCall, ToolResult, Trajectory

REST_S = 0.25  # between two looks at a screen that does not move
EARLY = "done before the screen had been seen again: its picture is older than the step before"
_KEPT = 6
_BLOCK = 8
_CARET_BLOCKS = 2
_TRIES = 3
_DIFFERS = [0] * 3 + [255] * 253  # by more than 2 of 255

Told = Callable[[Step | str], None]


def record_live(
    device: Device,
    folder: Path,
    *,
    until: Callable[[], bool],
    title: str = "a session",
    told: Told = lambda what: None,
    device_words: str | None = None,
) -> Trajectory:
    """Record into a new folder, until that is so, and give what was done.

    `device_words` are those by which the device was opened, for whoever opens it again. `told` is given each step, and
    in words what cannot be recorded. Raises UsageError for a device that sees nobody, and DeviceError once it is gone;
    what was done until then stays in the record.
    """
    if not (isinstance(device, Watched) and isinstance(device, Glance)):
        raise UsageError(
            f"{device.name} does not see what a person does: that is recorded on Android phones and on X11 desktops"
        )
    with Store.create(folder, title) as store:
        said = {"device": device_words} if device_words else {}
        store.note("about", device=device.name, model="none", by="a person", said=said)
        session = _Session(device, store, title, told)
        try:
            with device.watch() as watch:
                if watch.remark:
                    told(watch.remark)
                session.record(watch, until)
        except BaseException as raised:
            session.finish(Outcome("failed" if isinstance(raised, DeviceError) else "stopped", str(raised)))
            raise
        session.finish(Outcome("claimed"))
        return session.trajectory


class _Session:
    """What was done so far."""

    def __init__(self, device: Glance, store: Store, title: str, told: Told) -> None:
        self._store, self._told = store, told
        self._seen = _Seen(device)
        self._done = (float("-inf"), float("-inf"))  # when the last step began, and when it was over
        self.trajectory = Trajectory(title)

    def record(self, watch: Watch, until: Callable[[], bool]) -> None:
        while not until():
            self._seen.look(busy=bool(watch.begun()))
            self._take(watch.take(REST_S if self._seen.at_rest else 0.0))
            self._seen.pin(watch.begun())
        self._seen.look(busy=True)
        self._take([*watch.take(0.0), *watch.finish()])

    def finish(self, outcome: Outcome) -> None:
        self.trajectory.outcome = outcome
        step = self.trajectory.add_step()
        step.screen = self._seen.last
        step.call = ToolCall("finish", {"success": outcome.ok, "message": outcome.message})
        step.over = True
        self._store(step, self.trajectory)

    def _take(self, gestures: list[Gesture]) -> None:
        for gesture in gestures:
            if gesture.tool:
                self._add(gesture)
            else:
                self._miss(gesture.words)

    def _miss(self, words: str) -> None:
        self._store.note("not recorded", words=words)
        self._told(f"not recorded: {words}")

    def _add(self, gesture: Gesture) -> None:
        screen, taken = self._seen.before(gesture.began)
        if isinstance(screen, str):
            self._miss(f"{gesture.tool.replace('_', ' ')}: {screen}")
            return
        if gesture.places and taken < self._done[1] and gesture.began != self._done[0]:  # one act may be several steps
            screen = replace(screen, remark=EARLY)
        width, height = screen.size
        places = {name: [round(x * width, 1), round(y * height, 1)] for name, (x, y) in gesture.places.items()}
        step = self.trajectory.add_step()
        step.screen = screen
        arguments = {**places, **gesture.arguments}
        step.call = ToolCall(gesture.tool, arguments, thought=_words(gesture, places, screen))
        step.result = ToolResult("", seconds=gesture.ended - gesture.began)
        step.acting = step.over = True
        self._store(step, self.trajectory)
        self._told(step)
        self._done = (gesture.began, max(self._done[1], gesture.ended))


Picture = tuple[Screen | str, float]
"""What a device showed, or why it showed nothing, and when that was complete."""


class _Seen:
    """The last pictures of a device."""

    def __init__(self, device: Glance) -> None:
        self._device = device
        self._pictures: deque[Picture] = deque(maxlen=_KEPT)
        self._pinned: dict[float, Picture] = {}
        self._tries = _TRIES if isinstance(device, Tree) else 0
        self.at_rest = False

    @property
    def last(self) -> Screen | None:
        shown = self._pictures[-1][0] if self._pictures else None
        return shown if isinstance(shown, Screen) else None

    def look(self, *, busy: bool) -> None:
        """Take a picture, and the device's own tree of it once it rests; not while something is `busy` on it."""
        last = self.last
        try:
            screen = self._device.glance()
        except (ScreenSecure, ScreenOff) as hidden:
            if not self._pictures:
                raise
            self._pictures.append((str(hidden), time.monotonic()))
            self.at_rest = True
            return
        taken = time.monotonic()
        self.at_rest = last is not None and same(last, screen)
        screen = replace(screen, settled="quiet" if self.at_rest else "restless")
        if self.at_rest and last:
            screen = replace(screen, elements=last.elements)
        self._pictures.append((screen, taken))
        if self.at_rest and not busy and self._tries and not screen.elements and isinstance(self._device, Tree):
            try:
                screen = replace(screen, elements=self._device.elements(screen))
            except NoTree:  # a second sense, which some never have
                self._tries -= 1
                return
            self._tries = _TRIES
            self._pictures.append((screen, time.monotonic()))  # it holds for what comes after it was read

    def pin(self, begun: tuple[float, ...]) -> None:
        """Keep what was seen before each of these moments."""
        self._pinned = {at: self._pinned.get(at) or self.before(at) for at in begun}

    def before(self, moment: float) -> Picture:
        """The last picture that was complete at a moment, else the oldest that is left, and when it was."""
        if moment in self._pinned:
            return self._pinned[moment]
        return next((seen for seen in reversed(self._pictures) if seen[1] <= moment), self._pictures[0])


def same(one: Screen, other: Screen) -> bool:
    """Whether two pictures show the same, but for a caret."""
    if one.size != other.size or one.app != other.app:
        return False
    first, second = (screen.image.convert("RGB").reduce(_BLOCK) for screen in (one, other))
    box = ImageChops.difference(first, second).point(_DIFFERS * 3).getbbox()
    return box is None or box[2] - box[0] <= _CARET_BLOCKS


def _words(gesture: Gesture, places: dict[str, list[float]], screen: Screen) -> str:
    """What was done, in a few words; a text is not among them."""
    said = gesture.tool.replace("_", " ")
    if "key" in gesture.arguments:
        return f"{said} {gesture.arguments['key']}"
    names = [_name(Point(*at), screen) for at in places.values()]
    return f"{said} {' to '.join(names)}" if names else said


def _name(at: Point, screen: Screen) -> str:
    under = [element for element in screen.elements if at in element.box and element.name]
    least = min(under, key=lambda element: element.box.width * element.box.height, default=None)
    return least.name if least else f"at {at.x:.0f}, {at.y:.0f}"
