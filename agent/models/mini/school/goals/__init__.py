"""What can be asked of a phone: the kinds of goals, and how often each is met with at school."""

from __future__ import annotations

from handsight.models.mini.school.goals import clock, people, settings, things
from handsight.models.mini.school.goals.base import Maker

MAKERS: dict[Maker, int] = {
    settings.switched: 20, settings.chosen: 7, settings.told: 7, settings.missing: 3, clock.alarm: 14, clock.timed: 5,
    people.added: 7, people.called: 7, people.sent: 9, things.noted: 9, things.note_opened: 5, things.file_opened: 5,
    things.in_cart: 7, things.opened: 3,
}  # fmt: skip
