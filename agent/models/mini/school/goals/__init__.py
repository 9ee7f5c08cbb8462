"""What can be asked of a phone: the kinds of goals, and how often each is met with at school."""

from __future__ import annotations

from handsight.models.mini.school.goals import clock, people, settings, things
from handsight.models.mini.school.goals.base import Maker

MAKERS: dict[Maker, int] = {
    settings.switched: 16, settings.chosen: 10, settings.told: 7, settings.missing: 4, clock.alarm: 16, clock.timed: 7,
    people.added: 8, people.called: 5, people.sent: 10, things.noted: 13, things.note_opened: 7, things.file_opened: 7,
    things.in_cart: 5, things.opened: 2,
}  # fmt: skip
