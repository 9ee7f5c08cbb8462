"""`handsight demo`: a goal carried out with nothing but this program, verified against what the phone holds."""

from __future__ import annotations

from typing import cast

from handsight.cli.console import Show
from handsight.cli.run import Words, begin
from handsight.devices.base import Device
from handsight.loop import Limits

GOAL = "Set an alarm for 7:30 and turn on dark theme"


def demonstrate(show: Show) -> int:
    """Give a goal to the mini model, on a private virtual phone, through the real adb, and verify the outcome."""
    return begin(GOAL, Words(device="virtual", model="mini"), Limits(steps=30), show, verify=verify)


def verify(device: Device) -> bool:
    """Whether the phone is dark by now and will ring, whatever the model says."""
    from handsight.devices.android import VirtualAndroid
    from handsight.devices.virtual.apps.clock import Clock

    assert isinstance(device, VirtualAndroid)
    alarms = cast(Clock, device.phone.app("clock")).alarms
    rings = any((alarm.hour, alarm.minute, alarm.on) == (7, 30, True) for alarm in alarms)
    return device.phone.dark and rings
