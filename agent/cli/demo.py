"""`handsight demo`: a whole run that needs nothing but this program, verified against what the phone holds."""

from __future__ import annotations

import json

from handsight.cli.console import Show
from handsight.cli.run import Words, begin
from handsight.devices.base import Device
from handsight.loop import Limits

NOTE = "Milk, eggs, coffee"
TASK = (
    'open Settings, tap Display, turn on "Dark theme", go back, scroll down to "About phone", tap "About phone", '
    f'open Notes, tap "New note", type "{NOTE}" in Title, tap Save'
)


def demonstrate(show: Show) -> int:
    """Work a private virtual phone with the reader, through the real adb, and verify the outcome."""
    return begin(TASK, Words(device="virtual", model="reader"), Limits(steps=30), show, verify=verify)


def verify(device: Device) -> bool:
    """Whether the phone is dark by now and holds the note, whatever the model says."""
    from handsight.devices.android import VirtualAndroid

    assert isinstance(device, VirtualAndroid)
    phone = device.phone
    notes = json.dumps(phone.app("notes").state(), ensure_ascii=False, default=str)
    return phone.settings["secure"]["ui_night_mode"] == "2" and NOTE in notes
