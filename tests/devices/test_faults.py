"""Every way in which a link breaks, in every part of a step of a whole run: it goes on, or ends with its reason.

Whatever happens, a decision is carried out once at most, only where nothing says otherwise, and on the screen it was
decided on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from PIL import Image, ImageChops

from handsight.devices.android import VirtualAndroid, open_virtual
from handsight.devices.android import link as link_file
from handsight.devices.android.adb import AdbServer
from handsight.devices.android.link import open_link
from handsight.devices.virtual.kit import App, Page, Row
from handsight.errors import DeviceError, DeviceLost, DeviceOffline, DeviceUnauthorized
from handsight.loop import Agent
from handsight.models.scripted import ScriptedModel
from handsight.prompts.nous import NousDialect
from handsight.types import Prompt, Step, ToolCall, Trajectory
from handsight.wiring import assemble

from .conftest import Peer, asks_for_ever, says_nothing
from .playground import QUICK, WatchedPhone
from .proxy import Cable, cable_to

ROWS = {"one": (540, 336), "two": (540, 528), "three": (540, 732)}  # places that 1000 by 1000 hit exactly
DECISIONS = [
    ToolCall("tap", {"at": list(ROWS["one"])}),
    ToolCall("tap", {"at": list(ROWS["two"])}),
    ToolCall("press", {"key": "volume_up"}),
    ToolCall("tap", {"at": list(ROWS["three"])}),
]
TAP, KEY = 2, 3  # the numbers of the steps in which the link breaks
STATUS_BAR = 80  # pixels, in which a clock may tick


class Rows(App):
    package = "org.example.rows"
    labels = {"en": "Rows"}
    taps: tuple[str, ...] = ()

    def main(self) -> Page:
        return Page("Rows", [Row(f"Row {name}", " ".join(self.taps), on_tap=self.add(name)) for name in ROWS])

    def add(self, name: str) -> Callable[[], None]:
        def tapped() -> None:
            self.taps += (name,)

        return tapped


class SeenPhone(WatchedPhone):
    """Keeps what stood on the screen when it was touched."""

    def __init__(self, **options: Any) -> None:
        self.touched_on: list[Image.Image] = []
        super().__init__(more=[Rows], **options)
        self.launch(Rows.package)

    def tap(self, x: float, y: float) -> None:
        self.touched_on.append(self.frame())
        super().tap(x, y)

    def key(self, code: int) -> None:
        self.touched_on.append(self.frame())
        super().key(code)


@dataclass
class World:
    """A phone at a cable, another one, and an agent whose link breaks at one moment."""

    phone: SeenPhone
    other: SeenPhone
    cable: Cable
    server: AdbServer
    device: VirtualAndroid
    silent: str
    strict: str
    agent: Agent = field(init=False)
    armed: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        dialect = NousDialect()
        self.agent = assemble(self.device, ScriptedModel(()), dialect)
        self.agent.policy.read = None  # reading labels is not the matter here, and takes a second
        calls = [*DECISIONS, ToolCall("finish", {"success": True, "message": "Done."})]
        self.agent.model = ScriptedModel([self._reply(call) for call in calls])
        self.moments: dict[tuple[str, int], Callable[[], None]] = {}
        self.seen = 0

    def at(self, phase: str, number: int, fault: Callable[[], None]) -> None:
        """Let something happen once, in that part of that step."""
        self.moments[phase, number] = fault
        before = {name: getattr(self.phone.captures, name) for name in ("raw", "png")}

        def captured(name: str) -> bytes:
            self.seen += 1
            if self.step == number:
                self.now("settle" if self.seen > 1 else "look", number)
            return bytes(before[name]())

        self.step = 1
        self.phone.captures.raw = lambda: captured("raw")  # type: ignore[method-assign]
        self.phone.captures.png = lambda: captured("png")  # type: ignore[method-assign]
        self.agent.hooks = [self._hook]

    def now(self, phase: str, number: int) -> None:
        fault = self.moments.pop((phase, number), None)
        if fault:
            fault()

    def _hook(self, step: Step, trajectory: Trajectory) -> None:
        if step.over:
            self.now("after", step.number)
            self.step, self.seen = step.number + 1, 0
        elif step.acting:
            self.now("before", step.number)
            during = self.moments.pop(("during", step.number), None)
            if during:
                self.phone.meanwhile = lambda: (during(), threading.Event().wait(0.2))[0]

    def _reply(self, call: ToolCall) -> Callable[[Prompt], str]:
        def reply(_: Prompt) -> str:
            self.now("think", self.step)
            assert self.agent.device is self.device
            return NousDialect().write(call, self.first, self.agent.tools)

        return reply

    def run(self) -> tuple[Trajectory, DeviceError | None]:
        self.first = self.device.glance()
        trajectory = Trajectory("tap them all")
        try:
            self.agent.run("tap them all", trajectory)
        except DeviceError as error:
            return trajectory, error
        return trajectory, None


@pytest.fixture
def world(server: AdbServer, listen: Callable[[Peer], str]) -> Iterator[World]:
    with SeenPhone() as phone, SeenPhone(serial="another") as other, cable_to(phone.address) as cable:
        link = open_link(server, server.pick(cable.address).serial)
        device = VirtualAndroid(link, phone, numbers=QUICK)
        yield World(phone, other, cable, server, device, listen(says_nothing), listen(asks_for_ever))


def back_soon(world: World) -> None:
    world.cable.refuses = True
    world.cable.cut()
    timer = threading.Timer(1.0, lambda: setattr(world.cable, "refuses", False))
    timer.start()


def started_anew(world: World) -> None:
    world.phone.booted_ns += 1
    world.phone.stop(Rows.package)
    world.cable.cut()


def reconnected_to_another(world: World) -> None:
    """What another program on this computer may do: the address is in use again when the agent comes to it."""
    world.cable.plug_into(world.other.address)
    with suppress(DeviceOffline):  # it answers a moment later then
        world.server.reconnect(world.cable.address, 5)


def late(world: World) -> None:
    world.cable.delay_s = 0.25


def slow(world: World) -> None:
    world.cable.bytes_per_s = 1e6


def mute(world: World) -> None:
    world.cable.mute = True


Fault = Callable[[World], None]
MENDED: dict[str, Fault] = {
    "cable pulled": lambda world: world.cable.cut(),
    "adb server killed": lambda world: world.server.close(),
    "away for a second": back_soon,
    "phone restarted": started_anew,
}
LOST: dict[str, tuple[Fault, type[DeviceError], str]] = {
    "silent for ever": (mute, DeviceLost, "not back within"),
    "another phone": (lambda world: world.cable.plug_into(world.other.address), DeviceLost, "'another'"),
    "unauthorized": (lambda world: world.cable.plug_into(world.strict), DeviceUnauthorized, "dialog on its screen"),
    "no greeting": (lambda world: world.cable.plug_into(world.silent), DeviceLost, "says nothing"),
}
MOMENTS = [(phase, TAP) for phase in ("look", "settle", "think", "before", "during", "after")]
in_every_part = pytest.mark.parametrize(("phase", "number"), [*MOMENTS, ("before", KEY)])


def events_of(phone: SeenPhone, call: ToolCall) -> int:
    if call.name == "press":
        return sum(event == ("key", 24) for event in phone.events)
    return sum(
        event[0] == "tap" and [round(event[1]), round(event[2])] == call.arguments["at"] for event in phone.events
    )


def require_sound(world: World, run: Trajectory) -> None:
    """What holds however a run goes."""
    acts = [step for step in run.steps if step.call and step.call in DECISIONS]
    assert len({step.reply for step in acts}) == len(acts)
    touched = 0
    for step in acts:
        assert step.call
        times = events_of(world.phone, step.call)
        assert times <= 1
        if step.result:
            assert times == 1
        if "nothing was touched" in str(step.problem):
            assert times == 0
        if times:
            assert step.screen
            assert alike(step.screen.image, world.phone.touched_on[touched])
            touched += 1
    assert touched == len(world.phone.events)
    assert world.other.events == []


def alike(one: Image.Image, other: Image.Image) -> bool:
    below = (0, STATUS_BAR, *one.size)
    return ImageChops.difference(one.crop(below), other.crop(below)).getbbox() is None


@in_every_part
@pytest.mark.parametrize("fault", MENDED)
def test_what_can_be_mended_is_and_the_run_goes_on(world: World, fault: str, phase: str, number: int) -> None:
    world.at(phase, number, lambda: MENDED[fault](world))
    run, error = world.run()
    assert error is None
    assert world.moments == {}
    require_sound(world, run)
    assert run.outcome
    assert run.outcome.kind == "claimed"
    told = [step for step in run.steps if step.problem]
    assert len(told) <= 1
    assert all(step.number in (number, number + 1) for step in told)


@in_every_part
@pytest.mark.parametrize("fault", LOST)
def test_what_cannot_be_mended_ends_the_run_with_its_reason(
    world: World, fault: str, phase: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in (("SILENCE_S", 0.3), ("PROBE_S", 0.3), ("MEND_S", 1.2)):
        monkeypatch.setattr(link_file, name, seconds)
    make, kind, words = LOST[fault]
    world.at(phase, number, lambda: make(world))
    run, error = world.run()
    assert world.moments == {}
    require_sound(world, run)
    assert type(error) is kind
    assert words in str(error)
    assert run.outcome is None


@pytest.mark.parametrize("phase", ["look", "think", "during"])
@pytest.mark.parametrize("fault", [late, slow])
def test_a_link_that_is_slow_for_two_steps_is_no_fault(
    world: World, fault: Callable[[World], None], phase: str
) -> None:
    world.at(phase, TAP, lambda: fault(world))
    world.moments["after", TAP + 1] = lambda: world.cable.be_fast()
    run, error = world.run()
    assert error is None
    assert world.moments == {}
    require_sound(world, run)
    assert [step.problem for step in run.steps] == [None] * (len(DECISIONS) + 1)


@in_every_part
def test_another_phone_that_someone_connected_meanwhile_is_not_touched(world: World, phase: str, number: int) -> None:
    world.at(phase, number, lambda: reconnected_to_another(world))
    run, error = world.run()
    require_sound(world, run)
    assert type(error) is DeviceLost
    assert "'another'" in str(error)


def test_the_shares_of_ten_seconds_leave_time_to_connect() -> None:
    from handsight.devices.android.adb import CONNECT_S

    assert link_file.SILENCE_S + link_file.PROBE_S + CONNECT_S <= link_file.MEND_S <= 10


def test_a_phone_opened_without_a_cable_is_the_same_kind_of_device() -> None:
    device = open_virtual(WatchedPhone(), numbers=QUICK)
    try:
        assert device.link.identity.serial == device.phone.serial
        assert device.link.identity.start == str(device.phone.booted_ns)
    finally:
        device.close()
