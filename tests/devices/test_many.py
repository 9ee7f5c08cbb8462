"""Twenty virtual phones worked at once from one process, by a thread each, through one adb server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from handsight.devices.android import VirtualAndroid, open_virtual
from handsight.devices.android.adb import AdbServer
from handsight.models.scripted import ScriptedModel
from handsight.prompts.nous import NousDialect
from handsight.types import Point, ToolCall, Trajectory
from handsight.wiring import assemble

from .playground import QUICK, WatchedPhone

PHONES = 20
FIELD, ROW, APART = (270, 150), (100, 780), 12  # pixels of a screen of 540x1200


def a_phone(number: int) -> WatchedPhone:
    return WatchedPhone(size=(540, 1200), serial=f"phone-{number}", dark=number % 2 == 1)


@pytest.fixture
def devices(server: AdbServer) -> Iterator[list[VirtualAndroid]]:
    opened: list[VirtualAndroid] = []
    try:
        opened += [open_virtual(a_phone(number), server=server, numbers=QUICK) for number in range(PHONES)]
        yield opened
    finally:
        for device in opened:
            device.close()


def works_its_own(device: VirtualAndroid, number: int, together: Barrier) -> Trajectory:
    """Type a text and tap a place that no other phone gets."""
    dialect = NousDialect()
    agent = assemble(device, ScriptedModel(()), dialect)
    agent.policy.read = None
    screen = device.screenshot()
    calls = [
        ToolCall("tap", {"at": list(FIELD)}),
        ToolCall("type_text", {"text": f"phone {number} only"}),
        ToolCall("press", {"key": "escape"}),
        ToolCall("tap", {"at": [ROW[0] + APART * number, ROW[1]]}),
        ToolCall("finish", {"success": True, "message": f"{number} is done."}),
    ]
    agent.model = ScriptedModel([dialect.write(call, screen, agent.tools) for call in calls])
    together.wait(30)
    return agent.run("work your own phone")


def test_twenty_phones_at_once_get_each_what_is_its_own(devices: list[VirtualAndroid], server: AdbServer) -> None:
    together = Barrier(PHONES)
    with ThreadPoolExecutor(PHONES) as pool:
        runs = list(pool.map(works_its_own, devices, range(PHONES), [together] * PHONES))
    assert len({device.link.serial for device in devices}) == PHONES
    assert sorted(phone.serial for phone in server.devices()) == sorted(device.link.serial for device in devices)
    for number, (device, run) in enumerate(zip(devices, runs, strict=True)):
        phone = device.phone
        assert isinstance(phone, WatchedPhone)
        assert run.outcome
        assert (run.outcome.kind, run.outcome.message) == ("claimed", f"{number} is done.")
        assert [step.problem for step in run.steps] == [None] * 5
        assert phone.playground.text == f"phone {number} only"
        assert [event[0] for event in phone.events] == ["tap", "text", "key", "tap"]
        assert phone.events[1] == ("text", f"phone {number} only")
        assert abs(phone.events[3][1] - (ROW[0] + APART * number)) < APART / 2
        for step in run.steps:  # and each looked at its own
            assert step.screen
            assert (sum(step.screen.image.getpixel((5, 1000))) < 300) == (number % 2 == 1)  # type: ignore[arg-type]


def test_a_phone_that_leaves_takes_neither_the_server_nor_its_neighbours_along(server: AdbServer) -> None:
    one, two = (open_virtual(a_phone(number), server=server, numbers=QUICK) for number in (1, 2))
    one.close()
    try:
        assert [phone.serial for phone in server.devices()] == [two.link.serial]
        two.press("home")
        assert two.link.mended == 0
    finally:
        two.close()
    assert server.devices() == []


def test_links_that_break_at_once_are_mended_each_to_its_own_phone(devices: list[VirtualAndroid]) -> None:
    def look(device: VirtualAndroid) -> tuple[str, int]:
        device.phone.drop_links()
        device.glance()
        device.tap(Point(*ROW), on=device.glance())
        return device.link.identity.serial, device.link.mended

    with ThreadPoolExecutor(len(devices)) as pool:
        seen = list(pool.map(look, devices))
    assert [serial for serial, _ in seen] == [f"phone-{number}" for number in range(PHONES)]
    assert all(mended >= 1 for _, mended in seen)
    assert all(len(device.phone.events) == 1 for device in devices if isinstance(device.phone, WatchedPhone))


def test_nothing_of_a_device_is_kept_in_the_environment(server: AdbServer) -> None:
    before = dict(os.environ)
    device = open_virtual(a_phone(1), server=server, numbers=QUICK)
    device.close()
    assert dict(os.environ) == before
