"""A person's session becomes a run: what was done, in order, each step with the screen it was done on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from handsight.devices.android import VirtualAndroid, open_virtual
from handsight.devices.base import Gesture
from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.kit.layout import Node
from handsight.errors import BadRecord, DeviceLost, NoTree, UsageError
from handsight.play.live import EARLY, record_live, same
from handsight.store import events, load
from handsight.types import MASKED, Box, Element, Point, Screen, Step, Trajectory

COLOURS = ("red", "green", "blue", "white")


@dataclass
class Shown:
    """A device that shows one colour after another, and a person of whom it is known in advance what they do."""

    gestures: list[list[Gesture] | DeviceLost]
    name: str = "shown"
    remark: str = "look out"
    looks: list[str] = field(default_factory=list)
    ended: list[Gesture] = field(default_factory=list)
    opened: int = 0

    def screenshot(self) -> Screen:
        return self.glance()

    def glance(self) -> Screen:
        self.looks.append(COLOURS[min(len(self.looks) // 2, 3)])
        return Screen(Image.new("RGB", (100, 200), self.looks[-1]))

    def close(self) -> None: ...

    @contextmanager
    def watch(self) -> Iterator[Shown]:
        self.opened += 1
        try:
            yield self
        finally:
            self.opened -= 1

    def begun(self) -> tuple[float, ...]:
        return ()

    def take(self, timeout_s: float) -> list[Gesture]:
        told = self.gestures.pop(0) if self.gestures else []
        if isinstance(told, DeviceLost):
            raise told
        return told

    def finish(self) -> list[Gesture]:
        return self.ended


def tap(began: float = 1e12) -> Gesture:
    return Gesture("tap", {}, {"at": (0.5, 0.25)}, began, began + 0.1)


def after(count: int) -> Callable[[], bool]:
    left = [None] * count
    return lambda: not left or bool(left.pop()) or False


def test_a_gesture_is_a_step_with_its_place_in_pixels(tmp_path: Path) -> None:
    shown = Shown([[], [tap()], [], []], ended=[Gesture("type_text", {"text": "hi"}, began=1e12, ended=1e12)])
    told: list[Step | str] = []
    run = record_live(shown, tmp_path / "run", until=after(3), title="a try", told=told.append)
    assert shown.opened == 0
    read = load(tmp_path / "run")
    for trajectory in (run, read):
        assert trajectory.task == "a try"
        assert [step.call and (step.call.name, step.call.arguments) for step in trajectory.steps] == [
            ("tap", {"at": [50.0, 50.0]}),
            ("type_text", {"text": "hi"}),
            ("finish", {"success": True, "message": ""}),
        ]
        assert all(step.screen and step.over for step in trajectory.steps)
        assert trajectory.outcome
        assert trajectory.outcome.kind == "claimed"
    assert told[0] == "look out"
    assert [step.number for step in told[1:] if isinstance(step, Step)] == [1, 2]


def test_a_step_has_the_last_screen_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("handsight.play.live.time.monotonic", lambda: now[0])

    class Timed(Shown):
        def glance(self) -> Screen:
            now[0] += 10
            return super().glance()

    # looked at 10 and 20 (red), 30 and 40 (green), 50 and 60 (blue)
    shown = Timed([[], [], [], [], [], [tap(25.0), tap(45.0), tap(45.5)]])
    run = record_live(shown, tmp_path / "run", until=after(6))
    colours = [step.screen and step.screen.image.convert("RGB").getpixel((0, 0)) for step in run.steps[:3]]
    assert colours == [(255, 0, 0), (0, 128, 0), (0, 128, 0)]
    assert [step.screen and step.screen.remark for step in run.steps[:3]] == ["", "", EARLY]


def test_what_cannot_be_recorded_is_said_and_noted(tmp_path: Path) -> None:
    told: list[Step | str] = []
    record_live(Shown([[Gesture("", words="a pinch")]]), tmp_path / "run", until=after(2), told=told.append)
    assert told[1:] == ["not recorded: a pinch"]
    assert [event["words"] for event in events(tmp_path / "run") if event["event"] == "not recorded"] == ["a pinch"]


def test_a_device_that_is_lost_keeps_what_was_recorded(tmp_path: Path) -> None:
    shown = Shown([[tap()], [tap()], DeviceLost("the cable was pulled")])
    with pytest.raises(DeviceLost, match="cable"):
        record_live(shown, tmp_path / "run", until=lambda: False)
    run = load(tmp_path / "run")
    assert [step.call and step.call.name for step in run.steps] == ["tap", "tap", "finish"]
    assert run.outcome
    assert (run.outcome.kind, run.outcome.message) == ("failed", "the cable was pulled")
    assert shown.opened == 0


def test_a_device_that_sees_nobody_is_told_so_before_anything_is_written(tmp_path: Path) -> None:
    class Picture:
        name = "a picture"

        def screenshot(self) -> Screen:
            raise AssertionError

        def close(self) -> None: ...

    with pytest.raises(UsageError, match="a picture does not see"):
        record_live(Picture(), tmp_path / "run", until=lambda: True)
    assert not (tmp_path / "run").exists()


def test_a_folder_that_holds_a_run_is_left_alone(tmp_path: Path) -> None:
    record_live(Shown([[tap()]]), tmp_path / "run", until=after(1))
    before = (tmp_path / "run" / "run.jsonl").read_bytes()
    with pytest.raises(BadRecord):
        record_live(Shown([[tap()]]), tmp_path / "run", until=after(1))
    assert (tmp_path / "run" / "run.jsonl").read_bytes() == before


def test_a_tree_is_read_once_the_screen_rests_and_given_up_where_there_is_none(tmp_path: Path) -> None:
    class Named(Shown):
        reads: list[str]

        def elements(self, on: Screen) -> tuple[Element, ...]:
            self.reads.append(self.looks[-1])
            if self.name == "mute":
                raise NoTree("it gives none")
            return (Element("Save", Box(0, 0, 100, 100), "button"),)

    named = Named([[], [], [], [tap()], []])
    named.reads = []
    run = record_live(named, tmp_path / "run", until=after(5))
    assert named.reads == ["red", "green"]
    assert run.steps[0].call
    assert run.steps[0].call.thought == "tap Save"
    assert run.steps[0].screen
    assert run.steps[0].screen.elements
    mute = Named([], name="mute")
    mute.reads = []
    record_live(mute, tmp_path / "mute", until=after(30))
    assert len(mute.reads) == 3


def test_two_pictures_are_the_same_but_for_a_caret() -> None:
    def screen(*boxes: tuple[int, int, int, int]) -> Screen:
        image = Image.new("RGB", (400, 800), "white")
        for box in boxes:
            image.paste("black", box)
        return Screen(image)

    assert same(screen(), screen((50, 100, 53, 140)))
    assert not same(screen(), screen((50, 100, 90, 140)))
    assert not same(screen(), Screen(Image.new("RGB", (800, 400), "white")))
    assert not same(Screen(screen().source, app="a"), Screen(screen().source, app="b"))


# On a phone in the hand


@pytest.fixture
def device() -> Iterator[VirtualAndroid]:
    device = open_virtual(VirtualPhone())
    yield device
    device.close()


def place(phone: VirtualPhone, text: str) -> tuple[float, float]:
    def named(node: Node) -> bool:
        return text in (node.text, node.description)

    with phone.lock:
        left, top, right, bottom = next(node for node in phone.tree().walk() if named(node)).bounds
    return (left + right) / 2, (top + bottom) / 2


class Session:
    """Records in a thread of its own, so that a test may be the person."""

    def __init__(self, device: VirtualAndroid, folder: Path) -> None:
        self.over = threading.Event()
        self.told: list[Step | str] = []
        self.run: Trajectory | None = None
        self.problem: Exception | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._record, args=(device, folder))
        self._phone = device.phone
        self._thread.start()
        self.wait(lambda: bool(self.told) and self._phone.hardware.listened)

    def _record(self, device: VirtualAndroid, folder: Path) -> None:
        try:
            self.run = record_live(device, folder, until=self.over.is_set, told=self._tell)
        except Exception as problem:
            self.problem = problem

    def _tell(self, what: Step | str) -> None:
        with self._changed:
            self.told.append(what)
            self._changed.notify_all()

    def wait(self, holds: Callable[[], bool]) -> None:
        with self._changed:
            for _ in range(600):
                if holds() or not self._thread.is_alive():
                    return
                self._changed.wait(0.05)
        raise AssertionError(f"it never came to that: {self.told}")

    def do(self, act: Callable[[], None], steps: int = 1) -> None:
        """Do something, and go on once it was told."""
        count = len(self.told)
        act()
        self.wait(lambda: len(self.told) >= count + steps)

    def end(self) -> Trajectory:
        self.over.set()
        self._thread.join()
        if self.problem:
            raise self.problem
        assert self.run
        return self.run


def test_a_session_on_a_phone_is_what_was_done(device: VirtualAndroid, tmp_path: Path) -> None:
    phone, me = device.phone, device.phone.person
    session = Session(device, tmp_path / "run")
    rest = threading.Event()

    def seen() -> None:
        """Go on as a person does: once the screen has been at rest for a moment."""
        rest.wait(1.5)

    seen()
    for what in ("Notes", "New note", "Title"):
        here = place(phone, what)
        session.do(lambda here=here: me.tap(*here))  # type: ignore[misc]
        seen()
    me.write("Milk")
    seen()
    session.do(lambda: me.press("back"), steps=2)
    seen()
    run = session.end()
    said = [(step.call.name, step.call.thought) for step in run.steps if step.call]
    assert [entry for entry in said if entry[0] != "clear_text"] == [
        ("tap", "tap Notes"),
        ("tap", "tap New note"),
        ("tap", "tap Title"),
        ("type_text", "type text"),
        ("press", "press back"),
        ("finish", ""),
    ]
    typed = next(step for step in run.steps if step.call and step.call.name == "type_text")
    assert typed.call
    assert typed.call.arguments == {"text": "Milk"}
    for step in run.steps[:3]:  # what was touched stands on its screen, at its place
        assert step.call
        assert step.screen
        assert step.screen.settled == "quiet"
        assert not step.screen.remark
        wanted = step.call.thought.removeprefix("tap ")
        at = Point(*step.call.arguments["at"])
        assert any(element.name == wanted and at in element.box for element in step.screen.elements)
    assert "Milk" in str(phone.state()["apps"]["org.handsight.notes"])


def test_a_phone_that_is_pulled_off_leaves_its_session(
    device: VirtualAndroid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handsight.devices.android.link.MEND_S", 0.5)
    session = Session(device, tmp_path / "run")
    session.do(lambda: device.phone.person.tap(500, 900))
    device.phone.close()
    with pytest.raises(DeviceLost):
        session.end()
    run = load(tmp_path / "run")
    assert run.steps[0].call
    assert run.steps[0].call.name == "tap"
    assert run.outcome
    assert run.outcome.kind == "failed"


def test_what_is_done_on_a_screen_that_may_not_be_seen_is_said_and_the_session_goes_on(
    device: VirtualAndroid, tmp_path: Path
) -> None:
    phone, seen = device.phone, threading.Event()
    session = Session(device, tmp_path / "run")
    seen.wait(1)
    phone.keeps_secret = True
    seen.wait(1)
    session.do(lambda: phone.person.tap(500, 900))
    assert "forbids pictures" in str(session.told[-1])
    phone.keeps_secret = False
    seen.wait(1)
    session.do(lambda: phone.person.tap(520, 900))
    run = session.end()
    assert [step.call.arguments["at"][0] for step in run.steps[:-1] if step.call] == [pytest.approx(520, abs=1)]


def test_a_password_is_nowhere_in_the_record(device: VirtualAndroid, tmp_path: Path) -> None:
    shown = Shown([[Gesture("type_text", {"text": MASKED}, began=1e12, ended=1e12)]])
    record_live(shown, tmp_path / "run", until=after(2))
    assert MASKED in (tmp_path / "run" / "run.jsonl").read_text("utf-8")
