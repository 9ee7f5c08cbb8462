"""`handsight demo`: a whole run that needs nothing but this program, verified against what the phone holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from handsight.cli.options import Json

if TYPE_CHECKING:
    from handsight.devices.base import Device
    from handsight.devices.virtual import VirtualPhone

NOTE = "Milk, eggs, coffee"
STEPS = (
    'open Settings, tap Display, turn on "Dark theme", go back, scroll down to "About phone", tap "About phone", '
    f'open Notes, tap "New note", type "{NOTE}" in Title, tap Save'
)
GOAL = "Set an alarm for 7:30"


def demo(
    mini: Annotated[bool, typer.Option("--mini", help="Give the embedded eye a goal instead; it may fail.")] = False,
    as_json: Json = False,
) -> int:
    """Work a virtual phone through the real adb, with the built-in reader; nothing else is needed."""
    from handsight.cli.console import show
    from handsight.cli.run import Words, begin
    from handsight.loop import Limits

    task, model, verify = (GOAL, "mini", rings) if mini else (STEPS, "reader", noted)
    return begin(task, Words(device="virtual", model=model), Limits(steps=30), show(as_json=as_json), verify=verify)


def noted(device: Device) -> bool:
    """Whether the phone is dark by now and holds the note, whatever the model says."""
    phone = _phone(device)
    notes = json.dumps(phone.app("notes").state(), ensure_ascii=False, default=str)
    return phone.settings["secure"]["ui_night_mode"] == "2" and NOTE in notes


def rings(device: Device) -> bool:
    """Whether the phone will ring at 7:30, whatever the model says."""
    from handsight.devices.virtual.apps.clock import Clock

    clock = _phone(device).app("clock")
    assert isinstance(clock, Clock)
    return any((alarm.hour, alarm.minute, alarm.on) == (7, 30, True) for alarm in clock.alarms)


def _phone(device: Device) -> VirtualPhone:
    from handsight.devices.android import VirtualAndroid

    assert isinstance(device, VirtualAndroid)
    return device.phone
