"""What the owner of a phone has on it: people, conversations, notes, files, alarms, and how it is set."""

from __future__ import annotations

from typing import cast

from handsight.devices.virtual.apps.clock import Clock
from handsight.devices.virtual.apps.contacts import Contacts
from handsight.devices.virtual.apps.messages import Messages
from handsight.devices.virtual.apps.notes import Notes
from handsight.devices.virtual.files import SHARED
from handsight.devices.virtual.phone import Phone
from handsight.models.mini.school.words import Words

_SWITCHES = (
    ("global", "wifi_on"), ("global", "mobile_data"), ("global", "bluetooth_on"), ("global", "low_power"),
    ("global", "zen_mode"), ("global", "stay_on_while_plugged_in"), ("secure", "location_mode"),
    ("secure", "lock_screen_show_notifications"), ("secure", "night_display_activated"),
    ("secure", "accessibility_captioning_enabled"), ("system", "sound_effects_enabled"),
    ("system", "haptic_feedback_enabled"), ("system", "accelerometer_rotation"), ("system", "screen_brightness_mode"),
)  # fmt: skip
_FONT_SCALES, _TIMEOUTS = ("0.85", "1.0", "1.0", "1.0", "1.15", "1.3"), ("15000", "30000", "60000", "300000", "600000")


def own(phone: Phone, words: Words, share: float) -> None:
    """Put random things in the place of a share of what is on a phone."""
    random = words.random

    def chosen() -> bool:
        return random.random() < share

    people, messages = cast(Contacts, phone.app("contacts")), cast(Messages, phone.app("messages"))
    named = {name: words.name() for name in sorted({who.name for who in people.contacts}) if chosen()}
    for who in people.contacts:
        who.name = named.get(who.name, who.name)
    for talk in messages.conversations:
        talk.name = named.get(talk.name) or (words.name() if chosen() else talk.name)
        for message in talk.messages:
            message.text = words.sentence() if chosen() else message.text
    for note in cast(Notes, phone.app("notes")).notes:
        if chosen():
            note.title, note.text = words.phrase(3, 20), words.sentence()
    for alarm in cast(Clock, phone.app("clock")).alarms:
        if chosen():
            alarm.hour, alarm.minute, alarm.on = random.randrange(24), 5 * random.randrange(12), random.random() < 0.6
    for folder in [f"{SHARED}/{entry.name}" for entry in phone.files.list(SHARED) if entry.is_folder]:
        for file in [entry.name for entry in phone.files.list(folder) if not entry.is_folder]:
            new = f"{words.phrase(2, 14)}.{file.rpartition('.')[2]}"
            if chosen() and not phone.files.exists(f"{folder}/{new}"):
                phone.files.move(f"{folder}/{file}", f"{folder}/{new}")
    for space, name in _SWITCHES:
        if chosen():
            phone.settings[space][name] = random.choice("01")
    if chosen():
        phone.settings["system"]["font_scale"] = random.choice(_FONT_SCALES)
        phone.settings["system"]["screen_off_timeout"] = random.choice(_TIMEOUTS)
    phone.changed()
